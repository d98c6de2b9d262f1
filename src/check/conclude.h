/* SPDX-License-Identifier: GPL-2.0 */
/*
 * At the end of the stream: findings -> results of the rules and expectations, and from these the
 * verdict on the whole, one of the same four words. The first of these that is true:
 *
 *   fail            a rule that is checked is broken, and is not expected to be; or something that
 *                   was demanded did not come: a rule that is required did not pass, one that is
 *                   expected to fail did not, an expectation is not met, an injection rule never
 *                   fired
 *   not observable  a rule that is checked, or an expectation, cannot be decided
 *   pass            a rule passed, or failed as expected, or something expected did happen
 *   not exercised   none of these: nothing was put to the test
 *
 * That a workload ends with 0 is expected of every scenario, and puts nothing to the test.
 */
#ifndef CHECK_CONCLUDE_H
#define CHECK_CONCLUDE_H

#include "check/case.h"
#include "check/sight.h"

/*
 * loss: all of it, see sight_lose(). statistics: for what the injection rules did. Completes
 * check_findings(). 0 or -ENOMEM.
 */
int conclude(struct check *check, const struct sight_loss *loss,
	     const struct statistics *statistics);

#endif
