// SPDX-License-Identifier: GPL-2.0
/*
 * Both sinks: a stream with every kind of event against golden texts and the
 * contract, records that are cut off, full disks, colour.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sink/sink.h"
#include "smmu_arch.h"

#include "fixture.h"
#include "golden.h"
#include <errno.h>
#include <fcntl.h>
#include <termios.h>

static const struct statistics statistics = {
	.duration_ns = 2500000000ULL,
	.ledger = {[SMMU_EVENT_SUBMIT] = {.attempted = 10, .emitted = 7, .lost = 3},
		   [SMMU_EVENT_FENCE] = {.attempted = 1, .emitted = 1}},
	.loss = {.attempted = 11, .emitted = 8, .lost = 3, .consumed = 8, .skipped_by_kernel = 2},
	.inject_rules = {{.matched = 2, .fired = 1, .repeated = 3, .expired = 4}},
	.inject_rule_count = 1,
	.blind = {.looks = 50},
	.events = true,
	.injection_visible = true,
};

struct record {
	struct smmu_event event;
	union {
		struct smmu_submit submit;
		struct smmu_inject_fired fired;
		struct smmu_cmdq_error error;
		struct smmu_fence fence;
		struct smmu_ats ats;
		struct smmu_reset reset;
		struct smmu_isr isr;
		struct smmu_registers registers;
		struct smmu_invalidation invalidation;
		struct smmu_forbidden forbidden;
		struct smmu_attach attach;
		struct smmu_unmap unmap;
		unsigned char room[sizeof(struct smmu_submit) +
				   SMMU_LIST_MAX * sizeof(struct smmu_command)];
	};
};

/* A recording brings such a table along. */
#define FUNCTION 0xffff800080001000ULL
static const struct symbol functions[] = {
	{0xffff800080000000ULL, "_stext"},
	{FUNCTION, "arm_smmu_atc_recover"},
};
static struct symbols *symbols;

struct stream {
	struct stream_info info;
	struct sink sink;
	__u64 ts_ns;
	__u32 seq[4];
};

static void stream_open(struct stream *stream, const struct sink_ops *ops, FILE *file)
{
	memset(stream, 0, sizeof(*stream));
	stream->sink.ops = ops;
	stream->sink.file = file;
	stream->info = fixture_info;
	stream->info.symbols = symbols;
	stream->sink.info = &stream->info;
	stream->ts_ns = fixture_info.monotonic_ns;
}

static void record_init(struct record *record, unsigned int kind, unsigned int flags)
{
	memset(record, 0, sizeof(*record));
	record->event.kind = (__u8)kind;
	record->event.flags = (__u16)flags;
	record->event.pid = 4711;
	record->event.tid = 4712;
	memcpy(record->event.comm, "stimulus", 8);
}

static int record_send(struct stream *stream, struct record *record, size_t payload)
{
	struct sink *sink = &stream->sink;

	stream->ts_ns += 1234567;
	record->event.ts_ns = stream->ts_ns;
	record->event.seq = ++stream->seq[record->event.cpu];
	return sink_give(sink, &record->event, sizeof(record->event) + payload);
}

static int submit_send(struct stream *stream, struct record *record)
{
	return record_send(stream, record,
			   sizeof(record->submit) +
				   record->submit.captured * sizeof(struct smmu_command));
}

static void command_add(struct record *record, __u64 low, __u64 high)
{
	record->submit.command[record->submit.captured].word[0] = low;
	record->submit.command[record->submit.captured].word[1] = high;
	record->submit.captured++;
	record->submit.commands++;
}

static void submit_init(struct record *record, unsigned int flags, __u64 smmu, __u64 queue)
{
	record_init(record, SMMU_EVENT_SUBMIT, flags);
	record->submit.smmu = smmu;
	record->submit.queue = queue;
	record->submit.duration_ns = 12345;
	record->submit.prod = 0x80005;
}

#define ATC(sid) (0x40ULL | (__u64)(sid) << 32)

/* Command lists in all their forms. */
static void send_submits(struct stream *stream)
{
	struct record record;
	unsigned int i;

	submit_init(&record, SMMU_EVENT_SYNC, SMMU_A, QUEUE_A);
	command_add(&record, 0x12, 0xfffff001);
	command_add(&record, ATC(0x100), 0xfffff000);
	assert_int_equal(submit_send(stream, &record), 0);

	/* 64 without a sync, in an interrupt. */
	submit_init(&record, 0, SMMU_A, QUEUE_A);
	record.event.context = SMMU_CONTEXT_HARDIRQ;
	record.event.cpu = 1;
	for (i = 0; i < SMMU_LIST_MAX; i++)
		command_add(&record, ATC(i), 0x80000000 | 9);
	assert_int_equal(submit_send(stream, &record), 0);

	/* All of the address space, a substream, a queue that is not the SMMU's own. */
	submit_init(&record, SMMU_EVENT_SYNC | SMMU_EVENT_SYNTHETIC, SMMU_A, QUEUE_A1);
	command_add(&record, ATC(0x201) | 1 << 11 | 7 << 12, 52);
	record.submit.result = -EIO;
	assert_int_equal(submit_send(stream, &record), 0);

	/* The entry was not seen; an opcode that nobody knows; an unknown SMMU. */
	submit_init(&record, SMMU_EVENT_NO_START, SMMU_X, QUEUE_A0);
	command_add(&record, 0x7f, 0);
	record.event.context = SMMU_CONTEXT_SOFTIRQ;
	memcpy(record.event.comm, "k\"\n\xff worker/0:1", SMMU_COMM_LEN);
	assert_int_equal(submit_send(stream, &record), 0);

	/* Commands that could not be read; only a part of them captured; only a sync. */
	submit_init(&record, SMMU_EVENT_UNREAD | SMMU_EVENT_SYNC, SMMU_A, QUEUE_A);
	record.submit.commands = 3;
	assert_int_equal(submit_send(stream, &record), 0);
	submit_init(&record, 0, SMMU_A, QUEUE_A);
	command_add(&record, 0x30, 0);
	record.submit.commands = 5;
	assert_int_equal(submit_send(stream, &record), 0);
	submit_init(&record, SMMU_EVENT_SYNC, SMMU_B, QUEUE_B);
	record.submit.duration_ns = UINT64_MAX;
	assert_int_equal(submit_send(stream, &record), 0);
}

static void send_injection(struct stream *stream)
{
	struct record record;

	record_init(&record, SMMU_EVENT_INJECT, SMMU_EVENT_SYNTHETIC);
	record.fired = (struct smmu_inject_fired){.smmu = SMMU_A,
						  .queue = QUEUE_A,
						  .prod = 7,
						  .sid = 0x100,
						  .error = -EIO,
						  .incident = 1};
	assert_int_equal(record_send(stream, &record, sizeof(record.fired)), 0);
	record.event.flags |= SMMU_EVENT_REPEAT;
	assert_int_equal(record_send(stream, &record, sizeof(record.fired)), 0);
	record.event.flags = SMMU_EVENT_SYNTHETIC | SMMU_EVENT_FOREIGN;
	record.fired.rule = SMMU_SID_NONE;
	record.fired.sid = 0x999;
	record.fired.error = -ETIMEDOUT;
	assert_int_equal(record_send(stream, &record, sizeof(record.fired)), 0);

	record_init(&record, SMMU_EVENT_CMDQ_ERROR, 0);
	record.event.context = SMMU_CONTEXT_HARDIRQ;
	record.error = (struct smmu_cmdq_error){
		.smmu = SMMU_A,
		.queue = QUEUE_A,
		.gerror = 1,
		.cons = 0x03000003,
		.found_by = SMMU_FOUND_BY_HANDLER,
		.shift = 8,
		.before.word = {SMMU_OP_ATC_INV | 0x100ULL << 32, 0x10000}};
	assert_int_equal(record_send(stream, &record, sizeof(record.error)), 0);
}

static void send_recovery(struct stream *stream)
{
	struct record record;

	record_init(&record, SMMU_EVENT_FENCE, SMMU_EVENT_SYNTHETIC);
	record.fence = (struct smmu_fence){.smmu = SMMU_A, .sid = 0x100, .latency_ns = 1250000};
	assert_int_equal(record_send(stream, &record, sizeof(record.fence)), 0);

	record_init(&record, SMMU_EVENT_RESET, SMMU_EVENT_BY_PROCESS);
	record.reset = (struct smmu_reset){.bdf = 0x100, .sid = 0x100, .phase = SMMU_RESET_BEGIN};
	assert_int_equal(record_send(stream, &record, sizeof(record.reset)), 0);
	record.reset.phase = SMMU_RESET_END;
	record.reset.result = -ENOTTY;
	assert_int_equal(record_send(stream, &record, sizeof(record.reset)), 0);

	record_init(&record, SMMU_EVENT_UNFENCE, SMMU_EVENT_UNREAD);
	record.fence = (struct smmu_fence){
		.smmu = SMMU_B, .sid = 0x777, .result = -EIO, .latency_ns = 3000000000ULL};
	assert_int_equal(record_send(stream, &record, sizeof(record.fence)), 0);

	record_init(&record, SMMU_EVENT_ATS, 0);
	record.ats = (struct smmu_ats){.bdf = 0x100, .sid = 0x100, .enabled = 1};
	assert_int_equal(record_send(stream, &record, sizeof(record.ats)), 0);
	record.ats = (struct smmu_ats){.bdf = 0x1ff, .sid = SMMU_SID_NONE, .result = -EINVAL};
	assert_int_equal(record_send(stream, &record, sizeof(record.ats)), 0);
}

/* What only a verdict looks at, and the second kind of injection. */
static void send_details(struct stream *stream)
{
	static const unsigned int phases[] = {SMMU_RESET_PREPARE, SMMU_RESET_DONE,
					      SMMU_RESET_PROBE_BEGIN, SMMU_RESET_PROBE_END};
	struct record record;

	record_init(&record, SMMU_EVENT_INJECT,
		    SMMU_EVENT_SYNTHETIC | SMMU_EVENT_GERROR | SMMU_EVENT_BLOCKED);
	record.fired = (struct smmu_inject_fired){.smmu = SMMU_A,
						  .queue = QUEUE_A,
						  .prod = 9,
						  .sid = 0x100,
						  .error = -EIO,
						  .incident = 2};
	assert_int_equal(record_send(stream, &record, sizeof(record.fired)), 0);
	record.event.flags = SMMU_EVENT_SYNTHETIC | SMMU_EVENT_STALL;
	record.fired.error = -ETIMEDOUT;
	assert_int_equal(record_send(stream, &record, sizeof(record.fired)), 0);

	submit_init(&record,
		    SMMU_EVENT_SYNC | SMMU_EVENT_SYNTHETIC | SMMU_EVENT_EXACT | SMMU_EVENT_FULL,
		    SMMU_A, QUEUE_A);
	command_add(&record, ATC(0x100), 52);
	record.submit.result = -ETIMEDOUT;
	assert_int_equal(submit_send(stream, &record), 0);

	record_init(&record, SMMU_EVENT_REGISTERS, SMMU_EVENT_SYNTHETIC);
	record.registers = (struct smmu_registers){.smmu = SMMU_A,
						   .queue = QUEUE_A,
						   .duration_ns = 1000000123,
						   .gerror = 5,
						   .gerrorn = 4,
						   .cons = 0x03000009,
						   .prod = 10,
						   .result = -ETIMEDOUT};
	assert_int_equal(record_send(stream, &record, sizeof(record.registers)), 0);

	record_init(&record, SMMU_EVENT_ISR, 0);
	record.event.context = SMMU_CONTEXT_HARDIRQ;
	record.isr =
		(struct smmu_isr){.smmu = SMMU_A, .duration_ns = 4100, .result = 1, .active = 1};
	assert_int_equal(record_send(stream, &record, sizeof(record.isr)), 0);

	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
		record_init(&record, SMMU_EVENT_RESET, 0);
		record.reset = (struct smmu_reset){.bdf = 0x100, .sid = 0x100, .phase = phases[i]};
		assert_int_equal(record_send(stream, &record, sizeof(record.reset)), 0);
	}
	record_init(&record, SMMU_EVENT_ATTACH, SMMU_EVENT_BY_KERNEL);
	record.attach = (struct smmu_attach){.bdf = 0x200, .sid = 0x200};
	assert_int_equal(record_send(stream, &record, sizeof(record.attach)), 0);
}

static void send_forbidden(struct stream *stream)
{
	struct record record;

	record_init(&record, SMMU_EVENT_INVALIDATION, 0);
	record.invalidation =
		(struct smmu_invalidation){.result = -EIO, .function = SMMU_INV_FUNCTION_MASTER};
	assert_int_equal(record_send(stream, &record, sizeof(record.invalidation)), 0);
	record.invalidation = (struct smmu_invalidation){.is_void = 1};
	assert_int_equal(record_send(stream, &record, sizeof(record.invalidation)), 0);
	record_init(&record, SMMU_EVENT_UNMAP, 0);
	record.unmap = (struct smmu_unmap){.iova = 0x10000, .size = 8192, .returned = 4096};
	assert_int_equal(record_send(stream, &record, sizeof(record.unmap)), 0);

	record_init(&record, SMMU_EVENT_FORBIDDEN, SMMU_EVENT_SYNTHETIC);
	record.forbidden = (struct smmu_forbidden){
		.act = SMMU_FORBIDDEN_KMALLOC,
		.bytes = 96,
		.since_ns = 41000,
		.stack = {.depth = 3, .frame = {FUNCTION + 0x12, FUNCTION, 0xffff000000000000}}};
	assert_int_equal(record_send(stream, &record, sizeof(record.forbidden)), 0);
	record.forbidden.act = SMMU_FORBIDDEN_WORK;
	record.forbidden.where = SMMU_FORBIDDEN_ISR;
	record.forbidden.stack.depth = 0;
	assert_int_equal(record_send(stream, &record, sizeof(record.forbidden)), 0);

	record_init(&record, SMMU_EVENT_FENCE, SMMU_EVENT_SYNTHETIC);
	record.fence = (struct smmu_fence){.smmu = SMMU_A,
					   .sid = 0x100,
					   .latency_ns = 1250000,
					   .stack = {.depth = 1, .frame = {FUNCTION + 0x20}},
					   .grant = SMMU_GRANT_UNTRANSLATED,
					   .before = SMMU_GRANT_ATS,
					   .told = SMMU_TOLD_CONFIG};
	assert_int_equal(record_send(stream, &record, sizeof(record.fence)), 0);

	record_init(&record, SMMU_EVENT_UNFENCE, 0);
	record.fence = (struct smmu_fence){.smmu = SMMU_A,
					   .sid = 0x100,
					   .latency_ns = 2000,
					   .grant = SMMU_GRANT_ATS,
					   .before = SMMU_GRANT_UNTRANSLATED,
					   .told = SMMU_TOLD_MEMORY,
					   .tag = SMMU_TAG(SMMU_REGIME_EL1, 0, 3)};
	assert_int_equal(record_send(stream, &record, sizeof(record.fence)), 0);

	record_init(&record, SMMU_EVENT_STE, 0);
	record.fence = (struct smmu_fence){.smmu = SMMU_A,
					   .sid = 0x100,
					   .grant = SMMU_GRANT_NOTHING,
					   .before = SMMU_GRANT_ATS,
					   .told = SMMU_TOLD_CONFIG};
	assert_int_equal(record_send(stream, &record, sizeof(record.fence)), 0);
}

/* Three events of CPU 2 missing, of which one comes late. */
static void send_holes(struct stream *stream)
{
	struct record record;

	submit_init(&record, SMMU_EVENT_SYNC, SMMU_A, QUEUE_A);
	record.event.cpu = 2;
	command_add(&record, 0x30, 0);
	assert_int_equal(submit_send(stream, &record), 0);
	stream->seq[2] += 3;
	assert_int_equal(submit_send(stream, &record), 0);
	stream->seq[2] -= 2;
	assert_int_equal(submit_send(stream, &record), 0);
	stream->seq[2] += 1;
	assert_int_equal(submit_send(stream, &record), 0);
}

static char *stream_text(const struct sink_ops *ops)
{
	struct capture capture;
	struct stream stream;

	capture_begin(&capture);
	stream_open(&stream, ops, capture.file);
	assert_int_equal(ops->open(&stream.sink), 0);
	send_submits(&stream);
	send_injection(&stream);
	send_recovery(&stream);
	send_details(&stream);
	send_forbidden(&stream);
	send_holes(&stream);
	assert_int_equal(ops->close(&stream.sink, &statistics, "command"), 0);
	assert_null(stream.sink.state);
	return capture_end(&capture);
}

static void test_json_golden(void **state)
{
	char *text = stream_text(&sink_json);

	(void)state;
	assert_golden("golden/events.jsonl", text);
	free(text);
}

static void test_text_golden(void **state)
{
	char *text = stream_text(&sink_text);

	(void)state;
	assert_golden("golden/events.txt", text);
	free(text);
}

/* Where a timeout came from, and what the device of a rule with kind=device did. */
static void test_silenced(void **state)
{
	struct statistics ended = statistics;
	struct record record;
	struct capture capture;
	struct stream stream;
	char *text;

	(void)state;
	ended.silences[0] = (struct rule_silence){
		.armed = 3, .unanswered = 1, .answered = 9, .left = 2, .end = RULE_SILENCE_RUN};
	capture_begin(&capture);
	stream_open(&stream, &sink_json, capture.file);
	assert_int_equal(sink_json.open(&stream.sink), 0);
	record_init(&record, SMMU_EVENT_CMDQ_ERROR, SMMU_EVENT_SILENCED);
	assert_int_equal(record_send(&stream, &record, sizeof(record.error)), 0);
	record_init(&record, SMMU_EVENT_SUBMIT, SMMU_EVENT_SILENCED);
	record.submit.result = -EIO;
	assert_int_equal(record_send(&stream, &record, sizeof(record.submit)), 0);
	record_init(&record, SMMU_EVENT_FENCE, 0);
	assert_int_equal(record_send(&stream, &record, sizeof(record.fence)), 0);
	/* one that went through came from nowhere */
	record_init(&record, SMMU_EVENT_SUBMIT, 0);
	assert_int_equal(record_send(&stream, &record, sizeof(record.submit)), 0);
	assert_int_equal(sink_json.close(&stream.sink, &ended, "command"), 0);
	text = capture_end(&capture);
	assert_jq(text, "map(select(.type | IN(\"cmdq_error\", \"submit\", \"fence\")) | .source) "
			"== [\"device\", \"device\", \"unknown\", null]");
	assert_jq(text, ".[-2].silence == {armed: 3, unanswered: 1, answered: 9, left: 2, "
			"end: \"run\"}");
	free(text);
}

/* The contract, in the words of those who read it. */
static void test_json_contract(void **state)
{
	char *text = stream_text(&sink_json), *line, *rest = NULL;

	(void)state;
	assert_jq(text, ".[0].type == \"stream\" and .[0].schema == \"smmuscope.event/1\"");
	assert_jq(text, ".[0].devices[1].sids == [512, 513] and .[0].rules[0] != null");
	assert_jq(text, ".[-1] | .type == \"summary\" and .reason == \"command\" and "
			".loss == {attempted: 11, emitted: 8, lost: 3, consumed: 8, "
			"skipped_by_kernel: 2} and (.by_kind | length) == 14");
	assert_jq(text, ".[1:-2] | map(select(.type != \"loss\")) | length == 39 and "
			"all(has(\"ts_ns\", \"cpu\", \"context\", \"pid\", \"tid\", \"comm\"))");
	assert_jq(text, ".[-2] == {type: \"rule\", rule: 0, text: \"device=0000:01:00.0,times=1\", "
			"matched: 2, fired: 1, repeated: 3, expired: 4}");
	assert_jq(text,
		  "map(select(has(\"synthetic\"))) | length == 12 and all(.synthetic == true)");
	assert_jq(text,
		  "map(select(.type == \"submit\")) | "
		  "all(has(\"smmu\", \"queue\", \"prod\", \"commands\", \"sync\", \"opcodes\", "
		  "\"duration_ns\", \"result\"))");
	assert_jq(text, ".[2] | .sync == false and .opcodes == {ATC_INV: 64} and "
			"(.atc | length == 64) and .atc[63] == {sid: 63, ssid: null, "
			"iova: \"0x80000000\", size: 2097152}");
	assert_jq(text,
		  "map(select(.type == \"inject\")) | all(has(\"rule\", \"device\", \"sid\"))");
	assert_jq(text,
		  "map(select(.type == \"cmdq_error\")) == [.[11]] and .[11].cons == \"0x3000003\""
		  " and .[11].error == \"CERROR_ATC_INV_SYNC\"");
	assert_jq(text, "map(select(.type == \"fence\" or .type == \"unfence\" or .type == "
			"\"ste\")) | length == 5 and "
			"all(has(\"device\", \"sid\", \"latency_ns\"))");
	assert_jq(text, "map(select(.type == \"ats\") | .enabled) == [true, false]");
	assert_jq(text, "map(select(.type == \"reset\") | [.phase, .result]) == "
			"[[\"begin\", null], [\"end\", -25], [\"prepare\", 0], [\"done\", null], "
			"[\"probe_begin\", null], [\"probe_end\", null]]");
	assert_jq(text, "map(select(.type == \"inject\") | [.kind, .irq]) | .[-2:] == "
			"[[\"gerror\", \"blocked\"], [\"stall\", null]]");
	assert_jq(text, "map(select(.type == \"registers\")) | length == 1 and .[0].active and "
			".[0].cons == \"0x3000009\" and .[0].error == \"CERROR_ATC_INV_SYNC\"");
	assert_jq(text, "map(select(.type == \"isr\") | [.handled, .active]) == [[true, 1]]");
	assert_jq(text, "map(select(.type == \"invalidation\") | [.processor, .result]) == "
			"[[\"master\", -5], [\"domain\", null]]");
	assert_jq(text, "map(select(.type == \"forbidden\") | [.act, .where, .bytes, .stack]) == "
			"[[\"kmalloc\", \"recovery\", 96, [\"arm_smmu_atc_recover+0x12\", "
			"\"arm_smmu_atc_recover\", \"?\"]], [\"queue_work\", \"isr\", null, []]]");
	assert_jq(text, "map(select(.type == \"unmap\") | [.iova, .size, .returned]) == "
			"[[\"0x10000\", 8192, 4096]]");
	assert_jq(text, "map(select(.type == \"loss\") | [.cpu, .lost]) == "
			"[[2, 3], [2, -1]]");
	/* More than jq's doubles can hold. */
	assert_non_null(strstr(text, "\"duration_ns\":18446744073709551615,"));
	/* Each line for itself. */
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		assert_jq(line, "length == 1 and (.[0] | type) == \"object\"");
	free(text);
}

/* Identities are not for show. */
static void test_no_addresses(void **state)
{
	char *json = stream_text(&sink_json), *text = stream_text(&sink_text);

	(void)state;
	assert_null(strcasestr(json, "ffff0000"));
	assert_null(strcasestr(text, "ffff0000"));
	assert_null(strstr(json, "18446462"));
	free(json);
	free(text);
}

/* What the documentation shows is carried by the stream, or was seen in the lab, line for line. */
/* Is it one of a log of the kernel (test_klog.c)? */
static bool is_of_a_log(const char *line)
{
	static const char *const names[] = {"klog/stock-7.3.jsonl", "klog/faults.jsonl"};
	bool found = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *golden = repository_read(names[i]);

		found |= strstr(golden, line) != NULL;
		free(golden);
	}
	return found;
}

/* A stream that carries what the documentation shows, line for line. */
static void test_documented(void **state)
{
	char *document = repository_read("../../docs/FORMATS.md");
	char *golden = repository_read("golden/events.jsonl"), *line, *rest = NULL;
	char *lab = repository_read("golden/lab.jsonl");
	unsigned int shown = 0;

	(void)state;
	for (line = strtok_r(document, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (strncmp(line, "{\"type\":", 8) || is_of_a_log(line))
			continue;
		shown++;
		if (!strstr(golden, line) && !strstr(lab, line))
			fail_msg("not what is printed: %s", line);
	}
	assert_true(shown >= 10);
	free(document);
	free(golden);
	free(lab);
}

/* The nth list of a variant, numbers of all lengths in it. */
static void form_record(struct record *record, unsigned int variant, unsigned int nth)
{
	static const __u64 words[][2] = {
		{ATC(0x100), 0x7000},
		{ATC(0x100), 0x7003},
		{ATC(0x201) | 1ULL << 11 | 5ULL << 12, 0},
		{ATC(0x999), 52},
		{0x12, 0x1},
		{0x46, 0},
	};
	static const __u64 numbers[] = {0, 7, 99, 123456789, 0xffffffff};
	static const __u16 flags[] = {SMMU_EVENT_SYNC,
				      SMMU_EVENT_SYNC | SMMU_EVENT_EXACT,
				      SMMU_EVENT_SYNC | SMMU_EVENT_SYNTHETIC,
				      SMMU_EVENT_FULL,
				      SMMU_EVENT_SYNC | SMMU_EVENT_NO_START,
				      SMMU_EVENT_UNREAD};
	unsigned int word = variant % 6;

	submit_init(record, flags[variant / 6 % 6], SMMU_A, QUEUE_A);
	command_add(record, words[word][0], words[word][1] + (numbers[nth] << 12));
	record->event.cpu = variant / 36;
	record->submit.prod = (__u32)numbers[nth];
	record->submit.duration_ns = numbers[4 - nth];
	/* Every other one is of another kind in one thing. */
	if (nth & 1) {
		record->submit.command[0].word[1] ^= variant % 4 == 0;
		record->event.context = variant % 4 == 1;
		record->event.pid += variant % 4 == 2;
		record->event.comm[8] = variant % 4 == 3 ? 'x' : '\0';
	}
	if (variant & 2)
		memcpy(record->event.comm, "a\"prod\":", 8);
}

static const char *after_line(const char *text)
{
	return strchr(text, '\n') + 1;
}

static const char *after_comments(const char *text)
{
	while (*text == '#')
		text = after_line(text);
	return text;
}

/* What forms give is to the byte what is given without: each line by itself once more. */
static void check_forms(const struct sink_ops *ops, const char *(*after_head)(const char *text))
{
	enum { VARIANTS = 2 * 36, LISTS = VARIANTS * 5 };
	/* Those of one kind in a row: another kind may take the form's place. */
	static const unsigned int order[] = {0, 2, 4, 1, 3};
	const char *line;
	char *text, *fresh;
	struct capture capture;
	struct stream stream;
	struct record record;

	capture_begin(&capture);
	stream_open(&stream, ops, capture.file);
	assert_int_equal(ops->open(&stream.sink), 0);
	for (unsigned int i = 0; i < LISTS; i++) {
		form_record(&record, i / 5, order[i % 5]);
		assert_int_equal(submit_send(&stream, &record), 0);
	}
	assert_int_equal(ops->close(&stream.sink, &statistics, "command"), 0);
	text = capture_end(&capture);
	line = after_head(text);
	for (unsigned int i = 0; i < LISTS; i++) {
		capture_begin(&capture);
		stream_open(&stream, ops, capture.file);
		assert_int_equal(ops->open(&stream.sink), 0);
		stream.ts_ns += i * 1234567ULL;
		form_record(&record, i / 5, order[i % 5]);
		assert_int_equal(submit_send(&stream, &record), 0);
		assert_int_equal(ops->close(&stream.sink, &statistics, "command"), 0);
		fresh = capture_end(&capture);
		assert_memory_equal(line, after_head(fresh),
				    (size_t)(strchr(line, '\n') - line) + 1);
		line = strchr(line, '\n') + 1;
		free(fresh);
	}
	free(text);
}

static void test_forms(void **state)
{
	(void)state;
	check_forms(&sink_json, after_line);
	check_forms(&sink_text, after_comments);
}

/* A record that is cut off is refused and leaves no trace. */
static void check_short_record(const struct sink_ops *ops, unsigned int lines)
{
	struct capture capture;
	struct stream stream;
	struct record record;
	unsigned int count = 0;
	char *text, *c;

	capture_begin(&capture);
	stream_open(&stream, ops, capture.file);
	assert_int_equal(ops->open(&stream.sink), 0);
	record_init(&record, SMMU_EVENT_RESET, 0);
	assert_int_equal(record_send(&stream, &record, sizeof(record.reset) - 1), -EINVAL);
	record.event.kind = SMMU_EVENT_KIND_COUNT;
	assert_int_equal(record_send(&stream, &record, sizeof(record.room)), -EINVAL);
	record_init(&record, SMMU_EVENT_FORBIDDEN, 0);
	record.forbidden.stack.depth = SMMU_STACK_MAX + 1;
	assert_int_equal(record_send(&stream, &record, sizeof(record.forbidden)), -EINVAL);
	assert_int_equal(ops->close(&stream.sink, &statistics, "end"), 0);
	text = capture_end(&capture);
	for (c = text; *c; c++)
		count += *c == '\n';
	assert_int_equal(count, lines);
	if (ops == &sink_json)
		assert_jq(text, "length == 3");
	free(text);
}

static void test_short_record(void **state)
{
	(void)state;
	check_short_record(&sink_json, 3);
	check_short_record(&sink_text, 5);
}

static void check_full_disk(const struct sink_ops *ops)
{
	FILE *file = fopen("/dev/full", "w");
	struct stream stream;
	struct record record;
	int err;

	assert_non_null(file);
	setvbuf(file, NULL, _IONBF, 0);
	stream_open(&stream, ops, file);
	assert_int_equal(ops->open(&stream.sink), -ENOSPC);
	assert_null(stream.sink.state);
	assert_int_equal(ops->close(&stream.sink, &statistics, "end"), 0);
	fclose(file);

	/* The buffer takes the header, the disk no event. */
	file = fopen("/dev/full", "w");
	assert_non_null(file);
	setvbuf(file, NULL, _IOFBF, 4096);
	stream_open(&stream, ops, file);
	assert_int_equal(ops->open(&stream.sink), 0);
	record_init(&record, SMMU_EVENT_RESET, 0);
	while (!(err = record_send(&stream, &record, sizeof(record.reset))))
		assert_true(stream.seq[0] < 1000);
	assert_int_equal(err, -ENOSPC);
	assert_int_equal(record_send(&stream, &record, sizeof(record.reset)),
			 ops == &sink_json ? -ENOSPC : -EIO);
	assert_true(ops->close(&stream.sink, &statistics, "end") < 0);
	assert_null(stream.sink.state);
	fclose(file);

	/* The buffer takes all of it: the end tells. */
	file = fopen("/dev/full", "w");
	assert_non_null(file);
	setvbuf(file, NULL, _IOFBF, 65536);
	stream_open(&stream, ops, file);
	assert_int_equal(ops->open(&stream.sink), 0);
	assert_int_equal(ops->close(&stream.sink, &statistics, "end"), -ENOSPC);
	fclose(file);
}

static void test_full_disk(void **state)
{
	(void)state;
	check_full_disk(&sink_json);
	check_full_disk(&sink_text);
}

/* What a failed, injected list looks like on a terminal. */
static void terminal_text(char *text, size_t size)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	struct stream stream;
	struct record record;
	size_t length = 0;
	ssize_t got;
	FILE *file;

	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	file = fdopen(slave, "w");
	assert_non_null(file);
	stream_open(&stream, &sink_text, file);
	assert_int_equal(sink_text.open(&stream.sink), 0);
	submit_init(&record, SMMU_EVENT_SYNTHETIC, SMMU_A, QUEUE_A);
	record.submit.result = -EIO;
	assert_int_equal(submit_send(&stream, &record), 0);
	assert_int_equal(sink_text.close(&stream.sink, &statistics, "end"), 0);
	fclose(file);
	/* Line by line, until the other side is gone (EIO). */
	while (length < size - 1 && (got = read(master, text + length, size - 1 - length)) > 0)
		length += (size_t)got;
	assert_true(length > 0);
	text[length] = '\0';
	close(master);
}

static void test_colour(void **state)
{
	char text[4096];

	(void)state;
	unsetenv("NO_COLOR");
	terminal_text(text, sizeof(text));
	assert_non_null(strstr(text, "-> \033[31mEIO\033[0m"));
	assert_non_null(strstr(text, "\033[33mSYNTHETIC\033[0m"));
	setenv("NO_COLOR", "1", 1);
	terminal_text(text, sizeof(text));
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "-> EIO"));
	unsetenv("NO_COLOR");
}

static void test_broken_ledger(void **state)
{
	struct statistics broken = statistics;
	struct capture capture;
	struct stream stream;
	char *text;

	(void)state;
	broken.loss.consumed--;
	capture_begin(&capture);
	stream_open(&stream, &sink_text, capture.file);
	assert_int_equal(sink_text.open(&stream.sink), 0);
	assert_int_equal(sink_text.close(&stream.sink, &broken, "end"), 0);
	text = capture_end(&capture);
	assert_non_null(strstr(text, "DOES NOT ADD UP"));
	free(text);
}

static int symbols_begin(void **state)
{
	(void)state;
	symbols = symbols_table(functions, sizeof(functions) / sizeof(functions[0]));
	return symbols ? 0 : -1;
}

static int symbols_end(void **state)
{
	(void)state;
	symbols_free(symbols);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_golden),   cmocka_unit_test(test_text_golden),
		cmocka_unit_test(test_json_contract), cmocka_unit_test(test_silenced),
		cmocka_unit_test(test_no_addresses),  cmocka_unit_test(test_documented),
		cmocka_unit_test(test_short_record),  cmocka_unit_test(test_forms),
		cmocka_unit_test(test_full_disk),     cmocka_unit_test(test_colour),
		cmocka_unit_test(test_broken_ledger),
	};

	return cmocka_run_group_tests(tests, symbols_begin, symbols_end);
}
