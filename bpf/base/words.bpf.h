/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads words of kernel memory at an address that is only known as a number.
 *
 * bpf_probe_read_kernel() costs some 90 instructions. Since 6.2 a number can be cast to a
 * pointer to any kernel type (bpf_rdonly_cast()), and then each member is one load. Any type
 * of two words will do for a command. Memory that cannot be read reads as zeros.
 */
#ifndef WORDS_BPF_H
#define WORDS_BPF_H

#include "base/maps.bpf.h"

/* Left out for kernels without BTF: libbpf would look for it there and fail to load. */
#ifndef NO_CASTS
extern void *bpf_rdonly_cast(const void *address, __u32 type) __ksym __weak;
#endif

/* This and all that follows may be used only where cfg_casts is set. */
static __always_inline const struct timespec64 *words_pointer(__u64 address)
{
#ifndef NO_CASTS
	return bpf_rdonly_cast((const void *)address, bpf_core_type_id_kernel(struct timespec64));
#else
	return NULL;
#endif
}

static __always_inline struct smmu_command words_at(__u64 address)
{
	const struct timespec64 *pair = words_pointer(address);
	struct smmu_command words = {};

	if (cfg_casts) {
		words.word[0] = (__u64)pair->tv_sec;
		words.word[1] = (__u64)pair->tv_nsec;
	}
	return words;
}

/*
 * Copies commands in blocks of eight, by plain loads and stores. The last block may read
 * past the end of the list, which is harmless as it is on the issuer's stack; the
 * destination has to be a multiple of eight. struct user_pt_regs serves as a type that has
 * sixteen words in a row.
 */
#define WORDS_BLOCK 8

static __always_inline bool words_in_blocks(void)
{
	return cfg_casts && bpf_core_type_exists(struct user_pt_regs);
}

static __always_inline void words_copy(struct smmu_command *to, __u64 address)
{
#ifndef NO_CASTS
	const struct user_pt_regs *from = bpf_rdonly_cast(
		(const void *)address, bpf_core_type_id_kernel(struct user_pt_regs));

#pragma unroll
	for (int i = 0; i < WORDS_BLOCK; i++) {
		to[i].word[0] = from->regs[2 * i];
		to[i].word[1] = from->regs[2 * i + 1];
	}
#endif
}

static __always_inline __u64 word_at(__u64 address)
{
	const struct timespec64 *pair = words_pointer(address);

	return cfg_casts ? (__u64)pair->tv_sec : 0;
}

#endif
