// SPDX-License-Identifier: GPL-2.0
/*
 * Writes a recording of N made-up events to FILE, for tests that need a large one:
 *
 *   tape N FILE
 */
#include <stdlib.h>

#include "record/record.h"

#include "fixture.h"
#include "smmu_arch.h"

static struct {
	struct smmu_event event;
	struct smmu_submit submit;
	struct smmu_command command;
} next;

static int put(struct sink *sink, __u32 number)
{
	next.event.ts_ns = 12000000000ULL + 1000ULL * number;
	next.event.seq = number;
	next.submit.prod = number;
	next.submit.duration_ns = 300 + number % 1000;
	next.command.word[1] = 0x1000ULL * number;
	return sink_give(sink, &next.event, sizeof(next));
}

static int write_tape(FILE *file, __u32 count)
{
	struct sink sink = {.ops = &sink_record, .file = file, .info = &fixture_info};
	struct statistics statistics = {.duration_ns = 1000ULL * count, .events = true};
	struct smmu_ledger *ledger = &statistics.ledger[SMMU_EVENT_SUBMIT];
	int err = sink.ops->open(&sink);

	next.event.kind = SMMU_EVENT_SUBMIT;
	next.event.pid = next.event.tid = 7;
	memcpy(next.event.comm, "test", 4);
	next.submit.smmu = SMMU_A;
	next.submit.queue = QUEUE_A;
	next.submit.commands = next.submit.captured = 1;
	next.command.word[0] = SMMU_OP_ATC_INV | 0x100ULL << 32;
	for (__u32 i = 0; !err && i < count; i++)
		err = put(&sink, i);
	ledger->attempted = ledger->emitted = count;
	statistics.loss.attempted = statistics.loss.emitted = statistics.loss.consumed = count;
	return err ? err : sink.ops->close(&sink, &statistics, "command");
}

int main(int argc, char **argv)
{
	FILE *file = argc == 3 ? fopen(argv[2], "we") : NULL;
	int err = file ? write_tape(file, (__u32)strtoul(argv[1], NULL, 10)) : -EINVAL;

	if (file && fclose(file))
		err = -EIO;
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
