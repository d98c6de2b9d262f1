// SPDX-License-Identifier: GPL-2.0
#include "machine.h"

const __u64 machine_smmus[MACHINE_SMMUS] = {0xffff0000c1000000ULL, 0xffff0000c2000000ULL};

const struct machine_queue machine_queues[MACHINE_QUEUES] = {
	{0, 0xffff0000c1000100ULL},
	{0, 0xffff0000d1000000ULL},
	{1, 0xffff0000c2000100ULL},
};

/* Two functions have two StreamIDs, one of them two that are not neighbours. */
const struct machine_function machine_functions[MACHINE_FUNCTIONS] = {
	{0x00000100, 0, 0, 1}, {0x00000200, 0, 1, 2}, {0x00000300, 0, 3, 1},
	{0, 0, 4, 1},	       {0x00010100, 1, 5, 1}, {0x00010200, 1, 6, 2},
};

const struct machine_stream machine_streams[MACHINE_STREAMS] = {
	{0, 0x100}, {1, 0x200}, {1, 0x201}, {2, 0x300},
	{3, 0x310}, {4, 0x100}, {5, 0x200}, {5, 0x2c0},
};
