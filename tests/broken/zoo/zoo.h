/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A zoo of drivers: one module, and the driver that it is to be is chosen at run time by
 * /sys/module/arm_smmu_v3/parameters/zoo. The names are those of tests/broken/drivers.
 */
#ifndef ZOO_H
#define ZOO_H

#include "zoo-names.h"

#define ZOO_NAME_(name) ZOO_##name,
enum zoo_driver { ZOO_none, ZOO_DRIVERS(ZOO_NAME_) ZOO_COUNT };
#undef ZOO_NAME_

extern int zoo_driver;

/* Is this the driver called so? */
#define zoo(name) unlikely(READ_ONCE(zoo_driver) == ZOO_##name)

struct arm_smmu_atc_owners;
struct arm_smmu_queue_poll;

/* Of arm-smmu-v3-atc.c, which keeps them to itself but for this */
void arm_smmu_atc_fence(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int err,
			const struct arm_smmu_atc_owners *owners);

/* Which lists the injection point is asked about; whether ATC_INV go to the second queue. */
bool zoo_gate_open(const u64 *cmds, int n);
bool zoo_second_queue(void);

/* Lists, in the order in which they are called for one that fails. */
int zoo_batch_max(void);
/* The driver's own; arm_smmu_cmdq_issue_cmdlist() is around it. */
int zoo_issue_cmdlist(struct arm_smmu_device *smmu, struct arm_smmu_cmdq *cmdq, u64 *cmds, int n,
		      bool sync);
bool zoo_issue(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int *ret);
bool zoo_looks(struct arm_smmu_queue_poll *qp);
void zoo_handler(struct arm_smmu_device *smmu);
int zoo_list_done(const u64 *cmds, int n, int ret);
void zoo_failed(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int err);
bool zoo_isolate(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int *err,
		 const struct arm_smmu_atc_owners *owners);
bool zoo_fence_later(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int err,
		     const struct arm_smmu_atc_owners *owners, size_t size);
void zoo_before_fence(struct arm_smmu_master *master);
bool zoo_fence(struct arm_smmu_master *master, u32 sid, bool *ret);
bool zoo_sync_stes(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int n, int *ret);
void zoo_fenced(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int n,
		const struct arm_smmu_atc_owners *owners);
int zoo_recovered(struct arm_smmu_cmdq_batch *cmds, int err);

/* Invalidations */
bool zoo_off_ats(struct arm_smmu_master *master);
bool zoo_skips(struct arm_smmu_domain *domain, struct arm_smmu_master *master);
int zoo_domain_done(int first, int last);
int zoo_master_done(int ret);
size_t zoo_unmapped(size_t size);

/* Attach and reset */
void zoo_attached(struct arm_smmu_master *master);
void zoo_detaches(struct arm_smmu_master *master);
void zoo_refuses_ats(struct arm_smmu_master *master);
void zoo_reset_prepare(struct arm_smmu_master *master);
void zoo_reset_worked(struct arm_smmu_master *master);
void zoo_reset_done(struct arm_smmu_master *master);

#endif
