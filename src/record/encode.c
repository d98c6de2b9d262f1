// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  event -> recording
 *
 * Once per command list of the machine: no search but in a hash table.
 */
#include "record/encode.h"

#include "base/hash.h"
#include "event/record.h"
#include "record/model.h"

#include <errno.h>
#include <stdlib.h>

/* At least twice what a table takes, so that a search is short. */
#define SLOTS 8192

/* The longest event: a list of SMMU_LIST_MAX commands of which nothing is known. */
#define EVENT_MAX (RECORD_PAYLOAD_MAX + 256)

/*
 * What the next command list of a CPU is if it is like almost all: the same thread issues
 * one command to the same queue. A look at these tells, and nothing else is asked then.
 */
struct usual {
	__u64 head[2]; /* seq and pid, tid and cpu and flags, as they are in an event */
	__u64 comm[2];
	__u64 where[2]; /* smmu, queue */
	struct record_thread *thread;
	struct record_queue *queue;
	struct record_word *word[2]; /* of the last ones: an unmap is TLBI and ATC_INV in turn */
	__u32 block;		     /* in which this is so */
} __attribute__((aligned(128)));     /* a power of two: cheaper to index */

struct record_encoder {
	__u32 block;
	__u32 style; /* of the last command list, as style_of() */
	struct record_model model;
	struct usual usual[RECORD_CPUS];
	__u16 thread_slots[SLOTS]; /* index + 1; 0: free */
	__u16 word_slots[SLOTS];
};

struct record_encoder *record_encoder_new(void)
{
	size_t unit = _Alignof(struct record_encoder);
	struct record_encoder *encoder = aligned_alloc(unit, sizeof(struct record_encoder));

	if (!encoder)
		return NULL;
	memset(encoder, 0, sizeof(*encoder));
	record_encoder_reset(encoder);
	return encoder;
}

void record_encoder_free(struct record_encoder *encoder)
{
	free(encoder);
}

void record_encoder_reset(struct record_encoder *encoder)
{
	record_model_reset(&encoder->model);
	encoder->block++;
	memset(encoder->thread_slots, 0, sizeof(encoder->thread_slots));
	memset(encoder->word_slots, 0, sizeof(encoder->word_slots));
}

static __u32 slot_of(__u64 value)
{
	return (__u32)hash_slot(value, SLOTS);
}

static bool is_thread(const struct record_thread *thread, const struct smmu_event *event)
{
	return thread->tid == event->tid && thread->pid == event->pid &&
	       !memcmp(thread->comm, event->comm, SMMU_COMM_LEN);
}

static void put_thread(struct record_encoder *encoder, struct wire_out *out,
		       const struct smmu_event *event, struct record_cpu *cpu)
{
	struct record_model *model = &encoder->model;
	__u32 slot = slot_of(event->tid), index;
	struct record_thread *thread;
	__u8 length = SMMU_COMM_LEN;

	for (; encoder->thread_slots[slot]; slot = (slot + 1) % SLOTS) {
		index = encoder->thread_slots[slot] - 1U;
		if (is_thread(&model->threads[index], event)) {
			wire_put_varint(out, index);
			cpu->thread = (__u16)(index + 1);
			return;
		}
	}
	wire_put_varint(out, model->thread_count);
	index = record_model_add(&model->thread_count, RECORD_THREADS);
	if (index < RECORD_THREADS)
		encoder->thread_slots[slot] = (__u16)(index + 1);
	cpu->thread = (__u16)(index + 1);
	thread = &model->threads[index];
	thread->pid = event->pid;
	thread->tid = event->tid;
	memcpy(thread->comm, event->comm, SMMU_COMM_LEN);
	thread->page = 0;
	while (length && !event->comm[length - 1])
		length--;
	wire_put_varint(out, event->pid);
	wire_put_signed(out, (__s32)(event->tid - event->pid));
	wire_put_u8(out, length);
	wire_put(out, event->comm, length);
}

static bool is_queue(const struct record_queue *queue, const struct smmu_submit *submit)
{
	return queue->queue == submit->queue && queue->smmu == submit->smmu;
}

static __u32 put_queue(struct record_encoder *encoder, struct wire_out *out,
		       const struct smmu_submit *submit)
{
	struct record_model *model = &encoder->model;
	__u32 index = 0;

	while (index < model->queue_count && !is_queue(&model->queues[index], submit))
		index++;
	wire_put_varint(out, index);
	if (index < model->queue_count)
		return index;
	index = record_model_add(&model->queue_count, RECORD_QUEUES);
	model->queues[index].smmu = submit->smmu;
	model->queues[index].queue = submit->queue;
	model->queues[index].prod = 0;
	wire_put_u64(out, submit->smmu);
	wire_put_u64(out, submit->queue);
	return index;
}

static struct record_word *put_word(struct record_encoder *encoder, struct wire_out *out,
				    __u64 word)
{
	struct record_model *model = &encoder->model;
	__u32 slot = slot_of(word), index;

	for (; encoder->word_slots[slot]; slot = (slot + 1) % SLOTS) {
		index = encoder->word_slots[slot] - 1U;
		if (model->words[index].word == word) {
			wire_put_varint(out, index);
			return &model->words[index];
		}
	}
	wire_put_varint(out, model->word_count);
	wire_put_u64(out, word);
	index = record_model_add(&model->word_count, RECORD_WORDS);
	if (index < RECORD_WORDS)
		encoder->word_slots[slot] = (__u16)(index + 1);
	model->words[index].word = word;
	model->words[index].low = 0;
	return &model->words[index];
}

static void put_command(struct record_encoder *encoder, struct wire_out *out,
			struct record_thread *thread, const struct smmu_command *command)
{
	struct record_word *word = put_word(encoder, out, command->word[0]);
	__u64 page = command->word[1] >> RECORD_PAGE_SHIFT;
	__u32 low = command->word[1] & RECORD_LOW_MASK;
	__u64 step = wire_zigzag((__s64)(page - thread->page)) << 1;

	if (low == word->low) {
		wire_put_varint(out, step);
	} else {
		wire_put_varint(out, step | 1);
		wire_put_varint(out, low);
		word->low = low;
	}
	thread->page = page;
}

static void put_submit(struct record_encoder *encoder, struct wire_out *out,
		       const struct smmu_event *event, const struct smmu_submit *submit,
		       struct record_cpu *cpu)
{
	struct record_model *model = &encoder->model;
	struct record_thread *thread = &model->threads[cpu->thread - 1];
	size_t shape_at = out->length;
	struct record_queue *queue;
	unsigned char shape = 0;

	wire_put_u8(out, 0);
	if (!cpu->queue || !is_queue(&model->queues[cpu->queue - 1], submit))
		cpu->queue = (__u16)(put_queue(encoder, out, submit) + 1);
	else
		shape |= RECORD_LIST_QUEUE;
	queue = &model->queues[cpu->queue - 1];
	wire_put_varint(out, submit->duration_ns);
	if (queue->prod == submit->prod)
		shape |= RECORD_LIST_PROD;
	else
		wire_put_signed(out, (__s32)(submit->prod - queue->prod));
	queue->prod = record_model_next_prod(event, submit);
	if (!submit->result)
		shape |= RECORD_LIST_OK;
	else
		wire_put_signed(out, submit->result);
	if (submit->commands < RECORD_LIST_COMMANDS_MANY) {
		shape |= (unsigned char)(submit->commands << RECORD_LIST_COMMANDS_SHIFT);
	} else {
		shape |= RECORD_LIST_COMMANDS_MANY << RECORD_LIST_COMMANDS_SHIFT;
		wire_put_varint(out, submit->commands);
	}
	if (submit->captured == submit->commands)
		shape |= RECORD_LIST_WHOLE;
	else
		wire_put_varint(out, submit->captured);
	out->data[shape_at] = shape;
	for (unsigned int i = 0; i < submit->captured; i++)
		put_command(encoder, out, thread, &submit->command[i]);
}

/* As it is, without the zeros at its end. */
static void put_payload(struct wire_out *out, const unsigned char *payload, size_t length)
{
	size_t kept = length;

	while (kept && !payload[kept - 1])
		kept--;
	wire_put_varint(out, length);
	wire_put_varint(out, kept);
	wire_put(out, payload, kept);
}

static void put_header(struct record_encoder *encoder, struct wire_out *out,
		       const struct smmu_event *event, struct record_cpu *cpu)
{
	struct record_model *model = &encoder->model;
	struct record_style *style = &model->styles[event->kind];
	size_t tag_at = out->length;
	unsigned char tag = event->kind < RECORD_KIND_ESCAPE ? event->kind : RECORD_KIND_ESCAPE;

	wire_put_u8(out, 0);
	if (tag == RECORD_KIND_ESCAPE)
		wire_put_u8(out, event->kind);
	if (event->cpu == model->cpu)
		tag |= RECORD_SAME_CPU;
	else
		wire_put_varint(out, event->cpu);
	wire_put_signed(out, (__s64)(event->ts_ns - model->ts_ns));
	if (event->seq == cpu->seq + 1)
		tag |= RECORD_NEXT_SEQ;
	else
		wire_put_signed(out, (__s32)(event->seq - cpu->seq));
	if (cpu->thread && is_thread(&model->threads[cpu->thread - 1], event))
		tag |= RECORD_SAME_THREAD;
	else
		put_thread(encoder, out, event, cpu);
	if (event->flags == style->flags && event->context == style->context) {
		tag |= RECORD_SAME_STYLE;
	} else {
		wire_put_varint(out, event->flags);
		wire_put_u8(out, event->context);
	}
	out->data[tag_at] = tag;
	model->ts_ns = event->ts_ns;
	model->cpu = event->cpu;
	cpu->seq = event->seq;
	style->flags = event->flags;
	style->context = event->context;
}

/* ---- what is usual ---- */

#define USUAL_BYTES                                                                                \
	(sizeof(struct smmu_event) + sizeof(struct smmu_submit) + sizeof(struct smmu_command))

#define USUAL_TAG                                                                                  \
	(SMMU_EVENT_SUBMIT | RECORD_NEXT_SEQ | RECORD_SAME_THREAD | RECORD_SAME_STYLE |            \
	 RECORD_SAME_CPU)
#define USUAL_SHAPE                                                                                \
	(RECORD_LIST_QUEUE | RECORD_LIST_PROD | RECORD_LIST_OK | RECORD_LIST_WHOLE |               \
	 1 << RECORD_LIST_COMMANDS_SHIFT)

_Static_assert(offsetof(struct smmu_event, seq) == 8 && offsetof(struct smmu_event, tid) == 16 &&
		       offsetof(struct smmu_event, comm) == 32,
	       "struct usual has parts of it");
_Static_assert(offsetof(struct smmu_event, flags) == 22 &&
		       offsetof(struct smmu_event, kind) == 24 &&
		       offsetof(struct smmu_event, context) == 25,
	       "style_of() has them all");

/* flags, kind and context. */
static inline __u32 style_of(const struct smmu_event *event)
{
	__u32 style;

	memcpy(&style, &event->flags, sizeof(style));
	return style;
}

/* The event that was just encoded is what the next one is expected to be like. */
static void usual_note(struct record_encoder *encoder, const struct smmu_event *event)
{
	struct usual *usual = &encoder->usual[event->cpu % RECORD_CPUS];
	const struct record_cpu *cpu = &encoder->model.cpus[event->cpu % RECORD_CPUS];

	if (event->kind != SMMU_EVENT_SUBMIT)
		return;
	encoder->style = style_of(event);
	/* A list without a command may be all that this block has: no word to compare with yet. */
	if (!encoder->model.word_count) {
		usual->block = 0;
		return;
	}
	usual->thread = &encoder->model.threads[cpu->thread - 1];
	usual->queue = &encoder->model.queues[cpu->queue - 1];
	usual->word[0] = usual->word[1] = &encoder->model.words[0];
	memcpy(usual->head, &event->seq, sizeof(usual->head));
	memcpy(usual->comm, event->comm, sizeof(usual->comm));
	memcpy(usual->where, event + 1, sizeof(usual->where));
	usual->head[0]++; /* seq is its lower half; beyond its end nothing fits */
	usual->block = encoder->block;
}

static inline bool usual_fits(const struct usual *usual, const struct smmu_event *event)
{
	__u64 head[2], comm[2], where[2];

	memcpy(head, &event->seq, sizeof(head));
	memcpy(comm, event->comm, sizeof(comm));
	memcpy(where, event + 1, sizeof(where));
	return !((head[0] ^ usual->head[0]) | (head[1] ^ usual->head[1]) |
		 (comm[0] ^ usual->comm[0]) | (comm[1] ^ usual->comm[1]) |
		 (where[0] ^ usual->where[0]) | (where[1] ^ usual->where[1]));
}

/* One command that went through, right behind the last one, with flags as the last one. */
static inline bool usual_list(const struct record_encoder *encoder, const struct usual *usual,
			      const struct smmu_event *event, const struct smmu_submit *submit)
{
	static const struct smmu_submit one = {.commands = 1, .captured = 1};

	return style_of(event) == encoder->style && submit->prod == usual->queue->prod &&
	       !submit->result && !memcmp(&submit->commands, &one.commands, sizeof(__u64));
}

/* A word that has been seen in this block, or NULL. */
static inline struct record_word *usual_word(struct record_encoder *encoder, struct usual *usual,
					     __u64 word)
{
	struct record_word *known = usual->word[0];
	__u32 index;

	if (known->word != word) {
		index = encoder->word_slots[slot_of(word)];
		if (!index || encoder->model.words[index - 1].word != word)
			return NULL;
		known = &encoder->model.words[index - 1];
	}
	usual->word[0] = usual->word[1];
	usual->word[1] = known;
	return known;
}

static __attribute__((noinline)) unsigned char *long_varint(unsigned char *at, __u64 value)
{
	for (; value >= 0x80; value >>= 7)
		*at++ = (unsigned char)(value | 0x80);
	*at++ = (unsigned char)value;
	return at;
}

/* Mostly one byte or two. */
static inline unsigned char *usual_varint(unsigned char *at, __u64 value)
{
	at[0] = (unsigned char)value;
	if (value < 0x80)
		return at + 1;
	if (value >= 0x4000)
		return long_varint(at, value);
	at[0] |= 0x80;
	at[1] = (unsigned char)(value >> 7);
	return at + 2;
}

/* What the model has not been told meanwhile. */
static void usual_end(struct record_encoder *encoder, const struct smmu_event *event)
{
	struct usual *usual = &encoder->usual[event->cpu % RECORD_CPUS];

	if (usual->block == encoder->block)
		encoder->model.cpus[event->cpu % RECORD_CPUS].seq = (__u32)usual->head[0] - 1;
	usual->block = 0;
}

/* False, and nothing was done, if it is not. The same bytes as the long way round. */
static bool put_usual(struct record_encoder *encoder, struct wire_out *out,
		      const struct smmu_event *event)
{
	const struct smmu_submit *submit = (const struct smmu_submit *)(event + 1);
	struct usual *usual = &encoder->usual[event->cpu % RECORD_CPUS];
	struct record_model *model = &encoder->model;
	unsigned char *at = out->data + out->length;
	__u64 second = submit->command[0].word[1], page = second >> RECORD_PAGE_SHIFT;
	struct record_word *word;

	if (usual->block != encoder->block || !usual_fits(usual, event) ||
	    !usual_list(encoder, usual, event, submit))
		return false;
	word = usual_word(encoder, usual, submit->command[0].word[0]);
	if (!word || word->low != (second & RECORD_LOW_MASK))
		return false;
	*at++ = USUAL_TAG;
	if (event->cpu != model->cpu) {
		at[-1] &= (unsigned char)~RECORD_SAME_CPU;
		at = usual_varint(at, event->cpu);
		model->cpu = event->cpu;
	}
	at = usual_varint(at, wire_zigzag((__s64)(event->ts_ns - model->ts_ns)));
	*at++ = USUAL_SHAPE;
	at = usual_varint(at, submit->duration_ns);
	at = usual_varint(at, (__u64)(word - model->words));
	at = usual_varint(at, wire_zigzag((__s64)(page - usual->thread->page)) << 1);
	out->length = (size_t)(at - out->data);
	model->ts_ns = event->ts_ns;
	usual->queue->prod = record_model_next_prod(event, submit);
	usual->thread->page = page;
	usual->head[0]++;
	return true;
}

/* ---- anything ---- */

/* Is there room for it? */
static bool fits(struct event_record record)
{
	const struct smmu_submit *submit = event_payload(record.event);

	return record.length <= sizeof(*record.event) + RECORD_PAYLOAD_MAX &&
	       (record.event->kind != SMMU_EVENT_SUBMIT || submit->captured <= SMMU_LIST_MAX);
}

static __attribute__((noinline)) int put_anything(struct record_encoder *encoder,
						  struct wire_out *out, struct event_record record)
{
	const struct smmu_event *event = record.event;
	struct record_cpu *cpu = &encoder->model.cpus[event->cpu % RECORD_CPUS];

	if (!fits(record))
		return -EINVAL;
	/* All at once: what is half written would not be what the model says. */
	if (!wire_room(out, EVENT_MAX))
		return -ENOMEM;
	usual_end(encoder, event);
	put_header(encoder, out, event, cpu);
	if (event->kind == SMMU_EVENT_SUBMIT)
		put_submit(encoder, out, event, (const struct smmu_submit *)(event + 1), cpu);
	else
		put_payload(out, (const unsigned char *)(event + 1),
			    record.length - sizeof(*event));
	usual_note(encoder, event);
	return 0;
}

int record_encode(struct record_encoder *encoder, struct wire_out *out, struct event_record record)
{
	const struct smmu_event *event = record.event;

	if (record.length == USUAL_BYTES && event->kind == SMMU_EVENT_SUBMIT &&
	    out->room - out->length >= EVENT_MAX && put_usual(encoder, out, event))
		return 0;
	return put_anything(encoder, out, record);
}
