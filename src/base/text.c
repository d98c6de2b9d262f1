// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  numbers and names -> text for people
 */
#include "base/text.h"

#include "base/digits.h"

#include <errno.h>
#include <string.h>

char *text_u64(__u64 value, char *buffer)
{
	char digits[DIGITS_LEN];
	size_t length = (size_t)(digits_u64(digits, value) - digits);

	memcpy(buffer, digits, length);
	return buffer + length;
}

char *text_duration_end(__u64 ns, char *buffer)
{
	static const struct {
		__u64 unit;
		char name[4]; /* with its NUL */
	} units[] = {{1000000000, " s"}, {1000000, " ms"}, {1000, " us"}};
	size_t i = 0;
	char *at;

	while (i < sizeof(units) / sizeof(units[0]) && ns < units[i].unit)
		i++;
	if (i == sizeof(units) / sizeof(units[0])) {
		at = digits_u64(buffer, ns);
		memcpy(at, " ns", sizeof(" ns"));
		return at + 3;
	}
	/* Cut off, not rounded: 999.96 us is not yet 1.0 ms nor 1000.0 us. */
	at = digits_u64(buffer, ns / units[i].unit);
	*at++ = '.';
	*at++ = (char)('0' + ns % units[i].unit / (units[i].unit / 10));
	memcpy(at, units[i].name, sizeof(units[i].name));
	return at + (i ? 3 : 2);
}

const char *text_duration(__u64 ns, char *buffer)
{
	text_duration_end(ns, buffer);
	return buffer;
}

const char *text_size(__u64 bytes, char *buffer)
{
	static const char units[] = "KMGTPE";
	const char *unit = units;
	char *at;

	if (!bytes || bytes % 1024) {
		*text_u64(bytes, buffer) = '\0';
		return buffer;
	}
	for (bytes /= 1024; bytes % 1024 == 0 && unit[1]; bytes /= 1024)
		unit++;
	at = text_u64(bytes, buffer);
	*at++ = *unit;
	*at = '\0';
	return buffer;
}

const char *text_clean(const char *text, size_t size, char *buffer)
{
	size_t i;

	for (i = 0; i < size && text[i]; i++)
		buffer[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	buffer[i] = '\0';
	return buffer;
}

size_t text_utf8_length(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t length = at[0] < 0x80   ? 1
			: at[0] < 0xc2 ? 0
			: at[0] < 0xe0 ? 2
			: at[0] < 0xf0 ? 3
				       : 4;

	if (at[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	}
	/* Overlong, a surrogate, or above U+10FFFF. */
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return length;
}

/* Bytes of the character at text if it can be shown, else 0. */
static size_t shown_length(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	if (at[0] < ' ' || at[0] == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0) ||
	    (at[0] == 0xef && at[1] == 0xbf && at[2] > 0xbd))
		return 0;
	return text_utf8_length(text);
}

void text_put(FILE *file, const char *text, size_t size, const char *(*escape)(char c))
{
	const char *end = text + size, *escaped;

	while (text < end) {
		size_t length = shown_length(text);

		escaped = length == 1 && escape ? escape(*text) : NULL;
		if (escaped)
			fputs(escaped, file);
		else
			fwrite(length ? text : "?", length ? length : 1, 1, file);
		/* Skips the whole of a control character, and one byte that is not UTF-8. */
		if (!length)
			length = text_utf8_length(text);
		text += length ? length : 1;
	}
}

int text_error(FILE *file)
{
	if (!ferror(file))
		return 0;
	return errno ? -errno : -EIO;
}
