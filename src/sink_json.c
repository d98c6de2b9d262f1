// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  decoded event -> JSON Lines, smmuscope.event/1
 *
 * docs/FORMATS.md describes every field. The path of a submit runs once per
 * command list of the machine: nothing on it prints with a format or allocates.
 */
#include "sink.h"

#include "decode.h"
#include "gaps.h"
#include "json.h"
#include "ledger.h"
#include "names.h"

#include <errno.h>
#include <stdlib.h>

struct sink_json_state {
	struct json json;
	struct gaps gaps;
	struct queue_names queues;
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
	put_strings(json, info->rules, info->rule_count);
	json_key(json, "missing");
	put_strings(json, info->missing, info->missing_count);
	json_object_end(json);
}

static int sink_json_open(struct sink *sink)
{
	struct sink_json_state *state = malloc(sizeof(*state));
	int err;

	if (!state)
		return -ENOMEM;
	json_init(&state->json, sink->file);
	gaps_init(&state->gaps);
	queue_names_init(&state->queues);
	put_header(&state->json, sink->info);
	err = json_line(&state->json);
	if (err) {
		json_free(&state->json);
		free(state);
		return err;
	}
	sink->state = state;
	return 0;
}

static void put_where(struct sink *sink, __u64 smmu, __u64 queue)
{
	struct sink_json_state *state = sink->state;
	const struct smmu *known = devices_smmu(sink->info->devices, smmu);

	json_key(&state->json, "smmu");
	json_string(&state->json, smmu_name(known));
	json_key(&state->json, "queue");
	json_string(&state->json, queue_name(&state->queues, known, smmu, queue));
}

static void put_sid(struct json *json, __u32 sid)
{
	json_key(json, "sid");
	if (sid == SMMU_SID_NONE)
		json_null(json);
	else
		json_u64(json, sid);
}

/* The PCI function that a StreamID belongs to, null if none is known. */
static void put_stream(struct sink *sink, __u64 smmu, __u32 sid)
{
	struct sink_json_state *state = sink->state;
	const struct device *device = devices_by_sid(sink->info->devices, smmu, sid);

	json_key(&state->json, "device");
	json_string(&state->json, device ? device->name : NULL);
	put_sid(&state->json, sid);
}

static void put_atc(struct json *json, const struct atc_inv *atc)
{
	json_object_begin(json);
	put_sid(json, atc->sid);
	json_key(json, "ssid");
	if (atc->has_ssid)
		json_u64(json, atc->ssid);
	else
		json_null(json);
	json_key(json, "iova");
	json_hex(json, atc->iova);
	json_key(json, "size");
	json_u64(json, atc->size);
	if (atc->all) {
		json_key(json, "all");
		json_bool(json, true);
	}
	json_object_end(json);
}

static void put_commands(struct json *json, const struct smmu_submit *submit, bool sync)
{
	struct opcode_count counts[DECODE_OPCODES_MAX];
	size_t i, count = decode_opcodes(submit, sync, counts);
	char name[DECODE_NAME_LEN];
	struct atc_inv atc;
	bool any = false;

	json_key(json, "opcodes");
	json_object_begin(json);
	for (i = 0; i < count; i++) {
		json_key_string(json, decode_opcode(counts[i].opcode, name));
		json_u64(json, counts[i].count);
	}
	json_object_end(json);
	for (i = 0; i < submit->captured; i++) {
		if (!decode_atc(&submit->command[i], &atc))
			continue;
		if (!any) {
			json_key(json, "atc");
			json_array_begin(json);
			any = true;
		}
		put_atc(json, &atc);
	}
	if (any)
		json_array_end(json);
}

static void put_submit(struct sink *sink, const struct smmu_event *event,
		       const struct smmu_submit *submit)
{
	struct json *json = &((struct sink_json_state *)sink->state)->json;
	bool started = !(event->flags & SMMU_EVENT_NO_START);
	bool sync = event->flags & SMMU_EVENT_SYNC;

	put_where(sink, submit->smmu, submit->queue);
	json_key(json, "prod");
	if (started)
		json_u64(json, submit->prod);
	else
		json_null(json);
	json_key(json, "commands");
	json_u64(json, submit->commands);
	if (submit->captured < submit->commands) {
		json_key(json, "captured");
		json_u64(json, submit->captured);
	}
	json_key(json, "sync");
	json_bool(json, sync);
	json_key(json, "duration_ns");
	if (started)
		json_u64(json, submit->duration_ns);
	else
		json_null(json);
	json_key(json, "result");
	json_s64(json, submit->result);
	put_commands(json, submit, sync);
}

static void put_inject(struct sink *sink, const struct smmu_event *event,
		       const struct smmu_inject_fired *fired)
{
	struct json *json = &((struct sink_json_state *)sink->state)->json;
	char name[DECODE_NAME_LEN];

	json_key(json, "rule");
	if (event->flags & SMMU_EVENT_FOREIGN)
		json_null(json);
	else
		json_u64(json, fired->rule);
	put_stream(sink, fired->smmu, fired->sid);
	json_key(json, "error");
	json_string(json, decode_errno(fired->error, name));
	put_where(sink, fired->smmu, fired->queue);
	json_key(json, "prod");
	json_u64(json, fired->prod);
	json_key(json, "incident");
	json_u64(json, fired->incident);
	if (event->flags & SMMU_EVENT_REPEAT) {
		json_key(json, "repeat");
		json_bool(json, true);
	}
}

static void put_cmdq_error(struct sink *sink, const struct smmu_cmdq_error *error)
{
	struct json *json = &((struct sink_json_state *)sink->state)->json;
	char name[DECODE_NAME_LEN];

	put_where(sink, error->smmu, error->queue);
	json_key(json, "error");
	json_string(json, decode_cerror(SMMU_CONS_ERR(error->cons), name));
	json_key(json, "cons");
	json_hex(json, error->cons);
	json_key(json, "index");
	json_u64(json, SMMU_CONS_INDEX(error->cons));
	json_key(json, "gerror");
	json_u64(json, error->gerror);
	json_key(json, "gerrorn");
	json_u64(json, error->gerrorn);
}

static void put_fence(struct sink *sink, const struct smmu_fence *fence)
{
	struct json *json = &((struct sink_json_state *)sink->state)->json;

	put_stream(sink, fence->smmu, fence->sid);
	json_key(json, "smmu");
	json_string(json, smmu_name(devices_smmu(sink->info->devices, fence->smmu)));
	json_key(json, "latency_ns");
	json_u64(json, fence->latency_ns);
	json_key(json, "result");
	json_s64(json, fence->result);
}

static void put_function(struct json *json, __u32 bdf, __u32 sid)
{
	char name[BDF_LEN];

	json_key(json, "device");
	json_string(json, bdf_format(bdf, name));
	put_sid(json, sid);
}

static void put_ats(struct json *json, const struct smmu_ats *ats)
{
	put_function(json, ats->bdf, ats->sid);
	json_key(json, "enabled");
	json_bool(json, ats->enabled);
	json_key(json, "result");
	json_s64(json, ats->result);
}

static void put_reset(struct json *json, const struct smmu_reset *reset)
{
	bool end = reset->phase == SMMU_RESET_END;

	put_function(json, reset->bdf, reset->sid);
	json_key(json, "phase");
	json_string(json, end ? "end" : "begin");
	json_key(json, "result");
	if (end)
		json_s64(json, reset->result);
	else
		json_null(json);
}

static void put_event(struct json *json, const struct smmu_event *event)
{
	json_object_begin(json);
	json_key(json, "type");
	json_string(json, decode_kind(event->kind));
	json_key(json, "ts_ns");
	json_u64(json, event->ts_ns);
	json_key(json, "cpu");
	json_u64(json, event->cpu);
	json_key(json, "context");
	json_string(json, decode_context(event->context));
	json_key(json, "pid");
	json_u64(json, event->pid);
	json_key(json, "comm");
	json_string_n(json, event->comm, sizeof(event->comm));
	if (event->flags & SMMU_EVENT_SYNTHETIC) {
		json_key(json, "synthetic");
		json_bool(json, true);
	}
	if (event->flags & SMMU_EVENT_UNREAD) {
		json_key(json, "unread");
		json_bool(json, true);
	}
}

static int put_loss(struct json *json, const struct smmu_event *event, __s64 lost)
{
	json_object_begin(json);
	json_key(json, "type");
	json_string(json, "loss");
	json_key(json, "ts_ns");
	json_u64(json, event->ts_ns);
	json_key(json, "cpu");
	json_u64(json, event->cpu);
	/* A hole does not tell of what kind its events were; the summary does. */
	json_key(json, "class");
	json_string(json, "any");
	json_key(json, "lost");
	json_s64(json, lost);
	json_object_end(json);
	return json_line(json);
}

static int sink_json_event(struct sink *sink, const struct smmu_event *event, size_t length)
{
	struct sink_json_state *state = sink->state;
	struct json *json = &state->json;
	const void *payload = decode_payload(event, length);
	__s64 lost;

	if (!payload)
		return -EINVAL;
	lost = gaps_seen(&state->gaps, event->cpu, event->seq);
	if (lost && put_loss(json, event, lost))
		return json->error;
	put_event(json, event);
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
		put_ats(json, payload);
		break;
	case SMMU_EVENT_RESET:
		put_reset(json, payload);
		break;
	case SMMU_EVENT_KIND_COUNT:
		break;
	}
	json_object_end(json);
	return json_line(json);
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
	json_object_begin(json);
	json_key(json, "type");
	json_string(json, "summary");
	json_key(json, "reason");
	json_string(json, reason);
	json_key(json, "duration_ns");
	json_u64(json, statistics->duration_ns);
	json_key(json, "loss");
	ledger_json_loss(json, &statistics->loss);
	json_key(json, "by_kind");
	ledger_json_kinds(json, statistics->ledger);
	json_object_end(json);
	err = json_line(json);
	if (!err && fflush(sink->file))
		err = -errno;
	json_free(json);
	free(state);
	sink->state = NULL;
	return err;
}

const struct sink_ops sink_json = {
	.open = sink_json_open,
	.event = sink_json_event,
	.close = sink_json_close,
};
