// SPDX-License-Identifier: GPL-2.0
#include "check/sight.h"

#include "base/text.h"
#include "event/decode.h"

#include <string.h>

/* Did the run or the replay leave events out? Their numbers are missing, too. */
static bool narrowed(const struct stream_info *info)
{
	return info->filtered || (info->kinds & SMMU_KINDS_ALL) != SMMU_KINDS_ALL;
}

void sight_lose(struct sight_loss *loss, const struct stream_info *info,
		const struct statistics *statistics, __u64 holes)
{
	/* The numbers of events that the ledger counts as lost are missing, too. */
	if (holes > statistics->loss.lost)
		*(narrowed(info) ? &loss->unsure : &loss->any) += holes - statistics->loss.lost;
	loss->any += statistics->loss.skipped_by_kernel;
	for (unsigned int kind = 0; kind < SMMU_EVENT_KIND_COUNT; kind++)
		loss->kind[kind] += statistics->ledger[kind].lost;
	loss->blind = statistics->blind;
	loss->duration_ns = statistics->duration_ns;
}

/* id: `length` characters, of "a|b". NULL: this run did not want the hook. */
static const struct stream_hook *find_hook(const struct stream_info *info, const char *id,
					   size_t length)
{
	for (size_t i = 0; i < info->hook_count; i++) {
		const struct stream_hook *hook = &info->hooks[i];

		if (!strncmp(hook->id, id, length) && !hook->id[length])
			return hook;
	}
	return NULL;
}

bool sight_hook(const struct stream_info *info, const char *id)
{
	const struct stream_hook *hook = find_hook(info, id, strlen(id));

	return hook && !hook->reason;
}

/* Did it fire all the time? It may have been switched off under the run. */
static bool hook_fired(const struct stream_hook *hook, const struct sight_loss *loss, char *reason,
		       size_t size)
{
	enum blind_method method = blind_method_of(hook->method);
	char off[TEXT_NUMBER_LEN], all[TEXT_NUMBER_LEN];

	if (method == BLIND_METHOD_COUNT)
		return true;
	if (!loss->blind.looks) {
		snprintf(reason, size, "hook %s: nobody looked whether it fired all the time",
			 hook->id);
		return false;
	}
	if (!loss->blind.ns[method])
		return true;
	snprintf(reason, size, "hook %s: did not fire for %s of %s, %s", hook->id,
		 text_duration(loss->blind.ns[method], off), text_duration(loss->duration_ns, all),
		 blind_text(method, loss->blind.cause[method]));
	return false;
}

/*
 * Was one of the hooks in "a|b" attached, and did it fire? If none was, the reason is that of the
 * first one.
 */
static bool hook_saw(const struct stream_info *info, const struct sight_loss *loss, const char *ids,
		     char *reason, size_t size)
{
	const char *why = NULL, *id = ids;
	size_t first = strcspn(ids, "|");

	for (;;) {
		size_t length = strcspn(id, "|");
		const struct stream_hook *hook = find_hook(info, id, length);

		if (hook && !hook->reason)
			return hook_fired(hook, loss, reason, size);
		if (hook && id == ids)
			why = hook->reason;
		if (!id[length])
			break;
		id += length + 1;
	}
	snprintf(reason, size, "hook %.*s: %s", (int)first, ids,
		 why ? why : "not attached in this run");
	return false;
}

static bool hooks_saw(const struct stream_info *info, const struct sight_loss *loss,
		      const char *const *hooks, char *reason, size_t size)
{
	for (size_t i = 0; i < RULE_HOOKS_MAX && hooks[i]; i++) {
		if (!hook_saw(info, loss, hooks[i], reason, size))
			return false;
	}
	return true;
}

/* Were these kinds traced, and not thinned out by a filter? */
static bool kinds_traced(const struct stream_info *info, __u32 kinds, char *reason, size_t size)
{
	__u32 absent = kinds & ~info->kinds, missing = absent | (kinds & info->filtered);
	unsigned int kind = 0;

	if (!missing)
		return true;
	while (!(missing & 1U << kind))
		kind++;
	if (info->kinds)
		snprintf(reason, size, "%s events: %s in this run", decode_kind(kind),
			 absent & 1U << kind ? "not traced" : "filtered");
	else
		snprintf(reason, size, "the recording does not say what was traced");
	return false;
}

static bool none_lost(const struct sight_loss *loss, __u32 kinds, __u64 unseen, char *reason,
		      size_t size)
{
	__u64 lost = loss->any + loss->unsure + unseen;

	for (unsigned int kind = 0; kind < SMMU_EVENT_KIND_COUNT; kind++) {
		if (kinds & 1U << kind)
			lost += loss->kind[kind];
	}
	if (!lost)
		return true;
	if (lost == unseen)
		snprintf(reason, size, "what would decide was not seen, %llu times", unseen);
	else
		snprintf(reason, size, "lost %s%llu", loss->unsure ? "or filtered " : "", lost);
	return false;
}

/* Without the stream table no fence was seen: every device then looks as if it had none. */
static bool table_read(const struct stream_info *info, __u32 kinds, char *reason, size_t size)
{
	const struct stream_hook *table = find_hook(info, STREAM_TABLE, strlen(STREAM_TABLE));

	if (!(kinds & STREAM_TABLE_KINDS) || !table || !table->reason)
		return true;
	snprintf(reason, size, "%s: %s", STREAM_TABLE, table->reason);
	return false;
}

enum sight sight_of(const struct check_rule *rule, const struct stream_info *info,
		    const struct sight_loss *loss, __u64 unseen, char *reason, size_t size)
{
	__u32 all = rule->kinds | rule->pass_kinds;
	bool pass;

	if (!table_read(info, rule->kinds, reason, size))
		return SIGHT_NONE;
	if (!hooks_saw(info, loss, rule->hooks, reason, size) ||
	    !kinds_traced(info, rule->kinds, reason, size) ||
	    !none_lost(loss, rule->kinds, unseen, reason, size))
		return SIGHT_PARTLY;
	pass = table_read(info, all, reason, size) &&
	       hooks_saw(info, loss, rule->pass_hooks, reason, size) &&
	       kinds_traced(info, all, reason, size) && none_lost(loss, all, 0, reason, size);
	return pass ? SIGHT_WHOLE : SIGHT_BROKEN;
}
