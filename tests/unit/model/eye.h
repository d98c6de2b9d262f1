/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel side would send of a history: bpf/recovery itself, compiled for this machine,
 * with stand-ins for what is below it (maps, the ring, the driver's memory). One at a time.
 */
#ifndef MODEL_EYE_H
#define MODEL_EYE_H

#include "machine.h"
#include "smmu_event.h"

#include <stddef.h>

/* Where the events go, and where the STEs are. */
struct eye_world {
	void *context;
	void (*event)(void *context, const struct smmu_event *event, size_t length);
	void (*ste)(void *context, unsigned int stream, __u64 word[2]);
	/* Its tag by the context descriptor in memory; 0: that is not valid. */
	__u64 (*tag)(void *context, unsigned int stream);
};

/* The flow that does what is told next, and the time. */
struct eye_flow {
	__u32 tid;
	__u16 cpu;
	__u8 context;
};

struct eye_list {
	unsigned int queue, count;
	const struct smmu_command *commands;
	__u64 began;
	__u32 prod;
	int result;
	bool sync, exact, injected;
	__u32 cons, prod_after; /* CMDQ_CONS and CMDQ_PROD as it returned */
};

void eye_open(const struct eye_world *world);
void eye_now(const struct eye_flow *flow, __u64 now);
void eye_list(const struct eye_list *list);
void eye_inject(unsigned int queue, __u32 index, __u32 sid, int error);
void eye_error(unsigned int queue, __u32 cons, enum smmu_finder finder,
	       const struct smmu_command *before);
void eye_ats(unsigned int function, bool on);
void eye_reset(unsigned int function, enum smmu_reset_phase phase, int result);
void eye_attach(unsigned int function);
void eye_invalidation(int result);
void eye_unmap(__u64 size);

#endif
