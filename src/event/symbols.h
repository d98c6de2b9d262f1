/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 4/5  kernel address -> name
 *
 * Names for the frames of a stack: of the running kernel, read from /proc/kallsyms when the
 * first name is asked for, or from the table in a recording. Not thread safe.
 */
#ifndef EVENT_SYMBOLS_H
#define EVENT_SYMBOLS_H

#include "smmu_event.h"

#include <linux/types.h>
#include <stddef.h>

/* Bytes for "symbol+0x12" and its end; a longer symbol is cut off. */
#define SYMBOLS_NAME_LEN 128

struct symbol {
	__u64 address;
	const char *name;
};

struct symbols;

/* All three: to be freed with symbols_free(); NULL: no memory. */

/* Of the running kernel. */
struct symbols *symbols_kernel(void);
/* Of a file like /proc/kallsyms. path must stay as long as the symbols. */
struct symbols *symbols_file(const char *path);
/* Of a table, sorted by address; it and its names are the caller's and must stay. */
struct symbols *symbols_table(const struct symbol *list, size_t count);
/* NULL is allowed. */
void symbols_free(struct symbols *symbols);

/*
 * "symbol+0x12"; "symbol" at its first byte; "?" if it is not known, also if symbols is NULL or
 * the kernel does not show its addresses. Returns buffer.
 */
const char *symbols_name(const struct symbols *symbols, __u64 address,
			 char buffer[SYMBOLS_NAME_LEN]);

/*
 * The names of a stack's frames, one each call, innermost first, without those of the tracing
 * itself. *next: 0 before the first call. Returns buffer, or NULL after the last frame.
 */
const char *symbols_frame(const struct symbols *symbols, const struct smmu_stack *stack,
			  __u32 *next, char buffer[SYMBOLS_NAME_LEN]);

#endif
