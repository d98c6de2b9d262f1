// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  statistics -> smmuscope.stats/1, or text for people
 *
 * docs/FORMATS.md describes every field.
 */
#include "sink/report.h"

#include "event/decode.h"
#include "event/ledger.h"
#include "event/names.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BAR_WIDTH 40

/* A line of the table of devices: one StreamID. */
struct row {
	const struct device *device; /* NULL: no PCI function is known for it */
	struct smmu_stream_key key;
	const struct smmu_device_stats *sum;
	bool fenced;
};

static void row_add(struct row *row, const struct device *device, __u64 smmu, __u32 sid,
		    const struct statistics *statistics)
{
	static const struct smmu_device_stats none;
	const struct device_statistics *found;
	size_t i;

	row->device = device;
	row->key = (struct smmu_stream_key){.smmu = smmu, .sid = sid};
	row->sum = &none;
	row->fenced = false;
	for (i = 0; i < statistics->device_count; i++) {
		found = &statistics->devices[i];
		if (found->key.smmu != smmu || found->key.sid != sid)
			continue;
		row->sum = &found->sum;
		row->fenced = found->state.fenced_ns;
		return;
	}
}

/* First all StreamIDs of known PCI functions, by address; then counted ones without a function. */
static struct row *rows_make(const struct statistics *statistics, const struct devices *devices,
			     size_t *count)
{
	const struct smmu_stream_key *key;
	const struct device *device;
	struct row *rows;
	unsigned int s;
	size_t i, n = 0;

	/* + 1: calloc(0) may return NULL, which would look like no memory. */
	rows = calloc(devices->count * DEVICE_SIDS_MAX + statistics->device_count + 1,
		      sizeof(*rows));
	if (!rows)
		return NULL;
	for (i = 0; i < devices->count; i++) {
		device = &devices->list[i];
		for (s = 0; s < device->sids; s++)
			row_add(&rows[n++], device, device->smmu, device->sid[s], statistics);
	}
	for (i = 0; i < statistics->device_count; i++) {
		key = &statistics->devices[i].key;
		if (!devices_by_sid(devices, key->smmu, key->sid))
			row_add(&rows[n++], NULL, key->smmu, key->sid, statistics);
	}
	*count = n;
	return rows;
}

static const char *row_state(const struct row *row)
{
	if (row->fenced)
		return "fenced";
	if (!row->device)
		return "unknown";
	if (!row->device->ats_capable)
		return "no_ats";
	return row->device->ats_enabled ? "ats_on" : "ats_off";
}

/* `le` means less or equal; the kernel's bucket holds values below a power of two, hence - 1. */
static __u64 latency_limit(unsigned int bucket)
{
	return (1ULL << (bucket + SMMU_LATENCY_SHIFT)) - 1;
}

static __u64 batch_limit(unsigned int bucket)
{
	return 1ULL << bucket;
}

/*
 * The kernel counts a value in one bucket; with `le`, as in Prometheus, each bucket includes
 * those before it. Returns the count of all.
 */
static __u64 put_buckets(struct json *json, const __u64 *buckets, unsigned int count,
			 __u64 (*limit)(unsigned int bucket))
{
	__u64 sum = 0;
	unsigned int i;

	json_key(json, "buckets");
	json_array_begin(json);
	for (i = 0; i < count; i++) {
		sum += buckets[i];
		json_object_begin(json);
		json_key(json, "le");
		if (i + 1 < count)
			json_u64(json, limit(i));
		else
			json_null(json);
		json_key(json, "count");
		json_u64(json, sum);
		json_object_end(json);
	}
	json_array_end(json);
	return sum;
}

static void put_histograms(struct json *json, const struct smmu_queue_stats *sum)
{
	__u64 count;

	json_key(json, "batch_size");
	json_object_begin(json);
	count = put_buckets(json, sum->batch_size, SMMU_BATCH_BUCKETS, batch_limit);
	json_key(json, "count");
	json_u64(json, count);
	json_object_end(json);
	json_key(json, "sync_latency_ns");
	json_object_begin(json);
	count = put_buckets(json, sum->sync_latency, SMMU_LATENCY_BUCKETS, latency_limit);
	json_key(json, "sum");
	json_u64(json, sum->sync_latency_sum_ns);
	json_key(json, "count");
	json_u64(json, count);
	json_object_end(json);
}

static void put_queue(struct json *json, const char *name, const struct smmu_queue_stats *sum)
{
	char opcode[DECODE_NAME_LEN];
	unsigned int i;

	json_object_begin(json);
	json_key(json, "name");
	json_string(json, name);
	json_key(json, "lists");
	json_u64(json, sum->lists);
	json_key(json, "synced");
	json_u64(json, sum->synced);
	json_key(json, "failed");
	json_u64(json, sum->failed);
	json_key(json, "unread");
	json_u64(json, sum->unread);
	json_key(json, "commands");
	json_object_begin(json);
	for (i = 0; i < SMMU_OPCODE_COUNT; i++) {
		if (!sum->commands[i])
			continue;
		json_key_string(json, decode_opcode(i, opcode));
		json_u64(json, sum->commands[i]);
	}
	json_object_end(json);
	json_key(json, "atc_lists");
	json_u64(json, sum->atc_lists);
	json_key(json, "atc_lists_without_sync");
	json_u64(json, sum->atc_lists_without_sync);
	put_histograms(json, sum);
	json_object_end(json);
}

static void put_smmu(struct json *json, struct queue_names *names,
		     const struct statistics *statistics, const struct smmu *smmu, __u64 address)
{
	const struct queue_statistics *queue;
	size_t i;

	json_object_begin(json);
	json_key(json, "name");
	json_string(json, smmu_name(smmu));
	json_key(json, "queues");
	json_array_begin(json);
	for (i = 0; i < statistics->queue_count; i++) {
		queue = &statistics->queues[i];
		if (queue->smmu == address)
			put_queue(json, queue_name(names, smmu, address, queue->queue),
				  &queue->sum);
	}
	json_array_end(json);
	json_object_end(json);
}

/* Is this the first queue of an SMMU that has no name? */
static bool first_of_unknown(const struct statistics *statistics, const struct devices *devices,
			     size_t index)
{
	__u64 address = statistics->queues[index].smmu;
	size_t i;

	for (i = 0; i < index; i++)
		if (statistics->queues[i].smmu == address)
			return false;
	return !devices_smmu(devices, address);
}

static void put_smmus(struct json *json, const struct statistics *statistics,
		      const struct devices *devices)
{
	struct queue_names names;
	size_t i;

	queue_names_init(&names);
	json_array_begin(json);
	for (i = 0; i < devices->smmu_count; i++)
		put_smmu(json, &names, statistics, &devices->smmus[i], devices->smmus[i].address);
	for (i = 0; i < statistics->queue_count; i++)
		if (first_of_unknown(statistics, devices, i))
			put_smmu(json, &names, statistics, NULL, statistics->queues[i].smmu);
	json_array_end(json);
}

static void put_timeouts(struct json *json, const struct smmu_device_stats *sum, bool visible)
{
	json_object_begin(json);
	json_key(json, "hardware");
	json_u64(json, sum->timeouts_hardware);
	json_key(json, "software");
	json_u64(json, sum->timeouts_software);
	json_key(json, "injected");
	if (visible)
		json_u64(json, sum->timeouts_injected);
	else
		json_null(json);
	json_object_end(json);
}

static void put_row(struct json *json, const struct row *row, const struct devices *devices,
		    bool injection_visible)
{
	json_object_begin(json);
	json_key(json, "bdf");
	json_string(json, row->device ? row->device->name : NULL);
	json_key(json, "sid");
	json_u64(json, row->key.sid);
	json_key(json, "smmu");
	json_string(json, smmu_name(devices_smmu(devices, row->key.smmu)));
	json_key(json, "driver");
	json_string(json, row->device && *row->device->driver ? row->device->driver : NULL);
	json_key(json, "atc_inv");
	json_u64(json, row->sum->atc_inv);
	json_key(json, "timeouts");
	put_timeouts(json, row->sum, injection_visible);
	json_key(json, "fences");
	json_u64(json, row->sum->fences);
	json_key(json, "unfences");
	json_u64(json, row->sum->unfences);
	json_key(json, "resets");
	json_u64(json, row->sum->resets);
	json_key(json, "resets_failed");
	json_u64(json, row->sum->resets_failed);
	json_key(json, "state");
	json_string(json, row_state(row));
	json_object_end(json);
}

static void put_document(struct json *json, const struct statistics *statistics,
			 const struct stream_info *info, const struct row *rows, size_t count)
{
	size_t i;

	json_object_begin(json);
	json_key(json, "schema");
	json_string(json, "smmuscope.stats/1");
	json_key(json, "tool");
	json_string(json, info->tool_version);
	json_key(json, "kernel");
	json_string(json, info->kernel);
	if (info->variant) {
		json_key(json, "variant");
		json_string(json, info->variant);
	}
	json_key(json, "duration_ns");
	json_u64(json, statistics->duration_ns);
	json_key(json, "smmus");
	put_smmus(json, statistics, info->devices);
	json_key(json, "devices");
	json_array_begin(json);
	for (i = 0; i < count; i++)
		put_row(json, &rows[i], info->devices, statistics->injection_visible);
	json_array_end(json);
	json_key(json, "loss");
	ledger_json_loss(json, &statistics->loss);
	if (statistics->events) {
		json_key(json, "by_kind");
		ledger_json_kinds(json, statistics->ledger);
	}
	json_object_end(json);
}

int report_json(FILE *file, const struct statistics *statistics, const struct stream_info *info)
{
	struct json json;
	struct row *rows;
	size_t count;
	int err;

	rows = rows_make(statistics, info->devices, &count);
	if (!rows)
		return -ENOMEM;
	json_init(&json, file);
	put_document(&json, statistics, info, rows, count);
	err = json_line(&json);
	if (!err && fflush(file))
		err = -errno;
	json_free(&json);
	free(rows);
	return err;
}

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
		fprintf(file, "      <= %-9llu", batch_limit(bucket));
	else
		fprintf(file, "       > %-9llu", batch_limit(bucket - 1));
}

static void label_latency(FILE *file, unsigned int bucket)
{
	bool last = bucket + 1 == SMMU_LATENCY_BUCKETS;
	char text[TEXT_NUMBER_LEN];

	fprintf(file, "      %s %-9s", last ? ">=" : " <",
		text_duration(latency_limit(last ? bucket - 1 : bucket) + 1, text));
}

static void print_queue(FILE *file, const char *smmu, const char *name,
			const struct smmu_queue_stats *sum)
{
	char opcode[DECODE_NAME_LEN], mean[TEXT_NUMBER_LEN];
	const char *separator = " ";
	__u64 timed = 0;
	unsigned int i;

	fprintf(file, "%s/%s: %llu lists, %llu with sync, %llu failed", smmu, name, sum->lists,
		sum->synced, sum->failed);
	if (sum->unread)
		fprintf(file, ", %llu not readable", sum->unread);
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

static bool row_empty(const struct row *row)
{
	static const struct smmu_device_stats none;

	return !row->fenced && !memcmp(row->sum, &none, sizeof(none));
}

/* smmu: said only for a StreamID without a known PCI function; else NULL. */
static void print_row(FILE *file, const struct row *row, const struct smmu *smmu,
		      bool injection_visible)
{
	const struct smmu_device_stats *sum = row->sum;
	char injected[TEXT_NUMBER_LEN] = "?";

	if (injection_visible)
		snprintf(injected, sizeof(injected), "%llu", sum->timeouts_injected);
	fprintf(file, "  %-13s 0x%-6x %10llu %8llu %8llu %8s %6llu %8llu %6llu %6llu  %s%s%s\n",
		row->device ? row->device->name : "-", row->key.sid, sum->atc_inv,
		sum->timeouts_hardware, sum->timeouts_software, injected, sum->fences,
		sum->unfences, sum->resets, sum->resets_failed, row_state(row),
		smmu ? ", behind " : "", smmu ? smmu->name : "");
}

static void print_rows(FILE *file, const struct row *rows, size_t count,
		       const struct devices *devices, bool injection_visible)
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
		print_row(file, &rows[i], smmu, injection_visible);
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
	struct row *rows;
	size_t i, count;

	rows = rows_make(statistics, info->devices, &count);
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
			    queue_name(&names, smmu, queue->smmu, queue->queue), &queue->sum);
		fputc('\n', file);
	}
	fputs("devices, with timeouts by cause:\n", file);
	print_rows(file, rows, count, info->devices, statistics->injection_visible);
	free(rows);
	if (statistics->events)
		ledger_text(file, &statistics->loss);
	else
		fprintf(file, "%llu hits skipped by the kernel\n",
			statistics->loss.skipped_by_kernel);
	return fflush(file) ? -errno : text_error(file);
}
