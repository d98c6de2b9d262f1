/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  decoded event -> one line for people
 *
 * Builds a line of text: pieces are appended to a buffer, without printf for those that
 * almost every line has, and are written together. A line may be longer than the buffer,
 * which is then flushed early. Errors stay with the FILE, see text_error(). Not thread safe.
 */
#ifndef BASE_LINE_H
#define BASE_LINE_H

#include <linux/types.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define LINE_LEN       512
#define LINE_WIDTH_MAX 24

struct line {
	FILE *file;
	char *at;
	char text[LINE_LEN];
};

void line_init(struct line *line, FILE *file);
/* Writes the buffer to the file. */
void line_flush(struct line *line);

void line_bytes(struct line *line, const char *text, size_t length);
void line_u64(struct line *line, __u64 value);
/* As %x writes it. */
void line_hex(struct line *line, __u64 value);
/* Blanks that fill up `length` bytes to `width`, at most LINE_WIDTH_MAX. */
void line_blanks(struct line *line, size_t length, size_t width);
/* Left justified, as %-10s writes it. width: at most LINE_WIDTH_MAX. */
void line_padded(struct line *line, const char *text, size_t width);
/* As printf; cut off after LINE_LEN - 1 bytes. Not for the fast path. */
void line_format(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Inline, so that the length of a literal is a constant. */
static inline void line_text(struct line *line, const char *text)
{
	line_bytes(line, text, strlen(text));
}

#endif
