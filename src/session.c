// SPDX-License-Identifier: GPL-2.0
#include "session.h"

#include "child.h"
#include "json.h"
#include "loader.h"
#include "log.h"
#include "output.h"
#include "report.h"
#include "scan.h"
#include "sink.h"
#include "version.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* An event is out of the ring and on its way after this at the latest. */
#define TICK_NS 50000000ULL

struct session {
	const struct session_options *options;
	struct scan *scan;
	struct devices *devices;
	struct loader *loader;
	struct stream_info info;
	struct output output;
	struct sink sink;
	struct child child;
	bool sink_open;
	int sink_error;
	bool detached;
	__u64 consumed;
	__u64 started_ns;
	__u64 stopped_ns; /* 0: still running */
	__u64 next_report_ns;
	__u64 idle_since_ns; /* all rules used up */
	const char *reason;  /* why it ended; NULL: it goes on */
	int epoll, signals, timer;
};

static __u64 clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (__u64)now.tv_sec * 1000000000ULL + (__u64)now.tv_nsec;
}

static int on_event(void *context, void *record, size_t length)
{
	struct session *session = context;

	session->consumed++;
	if (!session->sink_open || session->sink_error)
		return 0;
	session->sink_error = session->sink.ops->event(&session->sink, record, length);
	return 0;
}

static void fill_info(struct session *session, const struct kernel *kernel)
{
	struct stream_info *info = &session->info;
	const char *variant = getenv("LAB_VARIANT");

	info->command = session->options->command;
	info->tool_version = SMMUSCOPE_VERSION;
	info->kernel = kernel->release;
	info->variant = variant && *variant ? variant : NULL;
	info->attach = "fentry";
	info->monotonic_ns = clock_ns(CLOCK_MONOTONIC);
	info->realtime_ns = clock_ns(CLOCK_REALTIME);
	info->rules = session->options->rule_texts;
	info->rule_count = session->options->rule_count;
	info->devices = session->devices;
	info->missing = loader_missing(session->loader, &info->missing_count);
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

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
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

static int open_sink(struct session *session)
{
	const struct session_options *options = session->options;
	int err = output_open(&session->output, options->output);

	if (err || !options->events)
		return err;
	session->sink.ops = options->json ? &sink_json : &sink_text;
	session->sink.file = session->output.file;
	session->sink.info = &session->info;
	err = session->sink.ops->open(&session->sink);
	if (!err) {
		session->sink_open = true;
		err = output_flush(&session->output);
	}
	if (err)
		output_fail(&session->output, err);
	return err;
}

static void read_signals(struct session *session)
{
	struct signalfd_siginfo info;

	while (read(session->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD) {
			if (session->child.pid && child_reap(&session->child))
				session->reason = "command";
		} else {
			session->reason = "signal";
		}
	}
}

/* Rules that can still fire: not used up and not out of time. */
static bool rules_open(struct session *session, __u64 now)
{
	const struct rule_links *rules = session->options->rules;

	for (__u32 i = 0; i < rules->count; i++) {
		struct smmu_rule_state state = {};

		if (loader_rule_state(session->loader, i, &state))
			return true;
		if (state.fired < rules->wire[i].times && now < rules->wire[i].deadline_ns)
			return true;
	}
	return false;
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

static int collect_statistics(struct session *session, struct statistics *statistics)
{
	int err = loader_statistics(session->loader, statistics);

	statistics->duration_ns =
		(session->stopped_ns ? session->stopped_ns : clock_ns(CLOCK_MONOTONIC)) -
		session->started_ns;
	statistics->loss.consumed = session->consumed;
	if (err)
		log_error("the statistics cannot be read from the kernel: %s", strerror(-err));
	return err;
}

static int write_report(struct session *session, FILE *file, bool json)
{
	struct statistics statistics = {};
	int err;

	/* Where ATS stands now, and devices that came since the start. */
	scan_devices(session->scan, session->devices);
	err = collect_statistics(session, &statistics);
	if (!err)
		err = json ? report_json(file, &statistics, &session->info)
			   : report_text(file, &statistics, &session->info);
	statistics_free(&statistics);
	return err;
}

static void tick(struct session *session)
{
	const struct session_options *options = session->options;
	__u64 expirations, now = clock_ns(CLOCK_MONOTONIC);

	if (read(session->timer, &expirations, sizeof(expirations)) < 0)
		return;
	if (options->duration_ns && now - session->started_ns >= options->duration_ns)
		session->reason = "timeout";
	check_rules(session, now);
	if (options->interval_ns && now >= session->next_report_ns) {
		session->next_report_ns += options->interval_ns;
		session->sink_error = write_report(session, session->output.file, options->json);
	}
}

static void loop(struct session *session)
{
	while (!session->reason && !session->sink_error) {
		struct epoll_event ready;
		int count = epoll_wait(session->epoll, &ready, 1, -1);

		if (count < 0 && errno != EINTR)
			session->reason = "error";
		if (count <= 0)
			continue;
		if (ready.data.fd == session->signals)
			read_signals(session);
		else if (ready.data.fd == session->timer)
			tick(session);
		loader_consume(session->loader);
		if (session->sink_error)
			break;
		session->sink_error = output_flush(&session->output);
	}
}

/* What each rule did, on stderr and, with --json, in the stream. */
static int report_rules(struct session *session)
{
	const struct session_options *options = session->options;
	struct json json;
	int err = 0;

	json_init(&json, session->output.file);
	for (__u32 i = 0; options->rules && i < options->rules->count && !err; i++) {
		struct smmu_rule_state state = {};

		loader_rule_state(session->loader, i, &state);
		if (!options->json) {
			log_info("rule %u fired %llu of %llu times (%llu matches, %llu retries failed "
				 "with it)",
				 i, state.fired, options->rules->wire[i].times, state.matched,
				 state.repeated);
			continue;
		}
		json_object_begin(&json);
		json_key(&json, "type");
		json_string(&json, "rule");
		json_key(&json, "rule");
		json_u64(&json, i);
		json_key(&json, "text");
		json_string(&json, options->rule_texts[i]);
		json_key(&json, "matched");
		json_u64(&json, state.matched);
		json_key(&json, "fired");
		json_u64(&json, state.fired);
		json_key(&json, "repeated");
		json_u64(&json, state.repeated);
		json_key(&json, "expired");
		json_u64(&json, state.expired);
		json_object_end(&json);
		err = json_line(&json);
	}
	json_free(&json);
	return err;
}

static int close_sink(struct session *session, const struct statistics *statistics)
{
	int err = session->sink_error;

	if (!session->sink_open)
		return err;
	if (!err)
		err = report_rules(session);
	if (!err)
		err = session->sink.ops->close(&session->sink, statistics, session->reason);
	else
		session->sink.ops->close(&session->sink, statistics, "error");
	if (!err)
		err = output_flush(&session->output);
	session->sink_open = false;
	return err;
}

static int write_stats_file(struct session *session)
{
	struct output output;
	int err;

	if (!session->options->stats_file)
		return 0;
	err = output_open(&output, session->options->stats_file);
	if (err)
		return err;
	err = write_report(session, output.file, true);
	if (!err)
		err = output_flush(&output);
	if (err)
		output_fail(&output, err);
	output_close(&output);
	return err;
}

static int check_loss(const struct session *session, const struct statistics *statistics)
{
	const struct loss *loss = &statistics->loss;

	if (loss->emitted != loss->consumed)
		log_warn("%llu events were put into the ring and %llu came out: please report this",
			 loss->emitted, loss->consumed);
	if (!loss->lost && !loss->skipped_by_kernel)
		return EXIT_OK;
	log_warn("%llu of %llu events lost, %llu hits skipped by the kernel", loss->lost,
		 loss->attempted, loss->skipped_by_kernel);
	if (loss->lost)
		log_hint("a larger ring (--ring) or a narrower filter loses less");
	return session->options->strict ? EXIT_LOST : EXIT_OK;
}

/* Everything off first, then what is left in the ring, then the accounts. */
static int finish(struct session *session)
{
	const struct session_options *options = session->options;
	struct statistics statistics = {};
	int code = EXIT_OK, err;

	session->stopped_ns = clock_ns(CLOCK_MONOTONIC);
	loader_detach(session->loader);
	loader_consume(session->loader);
	if (collect_statistics(session, &statistics))
		code = EXIT_RUNTIME;
	err = close_sink(session, &statistics);
	if (!err && options->report && !options->interval_ns) {
		err = write_report(session, session->output.file, options->json);
		if (!err)
			err = output_flush(&session->output);
	}
	if (err) {
		output_fail(&session->output, err);
		code = EXIT_RUNTIME;
	}
	if (write_stats_file(session))
		code = EXIT_RUNTIME;
	if (code == EXIT_OK)
		code = check_loss(session, &statistics);
	statistics_free(&statistics);
	return code;
}

static int run(struct session *session, const struct kernel *kernel)
{
	const struct session_options *options = session->options;
	int code, err;

	fill_info(session, kernel);
	err = open_loop(session);
	if (err) {
		log_error("signals and timers cannot be set up: %s", strerror(-err));
		return EXIT_RUNTIME;
	}
	if (open_sink(session))
		return EXIT_RUNTIME;
	code = loader_attach(session->loader);
	if (code)
		return code;
	session->started_ns = clock_ns(CLOCK_MONOTONIC);
	session->next_report_ns = session->started_ns + options->interval_ns;
	for (size_t i = 0; i < session->info.missing_count; i++)
		log_warn("not attached: %s", session->info.missing[i]);
	if (options->argv) {
		err = child_start(&session->child, options->argv);
		if (err) {
			log_error("%s cannot be started: %s", options->argv[0], strerror(-err));
			log_hint("name a program that can be run behind --");
			session->reason = "error";
			finish(session);
			return EXIT_RUNTIME;
		}
	} else {
		log_info("%s: attached, stop with Ctrl-C", options->command);
	}
	loop(session);
	code = finish(session);
	child_stop(&session->child);
	if (!code && options->argv)
		code = session->child.status;
	return code;
}

static void close_loop(struct session *session)
{
	if (session->epoll > 0)
		close(session->epoll);
	if (session->signals > 0)
		close(session->signals);
	if (session->timer > 0)
		close(session->timer);
}

int session_run(const struct session_options *options, const struct plan *plan,
		const struct kernel *kernel, struct scan *scan, struct devices *devices)
{
	struct session session = {.options = options, .scan = scan, .devices = devices};
	const struct loader_options loader_options = {
		.stats = options->report || options->stats_file,
		.events = options->events,
		.kinds = options->kinds,
		.smmu = options->smmu_address,
		.sids = options->sids,
		.sid_count = options->sid_count,
		.failed_only = options->failed_only,
		.latency_above_ns = options->latency_above_ns,
		.ring_bytes = options->ring_bytes,
		.rules = options->rules,
		.devices = devices,
	};
	int code = loader_open(&session.loader, plan, &loader_options, on_event, &session);

	if (code)
		return code;
	code = run(&session, kernel);
	loader_close(session.loader);
	output_close(&session.output);
	close_loop(&session);
	return code;
}
