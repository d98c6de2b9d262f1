// SPDX-License-Identifier: GPL-2.0
#include "session/internal.h"

#include "check/check.h"
#include "command/filter.h"
#include "base/log.h"
#include "base/patience.h"
#include "version.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* An event is out of the ring and on its way after this at the latest. */
#define TICK_NS 50000000ULL

/* Events taken out in one go: signals and time get their turn in between. */
#define BURST 16384

static inline void give(struct session *session, struct stream *stream, void *record, size_t length)
{
	int error;

	if (!stream->open || stream->error)
		return;
	error = stream->sink.ops->event(&stream->sink, record, length);
	if (error)
		session->failed = stream->error = error;
}

static __attribute__((noinline)) void give_others(struct session *session, void *record,
						  size_t length)
{
	for (size_t i = 1; i < session->stream_count; i++)
		give(session, &session->streams[i], record, length);
}

/* For each event of the machine: mostly there is one stream that it is for. */
static int on_event(void *context, void *record, size_t length)
{
	struct session *session = context;

	session->consumed++;
	if (session->stream_count > 1)
		give_others(session, record, length);
	give(session, &session->streams[0], record, length);
	/* Counted and taken out; only the next one waits. */
	return session->consumed == session->burst_end ? -EAGAIN : 0;
}

static void fill_info(struct session *session, const struct plan *plan, const struct kernel *kernel)
{
	struct stream_info *info = &session->info;
	const char *variant = getenv("LAB_VARIANT");

	info->command = session->options->command;
	info->tool_version = SMMUSCOPE_VERSION;
	info->kernel = kernel->release;
	info->variant = variant && *variant ? variant : NULL;
	info->attach = plan_method_name(plan->hook[HOOK_LIST].method);
	info->monotonic_ns = clock_ns(CLOCK_MONOTONIC);
	info->realtime_ns = clock_ns(CLOCK_REALTIME);
	info->rules = session->options->rule_texts;
	info->rule_count = session->options->rule_count;
	info->devices = session->devices;
	info->missing = loader_missing(session->loader, &info->missing_count);
	info->hooks = loader_hooks(session->loader, &info->hook_count);
	info->kinds = session->options->kinds;
	info->filtered = session->options->filtered;
	session->symbols = symbols_kernel();
	info->symbols = session->symbols;
}

static int watch(struct session *session, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	if (fd < 0)
		return 0;
	return epoll_ctl(session->epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int open_loop(struct session *session)
{
	const struct itimerspec tick = {
		.it_interval.tv_nsec = TICK_NS,
		.it_value.tv_nsec = TICK_NS,
	};
	sigset_t set;
	int err;

	patience_take(&session->consumed);
	patience_signals(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	session->epoll = epoll_create1(EPOLL_CLOEXEC);
	session->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	session->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (session->epoll < 0 || session->signals < 0 || session->timer < 0 ||
	    timerfd_settime(session->timer, 0, &tick, NULL))
		return -errno;
	err = watch(session, session->signals);
	if (!err)
		err = watch(session, session->timer);
	if (!err)
		err = watch(session, loader_ring_fd(session->loader));
	return err;
}

static bool same_file(const struct output *a, const struct output *b)
{
	struct stat one, other;

	return a->file && b->file && !fstat(fileno(a->file), &one) &&
	       !fstat(fileno(b->file), &other) && S_ISREG(one.st_mode) &&
	       one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* With -o FILE.smr alone there is nothing but the recording. */
static bool writes_events(const struct session_options *options)
{
	return options->events && !(options->recording && !options->output);
}

static int refuse_file(const char *option, const char *path)
{
	log_error("%s: %s is written to already", option, path);
	log_hint("name another file");
	return -EINVAL;
}

/* Opened at the start: what cannot be written is known before anything is armed. */
static int open_outputs(struct session *session)
{
	const struct session_options *options = session->options;
	bool taken = options->report || options->check || writes_events(options);
	int err = 0;

	if (taken)
		err = output_open(&session->output, options->output);
	if (!err && options->recording)
		err = output_open_binary(&session->recording, options->recording);
	if (err || !options->stats_file)
		return err;
	if (!strcmp(options->stats_file, "-") && session->output.file == stdout) {
		log_error("--stats: stdout is taken by the events");
		log_hint("name a file, or send the events to one with -o");
		return -EINVAL;
	}
	err = output_open(&session->stats, options->stats_file);
	if (!err && (same_file(&session->output, &session->stats) ||
		     same_file(&session->recording, &session->stats)))
		err = refuse_file("--stats", options->stats_file);
	return err;
}

static int open_stream(struct session *session, const struct sink_ops *ops, struct output *output,
		       const void *sink_options)
{
	struct stream *stream = &session->streams[session->stream_count++];
	int err;

	stream->output = output;
	stream->sink.ops = ops;
	stream->sink.file = output->file;
	stream->sink.info = &session->info;
	stream->sink.options = sink_options;
	err = ops->open(&stream->sink);
	if (!err) {
		stream->open = true;
		err = output_flush(output);
	}
	if (err)
		output_fail(output, err);
	return err;
}

static int open_streams(struct session *session)
{
	const struct session_options *options = session->options;
	int err = 0;

	if (options->check)
		err = open_stream(session, &sink_check, &session->output, options->check);
	else if (writes_events(options))
		err = open_stream(session, options->json ? &sink_json : &sink_text,
				  &session->output, NULL);
	if (!err && options->recording)
		err = open_stream(session, options->pack ? &sink_record_packed : &sink_record,
				  &session->recording, NULL);
	return err;
}

/* Rules that can still fire: not used up and not out of time. */
static bool rules_open(struct session *session, __u64 now)
{
	const struct rule_links *rules = session->options->rules;

	for (__u32 i = 0; i < rules->count; i++) {
		struct smmu_rule_state state = {};

		if (loader_rule_state(session->loader, i, &state))
			return true;
		if (state.fired < rules->wire[i].times &&
		    now < loader_armed_ns(session->loader) + rules->wire[i].deadline_ns)
			return true;
	}
	return false;
}

static int say_cannot_start(char *const argv[], int err)
{
	log_error("%s cannot be started: %s", argv[0], strerror(-err));
	log_hint("name a program that can be run behind --; nothing stays attached");
	return EXIT_RUNTIME;
}

/* Is the command run once more? Until the rules are used up, if that is wanted. */
static bool run_again(struct session *session)
{
	const struct session_options *options = session->options;
	int err;

	if (!options->until_spent || session->child.status || session->reason ||
	    !rules_open(session, clock_ns(CLOCK_MONOTONIC)))
		return false;
	log_info("a rule can still fire: the command is run again");
	err = child_start(&session->child, options->argv);
	if (!err)
		return true;
	say_cannot_start(options->argv, err);
	session->failed = err;
	session->reason = "error";
	return false;
}

static void command_ended(struct session *session)
{
	const struct check_options *check = session->options->check;

	if (run_again(session) || session->failed)
		return;
	session->reason = "command";
	if (check && check->workload)
		*check->workload = session->child.status;
}

static void read_signals(struct session *session)
{
	struct signalfd_siginfo info;

	while (read(session->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD) {
			if (session->child.pid && child_reap(&session->child))
				command_ended(session);
		} else {
			session->reason = "signal";
			patience_begin();
		}
	}
}

static void check_rules(struct session *session, __u64 now)
{
	if (!session->options->rules || session->options->argv)
		return;
	if (rules_open(session, now)) {
		session->idle_since_ns = 0;
		return;
	}
	if (!session->idle_since_ns)
		session->idle_since_ns = now;
	if (now - session->idle_since_ns >= session->options->linger_ns)
		session->reason = "limit";
}

static void tick_streams(struct session *session, __u64 now)
{
	for (size_t i = 0; i < session->stream_count; i++) {
		struct stream *stream = &session->streams[i];

		if (!stream->open || stream->error || !stream->sink.ops->tick)
			continue;
		stream->error = stream->sink.ops->tick(&stream->sink, now);
		if (stream->error)
			session->failed = stream->error;
	}
}

/* What goes to the output has failed, and its stream is not ended on it either. */
static void end_of_output(struct session *session, int err)
{
	session->failed = err;
	if (session->stream_count && session->streams[0].output == &session->output &&
	    !session->streams[0].error)
		session->streams[0].error = err;
}

static void tick(struct session *session)
{
	const struct session_options *options = session->options;
	__u64 expirations, now = clock_ns(CLOCK_MONOTONIC);
	int err;

	if (read(session->timer, &expirations, sizeof(expirations)) < 0)
		return;
	if (options->duration_ns && now - session->started_ns >= options->duration_ns)
		session->reason = "timeout";
	check_rules(session, now);
	tick_streams(session, now);
	if (options->interval_ns && now >= session->next_report_ns) {
		session->next_report_ns += options->interval_ns;
		err = outcome_report(session, session->output.file, options->json);
		if (err) {
			end_of_output(session, err);
			output_fail(&session->output, err);
		}
	}
}

/* A recording is flushed by its sink, a block at a time. */
static void flush_streams(struct session *session)
{
	int err = !session->failed && session->output.file ? output_flush(&session->output) : 0;

	if (err)
		end_of_output(session, err);
}

/* Takes events out and writes them. A write may block, on a pager that is not scrolled. */
static void pass_on(struct session *session)
{
	sigset_t set;

	patience_signals(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	session->burst_end = session->consumed + BURST;
	loader_consume(session->loader);
	flush_streams(session);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (patience_ended() && !session->reason)
		session->reason = "signal";
}

static void loop(struct session *session)
{
	while (!session->reason && !session->failed) {
		struct epoll_event ready;
		int count = epoll_wait(session->epoll, &ready, 1, -1);

		if (count < 0 && errno != EINTR) {
			log_error("waiting for events: %s", strerror(errno));
			session->failed = -errno;
			return;
		}
		if (count <= 0)
			continue;
		if (ready.data.fd == session->signals)
			read_signals(session);
		else if (ready.data.fd == session->timer)
			tick(session);
		pass_on(session);
	}
}

static int prepare(struct session *session, const struct plan *plan, const struct kernel *kernel)
{
	char *const *argv = session->options->argv;
	int err;

	fill_info(session, plan, kernel);
	err = open_loop(session);
	if (err) {
		log_error("signals and timers cannot be set up: %s", strerror(-err));
		return EXIT_RUNTIME;
	}
	err = argv ? child_check(argv) : 0;
	if (err)
		return say_cannot_start(argv, err);
	return open_outputs(session) || open_streams(session) ? EXIT_RUNTIME : EXIT_OK;
}

static void say_attached(const struct session *session)
{
	const struct session_options *options = session->options;

	for (size_t i = 0; i < session->info.missing_count; i++)
		log_warn("not attached: %s", session->info.missing[i]);
	for (size_t i = 0; i < options->rule_count; i++)
		log_info("armed: rule %zu: %s", i, options->rule_texts[i]);
	if (!options->argv)
		log_info("%s: attached, stop with Ctrl-C", options->command);
}

static int run(struct session *session, const struct plan *plan, const struct kernel *kernel)
{
	const struct session_options *options = session->options;
	int code = prepare(session, plan, kernel), finished, err;
	sigset_t set;

	if (code)
		return code;
	session->started_ns = clock_ns(CLOCK_MONOTONIC);
	session->next_report_ns = session->started_ns + options->interval_ns;
	code = loader_attach(session->loader);
	if (!code) {
		say_attached(session);
		err = options->argv ? child_start(&session->child, options->argv) : 0;
		if (err)
			code = say_cannot_start(options->argv, err);
	}
	if (!code)
		loop(session);
	else
		session->reason = "error";
	/* From here on another signal ends a write that is blocked. */
	patience_signals(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	finished = outcome_finish(session);
	child_stop(&session->child);
	if (!code)
		code = finished;
	/* A rule that never fired is a finding about a run that went well; a verdict is what
	 * was asked for. */
	if (options->argv && (!code || (code == EXIT_VERDICT && !options->check)) &&
	    session->child.status)
		code = session->child.status;
	return code;
}

static void close_loop(struct session *session)
{
	patience_release();
	if (session->epoll > 0)
		close(session->epoll);
	if (session->signals > 0)
		close(session->signals);
	if (session->timer > 0)
		close(session->timer);
}

struct session_options session_options(const char *command, const struct cli *cli)
{
	return (struct session_options){
		.command = command,
		.json = cli->json,
		.strict = cli->strict,
		.output = cli->output,
		.recording = cli->recording,
		.pack = cli->pack,
		.stats_file = cli->stats_file,
		.kinds = cli->kinds,
		.filtered = filter_kinds(cli),
		.failed_only = cli->failed_only,
		.latency_above_ns = cli->latency_above_ns,
		.duration_ns = cli->duration_ns,
		.interval_ns = cli->interval_ns,
		.ring_bytes = cli->ring_bytes,
		.argv = cli->argv,
		.linger_ns = cli->linger_ns,
	};
}

int session_run(const struct session_options *options, const struct plan *plan,
		const struct kernel *kernel, struct scan *scan, struct devices *devices)
{
	struct session session = {.options = options, .scan = scan, .devices = devices};
	const struct loader_options loader_options = {
		.stats = options->report || options->stats_file,
		.events = options->events,
		.kinds = options->kinds,
		.twice = options->check,
		.smmu = options->smmu_address,
		.sids = options->sids,
		.sid_count = options->sid_count,
		.failed_only = options->failed_only,
		.latency_above_ns = options->latency_above_ns,
		.ring_bytes = options->ring_bytes,
		.rules = options->rules,
		.btf = kernel->btf_path,
		.own_btf = kernel->own_btf,
		.devices = devices,
	};
	int code = loader_open(&session.loader, plan, &loader_options, on_event, &session);

	if (code)
		return code;
	code = run(&session, plan, kernel);
	loader_close(session.loader);
	symbols_free(session.symbols);
	output_close(&session.output);
	output_close(&session.recording);
	output_close(&session.stats);
	close_loop(&session);
	return code;
}
