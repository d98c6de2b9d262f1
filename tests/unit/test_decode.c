// SPDX-License-Identifier: GPL-2.0
/*
 * From records to names and numbers: decode, gaps, names, text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "event/decode.h"
#include "event/record.h"
#include "event/gaps.h"
#include "event/names.h"
#include "base/text.h"

#include "fixture.h"
#include <errno.h>
#include <string.h>

static void test_names(void **state)
{
	char buffer[DECODE_NAME_LEN];

	(void)state;
	assert_string_equal(decode_opcode(0x40, buffer), "ATC_INV");
	assert_string_equal(decode_opcode(0x46, buffer), "CMD_SYNC");
	assert_string_equal(decode_opcode(0x12, buffer), "TLBI_NH_VA");
	assert_string_equal(decode_opcode(0x00, buffer), "0x00");
	assert_string_equal(decode_opcode(0xff, buffer), "0xff");
	assert_string_equal(decode_opcode(0x146, buffer), "0x146");
	assert_string_equal(decode_cerror(0, buffer), "CERROR_NONE");
	assert_string_equal(decode_cerror(3, buffer), "CERROR_ATC_INV_SYNC");
	assert_string_equal(decode_cerror(0x7f, buffer), "CERROR_0x7f");
	assert_string_equal(decode_finder(SMMU_FOUND_BY_ISSUER), "issuer");
	assert_string_equal(decode_finder(SMMU_FINDER_COUNT), "unknown");
	assert_string_equal(decode_kind(SMMU_EVENT_CMDQ_ERROR), "cmdq_error");
	assert_string_equal(decode_kind(SMMU_EVENT_RESET), "reset");
	assert_string_equal(decode_kind(SMMU_EVENT_KIND_COUNT), "unknown");
	assert_string_equal(decode_context(SMMU_CONTEXT_HARDIRQ), "hardirq");
	assert_string_equal(decode_context(SMMU_CONTEXT_COUNT), "unknown");
	assert_string_equal(decode_reset_phase(SMMU_RESET_PROBE_END), "probe_end");
	assert_string_equal(decode_reset_phase(SMMU_RESET_PHASE_COUNT), "unknown");
	assert_string_equal(decode_inv_function(SMMU_INV_FUNCTION_MASTER), "master");
	assert_string_equal(decode_forbidden(SMMU_FORBIDDEN_PAGES), "mm_page_alloc");
	assert_string_equal(decode_forbidden_text(SMMU_FORBIDDEN_PAGES), "page allocation");
	assert_string_equal(decode_forbidden(SMMU_FORBIDDEN_COUNT), "unknown");
	assert_string_equal(decode_forbidden_where(SMMU_FORBIDDEN_ISR), "isr");
	assert_string_equal(decode_forbidden_where(2), "unknown");
	assert_true(decode_forbidden_allocates(SMMU_FORBIDDEN_KMEM_CACHE));
	assert_false(decode_forbidden_allocates(SMMU_FORBIDDEN_MUTEX));
}

static void test_errno(void **state)
{
	char buffer[DECODE_NAME_LEN];

	(void)state;
	assert_string_equal(decode_errno(0, buffer), "ok");
	assert_string_equal(decode_errno(-EIO, buffer), "EIO");
	assert_string_equal(decode_errno(EIO, buffer), "EIO");
	assert_string_equal(decode_errno(-ETIMEDOUT, buffer), "ETIMEDOUT");
	/* ENOTSUPP of the kernel */
	assert_string_equal(decode_errno(-524, buffer), "E524");
	assert_string_equal(decode_errno(INT32_MIN, buffer), "E2147483648");
}

/* One byte short of the payload is no payload. */
static void test_payload(void **state)
{
	static const struct {
		unsigned int kind;
		size_t size;
	} kinds[] = {{SMMU_EVENT_SUBMIT, 40},	  {SMMU_EVENT_INJECT, 40},
		     {SMMU_EVENT_CMDQ_ERROR, 48}, {SMMU_EVENT_FENCE, 160},
		     {SMMU_EVENT_UNFENCE, 160},	  {SMMU_EVENT_ATS, 24},
		     {SMMU_EVENT_RESET, 24},	  {SMMU_EVENT_ISR, 24},
		     {SMMU_EVENT_REGISTERS, 48},  {SMMU_EVENT_INVALIDATION, 16},
		     {SMMU_EVENT_FORBIDDEN, 128}, {SMMU_EVENT_ATTACH, 16},
		     {SMMU_EVENT_UNMAP, 24},	  {SMMU_EVENT_STE, 160}};
	struct {
		struct smmu_event event;
		struct smmu_submit submit;
		struct smmu_command command[12];
	} record;
	struct smmu_fence *fence;
	struct event_record made;
	size_t i;

	(void)state;
	memset(&record, 0, sizeof(record));
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		record.event.kind = (__u8)kinds[i].kind;
		assert_true(event_record_make(&made, &record.event, 48 + kinds[i].size));
		assert_ptr_equal(made.event, &record.event);
		assert_int_equal(made.length, 48 + kinds[i].size);
		assert_ptr_equal(event_payload(made.event), &record.submit);
		assert_false(event_record_make(&made, &record.event, 48 + kinds[i].size - 1));
		assert_false(event_record_make(&made, &record.event, 47));
		assert_false(event_record_make(&made, &record.event, 0));
	}
	record.event.kind = SMMU_EVENT_KIND_COUNT;
	assert_false(event_record_make(&made, &record.event, sizeof(record)));
	record.event.kind = SMMU_EVENT_SUBMIT;
	record.submit.captured = 3;
	assert_true(event_record_make(&made, &record.event, 88 + 3 * 16));
	assert_false(event_record_make(&made, &record.event, 88 + 3 * 16 - 1));
	/* A list of one command is looked at in a shorter way. */
	record.submit.captured = 2;
	assert_false(event_record_make(&made, &record.event, 88 + 16));
	record.submit.captured = 1;
	assert_true(event_record_make(&made, &record.event, 88 + 16));
	record.submit.captured = UINT16_MAX;
	assert_false(event_record_make(&made, &record.event, sizeof(record)));
	fence = (struct smmu_fence *)&record.submit;
	record.event.kind = SMMU_EVENT_FENCE;
	fence->stack.depth = SMMU_STACK_MAX;
	assert_true(event_record_make(&made, &record.event, sizeof(record)));
	fence->stack.depth++;
	assert_false(event_record_make(&made, &record.event, sizeof(record)));
}

static void test_atc(void **state)
{
	struct smmu_command command = {{0x40ULL | 0x12345678ULL << 32, 0xfffffffffffff000ULL}};
	struct atc_inv atc;

	(void)state;
	assert_true(decode_atc(&command, &atc));
	assert_int_equal(atc.sid, 0x12345678);
	assert_false(atc.has_ssid);
	assert_false(atc.all);
	assert_int_equal(atc.iova, 0xfffffffffffff000ULL);
	assert_int_equal(atc.size, 4096);

	command.word[0] |= 1 << 11 | 0xabcdeULL << 12;
	command.word[1] = 0x200000 | 9;
	assert_true(decode_atc(&command, &atc));
	assert_true(atc.has_ssid);
	assert_int_equal(atc.ssid, 0xabcde);
	assert_int_equal(atc.iova, 0x200000);
	assert_int_equal(atc.size, 2 << 20);

	command.word[1] = 51;
	assert_true(decode_atc(&command, &atc));
	assert_true(atc.size == 1ULL << 63);
	assert_false(atc.all);
	command.word[1] = 52;
	assert_true(decode_atc(&command, &atc));
	assert_int_equal(atc.size, 0);
	assert_true(atc.all);
	command.word[1] = 53;
	assert_true(decode_atc(&command, &atc));
	assert_int_equal(atc.size, 0);
	assert_false(atc.all);

	command.word[0] = 0x46;
	assert_false(decode_atc(&command, &atc));
}

static void test_opcodes(void **state)
{
	static const unsigned char opcodes[] = {0x12, 0x40, 0x12, 0x46, 0x40, 0x40};
	struct opcode_count counts[DECODE_OPCODES_MAX];
	struct {
		struct smmu_submit submit;
		struct smmu_command command[sizeof(opcodes)];
	} list;
	size_t i;

	(void)state;
	memset(&list, 0, sizeof(list));
	for (i = 0; i < sizeof(opcodes); i++)
		list.command[i].word[0] = opcodes[i] | 0xffffff00;
	list.submit.captured = sizeof(opcodes);
	assert_int_equal(decode_opcodes(&list.submit, true, counts), 3);
	assert_int_equal(counts[0].opcode, 0x12);
	assert_int_equal(counts[0].count, 2);
	assert_int_equal(counts[1].opcode, 0x40);
	assert_int_equal(counts[1].count, 3);
	assert_int_equal(counts[2].opcode, 0x46);
	assert_int_equal(counts[2].count, 2);
	list.submit.captured = 0;
	assert_int_equal(decode_opcodes(&list.submit, false, counts), 0);
	assert_int_equal(decode_opcodes(&list.submit, true, counts), 1);
}

static void test_gaps(void **state)
{
	static struct gaps gaps;

	(void)state;
	gaps_init(&gaps);
	assert_int_equal(gaps_seen(&gaps, 0, 1), 0);
	assert_int_equal(gaps_seen(&gaps, 0, 2), 0);
	assert_int_equal(gaps_seen(&gaps, 0, 5), 2);
	/* One of the two was late. */
	assert_int_equal(gaps_seen(&gaps, 0, 4), -1);
	assert_int_equal(gaps_seen(&gaps, 0, 6), 0);
	/* Each CPU for itself, also those that lost their first events. */
	assert_int_equal(gaps_seen(&gaps, GAPS_CPUS_MAX - 1, 4), 3);
	assert_int_equal(gaps_seen(&gaps, GAPS_CPUS_MAX, 4), 0);
	assert_int_equal(gaps_seen(&gaps, GAPS_CPUS_MAX, 400), 0);
	/* Across the wrap. */
	gaps_init(&gaps);
	gaps.last[3] = 0xfffffffe;
	assert_int_equal(gaps_seen(&gaps, 3, 0xffffffff), 0);
	assert_int_equal(gaps_seen(&gaps, 3, 0), 0);
	assert_int_equal(gaps_seen(&gaps, 3, 3), 2);
}

static void test_queue_names(void **state)
{
	const struct smmu *a = &fixture_smmus[0], *b = &fixture_smmus[1];
	static struct queue_names names;
	__u64 i;

	(void)state;
	queue_names_init(&names);
	assert_string_equal(queue_name(&names, a, SMMU_A, QUEUE_A), "cmdq");
	assert_string_equal(queue_name(&names, a, SMMU_A, QUEUE_A1), "vcmdq-0");
	assert_string_equal(queue_name(&names, a, SMMU_A, QUEUE_A0), "vcmdq-1");
	assert_string_equal(queue_name(&names, a, SMMU_A, QUEUE_A1), "vcmdq-0");
	/* The SMMU's own queue is not known, or the SMMU is not, or it has but one. */
	assert_string_equal(queue_name(&names, b, SMMU_B, QUEUE_B), "queue-0");
	assert_string_equal(queue_name(&names, NULL, SMMU_X, QUEUE_B), "queue-0");
	assert_string_equal(queue_name(&names, NULL, SMMU_X, 0), "cmdq");
	assert_string_equal(smmu_name(a), "9050000.smmuv3");
	assert_string_equal(smmu_name(NULL), "unknown");
	for (i = names.count; i < NAMES_QUEUES_MAX; i++)
		queue_name(&names, NULL, SMMU_X, 0x1000 + i);
	assert_string_equal(queue_name(&names, NULL, SMMU_X, 0x10), "queue-other");
	assert_string_equal(queue_name(&names, a, SMMU_A, QUEUE_A0), "vcmdq-1");
}

static void test_text(void **state)
{
	char buffer[TEXT_NUMBER_LEN];

	(void)state;
	assert_string_equal(text_duration(0, buffer), "0 ns");
	assert_string_equal(text_duration(999, buffer), "999 ns");
	assert_string_equal(text_duration(1000, buffer), "1.0 us");
	assert_string_equal(text_duration(12399, buffer), "12.3 us");
	assert_string_equal(text_duration(999999, buffer), "999.9 us");
	assert_string_equal(text_duration(1250000, buffer), "1.2 ms");
	assert_string_equal(text_duration(3000000000ULL, buffer), "3.0 s");
	assert_string_equal(text_duration(UINT64_MAX, buffer), "18446744073.7 s");
	assert_string_equal(text_size(0, buffer), "0");
	assert_string_equal(text_size(4096, buffer), "4K");
	assert_string_equal(text_size(2 << 20, buffer), "2M");
	assert_string_equal(text_size(1ULL << 63, buffer), "8E");
	assert_string_equal(text_size(3 << 12, buffer), "12K");
	assert_string_equal(text_size(1000, buffer), "1000");
	assert_string_equal(text_clean("a\033[31m\xc3\xa9~", 16, buffer), "a?[31m??~");
	assert_string_equal(text_clean("abcdef", 3, buffer), "abc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	    cmocka_unit_test(test_errno),
		cmocka_unit_test(test_payload),	    cmocka_unit_test(test_atc),
		cmocka_unit_test(test_opcodes),	    cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_queue_names), cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
