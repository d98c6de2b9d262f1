// SPDX-License-Identifier: GPL-2.0
/*
 * Durations: text <-> nanoseconds.
 */
#include "base/duration.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	__u64 ns;
};

static const struct unit units[] = {
	{"m", 60ULL * 1000 * 1000 * 1000},
	{"s", 1000ULL * 1000 * 1000},
	{"ms", 1000ULL * 1000},
	{"us", 1000},
	{"ns", 1},
};

#define UNIT_COUNT (sizeof(units) / sizeof(units[0]))

int duration_parse(const char *text, __u64 *ns)
{
	/* strtoull() alone takes blanks and signs, and makes a big number of -1 */
	size_t digits = strspn(text, "0123456789");
	unsigned long long number;
	size_t i;

	if (!digits)
		return -EINVAL;
	for (i = 0; i < UNIT_COUNT; i++)
		if (!strcmp(text + digits, units[i].name))
			break;
	if (i == UNIT_COUNT)
		return -EINVAL;

	errno = 0;
	number = strtoull(text, NULL, 10);
	if (errno || number > ~0ULL / units[i].ns)
		return -ERANGE;
	*ns = number * units[i].ns;
	return 0;
}

const char *duration_format(__u64 ns, char buffer[DURATION_LEN])
{
	size_t i = 1; /* from seconds on: "5 m" would read like metres */

	while (ns % units[i].ns)
		i++;
	snprintf(buffer, DURATION_LEN, "%llu %s", (unsigned long long)(ns / units[i].ns),
		 units[i].name);
	return buffer;
}
