// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  where the events went -> outputs
 */
#include "event/ledger.h"

#include "event/decode.h"

void ledger_json_loss(struct json *json, const struct loss *loss)
{
	json_object_begin(json);
	json_key(json, "attempted");
	json_u64(json, loss->attempted);
	json_key(json, "emitted");
	json_u64(json, loss->emitted);
	json_key(json, "lost");
	json_u64(json, loss->lost);
	json_key(json, "consumed");
	json_u64(json, loss->consumed);
	json_key(json, "skipped_by_kernel");
	json_u64(json, loss->skipped_by_kernel);
	json_object_end(json);
}

void ledger_json_kinds(struct json *json, const struct smmu_ledger *ledger)
{
	unsigned int kind;

	json_object_begin(json);
	for (kind = 0; kind < SMMU_EVENT_KIND_COUNT; kind++) {
		json_key_string(json, decode_kind(kind));
		json_object_begin(json);
		json_key(json, "attempted");
		json_u64(json, ledger[kind].attempted);
		json_key(json, "emitted");
		json_u64(json, ledger[kind].emitted);
		json_key(json, "lost");
		json_u64(json, ledger[kind].lost);
		json_object_end(json);
	}
	json_object_end(json);
}

void ledger_text(FILE *file, const struct loss *loss)
{
	bool holds = loss->attempted == loss->emitted + loss->lost &&
		     loss->emitted == loss->consumed;

	fprintf(file, "events: %llu attempted, %llu emitted, %llu lost, %llu consumed; ",
		loss->attempted, loss->emitted, loss->lost, loss->consumed);
	fprintf(file, "%llu hits skipped by the kernel%s\n", loss->skipped_by_kernel,
		holds ? "" : " - DOES NOT ADD UP");
}
