// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  verdict -> JSON Lines, smmuscope.check/2
 */
#include "check/profile.h"
#include "check/report/verdict.h"
#include "check/rules/names.h"

#include "base/json.h"
#include "event/decode.h"
#include "event/symbols.h"

#include <errno.h>

static int put_head(struct json *json, const struct verdict *verdict)
{
	const struct check_options *options = verdict->options;

	json_object_begin(json);
	json_key(json, "type");
	json_string(json, "verdict");
	json_key(json, "schema");
	json_string(json, VERDICT_SCHEMA);
	json_key(json, "source");
	json_string(json, options->source);
	json_object_end(json);
	if (json_line(json))
		return json->error;
	json_object_begin(json);
	json_key(json, "type");
	json_string(json, "run");
	json_key(json, "name");
	json_string(json, options->name);
	json_key(json, "tool");
	json_string(json, verdict->info->tool_version);
	json_key(json, "kernel");
	json_string(json, verdict->info->kernel);
	if (verdict->info->variant) {
		json_key(json, "variant");
		json_string(json, verdict->info->variant);
	}
	json_key(json, "profile");
	json_string(json, profile_name(options->profile));
	json_key(json, "budgets");
	json_object_begin(json);
	json_key(json, "fence_ns");
	json_u64(json, options->budget_fence_ns);
	json_key(json, "wait_ns");
	json_u64(json, options->budget_wait_ns);
	json_key(json, "blocked_ns");
	json_u64(json, options->budget_blocked_ns);
	json_key(json, "handler_ns");
	json_u64(json, options->budget_handler_ns);
	json_object_end(json);
	json_object_end(json);
	return json_line(json);
}

static void put_stack(struct json *json, const struct verdict *verdict,
		      const struct smmu_stack *stack)
{
	char symbol[SYMBOLS_NAME_LEN];
	const char *frame;
	__u32 next = 0;

	if (!stack->depth)
		return;
	json_key(json, "stack");
	json_array_begin(json);
	while ((frame = symbols_frame(verdict->info->symbols, stack, &next, symbol)))
		json_string(json, frame);
	json_array_end(json);
}

static void put_violation(struct json *json, const struct verdict *verdict,
			  const struct violation *violation)
{
	json_object_begin(json);
	json_key(json, "ts_ns");
	json_u64(json, violation->ts_ns);
	json_key(json, "message");
	json_string(json, violation->message);
	json_key(json, "events");
	json_array_begin(json);
	for (unsigned int i = 0; i < violation->line_count; i++) {
		json_object_begin(json);
		json_key(json, "offset_ns");
		json_s64(json, violation->lines[i].offset_ns);
		json_key(json, "text");
		json_string(json, violation->lines[i].text);
		json_object_end(json);
	}
	json_array_end(json);
	put_stack(json, verdict, &violation->stack);
	json_object_end(json);
}

static void put_measures(struct json *json, const struct finding *finding)
{
	if (!finding->measures[0].what)
		return;
	json_key(json, "measures");
	json_array_begin(json);
	for (unsigned int i = 0; i < MEASURES_MAX && finding->measures[i].what; i++) {
		json_object_begin(json);
		json_key(json, "what");
		json_string(json, finding->measures[i].what);
		json_key(json, "ns");
		json_u64(json, finding->measures[i].ns);
		json_object_end(json);
	}
	json_array_end(json);
}

/* Violations that the profile tolerates. */
static void put_warning(struct json *json, const struct verdict *verdict, unsigned int rule)
{
	const struct finding *finding = &verdict->findings->rules[rule - 1];

	if (!finding->warned)
		return;
	json_key(json, "warn");
	json_object_begin(json);
	json_key(json, "count");
	json_u64(json, finding->warned);
	json_key(json, "tolerated");
	json_string(json, profile_why(verdict->options->profile, rule));
	json_key(json, "first");
	json_string(json, finding->warning);
	json_object_end(json);
}

static int put_check(struct json *json, const struct verdict *verdict, unsigned int rule)
{
	const struct finding *finding = &verdict->findings->rules[rule - 1];
	char name[8];

	snprintf(name, sizeof(name), "R%u", rule);
	json_object_begin(json);
	json_key(json, "type");
	json_string(json, "check");
	json_key(json, "rule");
	json_string(json, name);
	json_key(json, "id");
	json_string(json, check_rule_id(rule));
	json_key(json, "result");
	json_string(json, verdict_result_name(finding->result));
	json_key(json, "count");
	json_u64(json, finding->count);
	json_key(json, "required");
	json_bool(json, verdict->options->require & CHECK_RULE(rule));
	if (finding->reason[0]) {
		json_key(json, "reason");
		json_string(json, finding->reason);
	}
	if (finding->note) {
		json_key(json, "note");
		json_string(json, finding->note);
	}
	put_measures(json, finding);
	put_warning(json, verdict, rule);
	if (finding->result == CHECK_FAIL) {
		json_key(json, "evidence");
		json_array_begin(json);
		for (unsigned int i = 0; i < finding->violation_count; i++)
			put_violation(json, verdict, &finding->violations[i]);
		json_array_end(json);
	}
	json_object_end(json);
	return json_line(json);
}

static int put_expectation(struct json *json, const struct met *met)
{
	json_object_begin(json);
	json_key(json, "type");
	json_string(json, "expectation");
	json_key(json, "text");
	json_string(json, met->expectation.text);
	json_key(json, "result");
	json_string(json, verdict_result_name(met->result));
	json_key(json, "met");
	json_bool(json, met->result == CHECK_PASS);
	json_key(json, "found");
	json_u64(json, met->found);
	if (met->reason[0]) {
		json_key(json, "reason");
		json_string(json, met->reason);
	}
	json_object_end(json);
	return json_line(json);
}

static void put_number(struct json *json, const char *key, __u64 number)
{
	json_key_string(json, key);
	json_u64(json, number);
}

/* Of a rule with kind=device: by the device's own counters. */
static int put_silence(struct json *json, size_t rule, const struct rule_silence *silence)
{
	json_object_begin(json);
	json_key(json, "type");
	json_string(json, "silence");
	put_number(json, "rule", rule);
	put_number(json, "armed", silence->armed);
	put_number(json, "unanswered", silence->unanswered);
	put_number(json, "answered", silence->answered);
	put_number(json, "left", silence->left);
	json_key(json, "end");
	json_string(json, decode_silence_end(silence->end));
	json_object_end(json);
	return json_line(json);
}

/* The rules with this result, as the value of the key before. */
static void put_rules(struct json *json, const struct verdict *verdict, enum check_result result)
{
	char name[8];

	json_array_begin(json);
	for_each_rule(rule) {
		if (!verdict_rule_wanted(verdict, rule) ||
		    verdict->findings->rules[rule - 1].result != result)
			continue;
		snprintf(name, sizeof(name), "R%u", rule);
		json_string(json, name);
	}
	json_array_end(json);
}

static int put_result(struct json *json, const struct verdict *verdict)
{
	const struct findings *findings = verdict->findings;

	json_object_begin(json);
	json_key(json, "type");
	json_string(json, "result");
	json_key(json, "verdict");
	json_string(json, verdict_result_name(findings->verdict));
	if (verdict_undecided(verdict)) {
		json_key(json, "allowed");
		json_bool(json, findings->allowed);
	}
	if (findings->reason[0]) {
		json_key(json, "reason");
		json_string(json, findings->reason);
	}
	json_key(json, "failed");
	put_rules(json, verdict, CHECK_FAIL);
	json_key(json, "not_observable");
	put_rules(json, verdict, CHECK_NOT_OBSERVABLE);
	json_key(json, "warned");
	json_u64(json, findings->warned);
	json_key(json, "events");
	json_u64(json, verdict->findings->seen);
	json_key(json, "lost");
	json_u64(json, verdict->findings->lost);
	json_key(json, "duration_ns");
	json_u64(json, verdict->statistics->duration_ns);
	json_key(json, "blind");
	blind_json(json, &verdict->statistics->blind);
	json_object_end(json);
	return json_line(json);
}

int verdict_json(FILE *file, const struct verdict *verdict)
{
	struct json json;
	int err;

	json_init(&json, file);
	err = put_head(&json, verdict);
	for_each_rule(rule) {
		if (!err && verdict_rule_wanted(verdict, rule))
			err = put_check(&json, verdict, rule);
	}
	for (size_t i = 0; !err && i < verdict->statistics->inject_rule_count; i++) {
		if (verdict->statistics->silences[i].armed)
			err = put_silence(&json, i, &verdict->statistics->silences[i]);
	}
	for (size_t i = 0; !err && i < verdict->findings->expectation_count; i++)
		err = put_expectation(&json, &verdict->findings->expectations[i]);
	if (!err)
		err = put_result(&json, verdict);
	json_free(&json);
	return err;
}
