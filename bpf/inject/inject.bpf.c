// SPDX-License-Identifier: GPL-2.0
/*
 * Injection: answers for the hardware at the driver's injection point,
 * arm_smmu_cmdq_sync_verdict(smmu, cmdq, cmds, n, sync_prod), which the driver calls after
 * each CMD_SYNC. Loaded only with injection rules (`inject`, `check`, `run`). This is the
 * only program that changes what the kernel does.
 *
 * As in hardware, a timeout shows at the next CMD_SYNC of the queue. So the answer to a
 * list depends on its own ATC_INV, and on those that earlier lists left in the queue without
 * a CMD_SYNC of their own.
 */
#include "inject/incident.bpf.h"

#include <bpf/bpf_tracing.h>

/* How many commands the search for unsynced ATC_INV goes back; a CMD_SYNC ends it earlier. */
#define BACKLOG_MAX 1024

/* A walk along a chain of injection rules. */
struct chain {
	struct answer *answer;
	struct judgement *judgement;
	__u64 word;
	__u64 now; /* CLOCK_BOOTTIME, as in rules; 0: not read yet */
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
	if (inject_rule_matches(rule, chain->answer, chain->word)) {
		if (!chain->now)
			chain->now = bpf_ktime_get_boot_ns();
		if (inject_rule_take(rule, state, chain->now)) {
			begin_incident(chain->answer, chain->judgement, index, rule);
			chain->taken = true;
			return 1;
		}
	}
	chain->index = rule->next;
	return 0;
}

/* Does this ATC_INV time out? If so, sets the answer's value. */
static __noinline int judge(struct answer *answer, __u64 word0, __u64 word1)
{
	struct chain chain = {.answer = answer, .word = word0};
	const struct smmu_device_mark *mark;
	struct incident_key *key;
	__u32 zero = 0;

	chain.judgement = bpf_map_lookup_elem(&judgements, &zero);
	if (!answer || !chain.judgement)
		return 0;
	key = &chain.judgement->key;
	key->thread = answer->thread;
	key->smmu = answer->smmu;
	key->address = word1;
	key->sid = SMMU_CMD_SID(word0);
	key->ssid = SMMU_CMD_SSV(word0) ? SMMU_CMD_SSID(word0) : SMMU_RULE_NONE;
	if (incidents_begun && retry_fails(answer, key))
		return 1;
	/* The first rule that fires: those for its StreamID, then those for any. */
	mark = device_mark(answer->smmu, key->sid);
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

static long judge_own(__u32 i, struct answer *answer)
{
	struct smmu_command command;

	if (i >= answer->n)
		return 1;
	if (bpf_probe_read_kernel(&command, sizeof(command),
				  (const void *)(answer->cmds + i * sizeof(command))))
		return 1;
	if (SMMU_CMD_OPCODE(command.word[0]) == SMMU_OP_ATC_INV)
		judge(answer, command.word[0], command.word[1]);
	return 0;
}

/* Walks back from this list's first command to the CMD_SYNC before it. */
static long judge_backlog(__u32 i, struct answer *answer)
{
	__u32 index = (answer->first - 1 - i) & answer->mask;
	struct smmu_command command;
	__u32 opcode;

	if (bpf_probe_read_kernel(&command, sizeof(command),
				  (const void *)(answer->base + index * sizeof(command))))
		return 1;
	opcode = SMMU_CMD_OPCODE(command.word[0]);
	/* A CMD_SYNC that completed by MSI has had its first word overwritten with 0. */
	if (opcode == SMMU_OP_SYNC || !opcode)
		return 1;
	if (opcode == SMMU_OP_ATC_INV)
		judge(answer, command.word[0], command.word[1]);
	return 0;
}

/* No rule can match this command. */
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

/* No rule can match a command of the list; most lists have a single one. */
static __always_inline bool own_passes_by(__u64 *ctx)
{
	__u32 n = (__u32)argument(ctx, 3);

	if (n == 1)
		return command_passes_by(argument_address(ctx, 0), word_at(argument(ctx, 2)));
	return commands_pass_by(argument_address(ctx, 0), argument_number(ctx, 2), n);
}

/* The command before the list is a CMD_SYNC, so no unsynced ATC_INV is in the queue. */
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
 * Fast path: no rule can match, as for most lists. Not after the first incident, as from
 * then on each list may end one.
 */
static __always_inline bool list_passes_by(__u64 *ctx)
{
	return cfg_casts && !incidents_begun && backlog_empty(ctx) && own_passes_by(ctx);
}

/* The opcode of the list's command at `index`; 0 if it has none. */
static __always_inline __u32 opcode_at(const struct answer *answer, __u32 index)
{
	return answer->n ? SMMU_CMD_OPCODE(
				   word_at(answer->cmds + index * sizeof(struct smmu_command)))
			 : 0;
}

/* A list may begin or end with other commands: ATC_INV are looked for at both ends of it. */
static __always_inline void judge_list(struct answer *answer)
{
	__u32 first = opcode_at(answer, 0), last = opcode_at(answer, answer->n - 1);
	__u64 *epoch;

	thread_current(&answer->thread);
	answer->context = answer->thread.context;
	if (incidents_begun && first != SMMU_OP_ATC_INV &&
	    (first < SMMU_OP_CFGI_STE || first > SMMU_OP_CFGI_CD_ALL))
		end_incidents(&answer->thread);
	if (first == SMMU_OP_ATC_INV || last == SMMU_OP_ATC_INV) {
		/* Before the first incident no thread has an epoch: all are at 0. */
		epoch = incidents_begun ? bpf_map_lookup_elem(&thread_epochs, &answer->thread)
					: NULL;
		answer->epoch = epoch ? *epoch : 0;
		bpf_loop(SMMU_LIST_MAX, judge_own, answer, 0);
	}
	bpf_loop(BACKLOG_MAX, judge_backlog, answer, 0);
	if (answer->value)
		call_mark_synthetic(answer->cmds, answer->first);
}

static __noinline int answer_find(__u64 *ctx)
{
	struct arm_smmu_cmdq *cmdq = (struct arm_smmu_cmdq *)argument(ctx, 1);
	struct answer answer = {};

	answer.smmu = argument_address(ctx, 0);
	answer.cmdq = argument_address(ctx, 1);
	answer.cmds = argument_number(ctx, 2);
	answer.n = (__u32)argument(ctx, 3);
	answer.sync = (__u32)argument(ctx, 4);
	answer.base = (__u64)cmdq->q.base;
	answer.mask = (1U << (cmdq->q.llq.max_n_shift & 31)) - 1;
	answer.first = index_before(answer.sync, answer.n, answer.mask);
	judge_list(&answer);
	return answer.value;
}

SEC("?fmod_ret/arm_smmu_cmdq_sync_verdict")
int verdict_inject(__u64 *ctx)
{
	__s32 value;

	if (!ready() || list_passes_by(ctx))
		return 0;
	value = answer_find(ctx);
	if (cfg_point_only && incidents_begun)
		answer_follow(ctx, argument_address(ctx, 0), argument_number(ctx, 2),
			      (__u32)argument(ctx, 3), value);
	return value;
}
