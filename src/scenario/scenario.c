// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a scenario file into a struct scenario, key by key.
 */
#include "scenario/scenario.h"

#include "scenario/parse.h"
#include "scenario/validate.h"
#include "scenario/value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* "tests/scenarios/irq.scn" is called irq. room: of the scenario, keeps the name. */
static void default_name(struct scenario *scenario, const char *file, char *room, size_t size)
{
	const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
	size_t length = strlen(base);

	if (length > 4 && !strcmp(base + length - 4, ".scn"))
		length -= 4;
	snprintf(room, size, "%.*s", (int)length, base);
	scenario->name = room;
}

static int take_keys(struct scenario_parser *parser)
{
	enum scenario_key key;
	char *value;
	int got;

	while ((got = scenario_next(parser, &key, &value)) > 0) {
		int err = scenario_take(parser, key, value);

		if (err)
			return err;
	}
	return got;
}

int scenario_override(struct scenario *scenario, const char *text, struct refusal *error)
{
	for (size_t i = 0; i < scenario->inject_count; i++) {
		struct refusal wrong;

		if (!inject_rule_override(text, &scenario->inject_rules[i], &wrong))
			continue;
		*error = (struct refusal){};
		refusal_hint(error, "%s", wrong.hint);
		return refusal_fail(error, -EINVAL, "not applicable to rule %zu: %.400s", i,
				    wrong.message);
	}
	return 0;
}

int scenario_parse(const char *file, const char *text, size_t length, struct scenario *scenario,
		   struct refusal *error)
{
	const struct check_options options = check_defaults();
	struct scenario_parser parser = {.scenario = scenario, .error = error, .file = file};
	int err;

	memset(error, 0, sizeof(*error));
	memset(scenario, 0, offsetof(struct scenario, text));
	if (length > SCENARIO_SIZE_MAX) {
		refusal_hint(parser.error,
			     "a scenario has %d bytes at most; put long commands into "
			     "scripts of their own",
			     SCENARIO_SIZE_MAX);
		return scenario_fail(&parser, 0, "the file is too long");
	}
	memcpy(scenario->text, text, length);
	scenario->text[length] = '\0';
	scenario->rules = options.rules;
	scenario->budget_fence_ns = options.budget_fence_ns;
	scenario->budget_wait_ns = options.budget_wait_ns;
	scenario->budget_blocked_ns = options.budget_blocked_ns;
	scenario->budget_handler_ns = options.budget_handler_ns;
	scenario->timeout_ns = SCENARIO_TIMEOUT_NS;
	default_name(scenario, file, scenario->file_name, sizeof(scenario->file_name));
	parser.at = scenario->text;
	parser.end = scenario->text + length;
	err = scenario_check_bytes(&parser);
	if (!err)
		err = take_keys(&parser);
	if (!err)
		err = scenario_validate(&parser);
	return err;
}
