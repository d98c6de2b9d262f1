// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  sinks and reports -> JSON text
 *
 * This runs once per event on a busy host: digits (digits.h) and escapes are written without
 * printf, and the buffer is checked for room once per token.
 */
#include "base/json.h"

#include "base/digits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define JSON_BUFFER 4096
/* So many bytes of lines are held back at most. */
#define JSON_HELD (16 << 10)
/* The longest number, hex string or word, and the bytes overwritten after it (digits.h). */
#define JSON_TOKEN_MAX 32
/* One byte of a string: \u00XX, or U+FFFD in UTF-8. */
#define JSON_ESCAPE_MAX 6

void json_init(struct json *json, FILE *file)
{
	memset(json, 0, sizeof(*json));
	json->file = file;
	json->expect = JSON_VALUE;
}

void json_free(struct json *json)
{
	free(json->start);
	memset(json, 0, sizeof(*json));
}

/* Keeps the first error. With JSON_NOTHING expected, every later call ends up here, too. */
static void fail(struct json *json, int error)
{
	if (!json->error)
		json->error = error;
	json->expect = JSON_NOTHING;
}

static bool grow(struct json *json, size_t size)
{
	size_t length = (size_t)(json->at - json->start);
	size_t capacity = (size_t)(json->end - json->start);
	char *buffer;

	if (!capacity)
		capacity = JSON_BUFFER;
	while (capacity - length < size)
		capacity *= 2;
	buffer = realloc(json->start, capacity);
	if (!buffer) {
		fail(json, -ENOMEM);
		return false;
	}
	json->start = buffer;
	json->at = buffer + length;
	json->end = buffer + capacity;
	return true;
}

static inline bool room(const struct json *json, size_t size)
{
	return (size_t)(json->end - json->at) >= size;
}

static __attribute__((noinline)) bool begin_slow(struct json *json, bool allowed, size_t size)
{
	if (allowed)
		return grow(json, size);
	fail(json, -EINVAL);
	return false;
}

/* May a value stand here? Makes room for `size` bytes, its comma among them. */
static inline bool value_begin(struct json *json, size_t size)
{
	bool allowed = json->expect >= JSON_VALUE;

	if (__builtin_expect(allowed && room(json, size), 1))
		return true;
	return begin_slow(json, allowed, size);
}

/* The value was written up to `at`. */
static inline void value_end(struct json *json, char *at)
{
	*at = ',';
	json->at = at + 1;
	json->expect = json->after[json->depth];
}

static inline void level_begin(struct json *json, char bracket, enum json_expect inside)
{
	if (!value_begin(json, 1))
		return;
	if (json->depth == JSON_DEPTH_MAX) {
		fail(json, -EINVAL);
		return;
	}
	*json->at++ = bracket;
	json->after[++json->depth] = inside;
	json->expect = inside;
}

static inline void level_end(struct json *json, char bracket, enum json_expect inside)
{
	bool allowed = json->expect == inside;
	char *at;

	if (__builtin_expect(!allowed || !room(json, 2), 0))
		if (!begin_slow(json, allowed, 2))
			return;
	at = json->at;
	/* no comma after the last element */
	if (at[-1] == ',')
		at--;
	*at++ = bracket;
	json->depth--;
	value_end(json, at);
}

void json_object_begin(struct json *json)
{
	level_begin(json, '{', JSON_KEY);
}

void json_object_end(struct json *json)
{
	level_end(json, '}', JSON_KEY);
}

void json_array_begin(struct json *json)
{
	level_begin(json, '[', JSON_ELEMENT);
}

void json_array_end(struct json *json)
{
	level_end(json, ']', JSON_ELEMENT);
}

void json_key_slow(struct json *json, const char *text, size_t length)
{
	if (!begin_slow(json, json->expect == JSON_KEY, length))
		return;
	memcpy(json->at, text, length);
	json->at += length;
	json->expect = JSON_VALUE;
}

void json_u64(struct json *json, __u64 value)
{
	if (!value_begin(json, JSON_TOKEN_MAX))
		return;
	value_end(json, digits_u64(json->at, value));
}

void json_s64(struct json *json, __s64 value)
{
	if (value >= 0) {
		json_u64(json, (__u64)value);
		return;
	}
	if (!value_begin(json, JSON_TOKEN_MAX))
		return;
	*json->at = '-';
	/* Not -value: the smallest one has no positive counterpart. */
	value_end(json, digits_above_0(json->at + 1, 0 - (__u64)value));
}

void json_hex(struct json *json, __u64 value)
{
	char *at;

	if (!value_begin(json, JSON_TOKEN_MAX))
		return;
	at = json->at;
	memcpy(at, "\"0x", 3);
	at = digits_hex(at + 3, value);
	*at++ = '"';
	value_end(json, at);
}

char *json_finished_begin(struct json *json, size_t size)
{
	/* One more for the comma. */
	return value_begin(json, size + 1) ? json->at : NULL;
}

void json_finished_end(struct json *json, char *end)
{
	value_end(json, end);
}

void json_bool(struct json *json, bool value)
{
	if (!value_begin(json, JSON_TOKEN_MAX))
		return;
	memcpy(json->at, value ? "true" : "fals", 4);
	json->at[4] = 'e';
	value_end(json, json->at + (value ? 4 : 5));
}

void json_null(struct json *json)
{
	if (!value_begin(json, JSON_TOKEN_MAX))
		return;
	memcpy(json->at, "null", 4);
	value_end(json, json->at + 4);
}

/*
 * Length of the UTF-8 sequence at text, 0 if there is none: no overlong forms, no
 * surrogates, nothing above U+10FFFF.
 */
static size_t utf8_length(const unsigned char *text, size_t size)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t length, i;

	if (text[0] >= 0xc2 && text[0] <= 0xdf)
		length = 2;
	else if (text[0] >= 0xe0 && text[0] <= 0xef)
		length = 3;
	else if (text[0] >= 0xf0 && text[0] <= 0xf4)
		length = 4;
	else
		return 0;
	if (length > size)
		return 0;
	if (text[0] == 0xe0)
		low = 0xa0;
	else if (text[0] == 0xed)
		high = 0x9f;
	else if (text[0] == 0xf0)
		low = 0x90;
	else if (text[0] == 0xf4)
		high = 0x8f;
	if (text[1] < low || text[1] > high)
		return 0;
	for (i = 2; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

static char *put_control(char *at, unsigned char byte)
{
	static const char names[32] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
	};

	*at++ = '\\';
	if (names[byte]) {
		*at++ = names[byte];
		return at;
	}
	memcpy(at, "u00", 3);
	at[3] = "01"[byte >> 4];
	at[4] = "0123456789abcdef"[byte & 0xf];
	return at + 5;
}

/* Escapes the character at *text, which is not plain, and moves *text past it. */
static char *put_special(char *at, const unsigned char **text, const unsigned char *end)
{
	const unsigned char *in = *text;
	size_t length = 1;

	if (*in < 0x20) {
		at = put_control(at, *in);
	} else if (*in < 0x80) {
		*at++ = '\\';
		*at++ = (char)*in;
	} else {
		length = utf8_length(in, (size_t)(end - in));
		memcpy(at, length ? (const void *)in : "\xef\xbf\xbd", length ? length : 3);
		at += length ? length : 3;
	}
	*text = in + (length ? length : 1);
	return at;
}

static inline bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/*
 * A high bit is set in the result if one of the bytes is not plain. A byte above 0x7f
 * keeps its high bit in one of the last two differences.
 */
static inline __u64 not_plain(__u64 bytes)
{
	const __u64 one = 0x0101010101010101ULL;
	__u64 quote = bytes ^ (one * '"'), backslash = bytes ^ (one * '\\');

	return ((bytes - one * 0x20) | (quote - one) | (backslash - one)) & (one * 0x80);
}

/*
 * Copies text unescaped, eight bytes at a time; the last eight may overlap those before. False
 * if a byte is not plain: then the copy is void.
 */
static inline bool copy_plain(char *at, const char *text, size_t size)
{
	__u64 bytes, special = 0;
	__u32 first, last;
	size_t i;

	if (size >= 8) {
		for (i = 0; i < size - 8; i += 8) {
			memcpy(&bytes, text + i, 8);
			memcpy(at + i, &bytes, 8);
			special |= not_plain(bytes);
		}
		memcpy(&bytes, text + size - 8, 8);
		memcpy(at + size - 8, &bytes, 8);
		return !(special | not_plain(bytes));
	}
	if (size >= 4) {
		memcpy(&first, text, 4);
		memcpy(&last, text + size - 4, 4);
		memcpy(at, &first, 4);
		memcpy(at + size - 4, &last, 4);
		return !not_plain(first | (__u64)last << 32);
	}
	for (i = 0; i < size; i++) {
		if (!is_plain((unsigned char)text[i]))
			return false;
		at[i] = text[i];
	}
	return true;
}

static __attribute__((noinline)) char *put_escaped(char *at, const char *text, size_t size)
{
	const unsigned char *in = (const unsigned char *)text;
	const unsigned char *end = in + size;

	while (in < end) {
		if (is_plain(*in))
			*at++ = (char)*in++;
		else
			at = put_special(at, &in, end);
	}
	return at;
}

/* A quoted string; the caller has made room for an escape of each byte. */
static inline char *put_string(char *at, const char *text, size_t size)
{
	*at++ = '"';
	if (copy_plain(at, text, size))
		at += size;
	else
		at = put_escaped(at, text, size);
	*at++ = '"';
	return at;
}

static inline void string(struct json *json, const char *text, size_t size)
{
	if (value_begin(json, size * JSON_ESCAPE_MAX + 3))
		value_end(json, put_string(json->at, text, size));
}

void json_string(struct json *json, const char *text)
{
	if (text)
		string(json, text, strlen(text));
	else
		json_null(json);
}

void json_string_n(struct json *json, const char *text, size_t size)
{
	if (text)
		string(json, text, strnlen(text, size));
	else
		json_null(json);
}

void json_key_string(struct json *json, const char *name)
{
	size_t length = strlen(name), size = length * JSON_ESCAPE_MAX + 3;
	bool allowed = json->expect == JSON_KEY;

	if (!allowed || !room(json, size))
		if (!begin_slow(json, allowed, size))
			return;
	json->at = put_string(json->at, name, length);
	*json->at++ = ':';
	json->expect = JSON_VALUE;
}

/* The document is complete: its last comma becomes a newline. */
static inline bool line_end(struct json *json)
{
	if (json->expect != JSON_NOTHING)
		fail(json, -EINVAL);
	if (json->error)
		return false;
	json->at[-1] = '\n';
	json->expect = JSON_VALUE;
	return true;
}

int json_flush(struct json *json)
{
	size_t length = (size_t)(json->at - json->start);

	if (json->error || !json->file || !length)
		return json->error;
	json->at = json->start;
	errno = 0;
	if (fwrite_unlocked(json->start, 1, length, json->file) != length)
		fail(json, errno ? -errno : -EIO);
	return json->error;
}

int json_line(struct json *json)
{
	return line_end(json) ? json_flush(json) : json->error;
}

int json_line_held(struct json *json)
{
	if (!line_end(json))
		return json->error;
	return json->at - json->start < JSON_HELD ? 0 : json_flush(json);
}
