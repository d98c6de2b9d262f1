/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One check of the guard on the tree of /proc, /sys and /dev. For src/guard/ only.
 *
 * An "answer" is 1 if the thing asked about depends on the guarded PCI function, 0 if it does
 * not, and a negative errno with guard->detail if that cannot be told.
 */
#ifndef GUARD_TREE_H
#define GUARD_TREE_H

#include "device/devices.h"

#include <limits.h>

#define GUARD_DEPTH_MAX 16 /* devices stacked on each other */
#define GUARD_WHAT_MAX	160

struct guard_mount {
	unsigned int major, minor;
	char *point;
	char *type;
	char *source;
};

struct guard {
	char root[PATH_MAX]; /* canonical, "" for the real tree */
	__u32 bdf;	     /* the guarded PCI function */
	const char *name;    /* the same as text */
	char *finding;	     /* the text for the caller, "" until there is one */
	size_t finding_size;
	int error;			/* of the first answer that could not be told, or 0 */
	char what[GUARD_WHAT_MAX];	/* what is asked about now: "the swap /dev/vda" */
	char detail[256];		/* why it cannot be told */
	char networked[GUARD_WHAT_MAX]; /* the first `what` that is remote storage, or "" */
	struct guard_mount *mounts;
	size_t mount_count;
	struct guard_route *routes;
	size_t route_count;
};

/* 0, or -ENAMETOOLONG if it does not fit. */
int guard_path(char path[PATH_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));
/* 0 or a negative errno. */
int guard_realpath(const char *path, char real[PATH_MAX]);
/* Sets guard->detail and returns err, so that a caller can return it as an answer. */
int guard_unknown(struct guard *guard, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The worse of two answers: a yes, then what cannot be told, then a no. */
int guard_worse(int a, int b);
/*
 * Calls handler for each line of a file below the root, without its end, until it returns
 * other than 0, which is then returned. optional: returns 0 if there is no such file.
 */
int guard_each_line(struct guard *guard, const char *file, bool optional,
		    int (*handler)(struct guard *guard, char *line));

/*
 * Is the deepest PCI function in a path of /sys/devices (or its physical function)
 * the guarded one? 1, 0, or -ENODEV if there is no PCI function in it.
 */
int guard_function(const struct guard *guard, const char *path);

/*
 * Takes an answer about guard->what into guard->finding and guard->error; verb: what the
 * device does to it, as in "NAME holds the swap /dev/vda". True if the answer is a yes.
 */
bool guard_note(struct guard *guard, int answer, const char *verb);

#endif
