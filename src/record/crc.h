/* SPDX-License-Identifier: GPL-2.0 */
/* The checksum of a recording's blocks: CRC-32, as zlib's crc32() computes it. Thread safe. */
#ifndef RECORD_CRC_H
#define RECORD_CRC_H

#include <linux/types.h>
#include <stddef.h>

__u32 record_crc(const void *data, size_t length);

#endif
