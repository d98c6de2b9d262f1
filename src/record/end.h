/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The payload of the block that ends a recording: the reason, and the final statistics with the
 * ledger and what the injection rules did.
 */
#ifndef RECORD_END_H
#define RECORD_END_H

#include "record/wire.h"
#include "event/statistics.h"

void record_put_end(struct wire_out *out, const struct statistics *statistics, const char *reason);
/*
 * False: damaged, or no memory. *statistics is to be freed in any case; *reason points into
 * the input.
 */
bool record_get_end(struct wire_in *in, struct statistics *statistics, const char **reason);

#endif
