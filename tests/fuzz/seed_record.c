// SPDX-License-Identifier: GPL-2.0
/* Writes a small recording with an event of each kind to stdout: the fuzzer's first input. */
#include "../unit/fixture.h"

#include "record/record.h"
#include "sink/sink.h"
#include "smmu_arch.h"

#include <stdlib.h>
#include <string.h>

#define COMMANDS 3

static void put(struct sink *sink, struct smmu_event *event, unsigned int kind, size_t payload)
{
	event->kind = (__u8)kind;
	event->seq++;
	event->ts_ns += 1000;
	if (sink_give(sink, event, sizeof(*event) + payload))
		exit(1);
}

static void put_lists(struct sink *sink, struct smmu_event *event)
{
	struct smmu_submit *submit = (struct smmu_submit *)(event + 1);

	for (unsigned int i = 0; i < 8; i++) {
		submit->smmu = fixture_smmus[0].address;
		submit->queue = fixture_smmus[0].queue + (i & 4);
		submit->commands = submit->captured = COMMANDS;
		submit->result = i == 5 ? -5 : 0;
		submit->duration_ns = 300;
		for (unsigned int c = 0; c < COMMANDS; c++) {
			submit->command[c].word[0] =
				(i & 1 ? SMMU_OP_ATC_INV : SMMU_OP_TLBI_NH_VA) | 256ULL << 32;
			submit->command[c].word[1] = 0x1000ULL * (i + c);
		}
		event->flags = SMMU_EVENT_SYNC;
		put(sink, event, SMMU_EVENT_SUBMIT,
		    sizeof(*submit) + COMMANDS * sizeof(submit->command[0]));
	}
}

int main(void)
{
	static union {
		struct smmu_event event;
		unsigned char bytes[1024];
	} record = {.event = {.ts_ns = 1000000, .pid = 7, .tid = 8, .comm = "seed"}};
#define SIZE(id, name, payload) [SMMU_EVENT_##id] = sizeof(struct payload),
	static const unsigned char sizes[] = {SMMU_EVENT_KINDS(SIZE)};
	struct sink sink = {.ops = &sink_record, .file = stdout, .info = &fixture_info};
	struct statistics statistics = {.duration_ns = 5};

	if (sink.ops->open(&sink))
		return 1;
	put_lists(&sink, &record.event);
	for (unsigned int kind = SMMU_EVENT_INJECT; kind < SMMU_EVENT_KIND_COUNT; kind++) {
		/* Zeros are good for every kind: a stack that is too deep is refused. */
		memset(record.bytes + sizeof(record.event), 0, sizes[kind]);
		put(&sink, &record.event, kind, sizes[kind]);
	}
	put_lists(&sink, &record.event);
	return sink.ops->close(&sink, &statistics, "end") ? 1 : 0;
}
