// SPDX-License-Identifier: GPL-2.0
#include "record/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int record_fail(struct record_error *error, enum record_error_code code, __u64 offset,
		const char *format, ...)
{
	static const char *const hints[] = {
		[RECORD_FOREIGN] = "replay takes what -o FILE.smr made",
		[RECORD_VERSION_UNKNOWN] = "a later smmuscope reads it",
		[RECORD_DAMAGED] = "take another copy: without its beginning the rest has no names",
		[RECORD_IO] = "see what the kernel says about the disk it is on",
		[RECORD_MEMORY] = "free some memory",
	};
	va_list args;

	error->code = code;
	error->offset = offset;
	va_start(args, format);
	vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
	snprintf(error->hint, sizeof(error->hint), "%s", hints[code]);
	return -EINVAL;
}

int record_fail_errno(struct record_error *error, __u64 offset)
{
	if (errno == ENOMEM)
		return record_fail(error, RECORD_MEMORY, offset, "no memory to read it");
	return record_fail(error, RECORD_IO, offset, "it cannot be read: %s", strerror(errno));
}
