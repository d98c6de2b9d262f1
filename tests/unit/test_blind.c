// SPDX-License-Identifier: GPL-2.0
/*
 * Time in which hooks did not fire: how looks at them add up, and how that is said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "event/blind.h"

#include "fixture.h"
#include "golden.h"

#define S 1000000000ULL

static struct blind_watch watch;

/* At this time, in seconds. */
static void look(__u64 seconds, enum blind_cause trampoline, enum blind_cause kprobe)
{
	const enum blind_cause found[BLIND_METHOD_COUNT] = {
		[BLIND_TRAMPOLINE] = trampoline,
		[BLIND_KPROBE] = kprobe,
	};

	blind_look(&watch, seconds * S, found);
}

static int begin(void **state)
{
	(void)state;
	watch = (struct blind_watch){.last_ns = 10 * S};
	return 0;
}

static void is(__u64 trampolines, __u64 kprobes)
{
	assert_true(watch.sum.ns[BLIND_TRAMPOLINE] == trampolines * S);
	assert_true(watch.sum.ns[BLIND_KPROBE] == kprobes * S);
	assert_true(blind_longest(&watch.sum) ==
		    (trampolines > kprobes ? trampolines : kprobes) * S);
}

static void never(void **state)
{
	(void)state;
	look(11, BLIND_NOT, BLIND_NOT);
	look(12, BLIND_NOT, BLIND_NOT);
	is(0, 0);
	assert_int_equal(watch.sum.looks, 2);
}

/* When it began and when it ended is known to a look only. */
static void for_a_while(void **state)
{
	(void)state;
	look(11, BLIND_NOT, BLIND_NOT);
	look(12, BLIND_SWITCH, BLIND_NOT);
	look(13, BLIND_SWITCH, BLIND_NOT);
	look(14, BLIND_NOT, BLIND_NOT);
	look(15, BLIND_NOT, BLIND_NOT);
	is(3, 0);
	assert_int_equal(watch.sum.cause[BLIND_TRAMPOLINE], BLIND_SWITCH);
	assert_int_equal(watch.sum.cause[BLIND_KPROBE], BLIND_NOT);
}

/* Both looks found it on; somebody wrote to the switch in between. */
static void between_looks(void **state)
{
	(void)state;
	look(11, BLIND_NOT, BLIND_NOT);
	look(12, BLIND_WRITTEN, BLIND_NOT);
	look(13, BLIND_NOT, BLIND_NOT);
	is(1, 0);
	assert_int_equal(watch.sum.cause[BLIND_TRAMPOLINE], BLIND_WRITTEN);
}

static void from_the_start(void **state)
{
	(void)state;
	look(11, BLIND_NOT, BLIND_SILENT);
	look(13, BLIND_NOT, BLIND_SWITCH);
	is(0, 3);
	assert_int_equal(watch.sum.cause[BLIND_KPROBE], BLIND_SILENT);
}

/* Even if the clock did not go on. */
static void at_one_instant(void **state)
{
	(void)state;
	look(10, BLIND_SWITCH, BLIND_NOT);
	assert_true(watch.sum.ns[BLIND_TRAMPOLINE] == 1);
}

static void methods(void **state)
{
	(void)state;
	assert_int_equal(blind_method_of("fentry"), BLIND_TRAMPOLINE);
	assert_int_equal(blind_method_of("fmod_ret"), BLIND_TRAMPOLINE);
	assert_int_equal(blind_method_of("kprobe"), BLIND_KPROBE);
	assert_int_equal(blind_method_of("tp_btf"), BLIND_METHOD_COUNT);
	assert_int_equal(blind_method_of(""), BLIND_METHOD_COUNT);
}

static void lines(const char *expected)
{
	struct capture capture;
	char *text;

	capture_begin(&capture);
	blind_lines(capture.file, "# ", &watch.sum, 5 * S);
	text = capture_end(&capture);
	assert_string_equal(text, expected);
	free(text);
}

static void said(void **state)
{
	(void)state;
	lines("");
	look(12, BLIND_SWITCH, BLIND_NOT);
	lines("# BLIND for 2.0 s of 5.0 s: hooks by fentry did not fire, "
	      "/proc/sys/kernel/ftrace_enabled was 0\n");
}

static void json(const char *expected)
{
	struct capture capture;
	struct json json;
	char *text;

	capture_begin(&capture);
	json_init(&json, capture.file);
	blind_json(&json, &watch.sum);
	assert_int_equal(json_line(&json), 0);
	json_free(&json);
	text = capture_end(&capture);
	assert_string_equal(text, expected);
	free(text);
}

static void as_json(void **state)
{
	(void)state;
	json("null\n");
	look(11, BLIND_NOT, BLIND_NOT);
	json("[]\n");
	look(12, BLIND_WRITTEN, BLIND_GONE);
	json("[{\"method\":\"fentry\",\"ns\":1000000000,\"cause\":\"written\"},"
	     "{\"method\":\"kprobe\",\"ns\":1000000000,\"cause\":\"gone\"}]\n");
	/* Of a later version's recording. */
	watch.sum.cause[BLIND_TRAMPOLINE] = 99;
	watch.sum.ns[BLIND_KPROBE] = 0;
	json("[{\"method\":\"fentry\",\"ns\":1000000000,\"cause\":\"silent\"}]\n");
	assert_string_equal(blind_text(BLIND_TRAMPOLINE, 99), "a call that has to be seen was not");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(never, begin),
		cmocka_unit_test_setup(for_a_while, begin),
		cmocka_unit_test_setup(between_looks, begin),
		cmocka_unit_test_setup(from_the_start, begin),
		cmocka_unit_test_setup(at_one_instant, begin),
		cmocka_unit_test_setup(said, begin),
		cmocka_unit_test_setup(as_json, begin),
		cmocka_unit_test(methods),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
