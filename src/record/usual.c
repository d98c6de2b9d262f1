// SPDX-License-Identifier: GPL-2.0
#include "record/usual.h"

#include "record/encoder.h"

#define USUAL_TAG                                                                                  \
	(SMMU_EVENT_SUBMIT | RECORD_NEXT_SEQ | RECORD_SAME_THREAD | RECORD_SAME_STYLE |            \
	 RECORD_SAME_CPU)
#define USUAL_SHAPE                                                                                \
	(RECORD_LIST_QUEUE | RECORD_LIST_PROD | RECORD_LIST_OK | RECORD_LIST_WHOLE |               \
	 1 << RECORD_LIST_COMMANDS_SHIFT)

_Static_assert(offsetof(struct smmu_event, seq) == 8 && offsetof(struct smmu_event, tid) == 16 &&
		       offsetof(struct smmu_event, comm) == 32,
	       "struct record_usual copies parts of struct smmu_event");
_Static_assert(offsetof(struct smmu_event, flags) == 22 &&
		       offsetof(struct smmu_event, kind) == 24 &&
		       offsetof(struct smmu_event, context) == 25,
	       "style_of() reads flags, kind and context at once");
_Static_assert(offsetof(struct smmu_submit, result) == offsetof(struct smmu_submit, prod) + 4 &&
		       offsetof(struct smmu_submit, prod) % 8 == 0,
	       "is_usual() reads prod and result at once");

/* flags, kind and context. */
static inline __u32 style_of(const struct smmu_event *event)
{
	__u32 style;

	memcpy(&style, &event->flags, sizeof(style));
	return style;
}

void record_usual_note(struct record_encoder *encoder, const struct smmu_event *event)
{
	struct record_usual *usual = &encoder->usual[event->cpu % RECORD_CPUS];
	const struct record_cpu *cpu = &encoder->model.cpus[event->cpu % RECORD_CPUS];

	if (event->kind != SMMU_EVENT_SUBMIT)
		return;
	encoder->style = style_of(event);
	/* So far the block may have lists without commands only, and no word to compare with. */
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
	usual->head[0]++; /* seq, its lower half. If that wraps, pid does not fit any more */
	usual->block = encoder->block;
}

/* Two words at once: half the instructions of a comparison, and no register that has to be saved.
 */
typedef __u64 pair __attribute__((vector_size(16)));

static inline pair pair_at(const void *bytes)
{
	pair words;

	memcpy(&words, bytes, sizeof(words));
	return words;
}

static inline bool fits(const struct record_usual *usual, const struct smmu_event *event)
{
	pair other = (pair_at(&event->seq) ^ pair_at(usual->head)) |
		     (pair_at(event->comm) ^ pair_at(usual->comm)) |
		     (pair_at(event + 1) ^ pair_at(usual->where));

	return !(other[0] | other[1]);
}

/* One command, successful, directly after the queue's last list, flags as in the last list. */
static inline bool is_usual(const struct record_encoder *encoder, const struct record_usual *usual,
			    const struct smmu_event *event, const struct smmu_submit *submit)
{
	static const struct smmu_submit one = {.commands = 1, .captured = 1};
	__u64 prod_and_result, counts, wanted;

	memcpy(&prod_and_result, &submit->prod, sizeof(prod_and_result));
	memcpy(&counts, &submit->commands, sizeof(counts));
	memcpy(&wanted, &one.commands, sizeof(wanted));
	return (style_of(event) == encoder->style) & (prod_and_result == usual->queue->prod) &
	       (counts == wanted);
}

/* The model's entry of a word, NULL if it is not found at the first place looked at. */
static inline struct record_word *find_word(struct record_encoder *encoder,
					    struct record_usual *usual, __u64 word)
{
	struct record_word *known = usual->word[0];
	__u32 index;

	if (known->word != word) {
		index = encoder->word_slots[record_slot(word)];
		if (!index || encoder->model.words[index - 1].word != word)
			return NULL;
		known = &encoder->model.words[index - 1];
	}
	usual->word[0] = usual->word[1];
	usual->word[1] = known;
	return known;
}

/* As wire_put_varint(), which asks for room. */
static inline unsigned char *put_varint(unsigned char *at, __u64 value)
{
	for (; value >= 0x80; value >>= 7)
		*at++ = (unsigned char)(value | 0x80);
	*at++ = (unsigned char)value;
	return at;
}

void record_usual_sync(struct record_encoder *encoder, const struct smmu_event *event)
{
	struct record_usual *usual = &encoder->usual[event->cpu % RECORD_CPUS];

	if (usual->block == encoder->block)
		encoder->model.cpus[event->cpu % RECORD_CPUS].seq = (__u32)usual->head[0] - 1;
	usual->block = 0;
}

bool record_usual_put(struct record_encoder *encoder, struct wire_out *out,
		      struct event_record record)
{
	/* Copies: for the compiler, each byte that is written may be one of the event. */
	const struct smmu_event *event = record.event;
	const struct smmu_submit *submit = (const struct smmu_submit *)(event + 1);
	const __u64 ts_ns = event->ts_ns, second = submit->command[0].word[1];
	const __u64 page = second >> RECORD_PAGE_SHIFT;
	const size_t cpu = event->cpu;
	struct record_usual *usual = &encoder->usual[cpu % RECORD_CPUS];
	struct record_model *model = &encoder->model;
	unsigned char *at = out->data + out->length;
	struct record_word *word;

	if (record.length != EVENT_ONE_COMMAND || event->kind != SMMU_EVENT_SUBMIT ||
	    out->room - out->length < RECORD_EVENT_MAX || usual->block != encoder->block ||
	    !fits(usual, event) || !is_usual(encoder, usual, event, submit))
		return false;
	word = find_word(encoder, usual, submit->command[0].word[0]);
	if (!word || word->low != (second & RECORD_LOW_MASK))
		return false;
	usual->queue->prod = record_model_next_prod(event, submit);
	usual->head[0]++;
	*at++ = USUAL_TAG;
	if (cpu != model->cpu) {
		at[-1] &= (unsigned char)~RECORD_SAME_CPU;
		at = put_varint(at, cpu);
		model->cpu = (__u16)cpu;
	}
	at = put_varint(at, wire_zigzag((__s64)(ts_ns - model->ts_ns)));
	*at++ = USUAL_SHAPE;
	at = put_varint(at, submit->duration_ns);
	at = put_varint(at, (__u64)(word - model->words));
	at = put_varint(at, wire_zigzag((__s64)(page - usual->thread->page)) << 1);
	out->length = (size_t)(at - out->data);
	model->ts_ns = ts_ns;
	usual->thread->page = page;
	return true;
}
