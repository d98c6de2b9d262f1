// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  event -> recording
 *
 * Runs once per command list of the machine, so it searches only in hash tables. Each put_x()
 * has its get_x() in decode.c.
 */
#include "record/encode.h"

#include "event/record.h"
#include "record/encoder.h"

#include <errno.h>
#include <stdlib.h>

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

static bool is_thread(const struct record_thread *thread, const struct smmu_event *event)
{
	return thread->tid == event->tid && thread->pid == event->pid &&
	       !memcmp(thread->comm, event->comm, SMMU_COMM_LEN);
}

static void put_thread(struct record_encoder *encoder, struct wire_out *out,
		       const struct smmu_event *event, struct record_cpu *cpu)
{
	struct record_model *model = &encoder->model;
	__u32 slot = record_slot(event->tid), index;
	struct record_thread *thread;
	__u8 length = SMMU_COMM_LEN;

	for (; encoder->thread_slots[slot]; slot = (slot + 1) % RECORD_SLOTS) {
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
	__u32 slot = record_slot(word), index;

	for (; encoder->word_slots[slot]; slot = (slot + 1) % RECORD_SLOTS) {
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

/* The bytes as they are, without the zeros at their end. */
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

/* ---- one event ---- */

/* Does the format have room for it? */
static bool fits(struct event_record record)
{
	const struct smmu_submit *submit = event_payload(record.event);

	return record.length <= sizeof(*record.event) + RECORD_PAYLOAD_MAX &&
	       (record.event->kind != SMMU_EVENT_SUBMIT || submit->captured <= SMMU_LIST_MAX);
}

int record_encode(struct record_encoder *encoder, struct wire_out *out, struct event_record record)
{
	const struct smmu_event *event = record.event;
	struct record_cpu *cpu = &encoder->model.cpus[event->cpu % RECORD_CPUS];

	if (!fits(record))
		return -EINVAL;
	/* For all of the event: half of one would be in the model, but not in the block. */
	if (!wire_room(out, RECORD_EVENT_MAX))
		return -ENOMEM;
	record_usual_sync(encoder, event);
	put_header(encoder, out, event, cpu);
	if (event->kind == SMMU_EVENT_SUBMIT)
		put_submit(encoder, out, event, (const struct smmu_submit *)(event + 1), cpu);
	else
		put_payload(out, (const unsigned char *)(event + 1),
			    record.length - sizeof(*event));
	record_usual_note(encoder, event);
	return 0;
}
