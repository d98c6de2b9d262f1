/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  numbers and names -> text for people
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <linux/types.h>
#include <stddef.h>
#include <stdio.h>

#define TEXT_NUMBER_LEN 32

/* snprintf() into an array, whose size it finds itself. What does not fit is cut off. */
#define text_into(array, ...) snprintf(array, sizeof(array), __VA_ARGS__)

/* 20 digits at most, and no NUL. Returns their end. */
char *text_u64(__u64 value, char *buffer);
/* "340 ns", "12.3 us", "1.2 ms", "3.0 s". buffer: TEXT_NUMBER_LEN bytes. */
const char *text_duration(__u64 ns, char *buffer);
/* The same; returns its end, where the NUL is. */
char *text_duration_end(__u64 ns, char *buffer);
/* "4K", "2M", "12288": the largest unit of 1024 that is exact. buffer: TEXT_NUMBER_LEN bytes. */
const char *text_size(__u64 bytes, char *buffer);
/*
 * Copies at most size bytes, up to a NUL, into buffer, which has size + 1. All but printable
 * ASCII becomes '?', so that a terminal obeys none of it. Returns buffer.
 */
const char *text_clean(const char *text, size_t size, char *buffer);
/* Bytes of the UTF-8 character at text, 0 if it is not valid. The text ends with a NUL. */
size_t text_utf8_length(const char *text);
/*
 * Writes size bytes of text, which ends with a NUL there or later. '?' stands for a control
 * character, U+FFFE, U+FFFF, and a byte that is not UTF-8: neither XML nor a line allows them.
 * escape: what is written for an ASCII character in its place, NULL for itself; may be NULL.
 */
void text_put(FILE *file, const char *text, size_t size, const char *(*escape)(char c));
/*
 * For writes whose results were not checked: did one fail? The caller sets errno to 0 before the
 * first. 0, or -errno, or -EIO if errno is still 0.
 */
int text_error(FILE *file);

#endif
