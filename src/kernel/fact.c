// SPDX-License-Identifier: GPL-2.0
#include "kernel/fact.h"

#include "base/text.h"
#include "kernel/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#define NAME(id, name) [FACT_##id] = (name),

const char *fact_name(enum fact_state state)
{
	static const char *const names[] = {FACT_STATES(NAME)};

	return names[state];
}

/* The file systems of the kernel's that facts are read from; those below others first. */
static const struct place {
	const char *directory;
	const char *type;
	long magic;
} places[] = {
	{"/sys/kernel/security/", "securityfs", SECURITYFS_MAGIC},
	{"/sys/kernel/debug/", "debugfs", DEBUGFS_MAGIC},
	{"/sys/", "sysfs", SYSFS_MAGIC},
	{"/proc/", "proc", PROC_SUPER_MAGIC},
};

static const struct place *place_of(const char *path)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (!strncmp(path, places[i].directory, strlen(places[i].directory)))
			return &places[i];
	}
	return NULL;
}

/* What does that: options of a systemd unit (systemd.exec(5)), else whoever made the mounts. */
static const char *who_hides(const char *path, bool whole)
{
	if (whole && !strncmp(path, "/proc/", strlen("/proc/")))
		return "in a systemd unit ProcSubset=pid does that: leave it away; in a container "
		       "mount the host's /proc";
	if (!strcmp(path, "/proc/kallsyms"))
		return "in a systemd unit ProtectKernelTunables= does that: set it to no; in a "
		       "container its runtime does";
	return "in a systemd unit InaccessiblePaths= or TemporaryFileSystem= does that: leave it "
	       "away; in a container mount the host's";
}

static void hide(struct kernel_fact *fact, const char *path, bool whole, const char *why)
{
	fact->state = FACT_HIDDEN;
	text_into(fact->reason, "%s is hidden from this process: %s", path, why);
	text_into(fact->hint, "%s", who_hides(path, whole));
}

/* Is all of the kernel's file system there, of which this file is not? */
static bool place_whole(const struct place *place)
{
	struct statfs status;

	if (!place)
		return true;
	if (statfs(place->directory, &status) || status.f_type != place->magic)
		return false;
	/* A /proc of processes only still has its type. */
	return place->magic != PROC_SUPER_MAGIC || !access("/proc/version", F_OK);
}

static void not_opened(struct kernel_fact *fact, const char *path, int error)
{
	if (error == EACCES || error == EPERM) {
		fact->state = FACT_DENIED;
		text_into(fact->reason, "%s cannot be read: %s", path, strerror(error));
		text_into(fact->hint, "run it as root, with CAP_DAC_READ_SEARCH; %s",
			  who_hides(path, false));
	} else if (!place_whole(place_of(path))) {
		hide(fact, path, true,
		     "what the kernel shows there is not mounted, or only a part");
	} else {
		fact->state = FACT_ABSENT;
		text_into(fact->reason, "%s cannot be read: %s", path, strerror(error));
	}
}

void fact_file(const struct kernel *kernel, const char *path, struct kernel_fact *fact)
{
	const struct place *place = place_of(path);
	struct statfs status;
	int file;

	memset(fact, 0, sizeof(*fact));
	if (!kernel->running) {
		fact->state = kernel_exists(kernel, path) ? FACT_PRESENT : FACT_UNKNOWN;
		return;
	}
	file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file < 0) {
		not_opened(fact, path, errno);
		return;
	}
	fact->state = FACT_PRESENT;
	if (place && !fstatfs(file, &status) && status.f_type != place->magic)
		hide(fact, path, false, "something else is mounted over it");
	close(file);
}
