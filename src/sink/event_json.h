/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  decoded event -> JSON object
 *
 * One event of smmuscope.event/1; docs/FORMATS.md describes every field. Not
 * thread safe, because of the names.
 */
#ifndef SINK_EVENT_JSON_H
#define SINK_EVENT_JSON_H

#include "base/json.h"
#include "event/names.h"
#include "sink/sink.h"

/* event: of a struct event_record. The object, not its line end. */
void event_json(struct json *json, const struct stream_info *info, struct queue_names *queues,
		const struct smmu_event *event);

#endif
