// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  verdicts -> one file
 *
 * The frame around the reports of several runs in one file, and the stand-in for a missing one.
 */
#include "check/report/verdict.h"

#include "base/json.h"

void check_reports_begin(FILE *file, const struct check_options *options, size_t count)
{
	if (options->format == CHECK_KTAP)
		verdict_ktap_begin(file, options->source, count);
	else if (options->format == CHECK_JUNIT)
		verdict_junit_begin(file);
}

static void json_absent(FILE *file, const struct check_options *options, const char *reason,
			bool skipped)
{
	struct json json;

	json_init(&json, file);
	json_object_begin(&json);
	json_key(&json, "type");
	json_string(&json, skipped ? "skipped" : "error");
	json_key(&json, "schema");
	json_string(&json, VERDICT_SCHEMA);
	json_key(&json, "name");
	json_string(&json, options->name);
	json_key(&json, "reason");
	json_string(&json, reason);
	json_object_end(&json);
	json_line(&json);
	json_free(&json);
}

void check_reports_absent(FILE *file, const struct check_options *options, const char *reason,
			  bool skipped)
{
	switch (options->format) {
	case CHECK_KTAP:
		verdict_ktap_absent(file, options, reason, skipped);
		break;
	case CHECK_JUNIT:
		verdict_junit_absent(file, options, reason, skipped);
		break;
	case CHECK_JSON:
		json_absent(file, options, reason, skipped);
		break;
	case CHECK_TEXT:
		fprintf(file, "%s: %s: %s\n", options->name, skipped ? "skipped" : "no verdict",
			reason);
		break;
	}
}

void check_reports_end(FILE *file, const struct check_options *options)
{
	if (options->format == CHECK_JUNIT)
		verdict_junit_end(file);
}
