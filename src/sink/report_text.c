// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  statistics -> text for people
 */
#include "sink/report.h"

#include "base/text.h"
#include "event/decode.h"
#include "event/ledger.h"
#include "event/names.h"
#include "sink/report_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BAR_WIDTH 40

static void print_bar(FILE *file, __u64 value, __u64 largest)
{
	static const char bar[BAR_WIDTH + 1] = "########################################";
	/* In floating point, as value * BAR_WIDTH may overflow; at least one mark for any value. */
	int width = (int)((double)value / (double)largest * BAR_WIDTH);

	fprintf(file, " %10llu", value);
	if (value)
		fprintf(file, " %.*s", width ? width : 1, bar);
	fputc('\n', file);
}

/* From the first bucket that is not empty to the last. */
static void print_histogram(FILE *file, const __u64 *buckets, unsigned int count,
			    void (*label)(FILE *file, unsigned int bucket))
{
	unsigned int i, first = count, last = 0;
	__u64 largest = 0;

	for (i = 0; i < count; i++) {
		if (!buckets[i])
			continue;
		if (first == count)
			first = i;
		last = i;
		if (buckets[i] > largest)
			largest = buckets[i];
	}
	for (i = first; i < count && i <= last; i++) {
		label(file, i);
		print_bar(file, buckets[i], largest);
	}
}

static void label_batch(FILE *file, unsigned int bucket)
{
	if (bucket + 1 < SMMU_BATCH_BUCKETS)
		fprintf(file, "      <= %-9llu", statistics_batch_limit(bucket));
	else
		fprintf(file, "       > %-9llu", statistics_batch_limit(bucket - 1));
}

static void label_latency(FILE *file, unsigned int bucket)
{
	bool last = bucket + 1 == SMMU_LATENCY_BUCKETS;
	char text[TEXT_NUMBER_LEN];

	fprintf(file, "      %s %-9s", last ? ">=" : " <",
		text_duration(statistics_latency_limit(last ? bucket - 1 : bucket) + 1, text));
}

static void print_errors(FILE *file, const struct smmu_queue_errors *errors)
{
	const char *separator = "\n  errors: ";
	char name[DECODE_NAME_LEN];

	for (unsigned int i = 0; i < SMMU_CAUSES; i++) {
		if (!errors->errors[i])
			continue;
		fprintf(file, "%s%llu %s in %llu lists", separator, errors->errors[i],
			i == SMMU_CAUSE_OTHER ? "of unknown cause" : decode_cerror(i, name),
			errors->lists[i]);
		separator = ", ";
	}
	if (errors->unknown_hardware || errors->unknown_software)
		fprintf(file,
			"\n  timeouts of which the device is not known: %llu hardware, %llu "
			"software",
			errors->unknown_hardware, errors->unknown_software);
}

static void print_queue(FILE *file, const char *smmu, const char *name,
			const struct queue_statistics *queue)
{
	const struct smmu_queue_stats *sum = &queue->sum;
	char opcode[DECODE_NAME_LEN], mean[TEXT_NUMBER_LEN];
	const char *separator = " ";
	__u64 timed = 0;
	unsigned int i;

	fprintf(file, "%s/%s: %llu lists, %llu with sync, %llu failed", smmu, name, sum->lists,
		sum->synced, sum->failed);
	if (sum->unread)
		fprintf(file, ", %llu not readable", sum->unread);
	print_errors(file, &queue->errors);
	fprintf(file,
		"\n  lists with ATC_INV: %llu, without sync: %llu\n  commands:", sum->atc_lists,
		sum->atc_lists_without_sync);
	for (i = 0; i < SMMU_OPCODE_COUNT; i++) {
		if (!sum->commands[i])
			continue;
		fprintf(file, "%s%llu %s", separator, sum->commands[i], decode_opcode(i, opcode));
		separator = ", ";
	}
	fputs("\n  list size, commands:\n", file);
	print_histogram(file, sum->batch_size, SMMU_BATCH_BUCKETS, label_batch);
	/* Not sum->synced, which includes lists whose entry was missed: these have no latency. */
	for (i = 0; i < SMMU_LATENCY_BUCKETS; i++)
		timed += sum->sync_latency[i];
	if (!timed)
		return;
	fprintf(file, "  sync latency, mean %s:\n",
		text_duration(sum->sync_latency_sum_ns / timed, mean));
	print_histogram(file, sum->sync_latency, SMMU_LATENCY_BUCKETS, label_latency);
}

static bool row_empty(const struct report_row *row)
{
	static const struct smmu_device_stats none;

	return !row->fenced && !memcmp(row->sum, &none, sizeof(none));
}

/* smmu: said only for a StreamID without a known PCI function; else NULL. */
static void print_row(FILE *file, const struct report_row *row, const struct smmu *smmu,
		      const struct statistics *statistics)
{
	const struct smmu_device_stats *sum = row->sum;
	char injected[TEXT_NUMBER_LEN] = "?", hardware[TEXT_NUMBER_LEN] = "?";

	if (statistics->injection_visible)
		snprintf(injected, sizeof(injected), "%llu", sum->timeouts_injected);
	if (statistics->errors_visible || sum->timeouts_hardware)
		snprintf(hardware, sizeof(hardware), "%llu", sum->timeouts_hardware);
	fprintf(file, "  %-13s 0x%-6x %10llu %8s %8llu %8s %6llu %8llu %6llu %6llu  %s%s%s\n",
		row->device ? row->device->name : "-", row->key.sid, sum->atc_inv, hardware,
		sum->timeouts_software, injected, sum->fences, sum->unfences, sum->resets,
		sum->resets_failed, report_row_state(row), smmu ? ", behind " : "",
		smmu ? smmu->name : "");
}

static void print_rows(FILE *file, const struct report_row *rows, size_t count,
		       const struct devices *devices, const struct statistics *statistics)
{
	const struct smmu *smmu;
	bool header = false;
	size_t i;

	for (i = 0; i < count; i++) {
		if (row_empty(&rows[i]))
			continue;
		if (!header)
			fprintf(file, "  %-13s %-8s %10s %8s %8s %8s %6s %8s %6s %6s  %s\n",
				"device", "sid", "atc_inv", "hardware", "software", "injected",
				"fences", "unfences", "resets", "failed", "state");
		header = true;
		/* A single SMMU need not be named. */
		smmu = devices->smmu_count > 1 && !rows[i].device
			       ? devices_smmu(devices, rows[i].key.smmu)
			       : NULL;
		print_row(file, &rows[i], smmu, statistics);
	}
	if (!header)
		fputs("  no device had an ATC invalidation, a fence or a reset\n", file);
}

int report_text(FILE *file, const struct statistics *statistics, const struct stream_info *info)
{
	const struct queue_statistics *queue;
	char duration[TEXT_NUMBER_LEN];
	const struct smmu *smmu;
	struct queue_names names;
	struct report_row *rows;
	size_t i, count;

	rows = report_rows(statistics, info->devices, &count);
	if (!rows)
		return -ENOMEM;
	errno = 0;
	queue_names_init(&names);
	fprintf(file, "kernel %s%s%s%s, %s\n\n", info->kernel, info->variant ? " (" : "",
		info->variant ? info->variant : "", info->variant ? ")" : "",
		text_duration(statistics->duration_ns, duration));
	for (i = 0; i < statistics->queue_count; i++) {
		queue = &statistics->queues[i];
		smmu = devices_smmu(info->devices, queue->smmu);
		print_queue(file, smmu_name(smmu),
			    queue_name(&names, smmu, queue->smmu, queue->queue), queue);
		fputc('\n', file);
	}
	fputs("devices, with timeouts by cause:\n", file);
	print_rows(file, rows, count, info->devices, statistics);
	free(rows);
	if (statistics->events)
		ledger_text(file, &statistics->loss);
	else
		fprintf(file, "%llu hits skipped by the kernel\n",
			statistics->loss.skipped_by_kernel);
	blind_lines(file, "", &statistics->blind, statistics->duration_ns);
	return fflush(file) ? -errno : text_error(file);
}
