/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine of the random histories: which SMMUs, queues, PCI functions and StreamIDs there are,
 * and commands as the histories have them, before they are encoded.
 */
#ifndef MODEL_MACHINE_H
#define MODEL_MACHINE_H

#include "smmu_arch.h"

#include <linux/types.h>
#include <stdbool.h>

enum { MACHINE_SMMUS = 2, MACHINE_QUEUES = 3, MACHINE_FUNCTIONS = 6, MACHINE_STREAMS = 8 };
enum { MACHINE_FLOWS = 6, MACHINE_DOMAINS = 3, LIST_COMMANDS = 12 };

struct machine_queue {
	unsigned int smmu;
	__u64 address;
};

struct machine_function {
	__u32 bdf; /* 0: a StreamID of no known function */
	unsigned int smmu;
	unsigned int first, streams; /* its StreamIDs in machine_streams */
};

struct machine_stream {
	unsigned int function;
	__u32 sid;
};

/* The second queue is a secondary one of the first SMMU. */
extern const __u64 machine_smmus[MACHINE_SMMUS];
extern const struct machine_queue machine_queues[MACHINE_QUEUES];
extern const struct machine_function machine_functions[MACHINE_FUNCTIONS];
extern const struct machine_stream machine_streams[MACHINE_STREAMS];

enum command_kind { COMMAND_TLBI, COMMAND_ATC, COMMAND_STE, COMMAND_RANGE, COMMAND_CD };

struct command {
	__u8 kind; /* enum command_kind */
	__u8 stream;
	__u8 ssid;   /* of an ATC_INV; 0: SSV is clear */
	__u8 global; /* the G bit of an ATC_INV */
	__u8 size;   /* of an ATC_INV: log2 of the 4 KiB pages; of a RANGE: the field of the command
		      */
	__u8 domain; /* of a TLBI */
	__u16 page;  /* of an ATC_INV */
};

#endif
