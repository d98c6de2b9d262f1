// SPDX-License-Identifier: GPL-2.0
/*
 * Idle flows are forgotten once there are many, unless they have something open: memory stays
 * bounded however many threads come and go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check/track.h"

#include "fixture.h"

#define S    1000000000ULL
#define MANY (FLOWS_MANY + 1000U)

static struct track track;

static struct flow *seen(__u32 tid)
{
	const struct flow_id id = {.tid = tid, .cpu = CPU_ANY};
	struct flow *flow = track_flow(&track, &id);

	assert_non_null(flow);
	return flow;
}

static bool known(__u32 tid)
{
	const struct flow_id id = {.tid = tid, .cpu = CPU_ANY};

	return track_known_flow(&track, &id);
}

static int setup(void **state)
{
	(void)state;
	assert_int_equal(track_init(&track, &fixture_info), 0);
	track.last_ns = 100 * S;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	track_free(&track);
	return 0;
}

static void come(__u32 count)
{
	for (__u32 tid = 1; tid <= count; tid++)
		seen(tid);
	assert_int_equal(track.flow_count, count);
}

static void forgotten(void **state)
{
	(void)state;
	come(MANY);
	seen(1)->failed = true;
	seen(2)->timed_out = true;
	seen(3)->timeout_count = 1;
	seen(4)->suspect_count = 1;
	seen(5)->unsynced_queue = QUEUE_A;
	track.last_ns += 5 * S;
	seen(6);
	track.last_ns += FLOW_IDLE_NS - 5 * S + 1;
	seen(MANY + 1);
	for (__u32 tid = 1; tid <= 6; tid++)
		assert_true(known(tid));
	assert_false(known(7));
	assert_true(known(MANY + 1));
	assert_int_equal(track.flow_count, 7);
	seen(7);
	assert_int_equal(track.flow_count, 8);
}

/* A few idle flows are kept. */
static void few(void **state)
{
	(void)state;
	come(FLOWS_MANY - 1);
	track.last_ns += 1000 * S;
	seen(FLOWS_MANY);
	assert_int_equal(track.flow_count, FLOWS_MANY);
	assert_true(known(1));
}

static void not_idle_yet(void **state)
{
	(void)state;
	come(MANY);
	track.last_ns += FLOW_IDLE_NS;
	seen(MANY + 1);
	assert_int_equal(track.flow_count, MANY + 1);
}

/* A thousand new threads a second, each of them seen once. */
static void bounded(void **state)
{
	(void)state;
	for (__u32 tid = 1; tid <= 100000; tid++) {
		track.last_ns += S / 1000;
		seen(tid);
		assert_true(track.flow_count <= 12000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(forgotten, setup, teardown),
		cmocka_unit_test_setup_teardown(few, setup, teardown),
		cmocka_unit_test_setup_teardown(not_idle_yet, setup, teardown),
		cmocka_unit_test_setup_teardown(bounded, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
