// SPDX-License-Identifier: GPL-2.0
/*
 * path: 3/5  ring -> collector
 *
 * One thread waits for the ring, the clock and signals, and takes out what is there. Each
 * record is checked here, once, and not by the sinks.
 */
#include "session/internal.h"

#include "base/clock.h"
#include "base/descendants.h"
#include "base/inherited.h"
#include "base/log.h"
#include "base/patience.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* The longest time that an event stays in the ring. */
#define TICK_NS 50000000ULL

/* Events taken out in one go: signals and time get their turn in between. */
#define BURST 16384

/* ---- what comes out of the ring ---- */

static void not_an_event(struct session *session, size_t length)
{
	log_error("the ring gave %zu bytes that are no event: please report this", length);
	session->failed = -EINVAL;
}

/* Not inlined, so that a command list saves no registers for it. */
static __attribute__((noinline)) void look_closer(struct session *session, void *bytes,
						  size_t length)
{
	struct event_record record;

	if (!event_record_make(&record, bytes, length)) {
		not_an_event(session, length);
		return;
	}
	hotplug_look(session, record.event);
	streams_put(&session->streams, record);
}

/* For each event of the machine. */
int collector_event(void *context, void *bytes, size_t length)
{
	struct session *session = context;
	struct event_record record;

	session->consumed++;
	if (event_record_make(&record, bytes, length) && !hotplug_may(record.event))
		streams_put(&session->streams, record);
	else
		look_closer(session, bytes, length);
	/* This event is consumed; -EAGAIN only stops the burst. */
	return session->consumed == session->burst_end ? -EAGAIN : 0;
}

/* The main output cannot be written: the stream on it fails, too. */
static void output_failed(struct session *session, int err)
{
	session->failed = err;
	streams_fail(&session->streams, &session->outputs.main, err);
}

/* A recording is flushed by its sink, a block at a time. */
static void flush_main(struct session *session)
{
	struct output *output = &session->outputs.main;
	int err;

	streams_flush(&session->streams);
	err = !session_error(session) && output->file ? output_flush(output) : 0;
	if (err)
		output_failed(session, err);
}

/* Takes events out and writes them. A write may block, on a pager that is not scrolled. */
static void pass_on(struct session *session)
{
	sigset_t set;

	patience_signals(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	session->burst_end = session->consumed + BURST;
	loader_consume(session->loader);
	flush_main(session);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (patience_ended() && !session->reason)
		session->reason = "signal";
}

/* ---- what ends the run ---- */

/* Injection rules that can still fire: not used up and not out of time. */
static bool rules_left(struct session *session)
{
	__u64 now = clock_kernel_ns(CLOCK_BOOTTIME);
	const struct inject_rule_links *links = &session->injection->links;

	for (__u32 i = 0; i < links->count; i++) {
		struct smmu_rule_state state = {};
		struct rule_silence silence;

		if (silences_outcome(&session->injection->silences, i, &silence)) {
			if (silence.left)
				return true;
			continue;
		}
		if (loader_rule_state(session->loader, i, &state))
			return true;
		if (state.fired < links->wire[i].times &&
		    now < loader_armed_ns(session->loader) + links->wire[i].deadline_ns)
			return true;
	}
	return false;
}

/* With until_spent: restart the command while a rule can fire. */
static bool run_again(struct session *session)
{
	const struct run_options *options = session->options;
	int err;

	if (!options->until_spent || session->child.status || session->reason ||
	    !session->injection || !rules_left(session))
		return false;
	log_info("a rule can still fire: the command is run again");
	err = child_start(&session->child, options->argv);
	if (!err)
		return true;
	child_refused(options->argv, err);
	session->failed = err;
	session->reason = "error";
	return false;
}

static void command_ended(struct session *session)
{
	const struct run_options *options = session->options;

	if (run_again(session) || session_error(session))
		return;
	session->reason = "command";
	if (options->judged && options->check.workload)
		*options->check.workload = session->child.status;
}

static void read_signals(struct session *session)
{
	struct signalfd_siginfo info;

	while (read(session->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD) {
			if (session->child.pid && child_reap(&session->child))
				command_ended(session);
			descendants_reap(session->child.pid);
		} else if (info.ssi_signo == SIGUSR1) {
			output_reopen_all();
		} else {
			session->reason = "signal";
			patience_begin();
		}
	}
}

/* Without a command the run ends a while after the last rule can fire. */
static void look_at_rules(struct session *session, __u64 now)
{
	if (!session->injection || session->options->argv)
		return;
	if (rules_left(session)) {
		session->spent_since_ns = 0;
		return;
	}
	if (!session->spent_since_ns)
		session->spent_since_ns = now;
	if (now - session->spent_since_ns >= session->options->linger_ns)
		session->reason = "limit";
}

static void tick(struct session *session)
{
	const struct run_options *options = session->options;
	__u64 expirations, now = clock_kernel_ns(CLOCK_MONOTONIC);
	int err;

	if (read(session->timer, &expirations, sizeof(expirations)) < 0)
		return;
	if (options->duration_ns && now - session->started_ns >= options->duration_ns)
		session->reason = "timeout";
	look_at_rules(session, now);
	sentry_look(session, now);
	streams_tick(&session->streams, now);
	if (options->interval_ns && now >= session->next_report_ns) {
		session->next_report_ns += options->interval_ns;
		err = outcome_report(session);
		if (err) {
			output_failed(session, err);
			output_fail(&session->outputs.main, err);
		}
	}
}

/* ---- the loop ---- */

static int watch(struct session *session, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	if (fd < 0)
		return 0;
	return epoll_ctl(session->epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

int collector_open(struct session *session)
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
	/* While it is blocked it is not lost, although it is ignored everywhere else. */
	if (!inherited_ignored(SIGUSR1))
		sigaddset(&set, SIGUSR1);
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

void collector_run(struct session *session)
{
	while (!session->reason && !session_error(session)) {
		struct epoll_event ready;
		int count = epoll_wait(session->epoll, &ready, 1, -1);

		if (count < 0 && errno != EINTR) {
			session->failed = -errno;
			log_error("waiting for events: %s", strerror(-session->failed));
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

void collector_let_signals_in(void)
{
	sigset_t set;

	patience_signals(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void collector_close(struct session *session)
{
	patience_release();
	close_fd(session->epoll);
	close_fd(session->signals);
	close_fd(session->timer);
}
