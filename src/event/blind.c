// SPDX-License-Identifier: GPL-2.0
#include "event/blind.h"

#include "base/text.h"

#include <string.h>

#define FTRACE	"/proc/sys/kernel/ftrace_enabled"
#define KPROBES "/sys/kernel/debug/kprobes/enabled"

static const char *const names[BLIND_METHOD_COUNT] = {
#define NAME(id, name) name,
	BLIND_METHODS(NAME)
#undef NAME
};

void blind_look(struct blind_watch *watch, __u64 now_ns,
		const enum blind_cause found[BLIND_METHOD_COUNT])
{
	__u64 passed = now_ns > watch->last_ns ? now_ns - watch->last_ns : 0;

	for (unsigned int i = 0; i < BLIND_METHOD_COUNT; i++) {
		if (found[i] || watch->last[i])
			watch->sum.ns[i] += passed ? passed : 1;
		if (!watch->sum.cause[i])
			watch->sum.cause[i] = found[i];
		/* A write that is over leaves nothing behind. */
		watch->last[i] = found[i] == BLIND_WRITTEN ? BLIND_NOT : found[i];
	}
	watch->last_ns = now_ns;
	watch->sum.looks++;
}

enum blind_method blind_method_of(const char *method)
{
	if (!strcmp(method, "fentry") || !strcmp(method, "fmod_ret"))
		return BLIND_TRAMPOLINE;
	return strcmp(method, "kprobe") ? BLIND_METHOD_COUNT : BLIND_KPROBE;
}

__u64 blind_longest(const struct blind *blind)
{
	__u64 longest = 0;

	for (unsigned int i = 0; i < BLIND_METHOD_COUNT; i++)
		longest = blind->ns[i] > longest ? blind->ns[i] : longest;
	return longest;
}

const char *blind_text(enum blind_method method, __u64 cause)
{
	static const char *const texts[BLIND_METHOD_COUNT][BLIND_CAUSE_COUNT] = {
		[BLIND_TRAMPOLINE] =
			{
				[BLIND_SWITCH] = FTRACE " was 0",
				[BLIND_WRITTEN] = FTRACE " was written to",
			},
		[BLIND_KPROBE] =
			{
				[BLIND_SWITCH] = KPROBES " was 0",
				[BLIND_WRITTEN] = KPROBES " was written to",
				[BLIND_GONE] = "a kprobe was gone or disabled",
			},
	};
	const char *text = cause < BLIND_CAUSE_COUNT ? texts[method][cause] : NULL;

	return text ? text : "a call that has to be seen was not";
}

void blind_json(struct json *json, const struct blind *blind)
{
	static const char *const causes[BLIND_CAUSE_COUNT] = {
#define NAME(id, name) name,
		BLIND_CAUSES(NAME)
#undef NAME
	};

	if (!blind->looks) {
		json_null(json);
		return;
	}
	json_array_begin(json);
	for (unsigned int i = 0; i < BLIND_METHOD_COUNT; i++) {
		if (!blind->ns[i])
			continue;
		json_object_begin(json);
		json_key(json, "method");
		json_string(json, names[i]);
		json_key(json, "ns");
		json_u64(json, blind->ns[i]);
		json_key(json, "cause");
		json_string(json, blind->cause[i] < BLIND_CAUSE_COUNT ? causes[blind->cause[i]]
								      : "silent");
		json_object_end(json);
	}
	json_array_end(json);
}

void blind_lines(FILE *file, const char *lead, const struct blind *blind, __u64 duration_ns)
{
	char time[TEXT_NUMBER_LEN], all[TEXT_NUMBER_LEN];

	for (unsigned int i = 0; i < BLIND_METHOD_COUNT; i++) {
		if (blind->ns[i])
			fprintf(file, "%sBLIND for %s of %s: hooks by %s did not fire, %s\n", lead,
				text_duration(blind->ns[i], time), text_duration(duration_ns, all),
				names[i], blind_text((enum blind_method)i, blind->cause[i]));
	}
}
