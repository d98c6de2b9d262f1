/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tree of /proc, /sys and /dev as the guard looks at it. For guard*.c only.
 *
 * "In use" below: 1 if what is asked about depends on the guarded PCI function, 0
 * if it does not, or a negative errno and guard->detail if it cannot be told.
 */
#ifndef GUARD_TREE_H
#define GUARD_TREE_H

#include "device/devices.h"

#include <limits.h>

#define GUARD_DEPTH_MAX 16 /* of devices stacked on devices */
#define GUARD_WHAT_MAX	160

struct guard_mount {
	unsigned int major, minor;
	char *point;
	char *type;
	char *source;
};

struct guard {
	char root[PATH_MAX]; /* canonical, "" for the real one */
	__u32 bdf;
	const char *name;
	char *finding; /* the text for the caller, "" until there is one */
	size_t finding_size;
	int error;			/* the first thing that could not be told */
	char what[GUARD_WHAT_MAX];	/* what is being looked at: "the swap /dev/vda" */
	char detail[256];		/* why it cannot be told */
	char networked[GUARD_WHAT_MAX]; /* what is stored beyond the network, or "" */
	struct guard_mount *mounts;
	size_t mount_count;
	struct guard_route *routes;
	size_t route_count;
};

/* -ENAMETOOLONG if it does not fit. */
int guard_path(char path[PATH_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));
int guard_realpath(const char *path, char real[PATH_MAX]);
/* Sets guard->detail; returns err. */
int guard_unknown(struct guard *guard, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Of two answers: a yes counts most, then what cannot be told. */
int guard_worse(int a, int b);
/*
 * Calls handler for each line, without its end, of a file below the root until it
 * returns other than 0. optional: that there is no such file is fine.
 */
int guard_each_line(struct guard *guard, const char *file, bool optional,
		    int (*handler)(struct guard *guard, char *line));

/*
 * Is the deepest PCI function in a path of /sys/devices (or its physical function)
 * the guarded one? 1, 0, or -ENODEV if there is no PCI function in it.
 */
int guard_function(const struct guard *guard, const char *path);

/*
 * Puts an answer into guard->finding and guard->error, as "<name> <verb> <guard->what>".
 * True if the device is in use.
 */
bool guard_note(struct guard *guard, int answer, const char *verb);

#endif
