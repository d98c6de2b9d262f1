/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  decoded event -> words for people
 *
 * Not thread safe, because of the names.
 */
#ifndef SINK_EVENT_TEXT_H
#define SINK_EVENT_TEXT_H

#include "base/line.h"
#include "event/names.h"
#include "sink/sink.h"

#include <stdbool.h>

struct event_text {
	struct line *line;
	const struct stream_info *info;
	struct queue_names *queues;
	bool colour;
};

/* event: of a struct event_record. From CPU to process, without the time and the line end. */
void event_text(const struct event_text *text, const struct smmu_event *event);

#endif
