// SPDX-License-Identifier: GPL-2.0
/*
 * Parses any bytes as a scenario: the result is a scenario whose strings all lie within it, or
 * one error with a hint.
 */
#include "scenario/scenario.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void demand(bool what)
{
	if (!what)
		abort();
}

/* Finds stray pointers: text and its end must lie within the scenario. */
static void check_string(const struct scenario *scenario, const char *text)
{
	const char *begin = (const char *)scenario, *end = begin + sizeof(*scenario);

	if (text)
		demand(text >= begin && text < end && text + strlen(text) < end);
}

static void check_scenario(const struct scenario *scenario)
{
	demand(scenario->workload && *scenario->workload && scenario->name);
	check_string(scenario, scenario->name);
	check_string(scenario, scenario->about);
	check_string(scenario, scenario->setup);
	check_string(scenario, scenario->workload);
	check_string(scenario, scenario->cleanup);
	for (size_t i = 0; i < scenario->in_use_count; i++)
		check_string(scenario, scenario->in_use[i]);
	for (size_t i = 0; i < scenario->need_count; i++) {
		check_string(scenario, scenario->needs[i].text);
		check_string(scenario, scenario->needs[i].whole);
	}
	for (size_t i = 0; i < scenario->expectation_count; i++)
		check_string(scenario, scenario->expectations[i].text);
	demand(scenario->timeout_ns && scenario->budget_fence_ns && scenario->rules);
	demand(!(scenario->require & scenario->expect_fail));
	demand(!((scenario->require | scenario->expect_fail) & ~scenario->rules));
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct scenario scenario;
	struct refusal error;
	/* Exactly as long as the input, so that ASan sees an overrun. */
	char *text = malloc(size ? size : 1);

	demand(text != NULL);
	memcpy(text, data, size);
	if (scenario_parse("fuzz.scn", text, size, &scenario, &error))
		demand(error.message[0] && error.hint[0] && !strchr(error.message, '\n'));
	else
		check_scenario(&scenario);
	free(text);
	return 0;
}
