/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel addresses in the stacks of a recording, each with its name: in the
 * writer those that were seen and are still to be named, in the reader all so far.
 */
#ifndef RECORD_FRAMES_H
#define RECORD_FRAMES_H

#include "record/wire.h"
#include "smmu_event.h"
#include "event/symbols.h"

/* More are not named. */
#define RECORD_FRAMES_MAX 16384

struct record_frames;

struct record_frames *record_frames_new(void);
void record_frames_free(struct record_frames *frames);
/* Remembers the frames of an event that has a stack; it has been looked at before. */
void record_frames_see(struct record_frames *frames, const struct smmu_event *event);
/* Names of those that were not written yet; false if there are none. */
bool record_frames_put(struct record_frames *frames, struct wire_out *out,
		       const struct symbols *symbols);

/* Names read so far, as a table that symbols_name() takes. */
struct record_names {
	struct symbol *list; /* sorted by address */
	size_t count;
	struct symbols *symbols;
};

/* Adds what is there. False: damaged, or no memory. */
bool record_names_get(struct record_names *names, struct wire_in *in);
/*
 * Frames of this event that have no name, as when the block that names them was
 * damaged, become "?": else they would take that of their neighbour.
 */
bool record_names_cover(struct record_names *names, const struct smmu_event *event);
void record_names_free(struct record_names *names);

#endif
