// SPDX-License-Identifier: GPL-2.0
/*
 * Which build of the BPF programs is loaded. All have the same programs and maps; in all but
 * `hooks` some knobs are constants, so that the compiler drops what they switch off
 * (bpf/base/knobs.bpf.h).
 */
#include "load/internal.h"

#include "filter.skel.h"
#include "no_casts.skel.h"
#include "point_only.skel.h"
#include "stat.skel.h"
#include "trace.skel.h"

/* Are the list function's arguments as in kernels from 6.9 on? */
static bool usual_arguments(const struct plan_hook *list)
{
	for (unsigned int i = LIST_SMMU; i <= LIST_SYNC; i++) {
		if (list->argument[i] != i)
			return false;
	}
	return list->arguments == LIST_SYNC + 1;
}

static bool fixed_kinds(const struct loader_options *options)
{
	return !options->events || ((options->kinds & 1U << SMMU_EVENT_SUBMIT) &&
				    !(options->kinds & ~SMMU_KINDS_DEFAULT));
}

static bool fixed_fits(const struct plan *plan, const struct loader_options *options)
{
	return plan->casts && usual_arguments(&plan->hook[HOOK_LIST]) && !options->twice &&
	       !options->smmu && !options->failed_only && !options->latency_above_ns &&
	       !options->inject_rules && fixed_kinds(options);
}

/* Is the build without hooks on lists enough? */
static bool lean(const struct plan *plan, const struct loader_options *options)
{
	return plan->casts && loader_point_only(options);
}

const void *loader_build(const struct plan *plan, const struct loader_options *options,
			 size_t *size)
{
	if (!options->own_btf)
		return no_casts_bpf__elf_bytes(size);
	if (lean(plan, options))
		return point_only_bpf__elf_bytes(size);
	if (!fixed_fits(plan, options) || (options->stats && options->events))
		return hooks_bpf__elf_bytes(size);
	if (options->stats)
		return stat_bpf__elf_bytes(size);
	return options->sid_count ? filter_bpf__elf_bytes(size) : trace_bpf__elf_bytes(size);
}
