// SPDX-License-Identifier: GPL-2.0
/*
 * Watches over the hooks of a run: at its start, at each tick, and at its end. What is blind is
 * said when it begins and when it is over, and is in the statistics of the run.
 */
#include "session/internal.h"

#include "base/log.h"

static void say(enum blind_method method, enum blind_cause before, enum blind_cause now)
{
	static const char *const hints[BLIND_METHOD_COUNT] = {
		[BLIND_TRAMPOLINE] = "echo 1 >/proc/sys/kernel/ftrace_enabled, or hook by kprobe: "
				     "--attach=kprobe",
		[BLIND_KPROBE] = "echo 1 >/sys/kernel/debug/kprobes/enabled",
	};
	static const char *const names[BLIND_METHOD_COUNT] = {
#define NAME(id, name) name,
		BLIND_METHODS(NAME)
#undef NAME
	};

	if (now == before)
		return;
	if (now == BLIND_WRITTEN && !before) {
		log_warn("hooks by %s may have been off for a moment: %s", names[method],
			 blind_text(method, now));
	} else if (now && now != BLIND_WRITTEN) {
		log_warn("hooks by %s do not fire: %s; nothing of them is seen", names[method],
			 blind_text(method, now));
		log_hint("%s", hints[method]);
	} else {
		log_warn("hooks by %s fire again", names[method]);
	}
}

void sentry_look(struct session *session, __u64 now_ns)
{
	enum blind_cause found[BLIND_METHOD_COUNT];

	pulse_look(session->pulse, found);
	for (unsigned int i = 0; i < BLIND_METHOD_COUNT; i++)
		say((enum blind_method)i, session->blind.last[i], found[i]);
	blind_look(&session->blind, now_ns, found);
}
