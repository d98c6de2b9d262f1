// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  decoded event -> one line for people
 *
 * Time in seconds since the stream began, CPU, context, SMMU and queue or PCI
 * function, kind, what happened, result, who. Colour only on a terminal.
 */
#include "sink.h"

#include "decode.h"
#include "gaps.h"
#include "ledger.h"
#include "names.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RED    "\033[31m"
#define YELLOW "\033[33m"
#define PLAIN  "\033[0m"

/* "0000:01:00.0 (sid 0x100)" or "sid 0x100" */
#define STREAM_LEN 48
#define WHERE_LEN  96

struct sink_text_state {
	struct gaps gaps;
	struct queue_names queues;
	bool colour;
};

static bool colour_wanted(FILE *file)
{
	const char *no_color = getenv("NO_COLOR");
	int fd = fileno(file);

	return !(no_color && *no_color) && fd >= 0 && isatty(fd);
}

static void put_count(FILE *file, size_t count, const char *one, const char *many)
{
	fprintf(file, " %zu %s", count, count == 1 ? one : many);
}

static void put_header(FILE *file, const struct stream_info *info)
{
	time_t seconds = (time_t)(info->realtime_ns / 1000000000);
	char start[32] = "?";
	struct tm utc;
	size_t i;

	if (gmtime_r(&seconds, &utc))
		strftime(start, sizeof(start), "%Y-%m-%dT%H:%M:%SZ", &utc);
	fprintf(file, "# %s %s, kernel %s", info->command, info->tool_version, info->kernel);
	if (info->variant)
		fprintf(file, " (%s)", info->variant);
	fprintf(file, ", attached by %s;", info->attach);
	put_count(file, info->devices->smmu_count, "SMMU,", "SMMUs,");
	put_count(file, info->devices->count, "PCI function", "PCI functions");
	fprintf(file, "\n# time: seconds since %s\n", start);
	for (i = 0; i < info->rule_count; i++)
		fprintf(file, "# rule %zu: %s\n", i, info->rules[i]);
	for (i = 0; i < info->missing_count; i++)
		fprintf(file, "# not seen: %s\n", info->missing[i]);
}

static int sink_text_open(struct sink *sink)
{
	struct sink_text_state *state = malloc(sizeof(*state));
	int err;

	if (!state)
		return -ENOMEM;
	gaps_init(&state->gaps);
	queue_names_init(&state->queues);
	state->colour = colour_wanted(sink->file);
	errno = 0;
	put_header(sink->file, sink->info);
	err = text_error(sink->file);
	if (err) {
		free(state);
		return err;
	}
	sink->state = state;
	return 0;
}

static const char *stream_format(const struct sink *sink, __u64 smmu, __u32 sid, char *buffer)
{
	const struct device *device = devices_by_sid(sink->info->devices, smmu, sid);

	if (device)
		snprintf(buffer, STREAM_LEN, "%s (sid 0x%x)", device->name, sid);
	else
		snprintf(buffer, STREAM_LEN, "sid 0x%x", sid);
	return buffer;
}

static const char *where_queue(struct sink *sink, __u64 smmu, __u64 queue, char *buffer)
{
	struct sink_text_state *state = sink->state;
	const struct smmu *known = devices_smmu(sink->info->devices, smmu);

	snprintf(buffer, WHERE_LEN, "%s/%s", smmu_name(known),
		 queue_name(&state->queues, known, smmu, queue));
	return buffer;
}

/* Where the event belongs: a queue, an SMMU, or a PCI function. */
static const char *where(struct sink *sink, const struct smmu_event *event, const void *payload,
			 char *buffer)
{
	const struct smmu_submit *submit = payload;
	const struct smmu_inject_fired *fired = payload;
	const struct smmu_cmdq_error *error = payload;
	const struct smmu_fence *fence = payload;
	const struct smmu_ats *ats = payload;
	const struct smmu_reset *reset = payload;

	switch ((enum smmu_event_kind)event->kind) {
	case SMMU_EVENT_SUBMIT:
		return where_queue(sink, submit->smmu, submit->queue, buffer);
	case SMMU_EVENT_INJECT:
		return where_queue(sink, fired->smmu, fired->queue, buffer);
	case SMMU_EVENT_CMDQ_ERROR:
		return where_queue(sink, error->smmu, error->queue, buffer);
	case SMMU_EVENT_FENCE:
	case SMMU_EVENT_UNFENCE:
		return smmu_name(devices_smmu(sink->info->devices, fence->smmu));
	case SMMU_EVENT_ATS:
		return bdf_format(ats->bdf, buffer);
	case SMMU_EVENT_RESET:
		return bdf_format(reset->bdf, buffer);
	case SMMU_EVENT_KIND_COUNT:
		break;
	}
	return "";
}

static void put_result(const struct sink *sink, int result)
{
	const struct sink_text_state *state = sink->state;
	bool red = state->colour && result;
	char name[DECODE_NAME_LEN];

	fprintf(sink->file, " -> %s%s%s", red ? RED : "", decode_errno(result, name),
		red ? PLAIN : "");
}

/* The first ATC_INV in full; a list is mostly one range for many devices. */
static void put_atc(struct sink *sink, const struct smmu_submit *submit)
{
	char stream[STREAM_LEN], size[TEXT_NUMBER_LEN];
	struct atc_inv first = {0}, atc;
	unsigned int i, count = 0;

	for (i = 0; i < submit->captured; i++)
		if (decode_atc(&submit->command[i], &atc) && !count++)
			first = atc;
	if (!count)
		return;
	fprintf(sink->file, " [%s", stream_format(sink, submit->smmu, first.sid, stream));
	if (first.has_ssid)
		fprintf(sink->file, " ssid 0x%x", first.ssid);
	if (first.all)
		fprintf(sink->file, " all");
	else
		fprintf(sink->file, " 0x%llx+%s", first.iova, text_size(first.size, size));
	if (count > 1)
		fprintf(sink->file, ", %u more", count - 1);
	fputc(']', sink->file);
}

static void put_submit(struct sink *sink, const struct smmu_event *event,
		       const struct smmu_submit *submit)
{
	struct opcode_count counts[DECODE_OPCODES_MAX];
	size_t i, count = decode_opcodes(submit, false, counts);
	bool sync = event->flags & SMMU_EVENT_SYNC;
	char name[DECODE_NAME_LEN], duration[TEXT_NUMBER_LEN];

	for (i = 0; i < count; i++)
		fprintf(sink->file, "%s%u %s", i ? " + " : " ", counts[i].count,
			decode_opcode(counts[i].opcode, name));
	if (submit->captured < submit->commands)
		fprintf(sink->file, "%s%u unread", count ? " + " : " ",
			submit->commands - submit->captured);
	fputs(sync ? " sync" : " no sync", sink->file);
	put_result(sink, submit->result);
	if (!(event->flags & SMMU_EVENT_NO_START))
		fprintf(sink->file, " %s", text_duration(submit->duration_ns, duration));
	put_atc(sink, submit);
}

static void put_inject(struct sink *sink, const struct smmu_event *event,
		       const struct smmu_inject_fired *fired)
{
	char stream[STREAM_LEN];

	if (event->flags & SMMU_EVENT_FOREIGN)
		fputs(" foreign", sink->file);
	else
		fprintf(sink->file, " rule %u", fired->rule);
	fprintf(sink->file, " on %s prod 0x%x incident %llu%s",
		stream_format(sink, fired->smmu, fired->sid, stream), fired->prod, fired->incident,
		event->flags & SMMU_EVENT_REPEAT ? " repeat" : "");
	put_result(sink, fired->error);
}

static void put_cmdq_error(struct sink *sink, const struct smmu_cmdq_error *error)
{
	const struct sink_text_state *state = sink->state;
	char name[DECODE_NAME_LEN];

	fprintf(sink->file, " %s%s%s at index %u (cons 0x%08x, gerror 0x%x, gerrorn 0x%x)",
		state->colour ? RED : "", decode_cerror(SMMU_CONS_ERR(error->cons), name),
		state->colour ? PLAIN : "", SMMU_CONS_INDEX(error->cons), error->cons,
		error->gerror, error->gerrorn);
}

static void put_fence(struct sink *sink, const struct smmu_fence *fence)
{
	char stream[STREAM_LEN], duration[TEXT_NUMBER_LEN];

	fprintf(sink->file, " %s after %s", stream_format(sink, fence->smmu, fence->sid, stream),
		text_duration(fence->latency_ns, duration));
	put_result(sink, fence->result);
}

static void put_sid(FILE *file, __u32 sid)
{
	if (sid != SMMU_SID_NONE)
		fprintf(file, " (sid 0x%x)", sid);
}

static void put_details(struct sink *sink, const struct smmu_event *event, const void *payload)
{
	const struct smmu_ats *ats = payload;
	const struct smmu_reset *reset = payload;

	switch ((enum smmu_event_kind)event->kind) {
	case SMMU_EVENT_SUBMIT:
		put_submit(sink, event, payload);
		break;
	case SMMU_EVENT_INJECT:
		put_inject(sink, event, payload);
		break;
	case SMMU_EVENT_CMDQ_ERROR:
		put_cmdq_error(sink, payload);
		break;
	case SMMU_EVENT_FENCE:
	case SMMU_EVENT_UNFENCE:
		put_fence(sink, payload);
		break;
	case SMMU_EVENT_ATS:
		fputs(ats->enabled ? " enabled" : " disabled", sink->file);
		put_sid(sink->file, ats->sid);
		put_result(sink, ats->result);
		break;
	case SMMU_EVENT_RESET:
		fputs(reset->phase == SMMU_RESET_END ? " end" : " begin", sink->file);
		put_sid(sink->file, reset->sid);
		if (reset->phase == SMMU_RESET_END)
			put_result(sink, reset->result);
		break;
	case SMMU_EVENT_KIND_COUNT:
		break;
	}
}

/* Seconds since the stream began; an event may be a moment older than that. */
static void put_time(const struct sink *sink, __u64 ts_ns)
{
	__u64 start = sink->info->monotonic_ns;
	__u64 us = (ts_ns < start ? start - ts_ns : ts_ns - start) / 1000;
	char text[TEXT_NUMBER_LEN + 8];

	snprintf(text, sizeof(text), "%s%llu.%06llu", ts_ns < start && us ? "-" : "", us / 1000000,
		 us % 1000000);
	fprintf(sink->file, "%12s", text);
}

static void put_loss(const struct sink *sink, const struct smmu_event *event, __s64 lost)
{
	put_time(sink, event->ts_ns);
	if (lost > 0)
		fprintf(sink->file, " cpu%-3u %lld %s LOST before the next line\n", event->cpu,
			lost, lost == 1 ? "event" : "events");
	else
		fprintf(sink->file, " cpu%-3u the next line was counted as lost, it is late\n",
			event->cpu);
}

static int sink_text_event(struct sink *sink, const struct smmu_event *event, size_t length)
{
	struct sink_text_state *state = sink->state;
	const void *payload = decode_payload(event, length);
	char place[WHERE_LEN], comm[SMMU_COMM_LEN + 1];
	__s64 lost;

	if (!payload)
		return -EINVAL;
	errno = 0;
	lost = gaps_seen(&state->gaps, event->cpu, event->seq);
	if (lost)
		put_loss(sink, event, lost);
	put_time(sink, event->ts_ns);
	fprintf(sink->file, " cpu%-3u %-7s %-24s %-10s", event->cpu, decode_context(event->context),
		where(sink, event, payload, place), decode_kind(event->kind));
	put_details(sink, event, payload);
	if (event->flags & SMMU_EVENT_UNREAD)
		fputs(" unread", sink->file);
	if (event->flags & SMMU_EVENT_SYNTHETIC)
		fprintf(sink->file, " %sSYNTHETIC%s", state->colour ? YELLOW : "",
			state->colour ? PLAIN : "");
	fprintf(sink->file, " by %s[%u]\n", text_clean(event->comm, sizeof(event->comm), comm),
		event->pid);
	return text_error(sink->file);
}

static int sink_text_close(struct sink *sink, const struct statistics *statistics,
			   const char *reason)
{
	char duration[TEXT_NUMBER_LEN];

	if (!sink->state)
		return 0;
	errno = 0;
	fprintf(sink->file, "# %s after %s; ", reason,
		text_duration(statistics->duration_ns, duration));
	ledger_text(sink->file, &statistics->loss);
	free(sink->state);
	sink->state = NULL;
	return fflush(sink->file) ? -errno : text_error(sink->file);
}

const struct sink_ops sink_text = {
	.open = sink_text_open,
	.event = sink_text_event,
	.close = sink_text_close,
};
