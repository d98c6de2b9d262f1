// SPDX-License-Identifier: GPL-2.0
#include "device/silence.h"

#include "base/clock.h"
#include "device/config_space.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_MS 1000000ULL

#define VSEC_ID	      0x4154
#define VSEC_REVISION 2
#define VSEC_LENGTH   0x20

/* Offsets from the capability's own. */
enum { CONTROL = 0x08, FILTER = 0x0c, FOR = 0x10, WAIT = 0x14, ANSWERED = 0x18, UNANSWERED = 0x1c };

#define CONTROL_COUNT	    0x0000ffffU
#define CONTROL_KEEPS	    0x00010000U
#define CONTROL_MEETS(word) ((word) >> 17 & 3U)
#define CONTROL_AGAIN(word) ((word) >> 24)
#define CONTROL_RESERVED    0x00f80000U
#define FILTER_ON	    0x80000000U
#define FILTER_SSID	    0x000fffffU
#define FILTER_RESERVED	    0x7ff00000U
#define WAIT_VALID	    0x80000000U
#define WAIT_US		    0x3fffffffU
#define WAIT_RESERVED	    0x40000000U

/* The dwords that can be written. */
struct words {
	__u32 control, filter, duration, wait;
};

static struct words to_words(const struct silence_order *order)
{
	return (struct words){
		.control = order->count | (order->survives_reset ? CONTROL_KEEPS : 0) |
			   (__u32)order->meets << 17 | order->again << 24,
		.filter = order->of_ssid ? FILTER_ON | order->ssid : 0,
		.duration = order->for_ms,
		.wait = order->has_wait ? WAIT_VALID | order->wait_us : 0,
	};
}

static struct silence_order from_words(const struct words *words)
{
	return (struct silence_order){
		.count = words->control & CONTROL_COUNT,
		.survives_reset = words->control & CONTROL_KEEPS,
		.meets = (enum silence_meets)CONTROL_MEETS(words->control),
		.again = CONTROL_AGAIN(words->control),
		.of_ssid = words->filter & FILTER_ON,
		.ssid = words->filter & FILTER_SSID,
		.for_ms = words->duration,
		.has_wait = words->wait & WAIT_VALID,
		.wait_us = words->wait & WAIT_US,
	};
}

static int read_words(int fd, unsigned int at, struct words *words)
{
	int err = config_space_read(fd, at + CONTROL, &words->control);

	if (!err)
		err = config_space_read(fd, at + FILTER, &words->filter);
	if (!err)
		err = config_space_read(fd, at + FOR, &words->duration);
	return err ? err : config_space_read(fd, at + WAIT, &words->wait);
}

/*
 * The offset of the capability, or a negative errno. VSEC IDs belong to the vendor of a function:
 * another one's capability of that number and size is told by bits that are 0 in this one.
 */
static int find(int fd)
{
	int at = config_space_find_vsec(fd, VSEC_ID, VSEC_REVISION, VSEC_LENGTH), err;
	struct words words;

	if (at <= 0)
		return at ? at : -EOPNOTSUPP;
	err = read_words(fd, (unsigned int)at, &words);
	if (err)
		return err;
	if (words.control & CONTROL_RESERVED || words.filter & FILTER_RESERVED ||
	    words.wait & WAIT_RESERVED)
		return -EOPNOTSUPP;
	return at;
}

static int read_state(int fd, unsigned int at, struct silence_state *state)
{
	struct words words;
	int err = read_words(fd, at, &words);

	if (!err)
		err = config_space_read(fd, at + ANSWERED, &state->answered);
	if (!err)
		err = config_space_read(fd, at + UNANSWERED, &state->unanswered);
	if (!err)
		state->order = from_words(&words);
	return err;
}

int silence_peek(const char *root, const char *name, struct silence_state *state)
{
	int fd = config_space_open(root, name, false), at, err;

	if (fd < 0)
		return fd;
	at = find(fd);
	err = at < 0 ? at : read_state(fd, (unsigned int)at, state);
	close(fd);
	return err;
}

static int refuse_access(struct refusal *refusal, const char *name, int err)
{
	if (err == -EOPNOTSUPP) {
		refusal_hint(
			refusal,
			"only the lab's emulator has it (tools/lab/run --emulator ats); on "
			"hardware inject at the injection point, with another 'kind=', or have "
			"a device that does not answer");
		return refusal_fail(refusal, err,
				    "%s has no capability to be made silent in its configuration "
				    "space",
				    name);
	}
	if (err == -ENOENT)
		refusal_hint(refusal, "is sysfs mounted, and the function still there?");
	else
		refusal_hint(refusal,
			     "run it as root (CAP_SYS_ADMIN), with /sys mounted to be written; "
			     "under lockdown nobody may write there: boot without it");
	return refusal_fail(refusal, err, "the configuration space of %s cannot be %s: %s", name,
			    err == -ENOENT ? "found" : "read and written", strerror(-err));
}

static int refuse_busy(struct refusal *refusal, const char *name, __u32 count)
{
	char what[64] = "every ATC_INV";

	if (count != SILENCE_COUNT_ALWAYS)
		snprintf(what, sizeof(what), "%u ATC_INV", count);
	refusal_hint(refusal,
		     "wait until its time is over, or reset it: echo 1 "
		     ">/sys/bus/pci/devices/%s/reset; 'smmuscope probe' says what is armed",
		     name);
	return refusal_fail(refusal, -EBUSY,
			    "%s is silent already, for %s, and not by this process", name, what);
}

/* Nobody else may arm it, and it must not be armed. */
static int hold(struct silence *silence, struct refusal *refusal)
{
	struct silence_state state;
	int err;

	if (flock(silence->fd, LOCK_EX | LOCK_NB)) {
		refusal_hint(refusal, "let that run end first");
		return refusal_fail(refusal, -EBUSY,
				    "%s is held by another smmuscope with 'kind=device'",
				    silence->name);
	}
	err = read_state(silence->fd, silence->at, &state);
	if (err)
		return refuse_access(refusal, silence->name, err);
	if (state.order.count)
		return refuse_busy(refusal, silence->name, state.order.count);
	err = config_space_read(silence->fd, silence->at + FILTER, &silence->filter);
	if (!err)
		err = config_space_read(silence->fd, silence->at + FOR, &silence->duration);
	if (!err)
		err = config_space_read(silence->fd, silence->at + WAIT, &silence->wait);
	/* Lockdown refuses the write and not the opening: better now than halfway. */
	if (!err)
		err = config_space_write(silence->fd, silence->at + FILTER, silence->filter);
	return err ? refuse_access(refusal, silence->name, err) : 0;
}

int silence_take(struct silence *silence, const char *root, const char *name,
		 struct refusal *refusal)
{
	int fd = config_space_open(root, name, true), at, err;

	*silence = (struct silence){.fd = -1};
	snprintf(silence->name, sizeof(silence->name), "%s", name);
	if (fd < 0)
		return refuse_access(refusal, name, fd);
	at = find(fd);
	if (at < 0) {
		close(fd);
		return refuse_access(refusal, name, at);
	}
	silence->fd = fd;
	silence->at = (unsigned int)at;
	err = hold(silence, refusal);
	if (err) {
		close(fd);
		silence->fd = -1;
	}
	return err;
}

/* Control last: the function is silent from then on, and its time counts from then. */
static int write_words(int fd, unsigned int at, const struct words *words)
{
	int err = config_space_write(fd, at + FILTER, words->filter);

	if (!err)
		err = config_space_write(fd, at + FOR, words->duration);
	if (!err)
		err = config_space_write(fd, at + WAIT, words->wait);
	return err ? err : config_space_write(fd, at + CONTROL, words->control);
}

/*
 * ATC_INV may have come since: the count may be lower, and all of control is 0 once the last one
 * was taken away. over: some were, or the time of the silence is over.
 */
static bool is_armed(const struct words *found, const struct words *wanted, bool over)
{
	__u32 same = ~CONTROL_COUNT;

	if (found->filter != wanted->filter || found->duration != wanted->duration ||
	    found->wait != wanted->wait)
		return false;
	if (!found->control)
		return over;
	return (found->control & same) == (wanted->control & same) &&
	       (found->control & CONTROL_COUNT) <= (wanted->control & CONTROL_COUNT);
}

int silence_arm(struct silence *silence, const struct silence_order *order, struct refusal *refusal)
{
	const struct words wanted = to_words(order);
	unsigned int at = silence->at;
	__u32 before = 0, after = 0;
	struct words found = {};
	__u64 begun = clock_ns(CLOCK_MONOTONIC);
	int err = config_space_read(silence->fd, at + UNANSWERED, &before);

	silence->told = true;
	if (!err)
		err = write_words(silence->fd, at, &wanted);
	if (!err)
		err = read_words(silence->fd, at, &found);
	if (!err)
		err = config_space_read(silence->fd, at + UNANSWERED, &after);
	if (err)
		return refuse_access(refusal, silence->name, err);
	if (is_armed(&found, &wanted,
		     before != after || (order->for_ms && clock_ns(CLOCK_MONOTONIC) - begun >=
								  order->for_ms * NS_PER_MS)))
		return 0;
	refusal_hint(refusal, "something else writes there, or the emulator is of another "
			      "version: take the one of tools/emulator");
	return refusal_fail(refusal, -EIO,
			    "%s did not take what it was told: 0x%x 0x%x 0x%x 0x%x was written, "
			    "0x%x 0x%x 0x%x 0x%x is read",
			    silence->name, wanted.control, wanted.filter, wanted.duration,
			    wanted.wait, found.control, found.filter, found.duration, found.wait);
}

int silence_look(const struct silence *silence, struct silence_state *state)
{
	return read_state(silence->fd, silence->at, state);
}

/* Control first: nothing else may change while it is silent. */
static int restore(struct silence *silence, struct silence_state *last)
{
	const struct words before = {
		.filter = silence->filter, .duration = silence->duration, .wait = silence->wait};
	int err = read_state(silence->fd, silence->at, last), restored;

	restored = config_space_write(silence->fd, silence->at + CONTROL, 0);
	if (!err)
		err = config_space_read(silence->fd, silence->at + ANSWERED, &last->answered);
	if (!err)
		err = config_space_read(silence->fd, silence->at + UNANSWERED, &last->unanswered);
	if (!restored)
		restored = write_words(silence->fd, silence->at, &before);
	return restored ? restored : err;
}

int silence_give_back(struct silence *silence, struct silence_state *last, struct refusal *refusal)
{
	int err;

	if (silence->fd < 0)
		return 0;
	err = silence->told ? restore(silence, last) : 0;
	close(silence->fd);
	silence->fd = -1;
	if (!err)
		return 0;
	refusal_hint(refusal, "reset it: echo 1 >/sys/bus/pci/devices/%s/reset", silence->name);
	return refusal_fail(refusal, err, "%s cannot be told to answer again: %s", silence->name,
			    strerror(-err));
}
