/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A machine for the tests of sinks and reports: two SMMUs, of which the own queue of only one
 * is known, and three PCI functions.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "sink/sink.h"

#include <errno.h>

#define SMMU_A	 0xffff0000c1000000ULL
#define SMMU_B	 0xffff0000c2000000ULL
#define SMMU_X	 0xffff0000c3000000ULL /* not in the table of SMMUs */
#define QUEUE_A	 0xffff0000c1000100ULL
#define QUEUE_A0 0xffff0000d1000000ULL
#define QUEUE_A1 0xffff0000d2000000ULL
#define QUEUE_B	 0xffff0000c2000100ULL

static struct smmu fixture_smmus[] = {
	{.name = "9050000.smmuv3", .address = SMMU_A, .queue = QUEUE_A},
	{.name = "9060000.smmuv3", .address = SMMU_B, .queue = 0},
};

static struct device fixture_list[] = {
	{.bdf = 0x00000100,
	 .name = "0000:01:00.0",
	 .smmu = SMMU_A,
	 .sid = {0x100},
	 .sids = 1,
	 .ats_capable = true,
	 .ats_enabled = true,
	 .driver = "vfio-pci"},
	{.bdf = 0x00000200,
	 .name = "0000:02:00.0",
	 .smmu = SMMU_A,
	 .sid = {0x200, 0x201},
	 .sids = 2,
	 .ats_capable = true,
	 .ats_enabled = false,
	 .driver = ""},
	{.bdf = 0x00010300,
	 .name = "0001:03:00.0",
	 .smmu = SMMU_B,
	 .sid = {0x100},
	 .sids = 1,
	 .ats_capable = false,
	 .driver = "nvme"},
};

static const struct devices fixture_devices = {
	.smmus = fixture_smmus,
	.smmu_count = 2,
	.list = fixture_list,
	.count = 3,
};

static const char *const fixture_rules[] = {"device=0000:01:00.0,times=1"};
static const char *const fixture_missing[] = {"reset: pci_reset_function: \"not found\""};

static const struct stream_info fixture_info = {
	.command = "inject",
	.tool_version = "0.1.0",
	.kernel = "6.12.41-lab",
	.variant = "recovery",
	.attach = "fentry",
	.monotonic_ns = 12000000000ULL,
	.realtime_ns = 1767225600000000000ULL, /* 2026-01-01T00:00:00Z */
	.missing = fixture_missing,
	.missing_count = 1,
	.inject_rules = fixture_rules,
	.inject_rule_count = 1,
	.devices = &fixture_devices,
	.tagged = true,
};

/* Gives it an event of unchecked bytes; -EINVAL if they are no event. */
static inline int sink_give(struct sink *sink, const struct smmu_event *event, size_t length)
{
	struct event_record record;

	return event_record_make(&record, event, length) ? sink->ops->event(sink, record) : -EINVAL;
}

#endif
