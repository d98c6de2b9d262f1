// SPDX-License-Identifier: GPL-2.0
#include "container.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
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

int container_create(void)
{
	int fd = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return fail("neither this nor /dev/iommu", "/dev/vfio/vfio");
	if (ioctl(fd, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU) == 1)
		return fd;
	close(fd);
	errno = ENODEV;
	return fail("vfio_iommu_type1 is not loaded", "/dev/vfio/vfio");
}

/* /dev/vfio/N, N from sysfs. */
static int open_group(const char *name)
{
	char path[320], target[256];
	ssize_t length;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group", name);
	length = readlink(path, target, sizeof(target) - 1);
	if (length <= 0)
		return -1;
	target[length] = 0;
	snprintf(path, sizeof(path), "/dev/vfio%s", strrchr(target, '/'));
	return open(path, O_RDWR | O_CLOEXEC);
}

/* The container has an IOMMU from its first group on, and keeps it as long as it has one. */
static int join(int container, int group)
{
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container))
		return fail("the group does not join the container", "vfio");
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) && errno != EINVAL)
		return fail("no IOMMU for the container", "vfio");
	return 0;
}

int container_join(int container, const char *name)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};
	int fd = open_group(name);

	if (fd < 0)
		return fail("no vfio group", name);
	if (ioctl(fd, VFIO_GROUP_GET_STATUS, &status) ||
	    !(status.flags & VFIO_GROUP_FLAGS_VIABLE)) {
		errno = EBUSY;
		fail("a function of its group has another driver", name);
	} else if (!join(container, fd)) {
		return fd;
	}
	close(fd);
	return -1;
}

int container_join_again(int container, const int *groups, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (ioctl(groups[i], VFIO_GROUP_UNSET_CONTAINER))
			return fail("the group does not leave the container", "vfio");
	}
	for (size_t i = 0; i < count; i++) {
		if (join(container, groups[i]))
			return -1;
	}
	return 0;
}

int container_map_unmap(int container, void *page, size_t size, __u64 iova)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)page,
		.iova = iova,
		.size = size,
	};
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = iova,
		.size = size,
	};

	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &map))
		return fail("map", "vfio container");
	if (ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap) || unmap.size != size)
		return fail("unmap", "vfio container");
	return 0;
}
