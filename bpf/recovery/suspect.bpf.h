/* SPDX-License-Identifier: GPL-2.0 */
/* Suspects: StreamIDs of a list that failed, until they answer or may not use ATS any more. */
#ifndef SUSPECT_BPF_H
#define SUSPECT_BPF_H

#include "base/device.bpf.h"
#include "base/list.bpf.h"

/* Advances when the last suspect is cleared. */
__u64 suspect_chapter __weak = 0;

static __always_inline void suspect_begin(const struct list *list, __u32 sid)
{
	struct smmu_device_state *state = device_state_of(list->smmu, sid);

	if (!state || state->fenced_ns)
		return;
	if (list->count == 1)
		state->blamed = 1;
	if (state->suspect_ns || __sync_val_compare_and_swap(&state->suspect_ns, 0, list->now))
		return;
	state->synthetic = !!(list->flags & SMMU_EVENT_SYNTHETIC);
	__sync_fetch_and_add(&attention, 1);
}

static __always_inline void suspect_clear(struct smmu_device_state *state)
{
	__u64 since = state->suspect_ns;

	state->blamed = 0;
	if (since && __sync_val_compare_and_swap(&state->suspect_ns, since, 0) == since &&
	    __sync_fetch_and_add(&attention, -1) == 1)
		__sync_fetch_and_add(&suspect_chapter, 1);
}

#endif
