// SPDX-License-Identifier: GPL-2.0
#include "record/frames.h"

#include "base/hash.h"
#include "event/record.h"

#include <stdlib.h>

/* Of the hash table: twice the number of addresses, so that probe sequences are short. */
#define SLOTS (2 * RECORD_FRAMES_MAX)

/* Addresses with a name, and as many that turned out to have none. */
#define NAMES_MAX (2 * RECORD_FRAMES_MAX)

struct record_frames {
	__u64 slots[SLOTS]; /* 0: free */
	__u64 fresh[RECORD_FRAMES_MAX];
	size_t count;
	size_t fresh_count;
};

struct record_frames *record_frames_new(void)
{
	return calloc(1, sizeof(struct record_frames));
}

void record_frames_free(struct record_frames *frames)
{
	free(frames);
}

static void see(struct record_frames *frames, __u64 address)
{
	size_t slot = hash_slot(address, SLOTS);

	if (!address)
		return;
	for (; frames->slots[slot]; slot = (slot + 1) % SLOTS)
		if (frames->slots[slot] == address)
			return;
	if (frames->count == RECORD_FRAMES_MAX)
		return;
	frames->slots[slot] = address;
	frames->count++;
	frames->fresh[frames->fresh_count++] = address;
}

void record_frames_see(struct record_frames *frames, const struct smmu_event *event)
{
	const struct smmu_stack *stack = event_stack(event);

	for (__u32 i = 0; stack && i < stack->depth && i < SMMU_STACK_MAX; i++)
		see(frames, stack->frame[i]);
}

bool record_frames_put(struct record_frames *frames, struct wire_out *out,
		       const struct symbols *symbols)
{
	char name[SYMBOLS_NAME_LEN];

	if (!frames->fresh_count)
		return false;
	wire_put_varint(out, frames->fresh_count);
	for (size_t i = 0; i < frames->fresh_count; i++) {
		wire_put_u64(out, frames->fresh[i]);
		wire_put_string(out, symbols_name(symbols, frames->fresh[i], name));
	}
	frames->fresh_count = 0;
	return true;
}

void record_frames_again(struct record_frames *frames)
{
	frames->fresh_count = 0;
	for (size_t slot = 0; slot < SLOTS; slot++) {
		if (frames->slots[slot])
			frames->fresh[frames->fresh_count++] = frames->slots[slot];
	}
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *one = a, *other = b;

	return one->address < other->address ? -1 : one->address > other->address;
}

/* The table is made anew for each change of the list, which is rare. */
static bool renew(struct record_names *names)
{
	symbols_free(names->symbols);
	names->symbols = symbols_table(names->list, names->count);
	return names->symbols;
}

bool record_names_get(struct record_names *names, struct wire_in *in)
{
	size_t count = wire_get_upto(in, NAMES_MAX - names->count);
	struct symbol *bigger = realloc(names->list, (names->count + count + 1) * sizeof(*bigger));

	if (!bigger)
		return false;
	/* The list may have moved: from here on the table must be renewed in any case. */
	names->list = bigger;
	for (size_t i = 0; !in->bad && i < count; i++) {
		__u64 address = wire_get_u64(in);
		const char *text = wire_get_text(in);
		char *copy = text ? strndup(text, SYMBOLS_NAME_LEN - 1) : NULL;

		if (!copy) {
			in->bad = true;
			break;
		}
		bigger[names->count].address = address;
		bigger[names->count++].name = copy;
	}
	if (names->count)
		qsort(names->list, names->count, sizeof(*names->list), by_address);
	return renew(names) && !in->bad;
}

/* The index at which an address is, or has to be inserted. */
static size_t place_of(const struct record_names *names, __u64 address)
{
	size_t low = 0, high = names->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (names->list[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool cover(struct record_names *names, __u64 address)
{
	size_t place = place_of(names, address);
	struct symbol *bigger;
	char *unknown;

	if (place < names->count && names->list[place].address == address)
		return true;
	if (names->count == NAMES_MAX)
		return true;
	unknown = strdup("?");
	if (!unknown)
		return false;
	bigger = realloc(names->list, (names->count + 1) * sizeof(*bigger));
	if (!bigger) {
		free(unknown);
		return false;
	}
	names->list = bigger;
	memmove(&bigger[place + 1], &bigger[place], (names->count - place) * sizeof(*bigger));
	bigger[place] = (struct symbol){.address = address, .name = unknown};
	names->count++;
	return true;
}

bool record_names_cover(struct record_names *names, const struct smmu_event *event)
{
	const struct smmu_stack *stack = event_stack(event);
	size_t before = names->count;
	bool covered = true;

	for (__u32 i = 0; covered && stack && i < stack->depth && i < SMMU_STACK_MAX; i++)
		covered = cover(names, stack->frame[i]);
	/* If it has grown, the list may have moved. */
	return (names->count == before || renew(names)) && covered;
}

void record_names_free(struct record_names *names)
{
	symbols_free(names->symbols);
	for (size_t i = 0; i < names->count; i++)
		free((char *)names->list[i].name);
	free(names->list);
	memset(names, 0, sizeof(*names));
}
