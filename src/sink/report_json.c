// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  statistics -> smmuscope.stats/1
 *
 * docs/FORMATS.md describes every field.
 */
#include "sink/report.h"

#include "base/json.h"
#include "event/decode.h"
#include "event/ledger.h"
#include "event/names.h"
#include "sink/report_rows.h"

#include <errno.h>
#include <stdlib.h>

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
	count = put_buckets(json, sum->batch_size, SMMU_BATCH_BUCKETS, statistics_batch_limit);
	json_key(json, "count");
	json_u64(json, count);
	json_object_end(json);
	json_key(json, "sync_latency_ns");
	json_object_begin(json);
	count = put_buckets(json, sum->sync_latency, SMMU_LATENCY_BUCKETS,
			    statistics_latency_limit);
	json_key(json, "sum");
	json_u64(json, sum->sync_latency_sum_ns);
	json_key(json, "count");
	json_u64(json, count);
	json_object_end(json);
}

/* Counts by cause, those that are not 0. */
static void put_causes(struct json *json, const __u64 *counts)
{
	char name[DECODE_NAME_LEN];

	json_object_begin(json);
	for (unsigned int i = 0; i < SMMU_CAUSES; i++) {
		if (!counts[i])
			continue;
		json_key_string(json, i == SMMU_CAUSE_OTHER ? "other" : decode_cerror(i, name));
		json_u64(json, counts[i]);
	}
	json_object_end(json);
}

/* errors: NULL if they cannot be known. */
static void put_errors(struct json *json, const struct smmu_queue_errors *errors)
{
	if (!errors) {
		json_key(json, "errors");
		json_null(json);
		json_key(json, "error_lists");
		json_null(json);
		json_key(json, "timeouts_unknown");
		json_null(json);
		return;
	}
	json_key(json, "errors");
	put_causes(json, errors->errors);
	json_key(json, "error_lists");
	put_causes(json, errors->lists);
	json_key(json, "timeouts_unknown");
	json_object_begin(json);
	json_key(json, "hardware");
	json_u64(json, errors->unknown_hardware);
	json_key(json, "software");
	json_u64(json, errors->unknown_software);
	json_object_end(json);
}

static void put_queue(struct json *json, const char *name, const struct smmu_queue_stats *sum,
		      const struct smmu_queue_errors *errors)
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
	put_errors(json, errors);
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
			put_queue(json, queue_name(names, smmu, address, queue->queue), &queue->sum,
				  statistics->errors_visible ? &queue->errors : NULL);
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

static void put_timeouts(struct json *json, const struct smmu_device_stats *sum,
			 const struct statistics *statistics)
{
	json_object_begin(json);
	json_key(json, "hardware");
	/* Recordings of older versions have a number, of lists that failed. */
	if (statistics->errors_visible || sum->timeouts_hardware)
		json_u64(json, sum->timeouts_hardware);
	else
		json_null(json);
	json_key(json, "software");
	json_u64(json, sum->timeouts_software);
	json_key(json, "injected");
	if (statistics->injection_visible)
		json_u64(json, sum->timeouts_injected);
	else
		json_null(json);
	json_object_end(json);
}

/* Absent if it shares none. What is counted for a shared StreamID is in the first one's row. */
static void put_sharing(struct json *json, const struct report_row *row,
			const struct devices *devices)
{
	const struct device *other = row->device ? devices_sharing(devices, row->device, NULL)
						 : NULL;

	if (!other)
		return;
	json_key(json, "shares_with");
	json_array_begin(json);
	for (; other; other = devices_sharing(devices, row->device, other))
		json_string(json, other->name);
	json_array_end(json);
}

static void put_row(struct json *json, const struct report_row *row, const struct devices *devices,
		    const struct statistics *statistics)
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
	put_timeouts(json, row->sum, statistics);
	json_key(json, "fences");
	json_u64(json, row->sum->fences);
	json_key(json, "unfences");
	json_u64(json, row->sum->unfences);
	json_key(json, "resets");
	json_u64(json, row->sum->resets);
	json_key(json, "resets_failed");
	json_u64(json, row->sum->resets_failed);
	json_key(json, "state");
	json_string(json, report_row_state(row));
	put_sharing(json, row, devices);
	json_object_end(json);
}

static void put_document(struct json *json, const struct statistics *statistics,
			 const struct stream_info *info, const struct report_row *rows,
			 size_t count)
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
		put_row(json, &rows[i], info->devices, statistics);
	json_array_end(json);
	json_key(json, "loss");
	ledger_json_loss(json, &statistics->loss);
	json_key(json, "blind");
	blind_json(json, &statistics->blind);
	if (statistics->events) {
		json_key(json, "by_kind");
		ledger_json_kinds(json, statistics->ledger);
	}
	json_object_end(json);
}

int report_json(FILE *file, const struct statistics *statistics, const struct stream_info *info)
{
	struct json json;
	struct report_row *rows;
	size_t count;
	int err;

	rows = report_rows(statistics, info->devices, &count);
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
