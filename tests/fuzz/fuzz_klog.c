// SPDX-License-Identifier: GPL-2.0
/*
 * Reads any bytes as a log of the kernel, writes its events as text and as JSON, and its counts.
 * What is read is a log, or there is one error with a hint.
 */
#include "klog/reader.h"
#include "klog/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

#define FORMS 2

struct target {
	struct klog_stream stream[FORMS];
	__u64 events;
};

static FILE *nowhere;

static void demand(bool what)
{
	if (!what)
		abort();
}

static int take_event(void *context, const struct klog_event *event)
{
	struct target *target = context;

	demand(event->kind < KLOG_KIND_COUNT && event->numbers <= KLOG_NUMBERS_MAX);
	demand(event->words <= KLOG_WORDS_MAX && event->line);
	target->events++;
	for (int i = 0; i < FORMS; i++)
		demand(!klog_stream_event(&target->stream[i], event));
	return 0;
}

static void read_all(FILE *file, struct target *target, struct klog_tally *tally)
{
	struct klog_read read = {
		.file = file, .tally = tally, .event = take_event, .context = target};
	struct refusal refusal = {};
	struct klog_reader *reader;
	int err;

	reader = klog_open(&read, &refusal, &err);
	if (!reader) {
		demand(err == -EINVAL && refusal.message[0] && refusal.hint[0]);
		return;
	}
	demand(!klog_read(reader));
	klog_close(reader);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct klog_tally tally = {.file = "fuzz.log", .tool = "0"};
	struct target target = {};
	FILE *file = size ? fmemopen((void *)data, size, "r") : NULL;

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (!file || !nowhere)
		return 0;
	for (int i = 0; i < FORMS; i++)
		demand(!klog_stream_open(&target.stream[i], nowhere, i == 1, &tally));
	read_all(file, &target, &tally);
	for (int i = 0; i < FORMS; i++)
		demand(!klog_stream_close(&target.stream[i], &tally, "end"));
	demand(!klog_tally_text(nowhere, &tally) && !klog_tally_json(nowhere, &tally));
	klog_tally_free(&tally);
	fclose(file);
	return 0;
}
