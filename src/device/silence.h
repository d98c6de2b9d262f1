/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A PCI function that does not answer ATC invalidations on demand: a vendor specific capability
 * that the lab's emulator (tools/emulator) gives to functions with ATS, and nothing else has.
 * Layout, little endian dwords from the capability's offset on:
 *
 *   +0x08 control  15:0  so many ATC_INV are not answered from now on, each takes one away;
 *                        0xffff: none is
 *                  16    a reset of the function does not end that
 *                  18:17 what such an ATC_INV meets: enum silence_meets
 *                  31:24 how many times more the CMD_SYNC behind it fails
 *   +0x0c filter   31    only ATC_INV with an SSID (SSV=1), and with that of 19:0
 *   +0x10 for      milliseconds from the write of control until control becomes 0 by itself;
 *                  0: without a limit
 *   +0x14 wait     31    29:0 are the microseconds that the SMMU waits for this function
 *   +0x18 ATC_INV answered, +0x1c ATC_INV not answered, modulo 2^32, read only
 *
 * A reset of the function sets control to 0 and leaves the rest. Errors are negative errnos with a
 * refusal. Not thread safe.
 */
#ifndef DEVICE_SILENCE_H
#define DEVICE_SILENCE_H

#include "base/refusal.h"

#include <linux/types.h>
#include <stdbool.h>

#define SILENCE_COUNT_MAX    65534
#define SILENCE_COUNT_ALWAYS 65535 /* can be found armed; this tool never arms it */
#define SILENCE_AGAIN_MAX    255
#define SILENCE_WAIT_MAX_S   60

/* What an ATC_INV that is counted meets: CERROR_ILL and _ABT stop the queue at itself. */
enum silence_meets { SILENCE_MEETS_NOTHING, SILENCE_MEETS_ILL, SILENCE_MEETS_ABT };

/* What a function is told. */
struct silence_order {
	__u32 count; /* 0: it answers */
	bool survives_reset;
	enum silence_meets meets;
	__u32 again;
	bool of_ssid; /* only ATC_INV with `ssid` */
	__u32 ssid;
	__u32 for_ms;
	bool has_wait; /* of its own; else the SMMU's */
	__u32 wait_us;
};

/* order: as it is at the moment, its count what is left of it. */
struct silence_state {
	struct silence_order order;
	__u32 answered, unanswered;
};

/* A function that this process may silence. */
struct silence {
	int fd; /* -1: none */
	unsigned int at;
	bool told;		      /* something may have been written */
	__u32 filter, duration, wait; /* as they were before, raw */
	char name[16];
};

/*
 * Looks, and changes nothing. root: put before /sys, "" on a real machine; name: of the function.
 * 0, -EOPNOTSUPP: it has no such capability, or another negative errno: it cannot be told.
 */
int silence_peek(const char *root, const char *name, struct silence_state *state);
/*
 * Takes hold of a function, without arming anything; no other process can until it is given back,
 * or this process ends. 0, to be given back, or with *refusal
 * -EOPNOTSUPP: it has no such capability,
 * -EBUSY: it is armed already, or another process holds it,
 * other: its configuration space cannot be read or written.
 */
int silence_take(struct silence *silence, const char *root, const char *name,
		 struct refusal *refusal);
/* order->count is 1 or more. On failure it may be armed in part: give it back. */
int silence_arm(struct silence *silence, const struct silence_order *order,
		struct refusal *refusal);
int silence_look(const struct silence *silence, struct silence_state *state);
/*
 * Lets the function answer again, puts back what was there, and lets go of it. *last: what was
 * armed before that, and the counts after it, so that nothing is missing in them. Once it was not
 * taken, or was given back, nothing happens and *last stays.
 */
int silence_give_back(struct silence *silence, struct silence_state *last, struct refusal *refusal);

#endif
