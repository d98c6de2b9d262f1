// SPDX-License-Identifier: GPL-2.0
#include "device/gerror_irq.h"

#include "smmu_inject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAY(reason, ...) snprintf(reason, GERROR_IRQ_REASON_LEN, __VA_ARGS__)

/* The driver's names for it: as an interrupt of its own, and as the one for everything. */
static const char *const names[] = {"arm-smmu-v3-gerror", "arm-smmu-v3-combined-irq"};

static int named(const char *line)
{
	const char *name = strrchr(line, ' ');

	if (!name)
		return 0;
	name++;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		if (!strncmp(name, names[i], length) && strchr("\n", name[length]))
			return 1;
	}
	return 0;
}

/* The number of the only interrupt with one of these names, or 0 and a reason. */
static unsigned int find_number(const char *root, char *reason)
{
	unsigned int number = 0, candidate, count = 0;
	char path[256], *line = NULL;
	size_t room = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/proc/interrupts", root);
	file = fopen(path, "re");
	if (!file) {
		SAY(reason, "/proc/interrupts cannot be read");
		return 0;
	}
	/* not fgets(): a line has a column for each CPU */
	while (getline(&line, &room, file) > 0) {
		if (!named(line) || sscanf(line, "%u:", &candidate) != 1)
			continue;
		number = candidate;
		count++;
	}
	free(line);
	fclose(file);
	if (count == 1)
		return number;
	if (count)
		SAY(reason, "%u interrupts are called %s, and which one is its own is not known",
		    count, names[0]);
	else
		SAY(reason, "no interrupt is called %s", names[0]);
	return 0;
}

/* The first line of the file, without its end. 0 if there is none. */
static int read_line(const char *root, unsigned int number, const char *name, char *text, int size)
{
	char path[256];
	FILE *file;
	int got;

	snprintf(path, sizeof(path), "%s/proc/irq/%u/%s", root, number, name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	got = fgets(text, size, file) != NULL;
	fclose(file);
	if (got)
		text[strcspn(text, "\n")] = '\0';
	return got && text[0];
}

__u32 gerror_irq_cpu(const char *root, unsigned int number, char reason[GERROR_IRQ_REASON_LEN])
{
	char list[64];
	size_t digits;

	reason[0] = '\0';
	if (!number)
		number = find_number(root, reason);
	if (!number)
		return SMMU_CPU_NONE;
	/* the first says where it goes, the second where it may go */
	if (!read_line(root, number, "effective_affinity_list", list, sizeof(list)) &&
	    !read_line(root, number, "smp_affinity_list", list, sizeof(list))) {
		SAY(reason, "/proc/irq/%u does not tell its CPU", number);
		return SMMU_CPU_NONE;
	}
	digits = strspn(list, "0123456789");
	if (!digits || list[digits] || digits > 5) {
		SAY(reason, "interrupt %u may go to any of the CPUs %s", number, list);
		return SMMU_CPU_NONE;
	}
	return (__u32)strtoul(list, NULL, 10);
}
