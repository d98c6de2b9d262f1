/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The loader from the inside, for loader.c (what runs in the kernel) and
 * loader_statistics.c (what it has counted): the only files that know the skeleton.
 */
#ifndef LOADER_INTERNAL_H
#define LOADER_INTERNAL_H

#include "loader.h"

#include "smmuscope.skel.h"

#define PROGRAMS_MAX 96

struct loader {
	struct smmuscope_bpf *bpf;
	const struct plan *plan;
	struct ring_buffer *ring;
	struct bpf_link *links[PROGRAMS_MAX];
	size_t link_count;
	char *missing[HOOK_COUNT];
	size_t missing_count;
	struct stream_hook hooks[HOOK_COUNT];
	size_t hook_count;
	bool events;
	bool injecting;
	bool twice;
	bool sees_injection; /* ours, or everybody's through the slow path */
	const struct rule_links *rules;
	__u64 armed_ns;
	int cpus;
};

#endif
