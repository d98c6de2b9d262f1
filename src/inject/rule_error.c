// SPDX-License-Identifier: GPL-2.0
#include "inject/rule_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int inject_rule_fail(struct inject_rule_error *error, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
	return err;
}

void inject_rule_hint(struct inject_rule_error *error, const char *format, ...)
{
	size_t length = strlen(error->hint);
	va_list args;

	va_start(args, format);
	vsnprintf(error->hint + length, sizeof(error->hint) - length, format, args);
	va_end(args);
}
