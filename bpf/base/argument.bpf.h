/* SPDX-License-Identifier: GPL-2.0 */
/* Arguments of the hooked function, by the position that user space found in BTF. */
#ifndef ARGUMENT_BPF_H
#define ARGUMENT_BPF_H

#include "base/words.bpf.h"

/*
 * The verifier wants constant offsets into the context, and a position is constant only
 * to the verifier (rodata), not to the compiler. So there is one load per possible
 * position, and the verifier drops all but one. They are in assembly because the compiler
 * would merge them into a single load with a computed offset; they are volatile because it
 * would otherwise load once and keep the value on the stack, which costs more than a second
 * load.
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
 * The argument as a number. Where the prototype names a struct, as for the commands from
 * 7.3 on, the verifier takes the argument for a typed pointer, which may not be hashed. A
 * pointer minus a pointer is a number, so a pointer cast from 0 is subtracted. Without casts
 * a helper does it, which the verifier replaces by a dozen instructions. Only for
 * trampolines (fentry, fexit, fmod_ret): a kprobe's arguments are numbers already.
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

/* The same for an argument that is a pointer to a struct in every kernel. */
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
