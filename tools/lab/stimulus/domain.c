// SPDX-License-Identifier: GPL-2.0
#include "domain.h"

#include "container.h"
#include "iommufd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int fail(const char *what, const char *name)
{
	fprintf(stderr, "stimulus: %s: %s: %s\n", name, what, strerror(errno));
	return -1;
}

int domain_create(struct domain *domain, int iommufd, __u32 pasid)
{
	struct ioas_alloc alloc = {.size = sizeof(alloc)};

	memset(domain, 0, sizeof(*domain));
	domain->iommufd = iommufd;
	domain->pasid = pasid;
	if (iommufd < 0 && pasid) {
		errno = ENODEV;
		return fail("PASIDs need it", "/dev/iommu");
	}
	if (iommufd < 0) {
		domain->container = container_create();
		return domain->container < 0 ? -1 : 0;
	}
	if (ioctl(iommufd, IOMMU_IOAS_ALLOC, &alloc))
		return fail("no address space", "/dev/iommu");
	domain->ioas = alloc.out_ioas_id;
	return 0;
}

/* /dev/vfio/devices/vfioN, N from sysfs. */
static int open_device(const char *name)
{
	char path[300];
	const struct dirent *entry;
	DIR *dir;
	int fd = -1;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/vfio-dev", name);
	dir = opendir(path);
	if (!dir)
		return -1;
	while (fd < 0 && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "vfio", 4))
			continue;
		snprintf(path, sizeof(path), "/dev/vfio/devices/%.200s", entry->d_name);
		fd = open(path, O_RDWR | O_CLOEXEC);
	}
	closedir(dir);
	return fd;
}

/* A PASID cannot be attached to an address space: its page table has to be made for PASIDs. */
static int make_page_table(struct domain *domain, __u32 bound)
{
	struct hwpt_alloc alloc = {
		.size = sizeof(alloc),
		.flags = HWPT_ALLOC_PASID,
		.dev_id = bound,
		.pt_id = domain->ioas,
	};

	if (ioctl(domain->iommufd, IOMMU_HWPT_ALLOC, &alloc))
		return fail("no page table for a PASID", "/dev/iommu");
	domain->hwpt = alloc.out_hwpt_id;
	return 0;
}

static int attach(struct domain *domain, size_t member)
{
	struct device_attach attach = {.argsz = sizeof(attach), .pt_id = domain->ioas};

	if (domain->pasid && !domain->hwpt && make_page_table(domain, domain->bound[member]))
		return -1;
	if (domain->pasid) {
		attach.flags = DEVICE_ATTACH_PASID;
		attach.pt_id = domain->hwpt;
		attach.pasid = domain->pasid;
	}
	if (ioctl(domain->member[member], VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach))
		return fail(domain->pasid ? "attach by PASID" : "attach", "vfio");
	return 0;
}

int domain_attach_those_of(struct domain *domain, const struct domain *other)
{
	int err = 0;

	domain->attached = other->attached;
	for (size_t i = 0; !err && i < other->member_count; i++) {
		domain->member[i] = other->member[i];
		domain->bound[i] = other->bound[i];
		domain->member_count++;
		err = attach(domain, i);
	}
	return err;
}

int domain_attach_again(struct domain *domain)
{
	struct device_detach detach = {
		.argsz = sizeof(detach),
		.flags = domain->pasid ? DEVICE_DETACH_PASID : 0,
		.pasid = domain->pasid,
	};

	if (domain->iommufd < 0)
		return container_join_again(domain->container, domain->member,
					    domain->member_count);
	for (size_t i = 0; i < domain->member_count; i++) {
		if (ioctl(domain->member[i], VFIO_DEVICE_DETACH_IOMMUFD_PT, &detach))
			return fail("detach", "vfio");
		if (attach(domain, i))
			return -1;
	}
	return 0;
}

static int attach_device(struct domain *domain, const char *name)
{
	struct device_bind bind = {.argsz = sizeof(bind), .iommufd = domain->iommufd};
	int fd = open_device(name), err;

	if (fd < 0)
		return fail("no vfio device", name);
	/* It stays open: closing it would detach. */
	function_allow_reset(name, false);
	err = ioctl(fd, VFIO_DEVICE_BIND_IOMMUFD, &bind);
	function_allow_reset(name, true);
	if (err)
		return fail("bind to iommufd", name);
	domain->bound[domain->member_count] = bind.out_devid;
	domain->member[domain->member_count++] = fd;
	return attach(domain, domain->member_count - 1);
}

static int attach_group(struct domain *domain, const char *name)
{
	int fd = container_join(domain->container, name);

	if (fd < 0)
		return -1;
	domain->member[domain->member_count++] = fd;
	return 0;
}

static bool has(const struct functions *functions, const char *name)
{
	for (size_t i = 0; i < functions->count; i++) {
		if (!strcmp(functions->name[i], name))
			return true;
	}
	return false;
}

int domain_attach(struct domain *domain, const char *name)
{
	struct functions group = {};

	if (domain->iommufd < 0 && has(&domain->attached, name))
		return 0; /* its group has joined */
	/* The group has one owner: no function of it may keep another driver. */
	if (functions_of_group(&group, name))
		return fail("no iommu group", name);
	for (size_t i = 0; i < group.count; i++) {
		if (function_to_vfio(group.name[i]) ||
		    functions_add(&domain->attached, group.name[i]))
			return -1;
	}
	return domain->iommufd < 0 ? attach_group(domain, name) : attach_device(domain, name);
}

void domain_ats_functions(const struct domain *domain, struct ats_functions *ats)
{
	char smmus[SMMUS_MAX][64], smmu[64];
	size_t at;

	memset(ats, 0, sizeof(*ats));
	for (size_t i = 0; i < domain->attached.count; i++) {
		function_smmu(domain->attached.name[i], smmu, sizeof(smmu));
		for (at = 0; at < ats->smmus && strcmp(smmus[at], smmu) != 0; at++)
			;
		if (at == SMMUS_MAX)
			continue;
		if (at == ats->smmus)
			memcpy(smmus[ats->smmus++], smmu, sizeof(smmu));
		ats->behind[at] += function_ats_enabled(domain->attached.name[i]);
	}
}

int domain_invalidate(const struct domain *domain, void *page, size_t size, __u64 iova)
{
	struct ioas_map map = {
		.size = sizeof(map),
		.flags = IOAS_MAP_FIXED_IOVA | IOAS_MAP_READABLE | IOAS_MAP_WRITEABLE,
		.ioas_id = domain->ioas,
		.user_va = (uintptr_t)page,
		.length = size,
		.iova = iova,
	};
	struct ioas_unmap unmap = {
		.size = sizeof(unmap),
		.ioas_id = domain->ioas,
		.iova = iova,
		.length = size,
	};

	if (domain->iommufd < 0)
		return container_map_unmap(domain->container, page, size, iova);
	if (ioctl(domain->iommufd, IOMMU_IOAS_MAP, &map))
		return fail("map", "iommufd");
	if (ioctl(domain->iommufd, IOMMU_IOAS_UNMAP, &unmap))
		return fail("unmap", "iommufd");
	return 0;
}
