/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of the iommufd and vfio device interfaces that the stimulus uses.
 * Toolchains for Debian 12 carry headers of Linux 6.1, which has neither.
 */
#ifndef IOMMUFD_H
#define IOMMUFD_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define IOMMU_IOAS_ALLOC	      _IO(';', 0x81)
#define IOMMU_IOAS_MAP		      _IO(';', 0x85)
#define IOMMU_IOAS_UNMAP	      _IO(';', 0x86)
#define VFIO_DEVICE_BIND_IOMMUFD      _IO(';', 118)
#define VFIO_DEVICE_ATTACH_IOMMUFD_PT _IO(';', 119)
#define VFIO_DEVICE_DETACH_IOMMUFD_PT _IO(';', 120)

#define IOAS_MAP_FIXED_IOVA 1U
#define IOAS_MAP_WRITEABLE  2U
#define IOAS_MAP_READABLE   4U

struct ioas_alloc {
	__u32 size;
	__u32 flags;
	__u32 out_ioas_id;
};

struct ioas_map {
	__u32 size;
	__u32 flags;
	__u32 ioas_id;
	__u32 reserved;
	__u64 user_va;
	__u64 length;
	__u64 iova;
};

struct ioas_unmap {
	__u32 size;
	__u32 ioas_id;
	__u64 iova;
	__u64 length;
};

struct device_bind {
	__u32 argsz;
	__u32 flags;
	__s32 iommufd;
	__u32 out_devid;
};

struct device_attach {
	__u32 argsz;
	__u32 flags;
	__u32 pt_id;
};

struct device_detach {
	__u32 argsz;
	__u32 flags;
};

#endif
