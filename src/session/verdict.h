/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A run that is judged: arms what is asked for, lets a command work, checks the
 * rules R1 to R18 on what happened, writes the report. `check` and `run` are made
 * of it. One at a time in a process.
 */
#ifndef SESSION_VERDICT_H
#define SESSION_VERDICT_H

#include "check/check.h"
#include "command/cli.h"
#include "session/host.h"

/* Pointers stay the caller's and must live until verdict_run() returns. */
struct verdict_request {
	const char *command; /* "check" or "run", for the recording and the messages */
	/* Injection rules, as `inject` takes them; at most CLI_LIST_MAX. 0: inject nothing. */
	const char *const *rules;
	size_t rule_count;
	const char *const *in_use; /* BDFs that may be hit although they are in use */
	size_t in_use_count;
	struct check_options check;
	struct host *host; /* of several runs; NULL: it opens its own. Scanned again */
	struct host_options host_options; /* for its own */
	char *const *argv;		  /* the workload; NULL: until a signal or the time is up */
	bool until_spent;   /* argv is run again while a rule can still fire and it ends with 0 */
	const char *output; /* the report; NULL: stdout */
	const char *recording; /* FILE.smr, NULL: none */
	bool pack;
	const char *stats_file; /* NULL: none */
	__u64 duration_ns;	/* the workload is ended with SIGTERM then; 0: no limit */
	__u64 linger_ns;	/* without argv */
	__u32 ring_bytes;
	bool json;   /* errors as JSON */
	bool strict; /* lost events are exit status 4 */
};

/*
 * An enum exit_code: EXIT_VERDICT for a negative verdict or a rule that never fired;
 * else the status of argv, if that was not 0.
 */
int verdict_run(const struct verdict_request *request);
/* The options of check and replay, from the command line. 0 or EXIT_USAGE, logged. */
int verdict_options(const struct cli *cli, struct check_options *options);

#endif
