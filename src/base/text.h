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

/* Digits, 20 at most, and no NUL. Returns what is behind them. */
char *text_u64(__u64 value, char *buffer);
/* "340 ns", "12.3 us", "1.2 ms", "3.0 s". buffer: TEXT_NUMBER_LEN bytes. */
const char *text_duration(__u64 ns, char *buffer);
/* "4K", "2M", "12288" */
const char *text_size(__u64 bytes, char *buffer);
/*
 * At most size bytes of text, up to its NUL, into buffer of size + 1 bytes. What
 * a terminal might obey becomes '?'.
 */
const char *text_clean(const char *text, size_t size, char *buffer);
/* Bytes of the UTF-8 character at text, 0 if it is none. The text ends with a NUL. */
size_t text_utf8_length(const char *text);
/*
 * 0, or why the file failed: errno, if it was 0 before the first of the calls whose
 * results were not looked at, else -EIO.
 */
int text_error(FILE *file);

#endif
