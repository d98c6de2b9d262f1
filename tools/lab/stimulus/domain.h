/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An address space with functions attached to it: one IOMMU domain for each SMMU that they are
 * behind, in which pages can be mapped and unmapped. Uses iommufd, or VFIO's own container if the
 * kernel has no iommufd.
 */
#ifndef DOMAIN_H
#define DOMAIN_H

#include "function.h"
#include <linux/types.h>

#define SMMUS_MAX 8

/* Attached functions with ATS on, for each SMMU that a function is behind. */
struct ats_functions {
	unsigned int behind[SMMUS_MAX];
	size_t smmus;
};

struct domain {
	int iommufd; /* -1: container */
	__u32 ioas;
	__u32 pasid; /* whose address space it is; 0: of requests without one */
	__u32 hwpt;  /* page table for the PASID, made with the first function */
	int container;
	struct functions attached;  /* all functions of the iommu groups */
	int member[FUNCTIONS_MAX];  /* of the devices that were named; container: of their groups */
	__u32 bound[FUNCTIONS_MAX]; /* what iommufd calls them; not of a container */
	size_t member_count;
};

/* iommufd: of open("/dev/iommu"), -1 for a container, which has no PASIDs. 0 or -1, the error is
 * printed. */
int domain_create(struct domain *domain, int iommufd, __u32 pasid);
/* Attaches the function, and so all of its iommu group. 0 or -1. */
int domain_attach(struct domain *domain, const char *name);
/* Attaches the functions of the other domain, by this one's PASID. 0 or -1. */
int domain_attach_those_of(struct domain *domain, const struct domain *other);
/* Detaches the functions that were named (of a container: the groups), and attaches them
 * again. 0 or -1. */
int domain_attach_again(struct domain *domain);
/* Each unmap is a list of TLBI for each SMMU, and an ATC_INV for each function with ATS on. */
void domain_ats_functions(const struct domain *domain, struct ats_functions *ats);
/* Maps the page at `page` to `iova` and unmaps it again: one invalidation. 0 or -1. */
int domain_invalidate(const struct domain *domain, void *page, size_t size, __u64 iova);

#endif
