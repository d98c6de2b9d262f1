// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that are told not to answer, on files that stand for their configuration space, and
 * the rules with kind=device that tell them so.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "device/config_space.h"
#include "device/silence.h"
#include "inject/silences.h"

#define A  "0000:01:00.0"
#define B  "0000:02:00.0"
#define S  1000000000ULL
#define AT 0xfe0U

/* Offsets in the capability, from the text of the layout and not from the code. */
enum {
	CONTROL = AT + 8,
	FILTER = AT + 12,
	FOR = AT + 16,
	WAIT = AT + 20,
	YES = AT + 24,
	NO = AT + 28
};

static char root[64];

static const char *config_of(const char *name)
{
	static char path[200];

	snprintf(path, sizeof(path), "%s/sys/bus/pci/devices/%s/config", root, name);
	return path;
}

static void word(const char *name, unsigned int offset, __u32 value)
{
	__u32 little = htole32(value);
	int fd = open(config_of(name), O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, &little, 4, offset), 4);
	close(fd);
}

static __u32 read_word(const char *name, unsigned int offset)
{
	__u32 value;
	int fd = open(config_of(name), O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &value, 4, offset), 4);
	close(fd);
	return le32toh(value);
}

/* A function with `bytes` of configuration space, all 0. */
static void function(const char *name, off_t bytes)
{
	char path[200];
	int fd;

	snprintf(path, sizeof(path), "mkdir -p %s/sys/bus/pci/devices/%s", root, name);
	assert_int_equal(system(path), 0);
	unlink(config_of(name));
	fd = open(config_of(name), O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, bytes), 0);
	close(fd);
}

/* With AER, another vendor's capability, ATS, and the one that is looked for. */
static void silent_function(const char *name)
{
	function(name, 4096);
	word(name, 0x100, 0x0001 | 2U << 16 | 0x200U << 20);
	word(name, 0x200, 0x000b | 1U << 16 | 0x300U << 20);
	word(name, 0x204, 0x1234 | 2U << 16 | 0x20U << 20);
	word(name, 0x300, 0x000f | 1U << 16 | AT << 20);
	word(name, AT, 0x000b | 1U << 16);
	word(name, AT + 4, 0x4154 | 2U << 16 | 0x20U << 20);
}

static int make_root(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/smmuscope-test-XXXXXX");
	if (!mkdtemp(root))
		return -1;
	silent_function(A);
	silent_function(B);
	return 0;
}

static int remove_root(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in '%s'", part, text);
}

/* ---- the walk ---- */

static int found(const char *name)
{
	int fd = config_space_open(root, name, false), at;

	assert_true(fd >= 0);
	at = config_space_find_vsec(fd, 0x4154, 2, 0x20);
	close(fd);
	return at;
}

static void finds_the_capability(void **state)
{
	(void)state;
	assert_int_equal(found(A), AT);
}

static void finds_none(void **state)
{
	struct silence_state silence;

	(void)state;
	/* a function without an extended space, one that is gone (all ones), one with other things
	 */
	function(A, 4096);
	assert_int_equal(found(A), 0);
	word(A, 0x100, ~0U);
	assert_int_equal(found(A), 0);
	word(A, 0x100, 0x0001 | 2U << 16);
	assert_int_equal(found(A), 0);
	assert_int_equal(silence_peek(root, A, &silence), -EOPNOTSUPP);
	/* the same ID with another revision, another length, as another kind of capability */
	word(A, 0x100, 0x000b | 1U << 16);
	word(A, 0x104, 0x4154 | 1U << 16 | 0x20U << 20);
	assert_int_equal(found(A), 0);
	word(A, 0x104, 0x4154 | 2U << 16 | 0x24U << 20);
	assert_int_equal(found(A), 0);
	word(A, 0x104, 0x4154 | 2U << 16 | 0x20U << 20);
	assert_int_equal(found(A), 0x100);
	word(A, 0x100, 0x000d | 1U << 16);
	assert_int_equal(found(A), 0);
}

static void survives_a_circle(void **state)
{
	(void)state;
	word(A, 0x300, 0x000f | 1U << 16 | 0x100U << 20);
	assert_int_equal(found(A), 0);
	/* and a chain that leads into the standard header, or out of the space */
	word(A, 0x300, 0x000f | 1U << 16 | 0x40U << 20);
	word(A, 0x40, 0x000b | 1U << 16);
	word(A, 0x44, 0x4154 | 2U << 16 | 0x20U << 20);
	assert_int_equal(found(A), 0);
	word(A, 0x300, 0x000f | 1U << 16 | 0xff8U << 20);
	word(A, 0xff8, 0x000b | 1U << 16);
	word(A, 0xffc, 0x4154 | 2U << 16 | 0x20U << 20);
	assert_int_equal(found(A), 0);
}

static void tells_what_cannot_be_read(void **state)
{
	struct silence_state silence;
	int fd;

	(void)state;
	/* what a process without CAP_SYS_ADMIN gets */
	function(A, 64);
	fd = config_space_open(root, A, false);
	assert_int_equal(config_space_find_vsec(fd, 0x4154, 2, 0x20), -EPERM);
	close(fd);
	assert_int_equal(silence_peek(root, A, &silence), -EPERM);
	assert_int_equal(silence_peek(root, "0000:77:00.0", &silence), -ENOENT);
}

/* Another vendor's capability by chance: bits are set that this one has not. */
static void knows_it_by_its_reserved_bits(void **state)
{
	struct silence_state silence;

	(void)state;
	word(A, FILTER, 1U << 24);
	assert_int_equal(silence_peek(root, A, &silence), -EOPNOTSUPP);
	word(A, FILTER, 0);
	assert_int_equal(silence_peek(root, A, &silence), 0);
	word(A, CONTROL, 1U << 20);
	assert_int_equal(silence_peek(root, A, &silence), -EOPNOTSUPP);
}

/* ---- one function ---- */

static void peeks(void **state)
{
	struct silence_state silence;

	(void)state;
	word(A, CONTROL, 3 | 1U << 16 | 2U << 17 | 5U << 24);
	word(A, FILTER, 1U << 31 | 0xabcde);
	word(A, FOR, 1500);
	word(A, WAIT, 1U << 31 | 100000);
	word(A, YES, 7);
	word(A, NO, 9);
	assert_int_equal(silence_peek(root, A, &silence), 0);
	assert_int_equal(silence.order.count, 3);
	assert_true(silence.order.survives_reset);
	assert_int_equal(silence.order.meets, SILENCE_MEETS_ABT);
	assert_int_equal(silence.order.again, 5);
	assert_true(silence.order.of_ssid && silence.order.ssid == 0xabcde);
	assert_int_equal(silence.order.for_ms, 1500);
	assert_true(silence.order.has_wait && silence.order.wait_us == 100000);
	assert_int_equal(silence.answered, 7);
	assert_int_equal(silence.unanswered, 9);
}

static void arms_and_gives_back(void **state)
{
	const struct silence_order order = {.count = 2,
					    .survives_reset = true,
					    .meets = SILENCE_MEETS_ILL,
					    .again = 4,
					    .of_ssid = true,
					    .ssid = 1,
					    .for_ms = 250,
					    .has_wait = true,
					    .wait_us = 7};
	struct silence_state last;
	struct refusal refusal = {};
	struct silence silence;

	(void)state;
	word(A, FILTER, 1U << 31 | 3);
	word(A, FOR, 77);
	word(A, WAIT, 1U << 31 | 5);
	assert_int_equal(silence_take(&silence, root, A, &refusal), 0);
	/* nothing is armed by that */
	assert_int_equal(read_word(A, CONTROL), 0);
	assert_int_equal(silence_arm(&silence, &order, &refusal), 0);
	assert_int_equal(read_word(A, CONTROL), 2 | 1U << 16 | 1U << 17 | 4U << 24);
	assert_int_equal(read_word(A, FILTER), 1U << 31 | 1);
	assert_int_equal(read_word(A, FOR), 250);
	assert_int_equal(read_word(A, WAIT), 1U << 31 | 7);
	word(A, CONTROL, 1);
	word(A, NO, 1);
	assert_int_equal(silence_give_back(&silence, &last, &refusal), 0);
	assert_int_equal(last.order.count, 1);
	assert_int_equal(last.unanswered, 1);
	assert_int_equal(read_word(A, CONTROL), 0);
	assert_int_equal(read_word(A, FILTER), 1U << 31 | 3);
	assert_int_equal(read_word(A, FOR), 77);
	assert_int_equal(read_word(A, WAIT), 1U << 31 | 5);
	/* a second time is no error, and changes nothing */
	word(A, CONTROL, 9);
	assert_int_equal(silence_give_back(&silence, &last, &refusal), 0);
	assert_int_equal(read_word(A, CONTROL), 9);
}

static void refuses(const char *name, int err, const char *message, const char *hint)
{
	struct refusal refusal = {};
	struct silence silence;

	assert_int_equal(silence_take(&silence, root, name, &refusal), err);
	has(refusal.message, message);
	has(refusal.hint, hint);
	/* giving back what was not taken does nothing */
	assert_int_equal(silence_give_back(&silence, NULL, &refusal), 0);
}

static void refuses_what_cannot_be_silenced(void **state)
{
	(void)state;
	refuses("0000:77:00.0", -ENOENT, "0000:77:00.0 cannot be found", "sysfs");
	function("0000:03:00.0", 4096);
	refuses("0000:03:00.0", -EOPNOTSUPP, "0000:03:00.0 has no capability", "--emulator ats");
	function("0000:04:00.0", 64);
	refuses("0000:04:00.0", -EPERM, "cannot be read and written", "root");
}

static void refuses_what_others_have_armed(void **state)
{
	int fd;

	(void)state;
	word(A, CONTROL, 3);
	refuses(A, -EBUSY, A " is silent already, for 3 ATC_INV", "smmuscope probe");
	assert_int_equal(read_word(A, CONTROL), 3);
	word(A, CONTROL, 0xffff);
	refuses(A, -EBUSY, "for every ATC_INV", "reset");
	word(A, CONTROL, 0);
	fd = open(config_of(A), O_RDONLY);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	refuses(A, -EBUSY, "held by another smmuscope", "end first");
	close(fd);
}

/* As a function does that is removed, or whose configuration space is locked. */
static void says_when_it_is_not_taken(void **state)
{
	const struct silence_order order = {.count = 2, .for_ms = 60000};
	struct refusal refusal = {};
	struct silence_state last;
	struct silence silence;
	int writable;

	(void)state;
	assert_int_equal(silence_take(&silence, root, A, &refusal), 0);
	writable = silence.fd;
	silence.fd = open("/dev/zero", O_RDWR);
	assert_int_equal(silence_arm(&silence, &order, &refusal), -EIO);
	has(refusal.message, "0x2 0x0 0xea60 0x0 was written, 0x0 0x0 0x0 0x0 is read");
	close(silence.fd);
	silence.fd = open(config_of(A), O_RDONLY);
	assert_int_equal(silence_arm(&silence, &order, &refusal), -EBADF);
	has(refusal.message, "cannot be read and written");
	assert_int_equal(silence_give_back(&silence, &last, &refusal), -EBADF);
	has(refusal.message, "cannot be told to answer again");
	has(refusal.hint, "reset");
	close(writable);
}

/* ---- the rules of a run ---- */

static struct inject_rule rules[4];
static struct inject_rule_target targets[4];
static struct silences silences;

/* Rule `i`, for the function. */
static void rule(size_t i, const char *keys, const char *name)
{
	struct refusal error;
	char text[200];

	snprintf(text, sizeof(text), "device=%s,%s", name, keys);
	if (inject_rule_parse(text, &rules[i], &error))
		fail_msg("%s", error.message);
	targets[i] = (struct inject_rule_target){.smmu = 0xa000, .sids = 1};
	snprintf(targets[i].device, sizeof(targets[i].device), "%s", name);
}

static struct rule_silence outcome(size_t number)
{
	struct rule_silence silence;

	assert_true(silences_outcome(&silences, number, &silence));
	return silence;
}

static void arms_only_devices(void **state)
{
	struct rule_silence silence;
	struct refusal error = {};

	(void)state;
	rule(0, "times=5", A);
	rule(1, "kind=device,times=3,for=2s", B);
	assert_int_equal(silences_wanted(rules, 2), 1);
	assert_int_equal(silences_take(&silences, root, rules, targets, 2, &error), 0);
	assert_int_equal(silences_arm(&silences, &error), 0);
	assert_int_equal(read_word(A, CONTROL), 0);
	assert_int_equal(read_word(B, CONTROL), 3);
	assert_int_equal(read_word(B, FOR), 2000);
	assert_false(silences_outcome(&silences, 0, &silence));
	assert_true(outcome(1).armed == 3 && outcome(1).left == 3 && !outcome(1).unanswered);
	/* of three one was not answered, and two were before it was armed or after */
	word(B, CONTROL, 2);
	word(B, NO, 1);
	word(B, YES, 2);
	assert_true(outcome(1).unanswered == 1 && outcome(1).left == 2 && outcome(1).answered == 2);
	assert_int_equal(silences_give_back(&silences, &error), 0);
	assert_int_equal(read_word(B, CONTROL), 0);
	word(B, NO, 99);
	silence = outcome(1);
	assert_true(silence.armed == 3 && silence.unanswered == 1 && silence.left == 2);
	assert_int_equal(silence.end, RULE_SILENCE_RUN);
}

static void counts_across_the_wrap(void **state)
{
	struct refusal error = {};

	(void)state;
	rule(0, "kind=device,times=4", A);
	word(A, NO, 0xfffffffe);
	assert_int_equal(silences_take(&silences, root, rules, targets, 1, &error), 0);
	assert_int_equal(silences_arm(&silences, &error), 0);
	word(A, NO, 2);
	word(A, CONTROL, 0);
	assert_int_equal(outcome(0).unanswered, 4);
	assert_int_equal(outcome(0).end, RULE_SILENCE_COUNT);
	assert_int_equal(outcome(0).left, 0);
	assert_int_equal(silences_give_back(&silences, &error), 0);
}

static void tells_how_it_ended(void **state)
{
	struct refusal error = {};

	(void)state;
	rule(0, "kind=device,times=4,for=1ms", A);
	rule(1, "kind=device,times=4,for=60s", B);
	assert_int_equal(silences_take(&silences, root, rules, targets, 2, &error), 0);
	assert_int_equal(silences_arm(&silences, &error), 0);
	word(A, CONTROL, 0);
	word(B, CONTROL, 0);
	usleep(2000);
	assert_int_equal(outcome(0).end, RULE_SILENCE_TIME);
	assert_int_equal(outcome(1).end, RULE_SILENCE_RESET);
	assert_int_equal(silences_give_back(&silences, &error), 0);
	assert_int_equal(outcome(0).end, RULE_SILENCE_TIME);
	assert_int_equal(outcome(1).end, RULE_SILENCE_RESET);
}

/* A function that is taken off its bus: what it said at the last error counts. */
static void keeps_what_one_said_that_is_gone(void **state)
{
	struct refusal error = {};

	(void)state;
	rule(0, "kind=device,times=9,for=60s", A);
	assert_int_equal(silences_take(&silences, root, rules, targets, 1, &error), 0);
	assert_int_equal(silences_arm(&silences, &error), 0);
	word(A, NO, read_word(A, NO) + 3);
	assert_true(silences_explain(&silences, targets[0].smmu, silences.list[0].armed_ns + 1));
	word(A, NO, read_word(A, NO) + 1);
	assert_int_equal(truncate(config_of(A), 0), 0);
	assert_int_equal(silences_give_back(&silences, &error), -EPERM);
	has(error.message, A);
	assert_int_equal(outcome(0).unanswered, 3);
	assert_int_equal(outcome(0).end, RULE_SILENCE_GONE);
}

/* The second of two cannot be armed: the first answers again. */
static void arms_all_or_none(void **state)
{
	struct refusal error = {};
	int fd;

	(void)state;
	rule(0, "kind=device", A);
	rule(1, "kind=device", B);
	word(A, WAIT, 1U << 31 | 5);
	assert_int_equal(silences_take(&silences, root, rules, targets, 2, &error), 0);
	fd = silences.list[1].silence.fd;
	silences.list[1].silence.fd = open(config_of(B), O_RDONLY);
	assert_int_equal(silences_arm(&silences, &error), -EBADF);
	has(error.message, B);
	assert_int_equal(read_word(A, CONTROL), 0);
	assert_int_equal(read_word(A, WAIT), 1U << 31 | 5);
	assert_int_equal(read_word(A, FOR), 0);
	close(fd);
}

static void takes_all_or_none(void **state)
{
	struct refusal error = {};

	(void)state;
	rule(0, "kind=device", A);
	rule(1, "kind=device,times=2", A);
	assert_int_equal(silences_take(&silences, root, rules, targets, 2, &error), -EINVAL);
	has(error.message, "rules 0 and 1 with 'kind=device' are for " A);
	/* it is free again */
	assert_int_equal(silences_take(&silences, root, rules, targets, 1, &error), 0);
	assert_int_equal(silences_give_back(&silences, &error), 0);
	word(B, CONTROL, 1);
	rule(1, "kind=device", B);
	assert_int_equal(silences_take(&silences, root, rules, targets, 2, &error), -EBUSY);
	assert_int_equal(silences_take(&silences, root, rules, targets, 1, &error), 0);
	assert_int_equal(silences_give_back(&silences, &error), 0);
	assert_int_equal(read_word(B, CONTROL), 1);
}

static void explains_its_errors_only(void **state)
{
	struct refusal error = {};
	__u64 at;

	(void)state;
	rule(0, "kind=device,times=2,wait=3s,again=1", A);
	assert_int_equal(silences_take(&silences, root, rules, targets, 1, &error), 0);
	assert_false(silences_explain(&silences, 0xa000, clock_ns(CLOCK_MONOTONIC)));
	at = clock_ns(CLOCK_MONOTONIC);
	assert_int_equal(silences_arm(&silences, &error), 0);
	/* it has answered everything so far; what happened before it was armed was not it */
	assert_false(silences_explain(&silences, 0xa000, clock_ns(CLOCK_MONOTONIC)));
	word(A, NO, 1);
	assert_false(silences_explain(&silences, 0xa000, at));
	at = clock_ns(CLOCK_MONOTONIC);
	/* it has no part in the errors of another SMMU */
	assert_false(silences_explain(&silences, 0xb000, at));
	assert_true(silences_explain(&silences, 0xa000, at));
	/* its wait, twice, and 2 s of the driver's */
	assert_true(silences_explain(&silences, 0xa000, at + 8 * S));
	assert_false(silences_explain(&silences, 0xa000, at + 8 * S + 1));
	/* the second one: events may be looked at after the end of the run */
	word(A, NO, 2);
	word(A, CONTROL, 0);
	assert_int_equal(silences_give_back(&silences, &error), 0);
	assert_true(silences_explain(&silences, 0xa000, at + 20 * S));
	assert_false(silences_explain(&silences, 0xa000, at + 40 * S));
}

#define T(function) cmocka_unit_test_setup_teardown(function, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(finds_the_capability),
		T(finds_none),
		T(survives_a_circle),
		T(tells_what_cannot_be_read),
		T(knows_it_by_its_reserved_bits),
		T(peeks),
		T(arms_and_gives_back),
		T(refuses_what_cannot_be_silenced),
		T(refuses_what_others_have_armed),
		T(says_when_it_is_not_taken),
		T(arms_only_devices),
		T(counts_across_the_wrap),
		T(tells_how_it_ended),
		T(keeps_what_one_said_that_is_gone),
		T(arms_all_or_none),
		T(takes_all_or_none),
		T(explains_its_errors_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
