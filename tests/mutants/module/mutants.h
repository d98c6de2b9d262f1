/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All mutants are in one driver: M(n) is true in the one that was chosen.
 */
#ifndef MUTANTS_H
#define MUTANTS_H

#include <linux/compiler.h>
#include <linux/types.h>

#define MUTANTS_MAX 4096

extern int mutant;
/* The places that were passed, whoever was chosen. */
extern u8 mutants_passed[MUTANTS_MAX];

static inline bool mutants_is(int n)
{
	mutants_passed[n] = 1;
	return READ_ONCE(mutant) == n;
}
#define M(n) unlikely(mutants_is(n))

#endif
