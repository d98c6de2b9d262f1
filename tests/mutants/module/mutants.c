// SPDX-License-Identifier: GPL-2.0
/*
 * Which mutant the driver is, and a witness of what it did: what the SMMU and the functions are
 * like, read from their registers and from memory by the architecture (Arm IHI 0070, PCIe 10.5),
 * without the driver's functions or its notes.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pci-ats.h>

#include "arm-smmu-v3.h"

int mutant;
EXPORT_SYMBOL_GPL(mutant);
u8 mutants_passed[MUTANTS_MAX];
EXPORT_SYMBOL_GPL(mutants_passed);

module_param(mutant, int, 0644);

/* The clock of events, so that a test can tell which belong to which mutant. */
static int get_now(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%llu\n", ktime_get_mono_fast_ns());
}

static const struct kernel_param_ops now_ops = {.get = get_now};
module_param_cb(now, &now_ops, NULL, 0444);

/* The numbers of the places passed, as ranges; forgotten by a write. */
static int get_passed(char *text, const struct kernel_param *param)
{
	int at = 0, first, n;

	for (n = 1; n < MUTANTS_MAX; n++) {
		if (!mutants_passed[n])
			continue;
		for (first = n; n + 1 < MUTANTS_MAX && mutants_passed[n + 1]; n++)
			;
		at += sysfs_emit_at(text, at, "%d-%d ", first, n);
	}
	return at + sysfs_emit_at(text, at, "\n");
}

static int set_passed(const char *text, const struct kernel_param *param)
{
	memset(mutants_passed, 0, sizeof(mutants_passed));
	return 0;
}

static const struct kernel_param_ops passed_ops = {.set = set_passed, .get = get_passed};
module_param_cb(passed, &passed_ops, NULL, 0644);

/* ---- the witness ---- */

#define SMMU_BASE  0x9050000
#define SMMU_SIZE  0x20000
#define REG_GERROR 0x60
#define REG_STRTAB 0x80
#define REG_FORMAT 0x88
#define REG_CMDQ   0x90
#define REG_PROD   0x98
#define REG_CONS   0x9c

#define SILENCE 0xfe0 /* the emulator's capability, tools/emulator/README.md */
#define SIDS	0xa00
/* Buses, those of the functions that are served */
#define LOOKED_AT (BIT(1) | BIT(2) | BIT(4) | BIT(5) | BIT(9))

static void __iomem *smmu_regs;
static u32 last_prod;
/* Of the commands since the last look: ATC_INVs by StreamID, those behind the STE's last CFGI. */
static u16 sent[SIDS], sent_after[SIDS];
static u8 told[SIDS];
static int unsynced;
/* Invalidations that returned an error. */
static atomic_t errors;

static const u64 *ste_of(u32 sid)
{
	u64 base = readq_relaxed(smmu_regs + REG_STRTAB) & GENMASK_ULL(51, 6);
	u32 format = readl_relaxed(smmu_regs + REG_FORMAT);
	u32 split = format >> 6 & 0x1f;
	u64 l1;

	if ((format >> 16 & 3) == 0)
		return phys_to_virt(base + sid * 64ULL);
	l1 = ((u64 *)phys_to_virt(base))[sid >> split];
	if (!(l1 & 0x1f))
		return NULL;
	return phys_to_virt((l1 & GENMASK_ULL(51, 6)) + (sid & (BIT(split) - 1)) * 64ULL);
}

/* EATS; 8: the STE bypasses or aborts, or is not valid */
static int eats_of(u32 sid)
{
	const u64 *ste = ste_of(sid);

	if (!ste || !(ste[0] & 1) || (ste[0] >> 1 & 7) < 5)
		return 8;
	return ste[1] >> 28 & 3;
}

/* An ATC_INV is followed by one more, or by a CMD_SYNC: nothing else may come in between. */
static void look_at_queue(void)
{
	u64 reg = readq_relaxed(smmu_regs + REG_CMDQ);
	u32 size = reg & 0x1f, prod = readl_relaxed(smmu_regs + REG_PROD);
	const u64 *queue = phys_to_virt(reg & GENMASK_ULL(51, 5));
	bool open = false;
	int i;

	memset(sent, 0, sizeof(sent));
	memset(sent_after, 0, sizeof(sent_after));
	memset(told, 0, sizeof(told));
	unsynced = 0;
	for (; last_prod != prod; last_prod = (last_prod + 1) & (BIT(size + 1) - 1)) {
		const u64 *cmd = queue + (last_prod & (BIT(size) - 1)) * 2;
		u32 op = cmd[0] & 0xff, sid = cmd[0] >> 32;

		unsynced += open && op != CMDQ_OP_ATC_INV && op != CMDQ_OP_CMD_SYNC;
		open = op == CMDQ_OP_ATC_INV;
		switch (op) {
		case CMDQ_OP_ATC_INV:
			if (sid >= SIDS)
				break;
			sent[sid]++;
			sent_after[sid]++;
			break;
		case CMDQ_OP_CFGI_STE:
			if (sid < SIDS)
				told[sid] = 1;
			break;
		case CMDQ_OP_CFGI_ALL:
			memset(told, 1, sizeof(told));
			break;
		case CMDQ_OP_CMD_SYNC:
			for (i = 0; i < SIDS; i++) {
				if (told[i] != 1)
					continue;
				told[i] = 2;
				sent_after[i] = 0;
			}
			break;
		}
	}
	unsynced += open;
}

static int look_at_function(struct pci_dev *pdev, char *text, int at)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(&pdev->dev);
	u32 header = 0, answered = 0, unanswered = 0;
	u16 control = 0;
	u32 sid;

	if (!pdev->ats_cap || !fwspec || !fwspec->num_ids || fwspec->ids[0] >= SIDS)
		return at;
	pci_read_config_dword(pdev, SILENCE, &header);
	if ((header & 0xffff) != PCI_EXT_CAP_ID_VNDR)
		return at;
	sid = fwspec->ids[0];
	pci_read_config_word(pdev, pdev->ats_cap + PCI_ATS_CTRL, &control);
	pci_read_config_dword(pdev, SILENCE + 0x18, &answered);
	pci_read_config_dword(pdev, SILENCE + 0x1c, &unanswered);
	return at + sysfs_emit_at(text, at, "%x %d %d %u %u %u %u %u\n", sid,
				  !!(control & PCI_ATS_CTRL_ENABLE), eats_of(sid), answered,
				  unanswered, sent[sid], sent_after[sid], told[sid] == 2);
}

/*
 * SID, ATS on, EATS, answered and not, in the whole; since the last look: ATC_INV sent, those
 * behind the last CFGI, and whether there was a confirmed one. The last line: a GERROR is active,
 * the queue holds commands, ATC_INVs without a CMD_SYNC, invalidations that failed.
 */
static int get_look(char *text, const struct kernel_param *param)
{
	struct pci_dev *pdev = NULL;
	u32 gerror;
	int at = 0;

	look_at_queue();
	for_each_pci_dev(pdev) if (BIT(pdev->bus->number) & LOOKED_AT)
		at = look_at_function(pdev, text, at);
	gerror = readl_relaxed(smmu_regs + REG_GERROR) ^ readl_relaxed(smmu_regs + REG_GERROR + 4);
	at += sysfs_emit_at(text, at, "queue %d %d %d %d\n", gerror & 1,
			    (readl_relaxed(smmu_regs + REG_CONS) & 0xffffff) !=
				    readl_relaxed(smmu_regs + REG_PROD),
			    unsynced, atomic_xchg(&errors, 0));
	return at;
}

static int returned(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	if ((int)regs_return_value(regs))
		atomic_inc(&errors);
	return 0;
}

static struct kretprobe invalidations[] = {
	{.handler = returned, .maxactive = 64, .kp.symbol_name = "arm_smmu_atc_inv_domain"},
	{.handler = returned, .maxactive = 64, .kp.symbol_name = "arm_smmu_atc_inv_master"},
};

/* A write begins it. */
static int set_look(const char *text, const struct kernel_param *param)
{
	int i, ret;

	smmu_regs = ioremap(SMMU_BASE, SMMU_SIZE);
	if (!smmu_regs)
		return -ENOMEM;
	last_prod = readl_relaxed(smmu_regs + REG_PROD);
	for (i = 0; i < ARRAY_SIZE(invalidations); i++) {
		ret = register_kretprobe(&invalidations[i]);
		if (ret)
			return ret;
	}
	return 0;
}

static const struct kernel_param_ops look_ops = {.set = set_look, .get = get_look};
module_param_cb(look, &look_ops, NULL, 0644);

/* ---- between two mutants ---- */

/* What no reset of a device puts right. Nobody invalidates meanwhile. */
static int set_mend(const char *text, const struct kernel_param *param)
{
	struct arm_smmu_device *smmu = NULL;
	struct pci_dev *pdev = NULL;
	struct arm_smmu_cmdq *cmdq;

	for_each_pci_dev(pdev)
	{
		struct arm_smmu_master *master = pdev->dev.iommu ? dev_iommu_priv_get(&pdev->dev)
								 : NULL;

		if (master)
			smmu = master->smmu;
	}
	if (!smmu)
		return -ENODEV;
	cmdq = &smmu->cmdq;
	atomic_set(&smmu->fencing, 0);
	spin_lock_init(&smmu->recovery_lock);
	bitmap_zero(cmdq->atc_sync_timeouts, 1 << cmdq->q.llq.max_n_shift);
	memset(cmdq->gave_up, 0, cmdq->nr_gave_up * sizeof(*cmdq->gave_up));
	cmdq->stood_at = 0;
	smmu->watched_at = 0;
	smmu->gerror_polled = false;
	return 0;
}

static const struct kernel_param_ops mend_ops = {.set = set_mend};
module_param_cb(mend, &mend_ops, NULL, 0200);
