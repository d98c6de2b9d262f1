// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  decoded event -> JSON object
 *
 * Runs once per command list of the machine: the path of a submit must neither allocate nor
 * use printf.
 */
#include "sink/event_json.h"

#include "event/decode.h"

struct writer {
	struct json *json;
	const struct stream_info *info;
	struct queue_names *queues;
};

/* Absent when false, to keep lines short. */
#define put_true(json, name)                                                                       \
	do {                                                                                       \
		json_key(json, name);                                                              \
		json_bool(json, true);                                                             \
	} while (0)

static void put_smmu(struct writer *writer, __u64 smmu)
{
	json_key(writer->json, "smmu");
	json_string(writer->json, smmu_name(devices_smmu(writer->info->devices, smmu)));
}

/* Frames as symbols only: no kernel address may leave the tool. */
static void put_stack(struct writer *writer, const struct smmu_stack *stack)
{
	char name[SYMBOLS_NAME_LEN];
	__u32 next = 0;

	json_key(writer->json, "stack");
	json_array_begin(writer->json);
	while (symbols_frame(writer->info->symbols, stack, &next, name))
		json_string(writer->json, name);
	json_array_end(writer->json);
}

static void put_where(struct writer *writer, __u64 smmu, __u64 queue)
{
	const struct smmu *known = devices_smmu(writer->info->devices, smmu);

	json_key(writer->json, "smmu");
	json_string(writer->json, smmu_name(known));
	json_key(writer->json, "queue");
	json_string(writer->json, queue_name(writer->queues, known, smmu, queue));
}

static void put_sid(struct json *json, __u32 sid)
{
	json_key(json, "sid");
	if (sid == SMMU_SID_NONE)
		json_null(json);
	else
		json_u64(json, sid);
}

/* The PCI function with that StreamID; null if none is known. */
static void put_stream(struct writer *writer, __u64 smmu, __u32 sid)
{
	const struct device *device = devices_by_sid(writer->info->devices, smmu, sid);

	json_key(writer->json, "device");
	json_string(writer->json, device ? device->name : NULL);
	put_sid(writer->json, sid);
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
	if (atc->all)
		put_true(json, "all");
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

/* Where the timeout came from, of an event that is of one. */
static void put_source(struct json *json, const struct smmu_event *event)
{
	const char *source = decode_source(event);

	if (!source)
		return;
	json_key(json, "source");
	json_string(json, source);
}

static void put_submit(struct writer *writer, const struct smmu_event *event,
		       const struct smmu_submit *submit)
{
	struct json *json = writer->json;
	bool started = !(event->flags & SMMU_EVENT_NO_START);
	bool sync = event->flags & SMMU_EVENT_SYNC;

	put_where(writer, submit->smmu, submit->queue);
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
	if (submit->result < 0)
		put_source(json, event);
	if (event->flags & SMMU_EVENT_EXACT)
		put_true(json, "exact");
	if (event->flags & SMMU_EVENT_FULL)
		put_true(json, "full");
	put_commands(json, submit, sync);
}

static void put_inject(struct writer *writer, const struct smmu_event *event,
		       const struct smmu_inject_fired *fired)
{
	struct json *json = writer->json;
	char name[DECODE_NAME_LEN];

	json_key(json, "rule");
	if (event->flags & SMMU_EVENT_FOREIGN)
		json_null(json);
	else
		json_u64(json, fired->rule);
	put_stream(writer, fired->smmu, fired->sid);
	json_key(json, "error");
	json_string(json, decode_errno(fired->error, name));
	put_where(writer, fired->smmu, fired->queue);
	json_key(json, "prod");
	json_u64(json, fired->prod);
	json_key(json, "incident");
	json_u64(json, fired->incident);
	if (event->flags & SMMU_EVENT_REPEAT)
		put_true(json, "repeat");
	if (event->flags & (SMMU_EVENT_GERROR | SMMU_EVENT_STALL)) {
		json_key(json, "kind");
		json_string(json, event->flags & SMMU_EVENT_GERROR ? "gerror" : "stall");
	}
	if (event->flags & SMMU_EVENT_BLOCKED) {
		json_key(json, "irq");
		json_string(json, "blocked");
	}
}

/* What stands in the queue in front of the command at which it stopped. */
static void put_before(struct json *json, const struct smmu_command *before)
{
	unsigned int opcode = SMMU_CMD_OPCODE(before->word[0]);
	char name[DECODE_NAME_LEN];
	struct atc_inv atc;

	json_key(json, "before");
	if (!opcode) { /* not known, or a CMD_SYNC that the SMMU has overwritten */
		json_null(json);
		return;
	}
	json_object_begin(json);
	json_key(json, "opcode");
	json_string(json, decode_opcode(opcode, name));
	if (decode_atc(before, &atc)) {
		json_key(json, "atc");
		put_atc(json, &atc);
	}
	json_object_end(json);
}

static void put_cmdq_error(struct writer *writer, const struct smmu_event *event,
			   const struct smmu_cmdq_error *error)
{
	struct json *json = writer->json;
	char name[DECODE_NAME_LEN];

	put_where(writer, error->smmu, error->queue);
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
	json_key(json, "found_by");
	json_string(json, decode_finder(error->found_by));
	put_before(json, &error->before);
	put_source(json, event);
}

/* Nothing where no tag is known: in older recordings, and where the device uses no translations. */
static void put_tag(struct json *json, __u64 tag)
{
	const unsigned int regime = SMMU_TAG_REGIME(tag);

	if (regime == SMMU_REGIME_UNKNOWN)
		return;
	json_key(json, "regime");
	json_string(json, decode_regime(regime));
	if (regime != SMMU_REGIME_EL2) {
		json_key(json, "vmid");
		json_u64(json, SMMU_TAG_VMID(tag));
	}
	if (regime != SMMU_REGIME_STAGE2) {
		json_key(json, "asid");
		json_u64(json, SMMU_TAG_ASID(tag));
	}
}

static void put_fence(struct writer *writer, const struct smmu_event *event,
		      const struct smmu_fence *fence)
{
	struct json *json = writer->json;

	put_stream(writer, fence->smmu, fence->sid);
	put_smmu(writer, fence->smmu);
	json_key(json, "latency_ns");
	json_u64(json, fence->latency_ns);
	json_key(json, "result");
	json_s64(json, fence->result);
	if (fence->told != SMMU_TOLD_UNKNOWN) {
		json_key(json, "grant");
		json_string(json, decode_grant(fence->grant));
		json_key(json, "before");
		json_string(json, decode_grant(fence->before));
		json_key(json, "told");
		json_bool(json, fence->told != SMMU_TOLD_MEMORY);
	}
	put_tag(json, fence->tag);
	put_source(json, event);
	if (fence->stack.depth)
		put_stack(writer, &fence->stack);
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

static void put_asker(struct json *json, const struct smmu_event *event)
{
	const char *asker = decode_asker(event);

	if (!asker)
		return;
	json_key(json, "asked_by");
	json_string(json, asker);
}

static void put_reset(struct json *json, const struct smmu_event *event,
		      const struct smmu_reset *reset)
{
	put_function(json, reset->bdf, reset->sid);
	json_key(json, "phase");
	json_string(json, decode_reset_phase(reset->phase));
	json_key(json, "result");
	if (reset->phase == SMMU_RESET_END || reset->phase == SMMU_RESET_PREPARE)
		json_s64(json, reset->result);
	else
		json_null(json);
	put_asker(json, event);
}

static void put_head(struct json *json, const struct smmu_event *event)
{
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
	json_key(json, "tid");
	json_u64(json, event->tid);
	json_key(json, "comm");
	json_string_n(json, event->comm, sizeof(event->comm));
	if (event->flags & SMMU_EVENT_SYNTHETIC)
		put_true(json, "synthetic");
	if (event->flags & SMMU_EVENT_UNREAD)
		put_true(json, "unread");
}

static void put_isr(struct writer *writer, const struct smmu_isr *isr)
{
	struct json *json = writer->json;

	put_smmu(writer, isr->smmu);
	json_key(json, "duration_ns");
	json_u64(json, isr->duration_ns);
	json_key(json, "handled");
	json_bool(json, isr->result == 1); /* IRQ_HANDLED */
	json_key(json, "active");
	json_u64(json, isr->active);
}

static void put_registers(struct writer *writer, const struct smmu_registers *registers)
{
	struct json *json = writer->json;
	char name[DECODE_NAME_LEN];

	put_where(writer, registers->smmu, registers->queue);
	json_key(json, "duration_ns");
	json_u64(json, registers->duration_ns);
	json_key(json, "result");
	json_s64(json, registers->result);
	json_key(json, "active");
	json_bool(json, (registers->gerror ^ registers->gerrorn) & SMMU_GERROR_CMDQ_ERR);
	json_key(json, "gerror");
	json_u64(json, registers->gerror);
	json_key(json, "gerrorn");
	json_u64(json, registers->gerrorn);
	json_key(json, "error");
	json_string(json, decode_cerror(SMMU_CONS_ERR(registers->cons), name));
	json_key(json, "cons");
	json_hex(json, registers->cons);
	json_key(json, "prod");
	json_u64(json, registers->prod);
}

static void put_invalidation(struct json *json, const struct smmu_invalidation *invalidation)
{
	json_key(json, "processor");
	json_string(json, decode_inv_function(invalidation->function));
	json_key(json, "result");
	if (invalidation->is_void)
		json_null(json);
	else
		json_s64(json, invalidation->result);
	if (invalidation->nested) {
		json_key(json, "nested");
		json_u64(json, invalidation->nested);
	}
}

static void put_forbidden(struct writer *writer, const struct smmu_forbidden *forbidden)
{
	struct json *json = writer->json;

	json_key(json, "act");
	json_string(json, decode_forbidden(forbidden->act));
	json_key(json, "text");
	json_string(json, decode_forbidden_text(forbidden->act));
	json_key(json, "where");
	json_string(json, decode_forbidden_where(forbidden->where));
	json_key(json, "bytes");
	if (decode_forbidden_allocates(forbidden->act))
		json_u64(json, forbidden->bytes);
	else
		json_null(json);
	json_key(json, "since_ns");
	json_u64(json, forbidden->since_ns);
	put_stack(writer, &forbidden->stack);
}

static void put_attach(struct json *json, const struct smmu_attach *attach)
{
	put_function(json, attach->bdf, attach->sid);
}

static void put_unmap(struct json *json, const struct smmu_unmap *unmap)
{
	json_key(json, "iova");
	json_hex(json, unmap->iova);
	json_key(json, "size");
	json_u64(json, unmap->size);
	json_key(json, "returned");
	json_u64(json, unmap->returned);
}

static void put_payload(struct writer *writer, const struct smmu_event *event)
{
	const void *payload = event_payload(event);
	struct json *json = writer->json;

	switch ((enum smmu_event_kind)event->kind) {
	case SMMU_EVENT_SUBMIT:
		put_submit(writer, event, payload);
		break;
	case SMMU_EVENT_INJECT:
		put_inject(writer, event, payload);
		break;
	case SMMU_EVENT_CMDQ_ERROR:
		put_cmdq_error(writer, event, payload);
		break;
	case SMMU_EVENT_FENCE:
	case SMMU_EVENT_UNFENCE:
	case SMMU_EVENT_STE:
		put_fence(writer, event, payload);
		break;
	case SMMU_EVENT_ATS:
		put_ats(json, payload);
		break;
	case SMMU_EVENT_RESET:
		put_reset(json, event, payload);
		break;
	case SMMU_EVENT_ISR:
		put_isr(writer, payload);
		break;
	case SMMU_EVENT_REGISTERS:
		put_registers(writer, payload);
		break;
	case SMMU_EVENT_INVALIDATION:
		put_invalidation(json, payload);
		break;
	case SMMU_EVENT_FORBIDDEN:
		put_forbidden(writer, payload);
		break;
	case SMMU_EVENT_ATTACH:
		put_attach(json, payload);
		put_asker(json, event);
		break;
	case SMMU_EVENT_UNMAP:
		put_unmap(json, payload);
		break;
	case SMMU_EVENT_KIND_COUNT:
		break;
	}
}

void event_json(struct json *json, const struct stream_info *info, struct queue_names *queues,
		const struct smmu_event *event)
{
	struct writer writer = {.json = json, .info = info, .queues = queues};

	json_object_begin(json);
	put_head(json, event);
	put_payload(&writer, event);
	json_object_end(json);
}
