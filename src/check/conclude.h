/* SPDX-License-Identifier: GPL-2.0 */
/* At the end of the stream: findings -> results of the rules and expectations, and a verdict. */
#ifndef CHECK_CONCLUDE_H
#define CHECK_CONCLUDE_H

#include "check/case.h"
#include "check/sight.h"

/* loss: all of it, see sight_lose(). Completes check_findings(). 0 or -ENOMEM. */
int conclude(struct check *check, const struct sight_loss *loss);

#endif
