/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  number -> digits
 *
 * For JSON and for text alike, several times for each event of a busy host. No function
 * writes a NUL; all return the end of the digits. They may overwrite up to 7 bytes after it,
 * because they store eight digits at once.
 */
#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include <endian.h>
#include <linux/types.h>
#include <string.h>

/* Room for the longest number and the bytes that are overwritten after it. */
#define DIGITS_LEN 32

#define DIGITS_8 100000000ULL

/*
 * The digits of a value below 10^8 as bytes from 0 to 9, the first one lowest: the
 * division by 10000, 100 and 10 is done in all lanes at once, by multiplication with
 * the reciprocal. All eight cost as much as two would one by one.
 */
static inline __u64 digits_eight(__u64 value)
{
	__u64 high = value / 10000, fours, twos;

	fours = high | (value - high * 10000) << 32;
	high = ((fours * 10486) >> 20) & 0x0000007f0000007fULL;
	twos = high | (fours - high * 100) << 16;
	high = ((twos * 103) >> 10) & 0x000f000f000f000fULL;
	return high | (twos - high * 10) << 8;
}

static inline char *digits_bytes(char *at, __u64 digits, unsigned int count)
{
	digits = htole64(digits + 0x3030303030303030ULL);
	memcpy(at, &digits, sizeof(digits));
	return at + count;
}

/* Without leading zeroes. Not for 0, which has no lowest bit to find. Overwrites. */
static inline char *digits_below_8(char *at, __u64 value)
{
	__u64 digits = digits_eight(value);
	unsigned int zeroes = (unsigned int)__builtin_ctzll(digits) / 8;

	return digits_bytes(at, digits >> 8 * zeroes, 8 - zeroes);
}

/* The digits of a value above 0. Overwrites up to 7 bytes after them. */
static inline char *digits_above_0(char *at, __u64 value)
{
	__u64 high = value / DIGITS_8;

	if (value < DIGITS_8)
		return digits_below_8(at, value);
	if (high < DIGITS_8) {
		at = digits_below_8(at, high);
	} else {
		at = digits_below_8(at, high / DIGITS_8);
		at = digits_bytes(at, digits_eight(high % DIGITS_8), 8);
	}
	return digits_bytes(at, digits_eight(value % DIGITS_8), 8);
}

/* Any value; the fast path is one digit, as most CPUs and counts have. Overwrites. */
static inline char *digits_u64(char *at, __u64 value)
{
	if (value >= 10)
		return digits_above_0(at, value);
	*at = (char)('0' + value);
	return at + 1;
}

/* The eight hex digits of a value, as ASCII, the first one lowest: in all lanes at once, too. */
static inline __u64 digits_hex_eight(__u32 value)
{
	const __u64 one = 0x0101010101010101ULL;
	__u64 lanes = value >> 16 | (__u64)(value & 0xffff) << 32;

	lanes = (lanes >> 8 & 0x000000ff000000ffULL) | (lanes & 0x000000ff000000ffULL) << 16;
	lanes = (lanes >> 4 & 0x000f000f000f000fULL) | (lanes & 0x000f000f000f000fULL) << 8;
	/* From 10 on 6 more carry into the next bit: 39 is what lies between '9' and 'a'. */
	return lanes + one * '0' + (((lanes + one * 6) >> 4) & one) * 39;
}

/* Without 0x. Overwrites up to 7 bytes after them. */
static inline char *digits_hex(char *at, __u64 value)
{
	unsigned int count = value ? (67 - (unsigned int)__builtin_clzll(value)) / 4 : 1;
	__u64 digits;

	if (count > 8) {
		digits = htole64(digits_hex_eight((__u32)(value >> 32)) >> 8 * (16 - count));
		memcpy(at, &digits, sizeof(digits));
		at += count - 8;
		count = 8;
	}
	digits = htole64(digits_hex_eight((__u32)value) >> 8 * (8 - count));
	memcpy(at, &digits, sizeof(digits));
	return at + count;
}

#endif
