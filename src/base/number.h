/* SPDX-License-Identifier: GPL-2.0 */
/* Whole numbers on the command line and in files. Pure. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <linux/types.h>

/*
 * A text that is nothing but a number: no sign, no blanks. 0, -EINVAL (not a number) or
 * -ERANGE (above max); *number is written on success only.
 */
int number_parse_decimal(const char *text, __u64 max, __u64 *number);
/* The same, also in hexadecimal, with 0x or 0X in front. */
int number_parse(const char *text, __u64 max, __u64 *number);

#endif
