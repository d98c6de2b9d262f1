// SPDX-License-Identifier: GPL-2.0
/*
 * path: recording -> event
 *
 * Every number read is compared with the room there is before it is used. Each get_x() has
 * its put_x() in encode.c.
 */
#include "record/decode.h"

#include "event/record.h"
#include "record/model.h"

#include <stdint.h>
#include <stdlib.h>

struct record_decoder {
	struct record_model model;
	struct {
		struct smmu_event event;
		unsigned char payload[RECORD_PAYLOAD_MAX];
	} record;
};

_Static_assert(sizeof(struct smmu_submit) + SMMU_LIST_MAX * sizeof(struct smmu_command) <=
		       RECORD_PAYLOAD_MAX,
	       "the longest list");

struct record_decoder *record_decoder_new(void)
{
	return calloc(1, sizeof(struct record_decoder));
}

void record_decoder_free(struct record_decoder *decoder)
{
	free(decoder);
}

void record_decoder_reset(struct record_decoder *decoder)
{
	record_model_reset(&decoder->model);
}

static void get_thread(struct record_model *model, struct wire_in *in, struct record_cpu *cpu)
{
	__u32 index = (__u32)wire_get_upto(in, model->thread_count);
	struct record_thread *thread;
	__u8 length;

	if (in->bad)
		return;
	if (index == model->thread_count) {
		index = record_model_add(&model->thread_count, RECORD_THREADS);
		thread = &model->threads[index];
		memset(thread, 0, sizeof(*thread));
		thread->pid = (__u32)wire_get_upto(in, UINT32_MAX);
		thread->tid = thread->pid + (__u32)wire_get_signed(in);
		length = wire_get_u8(in);
		if (length <= SMMU_COMM_LEN)
			wire_get(in, thread->comm, length);
		else
			in->bad = true;
	}
	cpu->thread = (__u16)(index + 1);
}

static void get_queue(struct record_model *model, struct wire_in *in, struct record_cpu *cpu)
{
	__u32 index = (__u32)wire_get_upto(in, model->queue_count);

	if (in->bad)
		return;
	if (index == model->queue_count) {
		index = record_model_add(&model->queue_count, RECORD_QUEUES);
		model->queues[index].smmu = wire_get_u64(in);
		model->queues[index].queue = wire_get_u64(in);
		model->queues[index].prod = 0;
	}
	cpu->queue = (__u16)(index + 1);
}

static void get_command(struct record_model *model, struct wire_in *in,
			struct record_thread *thread, struct smmu_command *command)
{
	__u32 index = (__u32)wire_get_upto(in, model->word_count);
	struct record_word *word;
	__u64 step;

	if (in->bad)
		return;
	if (index == model->word_count) {
		index = record_model_add(&model->word_count, RECORD_WORDS);
		model->words[index].word = wire_get_u64(in);
		model->words[index].low = 0;
	}
	word = &model->words[index];
	step = wire_get_varint(in);
	if (step & 1)
		word->low = (__u32)wire_get_upto(in, RECORD_LOW_MASK);
	thread->page = (thread->page + (__u64)wire_unzigzag(step >> 1)) & RECORD_PAGE_MASK;
	command->word[0] = word->word;
	command->word[1] = thread->page << RECORD_PAGE_SHIFT | word->low;
}

/* The length of the payload; 0 if the input is not a command list. */
static size_t get_submit(struct record_decoder *decoder, struct wire_in *in, struct record_cpu *cpu)
{
	struct record_model *model = &decoder->model;
	struct smmu_submit *submit = (struct smmu_submit *)decoder->record.payload;
	__u8 shape = wire_get_u8(in);
	struct record_queue *queue;

	memset(submit, 0, sizeof(*submit));
	if (!(shape & RECORD_LIST_QUEUE))
		get_queue(model, in, cpu);
	if (!cpu->queue)
		return 0;
	queue = &model->queues[cpu->queue - 1];
	submit->smmu = queue->smmu;
	submit->queue = queue->queue;
	submit->duration_ns = wire_get_varint(in);
	submit->prod = queue->prod;
	if (!(shape & RECORD_LIST_PROD))
		submit->prod += (__u32)wire_get_signed(in);
	if (!(shape & RECORD_LIST_OK))
		submit->result = (__s32)wire_get_signed(in);
	submit->commands = shape >> RECORD_LIST_COMMANDS_SHIFT;
	if (submit->commands == RECORD_LIST_COMMANDS_MANY)
		submit->commands = (__u16)wire_get_upto(in, UINT16_MAX);
	submit->captured = submit->commands;
	if (!(shape & RECORD_LIST_WHOLE))
		submit->captured = (__u16)wire_get_upto(in, SMMU_LIST_MAX);
	if (submit->captured > SMMU_LIST_MAX)
		return 0;
	queue->prod = record_model_next_prod(&decoder->record.event, submit);
	for (unsigned int i = 0; i < submit->captured; i++)
		get_command(model, in, &model->threads[cpu->thread - 1], &submit->command[i]);
	return sizeof(*submit) + submit->captured * sizeof(struct smmu_command);
}

static size_t get_payload(struct record_decoder *decoder, struct wire_in *in)
{
	size_t length = wire_get_upto(in, RECORD_PAYLOAD_MAX);
	size_t kept = wire_get_upto(in, length);

	wire_get(in, decoder->record.payload, kept);
	memset(decoder->record.payload + kept, 0, length - kept);
	return length;
}

static struct record_cpu *get_header(struct record_decoder *decoder, struct wire_in *in)
{
	struct record_model *model = &decoder->model;
	struct smmu_event *event = &decoder->record.event;
	__u8 tag = wire_get_u8(in);
	struct record_style *style;
	struct record_cpu *cpu;

	memset(event, 0, sizeof(*event));
	event->kind = tag & RECORD_KIND_MASK;
	if (event->kind == RECORD_KIND_ESCAPE)
		event->kind = wire_get_u8(in);
	if (!(tag & RECORD_SAME_CPU))
		model->cpu = (__u16)wire_get_upto(in, UINT16_MAX);
	event->cpu = model->cpu;
	cpu = &model->cpus[model->cpu % RECORD_CPUS];
	model->ts_ns += (__u64)wire_get_signed(in);
	event->ts_ns = model->ts_ns;
	cpu->seq += tag & RECORD_NEXT_SEQ ? 1 : (__u32)wire_get_signed(in);
	event->seq = cpu->seq;
	if (!(tag & RECORD_SAME_THREAD))
		get_thread(model, in, cpu);
	if (!cpu->thread)
		return NULL;
	event->pid = model->threads[cpu->thread - 1].pid;
	event->tid = model->threads[cpu->thread - 1].tid;
	memcpy(event->comm, model->threads[cpu->thread - 1].comm, SMMU_COMM_LEN);
	style = &model->styles[event->kind];
	if (!(tag & RECORD_SAME_STYLE)) {
		style->flags = (__u16)wire_get_upto(in, UINT16_MAX);
		style->context = wire_get_u8(in);
	}
	event->flags = style->flags;
	event->context = style->context;
	return in->bad ? NULL : cpu;
}

const struct smmu_event *record_decode(struct record_decoder *decoder, struct wire_in *in,
				       size_t *length)
{
	struct record_cpu *cpu = get_header(decoder, in);
	size_t payload;

	if (!cpu)
		return NULL;
	if (decoder->record.event.kind == SMMU_EVENT_SUBMIT) {
		payload = get_submit(decoder, in, cpu);
		if (!payload)
			return NULL;
	} else {
		payload = get_payload(decoder, in);
	}
	if (in->bad)
		return NULL;
	*length =
		event_record_complete(&decoder->record.event, sizeof(struct smmu_event) + payload);
	/* Sinks get a known kind only if it is whole; unknown kinds are passed on as they are. */
	if (decoder->record.event.kind < SMMU_EVENT_KIND_COUNT &&
	    !event_record_good(&decoder->record.event, *length))
		return NULL;
	return &decoder->record.event;
}
