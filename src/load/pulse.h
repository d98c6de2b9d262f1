/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Do the hooks of a run still fire? Somebody can switch off all trampolines of a kernel
 * (/proc/sys/kernel/ftrace_enabled) or all kprobes (/sys/kernel/debug/kprobes/enabled); nothing
 * that is attached notices. A look costs some microseconds, and nothing on the paths that are
 * hooked: it reads the switches, sees by inotify whether somebody wrote to them since the last
 * look, and makes a system call that hooks of its own have to see. Not thread safe.
 */
#ifndef LOAD_PULSE_H
#define LOAD_PULSE_H

#include "event/blind.h"
#include "event/stream.h"

#include <stddef.h>

struct pulse;

/*
 * hooks: of the run, must stay. What cannot be set up is done without. NULL: no memory.
 */
struct pulse *pulse_open(const struct stream_hook *hooks, size_t count);
/* Looks once. found: for each method, BLIND_NOT for one that the run does not use. */
void pulse_look(struct pulse *pulse, enum blind_cause found[BLIND_METHOD_COUNT]);
/* NULL is allowed. */
void pulse_close(struct pulse *pulse);

#endif
