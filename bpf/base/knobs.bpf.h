/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Knobs that user space sets between open and load. They are in rodata, so the verifier
 * drops the code that they switch off.
 *
 * The verifier does not drop the load of a knob: four instructions each, and a list passes a
 * dozen of them. So there are further builds of the same programs, for the commands that are
 * left running, in which the knobs are constants (src/load/build.c chooses). The variables
 * stay there too, so that all builds have the same maps and one skeleton type.
 */
#ifndef KNOBS_BPF_H
#define KNOBS_BPF_H

#include "vmlinux.h"

#include "smmu_event.h"
#include "smmu_inject.h"

/* Position of each argument of the command-list function, found by its name in BTF. */
const volatile __u32 cfg_arg_smmu __weak = 0;
const volatile __u32 cfg_arg_cmdq __weak = 1;
const volatile __u32 cfg_arg_cmds __weak = 2;
const volatile __u32 cfg_arg_n __weak = 3;
const volatile __u32 cfg_arg_sync __weak = 4;
const volatile __u32 cfg_args __weak = 5; /* how many; the return value follows them */

/* Likewise for the tracepoints of allocations; 0: not known. */
const volatile __u32 cfg_arg_kmalloc_bytes __weak = 0;
const volatile __u32 cfg_arg_kmem_cache __weak = 0;
const volatile bool cfg_typed_task __weak = true; /* the kernel has BTF of its own */
const volatile bool cfg_casts __weak = false;	  /* and bpf_rdonly_cast(), see base/words.bpf.h */
const volatile __u32 cfg_hardirq_shift __weak = 16; /* in preempt_count */
const volatile __u32 cfg_interrupt_mask __weak =
	0xff0100; /* in preempt_count: not 0 outside a task */
const volatile __u64 cfg_page_bytes __weak = 4096;
/* These functions of an invalidation return void in this kernel. */
const volatile bool cfg_domain_is_void __weak = false;
const volatile bool cfg_master_is_void __weak = false;

const volatile bool cfg_twice __weak = false; /* second copies are attached, see base/twice.bpf.h */
const volatile bool cfg_stats __weak = false; /* fill queue_stats and device_stats */
const volatile bool cfg_events __weak = false; /* send events through the ring */

/* Filters on events; statistics are never filtered. */
const volatile __u32 cfg_kinds __weak = 0xffffffff; /* 1 << enum smmu_event_kind */
const volatile __u64 cfg_smmu __weak = 0;	    /* only this SMMU, 0: any */
const volatile bool cfg_by_sid __weak = false;	    /* only StreamIDs marked as wanted */
const volatile bool cfg_failed_only __weak = false;
const volatile __u64 cfg_latency_above_ns __weak = 0;

/* A CPU wakes the collector each time it has written this many bytes. */
const volatile __u64 cfg_wakeup_bytes __weak = 0;

const volatile __u32 cfg_any_rule __weak = SMMU_RULE_NONE; /* first rule for any StreamID */

/* No hook on lists: injected timeouts are followed at the injection point. */
const volatile bool cfg_point_only __weak = false;

#ifdef FIXED_POINT_ONLY
#define cfg_typed_task true
#define cfg_casts      true
#define cfg_stats      false
#define cfg_events     true
#define cfg_point_only true
#endif

#ifdef FIXED
#define cfg_point_only	     false
#define cfg_arg_smmu	     0U
#define cfg_arg_cmdq	     1U
#define cfg_arg_cmds	     2U
#define cfg_arg_n	     3U
#define cfg_arg_sync	     4U
#define cfg_args	     5U
#define cfg_typed_task	     true
#define cfg_casts	     true
#define cfg_twice	     false
#define cfg_smmu	     0ULL
#define cfg_failed_only	     false
#define cfg_latency_above_ns 0ULL
#define cfg_stats	     FIXED_STATS
#define cfg_events	     FIXED_EVENTS
#define cfg_by_sid	     FIXED_BY_SID
#endif

#endif
