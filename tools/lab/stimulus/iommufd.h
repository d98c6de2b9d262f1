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
#define IOMMU_HWPT_ALLOC	      _IO(';', 0x89)
#define VFIO_DEVICE_BIND_IOMMUFD      _IO(';', 118)
#define VFIO_DEVICE_ATTACH_IOMMUFD_PT _IO(';', 119)
#define VFIO_DEVICE_DETACH_IOMMUFD_PT _IO(';', 120)

#define IOAS_MAP_FIXED_IOVA 1U
#define IOAS_MAP_WRITEABLE  2U
#define IOAS_MAP_READABLE   4U

/* From Linux 6.15 on. */
#define HWPT_ALLOC_PASID    8U
#define DEVICE_ATTACH_PASID 1U
#define DEVICE_DETACH_PASID 1U

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

struct hwpt_alloc {
	__u32 size;
	__u32 flags;
	__u32 dev_id;
	__u32 pt_id;
	__u32 out_hwpt_id;
	__u32 reserved;
	__u32 data_type;
	__u32 data_len;
	__u64 data_uptr;
	__u32 fault_id;
	__u32 reserved2;
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
	__u32 pasid;
};

struct device_detach {
	__u32 argsz;
	__u32 flags;
	__u32 pasid;
};

#endif
