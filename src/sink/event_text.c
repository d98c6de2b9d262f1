// SPDX-License-Identifier: GPL-2.0
#include "sink/event_text.h"

#include "event/decode.h"
#include "base/text.h"

#define RED    "\033[31m"
#define YELLOW "\033[33m"
#define PLAIN  "\033[0m"

#define WHERE_LEN 96

/* Frames of a stack that are shown; JSON has all of them. */
#define FRAMES_MAX 5

static const char *where_queue(const struct event_text *text, __u64 smmu, __u64 queue, char *buffer)
{
	const struct smmu *known = devices_smmu(text->info->devices, smmu);
	char *end = stpcpy(buffer, smmu_name(known));

	*end++ = '/';
	stpcpy(end, queue_name(text->queues, known, smmu, queue));
	return buffer;
}

/* Where the event belongs: a queue, an SMMU, or a PCI function. */
static const char *where(const struct event_text *text, const struct smmu_event *event,
			 char *buffer)
{
	const void *payload = event_payload(event);
	const struct smmu_submit *submit = payload;
	const struct smmu_inject_fired *fired = payload;
	const struct smmu_cmdq_error *error = payload;
	const struct smmu_fence *fence = payload;
	const struct smmu_ats *ats = payload;
	const struct smmu_reset *reset = payload;
	const struct smmu_isr *isr = payload;
	const struct smmu_registers *registers = payload;
	const struct smmu_attach *attach = payload;

	switch ((enum smmu_event_kind)event->kind) {
	case SMMU_EVENT_SUBMIT:
		return where_queue(text, submit->smmu, submit->queue, buffer);
	case SMMU_EVENT_INJECT:
		return where_queue(text, fired->smmu, fired->queue, buffer);
	case SMMU_EVENT_CMDQ_ERROR:
		return where_queue(text, error->smmu, error->queue, buffer);
	case SMMU_EVENT_FENCE:
	case SMMU_EVENT_UNFENCE:
	case SMMU_EVENT_STE:
		return smmu_name(devices_smmu(text->info->devices, fence->smmu));
	case SMMU_EVENT_ATS:
		return bdf_format(ats->bdf, buffer);
	case SMMU_EVENT_RESET:
		return bdf_format(reset->bdf, buffer);
	case SMMU_EVENT_ISR:
		return smmu_name(devices_smmu(text->info->devices, isr->smmu));
	case SMMU_EVENT_REGISTERS:
		return where_queue(text, registers->smmu, registers->queue, buffer);
	case SMMU_EVENT_ATTACH:
		return bdf_format(attach->bdf, buffer);
	case SMMU_EVENT_INVALIDATION:
	case SMMU_EVENT_FORBIDDEN:
	case SMMU_EVENT_UNMAP:
		return "-"; /* about a thread: it belongs to no SMMU */
	case SMMU_EVENT_KIND_COUNT:
		break;
	}
	return "";
}

static void put_result(const struct event_text *text, int result)
{
	bool red = text->colour && result;
	char name[DECODE_NAME_LEN];

	line_text(text->line, " -> ");
	if (red)
		line_text(text->line, RED);
	line_text(text->line, decode_errno(result, name));
	if (red)
		line_text(text->line, PLAIN);
}

static void put_stream(const struct event_text *text, __u64 smmu, __u32 sid)
{
	const struct device *device = devices_by_sid(text->info->devices, smmu, sid);

	if (device) {
		line_text(text->line, device->name);
		line_text(text->line, " (");
	}
	line_text(text->line, "sid 0x");
	line_hex(text->line, sid);
	if (device)
		line_text(text->line, ")");
}

/* Only the first ATC_INV in full: most lists are one range for many devices. */
static void put_atc(const struct event_text *text, const struct smmu_submit *submit)
{
	char size[TEXT_NUMBER_LEN];
	struct atc_inv first = {0}, atc;
	unsigned int i, count = 0;

	for (i = 0; i < submit->captured; i++)
		if (decode_atc(&submit->command[i], &atc) && !count++)
			first = atc;
	if (!count)
		return;
	line_text(text->line, " [");
	put_stream(text, submit->smmu, first.sid);
	if (first.has_ssid)
		line_format(text->line, " ssid 0x%x", first.ssid);
	if (first.all) {
		line_text(text->line, " all");
	} else {
		line_text(text->line, " 0x");
		line_hex(text->line, first.iova);
		line_text(text->line, "+");
		line_text(text->line, text_size(first.size, size));
	}
	if (count > 1)
		line_format(text->line, ", %u more", count - 1);
	line_text(text->line, "]");
}

static void put_submit(const struct event_text *text, const struct smmu_event *event,
		       const struct smmu_submit *submit)
{
	struct opcode_count counts[DECODE_OPCODES_MAX];
	size_t i, count = decode_opcodes(submit, false, counts);
	bool sync = event->flags & SMMU_EVENT_SYNC;
	char name[DECODE_NAME_LEN], duration[TEXT_NUMBER_LEN];

	for (i = 0; i < count; i++) {
		line_text(text->line, i ? " + " : " ");
		line_u64(text->line, counts[i].count);
		line_text(text->line, " ");
		line_text(text->line, decode_opcode(counts[i].opcode, name));
	}
	if (submit->captured < submit->commands)
		line_format(text->line, "%s%u unread", count ? " + " : " ",
			    submit->commands - submit->captured);
	line_text(text->line, sync ? " sync" : " no sync");
	put_result(text, submit->result);
	if (!(event->flags & SMMU_EVENT_NO_START)) {
		line_text(text->line, " ");
		line_text(text->line, text_duration(submit->duration_ns, duration));
	}
	if (event->flags & SMMU_EVENT_FULL)
		line_text(text->line, " queue full");
	put_atc(text, submit);
}

static void put_inject(const struct event_text *text, const struct smmu_event *event,
		       const struct smmu_inject_fired *fired)
{
	if (event->flags & SMMU_EVENT_FOREIGN)
		line_text(text->line, " foreign");
	else
		line_format(text->line, " rule %u", fired->rule);
	line_text(text->line, " on ");
	put_stream(text, fired->smmu, fired->sid);
	line_format(text->line, " prod 0x%x incident %llu%s", fired->prod, fired->incident,
		    event->flags & SMMU_EVENT_REPEAT ? " repeat" : "");
	if (event->flags & SMMU_EVENT_GERROR)
		line_text(text->line, " gerror");
	if (event->flags & SMMU_EVENT_STALL)
		line_text(text->line, " stall");
	if (event->flags & SMMU_EVENT_BLOCKED)
		line_text(text->line, " irq blocked");
	put_result(text, fired->error);
}

static void put_cmdq_error(const struct event_text *text, const struct smmu_cmdq_error *error)
{
	char name[DECODE_NAME_LEN];

	line_format(text->line, " %s%s%s at index %u (cons 0x%08x, gerror 0x%x, gerrorn 0x%x",
		    text->colour ? RED : "", decode_cerror(SMMU_CONS_ERR(error->cons), name),
		    text->colour ? PLAIN : "", SMMU_CONS_INDEX(error->cons), error->cons,
		    error->gerror, error->gerrorn);
	if (error->found_by)
		line_format(text->line, ", found by %s", decode_finder(error->found_by));
	line_text(text->line, ")");
}

static void put_tag(const struct event_text *text, __u64 tag)
{
	const unsigned int regime = SMMU_TAG_REGIME(tag);

	if (regime == SMMU_REGIME_EL1 || regime == SMMU_REGIME_EL2)
		line_format(text->line, ", ASID %u", SMMU_TAG_ASID(tag));
	if (regime == SMMU_REGIME_STAGE2 || (regime == SMMU_REGIME_EL1 && SMMU_TAG_VMID(tag)))
		line_format(text->line, ", VMID %u", SMMU_TAG_VMID(tag));
}

static void put_fence(const struct event_text *text, const struct smmu_fence *fence)
{
	char duration[TEXT_NUMBER_LEN];

	line_text(text->line, " ");
	put_stream(text, fence->smmu, fence->sid);
	if (fence->told == SMMU_TOLD_CONTEXT)
		line_text(text->line, " has another context descriptor");
	else if (fence->told != SMMU_TOLD_UNKNOWN)
		line_format(text->line, " %s to %s%s", decode_grant(fence->before),
			    decode_grant(fence->grant),
			    fence->told == SMMU_TOLD_MEMORY ? " in memory, untold" : "");
	put_tag(text, fence->tag);
	if (fence->latency_ns)
		line_format(text->line, " after %s", text_duration(fence->latency_ns, duration));
	put_result(text, fence->result);
}

/* Innermost first, as in the kernel's own traces. */
static void put_stack(const struct event_text *text, const struct smmu_stack *stack)
{
	char name[SYMBOLS_NAME_LEN];
	__u32 next = 0;

	for (unsigned int i = 0;
	     i < FRAMES_MAX && symbols_frame(text->info->symbols, stack, &next, name); i++)
		line_format(text->line, "%s%s", i ? " < " : " at ", name);
}

static void put_sid(const struct event_text *text, __u32 sid)
{
	if (sid != SMMU_SID_NONE)
		line_format(text->line, " (sid 0x%x)", sid);
}

/* What a process asks for is no news. */
static void put_asker(const struct event_text *text, const struct smmu_event *event)
{
	if (event->flags & SMMU_EVENT_BY_KERNEL)
		line_format(text->line, " asked by the %s", decode_asker(event));
}

static void put_reset(const struct event_text *text, const struct smmu_event *event,
		      const struct smmu_reset *reset)
{
	line_format(text->line, " %s", decode_reset_phase(reset->phase));
	put_sid(text, reset->sid);
	if (reset->phase == SMMU_RESET_END || reset->phase == SMMU_RESET_PREPARE)
		put_result(text, reset->result);
	put_asker(text, event);
}

static void put_isr(const struct event_text *text, const struct smmu_isr *isr)
{
	char duration[TEXT_NUMBER_LEN];

	line_format(text->line, " %s after %s (active 0x%x)",
		    isr->result == 1 ? "handled" : "not handled",
		    text_duration(isr->duration_ns, duration), isr->active);
}

static void put_registers(const struct event_text *text, const struct smmu_registers *registers)
{
	char duration[TEXT_NUMBER_LEN], name[DECODE_NAME_LEN];
	const char *error = "no active error";

	/* The acknowledgment leaves ERR as it was: without an active error it says nothing. */
	if ((registers->gerror ^ registers->gerrorn) & SMMU_GERROR_CMDQ_ERR)
		error = decode_cerror(SMMU_CONS_ERR(registers->cons), name);
	line_format(text->line, " gerror 0x%x, gerrorn 0x%x, cons 0x%08x (%s), prod 0x%x after %s",
		    registers->gerror, registers->gerrorn, registers->cons, error, registers->prod,
		    text_duration(registers->duration_ns, duration));
	put_result(text, registers->result);
}

static void put_forbidden(const struct event_text *text, const struct smmu_forbidden *forbidden)
{
	char duration[TEXT_NUMBER_LEN];

	if (forbidden->act == SMMU_FORBIDDEN_INTERRUPTS_OFF) {
		line_format(text->line, " %s for %s in %s", decode_forbidden_text(forbidden->act),
			    text_duration(forbidden->since_ns, duration),
			    decode_forbidden_where(forbidden->where));
		put_stack(text, &forbidden->stack);
		return;
	}
	line_format(text->line, " %s (%s", decode_forbidden_text(forbidden->act),
		    decode_forbidden(forbidden->act));
	if (decode_forbidden_allocates(forbidden->act))
		line_format(text->line, ", %llu bytes", forbidden->bytes);
	line_format(text->line, ") in %s, %s after it began",
		    decode_forbidden_where(forbidden->where),
		    text_duration(forbidden->since_ns, duration));
	put_stack(text, &forbidden->stack);
}

static void put_unmap(const struct event_text *text, const struct smmu_unmap *unmap)
{
	char size[TEXT_NUMBER_LEN], returned[TEXT_NUMBER_LEN];

	line_format(text->line, " 0x%llx+%s -> %s", unmap->iova, text_size(unmap->size, size),
		    text_size(unmap->returned, returned));
}

static void put_invalidation(const struct event_text *text,
			     const struct smmu_invalidation *invalidation)
{
	line_format(text->line, " of a %s", decode_inv_function(invalidation->function));
	if (!invalidation->is_void)
		put_result(text, invalidation->result);
	if (invalidation->nested)
		line_text(text->line, ", inside another one");
}

/* Of what was injected, SYNTHETIC says so. */
static void put_source(const struct event_text *text, const struct smmu_event *event)
{
	const char *source = decode_source(event);

	if (source && !(event->flags & SMMU_EVENT_SYNTHETIC))
		line_format(text->line, " source %s", source);
}

static void put_details(const struct event_text *text, const struct smmu_event *event)
{
	const void *payload = event_payload(event);
	const struct smmu_ats *ats = payload;
	const struct smmu_attach *attach = payload;

	switch ((enum smmu_event_kind)event->kind) {
	case SMMU_EVENT_SUBMIT:
		put_submit(text, event, payload);
		break;
	case SMMU_EVENT_INJECT:
		put_inject(text, event, payload);
		break;
	case SMMU_EVENT_CMDQ_ERROR:
		put_cmdq_error(text, payload);
		break;
	case SMMU_EVENT_FENCE:
	case SMMU_EVENT_UNFENCE:
	case SMMU_EVENT_STE:
		put_fence(text, payload);
		break;
	case SMMU_EVENT_ATS:
		line_text(text->line, ats->enabled ? " enabled" : " disabled");
		put_sid(text, ats->sid);
		put_result(text, ats->result);
		break;
	case SMMU_EVENT_RESET:
		put_reset(text, event, payload);
		break;
	case SMMU_EVENT_ISR:
		put_isr(text, payload);
		break;
	case SMMU_EVENT_REGISTERS:
		put_registers(text, payload);
		break;
	case SMMU_EVENT_INVALIDATION:
		put_invalidation(text, payload);
		break;
	case SMMU_EVENT_FORBIDDEN:
		put_forbidden(text, payload);
		break;
	case SMMU_EVENT_ATTACH:
		put_sid(text, attach->sid);
		put_asker(text, event);
		break;
	case SMMU_EVENT_UNMAP:
		put_unmap(text, payload);
		break;
	case SMMU_EVENT_KIND_COUNT:
		break;
	}
}

void event_text(const struct event_text *text, const struct smmu_event *event)
{
	char place[WHERE_LEN], comm[SMMU_COMM_LEN + 1], number[TEXT_NUMBER_LEN];

	*text_u64(event->cpu, number) = '\0';
	line_text(text->line, " cpu");
	line_padded(text->line, number, 3);
	line_text(text->line, " ");
	line_padded(text->line, decode_context(event->context), 7);
	line_text(text->line, " ");
	line_padded(text->line, where(text, event, place), 24);
	line_text(text->line, " ");
	line_padded(text->line, decode_kind(event->kind), 10);
	put_details(text, event);
	if (event->flags & SMMU_EVENT_UNREAD)
		line_text(text->line, " unread");
	put_source(text, event);
	if (event->flags & SMMU_EVENT_SYNTHETIC)
		line_format(text->line, " %sSYNTHETIC%s", text->colour ? YELLOW : "",
			    text->colour ? PLAIN : "");
	line_text(text->line, " by ");
	line_text(text->line, text_clean(event->comm, sizeof(event->comm), comm));
	line_text(text->line, "[");
	line_u64(text->line, event->pid);
	line_text(text->line, "]");
}
