/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a recording says besides its events, to and from the payload of a block: what
 * the stream is about, the devices, names for stacks. Fields are only ever added at
 * the end; what is behind those that are known is not looked at.
 */
#ifndef RECORD_INFO_H
#define RECORD_INFO_H

#include "record/wire.h"
#include "event/stream.h"

#define RECORD_SCHEMA "smmuscope.recording/1"

void record_put_info(struct wire_out *out, const struct stream_info *info);
void record_put_devices(struct wire_out *out, const struct devices *devices);

/* Owns the lists that info points to; the strings stay in the input. */
struct record_info {
	struct stream_info info;
	struct devices devices; /* info.devices */
	const char **rules;
	const char **missing;
	struct stream_hook *hooks;
};

/* False: damaged, or no memory. To be freed in any case; info is complete on success only. */
bool record_get_info(struct wire_in *in, struct record_info *info);
/* Replaces *devices on success only. */
bool record_get_devices(struct wire_in *in, struct devices *devices);
void record_info_free(struct record_info *info);

#endif
