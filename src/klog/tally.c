// SPDX-License-Identifier: GPL-2.0
#include "klog/tally.h"

#include "base/text.h"
#include "event/decode.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* NULL: no memory, or no name, or too many of them (*err tells). */
static struct klog_subject *subject(struct klog_subjects *subjects, const char *name, int *err)
{
	struct klog_subject *list;

	if (!name[0])
		return NULL;
	for (size_t i = 0; i < subjects->count; i++) {
		if (!strcmp(subjects->list[i].name, name))
			return &subjects->list[i];
	}
	if (subjects->count == KLOG_SUBJECTS_MAX)
		return NULL;
	if (subjects->count == subjects->room) {
		size_t room = subjects->room ? 2 * subjects->room : 4;

		list = realloc(subjects->list, room * sizeof(*list));
		if (!list) {
			*err = -ENOMEM;
			return NULL;
		}
		subjects->list = list;
		subjects->room = room;
	}
	list = &subjects->list[subjects->count++];
	memset(list, 0, sizeof(*list));
	text_into(list->name, "%s", name);
	return list;
}

static void count_fault(struct klog_subject *smmu, const char *name)
{
	size_t i = 0;

	while (i < KLOG_FAULTS_MAX - 1 && smmu->fault[i].count && strcmp(smmu->fault[i].name, name))
		i++;
	if (!smmu->fault[i].count)
		text_into(smmu->fault[i].name, "%s", i < KLOG_FAULTS_MAX - 1 ? name : "other");
	smmu->fault[i].count++;
}

static void count_smmu(struct klog_subject *smmu, const struct klog_event *event)
{
	__s64 cons;

	smmu->kind[event->kind]++;
	if (event->kind == KLOG_FAULT)
		count_fault(smmu, event->name);
	if (event->kind == KLOG_CMDQ_ERROR && klog_number(event, "cons", &cons)) {
		unsigned int cause = SMMU_CONS_ERR((__u32)cons);

		smmu->error[cause < SMMU_CAUSE_OTHER ? cause : SMMU_CAUSE_OTHER]++;
	}
}

static void count_function(struct klog_subject *function, const struct klog_event *event)
{
	function->kind[event->kind]++;
	if (event->kind != KLOG_RESET || !event->what)
		return;
	function->begun += !strcmp(event->what, "begin");
	function->failed += !strcmp(event->what, "failed") || !strcmp(event->what, "gave up");
}

static void count_loss(struct klog_tally *tally, const struct klog_event *event)
{
	__s64 lost = 0;

	klog_number(event, "lost", &lost);
	if (!strcmp(event->what, "suppressed"))
		tally->suppressed += (__u64)lost;
	else if (!strcmp(event->what, "gap"))
		tally->missing += (__u64)lost;
	else
		tally->dropped += (__u64)lost;
}

int klog_tally_add(struct klog_tally *tally, const struct klog_event *event)
{
	struct klog_subject *smmu, *function;
	int err = 0;

	tally->kind[event->kind]++;
	if (event->kind == KLOG_BOOT)
		text_into(tally->kernel, "%s", event->name);
	if (event->kind == KLOG_LOSS)
		count_loss(tally, event);
	smmu = subject(&tally->smmus, event->smmu, &err);
	if (smmu)
		count_smmu(smmu, event);
	function = subject(&tally->functions, event->device, &err);
	if (function)
		count_function(function, event);
	return err;
}

__u64 klog_tally_lost(const struct klog_tally *tally)
{
	return tally->suppressed + tally->dropped + tally->missing + tally->cut;
}

void klog_tally_free(struct klog_tally *tally)
{
	free(tally->smmus.list);
	free(tally->functions.list);
	memset(tally, 0, sizeof(*tally));
}

static const char *cause_name(unsigned int cause, char *buffer)
{
	return cause == SMMU_CAUSE_OTHER ? "other" : decode_cerror(cause, buffer);
}

/* Something besides that it came or went. */
static bool has_story(const struct klog_subject *function)
{
	__u64 events = 0;

	for (unsigned int i = 0; i < KLOG_KIND_COUNT; i++)
		events += i == KLOG_GROUP ? 0 : function->kind[i];
	return events;
}

/* ---- JSON ---- */

static void put(struct json *json, const char *name, __u64 value)
{
	json_key_string(json, name);
	json_u64(json, value);
}

static void put_smmu(struct json *json, const struct klog_subject *smmu)
{
	char name[DECODE_NAME_LEN];

	json_object_begin(json);
	json_key(json, "name");
	json_string(json, smmu->name);
	json_key(json, "errors");
	json_object_begin(json);
	for (unsigned int i = 0; i < SMMU_CAUSES; i++) {
		if (smmu->error[i])
			put(json, cause_name(i, name), smmu->error[i]);
	}
	json_object_end(json);
	put(json, "sync_timeouts", smmu->kind[KLOG_SYNC_TIMEOUT]);
	put(json, "gerrors", smmu->kind[KLOG_GERROR]);
	put(json, "gerror_parts", smmu->kind[KLOG_GERROR_PART]);
	json_key(json, "faults");
	json_object_begin(json);
	for (size_t i = 0; i < KLOG_FAULTS_MAX && smmu->fault[i].count; i++)
		put(json, smmu->fault[i].name, smmu->fault[i].count);
	json_object_end(json);
	put(json, "overflows", smmu->kind[KLOG_OVERFLOW]);
	put(json, "unconfirmed", smmu->kind[KLOG_UNCONFIRMED]);
	json_object_end(json);
}

static void put_function(struct json *json, const struct klog_subject *function)
{
	if (!has_story(function))
		return;
	json_object_begin(json);
	json_key(json, "bdf");
	json_string(json, function->name);
	put(json, "fences", function->kind[KLOG_FENCE]);
	put(json, "unconfirmed", function->kind[KLOG_UNCONFIRMED]);
	put(json, "faults", function->kind[KLOG_FAULT]);
	put(json, "resets", function->begun);
	put(json, "resets_failed", function->failed);
	put(json, "ats_failed", function->kind[KLOG_ATS]);
	put(json, "attach_failed", function->kind[KLOG_ATTACH]);
	put(json, "aer", function->kind[KLOG_AER]);
	put(json, "hotplug", function->kind[KLOG_HOTPLUG]);
	json_object_end(json);
}

static void put_subjects(struct json *json, const struct klog_subjects *subjects,
			 void (*write)(struct json *, const struct klog_subject *))
{
	json_array_begin(json);
	for (size_t i = 0; i < subjects->count; i++)
		write(json, &subjects->list[i]);
	json_array_end(json);
}

void klog_tally_loss(struct json *json, const struct klog_tally *tally)
{
	json_object_begin(json);
	put(json, "suppressed", tally->suppressed);
	put(json, "dropped", tally->dropped);
	put(json, "missing", tally->missing);
	put(json, "cut", tally->cut);
	json_object_end(json);
}

int klog_tally_json(FILE *file, const struct klog_tally *tally)
{
	struct json json;
	int err;

	json_init(&json, file);
	json_object_begin(&json);
	json_key(&json, "schema");
	json_string(&json, "smmuscope.kernel-log-stats/1");
	json_key(&json, "tool");
	json_string(&json, tally->tool);
	json_key(&json, "source");
	json_string(&json, "log");
	json_key(&json, "file");
	json_string(&json, tally->file);
	json_key(&json, "kernel");
	json_string(&json, tally->kernel[0] ? tally->kernel : NULL);
	put(&json, "lines", tally->lines);
	put(&json, "lines_told", tally->said);
	put(&json, "boots", tally->kind[KLOG_BOOT]);
	json_key(&json, "smmus");
	put_subjects(&json, &tally->smmus, put_smmu);
	json_key(&json, "devices");
	put_subjects(&json, &tally->functions, put_function);
	json_key(&json, "loss");
	klog_tally_loss(&json, tally);
	json_object_end(&json);
	err = json_line(&json);
	json_free(&json);
	return err;
}

/* ---- text ---- */

static void say(FILE *file, const char *name, __u64 count)
{
	if (count)
		fprintf(file, "  %-24s %12llu\n", name, count);
}

static void say_smmu(FILE *file, const struct klog_subject *smmu)
{
	char name[DECODE_NAME_LEN];

	fprintf(file, "%s\n", smmu->name);
	for (unsigned int i = 0; i < SMMU_CAUSES; i++)
		say(file, cause_name(i, name), smmu->error[i]);
	for (size_t i = 0; i < KLOG_FAULTS_MAX && smmu->fault[i].count; i++)
		say(file, smmu->fault[i].name, smmu->fault[i].count);
	for (unsigned int i = 0; i < KLOG_KIND_COUNT; i++) {
		if (i != KLOG_CMDQ_ERROR && i != KLOG_FAULT && i != KLOG_MESSAGE)
			say(file, klog_kind_name(i), smmu->kind[i]);
	}
}

static void say_function(FILE *file, const struct klog_subject *function)
{
	if (!has_story(function))
		return;
	fprintf(file, "%s\n", function->name);
	for (unsigned int i = 0; i < KLOG_KIND_COUNT; i++)
		say(file, klog_kind_name(i), function->kind[i]);
	say(file, "resets that failed", function->failed);
}

int klog_tally_text(FILE *file, const struct klog_tally *tally)
{
	errno = 0;
	fprintf(file, "A log of the kernel%s%s: %llu lines, %llu of them told here\n",
		tally->kernel[0] ? " " : "", tally->kernel, tally->lines, tally->said);
	for (size_t i = 0; i < tally->smmus.count; i++)
		say_smmu(file, &tally->smmus.list[i]);
	for (size_t i = 0; i < tally->functions.count; i++)
		say_function(file, &tally->functions.list[i]);
	if (klog_tally_lost(tally))
		fprintf(file, "missing in the log\n");
	say(file, "suppressed", tally->suppressed);
	say(file, "dropped", tally->dropped);
	say(file, "numbers missing", tally->missing);
	say(file, "lines cut", tally->cut);
	return text_error(file);
}
