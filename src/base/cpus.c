// SPDX-License-Identifier: GPL-2.0
#include "base/cpus.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* Reads a number. The rest of the text, or NULL. */
static const char *number(const char *text, unsigned long *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return NULL;
	*value = strtoul(text, &end, 10);
	return *value < CPUS_MAX ? end : NULL;
}

int cpus_parse(const char *list, __u32 *numbers, size_t max)
{
	unsigned long first = 0, last, next = 0;
	size_t count = 0;

	while (*list && *list != '\n') {
		list = number(list, &first);
		last = first;
		if (list && *list == '-')
			list = number(list + 1, &last);
		if (!list || last < first || first < next)
			return -EINVAL;
		for (next = first; next <= last; next++, count++) {
			if (count < max)
				numbers[count] = (__u32)next;
		}
		if (*list == ',')
			list++;
		else if (*list && *list != '\n')
			return -EINVAL;
	}
	return count ? (int)count : -EINVAL;
}

int cpus_possible(const char *root, __u32 *numbers, size_t max)
{
	char path[PATH_MAX], list[4096];
	FILE *file;
	int count;

	snprintf(path, sizeof(path), "%s/sys/devices/system/cpu/possible", root);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	count = fgets(list, sizeof(list), file) ? cpus_parse(list, numbers, max) : -EINVAL;
	fclose(file);
	return count;
}
