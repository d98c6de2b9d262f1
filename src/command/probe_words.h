/* SPDX-License-Identifier: GPL-2.0 */
/* The words that smmuscope probe has for facts of a kernel, the same in text and JSON. */
#ifndef COMMAND_PROBE_WORDS_H
#define COMMAND_PROBE_WORDS_H

#include "device/silence.h"
#include "kernel/kernel.h"
#include "plan/plan.h"

/* All return constants. */
const char *probe_driver(const struct kernel *kernel);
const char *probe_trampolines(const struct kernel *kernel);
const char *probe_kprobes(const struct kernel *kernel);
const char *probe_types(const struct kernel *kernel);
const char *probe_reach(enum plan_reach reach);
const char *probe_meets(enum silence_meets meets);
/*
 * A sign of the driver's recovery from ATC invalidation timeouts: a name that all versions
 * of that series share, so a guess. NULL if there is none.
 */
const char *probe_recovery(const struct kernel *kernel);

#endif
