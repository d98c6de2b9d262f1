// SPDX-License-Identifier: GPL-2.0
/*
 * Injection rules on this machine: the StreamIDs of a rule, and the chains in which the BPF
 * side finds the rules of a StreamID.
 */
#include "inject/rule.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAMES_MAX 4 /* devices or SMMUs that a hint lists */

static const char *smmu_name(const struct devices *devices, __u64 address)
{
	const struct smmu *smmu = devices_smmu(devices, address);

	return smmu ? smmu->name : "an unknown SMMU";
}

/* Lists the devices that a rule could name. smmu: behind this one only, 0: any. */
static void hint_devices(const struct devices *devices, __u64 smmu, struct refusal *error)
{
	unsigned int named = 0, left = 0;

	for (size_t i = 0; devices->list && i < devices->count; i++) {
		const struct device *device = &devices->list[i];

		if (!device->ats_enabled || (smmu && device->smmu != smmu))
			continue;
		if (named < NAMES_MAX)
			refusal_hint(error, "%s%s", named++ ? ", " : "ATS is on at ", device->name);
		else
			left++;
	}
	if (left)
		refusal_hint(error, " and %u more", left);
	if (!named)
		refusal_hint(error, "no device has ATS on at the moment");
	refusal_hint(error, "; 'smmuscope probe' lists all devices");
}

static int check_device(const struct device *device, const struct devices *devices,
			struct refusal *error)
{
	if (!device->smmu || !device->sids) {
		hint_devices(devices, 0, error);
		return refusal_fail(error, -ENODEV, "%s is not behind an SMMUv3", device->name);
	}
	if (!device->ats_capable) {
		hint_devices(devices, 0, error);
		return refusal_fail(error, -EOPNOTSUPP,
				    "%s has no ATS capability: nothing is ever invalidated in it",
				    device->name);
	}
	if (!device->ats_enabled) {
		refusal_hint(
			error,
			"the driver switches it on when the device is attached to a translating "
			"domain, and off when it is fenced; ");
		hint_devices(devices, 0, error);
		return refusal_fail(error, -EAGAIN, "%s has ATS, but it is off", device->name);
	}
	return 0;
}

static int check_smmu(const struct inject_rule *rule, const struct devices *devices,
		      const struct smmu **smmu, struct refusal *error)
{
	*smmu = NULL;
	if (!(rule->given & 1U << INJECT_RULE_SMMU))
		return 0;
	*smmu = devices_smmu_by_name(devices, rule->smmu);
	if (*smmu)
		return 0;
	for (size_t i = 0; i < devices->smmu_count && i < NAMES_MAX; i++)
		refusal_hint(error, "%s%s", i ? ", " : "there is ", devices->smmus[i].name);
	if (devices->smmu_count > NAMES_MAX)
		refusal_hint(error, " and %zu more", devices->smmu_count - NAMES_MAX);
	if (!devices->smmu_count)
		refusal_hint(error, "no SMMUv3 with a PCI device behind it was found");
	refusal_hint(error, "; 'smmuscope probe' lists them");
	return refusal_fail(error, -ENODEV, "'smmu=%s': no such SMMUv3", rule->smmu);
}

static int find_device(const struct inject_rule *rule, const struct devices *devices,
		       const struct smmu *smmu, const struct device **device, struct refusal *error)
{
	char name[BDF_LEN];
	int err;

	*device = devices_by_bdf(devices, rule->bdf);
	if (!*device) {
		hint_devices(devices, 0, error);
		return refusal_fail(error, -ENODEV,
				    "'device=%s': no such PCI function behind an SMMUv3",
				    bdf_format(rule->bdf, name));
	}
	err = check_device(*device, devices, error);
	if (!err && smmu && (*device)->smmu != smmu->address) {
		refusal_hint(error, "leave 'smmu=' away");
		err = refusal_fail(error, -EINVAL, "%s is behind %s, not behind %s",
				   (*device)->name, smmu_name(devices, (*device)->smmu),
				   smmu->name);
	}
	return err;
}

static bool has_sid(const struct device *device, __u32 sid)
{
	for (unsigned int i = 0; i < device->sids; i++)
		if (device->sid[i] == sid)
			return true;
	return false;
}

/* A device that does not answer does so for all of its StreamIDs. */
static int check_whole(const struct inject_rule *rule, const struct device *device,
		       struct refusal *error)
{
	if (rule->kind != SMMU_RULE_KIND_DEVICE || device->sids == 1)
		return 0;
	refusal_hint(error, "write 'device=%s' for all of it", device->name);
	return refusal_fail(
		error, -EOPNOTSUPP,
		"'sid=0x%x': %s has %u StreamIDs, and is silent for all or none of them", rule->sid,
		device->name, device->sids);
}

/*
 * A StreamID is unique per SMMU only. Functions that share one (behind a PCIe-to-PCI bridge)
 * are the same to the SMMU: it is enough if one of them has ATS on.
 */
static int find_sid(const struct inject_rule *rule, const struct devices *devices,
		    const struct smmu *smmu, const struct device **found, struct refusal *error)
{
	int err;

	*found = NULL;
	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->list[i];

		if ((smmu && device->smmu != smmu->address) || !has_sid(device, rule->sid))
			continue;
		if (*found && (*found)->smmu != device->smmu) {
			refusal_hint(error, "add 'smmu=%s' or 'smmu=%s'",
				     smmu_name(devices, (*found)->smmu),
				     smmu_name(devices, device->smmu));
			return refusal_fail(error, -EINVAL, "StreamID 0x%x is %s and also %s",
					    rule->sid, (*found)->name, device->name);
		}
		if (!*found || (!(*found)->ats_enabled && device->ats_enabled))
			*found = device;
	}
	if (!*found) {
		hint_devices(devices, smmu ? smmu->address : 0, error);
		return refusal_fail(error, -ENODEV,
				    "'sid=0x%x': no PCI function%s%s has that StreamID", rule->sid,
				    smmu ? " behind " : "", smmu ? smmu->name : "");
	}
	err = check_device(*found, devices, error);
	return err ? err : check_whole(rule, *found, error);
}

static int check_wildcard(const struct devices *devices, const struct smmu *smmu,
			  struct refusal *error)
{
	for (size_t i = 0; i < devices->count; i++)
		if (devices->list[i].smmu == smmu->address && devices->list[i].ats_enabled)
			return 0;
	hint_devices(devices, 0, error);
	return refusal_fail(error, -EAGAIN, "'smmu=%s': no device behind it has ATS on",
			    smmu->name);
}

static int check_irq(const struct inject_rule *rule, const struct smmu *smmu, struct refusal *error)
{
	if (rule->irq == INJECT_RULE_IRQ_ANY || smmu->gerror_cpu != SMMU_CPU_NONE)
		return 0;
	refusal_hint(error,
		     "pin the interrupt to one CPU through /proc/irq/N/smp_affinity_list, or "
		     "leave 'irq=' away");
	return refusal_fail(
		error, -EOPNOTSUPP,
		"'irq=%s': which CPU the GERROR interrupt of %s goes to cannot be told: "
		"%.120s",
		rule->irq == INJECT_RULE_IRQ_BLOCKED ? "blocked" : "free", smmu->name,
		smmu->gerror_reason);
}

int inject_rule_resolve(const struct inject_rule *rule, const struct devices *devices,
			struct inject_rule_target *target, struct refusal *error)
{
	const struct device *device = NULL;
	const struct smmu *smmu;
	const char *name;
	int err;

	memset(error, 0, sizeof(*error));
	memset(target, 0, sizeof(*target));
	err = check_smmu(rule, devices, &smmu, error);
	if (err)
		return err;
	if (rule->given & 1U << INJECT_RULE_DEVICE)
		err = find_device(rule, devices, smmu, &device, error);
	else if (rule->given & 1U << INJECT_RULE_SID)
		err = find_sid(rule, devices, smmu, &device, error);
	else if (smmu)
		err = check_wildcard(devices, smmu, error);
	else
		return refusal_fail(error, -EINVAL, "no device, no StreamID and no SMMU to match");
	if (err)
		return err;

	target->silenced = rule->kind == SMMU_RULE_KIND_DEVICE;
	target->smmu = device ? device->smmu : smmu ? smmu->address : 0;
	smmu = devices_smmu(devices, target->smmu);
	target->gerror_cpu = smmu ? smmu->gerror_cpu : SMMU_CPU_NONE;
	err = smmu ? check_irq(rule, smmu, error) : 0;
	if (err)
		return err;
	name = smmu_name(devices, target->smmu);
	snprintf(target->smmu_name, sizeof(target->smmu_name), "%s", name);
	if (!device)
		return 0;
	snprintf(target->device, sizeof(target->device), "%s", device->name);
	if (rule->given & 1U << INJECT_RULE_SID) {
		target->sids = 1;
		target->sid[0] = rule->sid;
	} else {
		target->sids = device->sids;
		memcpy(target->sid, device->sid, sizeof(target->sid));
	}
	return 0;
}

bool inject_rule_target_covers(const struct inject_rule_target *target, const struct device *device)
{
	if (device->smmu != target->smmu)
		return false;
	for (unsigned int i = 0; i < target->sids; i++)
		if (has_sid(device, target->sid[i]))
			return true;
	return !target->sids;
}

static void fill_wire(const struct inject_rule *rule, const struct inject_rule_target *target,
		      struct smmu_rule *wire)
{
	static const struct {
		enum inject_rule_key key;
		__u32 match;
	} filters[] = {
		{INJECT_RULE_SSID, SMMU_RULE_SSID},
		{INJECT_RULE_CONTEXT, SMMU_RULE_CONTEXT},
		{INJECT_RULE_PID, SMMU_RULE_PID},
		{INJECT_RULE_COMM, SMMU_RULE_COMM},
	};

	wire->smmu = target->smmu;
	wire->deadline_ns = rule->duration_ns;
	wire->after = rule->after;
	wire->every = rule->every;
	wire->times = rule->times;
	wire->match = SMMU_RULE_SMMU;
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		if (rule->given & 1U << filters[i].key)
			wire->match |= filters[i].match;
	/* "always" needs no random number */
	if (rule->probability != INJECT_RULE_PROBABILITY_ALWAYS)
		wire->match |= SMMU_RULE_PROBABILITY;
	if (rule->irq != INJECT_RULE_IRQ_ANY)
		wire->match |= rule->irq == INJECT_RULE_IRQ_BLOCKED ? SMMU_RULE_BLOCKED
								    : SMMU_RULE_FREE;
	wire->kind = rule->kind;
	wire->gerror_cpu = target->gerror_cpu;
	wire->ssid = rule->ssid;
	wire->contexts = rule->contexts;
	wire->pid = rule->pid;
	wire->probability = rule->probability;
	wire->error = rule->error;
	wire->next = SMMU_RULE_NONE;
	memcpy(wire->comm, rule->comm, sizeof(wire->comm));
}

static bool target_has(const struct inject_rule_target *target,
		       const struct inject_rule_stream *stream)
{
	for (unsigned int i = 0; i < target->sids && !target->silenced; i++)
		if (target->smmu == stream->smmu && target->sid[i] == stream->sid)
			return true;
	return false;
}

/* The rule after `index` in the stream's chain. SMMU_RULE_NONE: both the start and the end. */
static __u32 next_in_chain(const struct inject_rule_target *targets, size_t count,
			   const struct inject_rule_stream *stream, __u32 index)
{
	unsigned int floor = index == SMMU_RULE_NONE ? 0 : targets[index].sids;
	__u32 best = SMMU_RULE_NONE;

	for (__u32 i = 0; i < count; i++) {
		if (!target_has(&targets[i], stream) || targets[i].sids < floor)
			continue;
		if (index != SMMU_RULE_NONE && targets[i].sids == floor && i <= index)
			continue;
		if (best == SMMU_RULE_NONE || targets[i].sids < targets[best].sids)
			best = i;
	}
	return best;
}

/*
 * A rule for several StreamIDs is in the chain of each but has only one `next`, so it must be
 * followed by the same rule in all of them. That holds if of two rules that share a StreamID
 * one has all StreamIDs of the other: the one with fewer comes first. If each has StreamIDs
 * that the other has not, no order works, and the rules are refused.
 */
static int chain_stream(const struct inject_rule_target *targets, struct inject_rule_links *links,
			struct inject_rule_stream *stream, bool chained[SMMU_RULES_MAX],
			struct refusal *error)
{
	__u32 index = next_in_chain(targets, links->count, stream, SMMU_RULE_NONE);

	stream->first = index;
	while (index != SMMU_RULE_NONE) {
		__u32 next = next_in_chain(targets, links->count, stream, index);

		if (chained[index] && links->wire[index].next != next) {
			refusal_hint(error,
				     "arm them one after the other, or name single StreamIDs with "
				     "'sid='");
			return refusal_fail(
				error, -EINVAL,
				"rule %u and another share StreamID 0x%x or one beside it, and "
				"each has StreamIDs that the other has not",
				index, stream->sid);
		}
		links->wire[index].next = next;
		chained[index] = true;
		index = next;
	}
	return 0;
}

/* Finds the stream or makes it. */
static struct inject_rule_stream *stream_of(struct inject_rule_links *links, __u64 smmu, __u32 sid,
					    bool *made)
{
	struct inject_rule_stream *stream;

	for (__u32 i = 0; i < links->stream_count; i++) {
		stream = &links->streams[i];
		*made = false;
		if (stream->smmu == smmu && stream->sid == sid)
			return stream;
	}
	*made = true;
	stream = &links->streams[links->stream_count++];
	stream->smmu = smmu;
	stream->sid = sid;
	return stream;
}

static int chain_all(const struct inject_rule_target *targets, struct inject_rule_links *links,
		     struct refusal *error)
{
	bool chained[SMMU_RULES_MAX] = {false};
	int err = 0;

	for (__u32 i = 0; i < links->count && !err; i++) {
		for (unsigned int n = 0; n < targets[i].sids && !targets[i].silenced && !err; n++) {
			bool made;
			struct inject_rule_stream *stream =
				stream_of(links, targets[i].smmu, targets[i].sid[n], &made);

			if (made)
				err = chain_stream(targets, links, stream, chained, error);
		}
	}
	return err;
}

int inject_rules_link(const struct inject_rule *rules, const struct inject_rule_target *targets,
		      size_t count, struct inject_rule_links *links, struct refusal *error)
{
	memset(error, 0, sizeof(*error));
	memset(links, 0, sizeof(*links));
	links->wildcards = SMMU_RULE_NONE;
	if (count > SMMU_RULES_MAX) {
		refusal_hint(error, "one rule can cover many devices: 'smmu=NAME'");
		return refusal_fail(error, -E2BIG, "%zu rules, at most %d can be armed at a time",
				    count, SMMU_RULES_MAX);
	}
	links->count = (__u32)count;
	for (size_t i = 0; i < count; i++)
		fill_wire(&rules[i], &targets[i], &links->wire[i]);
	/* from the last to the first, so that the chain has the order of the user */
	for (__u32 i = links->count; i-- > 0;) {
		if (targets[i].sids || targets[i].silenced)
			continue;
		links->wire[i].next = links->wildcards;
		links->wildcards = i;
	}
	return chain_all(targets, links, error);
}
