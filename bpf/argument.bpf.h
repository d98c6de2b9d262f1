/* SPDX-License-Identifier: GPL-2.0 */
/* An argument of the hooked function, by a position that user space found out. */
#ifndef ARGUMENT_BPF_H
#define ARGUMENT_BPF_H

#include "maps.bpf.h"

/*
 * The verifier wants constant offsets into the context and positions are
 * constants only to it, not to the compiler: one load per possible position, of
 * which the verifier keeps one. In assembly, or the compiler would make a single
 * load with a computed offset of them.
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
 * The same as a number. Where the prototype names a struct, as the commands from
 * 7.3 on, the argument is a typed pointer to the verifier, which may not be hashed.
 * Only for programs on a function. The verifier replaces the call by two loads.
 */
static __always_inline __u64 argument_number(__u64 *ctx, __u32 position)
{
	__u64 value = 0;

	bpf_get_func_arg(ctx, position, &value);
	return value;
}

#endif
