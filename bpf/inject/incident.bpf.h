/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device that does not answer does not answer a retry either. So an injected timeout
 * applies to the same ATC_INV until its thread issues other commands: that is one incident,
 * counted once, however often the driver retries. CFGI does not end it, as a driver may
 * fence one device before it retries the next.
 */
#ifndef INCIDENT_BPF_H
#define INCIDENT_BPF_H

#include "base/device.bpf.h"
#include "recovery/flow.bpf.h"
#include "inject/rule.bpf.h"

/*
 * No retry comes later than this: a failure after it is another incident. An injected timeout takes
 * one poll limit at most, so a minute as for real ones is not needed. It would do harm: who resets
 * a device again and again issues nothing but CFGI and ATC_INV, and all of that would be one
 * incident.
 */
#define INCIDENT_NS 5000000000ULL

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct thread_key);
	__type(value, __u64); /* advances with every list of neither ATC_INV nor CFGI */
} thread_epochs SEC(".maps");

struct incident_key {
	struct thread_key thread;
	__u64 smmu;
	__u64 address; /* dword 1 of the ATC_INV */
	__u32 sid;
	__u32 ssid;
};

struct incident {
	__u64 number;
	__u64 epoch;
	__u64 begun_ns;
	__u32 rule;
	__u32 pid; /* the address of a task may be used again by a new one: no retry then */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct incident_key);
	__type(value, struct incident);
} incidents SEC(".maps");

/* Scratch: too large for the stack, four calls deep. */
struct judgement {
	struct incident_key key;
	struct incident incident;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct judgement);
} judgements SEC(".maps");

/* The thread issues other commands than ATC_INV and CFGI: its invalidation is over. */
static __always_inline void end_incidents(const struct thread_key *thread)
{
	__u64 *epoch = bpf_map_lookup_elem(&thread_epochs, thread);
	__u64 one = 1;

	if (epoch)
		*epoch += 1;
	else
		bpf_map_update_elem(&thread_epochs, thread, &one, BPF_ANY);
}

/*
 * A retry of an injected timeout fails again, even if the rule has fired `times` times, but
 * not after its deadline.
 */
static __always_inline bool retry_fails(struct answer *answer, const struct incident_key *key)
{
	struct incident *incident = bpf_map_lookup_elem(&incidents, key);
	struct smmu_rule_state *state;
	struct smmu_rule *armed;
	__u32 rule;
	__u64 now;

	if (!incident || incident->epoch != answer->epoch ||
	    incident->pid != (__u32)bpf_get_current_pid_tgid())
		return false;
	now = bpf_ktime_get_ns();
	rule = incident->rule;
	armed = bpf_map_lookup_elem(&rules, &rule);
	if (!armed || bpf_ktime_get_boot_ns() > armed->deadline_ns ||
	    now - incident->begun_ns > INCIDENT_NS)
		return false;
	state = bpf_map_lookup_elem(&rule_states, &rule);
	if (state)
		__sync_fetch_and_add(&state->repeated, 1);
	emit_inject(answer, key->sid, rule, armed->error, incident->number,
		    SMMU_EVENT_REPEAT | inject_rule_flags(armed, answer));
	answer->value = inject_rule_value(armed);
	return true;
}

static __always_inline void begin_incident(struct answer *answer, struct judgement *judgement,
					   __u32 index, const struct smmu_rule *rule)
{
	struct incident *incident = &judgement->incident;
	struct incident_key *key = &judgement->key;

	incident->rule = index;
	incident->pid = bpf_get_current_pid_tgid();
	incident->epoch = answer->epoch;
	incident->begun_ns = bpf_ktime_get_ns();
	incident->number = __sync_fetch_and_add(&incidents_begun, 1) + 1;
	bpf_map_update_elem(&incidents, key, incident, BPF_ANY);
	DEVICE_COUNT(answer->smmu, key->sid, timeouts_injected);
	emit_inject(answer, key->sid, index, rule->error, incident->number,
		    inject_rule_flags(rule, answer));
	answer->value = inject_rule_value(rule);
}

#endif
