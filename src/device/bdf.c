// SPDX-License-Identifier: GPL-2.0
/*
 * Names of PCI functions, dddd:bb:dd.f, as sysfs and lspci write them.
 */
#include "device/devices.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BDF_DEVICE_MAX	 0x1f
#define BDF_FUNCTION_MAX 7

/* Reads exactly `digits` hex digits and then `end`. Returns the rest of the text, or NULL. */
static const char *field(const char *text, int digits, char end, __u32 *value)
{
	*value = 0;
	for (; digits; digits--, text++) {
		int c = tolower((unsigned char)*text);

		if (!isxdigit(c))
			return NULL;
		*value = *value << 4 | (__u32)(isdigit(c) ? c - '0' : c - 'a' + 10);
	}
	return *text == end ? text + 1 : NULL;
}

int bdf_parse(const char *text, __u32 *bdf)
{
	__u32 domain = 0, bus, device, function;
	const char *colon = strchr(text, ':');

	if (colon && strchr(colon + 1, ':'))
		text = field(text, 4, ':', &domain);
	if (text)
		text = field(text, 2, ':', &bus);
	if (text)
		text = field(text, 2, '.', &device);
	if (text)
		text = field(text, 1, '\0', &function);
	if (!text || device > BDF_DEVICE_MAX || function > BDF_FUNCTION_MAX)
		return -EINVAL;
	*bdf = domain << 16 | bus << 8 | device << 3 | function;
	return 0;
}

const char *bdf_format(__u32 bdf, char *buffer)
{
	snprintf(buffer, BDF_LEN, "%04x:%02x:%02x.%x", bdf >> 16, bdf >> 8 & 0xff,
		 bdf >> 3 & BDF_DEVICE_MAX, bdf & BDF_FUNCTION_MAX);
	return buffer;
}
