/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Streams of events for the tests of the verdict, told as stories: each call adds what the
 * current flow does next, 10 us after the call before; rules() compares the verdict on all of
 * it. One stream at a time. Include after cmocka.h and errno.h.
 */
#ifndef CHECK_STREAM_H
#define CHECK_STREAM_H

#include "check/check.h"
#include "base/log.h"
#include "smmu_arch.h"

#include "fixture.h"
#include "golden.h"

#define US 1000ULL
#define MS 1000000ULL
#define S  1000000000ULL

/*
 * StreamIDs of the fixture. DEV is a function with one, DEV2 one with two, 0x200 and 0x201; the
 * first is also the function's BDF. Other numbers belong to no known function.
 */
#define DEV  0x100U
#define DEV2 0x200U

/* More than any test sends. */
#define STREAM_RECORDS 4096

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

static struct {
	struct check_options options;
	struct stream_info info;
	struct stream_hook hooks[33]; /* one more: the stream table */
	struct statistics statistics;
	__u64 now, duration; /* duration: of the next list, 0: 8 us */
	__u64 smmu, queue;   /* of what is sent next */
	__u32 seq[64];	     /* of each CPU */
	__u32 tid, prod;
	__u16 cpu;
	__u8 context;
	__u16 asker; /* of what is reset or attached next */
	/* Goes to the sink at the end, in this order. */
	struct {
		struct record *record;
		size_t length;
	} sent[STREAM_RECORDS];
	size_t count;
	char *report; /* of finish() */
	int code;
} stream;

/* Every hook that a rule may need, attached. */
static const struct stream_hook stream_hooks[] = {
#define ATTACHED(id)                                                                               \
	{                                                                                          \
		id, "fentry", id, NULL                                                             \
	}
	ATTACHED("list"),
	ATTACHED("gerror"),
	ATTACHED("queue_error"),
	ATTACHED("ats_enable"),
	ATTACHED("ats_disable"),
	ATTACHED("reset"),
	ATTACHED("reset_prepare"),
	ATTACHED("reset_done"),
	ATTACHED("reset_probe"),
	ATTACHED("attach"),
	ATTACHED("invalidation_domain"),
	ATTACHED("invalidation_master"),
	ATTACHED("unmap"),
	ATTACHED("kmalloc"),
	ATTACHED("kmem_cache_alloc"),
	ATTACHED("mm_page_alloc"),
	ATTACHED("mutex_lock"),
	ATTACHED("mutex_lock_interruptible"),
	ATTACHED("mutex_lock_killable"),
	ATTACHED("down_read"),
	ATTACHED("down_write"),
	ATTACHED("down"),
	ATTACHED("schedule"),
	ATTACHED("queue_work"),
	ATTACHED("timer_start"),
	ATTACHED("hrtimer_start"),
	ATTACHED("softirq_raise"),
	ATTACHED("ipi_raise"),
	ATTACHED("kthread_queue_work"),
	ATTACHED("irq_exit"),
};

#define STREAM_HOOKS (sizeof(stream_hooks) / sizeof(stream_hooks[0]))

static inline void stream_begin(void)
{
	free(stream.report); /* of the stream before */
	memset(&stream, 0, sizeof(stream));
	stream.options = check_defaults();
	stream.info = fixture_info;
	memcpy(stream.hooks, stream_hooks, sizeof(stream_hooks));
	stream.info.hooks = stream.hooks;
	stream.info.hook_count = STREAM_HOOKS;
	stream.info.kinds = SMMU_KINDS_ALL;
	stream.statistics.blind.looks = 1;
	stream.statistics.duration_ns = 5 * S;
	stream.now = 1 * S;
	stream.smmu = SMMU_A;
	stream.queue = QUEUE_A;
	stream.tid = 1;
	stream.asker = SMMU_EVENT_BY_PROCESS;
}

/* This hook could not be attached. reason NULL: the run did not want it. */
static inline void without(const char *id, const char *reason)
{
	size_t at = 0;

	while (strcmp(stream.hooks[at].id, id) != 0)
		assert_true(++at < stream.info.hook_count);
	if (reason)
		stream.hooks[at] = (struct stream_hook){id, "", "", reason};
	else
		stream.hooks[at] = stream.hooks[--stream.info.hook_count];
}

/* ---- the flow, queue and time of what follows ---- */

static inline void task(__u32 tid)
{
	stream.tid = tid;
	stream.context = SMMU_CONTEXT_TASK;
}

/* An interrupt in the current task. */
static inline void irq(__u16 cpu)
{
	stream.cpu = cpu;
	stream.context = SMMU_CONTEXT_HARDIRQ;
}

static inline void on_queue(__u64 smmu, __u64 queue)
{
	stream.smmu = smmu;
	stream.queue = queue;
}

static inline void later(__u64 ns)
{
	stream.now += ns;
}

/* The next list lasts this long. It still ends 10 us after the event before. */
static inline void lasting(__u64 ns)
{
	stream.duration = ns;
}

/* ---- events ---- */

static inline struct record *record_new(unsigned int kind, unsigned int flags)
{
	struct record *record = calloc(1, sizeof(*record));

	assert_non_null(record);
	assert_true(stream.count < STREAM_RECORDS);
	record->event.kind = (__u8)kind;
	record->event.flags = (__u16)flags;
	record->event.tid = record->event.pid = stream.tid;
	record->event.context = stream.context;
	record->event.cpu = stream.cpu;
	record->event.ts_ns = stream.now;
	memcpy(record->event.comm, "test", 4);
	return record;
}

static inline void record_send(struct record *record, size_t payload)
{
	assert_true(record->event.cpu < sizeof(stream.seq) / sizeof(stream.seq[0]));
	record->event.seq = ++stream.seq[record->event.cpu];
	stream.sent[stream.count].record = record;
	stream.sent[stream.count++].length = sizeof(record->event) + payload;
}

static inline struct record *event_now(unsigned int kind, unsigned int flags)
{
	stream.now += 10 * US;
	return record_new(kind, flags);
}

static inline void list_send(int result, unsigned int flags, unsigned int opcode, const __u32 *sids,
			     size_t count)
{
	struct record *record = event_now(SMMU_EVENT_SUBMIT, flags);

	record->submit.smmu = stream.smmu;
	record->submit.queue = stream.queue;
	record->submit.duration_ns = stream.duration ? stream.duration : 8 * US;
	record->submit.prod = stream.prod;
	stream.prod += (__u32)count + !!(flags & SMMU_EVENT_SYNC);
	record->submit.result = result;
	record->submit.commands = record->submit.captured = (__u16)count;
	for (size_t i = 0; i < count; i++)
		record->submit.command[i].word[0] = opcode | (__u64)sids[i] << 32;
	record_send(record, sizeof(record->submit) + count * sizeof(struct smmu_command));
	stream.duration = 0;
}

/* Commands as the architecture lays them out, with a CMD_SYNC. */
static inline void commands_send(int result, unsigned int flags,
				 const struct smmu_command *commands, size_t count)
{
	struct record *record = event_now(SMMU_EVENT_SUBMIT, flags);

	record->submit.smmu = stream.smmu;
	record->submit.queue = stream.queue;
	record->submit.duration_ns = 8 * US;
	record->submit.prod = stream.prod;
	stream.prod += (__u32)count + !!(flags & SMMU_EVENT_SYNC);
	record->submit.result = result;
	record->submit.commands = record->submit.captured = (__u16)count;
	memcpy(record->submit.command, commands, count * sizeof(*commands));
	record_send(record, sizeof(record->submit) + count * sizeof(*commands));
}

/* The first word of the command that atc() sends. */
#define ATC_INV(sid) (SMMU_OP_ATC_INV | (__u64)(sid) << 32)

#define LIST(result, flags, opcode, ...)                                                           \
	list_send(result, flags, opcode, (const __u32[]){__VA_ARGS__},                             \
		  sizeof((const __u32[]){__VA_ARGS__}) / sizeof(__u32))
/* Lists: of ATC_INV with a CMD_SYNC and without, of CFGI_STE, of other commands. */
#define atc(result, ...)	  LIST(result, SMMU_EVENT_SYNC, SMMU_OP_ATC_INV, __VA_ARGS__)
#define atc_unsynced(result, ...) LIST(result, 0, SMMU_OP_ATC_INV, __VA_ARGS__)
#define cfgi(result, ...)	  LIST(result, SMMU_EVENT_SYNC, SMMU_OP_CFGI_STE, __VA_ARGS__)
#define other(result)		  LIST(result, SMMU_EVENT_SYNC, SMMU_OP_TLBI_NH_VA, 0)

/* While the next list is under way; takes no time of its own. */
static inline void inject_as(__u32 sid, int error, unsigned int flags)
{
	struct record *record = record_new(SMMU_EVENT_INJECT, flags);

	record->event.ts_ns += 5 * US;
	record->fired.smmu = stream.smmu;
	record->fired.queue = stream.queue;
	record->fired.prod = stream.prod;
	record->fired.sid = sid;
	record->fired.error = error;
	record_send(record, sizeof(record->fired));
}

static inline void inject(__u32 sid)
{
	inject_as(sid, -EIO, 0);
}

/* Likewise: CMDQ_ERR was found active, at this index. */
static inline struct smmu_cmdq_error *error_at(__u32 index, unsigned int cerror, unsigned int flags)
{
	struct record *record = record_new(SMMU_EVENT_CMDQ_ERROR, flags);

	record->event.ts_ns += 5 * US;
	record->error.smmu = stream.smmu;
	record->error.queue = stream.queue;
	record->error.gerror = SMMU_GERROR_CMDQ_ERR;
	record->error.cons = cerror << 24 | (index & 0xfffff);
	record_send(record, sizeof(record->error));
	return &record->error;
}

/* At the CMD_SYNC of the next list, which has one command. */
static inline void hardware_error(unsigned int cerror, unsigned int flags)
{
	error_at(stream.prod + 1, cerror, flags);
}

/* What the SMMU is told of one StreamID. */
static inline struct smmu_fence *told(unsigned int kind, __u32 sid, enum smmu_grant grant,
				      int result)
{
	struct record *record = event_now(kind, 0);

	record->fence.smmu = stream.smmu;
	record->fence.sid = sid;
	record->fence.result = result;
	record->fence.told = SMMU_TOLD_CONFIG;
	record->fence.grant = (__u8)grant;
	record_send(record, sizeof(record->fence));
	return &record->fence;
}

/* Of no fence: an attach or a detach. */
static inline struct smmu_fence *ste(__u32 sid, enum smmu_grant grant)
{
	return told(SMMU_EVENT_STE, sid, grant, 0);
}

/* One StreamID, whether or not its function has more. */
static inline void fence_stream(__u32 sid)
{
	told(SMMU_EVENT_FENCE, sid, SMMU_GRANT_UNTRANSLATED, 0);
}

static inline void unfence_stream(__u32 sid)
{
	told(SMMU_EVENT_UNFENCE, sid, SMMU_GRANT_ATS, 0);
}

static inline void fence_as(unsigned int kind, __u32 sid, int result)
{
	const enum smmu_grant grant = kind == SMMU_EVENT_UNFENCE ? SMMU_GRANT_ATS
								 : SMMU_GRANT_UNTRANSLATED;

	told(kind, sid, grant, result);
	if (sid == DEV2)
		told(kind, sid + 1, grant, result);
}

/* A whole function. */
static inline void fence(__u32 sid)
{
	fence_as(SMMU_EVENT_FENCE, sid, 0);
}

/* The CMD_SYNC after its CFGI_STE failed. */
static inline void fence_unconfirmed(__u32 sid)
{
	fence_as(SMMU_EVENT_FENCE, sid, -ETIMEDOUT);
}

static inline void unfence(__u32 sid)
{
	fence_as(SMMU_EVENT_UNFENCE, sid, 0);
}

static inline void ats(__u32 bdf, bool enabled, int result)
{
	struct record *record = event_now(SMMU_EVENT_ATS, 0);

	record->ats.bdf = record->ats.sid = bdf;
	record->ats.enabled = enabled;
	record->ats.result = result;
	record_send(record, sizeof(record->ats));
}

static inline void reset(__u32 bdf, enum smmu_reset_phase phase, int result)
{
	struct record *record = event_now(SMMU_EVENT_RESET, stream.asker);

	record->reset.bdf = record->reset.sid = bdf;
	record->reset.phase = phase;
	record->reset.result = result;
	record_send(record, sizeof(record->reset));
}

static inline void attach(__u32 bdf)
{
	struct record *record = event_now(SMMU_EVENT_ATTACH, stream.asker);

	record->attach.bdf = record->attach.sid = bdf;
	record_send(record, sizeof(record->attach));
}

static inline void isr(__u64 duration_ns, __u32 active)
{
	struct record *record = event_now(SMMU_EVENT_ISR, 0);

	record->isr.smmu = stream.smmu;
	record->isr.duration_ns = duration_ns;
	record->isr.active = active;
	record->isr.result = 1;
	record_send(record, sizeof(record->isr));
}

static inline void registers(__u64 duration_ns, __u32 gerror, __u32 gerrorn)
{
	struct record *record = event_now(SMMU_EVENT_REGISTERS, 0);

	record->registers.smmu = stream.smmu;
	record->registers.queue = stream.queue;
	record->registers.duration_ns = duration_ns;
	record->registers.gerror = gerror;
	record->registers.gerrorn = gerrorn;
	record_send(record, sizeof(record->registers));
}

/* What was read as the last list failed: its event follows that of the list. */
static inline void stood_at(__u32 index)
{
	struct record *record = record_new(SMMU_EVENT_REGISTERS, 0);

	record->registers.smmu = stream.smmu;
	record->registers.queue = stream.queue;
	record->registers.duration_ns = 1 * S;
	record->registers.cons = index;
	record->registers.prod = stream.prod;
	record->registers.result = -ETIMEDOUT;
	record_send(record, sizeof(record->registers));
}

/* The driver's invalidation function returned. */
static inline void returned(int result)
{
	struct record *record = event_now(SMMU_EVENT_INVALIDATION, 0);

	record->invalidation.result = result;
	record_send(record, sizeof(record->invalidation));
}

/* It returned into another such function, which had called it. */
static inline void returned_inside(int result)
{
	struct record *record = event_now(SMMU_EVENT_INVALIDATION, 0);

	record->invalidation.result = result;
	record->invalidation.nested = 1;
	record_send(record, sizeof(record->invalidation));
}

static inline void returned_void(void)
{
	struct record *record = event_now(SMMU_EVENT_INVALIDATION, 0);

	record->invalidation.is_void = 1;
	record_send(record, sizeof(record->invalidation));
}

static inline void forbidden(unsigned int act, unsigned int where, __u64 bytes)
{
	struct record *record = event_now(SMMU_EVENT_FORBIDDEN, 0);

	record->forbidden.act = act;
	record->forbidden.where = where;
	record->forbidden.bytes = bytes;
	record->forbidden.since_ns = 41 * US;
	record_send(record, sizeof(record->forbidden));
}

static inline void unmap(__u64 size, __u64 got)
{
	struct record *record = event_now(SMMU_EVENT_UNMAP, 0);

	record->unmap.size = size;
	record->unmap.returned = got;
	record_send(record, sizeof(record->unmap));
}

/* A correct recovery from a timeout of one device. */
static inline void recovery(__u32 sid)
{
	other(0);
	inject(sid);
	atc(-EIO, sid);
	fence(sid);
	returned(-EIO);
}

/* A successful reset of one function. */
static inline void good_reset(__u32 bdf)
{
	reset(bdf, SMMU_RESET_PREPARE, 0);
	reset(bdf, SMMU_RESET_BEGIN, 0);
	reset(bdf, SMMU_RESET_END, 0);
	reset(bdf, SMMU_RESET_DONE, 0);
}

/* ---- the verdict ---- */

/* Gives all records to the sink; stream.report is then its report. */
static inline void stream_end(void)
{
	struct capture capture;
	struct sink sink = {.ops = &sink_check, .info = &stream.info, .options = &stream.options};

	capture_begin(&capture);
	sink.file = capture.file;
	assert_int_equal(sink.ops->open(&sink), 0);
	for (size_t i = 0; i < stream.count; i++) {
		assert_int_equal(
			sink_give(&sink, &stream.sent[i].record->event, stream.sent[i].length), 0);
		free(stream.sent[i].record);
	}
	stream.count = 0;
	assert_int_equal(sink.ops->close(&sink, &stream.statistics, "end"), 0);
	stream.code = sink.code;
	free(stream.report);
	stream.report = capture_end(&capture);
}

/* The value of a key in a line of JSON, and its length; NULL: no such key. */
static inline const char *line_value(const char *line, const char *key, int *length)
{
	char quoted[64];
	const char *end = strchr(line, '\n'), *at;

	snprintf(quoted, sizeof(quoted), "\"%s\":", key);
	at = strstr(line, quoted);
	if (!at || at > end)
		return NULL;
	at += strlen(quoted);
	at += *at == '"';
	*length = (int)strcspn(at, "\",]}\n");
	return at;
}

/* "R1 pass 2, R3 fail 1, R9 not observable": every rule that is not "not exercised". */
static inline void results_write(char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (const char *line = stream.report; line && *line; line = strchr(line, '\n') + 1) {
		int rule, result, count;
		const char *rule_at = line_value(line, "rule", &rule);
		const char *result_at = line_value(line, "result", &result);
		const char *count_at = line_value(line, "count", &count);

		if (!rule_at || !result_at || !strncmp(result_at, "not exercised", 13))
			continue;
		used += (size_t)snprintf(text + used, size - used, "%s%.*s %.*s", used ? ", " : "",
					 rule, rule_at, result, result_at);
		if (*count_at != '0')
			used += (size_t)snprintf(text + used, size - used, " %.*s", count,
						 count_at);
		assert_true(used < size);
	}
}

/* Ends the stream and compares the results, in the form of results_write(). */
static inline void rules(const char *expected)
{
	char actual[1024];

	stream.options.format = CHECK_JSON;
	stream_end();
	results_write(actual, sizeof(actual));
	if (strcmp(actual, expected) != 0)
		fail_msg("verdict:  %s\nexpected: %s", actual, expected);
}

/* The report contains this. */
static inline void says(const char *text)
{
	if (!strstr(stream.report, text))
		fail_msg("'%s' is not in\n%s", text, stream.report);
}

static inline int stream_setup(void **state)
{
	(void)state;
	stream_begin();
	return 0;
}

static inline int stream_teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < stream.count; i++)
		free(stream.sent[i].record);
	free(stream.report);
	stream.report = NULL;
	return 0;
}

#define story(test) cmocka_unit_test_setup_teardown(test, stream_setup, stream_teardown)

#endif
