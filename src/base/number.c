// SPDX-License-Identifier: GPL-2.0
#include "base/number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int parse(const char *text, const char *digits, int base, __u64 max, __u64 *number)
{
	size_t length = strspn(text, digits);
	__u64 value;

	/* strtoull() alone takes blanks and signs, and makes a big number of -1 */
	if (!length || text[length])
		return -EINVAL;
	errno = 0;
	value = strtoull(text, NULL, base);
	if (errno || value > max)
		return -ERANGE;
	*number = value;
	return 0;
}

int number_parse_decimal(const char *text, __u64 max, __u64 *number)
{
	return parse(text, "0123456789", 10, max, number);
}

int number_parse(const char *text, __u64 max, __u64 *number)
{
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return parse(text + 2, "0123456789abcdefABCDEF", 16, max, number);
	return number_parse_decimal(text, max, number);
}
