// SPDX-License-Identifier: GPL-2.0
/*
 * An injection rule as one line for people.
 */
#include "inject/rule.h"

#include "base/duration.h"
#include "event/decode.h"
#include "smmu_event.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/* Text that is appended to, and cut off at the end of its buffer. */
struct text {
	char *buffer;
	size_t size;
	size_t length;
};

static void __attribute__((format(printf, 2, 3))) add(struct text *text, const char *format, ...)
{
	size_t room = text->size - text->length;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text->buffer + text->length, room, format, args);
	va_end(args);
	if (length > 0)
		text->length += (size_t)length < room ? (size_t)length : room - 1;
}

static void describe_match(struct text *text, const struct inject_rule *rule,
			   const struct inject_rule_target *target)
{
	const char *smmu = target ? target->smmu_name : rule->smmu;
	char name[BDF_LEN];

	if (rule->given & 1U << INJECT_RULE_DEVICE) {
		add(text, "device %s", bdf_format(rule->bdf, name));
		for (unsigned int i = 0; target && i < target->sids; i++)
			add(text, "%s0x%x", i ? ", " : " (StreamID ", target->sid[i]);
		if (target)
			add(text, ")");
	} else if (rule->given & 1U << INJECT_RULE_SID) {
		add(text, "StreamID 0x%x", rule->sid);
		if (target)
			add(text, " (device %s)", target->device);
	} else {
		add(text, "every device");
	}
	if (rule->given & 1U << INJECT_RULE_SMMU)
		add(text, " behind %s", smmu);
}

static void describe_filters(struct text *text, const struct inject_rule *rule)
{
	const char *between = ", in ";

	if (rule->given & 1U << INJECT_RULE_SSID)
		add(text, ", SubstreamID 0x%x", rule->ssid);
	for (unsigned int i = 0; i < SMMU_CONTEXT_COUNT; i++) {
		if (!(rule->contexts & 1U << i))
			continue;
		add(text, "%s%s", between, decode_context(i));
		between = " or ";
	}
	if (rule->contexts)
		add(text, " context");
	if (rule->given & 1U << INJECT_RULE_PID)
		add(text, ", process %u", rule->pid);
	if (rule->given & 1U << INJECT_RULE_COMM)
		add(text, ", thread '%s'", rule->comm);
}

/* What a device is told to do. */
static void describe_silence(struct text *text, const struct inject_rule *rule)
{
	char wait[DURATION_LEN];

	add(text, ", the device does not answer");
	if (rule->meets != SILENCE_MEETS_NOTHING)
		add(text, ", which is %s",
		    rule->meets == SILENCE_MEETS_ILL ? "CERROR_ILL" : "CERROR_ABT");
	if (rule->given & 1U << INJECT_RULE_WAIT)
		add(text, ", the SMMU waits %s", duration_format(rule->wait_ns, wait));
	if (rule->again)
		add(text, ", the CMD_SYNC fails %u time%s more", rule->again,
		    rule->again == 1 ? "" : "s");
	if (rule->survives_reset)
		add(text, ", also after a reset");
}

static void describe_kind(struct text *text, const struct inject_rule *rule,
			  const struct inject_rule_target *target)
{
	if (rule->kind == SMMU_RULE_KIND_DEVICE) {
		describe_silence(text, rule);
		return;
	}
	if (rule->kind == SMMU_RULE_KIND_STALL) {
		add(text, ", stall");
		return;
	}
	if (rule->kind == SMMU_RULE_KIND_VERDICT) {
		add(text, ", error %s", rule->error == -ETIMEDOUT ? "ETIMEDOUT" : "EIO");
		return;
	}
	add(text, ", GERROR");
	if (rule->irq == INJECT_RULE_IRQ_ANY)
		return;
	add(text, rule->irq == INJECT_RULE_IRQ_BLOCKED ? " with its interrupt blocked"
						       : " with its interrupt free");
	if (target)
		add(text, " (it goes to CPU %u)", target->gerror_cpu);
}

const char *inject_rule_describe(const struct inject_rule *rule,
				 const struct inject_rule_target *target,
				 char buffer[INJECT_RULE_TEXT_MAX])
{
	struct text text = {.buffer = buffer, .size = INJECT_RULE_TEXT_MAX};
	char duration[DURATION_LEN];

	describe_match(&text, rule, target);
	describe_filters(&text, rule);
	if (rule->after)
		add(&text, ", after %llu match%s", (unsigned long long)rule->after,
		    rule->after == 1 ? "" : "es");
	if (rule->every > 1)
		add(&text, ", the first of each %llu matches", (unsigned long long)rule->every);
	if (rule->probability != INJECT_RULE_PROBABILITY_ALWAYS)
		add(&text, ", probability %.6g",
		    (double)rule->probability / INJECT_RULE_PROBABILITY_ALWAYS);
	describe_kind(&text, rule, target);
	add(&text, ", at most %llu time%s", (unsigned long long)rule->times,
	    rule->times == 1 ? "" : "s");
	add(&text, ", within %s", duration_format(rule->duration_ns, duration));
	return buffer;
}
