/* SPDX-License-Identifier: GPL-2.0 */
/* An argument of the hooked function, by a position that user space found out. */
#ifndef ARGUMENT_BPF_H
#define ARGUMENT_BPF_H

#include "base/words.bpf.h"

/*
 * The verifier wants constant offsets into the context and positions are
 * constants only to it, not to the compiler: one load per possible position, of
 * which the verifier keeps one. In assembly, or the compiler would make a single
 * load with a computed offset of them; volatile, or it would load once and keep that,
 * which on a stack costs more than to load it again.
 */
static __always_inline __u64 argument(const __u64 *ctx, __u32 position)
{
	__u64 value = 0;

	switch (position) {
#define ARGUMENT_CASE(i)                                                                           \
	case i:                                                                                    \
		asm volatile("%0 = *(u64 *)(%1 + 8*" #i ")" : "=r"(value) : "r"(ctx));             \
		break
		ARGUMENT_CASE(0);
		ARGUMENT_CASE(1);
		ARGUMENT_CASE(2);
		ARGUMENT_CASE(3);
		ARGUMENT_CASE(4);
		ARGUMENT_CASE(5);
		ARGUMENT_CASE(6);
#undef ARGUMENT_CASE
	}
	return value;
}

/*
 * The same as a number. Where the prototype names a struct, as with the commands from
 * 7.3 on, the argument is a typed pointer to the verifier, which may not be hashed. What
 * is left of a pointer when a pointer is subtracted is a number, and the one to subtract is
 * cast from 0. Else by a helper that the verifier replaces by a dozen instructions. Only for
 * programs on a function.
 */
static __always_inline __u64 argument_number(__u64 *ctx, __u32 position)
{
	const void *pointer, *nothing;
	__u64 value = 0;

	if (!cfg_casts) {
		bpf_get_func_arg(ctx, position, &value);
		return value;
	}
	nothing = words_pointer(0);
	pointer = words_pointer(argument(ctx, position));
	asm volatile("%0 -= %1" : "+r"(pointer) : "r"(nothing));
	return (__u64)pointer;
}

/* The same of one that is a pointer to a struct in every kernel. */
static __always_inline __u64 argument_address(__u64 *ctx, __u32 position)
{
	const void *nothing;
	__u64 value;

	if (!cfg_casts)
		return argument_number(ctx, position);
	value = argument(ctx, position);
	nothing = words_pointer(0);
	asm volatile("%0 -= %1" : "+r"(value) : "r"(nothing));
	return value;
}

#endif
