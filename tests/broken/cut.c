// SPDX-License-Identifier: GPL-2.0
/*
 * cut FILE.smr CUTS DIR: cuts a recording into several, each as if it had been a run of its own.
 *
 * A line of CUTS is NAME BEGIN END, in ns of the events' clock: DIR/NAME.smr gets the events from
 * BEGIN on and before END, numbered anew. What the run as a whole had lost is not in them: it is
 * printed, and the status is 1 then. A recording that is cut short itself counts as whole up to
 * there.
 */
#include "event/record.h"
#include "record/model.h"
#include "record/reader.h"
#include "record/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CUTS_MAX 512
#define NAME_MAX 64
#define CPUS_MAX 64

struct cut {
	char name[NAME_MAX];
	__u64 begin;
	__u64 end;
	struct sink sink;
	__u32 seq[CPUS_MAX];
	__u64 given[SMMU_EVENT_KIND_COUNT];
};

static struct cut cuts[CUTS_MAX];
static size_t cut_count;

static int read_cuts(const char *name)
{
	FILE *file = fopen(name, "re");
	struct cut *cut = cuts;

	if (!file)
		return -errno;
	while (cut_count < CUTS_MAX && fscanf(file, "%63s %" SCNu64 " %" SCNu64, cut->name,
					      (uint64_t *)&cut->begin, (uint64_t *)&cut->end) == 3)
		cut = &cuts[++cut_count];
	fclose(file);
	return 0;
}

static int open_cuts(const struct stream_info *info, const char *dir)
{
	char path[4096];

	for (struct cut *cut = cuts; cut < cuts + cut_count; cut++) {
		int length = snprintf(path, sizeof(path), "%s/%s.smr", dir, cut->name);

		if (length < 0 || (size_t)length >= sizeof(path))
			return -ENAMETOOLONG;
		cut->sink = (struct sink){.ops = &sink_record, .info = info};
		cut->sink.file = fopen(path, "we");
		if (!cut->sink.file || cut->sink.ops->open(&cut->sink))
			return -EIO;
	}
	return 0;
}

static int give(struct cut *cut, struct event_record record)
{
	static struct {
		struct smmu_event event;
		unsigned char payload[RECORD_PAYLOAD_MAX];
	} copy;

	if (record.length > sizeof(copy) || record.event->cpu >= CPUS_MAX)
		return -EINVAL;
	memcpy(&copy, record.event, record.length);
	copy.event.seq = ++cut->seq[copy.event.cpu];
	cut->given[copy.event.kind]++;
	record.event = &copy.event;
	return cut->sink.ops->event(&cut->sink, record);
}

static int give_all(struct event_record record)
{
	for (struct cut *cut = cuts; cut < cuts + cut_count; cut++)
		if (record.event->ts_ns >= cut->begin && record.event->ts_ns < cut->end)
			return give(cut, record);
	return 0;
}

/* The end of a run in which nothing was lost. */
static int close_cut(struct cut *cut, struct statistics statistics)
{
	memset(statistics.ledger, 0, sizeof(statistics.ledger));
	statistics.loss = (struct loss){};
	for (unsigned int kind = 0; kind < SMMU_EVENT_KIND_COUNT; kind++) {
		struct smmu_ledger *ledger = &statistics.ledger[kind];

		ledger->attempted = ledger->emitted = cut->given[kind];
		statistics.loss.attempted += cut->given[kind];
	}
	statistics.loss.emitted = statistics.loss.consumed = statistics.loss.attempted;
	statistics.events = true;
	statistics.sequence = cut->seq;
	statistics.sequence_count = CPUS_MAX;
	if (cut->sink.ops->close(&cut->sink, &statistics, "end"))
		return -EIO;
	return fclose(cut->sink.file) ? -EIO : 0;
}

static int copy(struct record_reader *reader, const char *dir, struct loss *loss)
{
	struct record_error error = {};
	enum record_result result;
	int err = open_cuts(reader->info, dir);

	while (!err && (result = record_next(reader, &error)) <= RECORD_HOLE) {
		if (result == RECORD_EVENT)
			err = give_all(reader->record);
		else if (result == RECORD_HOLE)
			err = -EIO;
	}
	if (!err && result == RECORD_FAILED)
		err = -EIO;
	/* The machine died, and nobody has switched hooks off there: what was seen was seen whole.
	 */
	if (!err && result == RECORD_CUT)
		reader->statistics.blind.looks = 1;
	*loss = reader->statistics.loss;
	for (size_t i = 0; !err && i < cut_count; i++)
		err = close_cut(&cuts[i], reader->statistics);
	return err;
}

int main(int argc, char **argv)
{
	struct record_reader reader = {};
	struct record_error error = {};
	struct loss loss = {};
	FILE *file;
	int err;

	if (argc != 4) {
		fputs("Usage: cut FILE.smr CUTS DIR\n", stderr);
		return 2;
	}
	file = fopen(argv[1], "re");
	if (!file || read_cuts(argv[2]) || record_open(&reader, file, &error)) {
		fprintf(stderr, "cut: cannot read %s and %s\n", argv[1], argv[2]);
		return 5;
	}
	err = copy(&reader, argv[3], &loss);
	record_close(&reader);
	fclose(file);
	if (err) {
		fprintf(stderr, "cut: %s\n", strerror(-err));
		return 5;
	}
	printf("lost %llu, skipped by the kernel %llu\n", (unsigned long long)loss.lost,
	       (unsigned long long)loss.skipped_by_kernel);
	return loss.lost ? 1 : 0;
}
