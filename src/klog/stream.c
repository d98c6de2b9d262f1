// SPDX-License-Identifier: GPL-2.0
#include "klog/stream.h"

#include "base/line.h"
#include "base/text.h"
#include "event/decode.h"

#include <errno.h>
#include <string.h>

#define TIME_WIDTH  16
#define WHERE_WIDTH 24
#define KIND_WIDTH  13

/* ---- JSON ---- */

static void put_name(struct json *json, const char *key, const char *name)
{
	json_key_string(json, key);
	json_string(json, name && name[0] ? name : NULL);
}

static void put_header(struct json *json, const struct klog_tally *tally)
{
	json_object_begin(json);
	put_name(json, "type", "stream");
	put_name(json, "schema", "smmuscope.kernel-log/1");
	put_name(json, "tool", tally->tool);
	put_name(json, "command", "replay");
	put_name(json, "source", "log");
	put_name(json, "file", tally->file);
	json_object_end(json);
}

static void put_time(struct json *json, const char *key, const struct klog_event *event,
		     enum klog_clock clock)
{
	json_key_string(json, key);
	if (event->when.clock == clock)
		json_u64(json, event->when.ns);
	else
		json_null(json);
}

static void put_numbers(struct json *json, const struct klog_event *event)
{
	for (unsigned int i = 0; i < event->numbers; i++) {
		json_key_string(json, event->number[i].name);
		if (event->number[i].hex)
			json_hex(json, (__u64)event->number[i].value);
		else
			json_s64(json, event->number[i].value);
	}
}

static void put_words(struct json *json, const struct klog_event *event)
{
	if (!event->words)
		return;
	json_key(json, "words");
	json_array_begin(json);
	for (unsigned int i = 0; i < event->words; i++)
		json_hex(json, event->word[i]);
	json_array_end(json);
}

static void put_error(struct json *json, const struct klog_event *event)
{
	char name[DECODE_NAME_LEN];
	__s64 cons = 0;

	if (event->kind != KLOG_CMDQ_ERROR || !klog_number(event, "cons", &cons))
		return;
	put_name(json, "error", decode_cerror(SMMU_CONS_ERR((__u32)cons), name));
	json_key(json, "index");
	json_u64(json, SMMU_CONS_INDEX((__u32)cons));
	if (event->words)
		put_name(json, "skipped", decode_opcode(SMMU_CMD_OPCODE(event->word[0]), name));
}

static int put_event(struct json *json, const struct klog_event *event)
{
	json_object_begin(json);
	put_name(json, "type", klog_kind_name(event->kind));
	json_key(json, "line");
	json_u64(json, event->line);
	put_time(json, "ts_ns", event, KLOG_CLOCK_BOOT);
	put_time(json, "realtime_ns", event, KLOG_CLOCK_REAL);
	put_name(json, "time", event->said);
	put_name(json, "smmu", event->smmu);
	put_name(json, "device", event->device);
	json_key(json, "sid");
	if (event->sid == SMMU_SID_NONE)
		json_null(json);
	else
		json_u64(json, event->sid);
	if (event->what)
		put_name(json, event->kind == KLOG_RESET ? "phase" : "what", event->what);
	if (event->name[0])
		put_name(json, "name", event->name);
	put_error(json, event);
	put_numbers(json, event);
	put_words(json, event);
	put_name(json, "text", event->text);
	json_object_end(json);
	return json_line(json);
}

static void put_summary(struct json *json, const struct klog_tally *tally, const char *reason)
{
	json_object_begin(json);
	put_name(json, "type", "summary");
	put_name(json, "reason", reason);
	json_key(json, "lines");
	json_u64(json, tally->lines);
	json_key(json, "lines_told");
	json_u64(json, tally->said);
	json_key(json, "loss");
	klog_tally_loss(json, tally);
	json_key(json, "by_kind");
	json_object_begin(json);
	for (unsigned int i = 0; i < KLOG_KIND_COUNT; i++) {
		json_key_string(json, klog_kind_name(i));
		json_u64(json, tally->kind[i]);
	}
	json_object_end(json);
	json_object_end(json);
}

/* ---- text ---- */

/* What the message does not say in words. */
static void say_more(struct line *line, const struct klog_event *event)
{
	char name[DECODE_NAME_LEN];
	__s64 value = 0;

	if (event->kind == KLOG_CMDQ_ERROR && klog_number(event, "cons", &value))
		line_format(line, " [%s at index %u",
			    decode_cerror(SMMU_CONS_ERR((__u32)value), name),
			    SMMU_CONS_INDEX((__u32)value));
	else if (event->kind == KLOG_FAULT && event->words)
		line_format(line, " [%s", event->name);
	else
		return;
	if (event->kind == KLOG_CMDQ_ERROR && event->words)
		line_format(line, ", skipped %s",
			    decode_opcode(SMMU_CMD_OPCODE(event->word[0]), name));
	if (event->sid != SMMU_SID_NONE)
		line_format(line, ", sid 0x%x", event->sid);
	if (event->kind == KLOG_FAULT && klog_number(event, "iova", &value))
		line_format(line, ", iova 0x%llx", (unsigned long long)value);
	line_text(line, "]");
}

static int say_event(FILE *file, const struct klog_event *event)
{
	char text[KLOG_TEXT_LEN], where[KLOG_NAME_LEN];
	const char *place = event->device[0] ? event->device : event->smmu;
	struct line line;

	line_init(&line, file);
	errno = 0;
	line_blanks(&line, strlen(event->said), TIME_WIDTH);
	line_text(&line, event->said);
	line_text(&line, " ");
	place = text_clean(place[0] ? place : "-", sizeof(where) - 1, where);
	line_padded(&line, place, WHERE_WIDTH);
	line_text(&line, " ");
	line_padded(&line, klog_kind_name(event->kind), KIND_WIDTH);
	line_text(&line, " ");
	line_text(&line, text_clean(event->text, sizeof(text) - 1, text));
	say_more(&line, event);
	line_text(&line, "\n");
	line_flush(&line);
	return text_error(file);
}

static void say_summary(FILE *file, const struct klog_tally *tally, const char *reason)
{
	__u64 lost = klog_tally_lost(tally), events = 0;

	for (unsigned int i = 0; i < KLOG_KIND_COUNT; i++)
		events += tally->kind[i];
	fprintf(file, "# %s: %llu lines, %llu of them told here, as %llu events", reason,
		tally->lines, tally->said, events);
	if (!tally->said)
		fprintf(file, ": nothing of an SMMUv3 or a PCI function");
	fprintf(file, "\n");
	if (lost)
		fprintf(file,
			"# the log lacks messages: %llu suppressed, %llu dropped, %llu missing by "
			"their numbers, %llu lines cut\n",
			tally->suppressed, tally->dropped, tally->missing, tally->cut);
}

/* ---- both ---- */

int klog_stream_open(struct klog_stream *stream, FILE *file, bool as_json,
		     const struct klog_tally *tally)
{
	stream->file = file;
	stream->as_json = as_json;
	json_init(&stream->json, file);
	if (as_json) {
		put_header(&stream->json, tally);
		return json_line(&stream->json);
	}
	errno = 0;
	fprintf(file, "# replay %s of a log, %s: what the kernel wrote, not what was traced\n",
		tally->tool, tally->file);
	return text_error(file);
}

int klog_stream_event(struct klog_stream *stream, const struct klog_event *event)
{
	return stream->as_json ? put_event(&stream->json, event) : say_event(stream->file, event);
}

int klog_stream_close(struct klog_stream *stream, const struct klog_tally *tally,
		      const char *reason)
{
	int err;

	errno = 0;
	if (stream->as_json) {
		put_summary(&stream->json, tally, reason);
		err = json_line(&stream->json);
	} else {
		say_summary(stream->file, tally, reason);
		err = text_error(stream->file);
	}
	json_free(&stream->json);
	return err;
}
