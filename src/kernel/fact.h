/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What became of something that the kernel may offer. Whoever needs it says `reason` and `hint`, so
 * that what is only hidden from this process is never called absent.
 */
#ifndef KERNEL_FACT_H
#define KERNEL_FACT_H

/* X(id, name) */
#define FACT_STATES(X)                                                                             \
	X(UNKNOWN, "unknown") /* of a kernel that is not running: could not be tried */            \
	X(PRESENT, "present")                                                                      \
	X(ABSENT, "absent") /* this kernel does not have it */                                     \
	X(HIDDEN, "hidden") /* it has it, and does not show it here */                             \
	X(DENIED, "denied") /* it has it, and refuses it to this process */

#define FACT_ENUM_(id, name) FACT_##id,
enum fact_state { FACT_STATES(FACT_ENUM_) };
#undef FACT_ENUM_

/* The reason and the way out are "" if it is present. */
struct kernel_fact {
	enum fact_state state;
	char reason[240];
	char hint[240];
};

struct kernel;

/* "unknown", "present", "absent" ... */
const char *fact_name(enum fact_state state);
/* A file or a directory, by its path without the root. */
void fact_file(const struct kernel *kernel, const char *path, struct kernel_fact *fact);

#endif
