// SPDX-License-Identifier: GPL-2.0
#include "device/config_space.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define DWORD 4

/* Of an extended capability: ID in 15:0, offset of the next one in 31:20 (PCIe 7.6.3). */
#define EXTENDED_FIRST	      0x100
#define EXTENDED_ID(header)   ((header)&0xffffU)
#define EXTENDED_NEXT(header) ((header) >> 20 & 0xffcU)
#define EXTENDED_ID_VENDOR    0x000bU
/* More than fit, as each has two dwords at least: a chain that is longer is a circle. */
#define EXTENDED_MAX ((CONFIG_SPACE_BYTES - EXTENDED_FIRST) / (2 * DWORD))

int config_space_open(const char *root, const char *name, bool to_write)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/sys/bus/pci/devices/%s/config", root, name);
	fd = open(path, (to_write ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int config_space_read(int fd, unsigned int offset, __u32 *value)
{
	ssize_t got = pread(fd, value, DWORD, offset);

	if (got < 0)
		return -errno;
	/* Without CAP_SYS_ADMIN the file ends after the header of 64 bytes (pci_read_config()). */
	if (got != DWORD)
		return -EPERM;
	*value = le32toh(*value);
	return 0;
}

int config_space_write(int fd, unsigned int offset, __u32 value)
{
	__u32 little = htole32(value);
	ssize_t put = pwrite(fd, &little, DWORD, offset);

	if (put < 0)
		return -errno;
	return put == DWORD ? 0 : -EIO;
}

static bool is_vsec(__u32 vendor_header, unsigned int id, unsigned int revision,
		    unsigned int length)
{
	return (vendor_header & 0xffff) == id && (vendor_header >> 16 & 0xf) == revision &&
	       vendor_header >> 20 == length;
}

int config_space_find_vsec(int fd, unsigned int id, unsigned int revision, unsigned int length)
{
	unsigned int at = EXTENDED_FIRST;

	for (int i = 0; i < EXTENDED_MAX && at >= EXTENDED_FIRST; i++) {
		__u32 header, vendor_header;
		int err = config_space_read(fd, at, &header);

		/* A function without an extended space: all ones, or nothing beyond 256 bytes. */
		if (!err && (!header || header == ~0U))
			return 0;
		if (!err && EXTENDED_ID(header) == EXTENDED_ID_VENDOR)
			err = config_space_read(fd, at + DWORD, &vendor_header);
		if (err)
			return err;
		if (EXTENDED_ID(header) == EXTENDED_ID_VENDOR &&
		    is_vsec(vendor_header, id, revision, length))
			return at + length <= CONFIG_SPACE_BYTES ? (int)at : 0;
		at = EXTENDED_NEXT(header);
	}
	return 0;
}
