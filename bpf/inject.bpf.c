// SPDX-License-Identifier: GPL-2.0
/*
 * Injection: speaks for the hardware at the driver's injection point,
 * arm_smmu_cmdq_sync_verdict(smmu, cmdq, cmds, n, sync_prod), which is asked
 * after each CMD_SYNC. Loaded by `inject` only. This and nothing else here
 * changes what the kernel does.
 *
 * As with the hardware, the verdict falls on the next CMD_SYNC of the queue: on
 * the list's own ATC_INV, and on those that earlier lists left in the queue
 * without a CMD_SYNC of their own.
 *
 * A device that does not answer does not answer a retry either. So a timeout
 * stands for the same ATC_INV until its thread goes on to other commands: one
 * incident, counted once, however often the driver asks again. CFGI is no other
 * command: a driver may fence one device before it asks the next one again.
 */
#include "argument.bpf.h"
#include "call.bpf.h"
#include "device.bpf.h"
#include "flow.bpf.h"
#include "story.bpf.h"

#include <bpf/bpf_tracing.h>

/* How far back unsynced ATC_INV are looked for; the CMD_SYNC before them ends it. */
#define BACKLOG_MAX 1024

/* No retry comes later than this: whatever fails then is another matter. */
#define INCIDENT_NS 5000000000ULL

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct thread_key);
	__type(value, __u64); /* moves on with every list of neither ATC_INV nor CFGI */
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
	__u32 pid; /* a new task may be where one was that has ended: then it is no retry */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct incident_key);
	__type(value, struct incident);
} incidents SEC(".maps");

/* What would be too much for the stack, four calls deep. */
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

struct verdict {
	__u64 smmu;
	__u64 cmdq;
	__u64 cmds;
	__u64 base; /* of the queue's memory */
	__u64 epoch;
	struct thread_key thread;
	__u32 mask;  /* of an index into it */
	__u32 first; /* index of this list's first command */
	__u32 n;
	__u32 sync;
	__s32 value; /* that the injection point returns: 0, or how the hardware behaves */
	__u8 context;
};

/* Both are filled up with zeros: two words tell. */
static __always_inline bool same_comm(const struct smmu_rule *rule)
{
	const __u64 *wanted = (const __u64 *)rule->comm;
	__u64 comm[SMMU_RULE_COMM_LEN / sizeof(__u64)] = {};

	bpf_get_current_comm(comm, sizeof(comm));
	return comm[0] == wanted[0] && comm[1] == wanted[1];
}

static __always_inline bool rule_matches(const struct smmu_rule *rule,
					 const struct verdict *verdict, __u64 word)
{
	if ((rule->match & SMMU_RULE_SMMU) && rule->smmu != verdict->smmu)
		return false;
	if ((rule->match & SMMU_RULE_SSID) &&
	    (!SMMU_CMD_SSV(word) || SMMU_CMD_SSID(word) != rule->ssid))
		return false;
	if ((rule->match & SMMU_RULE_CONTEXT) && !(rule->contexts & (1U << verdict->context)))
		return false;
	if ((rule->match & SMMU_RULE_PID) && rule->pid != (bpf_get_current_pid_tgid() >> 32))
		return false;
	if ((rule->match & SMMU_RULE_BLOCKED) && rule->gerror_cpu != bpf_get_smp_processor_id())
		return false;
	if ((rule->match & SMMU_RULE_FREE) && rule->gerror_cpu == bpf_get_smp_processor_id())
		return false;
	if ((rule->match & SMMU_RULE_COMM) && !same_comm(rule))
		return false;
	return true;
}

/* Takes one of the rule's shots; every bound is checked here and nowhere else. */
static __always_inline bool rule_take(const struct smmu_rule *rule, struct smmu_rule_state *state)
{
	__u64 nth, old;

	if (state->fired >= rule->times)
		return false;
	if (bpf_ktime_get_ns() > rule->deadline_ns) {
		__sync_fetch_and_add(&state->expired, 1);
		return false;
	}
	nth = __sync_fetch_and_add(&state->matched, 1);
	if (nth < rule->after || !rule->every || (nth - rule->after) % rule->every)
		return false;
	if ((rule->match & SMMU_RULE_PROBABILITY) && bpf_get_prandom_u32() > rule->probability)
		return false;
	for (int i = 0; i < 16; i++) {
		old = state->fired;
		if (old >= rule->times)
			return false;
		if (__sync_val_compare_and_swap(&state->fired, old, old + 1) == old)
			return true;
	}
	return false;
}

static __always_inline void emit_inject(const struct verdict *verdict, __u32 sid, __u32 rule,
					__s32 error, __u64 number, __u16 flags)
{
	struct {
		struct smmu_event header;
		struct smmu_inject_fired fired;
	} * event;

	trouble_ns = bpf_ktime_get_ns();
	if (!kind_wanted(SMMU_EVENT_INJECT))
		return;
	event = emit_reserve(SMMU_EVENT_INJECT, sizeof(*event), bpf_ktime_get_ns(),
			     flags | SMMU_EVENT_SYNTHETIC);
	if (!event)
		return;
	event->fired.smmu = verdict->smmu;
	event->fired.queue = verdict->cmdq;
	event->fired.prod = verdict->sync;
	event->fired.sid = sid;
	event->fired.error = error;
	event->fired.rule = rule;
	event->fired.incident = number;
	emit_submit(event);
}

/* Numbers that the injection point understands, beside those that the driver returns. */
#define VALUE_GERROR (-EREMOTEIO)
#define VALUE_STALL  (-ETIME)

static __always_inline __s32 rule_value(const struct smmu_rule *rule)
{
	if (rule->kind == SMMU_RULE_KIND_GERROR)
		return VALUE_GERROR;
	return rule->kind == SMMU_RULE_KIND_STALL ? VALUE_STALL : rule->error;
}

/* Only the SMMU's own queue has a GERROR; another one's error comes at once. */
static __always_inline __u16 rule_flags(const struct smmu_rule *rule, const struct verdict *verdict)
{
	__u64 own = verdict->smmu + bpf_core_field_offset(struct arm_smmu_device, cmdq);

	if (rule->kind == SMMU_RULE_KIND_STALL)
		return SMMU_EVENT_STALL;
	if (rule->kind != SMMU_RULE_KIND_GERROR || verdict->cmdq != own)
		return 0;
	return SMMU_EVENT_GERROR |
	       (rule->gerror_cpu == bpf_get_smp_processor_id() ? SMMU_EVENT_BLOCKED : 0);
}

/*
 * A retry of a timeout that stands: fails again, whatever shots the rule has left,
 * but within its time.
 */
static __always_inline bool retry_fails(struct verdict *verdict, const struct incident_key *key)
{
	struct incident *incident = bpf_map_lookup_elem(&incidents, key);
	struct smmu_rule_state *state;
	struct smmu_rule *armed;
	__u32 rule;
	__u64 now;

	if (!incident || incident->epoch != verdict->epoch ||
	    incident->pid != (__u32)bpf_get_current_pid_tgid())
		return false;
	now = bpf_ktime_get_ns();
	rule = incident->rule;
	armed = bpf_map_lookup_elem(&rules, &rule);
	if (!armed || now > armed->deadline_ns || now - incident->begun_ns > INCIDENT_NS)
		return false;
	state = bpf_map_lookup_elem(&rule_states, &rule);
	if (state)
		__sync_fetch_and_add(&state->repeated, 1);
	emit_inject(verdict, key->sid, rule, armed->error, incident->number,
		    SMMU_EVENT_REPEAT | rule_flags(armed, verdict));
	verdict->value = rule_value(armed);
	return true;
}

static __always_inline void begin_incident(struct verdict *verdict, struct judgement *judgement,
					   __u32 index, const struct smmu_rule *rule)
{
	struct incident *incident = &judgement->incident;
	struct incident_key *key = &judgement->key;

	incident->rule = index;
	incident->pid = bpf_get_current_pid_tgid();
	incident->epoch = verdict->epoch;
	incident->begun_ns = bpf_ktime_get_ns();
	incident->number = __sync_fetch_and_add(&incidents_begun, 1) + 1;
	bpf_map_update_elem(&incidents, key, incident, BPF_ANY);
	DEVICE_COUNT(verdict->smmu, key->sid, timeouts_injected);
	emit_inject(verdict, key->sid, index, rule->error, incident->number,
		    rule_flags(rule, verdict));
	verdict->value = rule_value(rule);
}

/* A walk along a chain of rules. */
struct chain {
	struct verdict *verdict;
	struct judgement *judgement;
	__u64 word;
	__u32 index;
	bool taken;
};

static long try_rule(__u32 i, struct chain *chain)
{
	__u32 index = chain->index;
	struct smmu_rule *rule = bpf_map_lookup_elem(&rules, &index);
	struct smmu_rule_state *state = bpf_map_lookup_elem(&rule_states, &index);

	if (!rule || !state)
		return 1;
	if (rule_matches(rule, chain->verdict, chain->word) && rule_take(rule, state)) {
		begin_incident(chain->verdict, chain->judgement, index, rule);
		chain->taken = true;
		return 1;
	}
	chain->index = rule->next;
	return 0;
}

/* Does this ATC_INV time out? */
static __noinline int judge(struct verdict *verdict, __u64 word0, __u64 word1)
{
	struct chain chain = {.verdict = verdict, .word = word0};
	const struct smmu_device_mark *mark;
	struct incident_key *key;
	__u32 zero = 0;

	chain.judgement = bpf_map_lookup_elem(&judgements, &zero);
	if (!verdict || !chain.judgement)
		return 0;
	key = &chain.judgement->key;
	key->thread = verdict->thread;
	key->smmu = verdict->smmu;
	key->address = word1;
	key->sid = SMMU_CMD_SID(word0);
	key->ssid = SMMU_CMD_SSV(word0) ? SMMU_CMD_SSID(word0) : SMMU_RULE_NONE;
	if (incidents_begun && retry_fails(verdict, key))
		return 1;
	/* The first rule that lets it fail: of its StreamID, then of any. */
	mark = device_mark(verdict->smmu, key->sid);
	if (mark && mark->first_rule) {
		chain.index = mark->first_rule - 1;
		bpf_loop(SMMU_RULES_MAX, try_rule, &chain, 0);
	}
	if (!chain.taken && cfg_any_rule != SMMU_RULE_NONE) {
		chain.index = cfg_any_rule;
		bpf_loop(SMMU_RULES_MAX, try_rule, &chain, 0);
	}
	return chain.taken;
}

static long judge_own(__u32 i, struct verdict *verdict)
{
	struct smmu_command command;

	if (i >= verdict->n)
		return 1;
	if (bpf_probe_read_kernel(&command, sizeof(command),
				  (const void *)(verdict->cmds + i * sizeof(command))))
		return 1;
	if (SMMU_CMD_OPCODE(command.word[0]) == SMMU_OP_ATC_INV)
		judge(verdict, command.word[0], command.word[1]);
	return 0;
}

/* Walks back from this list's first command to the CMD_SYNC before it. */
static long judge_backlog(__u32 i, struct verdict *verdict)
{
	__u32 index = (verdict->first - 1 - i) & verdict->mask;
	struct smmu_command command;
	__u32 opcode;

	if (bpf_probe_read_kernel(&command, sizeof(command),
				  (const void *)(verdict->base + index * sizeof(command))))
		return 1;
	opcode = SMMU_CMD_OPCODE(command.word[0]);
	/* A CMD_SYNC that completed by MSI has had its first word overwritten with 0. */
	if (opcode == SMMU_OP_SYNC || !opcode)
		return 1;
	if (opcode == SMMU_OP_ATC_INV)
		judge(verdict, command.word[0], command.word[1]);
	return 0;
}

/* The index `count` commands before `prod`, with its wrap bit. */
static __always_inline __u32 index_before(__u32 prod, __u32 count, __u32 mask)
{
	return (prod - count) & (2 * mask + 1);
}

/* Other commands than ATC_INV and CFGI: this thread's invalidation is over. */
static __always_inline void end_incidents(const struct thread_key *thread)
{
	__u64 *epoch = bpf_map_lookup_elem(&thread_epochs, thread);
	__u64 one = 1;

	if (epoch)
		*epoch += 1;
	else
		bpf_map_update_elem(&thread_epochs, thread, &one, BPF_ANY);
}

/* No rule is for this command. */
static __always_inline bool command_passes_by(__u64 smmu, __u64 word)
{
	const struct smmu_device_mark *mark;

	if (SMMU_CMD_OPCODE(word) != SMMU_OP_ATC_INV)
		return true;
	if (cfg_any_rule != SMMU_RULE_NONE)
		return false;
	mark = device_mark(smmu, SMMU_CMD_SID(word));
	return !mark || !mark->first_rule;
}

static __noinline int commands_pass_by(__u64 smmu, __u64 cmds, __u32 n)
{
	for (__u32 i = 0; i < SMMU_LIST_MAX; i++) {
		if (i >= n)
			break;
		if (!command_passes_by(smmu, word_at(cmds + i * sizeof(struct smmu_command))))
			return 0;
	}
	return 1;
}

/* One command, as most lists have, or several. */
static __always_inline bool own_passes_by(__u64 *ctx)
{
	__u32 n = (__u32)argument(ctx, 3);

	if (n == 1)
		return command_passes_by(argument_address(ctx, 0), word_at(argument(ctx, 2)));
	return commands_pass_by(argument_address(ctx, 0), argument_number(ctx, 2), n);
}

/* The command before the list is a CMD_SYNC: nothing was left in the queue. */
static __always_inline bool backlog_empty(__u64 *ctx)
{
	struct arm_smmu_cmdq *cmdq = (struct arm_smmu_cmdq *)argument(ctx, 1);
	__u64 mask = (1ULL << (cmdq->q.llq.max_n_shift & 31)) - 1;
	__u64 before = argument(ctx, 4) - argument(ctx, 3) - 1;
	__u32 opcode = SMMU_CMD_OPCODE(
		word_at((__u64)cmdq->q.base + (before & mask) * sizeof(struct smmu_command)));

	return opcode == SMMU_OP_SYNC || !opcode;
}

/*
 * Most lists have nothing to do with any rule, and are let go here. After the first
 * incident each one may end another.
 */
static __always_inline bool list_passes_by(__u64 *ctx)
{
	return cfg_casts && !incidents_begun && backlog_empty(ctx) && own_passes_by(ctx);
}

static __always_inline void judge_list(struct verdict *verdict)
{
	struct smmu_command first = {};
	__u64 *epoch;
	__u32 opcode;

	thread_current(&verdict->thread);
	verdict->context = verdict->thread.context;
	if (verdict->n)
		bpf_probe_read_kernel(&first, sizeof(first), (const void *)verdict->cmds);
	opcode = SMMU_CMD_OPCODE(first.word[0]);
	if (opcode != SMMU_OP_ATC_INV) {
		if (incidents_begun && (opcode < SMMU_OP_CFGI_STE || opcode > SMMU_OP_CFGI_CD_ALL))
			end_incidents(&verdict->thread);
	} else {
		/* Before the first incident no thread has an epoch: all are at 0. */
		epoch = incidents_begun ? bpf_map_lookup_elem(&thread_epochs, &verdict->thread)
					: NULL;
		verdict->epoch = epoch ? *epoch : 0;
		bpf_loop(SMMU_LIST_MAX, judge_own, verdict, 0);
	}
	bpf_loop(BACKLOG_MAX, judge_backlog, verdict, 0);
	if (verdict->value)
		call_mark_synthetic(verdict->cmds, verdict->first);
}

/* What the driver makes of a verdict that is not its own. */
static __always_inline __s32 verdict_result(__s32 value)
{
	if (value == VALUE_GERROR)
		return -EIO;
	return value == VALUE_STALL ? -ETIMEDOUT : value;
}

/*
 * Without a hook on lists their story is followed here: the list is about to return, and
 * with what, if the driver tells. By now the SMMU has executed it.
 */
static __noinline int verdict_follow(__u64 *ctx, __u64 smmu, __u64 cmds, __u32 n, __s32 value)
{
	struct list list = {
		.ctx = ctx,
		.smmu = smmu,
		.cmds = cmds,
		.n = n,
		.now = bpf_ktime_get_ns(),
		.sync = true,
		.result = verdict_result(value),
		.flags = value ? SMMU_EVENT_SYNTHETIC : 0,
	};

	list_open(&list);
	if (story_concerns(&list))
		story_follow(&list);
	return 0;
}

static __noinline int verdict_judge(__u64 *ctx)
{
	struct arm_smmu_cmdq *cmdq = (struct arm_smmu_cmdq *)argument(ctx, 1);
	struct verdict verdict = {};

	verdict.smmu = argument_address(ctx, 0);
	verdict.cmdq = argument_address(ctx, 1);
	verdict.cmds = argument_number(ctx, 2);
	verdict.n = (__u32)argument(ctx, 3);
	verdict.sync = (__u32)argument(ctx, 4);
	verdict.base = (__u64)cmdq->q.base;
	verdict.mask = (1U << (cmdq->q.llq.max_n_shift & 31)) - 1;
	verdict.first = index_before(verdict.sync, verdict.n, verdict.mask);
	judge_list(&verdict);
	return verdict.value;
}

SEC("?fmod_ret/arm_smmu_cmdq_sync_verdict")
int verdict_inject(__u64 *ctx)
{
	__s32 value;

	if (!ready() || list_passes_by(ctx))
		return 0;
	value = verdict_judge(ctx);
	if (cfg_by_verdict && incidents_begun)
		verdict_follow(ctx, argument_address(ctx, 0), argument_number(ctx, 2),
			       (__u32)argument(ctx, 3), value);
	return value;
}

/*
 * arm_smmu_cmdq_inject(smmu, cmdq, cmds, n, sync_prod, verdict): the driver's slow
 * path after a verdict that was not its own, called only when somebody injects. Other
 * people's injections are seen here, at no cost while there are none. Which device was
 * meant is known only if the list is for a single one.
 */
static __always_inline int injected(__u64 *ctx, __u64 smmu, __u64 cmds)
{
	struct verdict verdict = {.smmu = smmu, .cmdq = ctx[1], .sync = (__u32)ctx[4]};
	struct arm_smmu_cmdq *cmdq = (struct arm_smmu_cmdq *)ctx[1];
	struct smmu_command command = {};
	struct smmu_call *call;
	__u32 sid = SMMU_SID_NONE;
	__s32 error = (__s32)ctx[5];
	__u16 flags = SMMU_EVENT_FOREIGN;

	if (!ready())
		return 0;
	call = call_find(cmds);
	if (call && call->flags & SMMU_EVENT_SYNTHETIC) {
		if (cfg_by_verdict)
			call_close(call);
		return 0; /* our own, reported where it was made */
	}
	verdict.mask = (1U << (BPF_CORE_READ(cmdq, q.llq.max_n_shift) & 31)) - 1;
	if (!cfg_by_verdict)
		call_mark_synthetic(cmds, index_before(verdict.sync, (__u32)ctx[3], verdict.mask));
	if ((__u32)ctx[3] == 1)
		bpf_probe_read_kernel(&command, sizeof(command), (const void *)cmds);
	if (SMMU_CMD_OPCODE(command.word[0]) == SMMU_OP_ATC_INV) {
		sid = SMMU_CMD_SID(command.word[0]);
		DEVICE_COUNT(verdict.smmu, sid, timeouts_injected);
	}
	if (error == VALUE_GERROR) {
		flags |= SMMU_EVENT_GERROR;
		error = -EIO;
	} else if (error == VALUE_STALL) {
		flags |= SMMU_EVENT_STALL;
		error = -ETIMEDOUT;
	}
	emit_inject(&verdict, sid, SMMU_RULE_NONE, error, 0, flags);
	if (cfg_by_verdict) {
		/* From here on lists do not pass by, as after an incident of our own. */
		__sync_fetch_and_add(&incidents_begun, 1);
		verdict_follow(ctx, smmu, cmds, (__u32)ctx[3], error);
	}
	return 0;
}

SEC("?fentry")
int injected_entry(__u64 *ctx)
{
	return injected(ctx, argument_number(ctx, 0), argument_number(ctx, 2));
}

SEC("?kprobe")
int injected_entry_kprobe(__u64 *ctx)
{
	return injected(ctx, ctx[0], ctx[2]);
}
