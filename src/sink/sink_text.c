// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  decoded event -> one line for people
 *
 * Time in seconds since the stream began, CPU, context, SMMU and queue or PCI
 * function, kind, what happened, result, process. Colour only on a terminal.
 */
#include "sink/sink.h"

#include "smmu_arch.h"
#include "event/decode.h"
#include "sink/event_form.h"
#include "sink/event_text.h"
#include "event/gaps.h"
#include "event/ledger.h"
#include "event/names.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TIME_WIDTH 12
#define TIME_MAX   20 /* the longest has a sign, 11 digits, a point and 6 digits */

struct sink_text_state {
	struct line line;
	struct gaps gaps;
	struct queue_names queues;
	struct event_forms *forms;
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
	for (i = 0; i < info->inject_rule_count; i++)
		fprintf(file, "# rule %zu: %s\n", i, info->inject_rules[i]);
	for (i = 0; i < info->missing_count; i++)
		fprintf(file, "# not seen: %s\n", info->missing[i]);
}

static int sink_text_head(struct sink *sink, FILE *file)
{
	errno = 0;
	put_header(file, sink->info);
	return text_error(file);
}

static void state_free(struct sink_text_state *state)
{
	event_forms_free(state->forms);
	free(state);
}

static int sink_text_open(struct sink *sink)
{
	struct sink_text_state *state = malloc(sizeof(*state));
	int err;

	if (!state)
		return -ENOMEM;
	state->forms = event_forms_new();
	if (!state->forms) {
		free(state);
		return -ENOMEM;
	}
	line_init(&state->line, sink->file);
	gaps_init(&state->gaps);
	queue_names_init(&state->queues);
	state->colour = colour_wanted(sink->file);
	err = sink_text_head(sink, sink->file);
	if (err) {
		state_free(state);
		return err;
	}
	sink->state = state;
	return 0;
}

/*
 * Seconds since the stream began, as "%12.6f" would print them; an event may be slightly older than
 * the stream, hence the sign. Returns the end; overwrites DIGITS_LEN bytes at most.
 */
static inline char *time_text(char *to, const struct sink *sink, __u64 ts_ns)
{
	__u64 start = sink->info->monotonic_ns;
	__u64 us = (ts_ns < start ? start - ts_ns : ts_ns - start) / 1000;
	char text[DIGITS_LEN] = "", *at = text;
	size_t length;

	if (ts_ns < start && us)
		*at++ = '-';
	at = digits_u64(at, us / 1000000);
	*at++ = '.';
	/* Six of eight digits: those of 10^7 and 10^6 are the lowest bytes. */
	at = digits_bytes(at, digits_eight(us % 1000000) >> 16, 6);
	length = (size_t)(at - text);
	memset(to, ' ', TIME_WIDTH);
	to += length < TIME_WIDTH ? TIME_WIDTH - length : 0;
	memcpy(to, text, TIME_MAX);
	return to + length;
}

static void put_time(struct line *line, const struct sink *sink, __u64 ts_ns)
{
	char text[DIGITS_LEN];

	line_bytes(line, text, (size_t)(time_text(text, sink, ts_ns) - text));
}

static void put_loss(struct line *line, const struct sink *sink, const struct smmu_event *event,
		     __s64 lost)
{
	put_time(line, sink, event->ts_ns);
	if (lost > 0)
		line_format(line, " cpu%-3u %lld %s LOST before the next line\n", event->cpu, lost,
			    lost == 1 ? "event" : "events");
	else
		line_format(line, " cpu%-3u the next line was counted as lost, it is late\n",
			    event->cpu);
	line_flush(line);
}

static int put_form(struct sink *sink, const struct event_form *form,
		    const struct smmu_event *event)
{
	const struct smmu_submit *submit = event_payload(event);
	char line[EVENT_FORM_ROOM], *at;
	const char *text = form->text;

	at = time_text(line, sink, event->ts_ns);
	at = event_form_piece(at, form, 1, &text);
	at = text_duration_end(submit->duration_ns, at);
	at = event_form_piece(at, form, 2, &text);
	if (form->count == 4) {
		at = digits_hex(at, SMMU_ATC_ADDR(submit->command[0].word[1]));
		at = event_form_piece(at, form, 3, &text);
	}
	fwrite_unlocked(line, 1, (size_t)(at - line), sink->file);
	return text_error(sink->file);
}

/* state->line holds the line of this event, and nothing else. */
static void keep_form(const struct sink *sink, struct event_record record)
{
	const struct sink_text_state *state = sink->state;
	const struct smmu_submit *submit = event_payload(record.event);
	struct event_form_number numbers[] = {
		{.before = "", .after = " cpu"},
		{.before = " -> ok ", .after = ""},
		{.before = " 0x", .after = "+"},
	};
	struct atc_inv atc;
	bool range = decode_atc(&submit->command[0], &atc) && !atc.all;

	*time_text(numbers[0].text, sink, record.event->ts_ns) = '\0';
	text_duration(submit->duration_ns, numbers[1].text);
	if (range)
		*digits_hex(numbers[2].text, atc.iova) = '\0';
	event_forms_keep(state->forms, record, state->line.text,
			 (size_t)(state->line.at - state->line.text), numbers, range ? 3 : 2);
}

/* Not inlined, so that an event with a form saves no registers for it. */
static __attribute__((noinline)) int put_event(struct sink *sink, struct event_record record)
{
	struct sink_text_state *state = sink->state;
	const struct event_text text = {
		.line = &state->line,
		.info = sink->info,
		.queues = &state->queues,
		.colour = state->colour,
	};

	put_time(&state->line, sink, record.event->ts_ns);
	event_text(&text, record.event);
	line_text(&state->line, "\n");
	if (event_form_fits(record))
		keep_form(sink, record);
	line_flush(&state->line);
	return text_error(sink->file);
}

static int sink_text_event(struct sink *sink, struct event_record record)
{
	struct sink_text_state *state = sink->state;
	const struct smmu_event *event = record.event;
	const struct event_form *form;
	__s64 lost;

	errno = 0;
	lost = gaps_seen(&state->gaps, event->cpu, event->seq);
	if (lost)
		put_loss(&state->line, sink, event, lost);
	form = event_forms_find(state->forms, record);
	return form ? put_form(sink, form, event) : put_event(sink, record);
}

/* The forms have names in them. */
static int sink_text_renamed(struct sink *sink)
{
	struct sink_text_state *state = sink->state;

	event_forms_forget(state->forms);
	return 0;
}

/* Events lost after the last one that came from each CPU. */
static void put_ends(const struct sink *sink, const struct statistics *statistics)
{
	struct sink_text_state *state = sink->state;

	for (size_t cpu = 0; cpu < statistics->sequence_count; cpu++) {
		__s64 lost = gaps_end(&state->gaps, (unsigned int)cpu, statistics->sequence[cpu]);

		if (lost <= 0)
			continue;
		put_time(&state->line, sink, sink->info->monotonic_ns + statistics->duration_ns);
		line_format(&state->line, " cpu%-3zu %lld %s LOST before the end\n", cpu, lost,
			    lost == 1 ? "event" : "events");
		line_flush(&state->line);
	}
}

static int sink_text_close(struct sink *sink, const struct statistics *statistics,
			   const char *reason)
{
	char duration[TEXT_NUMBER_LEN];

	if (!sink->state)
		return 0;
	errno = 0;
	put_ends(sink, statistics);
	fprintf(sink->file, "# %s after %s; ", reason,
		text_duration(statistics->duration_ns, duration));
	ledger_text(sink->file, &statistics->loss);
	blind_lines(sink->file, "# ", &statistics->blind, statistics->duration_ns);
	state_free(sink->state);
	sink->state = NULL;
	return fflush(sink->file) ? -errno : text_error(sink->file);
}

const struct sink_ops sink_text = {
	.open = sink_text_open,
	.head = sink_text_head,
	.event = sink_text_event,
	.renamed = sink_text_renamed,
	.close = sink_text_close,
};
