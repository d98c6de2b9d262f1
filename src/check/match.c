// SPDX-License-Identifier: GPL-2.0
#include "check/match.h"

#include <string.h>

/* The last command of a list, and what stood in front of the CMD_SYNC: not two different ones. */
static bool commands_agree(const struct smmu_command *last, const struct smmu_command *before)
{
	return !last->word[0] || !before->word[0] || !memcmp(last, before, sizeof(*last));
}

static struct smmu_command last_of(const struct smmu_submit *submit)
{
	const struct smmu_command unknown = {};

	return submit->captured && submit->captured == submit->commands
		       ? submit->command[submit->captured - 1]
		       : unknown;
}

unsigned int match_index(struct queue *queue, __u32 index, const struct waiting *found[])
{
	unsigned int count = 0;

	for (unsigned int i = 0; queue->waiting && i < WAITING_MAX; i++) {
		const struct waiting *waiting = &queue->waiting[i];

		if (!waiting->end_ns || !place_may_be(&waiting->place, index))
			continue;
		if (!waiting->place.slack) {
			found[0] = waiting;
			return 1;
		}
		found[count++] = waiting;
	}
	return count;
}

void match_waiting(struct queue *queue, struct open_error *error)
{
	for (unsigned int i = 0; queue->waiting && i < WAITING_MAX; i++) {
		struct waiting *waiting = &queue->waiting[i];

		if (!waiting->end_ns || waiting->end_ns > error->ts_ns ||
		    !place_may_be(&waiting->place, error->index) ||
		    !commands_agree(&waiting->last, &error->before))
			continue;
		error->failed = true;
		if (waiting->place.slack)
			continue;
		error->certain = true;
		return;
	}
}

static bool is_about(const struct open_error *error, const struct list_view *view)
{
	const struct smmu_command last = last_of(view->submit);

	return place_may_be(&view->place, error->index) && commands_agree(&last, &error->before);
}

void match_list(struct list_view *view)
{
	const bool concerned = view->atc || flow_unsynced(view->flow, view->submit->queue);

	for (unsigned int i = 0; i < ERRORS_MAX; i++) {
		struct open_error *error = &view->queue->errors[i];

		if (!error->used || error->certain || error->ts_ns < view->start_ns ||
		    error->ts_ns > view->end_ns || !is_about(error, view))
			continue;
		error->certain = !view->place.slack;
		error->failed |= view->submit->result < 0;
		if (!error->atc || !concerned)
			continue;
		error->succeeded |= view->submit->result >= 0;
		view->error = error;
		view->hardware = true;
	}
}
