/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The statistics document, smmuscope.stats/1, and its text form.
 * docs/FORMATS.md describes both.
 */
#ifndef SINK_REPORT_H
#define SINK_REPORT_H

#include "sink/sink.h"
#include "event/statistics.h"

/* One JSON object and a newline. 0 or a negative errno. */
int report_json(FILE *file, const struct statistics *statistics, const struct stream_info *info);
int report_text(FILE *file, const struct statistics *statistics, const struct stream_info *info);

#endif
