// SPDX-License-Identifier: GPL-2.0
#include "base/refusal.h"

#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int refusal_message(struct refusal *refusal, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(refusal->message, sizeof(refusal->message), format, args);
	va_end(args);
	refusal->hint[0] = '\0';
	return -EINVAL;
}

int refusal_fail(struct refusal *refusal, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(refusal->message, sizeof(refusal->message), format, args);
	va_end(args);
	return err;
}

int refusal_hint(struct refusal *refusal, const char *format, ...)
{
	size_t length = strlen(refusal->hint);
	va_list args;

	va_start(args, format);
	vsnprintf(refusal->hint + length, sizeof(refusal->hint) - length, format, args);
	va_end(args);
	return -EINVAL;
}

int refusal_say(const struct refusal *refusal)
{
	log_error("%s", refusal->message);
	log_hint("%s", refusal->hint);
	return EXIT_USAGE;
}
