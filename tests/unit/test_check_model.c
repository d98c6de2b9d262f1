// SPDX-License-Identifier: GPL-2.0
/*
 * Random histories: a model of the architecture (model/model.h) and the engine agree on who may not
 * use ATS (fenced), on what an invalidation leaves that can still be used (stale), and on whom it
 * does not reach (forgotten). Where the engine says that it cannot know, that is counted, and there
 * is a limit to it.
 *
 *   MODEL_EVENTS=10000000 out/unit/test_check_model   so many events
 *   MODEL_SEED=75 out/unit/test_check_model           this history only
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/history.h"

#include <stdlib.h>

/* With sanitizers, on a slow machine; `make model` has 10 million, without. */
#define USUAL_EVENTS 2000000ULL
/* Events of one history. */
#define LENGTH 2000U

static struct judged judged;

static __u64 number(const char *name, __u64 otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static void agree(void **state)
{
	const __u64 events = number("MODEL_EVENTS", USUAL_EVENTS), only = number("MODEL_SEED", 0);
	struct history history;
	__u64 seed = only ? only : 1;
	bool good = true;

	(void)state;
	assert_int_equal(history_open(&history), 0);
	while (good && judged.events < events) {
		good = history_agrees(&history, seed, LENGTH, &judged, true);
		if (only)
			break;
		seed++;
	}
	history_close(&history);
	judged_say(&judged);
	if (!good)
		fail_msg("engine and model disagree: MODEL_SEED=%llu, see above", seed - !only);
}

/* Nothing of it is said of histories in which nothing happens. */
static void enough(void **state)
{
	(void)state;
	if (number("MODEL_SEED", 0))
		skip();
	assert_true(judged.fences > judged.events / 1000);
	assert_true(judged.barred > judged.events);
	assert_true(judged.ends > judged.events / 10);
	assert_true(judged.stale > judged.events / 500);
	assert_true(judged.settled > judged.events / 500);
	assert_true(judged.reached > judged.events / 50);
	assert_true(judged.forgotten > judged.events / 1000);
	assert_true(judged.accused > judged.events / 1000);
	assert_true(judged.broken > judged.events / 10000);
}

/* What cannot be said is the exception, by the events and by what was stale. */
static void little_unsaid(void **state)
{
	(void)state;
	if (number("MODEL_SEED", 0))
		skip();
	assert_true(judged.in_memory < judged.fenced / 10);
	assert_true(judged.unconfirmed < judged.fenced / 25);
	assert_true(judged.busy < judged.fenced / 10);
	assert_true(judged.absorbed < judged.stale / 2);
	assert_true(judged.spread < judged.fenced / 10000);
	assert_true(judged.resetting < judged.stale / 10);
	assert_true(judged.excused < judged.forgotten * 3);
	assert_true(judged.late + judged.untold < judged.forgotten / 5);
	assert_true(judged.early + judged.older + judged.unplaced < judged.stale / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agree),
		cmocka_unit_test(enough),
		cmocka_unit_test(little_unsaid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
