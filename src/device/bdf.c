// SPDX-License-Identifier: GPL-2.0
/*
 * Names of PCI functions, dddd:bb:dd.f, as sysfs and lspci write them.
 */
#include "device/devices.h"

#include "smmu_event.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BDF_DEVICE_MAX	 0x1f
#define BDF_FUNCTION_MAX 7

#define BDF_DOMAIN_MAX 0xffff

/* Reads hex digits, `digits` of them unless that is 0, and then `end`. The rest, or NULL. */
static const char *field(const char *text, size_t digits, char end, __u32 *value)
{
	size_t length = strspn(text, "0123456789abcdefABCDEF");

	*value = 0;
	if (!length || (digits && length != digits) || text[length] != end)
		return NULL;
	for (; length; length--, text++) {
		int c = tolower((unsigned char)*text);

		/* What is too large stays so, however many digits follow. */
		if (*value <= BDF_DOMAIN_MAX)
			*value = *value << 4 | (__u32)(isdigit(c) ? c - '0' : c - 'a' + 10);
	}
	return end ? text + 1 : text;
}

/* NVML prints the domain with eight digits, the kernel with four or more, people with fewer. */
static const char *read_bdf(const char *text, __u32 *bdf)
{
	__u32 domain = 0, bus, device, function;
	const char *colon = strchr(text, ':');

	if (!colon)
		return "not a PCI address";
	if (strchr(colon + 1, ':'))
		text = field(text, 0, ':', &domain);
	if (!text)
		return "not a PCI address: its domain is no hexadecimal number";
	if (domain > BDF_DOMAIN_MAX)
		return "not a PCI address that can be named: its domain is above ffff, use the "
		       "StreamID";
	text = field(text, 2, ':', &bus);
	if (!text)
		return "not a PCI address: its bus is not two hexadecimal digits";
	if (!strchr(text, '.'))
		return "not a PCI address: it has no function, as .0 at its end";
	text = field(text, 2, '.', &device);
	if (!text || device > BDF_DEVICE_MAX)
		return "not a PCI address: its device is not 00 to 1f";
	if (!field(text, 1, '\0', &function) || function > BDF_FUNCTION_MAX)
		return "not a PCI address: its function is not 0 to 7";
	*bdf = domain << 16 | bus << 8 | device << 3 | function;
	return NULL;
}

int bdf_parse(const char *text, __u32 *bdf)
{
	return read_bdf(text, bdf) ? -EINVAL : 0;
}

const char *bdf_wrong(const char *text)
{
	__u32 bdf;

	return read_bdf(text, &bdf);
}

const char *bdf_format(__u32 bdf, char *buffer)
{
	if (bdf == SMMU_BDF_NONE)
		snprintf(buffer, BDF_LEN, "unknown");
	else
		snprintf(buffer, BDF_LEN, "%04x:%02x:%02x.%x", bdf >> 16, bdf >> 8 & 0xff,
			 bdf >> 3 & BDF_DEVICE_MAX, bdf & BDF_FUNCTION_MAX);
	return buffer;
}
