/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers and strings in a recording. Fixed numbers are little endian, as every machine with an
 * SMMUv3 driver is. Varints have seven bits a byte, the lowest first, and the top bit set in
 * all bytes but the last. Not thread safe.
 */
#ifndef RECORD_WIRE_H
#define RECORD_WIRE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Payloads of events and fixed numbers are copied as they are. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "recordings are little endian");

/* The most bytes that a block may hold: bounds the memory of the reader. */
#define RECORD_RAW_MAX (4U << 20)

/* A buffer that grows. Once `failed`, what is put into it is lost. Zeroed to begin with. */
struct wire_out {
	unsigned char *data;
	size_t length;
	size_t room;
	bool failed; /* no memory, or more than RECORD_RAW_MAX */
};

/* Makes room for `more` bytes. False, and `failed`, if that cannot be. */
bool wire_grow(struct wire_out *out, size_t more);
void wire_free(struct wire_out *out);

static inline bool wire_room(struct wire_out *out, size_t more)
{
	return out->room - out->length >= more || wire_grow(out, more);
}

static inline void wire_put(struct wire_out *out, const void *data, size_t length)
{
	if (!length || !wire_room(out, length))
		return;
	memcpy(out->data + out->length, data, length);
	out->length += length;
}

static inline void wire_put_u8(struct wire_out *out, __u8 value)
{
	wire_put(out, &value, sizeof(value));
}

static inline void wire_put_u64(struct wire_out *out, __u64 value)
{
	wire_put(out, &value, sizeof(value));
}

#define WIRE_VARINT_MAX 10

static inline void wire_put_varint(struct wire_out *out, __u64 value)
{
	if (!wire_room(out, WIRE_VARINT_MAX))
		return;
	while (value >= 0x80) {
		out->data[out->length++] = (unsigned char)(value | 0x80);
		value >>= 7;
	}
	out->data[out->length++] = (unsigned char)value;
}

/* For short varints of signed numbers: 0, -1, 1, -2 ... become 0, 1, 2, 3 ... */
static inline __u64 wire_zigzag(__s64 value)
{
	return ((__u64)value << 1) ^ (value < 0 ? ~0ULL : 0);
}

static inline __s64 wire_unzigzag(__u64 value)
{
	return (__s64)(value >> 1) ^ -(__s64)(value & 1);
}

static inline void wire_put_signed(struct wire_out *out, __s64 value)
{
	wire_put_varint(out, wire_zigzag(value));
}

/* NULL is not the same as "". */
void wire_put_string(struct wire_out *out, const char *text);

/* The input. Once `bad` (too short, or an impossible value), everything read is 0 or NULL. */
struct wire_in {
	unsigned char *at;
	unsigned char *end;
	bool bad;
};

static inline void wire_get(struct wire_in *in, void *data, size_t length)
{
	if ((size_t)(in->end - in->at) < length) {
		in->bad = true;
		in->at = in->end;
		memset(data, 0, length);
		return;
	}
	if (length)
		memcpy(data, in->at, length);
	in->at += length;
}

static inline __u8 wire_get_u8(struct wire_in *in)
{
	__u8 value;

	wire_get(in, &value, sizeof(value));
	return value;
}

static inline __u64 wire_get_u64(struct wire_in *in)
{
	__u64 value;

	wire_get(in, &value, sizeof(value));
	return value;
}

static inline __u64 wire_get_varint(struct wire_in *in)
{
	__u64 value = 0;

	for (unsigned int shift = 0; in->at < in->end && shift < 64; shift += 7) {
		unsigned char byte = *in->at++;

		/* 64 bits: only one bit of the tenth byte counts. */
		if (shift == 63 && byte > 1)
			break;
		value |= (__u64)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	in->bad = true;
	in->at = in->end;
	return 0;
}

/* `bad` if it is above `max`. */
static inline __u64 wire_get_upto(struct wire_in *in, __u64 max)
{
	__u64 value = wire_get_varint(in);

	if (value <= max)
		return value;
	in->bad = true;
	in->at = in->end;
	return 0;
}

static inline __s64 wire_get_signed(struct wire_in *in)
{
	return wire_unzigzag(wire_get_varint(in));
}

/*
 * Points into the input. Control characters become '?' in there, as recordings of unknown
 * origin are shown on terminals.
 */
char *wire_get_string(struct wire_in *in);
/* Likewise; `bad` if it is NULL. */
char *wire_get_text(struct wire_in *in);

#endif
