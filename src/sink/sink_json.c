// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  decoded event -> JSON Lines, smmuscope.event/1
 *
 * docs/FORMATS.md describes every field.
 */
#include "sink/sink.h"

#include "smmu_arch.h"
#include "event/decode.h"
#include "sink/event_form.h"
#include "sink/event_json.h"
#include "event/gaps.h"
#include "base/json.h"
#include "event/ledger.h"
#include "event/names.h"

#include <errno.h>
#include <stdlib.h>

struct sink_json_state {
	struct json json;
	struct gaps gaps;
	struct queue_names queues;
	struct event_forms *forms;
	__u64 devices; /* devices_digest() of those that readers have been told */
};

static void put_strings(struct json *json, const char *const *list, size_t count)
{
	size_t i;

	json_array_begin(json);
	for (i = 0; i < count; i++)
		json_string(json, list[i]);
	json_array_end(json);
}

static void put_smmus(struct json *json, const struct devices *devices)
{
	size_t i;

	json_array_begin(json);
	for (i = 0; i < devices->smmu_count; i++)
		json_string(json, devices->smmus[i].name);
	json_array_end(json);
}

static void put_devices(struct json *json, const struct devices *devices)
{
	const struct device *device;
	unsigned int s;
	size_t i;

	json_array_begin(json);
	for (i = 0; i < devices->count; i++) {
		device = &devices->list[i];
		json_object_begin(json);
		json_key(json, "bdf");
		json_string(json, device->name);
		json_key(json, "smmu");
		json_string(json, smmu_name(devices_smmu(devices, device->smmu)));
		json_key(json, "sids");
		json_array_begin(json);
		for (s = 0; s < device->sids; s++)
			json_u64(json, device->sid[s]);
		json_array_end(json);
		json_object_end(json);
	}
	json_array_end(json);
}

static void put_clock(struct json *json, const struct stream_info *info)
{
	json_object_begin(json);
	json_key(json, "monotonic_ns");
	json_u64(json, info->monotonic_ns);
	json_key(json, "realtime_ns");
	json_u64(json, info->realtime_ns);
	json_object_end(json);
}

static void put_header(struct json *json, const struct stream_info *info)
{
	json_object_begin(json);
	json_key(json, "type");
	json_string(json, "stream");
	json_key(json, "schema");
	json_string(json, "smmuscope.event/1");
	json_key(json, "tool");
	json_string(json, info->tool_version);
	json_key(json, "command");
	json_string(json, info->command);
	json_key(json, "kernel");
	json_string(json, info->kernel);
	if (info->variant) {
		json_key(json, "variant");
		json_string(json, info->variant);
	}
	json_key(json, "attach");
	json_string(json, info->attach);
	json_key(json, "clock");
	put_clock(json, info);
	json_key(json, "smmus");
	put_smmus(json, info->devices);
	json_key(json, "devices");
	put_devices(json, info->devices);
	json_key(json, "rules");
	put_strings(json, info->inject_rules, info->inject_rule_count);
	json_key(json, "missing");
	put_strings(json, info->missing, info->missing_count);
	json_object_end(json);
}

static void state_free(struct sink_json_state *state)
{
	event_forms_free(state->forms);
	json_free(&state->json);
	free(state);
}

static int sink_json_head(struct sink *sink, FILE *file)
{
	struct json json;
	int err;

	json_init(&json, file);
	put_header(&json, sink->info);
	err = json_line(&json);
	json_free(&json);
	return err;
}

static int sink_json_open(struct sink *sink)
{
	struct sink_json_state *state = malloc(sizeof(*state));
	int err;

	if (!state)
		return -ENOMEM;
	state->forms = event_forms_new();
	if (!state->forms) {
		free(state);
		return -ENOMEM;
	}
	json_init(&state->json, sink->file);
	gaps_init(&state->gaps);
	queue_names_init(&state->queues);
	state->devices = devices_digest(sink->info->devices);
	err = sink_json_head(sink, sink->file);
	if (err) {
		state_free(state);
		return err;
	}
	sink->state = state;
	return 0;
}

static int put_loss(struct json *json, __u64 ts_ns, __u64 cpu, __s64 lost)
{
	json_object_begin(json);
	json_key(json, "type");
	json_string(json, "loss");
	json_key(json, "ts_ns");
	json_u64(json, ts_ns);
	json_key(json, "cpu");
	json_u64(json, cpu);
	/* A gap in the numbers does not tell the kinds of the lost events; the summary does. */
	json_key(json, "class");
	json_string(json, "any");
	json_key(json, "lost");
	json_s64(json, lost);
	json_object_end(json);
	return json_line(json);
}

/* The address of a command that has one in its line; what comes back else means nothing. */
static inline __u64 address_of(const struct smmu_submit *submit)
{
	return SMMU_ATC_ADDR(submit->command[0].word[1]);
}

static int put_form(struct json *json, const struct event_form *form,
		    const struct smmu_event *event)
{
	const struct smmu_submit *submit = event_payload(event);
	char *at = json_finished_begin(json, EVENT_FORM_ROOM);
	const char *text = form->text;

	if (!at)
		return json->error;
	at = event_form_piece(at, form, 0, &text);
	at = digits_u64(at, event->ts_ns);
	at = event_form_piece(at, form, 1, &text);
	at = digits_u64(at, submit->prod);
	at = event_form_piece(at, form, 2, &text);
	at = digits_u64(at, submit->duration_ns);
	at = event_form_piece(at, form, 3, &text);
	if (form->count == 5) {
		at = digits_hex(at, address_of(submit));
		at = event_form_piece(at, form, 4, &text);
	}
	json_finished_end(json, at);
	return json_line_held(json);
}

/* `json` holds the object of this event, behind `before` bytes of others. */
static void keep_form(struct sink_json_state *state, struct event_record record, size_t before)
{
	const struct smmu_submit *submit = event_payload(record.event);
	const struct json *json = &state->json;
	struct event_form_number numbers[] = {
		/* These match keys only: within a string value the quotes would be escaped. */
		{.before = "\"ts_ns\":", .after = ","},
		{.before = "\"prod\":", .after = ","},
		{.before = "\"duration_ns\":", .after = ","},
		{.before = "\"iova\":\"0x", .after = "\""},
	};
	bool atc = SMMU_CMD_OPCODE(submit->command[0].word[0]) == SMMU_OP_ATC_INV;

	*digits_u64(numbers[0].text, record.event->ts_ns) = '\0';
	*digits_u64(numbers[1].text, submit->prod) = '\0';
	*digits_u64(numbers[2].text, submit->duration_ns) = '\0';
	*digits_hex(numbers[3].text, address_of(submit)) = '\0';
	/* The writer puts a comma after every value: leave it out. */
	event_forms_keep(state->forms, record, json->start + before,
			 (size_t)(json->at - json->start - 1) - before, numbers, atc ? 4 : 3);
}

/* Not inlined, so that an event with a form saves no registers for it. */
static __attribute__((noinline)) int put_event(struct sink *sink, struct event_record record)
{
	struct sink_json_state *state = sink->state;
	struct json *json = &state->json;
	size_t before = (size_t)(json->at - json->start);

	event_json(json, sink->info, &state->queues, record.event);
	if (event_form_fits(record) && !json->error)
		keep_form(state, record, before);
	return json_line(json);
}

static int sink_json_event(struct sink *sink, struct event_record record)
{
	struct sink_json_state *state = sink->state;
	const struct smmu_event *event = record.event;
	const struct event_form *form;
	__s64 lost;

	lost = gaps_seen(&state->gaps, event->cpu, event->seq);
	if (lost && put_loss(&state->json, event->ts_ns, event->cpu, lost))
		return state->json.error;
	form = event_forms_find(state->forms, record);
	return form ? put_form(&state->json, form, event) : put_event(sink, record);
}

static int sink_json_flush(struct sink *sink)
{
	struct sink_json_state *state = sink->state;

	return json_flush(&state->json);
}

/* The forms have names in them; readers have them from the header, or from the last such line. */
static int sink_json_renamed(struct sink *sink)
{
	struct sink_json_state *state = sink->state;
	__u64 digest = devices_digest(sink->info->devices);
	struct json *json = &state->json;

	if (digest == state->devices)
		return 0;
	state->devices = digest;
	event_forms_forget(state->forms);
	json_object_begin(json);
	json_key(json, "type");
	json_string(json, "devices");
	json_key(json, "smmus");
	put_smmus(json, sink->info->devices);
	json_key(json, "devices");
	put_devices(json, sink->info->devices);
	json_object_end(json);
	return json_line(json);
}

/* Of a rule with kind=device: as the device counts it. */
static void put_silence(struct json *json, const struct rule_silence *silence)
{
	json_key(json, "silence");
	json_object_begin(json);
	json_key(json, "armed");
	json_u64(json, silence->armed);
	json_key(json, "unanswered");
	json_u64(json, silence->unanswered);
	json_key(json, "answered");
	json_u64(json, silence->answered);
	json_key(json, "left");
	json_u64(json, silence->left);
	json_key(json, "end");
	json_string(json, decode_silence_end(silence->end));
	json_object_end(json);
}

static void put_rule(struct json *json, const char *text, __u64 index,
		     const struct smmu_rule_state *state, const struct rule_silence *silence)
{
	json_object_begin(json);
	json_key(json, "type");
	json_string(json, "rule");
	json_key(json, "rule");
	json_u64(json, index);
	json_key(json, "text");
	json_string(json, text);
	json_key(json, "matched");
	json_u64(json, state->matched);
	json_key(json, "fired");
	json_u64(json, state->fired);
	json_key(json, "repeated");
	json_u64(json, state->repeated);
	json_key(json, "expired");
	json_u64(json, state->expired);
	if (silence->armed)
		put_silence(json, silence);
	json_object_end(json);
	json_line(json);
}

/* What each injection rule did. The first error is kept in `json`. */
static void put_rules(struct json *json, const struct stream_info *info,
		      const struct statistics *statistics)
{
	for (size_t i = 0; i < statistics->inject_rule_count; i++)
		put_rule(json, i < info->inject_rule_count ? info->inject_rules[i] : NULL, i,
			 &statistics->inject_rules[i], &statistics->silences[i]);
}

/* Events lost after the last one that came from each CPU. */
static void put_ends(struct sink *sink, const struct statistics *statistics)
{
	struct sink_json_state *state = sink->state;
	__u64 end_ns = sink->info->monotonic_ns + statistics->duration_ns;

	for (size_t cpu = 0; cpu < statistics->sequence_count; cpu++) {
		__s64 lost = gaps_end(&state->gaps, (unsigned int)cpu, statistics->sequence[cpu]);

		if (lost > 0)
			put_loss(&state->json, end_ns, cpu, lost);
	}
}

static int sink_json_close(struct sink *sink, const struct statistics *statistics,
			   const char *reason)
{
	struct sink_json_state *state = sink->state;
	struct json *json;
	int err;

	if (!state)
		return 0;
	json = &state->json;
	put_ends(sink, statistics);
	put_rules(json, sink->info, statistics);
	json_object_begin(json);
	json_key(json, "type");
	json_string(json, "summary");
	json_key(json, "reason");
	json_string(json, reason);
	json_key(json, "duration_ns");
	json_u64(json, statistics->duration_ns);
	json_key(json, "loss");
	ledger_json_loss(json, &statistics->loss);
	json_key(json, "blind");
	blind_json(json, &statistics->blind);
	json_key(json, "by_kind");
	ledger_json_kinds(json, statistics->ledger);
	json_object_end(json);
	err = json_line(json);
	if (!err && fflush(sink->file))
		err = -errno;
	state_free(state);
	sink->state = NULL;
	return err;
}

const struct sink_ops sink_json = {
	.open = sink_json_open,
	.event = sink_json_event,
	.flush = sink_json_flush,
	.head = sink_json_head,
	.renamed = sink_json_renamed,
	.close = sink_json_close,
};
