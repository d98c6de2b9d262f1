// SPDX-License-Identifier: GPL-2.0
#include "forgotten.h"

#include "check/case.h"
#include "check/follow.h"
#include "check/rules/rule.h"

#include <string.h>

static __u64 times_broken(const struct bench *bench)
{
	const struct finding *finding = &check_findings(bench->check)->rules[R22 - 1];

	return finding->seen_broken + finding->not_seen_broken;
}

void forgotten_look(const struct bench *bench, struct forgotten *forgotten)
{
	memset(forgotten, 0, sizeof(*forgotten));
	forgotten->broken = times_broken(bench);
	for (unsigned int i = 0; i < MACHINE_FUNCTIONS; i++) {
		const struct unit *unit = bench_unit(bench, i);

		/* What is excused already will not break the rule. */
		if (unit && unit->stirred_ns < unit->miss.start_ns)
			forgotten->misses[i] = unit->miss;
	}
}

static __u8 streams_of(unsigned int function)
{
	const struct machine_function *place = &machine_functions[function];

	return (__u8)(((1U << place->streams) - 1) << place->first);
}

/* R22 holds against the function that an invalidation which began then has forgotten it. */
static void judge_miss(struct bench *bench, size_t event, unsigned int function,
		       const struct miss *miss)
{
	const struct debts *debts = &bench->world->model.debts;
	const __u8 streams = streams_of(function);
	bool began = false;

	bench->judged->accused++;
	for (unsigned int i = 0; i < debts->closed_count; i++) {
		const struct debt *debt = &debts->closed[i];

		if (debt->start_ns != miss->start_ns ||
		    world_flow_id(debt->flow).tid != miss->flow.tid)
			continue;
		began = true;
		if (debt->waived & 1U << function && !bench->lifted_ns[function])
			break;
		if (debt->may & streams & ~(debt->asked & ~debt->late))
			return;
		if (debt->spread & streams) {
			bench->judged->spread++;
			return;
		}
	}
	bench_disagree(bench, event, "R22 says that an invalidation has forgotten function %u, %s",
		       function,
		       began ? "which it reached or need not reach" : "and none began then");
}

/* What it held against a function is decided, or it holds something new against it. */
static void judge_misses(struct bench *bench, size_t event, const struct forgotten *before)
{
	unsigned int broken = 0;

	for (unsigned int i = 0; i < MACHINE_FUNCTIONS; i++) {
		const struct unit *unit = bench_unit(bench, i);
		const struct miss *miss = &before->misses[i];

		if (unit && unit->miss.start_ns && unit->miss.start_ns != miss->start_ns)
			judge_miss(bench, event, i, &unit->miss);
		if (!miss->start_ns || unit->miss.start_ns == miss->start_ns)
			continue;
		bench->told_ns[i] = bench->track->last_ns;
		broken++;
		if (bench->told_ns[i] < miss->end_ns + DEBT_REASON_NS)
			bench_disagree(bench, event,
				       "R22 does not wait for what may excuse that function %u was "
				       "forgotten",
				       i);
	}
	bench->judged->broken += broken;
	if (times_broken(bench) - before->broken != broken)
		bench_disagree(bench, event, "R22 is broken %llu times, by %u functions",
			       times_broken(bench) - before->broken, broken);
}

/* The invalidation is over, and has forgotten the function: does R22 hold that against it? */
static void judge_debt(struct bench *bench, size_t event, const struct debt *debt,
		       unsigned int function)
{
	const struct unit *unit = bench_unit(bench, function);

	if (debt->excused & 1U << function || bench->lifted_ns[function] >= debt->start_ns)
		bench->judged->excused++;
	else if (unit && unit->miss.start_ns)
		bench->judged->forgotten++;
	else if (debt->doubted & streams_of(function))
		bench->judged->untold++;
	else if (debt->spread & streams_of(function))
		bench->judged->spread++;
	else if (bench_unplaced(bench) && unit &&
		 (unit->failed_ns || unit->stirred_ns >= debt->start_ns))
		bench->judged->unplaced++;
	else
		bench_disagree(
			bench, event,
			"the invalidation that flow %u began at %llu has forgotten function %u, "
			"and R22 does not say so",
			debt->flow, debt->start_ns, function);
}

/* Those that are over by now. */
static void judge_debts(struct bench *bench, size_t event, __u64 now)
{
	const struct debts *debts = &bench->world->model.debts;

	for (; bench->debt < debts->closed_count; bench->debt++) {
		const struct debt *debt = &debts->closed[bench->debt];
		const __u8 forgotten = debt->must & ~debt->asked, late = debt->must & debt->late;

		if (debt->over_ns > now)
			return;
		for (unsigned int f = 0; f < MACHINE_FUNCTIONS; f++) {
			if (forgotten & streams_of(f))
				judge_debt(bench, event, debt, f);
			else if (late & streams_of(f))
				bench->judged->late++;
			else if (debt->must & streams_of(f))
				bench->judged->reached++;
		}
	}
}

/* At the end: what nothing has excused since has broken the rule. */
static void judge_decided(struct bench *bench, size_t event)
{
	const struct debts *debts = &bench->world->model.debts;

	for (unsigned int i = 0; i < debts->closed_count; i++) {
		const struct debt *debt = &debts->closed[i];
		const __u8 forgotten = debt->must & ~(debt->asked | debt->doubted | debt->spread);

		for (unsigned int f = 0; f < MACHINE_FUNCTIONS; f++) {
			if (!(forgotten & streams_of(f)) ||
			    (debt->excused | debt->stirred) & 1U << f ||
			    bench->lifted_ns[f] >= debt->start_ns ||
			    bench->told_ns[f] >= debt->over_ns)
				continue;
			if (bench_unplaced(bench))
				bench->judged->unplaced++;
			else
				bench_disagree(bench, event,
					       "the invalidation that flow %u began at %llu has "
					       "forgotten function %u, and R22 is not broken",
					       debt->flow, debt->start_ns, f);
		}
	}
}

void forgotten_judge(struct bench *bench, size_t event, const struct forgotten *before)
{
	judge_misses(bench, event, before);
	judge_debts(bench, event, bench->track->last_ns);
}

/* The iommu_unmap() that the flow is in returns. */
static void follow_return(struct bench *bench, unsigned int flow)
{
	const struct eye_flow id = world_flow_id(flow);
	const struct {
		struct smmu_event event;
		struct smmu_unmap unmap;
	} last = {
		.event =
			{
				.kind = SMMU_EVENT_UNMAP,
				.ts_ns = bench->world->now + 1,
				.pid = id.tid,
				.tid = id.tid,
				.cpu = id.cpu,
				.context = id.context,
			},
	};
	struct forgotten before;

	forgotten_look(bench, &before);
	follow(bench->check, &last.event);
	judge_misses(bench, bench->world->logged - 1, &before);
}

/* A list of anybody, so late that nothing remains to be waited for. */
static void follow_last(struct bench *bench)
{
	const struct {
		struct smmu_event event;
		struct smmu_submit submit;
	} last = {
		.event =
			{
				.kind = SMMU_EVENT_SUBMIT,
				.ts_ns = bench->world->now + 10 * SMMU_LONGEST_WAIT_NS,
				.flags = SMMU_EVENT_SYNC,
			},
		.submit = {.smmu = machine_smmus[0], .queue = machine_queues[0].address},
	};
	struct forgotten before;

	forgotten_look(bench, &before);
	follow(bench->check, &last.event);
	judge_misses(bench, bench->world->logged - 1, &before);
}

void forgotten_end(struct bench *bench)
{
	const size_t event = bench->world->logged - 1;
	__u64 broken;

	for (unsigned int i = 0; i < MACHINE_FLOWS; i++)
		follow_return(bench, i);
	judge_debts(bench, event, bench->track->last_ns);
	follow_last(bench);
	judge_decided(bench, event);
	broken = times_broken(bench);
	follow_close(bench->check);
	if (times_broken(bench) != broken)
		bench_disagree(bench, event,
			       "R22 is broken at the end of the history, with nothing open");
}
