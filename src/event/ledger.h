/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  where the events went -> outputs
 *
 * The loss equation, in the same words in every output: attempted = emitted + lost,
 * emitted = consumed, and the hits that the kernel skipped, which are no events.
 */
#ifndef EVENT_LEDGER_H
#define EVENT_LEDGER_H

#include "base/json.h"
#include "event/statistics.h"

/* Both write one object, as the value of the key before. ledger: by enum smmu_event_kind. */
void ledger_json_loss(struct json *json, const struct loss *loss);
void ledger_json_kinds(struct json *json, const struct smmu_ledger *ledger);
/* One line, which also says if the equation does not hold. */
void ledger_text(FILE *file, const struct loss *loss);

#endif
