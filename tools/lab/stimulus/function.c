// SPDX-License-Identifier: GPL-2.0
#include "function.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYS_PCI		 "/sys/bus/pci/devices"
#define VIRTIO_ENTROPY	 "0x1044"
#define CAPABILITY_ATS	 0x000f
#define ATS_CONTROL	 6
#define ATS_CONTROL_ON	 0x8000
#define CAPABILITIES_EXT 0x100

int functions_add(struct functions *functions, const char *name)
{
	for (size_t i = 0; i < functions->count; i++) {
		if (!strcmp(functions->name[i], name))
			return 0;
	}
	if (functions->count == FUNCTIONS_MAX || strlen(name) >= FUNCTION_NAME)
		return -1;
	memcpy(functions->name[functions->count++], name, strlen(name) + 1);
	return 0;
}

static int read_attribute(const char *name, const char *attribute, char *value, size_t size)
{
	char path[256];
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), SYS_PCI "/%s/%s", name, attribute);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	got = read(fd, value, size - 1);
	close(fd);
	if (got < 0)
		return -1;
	value[got] = 0;
	value[strcspn(value, "\n")] = 0;
	return 0;
}

static int write_file(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -1;
	err = write(fd, value, strlen(value)) < 0 ? -1 : 0;
	close(fd);
	return err;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int add_from(struct functions *functions, const char *directory,
		    bool (*wanted)(const char *name))
{
	DIR *dir = opendir(directory);
	const struct dirent *entry;
	int err = dir ? 0 : -1;

	while (!err && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.' && wanted(entry->d_name))
			err = functions_add(functions, entry->d_name);
	}
	if (dir)
		closedir(dir);
	qsort(functions->name, functions->count, FUNCTION_NAME, by_name);
	return err;
}

static bool is_entropy(const char *name)
{
	char device[16];

	return !read_attribute(name, "device", device, sizeof(device)) &&
	       !strcmp(device, VIRTIO_ENTROPY);
}

static bool is_endpoint(const char *name)
{
	char class[16];

	return !read_attribute(name, "class", class, sizeof(class)) &&
	       strncmp(class, "0x0604", 6) != 0;
}

int functions_find_all(struct functions *functions)
{
	return add_from(functions, SYS_PCI, is_entropy);
}

int functions_of_group(struct functions *functions, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), SYS_PCI "/%s/iommu_group/devices", name);
	return add_from(functions, path, is_endpoint);
}

/* What the link `link` of the function points at, without its path; "" if there is none. */
static void linked(const char *name, const char *link, char *to, size_t size)
{
	char path[128], target[256];
	ssize_t length;

	snprintf(path, sizeof(path), SYS_PCI "/%s/%s", name, link);
	length = readlink(path, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = 0;
	snprintf(to, size, "%s", length > 0 ? strrchr(target, '/') + 1 : "");
}

void function_smmu(const char *name, char *smmu, size_t size)
{
	linked(name, "iommu", smmu, size);
}

int function_to_vfio(const char *name)
{
	char driver[64], path[128];

	linked(name, "driver", driver, sizeof(driver));
	if (!strcmp(driver, "vfio-pci"))
		return 0;
	snprintf(path, sizeof(path), SYS_PCI "/%s/driver_override", name);
	if (write_file(path, "vfio-pci"))
		goto fail;
	snprintf(path, sizeof(path), SYS_PCI "/%s/driver/unbind", name);
	if (driver[0] && write_file(path, name))
		goto fail;
	if (write_file("/sys/bus/pci/drivers_probe", name))
		goto fail;
	linked(name, "driver", driver, sizeof(driver));
	if (!strcmp(driver, "vfio-pci"))
		return 0;
	errno = ENODEV;
fail:
	fprintf(stderr, "stimulus: %s cannot be given to vfio-pci: %s\n", name, strerror(errno));
	return -1;
}

void function_allow_reset(const char *name, bool allow)
{
	char path[128];

	snprintf(path, sizeof(path), SYS_PCI "/%s/reset_method", name);
	if (!access(path, W_OK) && write_file(path, allow ? "default" : "\n"))
		fprintf(stderr, "stimulus: %s: %s\n", path, strerror(errno));
}

static unsigned int config16(const unsigned char *config, size_t at)
{
	return config[at] | (unsigned int)config[at + 1] << 8;
}

bool function_ats_enabled(const char *name)
{
	unsigned char config[4096];
	size_t at = CAPABILITIES_EXT;
	char path[128];
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), SYS_PCI "/%s/config", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, config, sizeof(config));
	close(fd);
	/* Each capability: 16 bits of ID, version, and 12 bits of where the next one is. */
	while (at >= CAPABILITIES_EXT && (ssize_t)at + 8 <= got) {
		if (config16(config, at) == CAPABILITY_ATS)
			return config16(config, at + ATS_CONTROL) & ATS_CONTROL_ON;
		at = config16(config, at + 2) >> 4;
	}
	return false;
}
