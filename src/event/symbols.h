/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 4/5  kernel address -> name
 *
 * Names for the frames of a stack. Of the running kernel, read from
 * /proc/kallsyms when the first one is asked for, or a table that a recording
 * brings along. Not thread safe.
 */
#ifndef EVENT_SYMBOLS_H
#define EVENT_SYMBOLS_H

#include "smmu_event.h"

#include <linux/types.h>
#include <stddef.h>

/* Room for "symbol+0x12" and its end; a longer symbol is cut off. */
#define SYMBOLS_NAME_LEN 128

struct symbol {
	__u64 address;
	const char *name;
};

struct symbols;

/* Of the running kernel. Caller frees; NULL: no memory. */
struct symbols *symbols_kernel(void);
/* Of a file like /proc/kallsyms. path must live as long as they do. */
struct symbols *symbols_file(const char *path);
/* A table, sorted by address; it and its names are the caller's and must stay. */
struct symbols *symbols_table(const struct symbol *list, size_t count);
void symbols_free(struct symbols *symbols);

/*
 * "symbol+0x12"; "symbol" at its first byte; "?" if it is not known, also for
 * symbols NULL and for a kernel that does not tell its addresses. Returns buffer.
 */
const char *symbols_name(const struct symbols *symbols, __u64 address,
			 char buffer[SYMBOLS_NAME_LEN]);

/*
 * The frames of a stack one after the other, innermost first, without those of the
 * tracing itself. *next: 0 before the first. NULL: there are no more.
 */
const char *symbols_frame(const struct symbols *symbols, const struct smmu_stack *stack,
			  __u32 *next, char buffer[SYMBOLS_NAME_LEN]);

#endif
