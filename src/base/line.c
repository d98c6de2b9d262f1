// SPDX-License-Identifier: GPL-2.0
#include "base/line.h"

#include "base/digits.h"

#include <stdarg.h>

void line_init(struct line *line, FILE *file)
{
	line->file = file;
	line->at = line->text;
}

void line_flush(struct line *line)
{
	size_t length = (size_t)(line->at - line->text);

	line->at = line->text;
	if (length)
		fwrite_unlocked(line->text, 1, length, line->file);
}

static inline size_t room(const struct line *line)
{
	return (size_t)(line->text + LINE_LEN - line->at);
}

void line_bytes(struct line *line, const char *text, size_t length)
{
	if (__builtin_expect(room(line) < length, 0)) {
		line_flush(line);
		if (length > LINE_LEN) {
			fwrite_unlocked(text, 1, length, line->file);
			return;
		}
	}
	memcpy(line->at, text, length);
	line->at += length;
}

void line_u64(struct line *line, __u64 value)
{
	char text[DIGITS_LEN];

	line_bytes(line, text, (size_t)(digits_u64(text, value) - text));
}

void line_hex(struct line *line, __u64 value)
{
	char text[DIGITS_LEN];

	line_bytes(line, text, (size_t)(digits_hex(text, value) - text));
}

void line_blanks(struct line *line, size_t length, size_t width)
{
	static const char blanks[LINE_WIDTH_MAX + 1] = "                        ";

	if (length < width)
		line_bytes(line, blanks, width - length);
}

void line_padded(struct line *line, const char *text, size_t width)
{
	size_t length = strlen(text);

	line_bytes(line, text, length);
	line_blanks(line, length, width);
}

void line_format(struct line *line, const char *format, ...)
{
	char text[LINE_LEN];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (length > 0)
		line_bytes(line, text,
			   (size_t)length < sizeof(text) ? (size_t)length : sizeof(text) - 1);
}
