// SPDX-License-Identifier: GPL-2.0
#include "device/domain.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define IDENTITY "identity"
#define LAZY	 "DMA-FQ"

void domain_type(const char *root, const char *name, char type[DOMAIN_TYPE_LEN])
{
	char path[PATH_MAX];
	FILE *file;

	type[0] = 0;
	snprintf(path, sizeof(path), "%s/sys/bus/pci/devices/%s/iommu_group/type", root, name);
	file = fopen(path, "re");
	if (!file)
		return;
	if (!fgets(type, DOMAIN_TYPE_LEN, file))
		type[0] = 0;
	type[strcspn(type, "\n")] = 0;
	fclose(file);
}

bool domain_idle(const struct device *device)
{
	return !strcmp(device->domain, IDENTITY) && !device->ats_enabled;
}

bool domain_lazy(const struct device *device)
{
	return !strcmp(device->domain, LAZY);
}
