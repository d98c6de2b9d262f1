// SPDX-License-Identifier: GPL-2.0
/*
 * A recording, written and read again: whole, cut off at every byte, with every byte damaged, of
 * another version, not a recording at all, on a full disk. With a file as argument it writes a
 * recording there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "record/block.h"
#include "record/model.h"
#include "record/reader.h"
#include "record/record.h"

#include "fixture.h"
#include "smmu_arch.h"
#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#define EVENTS_MAX 256
#define SECOND	   1000000000ULL
#define CODE	   0xffff800080010000ULL

/* The events that were recorded, to compare with those that are read. */
struct tape {
	struct {
		unsigned char *bytes;
		size_t length;
	} event[EVENTS_MAX];
	size_t count;
	char *data; /* the recording */
	size_t length;
	struct sink sink;
};

/* The next event to be recorded; put() adds one to its number. */
static union {
	struct smmu_event event;
	unsigned char bytes[sizeof(struct smmu_event) + RECORD_PAYLOAD_MAX];
} next;

static const struct symbol symbol_list[] = {
	{.address = CODE, .name = "arm_smmu_fence"},
	{.address = CODE + 0x1000, .name = "arm_smmu_recover"},
};

static const struct stream_hook hooks[] = {
	{.id = "list", .method = "fentry", .symbol = "arm_smmu_cmdq_issue_cmdlist"},
	{.id = "gerror", .method = "", .symbol = NULL, .reason = "not there"},
};

static const size_t payload_sizes[SMMU_EVENT_KIND_COUNT] = {
#define SIZE(id, name, payload) [SMMU_EVENT_##id] = sizeof(struct payload),
	SMMU_EVENT_KINDS(SIZE)
#undef SIZE
};

static void tape_begin(struct tape *tape, const struct stream_info *info)
{
	memset(tape, 0, sizeof(*tape));
	memset(&next, 0, sizeof(next));
	next.event.ts_ns = 12 * SECOND;
	next.event.pid = next.event.tid = 7;
	memcpy(next.event.comm, "test", 4);
	tape->sink = (struct sink){.ops = &sink_record, .info = info};
	tape->sink.file = open_memstream(&tape->data, &tape->length);
	assert_non_null(tape->sink.file);
	assert_int_equal(tape->sink.ops->open(&tape->sink), 0);
}

static void put(struct tape *tape, size_t payload)
{
	size_t length = sizeof(next.event) + payload;

	assert_true(tape->count < EVENTS_MAX);
	tape->event[tape->count].bytes = malloc(length);
	assert_non_null(tape->event[tape->count].bytes);
	memcpy(tape->event[tape->count].bytes, next.bytes, length);
	tape->event[tape->count++].length = length;
	/* Without event_record_make(), which refuses unknown kinds: these are recorded, too. */
	assert_int_equal(
		tape->sink.ops->event(&tape->sink, (struct event_record){&next.event, length}), 0);
	assert_int_equal(tape->sink.ops->tick(&tape->sink, next.event.ts_ns), 0);
	next.event.seq++;
	next.event.ts_ns += 1000;
}

static void tape_end(struct tape *tape, const struct statistics *statistics)
{
	assert_int_equal(tape->sink.ops->close(&tape->sink, statistics, "signal"), 0);
	fclose(tape->sink.file);
}

static void tape_free(struct tape *tape)
{
	for (size_t i = 0; i < tape->count; i++)
		free(tape->event[i].bytes);
	free(tape->data);
}

static void put_list_on(struct tape *tape, unsigned int commands, __u32 prod, __u64 queue)
{
	struct smmu_submit *submit = (struct smmu_submit *)(&next.event + 1);

	memset(submit, 0, sizeof(*submit));
	next.event.kind = SMMU_EVENT_SUBMIT;
	submit->smmu = SMMU_A;
	submit->queue = queue;
	submit->duration_ns = 300 + commands;
	submit->prod = prod;
	submit->result = commands == 3 ? -5 : 0;
	submit->commands = submit->captured = (__u16)commands;
	for (unsigned int i = 0; i < commands; i++) {
		submit->command[i].word[0] = (i & 1 ? SMMU_OP_ATC_INV : SMMU_OP_TLBI_NH_VA) |
					     (__u64)(i & 7) << 32;
		submit->command[i].word[1] = (i & 2 ? ~0ULL << 40 : 0) | 0x1000ULL * i | (i & 3);
	}
	put(tape, sizeof(*submit) + commands * sizeof(submit->command[0]));
}

static void put_list(struct tape *tape, unsigned int commands, __u32 prod)
{
	put_list_on(tape, commands, prod, prod & 1 ? QUEUE_A0 : QUEUE_A);
}

/* Each kind once but submit, with payloads whose bytes are not 0. */
static void put_kinds(struct tape *tape)
{
	unsigned char *payload = next.bytes + sizeof(next.event);
	struct smmu_fence *fence = (struct smmu_fence *)payload;
	struct smmu_forbidden *forbidden = (struct smmu_forbidden *)payload;

	for (unsigned int kind = SMMU_EVENT_INJECT; kind < SMMU_EVENT_KIND_COUNT; kind++) {
		next.event.kind = (__u8)kind;
		memset(payload, (int)(kind + 1), payload_sizes[kind]);
		if (kind == SMMU_EVENT_FENCE || kind == SMMU_EVENT_UNFENCE ||
		    kind == SMMU_EVENT_STE)
			fence->stack =
				(struct smmu_stack){.depth = 2, .frame = {CODE + 8, CODE + 0x1010}};
		if (kind == SMMU_EVENT_FORBIDDEN)
			forbidden->stack = (struct smmu_stack){};
		put(tape, payload_sizes[kind]);
	}
}

/* A few events in several blocks, small enough to be cut and damaged at each byte. */
static void small(struct tape *tape)
{
	static const struct statistics statistics = {.duration_ns = 5};

	tape_begin(tape, &fixture_info);
	next.event.flags = SMMU_EVENT_SYNC;
	put_list(tape, 2, 0);
	put_list(tape, 1, 3);
	next.event.ts_ns += 2 * SECOND;
	put_kinds(tape);
	next.event.ts_ns += 2 * SECOND;
	put_list(tape, 3, 5);
	put_list(tape, 3, 9);
	tape_end(tape, &statistics);
}

static bool same(const struct tape *tape, size_t index, const struct record_reader *reader)
{
	return tape->event[index].length == reader->record.length &&
	       !memcmp(tape->event[index].bytes, reader->record.event, reader->record.length);
}

static void assert_said(const struct record_error *error)
{
	assert_int_not_equal(error->message[0], 0);
	assert_int_not_equal(error->hint[0], 0);
	assert_null(strchr(error->message, '\n'));
}

struct outcome {
	enum record_result last;
	size_t given;
	__u64 missing;
	size_t holes;
};

/* Reads to the end. Every event given must be one of the tape, in its order. */
static struct outcome read_all(const struct tape *tape, struct record_reader *reader)
{
	struct record_error error = {};
	struct outcome outcome = {};
	size_t at = 0;

	for (;;) {
		outcome.last = record_next(reader, &error);
		if (outcome.last == RECORD_HOLE) {
			outcome.holes++;
			outcome.missing += reader->hole.events;
			continue;
		}
		if (outcome.last != RECORD_EVENT && outcome.last != RECORD_UNKNOWN)
			break;
		assert_int_equal(outcome.last == RECORD_EVENT,
				 reader->record.event->kind < SMMU_EVENT_KIND_COUNT);
		while (at < tape->count && !same(tape, at, reader))
			at++;
		assert_true(at < tape->count);
		at++;
		outcome.given++;
	}
	if (outcome.last == RECORD_FAILED)
		assert_said(&error);
	return outcome;
}

/* All events must be given, then the end, and no hole. */
static void read_whole(const struct tape *tape, struct record_reader *reader)
{
	struct outcome outcome = read_all(tape, reader);

	assert_int_equal(outcome.last, RECORD_END);
	assert_int_equal(outcome.given, tape->count);
	assert_int_equal(outcome.holes, 0);
}

static FILE *as_file(const void *data, size_t length)
{
	/* fmemopen() refuses a length of 0. */
	FILE *file = length ? fmemopen((void *)data, length, "r") : fopen("/dev/null", "r");

	assert_non_null(file);
	return file;
}

static void put_odd(struct tape *tape)
{
	unsigned char *payload = next.bytes + sizeof(next.event);
	static const unsigned char kinds[] = {SMMU_EVENT_KIND_COUNT, 14, 15, 16, 200, 255};

	for (size_t i = 0; i < sizeof(kinds); i++) {
		next.event.kind = kinds[i];
		next.event.context = (__u8)i;
		memset(payload, 0, RECORD_PAYLOAD_MAX);
		payload[0] = 1;
		put(tape, i == 4 ? RECORD_PAYLOAD_MAX : 8 * i);
	}
}

/* CPUs, some sharing an entry of the model; gaps, steps back in time, names, flags. */
static void put_headers(struct tape *tape)
{
	static const __u16 cpus[] = {0, 1, 0, 1023, 1, 1024, 0, 65535, 1};

	for (size_t i = 0; i < sizeof(cpus) / sizeof(cpus[0]); i++) {
		next.event.cpu = cpus[i];
		next.event.seq = i & 1 ? 0xfffffff0U : (__u32)(i * 1000);
		next.event.tid = next.event.pid - (__u32)i;
		next.event.flags = (__u16)(1U << i);
		next.event.context = i & 3;
		memset(next.event.comm, i & 1 ? 'x' : 0, SMMU_COMM_LEN);
		next.event.ts_ns -= 500 * i;
		put_list(tape, (unsigned int)i & 1, 0xfffffffeU + (__u32)i);
	}
	next.event.tid = next.event.pid = 0xffffffffU;
	next.event.flags = 0xffff;
	put_list(tape, 3, 0x80000000U);
}

static void assert_info(const struct stream_info *got, const struct stream_info *put)
{
	assert_string_equal(got->command, put->command);
	assert_string_equal(got->tool_version, put->tool_version);
	assert_string_equal(got->kernel, put->kernel);
	assert_string_equal(got->variant, put->variant);
	assert_string_equal(got->attach, put->attach);
	assert_int_equal(got->monotonic_ns, put->monotonic_ns);
	assert_int_equal(got->realtime_ns, put->realtime_ns);
	assert_int_equal(got->inject_rule_count, 1);
	assert_string_equal(got->inject_rules[0], put->inject_rules[0]);
	assert_int_equal(got->missing_count, 1);
	assert_string_equal(got->missing[0], put->missing[0]);
	assert_int_equal(got->hook_count, 2);
	assert_string_equal(got->hooks[0].symbol, hooks[0].symbol);
	assert_null(got->hooks[0].reason);
	assert_string_equal(got->hooks[1].method, "");
	assert_null(got->hooks[1].symbol);
	assert_string_equal(got->hooks[1].reason, "not there");
	assert_int_equal(got->kinds, put->kinds);
	assert_int_equal(got->filtered, put->filtered);
}

static void assert_devices(const struct devices *got, const struct devices *put)
{
	assert_int_equal(got->smmu_count, put->smmu_count);
	for (size_t i = 0; i < put->smmu_count; i++) {
		assert_string_equal(got->smmus[i].name, put->smmus[i].name);
		assert_int_equal(got->smmus[i].address, put->smmus[i].address);
		assert_int_equal(got->smmus[i].queue, put->smmus[i].queue);
	}
	assert_int_equal(got->count, put->count);
	for (size_t i = 0; i < put->count; i++) {
		const struct device *one = &got->list[i], *other = &put->list[i];

		assert_string_equal(one->name, other->name);
		assert_int_equal(one->smmu, other->smmu);
		assert_int_equal(one->sids, other->sids);
		assert_memory_equal(one->sid, other->sid, sizeof(one->sid));
		assert_int_equal(one->ats_capable, other->ats_capable);
		assert_int_equal(one->ats_enabled, other->ats_enabled);
		assert_string_equal(one->driver, other->driver);
	}
}

static void test_round_trip(void **state)
{
	struct queue_statistics queue = {.smmu = SMMU_A, .queue = QUEUE_A};
	struct device_statistics device = {.key = {.smmu = SMMU_A, .sid = 0x100}};
	struct statistics statistics = {
		.duration_ns = 2500000000ULL,
		.queues = &queue,
		.queue_count = 1,
		.devices = &device,
		.device_count = 1,
		.ledger = {[SMMU_EVENT_UNMAP] = {.attempted = 10, .emitted = 7, .lost = 3}},
		.loss = {.attempted = 11, .lost = 3, .skipped_by_kernel = 2},
		.inject_rules = {{.matched = 2, .fired = 1, .repeated = 3, .expired = 4}},
		.silences = {{.armed = 5, .unanswered = 4, .answered = 6, .left = 1, .end = 2}},
		.inject_rule_count = 1,
		.blind = {.looks = 7, .ns = {8, 9}, .cause = {BLIND_SWITCH, BLIND_GONE}},
		.events = true,
		.errors_visible = true,
	};
	static struct device list[3];
	struct devices devices = fixture_devices;
	struct stream_info info = fixture_info;
	struct record_reader reader;
	struct record_error error;
	char name[SYMBOLS_NAME_LEN];
	struct tape tape;
	FILE *file;

	(void)state;
	memset(&queue.sum, 3, sizeof(queue.sum));
	memset(&queue.errors, 4, offsetof(struct smmu_queue_errors, last));
	memset(&device.sum, 4, sizeof(device.sum));
	device.state.fenced_ns = 99;
	memcpy(list, fixture_list, sizeof(list));
	devices.list = list;
	info.devices = &devices;
	info.hooks = hooks;
	info.hook_count = 2;
	info.kinds = 0x80000001U;
	info.filtered = 0x12345U;
	info.symbols = symbols_table(symbol_list, 2);
	tape_begin(&tape, &info);
	put_kinds(&tape);
	put_list(&tape, 0, 0);
	put_list(&tape, 64, 2);
	put_headers(&tape);
	put_odd(&tape);
	/* From the next block on, a device has changed. */
	list[1].ats_enabled = true;
	tape_end(&tape, &statistics);

	file = as_file(tape.data, tape.length);
	assert_int_equal(record_open(&reader, file, &error), 0);
	assert_info(reader.info, &info);
	assert_devices(reader.info->devices, &fixture_devices);
	read_whole(&tape, &reader);
	assert_devices(reader.info->devices, &devices);
	assert_string_equal(symbols_name(reader.info->symbols, CODE + 8, name),
			    "arm_smmu_fence+0x8");
	assert_string_equal(reader.reason, "signal");
	assert_int_equal(reader.end, tape.length);
	assert_int_equal(reader.statistics.duration_ns, statistics.duration_ns);
	assert_memory_equal(reader.statistics.ledger, statistics.ledger, sizeof(statistics.ledger));
	assert_memory_equal(&reader.statistics.loss, &statistics.loss, sizeof(statistics.loss));
	assert_int_equal(reader.statistics.inject_rule_count, 1);
	assert_memory_equal(reader.statistics.inject_rules, statistics.inject_rules,
			    sizeof(statistics.inject_rules));
	assert_memory_equal(reader.statistics.silences, statistics.silences,
			    sizeof(statistics.silences));
	assert_memory_equal(&reader.statistics.blind, &statistics.blind, sizeof(statistics.blind));
	assert_int_equal(reader.statistics.queue_count, 1);
	assert_memory_equal(reader.statistics.queues, &queue, sizeof(queue));
	assert_int_equal(reader.statistics.device_count, 1);
	assert_memory_equal(&reader.statistics.devices[0].sum, &device.sum, sizeof(device.sum));
	assert_int_equal(reader.statistics.devices[0].state.fenced_ns, 99);
	assert_true(reader.statistics.events);
	assert_false(reader.statistics.injection_visible);
	assert_true(reader.statistics.errors_visible);
	record_close(&reader);
	fclose(file);
	symbols_free((struct symbols *)info.symbols);
	tape_free(&tape);
}

/* A block that begins with a list without commands has no words yet: those of the last block
   must not be used. */
static void test_first_without_command(void **state)
{
	static const struct statistics statistics = {.duration_ns = 5};
	struct record_reader reader;
	struct record_error error;
	struct tape tape;
	FILE *file;

	(void)state;
	tape_begin(&tape, &fixture_info);
	next.event.flags = SMMU_EVENT_SYNC;
	put_list_on(&tape, 1, 0, QUEUE_A);
	next.event.ts_ns += 2 * SECOND;
	put_list_on(&tape, 1, 2, QUEUE_A);
	put_list_on(&tape, 0, 4, QUEUE_A);
	put_list_on(&tape, 1, 5, QUEUE_A);
	put_list_on(&tape, 1, 7, QUEUE_A);
	next.event.ts_ns += 2 * SECOND;
	put_list_on(&tape, 0, 9, QUEUE_A);
	put_list_on(&tape, 0, 10, QUEUE_A);
	put_list_on(&tape, 1, 11, QUEUE_A);
	put_list_on(&tape, 1, 13, QUEUE_A);
	tape_end(&tape, &statistics);

	file = as_file(tape.data, tape.length);
	assert_int_equal(record_open(&reader, file, &error), 0);
	read_whole(&tape, &reader);
	record_close(&reader);
	fclose(file);
	tape_free(&tape);
}

/*
 * Older recordings do not say which kinds were traced, or whose translations a device used: that is
 * unknown, and no damage. The last bytes: two numbers, whether there are tags, and these four.
 */
static void test_without_kinds(void **state)
{
	struct stream_info info = fixture_info;
	struct wire_out out = {};
	struct record_info got;
	struct wire_in in;

	(void)state;
	info.kinds = 1;
	info.filtered = 2;
	for (size_t less = 0; less <= 7; less++) {
		const bool cut = less != 0 && less != 4 && less != 5 && less != 7;

		out.length = 0;
		record_put_info(&out, &info); /* anew, as reading may change the strings */
		in = (struct wire_in){.at = out.data, .end = out.data + out.length - less};
		assert_int_equal(record_get_info(&in, &got), !cut);
		assert_int_equal(got.info.kinds, less == 7 ? 0 : 1);
		assert_int_equal(got.info.filtered, less > 5 ? 0 : 2);
		assert_int_equal(got.info.tagged, less < 5);
		record_info_free(&got);
	}
	wire_free(&out);
}

/* An error of a command queue as older versions recorded it: who found it is not known. */
static void test_older_payload(void **state)
{
	struct smmu_cmdq_error *error = (struct smmu_cmdq_error *)(&next.event + 1);
	static const struct statistics statistics = {.duration_ns = 5};
	const struct smmu_cmdq_error *got;
	struct record_reader reader;
	struct record_error failure;
	struct tape tape;
	FILE *file;

	(void)state;
	tape_begin(&tape, &fixture_info);
	next.event.kind = SMMU_EVENT_CMDQ_ERROR;
	memset(error, 0, sizeof(*error));
	error->cons = 0x3000007;
	put(&tape, SMMU_CMDQ_ERROR_MIN);
	tape_end(&tape, &statistics);

	file = as_file(tape.data, tape.length);
	assert_int_equal(record_open(&reader, file, &failure), 0);
	assert_int_equal(record_next(&reader, &failure), RECORD_EVENT);
	got = event_payload(reader.record.event);
	assert_int_equal(reader.record.length, sizeof(struct smmu_event) + sizeof(*got));
	assert_int_equal(got->cons, 0x3000007);
	assert_int_equal(got->found_by, SMMU_FOUND_BY_UNKNOWN);
	assert_int_equal(got->before.word[0], 0);
	record_close(&reader);
	fclose(file);
	tape_free(&tape);
}

/* Likewise, what the SMMU was told, without the tag. */
static void test_older_ste(void **state)
{
	struct smmu_fence *fence = (struct smmu_fence *)(&next.event + 1);
	static const struct statistics statistics = {.duration_ns = 5};
	const struct smmu_fence *got;
	struct record_reader reader;
	struct record_error failure;
	struct tape tape;
	FILE *file;

	(void)state;
	tape_begin(&tape, &fixture_info);
	next.event.kind = SMMU_EVENT_STE;
	memset(fence, 0, sizeof(*fence));
	fence->ste[1] = 0x1234;
	fence->tag = SMMU_TAG(SMMU_REGIME_EL1, 0, 5);
	put(&tape, SMMU_STE_MIN);
	tape_end(&tape, &statistics);

	file = as_file(tape.data, tape.length);
	assert_int_equal(record_open(&reader, file, &failure), 0);
	assert_int_equal(record_next(&reader, &failure), RECORD_EVENT);
	got = event_payload(reader.record.event);
	assert_int_equal(reader.record.length, sizeof(struct smmu_event) + sizeof(*got));
	assert_int_equal(got->ste[1], 0x1234);
	assert_int_equal(got->tag, 0);
	record_close(&reader);
	fclose(file);
	tape_free(&tape);
}

static void test_cut_anywhere(void **state)
{
	struct record_reader reader;
	struct record_error error;
	struct outcome outcome;
	size_t most = 0;
	struct tape tape;

	(void)state;
	small(&tape);
	for (size_t length = 0; length < tape.length; length++) {
		FILE *file = as_file(tape.data, length);

		if (record_open(&reader, file, &error)) {
			assert_said(&error);
			assert_int_equal(error.code, length < 8 ? RECORD_FOREIGN : RECORD_DAMAGED);
			assert_int_equal(most, 0);
		} else {
			outcome = read_all(&tape, &reader);
			assert_int_equal(outcome.last, RECORD_CUT);
			assert_int_equal(outcome.holes, 0);
			/* A longer file never gives fewer events. */
			assert_true(outcome.given >= most);
			most = outcome.given;
			record_close(&reader);
		}
		fclose(file);
	}
	assert_int_equal(most, tape.count);
	tape_free(&tape);
}

static void flip(struct tape *tape, size_t at, char bits)
{
	struct record_reader reader;
	struct record_error error;
	struct outcome outcome;
	FILE *file;

	tape->data[at] ^= bits;
	file = as_file(tape->data, tape->length);
	if (record_open(&reader, file, &error)) {
		assert_said(&error);
	} else {
		outcome = read_all(tape, &reader);
		assert_int_not_equal(outcome.last, RECORD_FAILED);
		assert_true(outcome.last == RECORD_CUT || outcome.holes);
		if (outcome.last == RECORD_END)
			assert_int_equal(outcome.given + outcome.missing, tape->count);
		record_close(&reader);
	}
	fclose(file);
	tape->data[at] ^= bits;
}

static void test_damaged_anywhere(void **state)
{
	struct tape tape;

	(void)state;
	small(&tape);
	for (size_t at = 0; at < tape.length; at++) {
		flip(&tape, at, 1);
		flip(&tape, at, (char)0xff);
	}
	tape_free(&tape);
}

/* Where the nth block of events begins. */
static size_t find_events(const struct tape *tape, unsigned int nth, struct record_block *block)
{
	size_t at = RECORD_HEADER_LEN;

	while (at + sizeof(*block) <= tape->length) {
		memcpy(block, tape->data + at, sizeof(*block));
		if (block->type == RECORD_BLOCK_EVENTS && !nth--)
			return at;
		at += sizeof(*block) + block->stored_length;
	}
	fail_msg("no such block");
	return 0;
}

/* Damages byte `in` of a block of events in the middle: the blocks behind it are given. */
static void damage_block(size_t in)
{
	static const struct statistics statistics = {};
	struct record_reader reader;
	struct record_error error;
	struct record_block block;
	struct outcome outcome;
	struct tape tape;
	FILE *file;

	tape_begin(&tape, &fixture_info);
	for (unsigned int i = 0; i < 40; i++) {
		put_list(&tape, i & 3, i);
		next.event.ts_ns += SECOND / 8;
	}
	tape_end(&tape, &statistics);
	tape.data[find_events(&tape, 2, &block) + in] ^= 0x10;
	file = as_file(tape.data, tape.length);
	assert_int_equal(record_open(&reader, file, &error), 0);
	outcome = read_all(&tape, &reader);
	assert_int_equal(outcome.last, RECORD_END);
	assert_int_equal(outcome.holes, 1);
	assert_true(block.events > 1);
	assert_int_equal(outcome.missing, block.events);
	assert_int_equal(outcome.given, tape.count - block.events);
	record_close(&reader);
	fclose(file);
	tape_free(&tape);
}

static void test_damaged_block(void **state)
{
	(void)state;
	damage_block(RECORD_BLOCK_LEN + 3);
	damage_block(offsetof(struct record_block, stored_length));
	damage_block(0);
}

static void refused(const void *data, size_t length, enum record_error_code code,
		    struct record_error *error)
{
	FILE *file = as_file(data, length);
	struct record_reader reader;

	assert_int_equal(record_open(&reader, file, error), -EINVAL);
	assert_int_equal(error->code, code);
	assert_said(error);
	fclose(file);
}

static void test_foreign(void **state)
{
	static const char text[] = "{\"type\":\"header\",\"schema\":\"smmuscope.events/1\"}\n";
	static const char elf[64] = "\x7f"
				    "ELF\x02\x01\x01";
	struct record_error error;

	(void)state;
	refused(text, sizeof(text) - 1, RECORD_FOREIGN, &error);
	refused(elf, sizeof(elf), RECORD_FOREIGN, &error);
	refused("", 0, RECORD_FOREIGN, &error);
	assert_non_null(strstr(error.message, "empty"));
}

static void test_later_version(void **state)
{
	struct record_error error;
	__u32 version = 4711, crc;
	char ours[16];
	struct tape tape;

	(void)state;
	small(&tape);
	memcpy(tape.data + 8, &version, 4);
	crc = (__u32)crc32(0, (const unsigned char *)tape.data, 12);
	memcpy(tape.data + 12, &crc, 4);
	refused(tape.data, tape.length, RECORD_VERSION_UNKNOWN, &error);
	snprintf(ours, sizeof(ours), "version %d", RECORD_VERSION);
	assert_non_null(strstr(error.message, "4711"));
	assert_non_null(strstr(error.message, ours));
	tape_free(&tape);
}

static void test_full_from_the_start(void **state)
{
	static const struct statistics statistics = {};
	struct sink sink = {.ops = &sink_record, .info = &fixture_info};

	(void)state;
	sink.file = fopen("/dev/full", "w");
	assert_non_null(sink.file);
	assert_int_equal(sink.ops->open(&sink), -ENOSPC);
	assert_int_equal(sink.ops->close(&sink, &statistics, "error"), 0);
	fclose(sink.file);
}

/* A disk whose cookie is the number of bytes that it still has room for. */
static ssize_t disk_write(void *cookie, const char *data, size_t length)
{
	size_t *room = cookie;

	(void)data;
	if (length > *room) {
		*room = 0;
		errno = ENOSPC;
		return 0;
	}
	*room -= length;
	return (ssize_t)length;
}

/* An error is sticky: nothing is written behind a torn block. */
static void test_full_later(void **state)
{
	static const struct statistics statistics = {};
	struct sink sink = {.ops = &sink_record, .info = &fixture_info};
	size_t room = 1000;
	int err = 0;

	(void)state;
	memset(&next, 0, sizeof(next));
	next.event.kind = SMMU_EVENT_UNMAP;
	sink.file = fopencookie(&room, "w", (cookie_io_functions_t){.write = disk_write});
	assert_non_null(sink.file);
	assert_int_equal(sink.ops->open(&sink), 0);
	for (unsigned int i = 0; !err && i < 100; i++) {
		next.event.ts_ns += SECOND;
		err = sink_give(&sink, &next.event, sizeof(next.event) + sizeof(struct smmu_unmap));
		if (!err)
			err = sink.ops->tick(&sink, next.event.ts_ns);
	}
	assert_int_equal(err, -ENOSPC);
	room = 1 << 20;
	assert_int_equal(sink.ops->close(&sink, &statistics, "error"), -ENOSPC);
	assert_int_equal(room, 1 << 20);
	assert_null(sink.state);
	fclose(sink.file);
}

/* All kinds, each that has a mark with it. For tests/unit/test_schemas.sh. */
static int write_to(const char *name)
{
	static const struct statistics statistics = {.duration_ns = 5};
	const __u32 told = 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_UNFENCE | 1U << SMMU_EVENT_STE;
	struct tape tape;
	FILE *file = fopen(name, "w");
	int err;

	if (!file)
		return 1;
	tape_begin(&tape, &fixture_info);
	next.event.seq = 1;
	next.event.flags = SMMU_EVENT_SYNC;
	for (unsigned int i = 0; i < 64; i++)
		put_list(&tape, i % 4, i);
	for (unsigned int kind = SMMU_EVENT_INJECT; kind < SMMU_EVENT_KIND_COUNT; kind++) {
		next.event.kind = (__u8)kind;
		next.event.flags = SMMU_EVENT_SYNTHETIC;
		if (told & 1U << kind)
			next.event.flags |= SMMU_EVENT_UNREAD;
		memset(next.bytes + sizeof(next.event), 0, payload_sizes[kind]);
		put(&tape, payload_sizes[kind]);
	}
	next.event.ts_ns += 2 * SECOND;
	next.event.flags = SMMU_EVENT_SYNC;
	put_list(&tape, 3, 5);
	tape_end(&tape, &statistics);
	err = fwrite(tape.data, tape.length, 1, file) != 1;
	tape_free(&tape);
	return fclose(file) || err;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_first_without_command),
		cmocka_unit_test(test_without_kinds),
		cmocka_unit_test(test_older_payload),
		cmocka_unit_test(test_older_ste),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_damaged_anywhere),
		cmocka_unit_test(test_damaged_block),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_later_version),
		cmocka_unit_test(test_full_from_the_start),
		cmocka_unit_test(test_full_later),
	};

	return argc > 1 ? write_to(argv[1]) : cmocka_run_group_tests(tests, NULL, NULL);
}
