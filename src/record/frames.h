/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names for the kernel addresses in the stacks of a recording. The writer remembers which
 * addresses still need one (struct record_frames), the reader has all names so far (struct
 * record_names). Not thread safe.
 */
#ifndef RECORD_FRAMES_H
#define RECORD_FRAMES_H

#include "record/wire.h"
#include "smmu_event.h"
#include "event/symbols.h"

/* Different addresses that the writer names; any more are shown as "?". */
#define RECORD_FRAMES_MAX 16384

struct record_frames;

struct record_frames *record_frames_new(void);
void record_frames_free(struct record_frames *frames);
/* Remembers the frames of the event's stack, if it has one. The event must be a good one. */
void record_frames_see(struct record_frames *frames, const struct smmu_event *event);
/* Writes the names of those that were not written yet; false if there are none. */
bool record_frames_put(struct record_frames *frames, struct wire_out *out,
		       const struct symbols *symbols);
/* The file has begun again: all names are still to be written. */
void record_frames_again(struct record_frames *frames);

/* Names read so far, and as a table that symbols_name() takes. Zeroed to begin with. */
struct record_names {
	struct symbol *list; /* sorted by address */
	size_t count;
	struct symbols *symbols;
};

/* Adds the names in a block. False: damaged, or no memory; names before it are added. */
bool record_names_get(struct record_names *names, struct wire_in *in);
/*
 * Gives the name "?" to frames of this event that have none, as when the block with their names
 * was damaged: else they would be shown as an offset from another symbol. False: no memory.
 */
bool record_names_cover(struct record_names *names, const struct smmu_event *event);
void record_names_free(struct record_names *names);

#endif
