// SPDX-License-Identifier: GPL-2.0
#include "record/crc.h"

#include <zlib.h>

#ifdef __aarch64__
#include <arm_acle.h>
#include <asm/hwcap.h>
#include <string.h>
#include <sys/auxv.h>

/* zlib is built for every arm64, and its tables take 4 instructions a byte: this is half a one. */
__attribute__((target("+crc"))) static __u32 by_instruction(const unsigned char *at, size_t length)
{
	__u32 crc = ~0U;
	__u64 word;

	for (; length >= sizeof(word); length -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		crc = __crc32d(crc, word);
	}
	while (length--)
		crc = __crc32b(crc, *at++);
	return ~crc;
}

#endif

__u32 record_crc(const void *data, size_t length)
{
#ifdef __aarch64__
	if (getauxval(AT_HWCAP) & HWCAP_CRC32)
		return by_instruction(data, length);
#endif
	return (__u32)crc32(0, data, (uInt)length);
}
