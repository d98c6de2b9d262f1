/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the reader of a recording reports what it cannot read: as an error, which ends the
 * reading, or as a hole, after which it goes on.
 */
#ifndef RECORD_ERROR_H
#define RECORD_ERROR_H

#include <linux/types.h>

enum record_error_code {
	RECORD_FOREIGN, /* not a recording */
	RECORD_VERSION_UNKNOWN,
	RECORD_DAMAGED, /* in a way that leaves nothing to read */
	RECORD_IO,
	RECORD_MEMORY,
};

/* One line each, without the name of the file. */
struct record_error {
	enum record_error_code code;
	__u64 offset; /* in the file, in bytes */
	char message[200];
	char hint[320];
};

struct record_hole {
	__u64 offset; /* in the file: of the first byte that could not be used */
	__u64 bytes;
	__u64 events; /* that are missing, as far as the recording tells */
	__u64 blocks; /* likewise; at least this many */
};

/* Fills in *error, with the hint that belongs to the code. Returns -EINVAL. */
int record_fail(struct record_error *error, enum record_error_code code, __u64 offset,
		const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Likewise, by what errno says: RECORD_MEMORY for ENOMEM, else RECORD_IO. */
int record_fail_errno(struct record_error *error, __u64 offset);

#endif
