// SPDX-License-Identifier: GPL-2.0
/* Which programs a run loads, and which hooks it misses. */
#include "load/internal.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>

static int note_missing(struct loader *loader, enum hook_id id)
{
	char **slot = &loader->missing[loader->missing_count];

	if (asprintf(slot, "%s: %s", hooks[id].id, loader->plan->hook[id].reason) < 0)
		return -ENOMEM;
	loader->missing_count++;
	return 0;
}

/* Once for each hook, however many programs it has. */
static int note_hook(struct loader *loader, enum hook_id id)
{
	const struct plan_hook *planned = &loader->plan->hook[id];
	struct stream_hook *hook = &loader->hooks[loader->hook_count];

	for (size_t i = 0; i < loader->hook_count; i++) {
		if (loader->hooks[i].id == hooks[id].id)
			return 0;
	}
	loader->hook_count++;
	hook->id = hooks[id].id;
	hook->method = plan_method_name(planned->method);
	hook->symbol = planned->symbol;
	hook->reason = planned->usable ? NULL : planned->reason;
	return planned->usable ? 0 : note_missing(loader, id);
}

/* Not a hook, but noted as one is: what all who read the stream have to know, and a recording
 * keeps. */
static int note_stream_table(struct loader *loader)
{
	char **slot = &loader->missing[loader->missing_count];

	if (asprintf(slot, "%s: %s", STREAM_TABLE, PLAN_NO_STREAM_TABLE) < 0)
		return -ENOMEM;
	loader->missing_count++;
	loader->hooks[loader->hook_count++] = (struct stream_hook){
		.id = STREAM_TABLE,
		.method = "",
		.symbol = "",
		.reason = PLAN_NO_STREAM_TABLE,
	};
	return 0;
}

/* Kinds that need no hook on lists: from the injection point, or from hooks elsewhere. */
#define KINDS_POINT_ONLY                                                                           \
	(1U << SMMU_EVENT_INJECT | 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_UNFENCE |             \
	 1U << SMMU_EVENT_STE | 1U << SMMU_EVENT_ATS | 1U << SMMU_EVENT_RESET |                    \
	 1U << SMMU_EVENT_CMDQ_ERROR | 1U << SMMU_EVENT_ATTACH)

bool loader_point_only(const struct loader_options *options)
{
	return options->inject_rules && !options->silences && !options->stats &&
	       !(options->kinds & ~KINDS_POINT_ONLY);
}

static bool wanted(const struct loader *loader, const struct loader_options *options,
		   const struct hook_program *one)
{
	enum hook_id id = one->hook;

	if (one->counting) /* without a function of its own, the GERROR handler does it all */
		return id != HOOK_QUEUE_ERROR || loader->plan->hook[id].symbol[0];
	if (id == HOOK_LIST)
		return !loader->point_only;
	if (id == HOOK_INJECTION_POINT)
		return true;
	/* A fence is one only of a device that has ATS on. */
	if ((id == HOOK_RESET || id == HOOK_ATS_ENABLE || id == HOOK_ATS_DISABLE) && options->stats)
		return true;
	if (id == HOOK_INJECTED) /* without an injection point there is nothing to miss */
		return loader->plan->hook[HOOK_INJECTION_POINT].symbol[0];
	return loader->events && (hooks[id].kinds & options->kinds);
}

int loader_select(struct loader *loader, const struct loader_options *options)
{
	struct hook_program programs[PROGRAMS_MAX];
	size_t count = loader_programs(loader, programs);

	if (!loader->plan->stream_table && options->kinds & STREAM_TABLE_KINDS &&
	    note_stream_table(loader))
		return -ENOMEM;
	loader->sees_injection = !loader->plan->hook[HOOK_INJECTION_POINT].symbol[0];
	for (size_t i = 0; i < count; i++) {
		enum hook_id id = programs[i].hook;
		const struct plan_hook *planned = &loader->plan->hook[id];
		int err;

		if (!wanted(loader, options, &programs[i]))
			continue;
		err = note_hook(loader, id);
		if (!err && planned->usable) {
			err = bpf_program__set_autoload(programs[i].program, true);
			if (!err && planned->method != PLAN_KPROBE)
				err = bpf_program__set_attach_target(programs[i].program, 0,
								     planned->symbol);
		}
		if (err)
			return err;
		if (planned->usable && (id == HOOK_INJECTION_POINT || id == HOOK_INJECTED))
			loader->sees_injection = true;
		if (planned->usable && id == HOOK_GERROR && programs[i].counting)
			loader->sees_errors = true;
	}
	return 0;
}
