// SPDX-License-Identifier: GPL-2.0
#include "base/patience.h"

#include "base/inherited.h"

#include <stddef.h>
#include <unistd.h>

#define LOOK_SECONDS 1

static const int ending[] = {SIGINT, SIGTERM, SIGHUP};

#define ENDING_COUNT (sizeof(ending) / sizeof(ending[0]))

static volatile sig_atomic_t ended;
static const __u64 nothing;
static const volatile __u64 *volatile progress = &nothing;
static __u64 seen;

static void on_alarm(int number);
static void on_signal(int number);

static void handle(int number, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	sigaction(number, &action, NULL);
}

static void handle_ending(int flags)
{
	for (size_t i = 0; i < ENDING_COUNT; i++) {
		if (!inherited_ignored(ending[i]))
			handle(ending[i], on_signal, flags);
	}
}

/*
 * With SA_RESTART an interrupted write goes on, without it the write fails with EINTR: once
 * a second without progress has passed, the next alarm ends it.
 */
static void on_alarm(int number)
{
	handle(number, on_alarm, *progress == seen ? 0 : SA_RESTART);
	seen = *progress;
	alarm(LOOK_SECONDS);
}

static void on_signal(int number)
{
	(void)number;
	patience_begin();
}

void patience_signals(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < ENDING_COUNT; i++) {
		if (!inherited_ignored(ending[i]))
			sigaddset(set, ending[i]);
	}
}

void patience_take(const __u64 *counter)
{
	progress = counter;
	handle_ending(SA_RESTART);
}

void patience_release(void)
{
	alarm(0);
	progress = &nothing;
}

bool patience_ended(void)
{
	return ended;
}

void patience_begin(void)
{
	if (ended)
		return;
	ended = 1;
	seen = *progress;
	handle_ending(0);
	handle(SIGALRM, on_alarm, SA_RESTART);
	alarm(LOOK_SECONDS);
}
