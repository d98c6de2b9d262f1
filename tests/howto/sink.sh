# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC1003
# A sink that counts, as the form of `replay --dummy`.
cat >src/sink/sink_dummy.c <<'END'
// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  decoded event -> the number of events
 */
#include "sink/sink.h"

#include <errno.h>

static __u64 count;

static int sink_dummy_open(struct sink *sink)
{
	(void)sink;
	count = 0;
	return 0;
}

static int sink_dummy_event(struct sink *sink, struct event_record record)
{
	(void)sink;
	(void)record;
	count++;
	return 0;
}

static int sink_dummy_close(struct sink *sink, const struct statistics *statistics,
			    const char *reason)
{
	(void)statistics;
	return fprintf(sink->file, "%llu events, %s\n", count, reason) < 0 ? -errno : 0;
}

const struct sink_ops sink_dummy = {
	.open = sink_dummy_open,
	.event = sink_dummy_event,
	.close = sink_dummy_close,
};
END
insert src/sink/sink.h '^extern const struct sink_ops sink_json;' <<'END'
extern const struct sink_ops sink_dummy;
END
swap src/session/options.h '^	X\(JSON, sink_json\) .*\\$' '	X(JSON, sink_json) \\\n	X(DUMMY, sink_dummy) \\'
insert src/command/options.c '^FLAG\(json,' <<'END'
FLAG(dummy, run.form = RUN_DUMMY)
END
insert src/command/options.c '^	\{"check", 0, CLI_REPLAY' <<'END'
	{"dummy", 0, CLI_REPLAY, NULL, set_dummy, "how many events there are"},
END
insert docs/FORMATS.md '^## ' <<'END'

What `replay --dummy` gives: a scratch addition.
END
