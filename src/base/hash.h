/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hash for the tables of user space, inline because it is needed once per event. BPF
 * programs and what they share have smmu_slot_of() of include/smmu_stats.h.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <linux/types.h>

/*
 * Where the search for a key begins in a table of `slots`, a constant power of two from 2 on.
 * Fibonacci hashing: the factor is 2^64 divided by the golden ratio. The topmost bits
 * are taken, as all bits of the key have an effect on them.
 */
static inline __u64 hash_slot(__u64 key, __u64 slots)
{
	return (key * 0x9e3779b97f4a7c15ULL) >> (64 - __builtin_ctzll(slots));
}

#endif
