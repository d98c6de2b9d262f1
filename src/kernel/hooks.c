// SPDX-License-Identifier: GPL-2.0
#include "kernel/hooks.h"

#include "smmu_event.h"

#define KIND(kind) (1U << SMMU_EVENT_##kind)
#define NAMES(...)                                                                                 \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define HOOK(ID, stable_id, text, function_names, event_kinds, ...)                                \
	[HOOK_##ID] = {.id = (stable_id),                                                          \
		       .what = (text),                                                             \
		       .names = function_names,                                                    \
		       .kinds = (event_kinds),                                                     \
		       __VA_ARGS__},

const struct hook hooks[HOOK_COUNT] = {
#include "kernel/hooks.def"
};
