/* SPDX-License-Identifier: GPL-2.0 */
/* The lines of the table of devices, which both forms of the report have. Reentrant. */
#ifndef SINK_REPORT_ROWS_H
#define SINK_REPORT_ROWS_H

#include "device/devices.h"
#include "event/statistics.h"

#include <stdbool.h>

/* A line of the table of devices: one StreamID. */
struct report_row {
	const struct device *device; /* NULL: no PCI function is known for it */
	struct smmu_stream_key key;
	const struct smmu_device_stats *sum;
	bool fenced;
};

/*
 * First all StreamIDs of known PCI functions, by address; then counted ones without a
 * function. The caller frees the array, not what it points to. NULL: no memory.
 */
struct report_row *report_rows(const struct statistics *statistics, const struct devices *devices,
			       size_t *count);
/* "ats_on", "ats_off", "no_ats", "fenced" or "unknown". */
const char *report_row_state(const struct report_row *row);

#endif
