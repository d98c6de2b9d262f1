/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which StreamIDs the invalidations of a flow have reached. An invalidation of a tag begins with a
 * list of TLBI for it and lasts until the flow's next one for that tag, or until it returns; a
 * flow may have several of them open, as a domain has a tag for each SMMU.
 */
#ifndef CHECK_REACH_H
#define CHECK_REACH_H

#include "check/track.h"

/* The flow has sent an ATC_INV for this StreamID, in a list that returned then. */
void reach_ask(struct reach *reach, struct unit *unit, __u32 stream, __u64 ts_ns);
/* Was it asked at this time or later? */
bool reach_asked(const struct reach *reach, const struct unit *unit, __u32 stream, __u64 since_ns);

/* The invalidation of this tag that is open; NULL: none is. */
struct open_tag *reach_find(struct reach *reach, __u64 smmu, __u64 tag);
/* Does the list belong to it, which began then, as there is no ATC_INV in between? */
bool reach_goes_on(const struct reach *reach, const struct open_tag *open, __u64 start_ns);
/* A place for another one: unused, or of the one that is the longest ago, which has to end. */
struct open_tag *reach_place(struct reach *reach);

#endif
