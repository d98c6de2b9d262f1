/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  decoded event -> one line for people
 *
 * A line as it is put together: pieces are copied one behind the other, with no printf
 * for what stands in almost every line, and go to the file together. Lines have no
 * limit: what does not fit any more is written out first. Errors are the file's,
 * see text_error(). Not thread safe.
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
/* What there is goes to the file. */
void line_flush(struct line *line);

void line_bytes(struct line *line, const char *text, size_t length);
void line_u64(struct line *line, __u64 value);
/* As %x has it. */
void line_hex(struct line *line, __u64 value);
/* What `length` bytes lack of a width, which is up to LINE_WIDTH_MAX. */
void line_blanks(struct line *line, size_t length, size_t width);
/* Left justified, as %-10s has it. width: up to LINE_WIDTH_MAX. */
void line_padded(struct line *line, const char *text, size_t width);
void line_format(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Here, so that the length of a literal is a constant. */
static inline void line_text(struct line *line, const char *text)
{
	line_bytes(line, text, strlen(text));
}

#endif
