/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The description of a recording's stream, and the devices: to and from the payload of a block.
 * New fields are only added at the end, and a reader ignores what follows the fields it knows.
 */
#ifndef RECORD_INFO_H
#define RECORD_INFO_H

#include "record/wire.h"
#include "event/stream.h"

#define RECORD_SCHEMA "smmuscope.recording/1"

void record_put_info(struct wire_out *out, const struct stream_info *info);
void record_put_devices(struct wire_out *out, const struct devices *devices);
/* To follow record_put_devices(), whose entries have no room for more. */
void record_put_tags(struct wire_out *out, const struct devices *devices);

/* Owns the lists that info points to. The strings are in the input, which must stay. */
struct record_info {
	struct stream_info info;
	struct devices devices; /* info.devices */
	const char **rules;
	const char **missing;
	struct stream_hook *hooks;
};

/* False: damaged, or no memory. To be freed in any case; info is complete only on success. */
bool record_get_info(struct wire_in *in, struct record_info *info);
/* Replaces *devices, freeing the old ones. False: damaged, or no memory; *devices stays. */
bool record_get_devices(struct wire_in *in, struct devices *devices);
/* False: damaged. */
bool record_get_tags(struct wire_in *in, struct devices *devices);
void record_info_free(struct record_info *info);

#endif
