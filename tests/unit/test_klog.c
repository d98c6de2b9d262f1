// SPDX-License-Identifier: GPL-2.0
/*
 * Logs of the kernel. tests/unit/klog has real ones of the lab's machines: those of stock kernels
 * and of a recovery are as their consoles and dmesg wrote them. faults.log and pcie.log were
 * written by hand, after the formats in the sources of 6.12 and 7.3.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "golden.h"

#include "klog/reader.h"
#include "klog/stream.h"

#include <errno.h>

#define SMMU	"arm-smmu-v3 9050000.smmuv3: "
#define MESSAGE SMMU "CMDQ error (cons 0x03000012): ATC invalidate timeout"
#define SECOND	1000000000ULL

struct result {
	struct klog_tally tally;
	struct klog_event first, last;
	struct refusal refusal;
	size_t events;
	int err;
};

static int keep(void *context, const struct klog_event *event)
{
	struct result *result = context;

	if (!result->events++)
		result->first = *event;
	result->last = *event;
	return 0;
}

/* The tally is to be freed. */
static struct result *read_bytes(const char *text, size_t length, const struct klog_filter *filter)
{
	static struct result result;
	struct klog_read read = {.event = keep, .context = &result};
	struct klog_reader *reader;

	memset(&result, 0, sizeof(result));
	read.file = fmemopen((void *)text, length, "r");
	assert_non_null(read.file);
	read.tally = &result.tally;
	if (filter)
		read.filter = *filter;
	reader = klog_open(&read, &result.refusal, &result.err);
	if (reader)
		result.err = klog_read(reader);
	klog_close(reader);
	fclose(read.file);
	return &result;
}

static struct result *read_text(const char *text)
{
	return read_bytes(text, strlen(text), NULL);
}

static void assert_one(const char *text, enum klog_clock clock, __u64 ns)
{
	struct result *result = read_text(text);
	__s64 cons = 0;

	if (result->err || result->events != 1)
		fail_msg("%zu events: %s", result->events, text);
	assert_int_equal(result->first.kind, KLOG_CMDQ_ERROR);
	assert_true(klog_number(&result->first, "cons", &cons));
	assert_int_equal(cons, 0x03000012);
	assert_string_equal(result->first.smmu, "9050000.smmuv3");
	assert_string_equal(result->first.text, MESSAGE + strlen(SMMU));
	if (result->first.when.clock != clock || result->first.when.ns != ns)
		fail_msg("%s, %llu ns: %s", klog_clock_text(result->first.when.clock),
			 result->first.when.ns, text);
	klog_tally_free(&result->tally);
}

/* 2026-11-30T06:31:30Z */
#define DATE 1796020290ULL

static void test_forms_of_dmesg(void **state)
{
	const __u64 boot = 12345678000ULL;

	(void)state;
	assert_one("[   12.345678] " MESSAGE "\n", KLOG_CLOCK_BOOT, boot);
	assert_one("[   12.345678] " MESSAGE, KLOG_CLOCK_BOOT, boot);
	assert_one("[   12.345678] " MESSAGE "\r\n", KLOG_CLOCK_BOOT, boot);
	assert_one("<3>[   12.345678] " MESSAGE "\n", KLOG_CLOCK_BOOT, boot);
	assert_one("kern  :err   : [   12.345678] " MESSAGE "\n", KLOG_CLOCK_BOOT, boot);
	assert_one("[   12.345678 <    0.000000>] " MESSAGE "\n", KLOG_CLOCK_BOOT, boot);
	assert_one("[   12.345678][  T123] " MESSAGE "\n", KLOG_CLOCK_BOOT, boot);
	assert_one("[   12.345678] [    C1] " MESSAGE "\n", KLOG_CLOCK_BOOT, boot);
	assert_one("3,1234,12345678,-,caller=T1;" MESSAGE "\n", KLOG_CLOCK_BOOT, boot);
	assert_one("[Mon Nov 30 06:31:30 2026] " MESSAGE "\n", KLOG_CLOCK_CIVIL, DATE * SECOND);
	assert_one("2026-11-30T06:31:30,345678+00:00 " MESSAGE "\n", KLOG_CLOCK_REAL,
		   DATE * SECOND + 345678000);
	assert_one("kern  :err   : 2026-11-30T07:31:30,345678+01:00 " MESSAGE "\n", KLOG_CLOCK_REAL,
		   DATE * SECOND + 345678000);
	assert_one("[Nov30 06:31] " MESSAGE "\n", KLOG_CLOCK_NONE, 0);
	assert_one("[  +0.000003] " MESSAGE "\n", KLOG_CLOCK_NONE, 0);
	assert_one("[<    0.000000>] " MESSAGE "\n", KLOG_CLOCK_NONE, 0);
	assert_one(MESSAGE "\n", KLOG_CLOCK_NONE, 0);
}

static void test_forms_of_the_journal(void **state)
{
	const __u64 yearless = 28881090ULL * SECOND + 63072000ULL * SECOND;
	static const char json[] =
		"{\"__REALTIME_TIMESTAMP\":\"1796020290345678\",\"_TRANSPORT\":\"kernel\","
		"\"MESSAGE\":\"" MESSAGE "\"}\n";
	static const char bytes[] =
		"{\"__REALTIME_TIMESTAMP\":\"1796020290345678\",\"MESSAGE\":[97,32,114],"
		"\"_TRANSPORT\":\"kernel\"}\n";
	static const char record[] = "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1796020290345678\n"
				     "_TRANSPORT=kernel\nMESSAGE=" MESSAGE "\n";

	(void)state;
	assert_one("Nov 30 06:31:30 host kernel: " MESSAGE "\n", KLOG_CLOCK_YEARLESS, yearless);
	assert_one("Nov 30 06:31:30.345678 host kernel: " MESSAGE "\n", KLOG_CLOCK_YEARLESS,
		   yearless + 345678000);
	assert_one("Nov 30 06:31:30 host kernel: [   12.345678] " MESSAGE "\n", KLOG_CLOCK_BOOT,
		   12345678000ULL);
	assert_one("Nov 30 06:31:30 host kern.err kernel: [   12.345678] " MESSAGE "\n",
		   KLOG_CLOCK_BOOT, 12345678000ULL);
	assert_one("[   12.345678] host kernel: " MESSAGE "\n", KLOG_CLOCK_BOOT, 12345678000ULL);
	assert_one("2026-11-30T06:31:30+0000 host kernel: " MESSAGE "\n", KLOG_CLOCK_REAL,
		   DATE * SECOND);
	assert_one("2026-11-30T06:31:30.345678+00:00 host kernel: [   12.345678] " MESSAGE "\n",
		   KLOG_CLOCK_REAL, DATE * SECOND + 345678000);
	assert_one("Mon 2026-11-30 06:31:30 UTC host kernel: " MESSAGE "\n", KLOG_CLOCK_REAL,
		   DATE * SECOND);
	assert_one("1796020290.345678 host kernel: " MESSAGE "\n", KLOG_CLOCK_REAL,
		   DATE * SECOND + 345678000);
	assert_one(json, KLOG_CLOCK_REAL, DATE * SECOND + 345678000);
	assert_one(record, KLOG_CLOCK_REAL, DATE * SECOND + 345678000);
	assert_int_equal(read_text(bytes)->events, 0);
}

/* What somebody else writes into the same log says nothing of the kernel. */
static void test_others_in_the_log(void **state)
{
	static const char *const lines[] = {
		"Nov 30 06:31:30 host app[12]: " MESSAGE "\n",
		"Nov 30 06:31:30 host app: " MESSAGE "\n",
		"Nov 30 06:31:30 host user.notice root: " MESSAGE "\n",
		"2026-11-30T06:31:30+0000 host app[12]: " MESSAGE "\n",
		"[   12.345678] host app[12]: " MESSAGE "\n",
		"<12>[   12.345678] " MESSAGE "\n",
		"12,1234,12345678,-;" MESSAGE "\n",
		"user  :warn  : [   12.345678] " MESSAGE "\n",
		"{\"__REALTIME_TIMESTAMP\":\"1\",\"_TRANSPORT\":\"stdout\",\"MESSAGE\":\"" MESSAGE
		"\"}\n",
		"__CURSOR=s\n_TRANSPORT=syslog\nMESSAGE=" MESSAGE "\n\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (read_text(lines[i])->events)
			fail_msg("taken for the kernel's: %s", lines[i]);
	}
}

static void test_serial_console(void **state)
{
	struct result *result;

	(void)state;
	assert_one("\033[31m[   12.345678] \033[0m" MESSAGE "\033[K\r\n", KLOG_CLOCK_BOOT,
		   12345678000ULL);
	assert_one("U-Boot 2023.01\r\n=> boot\r\n\r\n[   12.345678] " MESSAGE "\r\n",
		   KLOG_CLOCK_BOOT, 12345678000ULL);
	/* What the shell wrote in between, and a line feed that is missing. */
	assert_one("login: ro[   12.345678] " MESSAGE "\r\n", KLOG_CLOCK_BOOT, 12345678000ULL);
	result = read_text("[   12.345678] " MESSAGE "[   13.345678] " MESSAGE "\n");
	assert_int_equal(result->events, 2);
	assert_int_equal(result->last.when.ns, 13345678000ULL);
	klog_tally_free(&result->tally);
	/* Cut in the middle: a message of the driver, and nothing that is made up. */
	result = read_text("[   12.345678] " SMMU "CMDQ error (cons 0x0300");
	assert_int_equal(result->events, 1);
	assert_int_equal(result->first.kind, KLOG_MESSAGE);
	klog_tally_free(&result->tally);
	result = read_text(SMMU "event: F_TRANSLATION client: 0000:01:00.0 sid: 0x100 ssi");
	assert_int_equal(result->first.kind, KLOG_MESSAGE);
	assert_string_equal(result->first.name, "");
	assert_string_equal(result->first.device, "");
	klog_tally_free(&result->tally);
}

static void test_loss(void **state)
{
	static const char *const lines[] = {
		"[   12.345678] arm_smmu_cmdq_handle_cerror: 7 callbacks suppressed\n",
		"[   12.345678] __arm_smmu_cmdq_skip_err: 7 callbacks suppressed\n",
		"** 7 printk messages dropped **\n",
		"Nov 30 06:31:30 host systemd-journald[123]: Missed 7 kernel messages\n",
		"6,10,1,-;a\n6,18,2,-;b\n",
	};
	struct result *result;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		result = read_text(lines[i]);
		if (result->events != 1 || result->first.kind != KLOG_LOSS ||
		    klog_tally_lost(&result->tally) != 7)
			fail_msg("%zu events, %llu lost: %s", result->events,
				 klog_tally_lost(&result->tally), lines[i]);
		klog_tally_free(&result->tally);
	}
	/* Not of an SMMU, and a loss of nobody's: numbers that begin somewhere. */
	assert_int_equal(
		read_text("[    1.000000] net_ratelimit: 7 callbacks suppressed\n")->events, 0);
	assert_int_equal(read_text("6,10,1,-;a\n6,11,2,-;b\n")->events, 0);
}

/* In /dev/kmsg a tab is \x09. */
static void test_escaped_tab(void **state)
{
	struct result *result = read_text("3,1,1,-;" SMMU
					  "CMDQ error (cons 0x01000012): Illegal command\n"
					  "3,2,2,-;" SMMU "skipping command in error state:\n"
					  "3,3,3,-;" SMMU "\\x090x0000010000000040\n"
					  "3,4,4,-;" SMMU "\\x090x0000000010600000\n");

	(void)state;
	assert_int_equal(result->events, 1);
	assert_int_equal(result->first.words, 2);
	assert_int_equal(result->first.sid, 0x100);
	klog_tally_free(&result->tally);
}

static void assert_refused(const char *bytes, size_t length, const char *what)
{
	struct result *result = read_bytes(bytes, length, NULL);

	assert_int_equal(result->err, -EINVAL);
	assert_non_null(strstr(result->refusal.message, what));
	assert_true(result->refusal.hint[0]);
}

static void test_no_log(void **state)
{
	static const char zeros[64];

	(void)state;
	assert_refused("\x89SMR\r\n\x1a\n----", 12, "a recording");
	assert_refused("\x1f\x8b\x08text", 7, "compressed");
	assert_refused("LPKSHHRH----", 12, "a journal");
	assert_refused(zeros, sizeof(zeros), "no text");
	/* A line of noise in a log is no reason. */
	assert_int_equal(read_text("\xff\xfe[    1.000000] Linux version 6.12 (x)\n")->err, 0);
	assert_int_equal(read_text("nothing of interest\n")->tally.lines, 1);
}

static void test_long_line(void **state)
{
	size_t length = KLOG_LINE_MAX + 100;
	char *text = malloc(length + 1);
	struct result *result;

	(void)state;
	memset(text, 'a', length);
	text[length] = '\0';
	result = read_text(text);
	assert_int_equal(result->err, 0);
	assert_int_equal(result->tally.lines, 1);
	assert_int_equal(result->tally.cut, 1);
	free(text);
}

/* ---- filters ---- */

static size_t filtered(const struct klog_filter *filter)
{
	char *text = repository_read("klog/faults.log");
	struct result *result = read_bytes(text, strlen(text), filter);
	size_t events = result->events;

	assert_int_equal(result->err, 0);
	klog_tally_free(&result->tally);
	free(text);
	return events;
}

static void test_filter(void **state)
{
	struct klog_filter filter = {.smmu = "9050000.smmuv3"};
	struct refusal refusal = {};

	(void)state;
	/* Two faults; the loss and the other SMMU's queue are nobody's. */
	assert_int_equal(filtered(&filter), 4);
	filter = (struct klog_filter){};
	assert_int_equal(klog_filter_time(&filter.since, "--since", "52", &refusal), 0);
	assert_int_equal(klog_filter_time(&filter.until, "--until", "54.05s", &refusal), 0);
	assert_int_equal(filtered(&filter), 3);
	filter = (struct klog_filter){};
	assert_int_equal(klog_filter_device(&filter, "0x500", &refusal), 0);
	klog_filter_kinds(&filter, 1U << SMMU_EVENT_FENCE);
	assert_int_equal(filtered(&filter), 1); /* the loss */
	assert_int_equal(klog_filter_time(&filter.since, "--since", "yesterday", &refusal),
			 -EINVAL);
	assert_int_equal(klog_filter_device(&filter, "eth0", &refusal), -EINVAL);
}

static void test_filter_of_another_clock(void **state)
{
	struct klog_filter filter = {};
	struct refusal refusal = {};
	struct result *result;

	(void)state;
	assert_int_equal(
		klog_filter_time(&filter.since, "--since", "2026-11-30T00:00:00Z", &refusal), 0);
	result = read_bytes("[   12.345678] " MESSAGE, strlen("[   12.345678] " MESSAGE), &filter);
	assert_int_equal(result->err, -EINVAL);
	assert_non_null(strstr(result->refusal.message, "seconds since the boot"));
}

/* ---- real logs ---- */

struct writer {
	struct klog_stream stream[2];
};

static int write_both(void *context, const struct klog_event *event)
{
	struct writer *writer = context;

	for (int i = 0; i < 2; i++)
		assert_int_equal(klog_stream_event(&writer->stream[i], event), 0);
	return 0;
}

static void assert_log(const char *name)
{
	struct klog_tally tally = {.file = name, .tool = "0.1.0"};
	struct writer writer = {};
	struct klog_read read = {.event = write_both, .context = &writer, .tally = &tally};
	struct capture capture[2];
	struct refusal refusal = {};
	struct klog_reader *reader;
	char path[128], *text;
	int err;

	snprintf(path, sizeof(path), "klog/%s.log", name);
	text = repository_read(path);
	read.file = fmemopen(text, strlen(text), "r");
	for (int i = 0; i < 2; i++) {
		capture_begin(&capture[i]);
		assert_int_equal(klog_stream_open(&writer.stream[i], capture[i].file, i, &tally),
				 0);
	}
	reader = klog_open(&read, &refusal, &err);
	assert_non_null(reader);
	assert_int_equal(klog_read(reader), 0);
	klog_close(reader);
	for (int i = 0; i < 2; i++)
		assert_int_equal(klog_stream_close(&writer.stream[i], &tally, "end"), 0);
	assert_int_equal(klog_tally_text(capture[0].file, &tally), 0);
	assert_int_equal(klog_tally_json(capture[1].file, &tally), 0);
	klog_tally_free(&tally);
	fclose(read.file);
	free(text);
	for (int i = 0; i < 2; i++) {
		text = capture_end(&capture[i]);
		snprintf(path, sizeof(path), "klog/%s.%s", name, i ? "jsonl" : "txt");
		assert_golden(path, text);
		free(text);
	}
}

static void test_stock_6_1(void **state)
{
	(void)state;
	assert_log("stock-6.1");
}

static void test_stock_6_12(void **state)
{
	(void)state;
	assert_log("stock-6.12");
}

static void test_stock_7_3(void **state)
{
	(void)state;
	assert_log("stock-7.3");
}

static void test_recovery(void **state)
{
	(void)state;
	assert_log("recovery-6.12");
}

static void test_faults(void **state)
{
	(void)state;
	assert_log("faults");
}

static void test_pcie(void **state)
{
	(void)state;
	assert_log("pcie");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms_of_dmesg),
		cmocka_unit_test(test_forms_of_the_journal),
		cmocka_unit_test(test_others_in_the_log),
		cmocka_unit_test(test_serial_console),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_escaped_tab),
		cmocka_unit_test(test_no_log),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_filter_of_another_clock),
		cmocka_unit_test(test_stock_6_1),
		cmocka_unit_test(test_stock_6_12),
		cmocka_unit_test(test_stock_7_3),
		cmocka_unit_test(test_recovery),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_pcie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
