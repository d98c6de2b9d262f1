// SPDX-License-Identifier: GPL-2.0
/*
 * What the drivers of the zoo do otherwise than the one that they are made of. For tests only.
 * tests/broken/drivers says of each what it does and which rules that breaks.
 *
 * A new driver is a row there, and its name (with _ for -) in one or more of the switches here. It
 * may leave only what mend() puts right: the next driver finds the same devices.
 */
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pci-ats.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "arm-smmu-v3.h"

#define OP_TLBI_NSNH_ALL 0x30
#define SIDS		 0x1000
/* The device that falls silent in the story of that name. */
#define SILENT 0x200

int zoo_driver;

static const char *const names[] = {"none",
#define NAME(name) #name,
				    ZOO_DRIVERS(NAME)
#undef NAME
};

static bool second_queue;
module_param(second_queue, bool, 0644);

/* StreamIDs whose lists the injection point is asked about, and for how many; -1: for all. */
static unsigned int gate[4];
static int gates;
module_param_array(gate, uint, &gates, 0644);
static int gate_lists = -1;
module_param(gate_lists, int, 0644);

/* Who has attached, by StreamID. */
static struct arm_smmu_master *masters[SIDS];

/* What the driver that was chosen has done, to be undone when another one is. */
static struct {
	bool unmap_short;
	bool error_waits;
	bool has_fenced;
	atomic_t lists;
	unsigned int count;
	u32 forgotten;
	struct pci_dev *prepared;
	struct arm_smmu_ste saved;
	struct arm_smmu_master *aborted;
	struct arm_smmu_cmdq *hurt;   /* on which a device has failed */
	struct task_struct *resetter; /* a thread of the driver's own, or who is in a reset */
} state;

/* ---- parts ---- */

static u32 op_of(const u64 *cmd)
{
	return FIELD_GET(CMDQ_0_OP, cmd[0]);
}

static u32 sid_of(const u64 *cmd)
{
	return FIELD_GET(CMDQ_ATC_0_SID, cmd[0]);
}

static void cfgi(u64 *cmd, u32 sid)
{
	cmd[0] = FIELD_PREP(CMDQ_0_OP, CMDQ_OP_CFGI_STE) | FIELD_PREP(CMDQ_CFGI_0_SID, sid);
	cmd[1] = CMDQ_CFGI_1_LEAF;
}

/* CFGI_STE_RANGE: 2^(range + 1) STEs; CFGI_ALL is the one with a range of 31. */
static void cfgi_range(u64 *cmd, u32 sid, unsigned int range)
{
	cmd[0] = FIELD_PREP(CMDQ_0_OP, CMDQ_OP_CFGI_ALL) |
		 FIELD_PREP(CMDQ_CFGI_0_SID, sid & ~(u32)GENMASK_ULL(range, 0));
	cmd[1] = FIELD_PREP(CMDQ_CFGI_1_RANGE, range);
}

static void tlbi(u64 *cmd)
{
	cmd[0] = FIELD_PREP(CMDQ_0_OP, OP_TLBI_NSNH_ALL);
	cmd[1] = 0;
}

static int issue(struct arm_smmu_device *smmu, u64 *cmds, int n, bool sync)
{
	return arm_smmu_cmdq_issue_cmdlist(smmu, &smmu->cmdq, cmds, n, sync);
}

static int tell_ste(struct arm_smmu_master *master)
{
	u64 cmd[CMDQ_ENT_DWORDS];

	cfgi(cmd, master->streams[0].id);
	return issue(master->smmu, cmd, 1, true);
}

static struct arm_smmu_ste *ste_of(struct arm_smmu_master *master)
{
	return arm_smmu_get_step_for_sid(master->smmu, master->streams[0].id);
}

static void write_eats(struct arm_smmu_master *master, u64 eats)
{
	struct arm_smmu_ste *ste = ste_of(master);
	u64 val = le64_to_cpu(ste->data[1]) & ~STRTAB_STE_1_EATS;

	WRITE_ONCE(ste->data[1], cpu_to_le64(val | FIELD_PREP(STRTAB_STE_1_EATS, eats)));
	dma_wmb();
}

static void switch_off(struct arm_smmu_master *master)
{
	struct pci_dev *pdev = to_pci_dev(master->dev);

	if (pdev->ats_enabled)
		pci_disable_ats(pdev);
	wmb();
}

static void switch_on(struct arm_smmu_master *master)
{
	struct pci_dev *pdev = to_pci_dev(master->dev);

	if (!pdev->ats_enabled)
		pci_enable_ats(pdev, PAGE_SHIFT);
}

/* The whole of a fence, of a device that nobody asked for. */
static void fence_master(struct arm_smmu_master *master)
{
	unsigned long flags;

	if (!master)
		return;
	raw_spin_lock_irqsave(&master->ste_lock, flags);
	WRITE_ONCE(master->ats_broken, true);
	switch_off(master);
	write_eats(master, STRTAB_STE_1_EATS_ABT);
	tell_ste(master);
	raw_spin_unlock_irqrestore(&master->ste_lock, flags);
}

/* Everything that takes a fence away but the reset. */
static void lift(struct arm_smmu_master *master)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&master->ste_lock, flags);
	WRITE_ONCE(master->ats_broken, false);
	write_eats(master, STRTAB_STE_1_EATS_TRANS);
	tell_ste(master);
	switch_on(master);
	raw_spin_unlock_irqrestore(&master->ste_lock, flags);
}

static struct arm_smmu_master *master_of(u32 sid)
{
	return sid < SIDS ? masters[sid] : NULL;
}

/* ---- work for later ---- */

static struct {
	struct arm_smmu_device *smmu;
	struct arm_smmu_cmdq_batch cmds;
	unsigned long owners[4];
	struct arm_smmu_master *master;
	struct arm_smmu_master *other;
	struct pci_dev *pdev;
} later;

static void later_fence(struct work_struct *work)
{
	arm_smmu_atc_fence(later.smmu, &later.cmds, -EIO,
			   (const struct arm_smmu_atc_owners *)later.owners);
}

static void later_again(struct work_struct *work)
{
	struct pci_dev *pdev = to_pci_dev(later.master->dev);

	/* As if the first one had not been: ATS off, EATS off, told */
	pdev->ats_enabled = 1;
	fence_master(later.master);
}

static void later_other(struct work_struct *work)
{
	fence_master(later.other);
}

static void later_other_timer(struct timer_list *timer)
{
	fence_master(later.other);
}

static void later_ask_timer(struct timer_list *timer)
{
	u64 cmd[CMDQ_ENT_DWORDS];

	cmd[0] = FIELD_PREP(CMDQ_0_OP, CMDQ_OP_ATC_INV) | FIELD_PREP(CMDQ_ATC_0_SID, SILENT);
	cmd[1] = FIELD_PREP(CMDQ_ATC_1_SIZE, ATC_INV_SIZE_ALL);
	issue(master_of(SILENT)->smmu, cmd, 1, true);
}

static void later_ask(struct work_struct *work)
{
	/* The invalidation that fenced has returned by then */
	msleep(200);
	arm_smmu_atc_inv_master(master_of(SILENT), IOMMU_NO_PASID);
}

static void later_pair(struct work_struct *work)
{
	struct pci_dev *pdev = READ_ONCE(later.pdev);

	if (!pci_dev_reset_iommu_prepare(pdev))
		pci_dev_reset_iommu_done(pdev, 0);
}

static void later_done(struct work_struct *work)
{
	pci_dev_reset_iommu_done(READ_ONCE(later.pdev), 0);
}

static void later_nothing(struct work_struct *work)
{
}

static void later_lift(struct timer_list *timer)
{
	lift(later.master);
}

static void later_lift_now(struct work_struct *work)
{
	lift(later.master);
}

/* It gives ATS back until the device answers. */
static void later_insist(struct work_struct *work)
{
	struct arm_smmu_master *master = later.master;
	int i;

	for (i = 0; i < 3 && master->ats_broken && master->ste_ats_enabled; i++) {
		lift(master);
		arm_smmu_atc_inv_master(master, IOMMU_NO_PASID);
	}
}

/* Resets it, which asks it once more, until it answers. */
static void later_reset(struct work_struct *work)
{
	struct arm_smmu_master *master = later.master;
	int i, most = zoo(worker_resets_once) ? 1 : 20;

	for (i = 0; i < most && READ_ONCE(master->ats_broken) && READ_ONCE(zoo_driver); i++)
		pci_reset_function(to_pci_dev(master->dev));
}

/* Once: if the device is fenced again, so is this queued again. */
static void later_reset_once(struct work_struct *work)
{
	pci_reset_function(to_pci_dev(later.master->dev));
}

static int reset_thread(void *unused)
{
	while (!kthread_should_stop()) {
		struct arm_smmu_master *master = READ_ONCE(later.master);

		if (master && READ_ONCE(master->ats_broken))
			pci_reset_function(to_pci_dev(master->dev));
		msleep(20);
	}
	return 0;
}

static void timer_nothing(struct timer_list *timer)
{
}

static void irq_work_nothing(struct irq_work *work)
{
}

static void tasklet_nothing(struct tasklet_struct *tasklet)
{
}

static DECLARE_WORK(fence_work, later_fence);
static DECLARE_WORK(lift_work, later_lift_now);
static DECLARE_WORK(insist_work, later_insist);
static DECLARE_WORK(reset_work, later_reset);
static DECLARE_DELAYED_WORK(reset_delayed, later_reset_once);
static DECLARE_WORK(again_work, later_again);
static DECLARE_WORK(other_work, later_other);
static DECLARE_WORK(ask_work, later_ask);
static DECLARE_WORK(pair_work, later_pair);
static DECLARE_WORK(done_work, later_done);
static DECLARE_WORK(nothing_work, later_nothing);
static DECLARE_DELAYED_WORK(nothing_delayed, later_nothing);
static DEFINE_TIMER(lift_timer, later_lift);
static DEFINE_TIMER(other_timer, later_other_timer);
static DEFINE_TIMER(ask_timer, later_ask_timer);
static DEFINE_TIMER(nothing_timer, timer_nothing);
static DEFINE_IRQ_WORK(nothing_irq_work, irq_work_nothing);
static DECLARE_TASKLET(nothing_tasklet, tasklet_nothing);
static DECLARE_WAIT_QUEUE_HEAD(waiters);
static DEFINE_MUTEX(a_mutex);
static DECLARE_RWSEM(a_rwsem);
static DEFINE_SEMAPHORE(a_semaphore, 1);

/* ---- which one ---- */

static void restore_ste(struct arm_smmu_master *master)
{
	struct arm_smmu_ste *ste = ste_of(master);

	ste->data[1] = state.saved.data[1] & ~cpu_to_le64(STRTAB_STE_1_EATS);
	ste->data[2] = state.saved.data[2];
	ste->data[3] = state.saved.data[3];
	dma_wmb();
	WRITE_ONCE(ste->data[0], state.saved.data[0]);
	tell_ste(master);
}

/*
 * Back on ATS, and asked alone: so nobody is left who did not answer. The StreamIDs are those of
 * devices that are there: one that was removed has attached again.
 */
static void heal(struct arm_smmu_master *master)
{
	if (!master->ste_ats_enabled || !master->ats_enabled)
		return;
	if (master->ats_broken || !to_pci_dev(master->dev)->ats_enabled ||
	    FIELD_GET(STRTAB_STE_1_EATS, le64_to_cpu(ste_of(master)->data[1])) !=
		    STRTAB_STE_1_EATS_TRANS)
		lift(master);
	arm_smmu_atc_inv_master(master, IOMMU_NO_PASID);
}

/* Whatever the driver before has left. */
static void mend(void)
{
	int sid;

	timer_delete_sync(&lift_timer);
	timer_delete_sync(&other_timer);
	timer_delete_sync(&ask_timer);
	timer_delete_sync(&nothing_timer);
	flush_delayed_work(&nothing_delayed);
	flush_work(&lift_work);
	flush_work(&reset_work);
	flush_delayed_work(&reset_delayed);
	flush_work(&insist_work);
	flush_work(&fence_work);
	flush_work(&again_work);
	flush_work(&other_work);
	flush_work(&ask_work);
	flush_work(&pair_work);
	flush_work(&done_work);
	if (state.resetter)
		kthread_stop(state.resetter);
	if (state.prepared)
		pci_dev_reset_iommu_done(state.prepared, 0);
	if (state.aborted)
		restore_ste(state.aborted);
	memset(&state, 0, sizeof(state));
	for (sid = 0; sid < SIDS; sid++)
		if (masters[sid])
			heal(masters[sid]);
}

static int set_driver(const char *text, const struct kernel_param *param)
{
	int i;

	for (i = 0; i < ZOO_COUNT; i++)
		if (sysfs_streq(text, names[i]))
			break;
	if (i == ZOO_COUNT)
		return -EINVAL;
	WRITE_ONCE(zoo_driver, ZOO_none);
	gates = 0;
	gate_lists = -1;
	mend();
	later.master = NULL;
	if (i == ZOO_kthread_resets_always)
		state.resetter = kthread_run(reset_thread, NULL, "zoo");
	WRITE_ONCE(zoo_driver, i);
	return 0;
}

static int get_driver(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%s\n", names[zoo_driver]);
}

static const struct kernel_param_ops driver_ops = {.set = set_driver, .get = get_driver};
module_param_cb(zoo, &driver_ops, NULL, 0644);

/* The clock of events, so that a test can tell which belong to which driver. */
static int get_now(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%llu\n", ktime_get_mono_fast_ns());
}

static const struct kernel_param_ops now_ops = {.get = get_now};
module_param_cb(now, &now_ops, NULL, 0444);

static bool gate_is_open(void)
{
	int i;

	for (i = 0; i < gates; i++)
		if (gate[i])
			return true;
	return false;
}

bool zoo_gate_open(const u64 *cmds, int n)
{
	bool atc = false, wanted = false;
	int i, j;

	for (i = 0; i < n && !wanted; i++) {
		if (op_of(&cmds[i * CMDQ_ENT_DWORDS]) != CMDQ_OP_ATC_INV)
			continue;
		atc = true;
		for (j = 0; j < gates; j++)
			wanted |= sid_of(&cmds[i * CMDQ_ENT_DWORDS]) == gate[j];
	}
	/* At its CMD_SYNC there is what ATC_INV without one have left; at others an incident ends.
	 */
	if (!atc)
		return gate_is_open();
	if (!wanted || !gate_lists)
		return false;
	if (gate_lists > 0)
		gate_lists--;
	return true;
}

bool zoo_second_queue(void)
{
	return READ_ONCE(second_queue);
}

/* ---- lists ---- */

int zoo_batch_max(void)
{
	switch (READ_ONCE(zoo_driver)) {
	case ZOO_sync_last_only:
	case ZOO_first_error_lost:
	case ZOO_small_lists:
		return 7;
	default:
		return CMDQ_BATCH_ENTRIES;
	}
}

/* @first and the commands of the batch in one list. */
static int issue_behind(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds,
			const u64 *first, bool sync)
{
	u64 all[32 * CMDQ_ENT_DWORDS];
	int n = min(cmds->num, 31);

	memcpy(all, first, CMDQ_ENT_DWORDS * sizeof(u64));
	memcpy(all + CMDQ_ENT_DWORDS, cmds->cmds, n * CMDQ_ENT_DWORDS * sizeof(u64));
	return arm_smmu_cmdq_issue_cmdlist(smmu, cmds->cmdq, all, n + 1, sync);
}

/* Lists without a CMD_SYNC: time for those of others, which have one. */
static void issue_without(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds)
{
	arm_smmu_cmdq_issue_cmdlist(smmu, cmds->cmdq, cmds->cmds, cmds->num, false);
	udelay(500);
}

/*
 * Of two lists that have been put together one goes, and the other one when a device is fenced, and
 * the invalidation has returned that fenced it. If it had not been there before, its TLBI would
 * wait behind the silent device.
 */
static void issue_late(const struct arm_smmu_cmdq_batch *cmds)
{
	int ms, list = cmds->num == 1 ? 0 : atomic_inc_return(&state.lists);

	for (ms = 0; list == 1 && ms < 1000 && atomic_read(&state.lists) == 1; ms++)
		mdelay(1);
	if (list != 2)
		return;
	for (ms = 0; ms < 2000 && !READ_ONCE(state.has_fenced); ms++)
		mdelay(1);
	mdelay(200);
}

static DEFINE_RAW_SPINLOCK(apart_lock);

/* The list in two parts, the CMD_SYNC behind the second one: time for others to come in between. */
static int issue_apart(struct arm_smmu_device *smmu, struct arm_smmu_cmdq *cmdq, u64 *cmds, int n,
		       int first)
{
	zoo_issue_cmdlist(smmu, cmdq, cmds, first, false);
	/* The secondary queue, in memory, is much faster: some lists of others, and not hundreds */
	udelay(cmdq == &smmu->cmdq ? 3000 : 500);
	return zoo_issue_cmdlist(smmu, cmdq, cmds + first * CMDQ_ENT_DWORDS, n - first, true);
}

static int issue_locked(struct arm_smmu_device *smmu, struct arm_smmu_cmdq *cmdq, u64 *cmds, int n,
			bool sync)
{
	unsigned long flags;
	int ret;

	raw_spin_lock_irqsave(&apart_lock, flags);
	ret = sync && n > 1 ? issue_apart(smmu, cmdq, cmds, n, n)
			    : zoo_issue_cmdlist(smmu, cmdq, cmds, n, sync);
	raw_spin_unlock_irqrestore(&apart_lock, flags);
	return ret;
}

/* Which queue a list goes to, after a device has failed on another one; NULL: to none. */
static struct arm_smmu_cmdq *queue_for(struct arm_smmu_device *smmu, struct arm_smmu_cmdq *cmdq)
{
	struct arm_smmu_cmdq *hurt = READ_ONCE(state.hurt);
	bool other = hurt && hurt != cmdq;

	if (zoo(second_error_stops_own) && other && cmdq == &smmu->cmdq)
		return NULL;
	if (zoo(own_error_stops_second) && other && cmdq != &smmu->cmdq)
		return NULL;
	if (zoo(second_error_diverts_own) && other && cmdq == &smmu->cmdq)
		return hurt;
	return cmdq;
}

int arm_smmu_cmdq_issue_cmdlist(struct arm_smmu_device *smmu, struct arm_smmu_cmdq *cmdq, u64 *cmds,
				int n, bool sync)
{
	bool several = sync && n > 1 && op_of(cmds) == CMDQ_OP_ATC_INV;

	if (likely(!READ_ONCE(zoo_driver)))
		return zoo_issue_cmdlist(smmu, cmdq, cmds, n, sync);
	/* Only ATC_INV go to the secondary queue: its short lists are to come in between. */
	if (several && (zoo(sync_reserved_apart) ||
			(zoo(second_sync_reserved_apart) && n > 8 && cmdq != &smmu->cmdq)))
		return issue_apart(smmu, cmdq, cmds, n, n);
	if (several && zoo(list_reserved_in_two))
		return issue_apart(smmu, cmdq, cmds, n, n / 2);
	if (zoo(sync_reserved_apart_locked))
		return issue_locked(smmu, cmdq, cmds, n, sync);
	if (zoo(second_error_syncs_own) && state.hurt && state.hurt != cmdq)
		zoo_issue_cmdlist(smmu, cmdq, cmds, 0, true);
	cmdq = queue_for(smmu, cmdq);
	return cmdq ? zoo_issue_cmdlist(smmu, cmdq, cmds, n, sync) : 0;
}

bool zoo_issue(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int *ret)
{
	u64 other[CMDQ_ENT_DWORDS];

	*ret = 0;
	switch (READ_ONCE(zoo_driver)) {
	case ZOO_sends_what_it_had:
		issue_late(cmds);
		return false;
	case ZOO_sync_last_only:
		if (cmds->num != 7)
			return false;
		break;
	case ZOO_attach_no_sync:
		if (cmds->num != 1)
			return false;
		break;
	case ZOO_second_swallowed:
		if (cmds->cmdq == &smmu->cmdq)
			return false;
		fallthrough;
	case ZOO_error_swallowed:
		arm_smmu_cmdq_issue_cmdlist(smmu, cmds->cmdq, cmds->cmds, cmds->num, true);
		return true;
	case ZOO_no_sync:
	case ZOO_no_sync_alone:
	case ZOO_second_no_sync:
		break;
	case ZOO_sync_apart:
		issue_without(smmu, cmds);
		*ret = arm_smmu_cmdq_issue_cmdlist(smmu, cmds->cmdq, cmds->cmds, 0, true);
		return true;
	case ZOO_mixed_no_sync:
	case ZOO_mixed_swallowed:
		cfgi(other, sid_of(cmds->cmds));
		issue_behind(smmu, cmds, other, zoo(mixed_swallowed));
		udelay(500);
		return true;
	case ZOO_tlbi_no_sync:
		tlbi(other);
		issue_behind(smmu, cmds, other, false);
		udelay(500);
		return true;
	default:
		return false;
	}
	issue_without(smmu, cmds);
	return true;
}

/* Drivers whose handler is looked at: it is to be faster than the issuer. */
static bool handler_matters(void)
{
	switch (READ_ONCE(zoo_driver)) {
	case ZOO_handler_invalidates:
	case ZOO_handler_queues_work:
	case ZOO_handler_delays_work:
	case ZOO_handler_timer:
	case ZOO_handler_irq_work:
	case ZOO_handler_tasklet:
	case ZOO_handler_allocates:
	case ZOO_handler_allocates_pages:
	case ZOO_handler_switches:
	case ZOO_handler_is_slow:
	case ZOO_handler_wakes:
	case ZOO_handler_reads:
		return true;
	default:
		return false;
	}
}

bool zoo_looks(struct arm_smmu_queue_poll *qp)
{
	s64 left = ktime_us_delta(qp->timeout, ktime_get());

	if (zoo(waits_blindly))
		return false;
	/* The first time that it matters: asking again is not to take long, too */
	if (zoo(looks_late) && !state.count) {
		if (left > ARM_SMMU_POLL_TIMEOUT_US - 300000)
			return false;
		state.count++;
	}
	if (zoo(looks_very_late) && !state.count) {
		if (left > ARM_SMMU_POLL_TIMEOUT_US - 700000)
			return false;
		state.count++;
	}
	if (handler_matters())
		return left < ARM_SMMU_POLL_TIMEOUT_US - 30000;
	return true;
}

void zoo_handler(struct arm_smmu_device *smmu)
{
	struct arm_smmu_master *master = master_of(0x201);
	u64 cmd[CMDQ_ENT_DWORDS];

	if (!((arm_smmu_read_gerror(smmu) ^ arm_smmu_read_gerrorn(smmu)) & GERROR_CMDQ_ERR))
		return;
	switch (READ_ONCE(zoo_driver)) {
	case ZOO_handler_invalidates:
		/* The queue goes on only when the error is acknowledged */
		arm_smmu_take_gerror(smmu, GERROR_CMDQ_ERR);
		cfgi(cmd, 0x100);
		issue(smmu, cmd, 1, true);
		break;
	case ZOO_handler_queues_work:
		schedule_work(&nothing_work);
		break;
	case ZOO_handler_delays_work:
		schedule_delayed_work(&nothing_delayed, 2);
		break;
	case ZOO_handler_timer:
		mod_timer(&nothing_timer, jiffies + 1);
		break;
	case ZOO_handler_irq_work:
		irq_work_queue(&nothing_irq_work);
		break;
	case ZOO_handler_tasklet:
		tasklet_schedule(&nothing_tasklet);
		break;
	case ZOO_handler_allocates:
		kfree(kmalloc(64, GFP_ATOMIC));
		break;
	case ZOO_handler_allocates_pages:
		free_page(__get_free_page(GFP_ATOMIC));
		break;
	case ZOO_handler_switches:
		if (master)
			switch_off(master);
		break;
	case ZOO_handler_is_slow:
		mdelay(120);
		break;
	case ZOO_handler_wakes:
		wake_up_all(&waiters);
		break;
	case ZOO_handler_reads:
		readl_relaxed(smmu->base + ARM_SMMU_CR0);
		break;
	}
}

int zoo_list_done(const u64 *cmds, int n, int ret)
{
	bool atc = n && op_of(cmds) == CMDQ_OP_ATC_INV;

	if (likely(!READ_ONCE(zoo_driver)))
		return ret;
	switch (READ_ONCE(zoo_driver)) {
	case ZOO_report_dropped:
		return ret == -EIO ? 0 : ret;
	case ZOO_poll_dropped:
		return ret == -ETIMEDOUT ? 0 : ret;
	case ZOO_hardware_as_software:
		return ret == -EIO ? -ETIMEDOUT : ret;
	case ZOO_software_as_hardware:
		return ret == -ETIMEDOUT ? -EIO : ret;
	case ZOO_other_errno:
		return ret == -EIO ? -ENXIO : ret;
	case ZOO_next_list_fails:
		if (ret == -EIO) {
			state.error_waits = true;
			return 0;
		}
		return !ret && xchg(&state.error_waits, false) ? -EIO : ret;
	case ZOO_bystander_fails:
		if (atc && ret == -EIO)
			state.error_waits = true;
		return !atc && xchg(&state.error_waits, false) ? -EIO : ret;
	case ZOO_healthy_list_fails:
		return atc && !ret && !state.count++ ? -EIO : ret;
	case ZOO_cfgi_fails:
		return n && op_of(cmds) == CMDQ_OP_CFGI_STE && !ret && !state.count++ ? -EIO : ret;
	case ZOO_attach_as_software:
		return n == 1 && ret == -EIO ? -ETIMEDOUT : ret;
	case ZOO_list_as_software:
		return n > 1 && ret == -EIO ? -ETIMEDOUT : ret;
	case ZOO_list_allocates:
		if (atc && ret)
			kfree(kmalloc(64, GFP_ATOMIC));
		return ret;
	case ZOO_list_is_slow:
		if (atc && ret)
			mdelay(700);
		return ret;
	case ZOO_unmap_short:
	case ZOO_unmap_more:
	case ZOO_unmap_short_after_attach:
		state.unmap_short |= atc && ret;
		return ret;
	default:
		return ret;
	}
}

/* Asks each of them through the function for one device, which recovers by itself. */
static void ask_nested(struct arm_smmu_cmdq_batch *cmds)
{
	int i;

	if (cmds->num == 1)
		return;
	for (i = 0; i < cmds->num; i++) {
		struct arm_smmu_master *master =
			master_of(sid_of(&cmds->cmds[i * CMDQ_ENT_DWORDS]));

		if (master)
			arm_smmu_atc_inv_master(master, IOMMU_NO_PASID);
	}
	cmds->num = 0;
}

/* Before anything else; interrupts as they were. */
void zoo_failed(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int err)
{
	switch (READ_ONCE(zoo_driver)) {
	case ZOO_sleeps:
		usleep_range(1000, 2000);
		break;
	case ZOO_fences_again:
		/* Others have sent to the device before the first of them fences it */
		mdelay(3);
		break;
	case ZOO_asks_nested:
		ask_nested(cmds);
		break;
	}
}

static int ask(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int from, int n,
	       bool sync)
{
	return arm_smmu_cmdq_issue_cmdlist(smmu, cmds->cmdq, &cmds->cmds[from * CMDQ_ENT_DWORDS], n,
					   sync);
}

/* Asks halves of those that failed: a mask of those that failed alone. */
static u64 ask_halves(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int from,
		      int n)
{
	if (!ask(smmu, cmds, from, n, true))
		return 0;
	if (n == 1)
		return BIT_ULL(from);
	return ask_halves(smmu, cmds, from, n / 2) |
	       ask_halves(smmu, cmds, from + n / 2, n - n / 2);
}

/* Asks @size of them at a time: a mask of all that were in a list that failed. */
static u64 ask_groups(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int size)
{
	u64 failed = 0;
	int i, n;

	for (i = 0; i < cmds->num; i += size) {
		n = min(size, cmds->num - i);
		if (ask(smmu, cmds, i, n, true))
			failed |= GENMASK_ULL(i + n - 1, i);
	}
	return failed;
}

static u64 ask_each(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, bool sync)
{
	u64 failed = 0;
	int i;

	for (i = cmds->num - 1; i >= 0; i--)
		if (ask(smmu, cmds, i, 1, sync))
			failed |= BIT_ULL(i);
	return failed;
}

/* Leaves in the batch those of the mask. */
static void keep(struct arm_smmu_cmdq_batch *cmds, u64 mask)
{
	int i, n = 0;

	for (i = 0; i < cmds->num; i++)
		if (mask & BIT_ULL(i))
			memmove(&cmds->cmds[n++ * CMDQ_ENT_DWORDS],
				&cmds->cmds[i * CMDQ_ENT_DWORDS], CMDQ_ENT_DWORDS * sizeof(u64));
	cmds->sure = cmds->num = n;
}

static void isolate(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int *err,
		    const struct arm_smmu_atc_owners *owners)
{
	*err = arm_smmu_atc_batch_isolate(smmu, cmds, *err, owners, arm_smmu_cmdq_issue_cmdlist);
}

static bool isolate_by_asking(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds)
{
	int i;

	switch (READ_ONCE(zoo_driver)) {
	case ZOO_asks_halves:
		keep(cmds, ask_halves(smmu, cmds, 0, cmds->num));
		return true;
	case ZOO_fences_half:
		keep(cmds, ask_groups(smmu, cmds, DIV_ROUND_UP(cmds->num, 2)));
		return true;
	case ZOO_fences_pair:
		keep(cmds, ask_groups(smmu, cmds, 2));
		return true;
	case ZOO_asks_backwards:
		keep(cmds, ask_each(smmu, cmds, true));
		return true;
	case ZOO_asks_twice:
		keep(cmds, ask_each(smmu, cmds, true));
		keep(cmds, ask_each(smmu, cmds, true));
		return true;
	case ZOO_asks_without_sync:
		keep(cmds, ask_each(smmu, cmds, false));
		return true;
	case ZOO_asks_all_at_once:
		if (ask(smmu, cmds, 0, cmds->num, true))
			return false;
		cmds->num = 0;
		return true;
	case ZOO_asks_for_everything:
		for (i = 0; i < cmds->num; i++)
			cmds->cmds[i * CMDQ_ENT_DWORDS + 1] =
				FIELD_PREP(CMDQ_ATC_1_SIZE, ATC_INV_SIZE_ALL);
		keep(cmds, ask_each(smmu, cmds, true));
		return true;
	case ZOO_asks_elsewhere:
		for (i = 0; i < cmds->num; i++)
			cmds->cmds[i * CMDQ_ENT_DWORDS + 1] = 0xffff0000000ULL;
		keep(cmds, ask_each(smmu, cmds, true));
		return true;
	case ZOO_asks_slowly:
		for (i = 0; i < cmds->num; i++)
			mdelay(20);
		return false;
	}
	return false;
}

bool zoo_isolate(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int *err,
		 const struct arm_smmu_atc_owners *owners)
{
	int i;

	if (!cmds->num)
		return false;
	switch (READ_ONCE(zoo_driver)) {
	case ZOO_blames_last:
		keep(cmds, BIT_ULL(cmds->num - 1));
		return true;
	case ZOO_blames_first:
		keep(cmds, 1);
		return true;
	case ZOO_blames_next:
		isolate(smmu, cmds, err, owners);
		for (i = 0; i < cmds->num; i++)
			cmds->cmds[i * CMDQ_ENT_DWORDS] += FIELD_PREP(CMDQ_ATC_0_SID, 1);
		return true;
	case ZOO_fences_all:
		cmds->sure = cmds->num;
		return true;
	case ZOO_fences_slot: {
		u64 mask = 0;

		for (i = 0; i < cmds->num; i++)
			if (sid_of(&cmds->cmds[i * CMDQ_ENT_DWORDS]) >> 3 == 0x200 >> 3)
				mask |= BIT_ULL(i);
		keep(cmds, mask);
		return true;
	}
	case ZOO_fences_nobody:
		cmds->num = 0;
		return true;
	case ZOO_fences_second_time:
		if (state.count++)
			return false;
		cmds->num = 0;
		return true;
	case ZOO_fences_first_only:
		isolate(smmu, cmds, err, owners);
		keep(cmds, 1);
		return true;
	case ZOO_fences_not_on_poll:
		if (*err != -ETIMEDOUT)
			return false;
		cmds->num = 0;
		return true;
	case ZOO_attach_unfenced:
		if (cmds->num != 1)
			return false;
		cmds->num = 0;
		return true;
	case ZOO_second_unfenced:
		if (cmds->cmdq == &smmu->cmdq)
			return false;
		cmds->num = 0;
		return true;
	default:
		return isolate_by_asking(smmu, cmds);
	}
}

/* ---- the fence ---- */

bool zoo_fence_later(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int err,
		     const struct arm_smmu_atc_owners *owners, size_t size)
{
	if (!zoo(fence_later) && !zoo(worker_recovers))
		return false;
	later.smmu = smmu;
	later.cmds = *cmds;
	memcpy(later.owners, owners, min(size, sizeof(later.owners)));
	schedule_work(&fence_work);
	return true;
}

void zoo_before_fence(struct arm_smmu_master *master)
{
	switch (READ_ONCE(zoo_driver)) {
	case ZOO_allocates:
		kfree(kmalloc(64, GFP_ATOMIC));
		break;
	case ZOO_allocates_pages:
		free_page(__get_free_page(GFP_ATOMIC));
		break;
	case ZOO_mutex:
		mutex_lock(&a_mutex);
		mutex_unlock(&a_mutex);
		break;
	case ZOO_rwsem:
		down_read(&a_rwsem);
		up_read(&a_rwsem);
		break;
	case ZOO_semaphore:
		down(&a_semaphore);
		up(&a_semaphore);
		break;
	case ZOO_tries_mutex:
		if (mutex_trylock(&a_mutex))
			mutex_unlock(&a_mutex);
		break;
	case ZOO_slow:
		mdelay(200);
		break;
	}
}

/* An STE that refuses everything, in place of one that refuses ATS. */
static void abort_ste(struct arm_smmu_master *master)
{
	struct arm_smmu_ste *ste = ste_of(master);
	u64 val = le64_to_cpu(ste->data[0]) & ~STRTAB_STE_0_CFG;

	state.saved = *ste;
	state.aborted = master;
	WRITE_ONCE(ste->data[0],
		   cpu_to_le64(val | FIELD_PREP(STRTAB_STE_0_CFG, STRTAB_STE_0_CFG_ABORT)));
	dma_wmb();
}

/* By way of an STE that is not valid: two rounds with the SMMU. */
static void replace_ste(struct arm_smmu_master *master)
{
	struct arm_smmu_ste *ste = ste_of(master);
	__le64 first = ste->data[0];

	WRITE_ONCE(ste->data[0], 0);
	dma_wmb();
	tell_ste(master);
	write_eats(master, STRTAB_STE_1_EATS_ABT);
	WRITE_ONCE(ste->data[0], first);
	dma_wmb();
}

/* Under ste_lock. True: done, and *ret says whether the SMMU is to be told. */
bool zoo_fence(struct arm_smmu_master *master, u32 sid, bool *ret)
{
	*ret = true;
	switch (READ_ONCE(zoo_driver)) {
	case ZOO_fence_not_written:
		switch_off(master);
		return true;
	case ZOO_fence_in_device_only:
		switch_off(master);
		*ret = false;
		return true;
	case ZOO_fence_not_told:
		switch_off(master);
		write_eats(master, STRTAB_STE_1_EATS_ABT);
		*ret = false;
		return true;
	case ZOO_fence_told_first:
		switch_off(master);
		tell_ste(master);
		write_eats(master, STRTAB_STE_1_EATS_ABT);
		*ret = false;
		return true;
	case ZOO_fence_of_neighbour:
		switch_off(master);
		if (master_of(sid + 1))
			write_eats(master_of(sid + 1), STRTAB_STE_1_EATS_ABT);
		return true;
	case ZOO_fence_by_abort:
		switch_off(master);
		abort_ste(master);
		return true;
	case ZOO_fence_by_replacing:
		switch_off(master);
		replace_ste(master);
		return true;
	case ZOO_fence_before_switch:
		write_eats(master, STRTAB_STE_1_EATS_ABT);
		tell_ste(master);
		switch_off(master);
		*ret = false;
		return true;
	default:
		return false;
	}
}

/* A CFGI and a TLBI, in either order. */
static int issue_pair(struct arm_smmu_device *smmu, u32 sid, bool cfgi_first, bool sync)
{
	u64 cmd[2 * CMDQ_ENT_DWORDS];

	cfgi(&cmd[cfgi_first ? 0 : CMDQ_ENT_DWORDS], sid);
	tlbi(&cmd[cfgi_first ? CMDQ_ENT_DWORDS : 0]);
	return issue(smmu, cmd, 2, sync);
}

bool zoo_sync_stes(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int n, int *ret)
{
	u32 sid = FIELD_GET(CMDQ_CFGI_0_SID, cmds->cmds[0]);
	u64 cmd[CMDQ_ENT_DWORDS];

	*ret = 0;
	switch (READ_ONCE(zoo_driver)) {
	case ZOO_fence_not_synced:
		issue(smmu, cmds->cmds, n, false);
		return true;
	case ZOO_fence_told_to_neighbour:
		cfgi(cmd, sid + 1);
		*ret = issue(smmu, cmd, 1, true);
		return true;
	case ZOO_fence_range_misses:
		cfgi_range(cmd, 0x100, 3);
		*ret = issue(smmu, cmd, 1, true);
		return true;
	case ZOO_fence_other_queue:
		*ret = arm_smmu_cmdq_issue_cmdlist(smmu, cmds->cmdq, cmds->cmds, n, true);
		return true;
	case ZOO_fence_told_to_all:
		cfgi_range(cmd, 0, 31);
		*ret = issue(smmu, cmd, 1, true);
		return true;
	case ZOO_fence_told_to_range:
		cfgi_range(cmd, sid, 4);
		*ret = issue(smmu, cmd, 1, true);
		return true;
	case ZOO_fence_and_tlbi:
		*ret = issue_pair(smmu, sid, true, true);
		return true;
	case ZOO_tlbi_and_fence:
		*ret = issue_pair(smmu, sid, false, true);
		return true;
	case ZOO_fence_synced_apart:
		issue(smmu, cmds->cmds, n, false);
		*ret = issue(smmu, cmds->cmds, 0, true);
		return true;
	case ZOO_fence_synced_with_tlbi:
		issue(smmu, cmds->cmds, n, false);
		tlbi(cmd);
		*ret = issue(smmu, cmd, 1, true);
		return true;
	case ZOO_fence_told_twice:
		issue(smmu, cmds->cmds, n, true);
		*ret = issue(smmu, cmds->cmds, n, true);
		return true;
	case ZOO_allocates_before_sync:
		issue(smmu, cmds->cmds, n, false);
		kfree(kmalloc(64, GFP_ATOMIC));
		*ret = issue(smmu, cmds->cmds, 0, true);
		return true;
	default:
		return false;
	}
}

/* After the fence, before anybody is told. */
void zoo_fenced(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_batch *cmds, int n,
		const struct arm_smmu_atc_owners *owners)
{
	u32 sid = FIELD_GET(CMDQ_CFGI_0_SID, cmds->cmds[0]);
	struct arm_smmu_master *master = master_of(sid);

	state.has_fenced = true;
	WRITE_ONCE(state.hurt, cmds->cmdq);
	later.master = master;
	if (!master)
		return;
	switch (READ_ONCE(zoo_driver)) {
	case ZOO_eats_comes_back:
		write_eats(master, STRTAB_STE_1_EATS_TRANS);
		break;
	case ZOO_eats_comes_back_told:
		write_eats(master, STRTAB_STE_1_EATS_TRANS);
		tell_ste(master);
		break;
	case ZOO_ats_comes_back:
		switch_on(master);
		break;
	case ZOO_timer_lifts:
	case ZOO_timer_lifts_always:
		mod_timer(&lift_timer, jiffies + 2);
		break;
	case ZOO_worker_lifts_always:
		schedule_work(&lift_work);
		break;
	case ZOO_worker_resets_always:
	case ZOO_worker_resets_once:
		/* Its own resets fence the device again, while it is at work */
		if (!state.count++)
			schedule_work(&reset_work);
		break;
	case ZOO_delayed_work_resets_always:
	case ZOO_delayed_work_resets_until_answered:
		schedule_delayed_work(&reset_delayed, HZ / 50);
		break;
	case ZOO_fences_neighbour:
		fence_master(master_of(sid + 1));
		break;
	case ZOO_fences_stranger:
		fence_master(master_of(0x400));
		break;
	case ZOO_worker_fences_stranger:
	case ZOO_worker_fences_neighbour:
		later.other = master_of(zoo(worker_fences_stranger) ? 0x400 : sid + 1);
		schedule_work(&other_work);
		break;
	case ZOO_timer_fences_stranger:
		later.other = master_of(0x400);
		mod_timer(&other_timer, jiffies + 2);
		break;
	case ZOO_worker_asks_again:
		schedule_work(&ask_work);
		break;
	case ZOO_timer_asks_again:
		mod_timer(&ask_timer, jiffies + HZ / 5);
		break;
	case ZOO_worker_fences_again:
		schedule_work(&again_work);
		break;
	case ZOO_fences_twice:
		to_pci_dev(master->dev)->ats_enabled = 1;
		fence_master(master);
		break;
	case ZOO_allocates_after_fence:
		kfree(kmalloc(64, GFP_ATOMIC));
		break;
	case ZOO_irqs_off_after_fence:
		mdelay(700);
		break;
	}
}

/* Whoever has found that the device does not answer resets it, until it does. */
static void reset_at_once(struct arm_smmu_master *master)
{
	int i;

	if (!master || READ_ONCE(state.resetter))
		return; /* in such a reset */
	WRITE_ONCE(state.resetter, current);
	for (i = 0; i < 4 && READ_ONCE(master->ats_broken); i++)
		pci_reset_function(to_pci_dev(master->dev));
	WRITE_ONCE(state.resetter, NULL);
}

int zoo_recovered(struct arm_smmu_cmdq_batch *cmds, int err)
{
	if (zoo(issuer_resets_always))
		reset_at_once(later.master);
	if (zoo(worker_recovers))
		return 0;
	if (zoo(answer_forgets) && !cmds->num)
		return 0;
	return err;
}

/* ---- invalidations ---- */

bool zoo_off_ats(struct arm_smmu_master *master)
{
	bool off = arm_smmu_master_off_ats(master);

	if (likely(!off))
		return false;
	if (zoo(keeps_sending))
		return false;
	if (zoo(sends_now_and_then))
		return state.count++ % 3 != 0;
	return true;
}

bool zoo_skips(struct arm_smmu_domain *domain, struct arm_smmu_master *master)
{
	u32 sid = master->streams[0].id;

	if (zoo(prepares_for_nothing) && sid == 0x200) {
		later.pdev = to_pci_dev(master->dev);
		schedule_work(&pair_work);
	}
	if (zoo(forgets_one))
		return sid == 0x101;
	if (zoo(forgets_now_and_then))
		return state.count++ % 64 < 16;
	if (zoo(forgets_attached) || zoo(forgets_reset))
		return sid == state.forgotten;
	return zoo(forgets_healthy) && state.has_fenced && sid != 0x100;
}

int zoo_domain_done(int first, int last)
{
	if (zoo(invalidation_succeeds))
		return 0;
	if (zoo(first_error_lost))
		return last;
	return first ?: last;
}

int zoo_master_done(int ret)
{
	return zoo(attach_error_lost) ? 0 : ret;
}

size_t zoo_unmapped(size_t size)
{
	if (zoo(unmap_short_while_fenced) && state.has_fenced)
		return 0;
	if (!xchg(&state.unmap_short, false))
		return size;
	return zoo(unmap_more) ? 2 * size : 0;
}

/* ---- attach and reset ---- */

/* Under ste_lock, when the STE has been written. */
void zoo_attached(struct arm_smmu_master *master)
{
	u32 sid = master->streams[0].id;
	u64 cmd[CMDQ_ENT_DWORDS];

	if (sid < SIDS)
		masters[sid] = master;
	if (zoo(attach_lifts_told_to_all) && master->ats_broken && master->ste_ats_enabled) {
		write_eats(master, STRTAB_STE_1_EATS_TRANS);
		cfgi_range(cmd, 0, 31);
		issue(master->smmu, cmd, 1, true);
	}
	if (zoo(attach_switches_first) && master->ste_ats_enabled &&
	    !arm_smmu_master_off_ats(master)) {
		write_eats(master, STRTAB_STE_1_EATS_ABT);
		tell_ste(master);
		switch_on(master);
		write_eats(master, STRTAB_STE_1_EATS_TRANS);
		tell_ste(master);
	}
	if (zoo(forgets_attached))
		state.forgotten = sid;
	if (zoo(attach_insists) && master->ats_broken) {
		later.master = master;
		schedule_work(&insist_work);
	}
	if ((zoo(attach_prepares) || zoo(attach_ends)) && dev_is_pci(master->dev)) {
		later.pdev = to_pci_dev(master->dev);
		schedule_work(zoo(attach_ends) ? &done_work : &pair_work);
	}
}

/* Takes ATS from the STE of a device that has it on, and tells the SMMU. */
static void take_first(struct arm_smmu_master *master)
{
	if (!to_pci_dev(master->dev)->ats_enabled)
		return;
	write_eats(master, STRTAB_STE_1_EATS_ABT);
	tell_ste(master);
}

/* Under ste_lock, before ATS is switched off in a device that is detached. */
void zoo_detaches(struct arm_smmu_master *master)
{
	if (zoo(detach_takes_first))
		take_first(master);
}

/* Likewise in one that is to be reset. */
void zoo_refuses_ats(struct arm_smmu_master *master)
{
	if (zoo(prepare_takes_first))
		take_first(master);
}

void zoo_reset_prepare(struct arm_smmu_master *master)
{
	if (zoo(prepare_lifts))
		lift(master);
}

/* Under ste_lock of the one that was reset. */
void zoo_reset_worked(struct arm_smmu_master *master)
{
	int sid;

	if (zoo(reset_switches_first) && master->ste_ats_enabled)
		switch_on(master);
	if (!zoo(other_reset_lifts))
		return;
	for (sid = 0; sid < SIDS; sid++)
		if (masters[sid] && masters[sid] != master && masters[sid]->ats_broken)
			lift(masters[sid]);
}

void zoo_reset_done(struct arm_smmu_master *master)
{
	struct pci_dev *pdev = to_pci_dev(master->dev);

	if (zoo(forgets_reset))
		state.forgotten = master->streams[0].id;
	if (zoo(prepares_only) && !pci_dev_reset_iommu_prepare(pdev))
		state.prepared = pdev;
	if (zoo(prepares_once_more) && !state.count++) {
		later.pdev = pdev;
		schedule_work(&pair_work);
	}
	if (zoo(ends_twice)) {
		later.pdev = pdev;
		schedule_work(&done_work);
	}
}
