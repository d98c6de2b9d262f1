// SPDX-License-Identifier: GPL-2.0
#include "base/files.h"

#include "base/log.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* More than a command line can name. */
#define FILES_MAX 96

struct entry {
	const char *name;
	dev_t device;
	ino_t inode;
	bool written;
};

static struct entry entries[FILES_MAX];
static size_t count;

static void add(const char *name, const struct stat *status, bool written)
{
	if (count < FILES_MAX)
		entries[count++] = (struct entry){name, status->st_dev, status->st_ino, written};
}

void files_read(const char *name, int fd)
{
	struct stat status;

	if (!fstat(fd, &status) && S_ISREG(status.st_mode))
		add(name, &status, false);
}

void files_read_path(const char *path)
{
	struct stat status;

	if (!stat(path, &status) && S_ISREG(status.st_mode))
		add(path, &status, false);
}

static bool is_standard(int fd, const struct stat *status)
{
	struct stat other;

	return S_ISREG(status->st_mode) && !fstat(fd, &other) && other.st_dev == status->st_dev &&
	       other.st_ino == status->st_ino;
}

static int is_read(const char *name, const char *as)
{
	if (strcmp(name, as) != 0)
		log_error("%s is read, too, as %s: it would be overwritten", name, as);
	else
		log_error("%s is read, too: it would be overwritten", name);
	log_hint("nothing was written; name another file");
	return -EINVAL;
}

static int is_written(const char *name, const char *as)
{
	if (strcmp(name, as) != 0)
		log_error("%s is written to already, as %s", name, as);
	else
		log_error("%s is written to already", name);
	log_hint("nothing was written; name another file");
	return -EINVAL;
}

/* A pipe that is written twice mixes two streams; a device, such as /dev/null, does no harm. */
static int look(const char *name, const struct stat *status)
{
	static const char *const standard[] = {"stdin", "stdout", "stderr"};

	if (!S_ISREG(status->st_mode) && !S_ISFIFO(status->st_mode))
		return 0;
	for (size_t i = 0; i < count; i++) {
		const struct entry *entry = &entries[i];

		if (entry->device != status->st_dev || entry->inode != status->st_ino)
			continue;
		return entry->written ? is_written(name, entry->name) : is_read(name, entry->name);
	}
	if (is_standard(STDIN_FILENO, status))
		return is_read(name, standard[STDIN_FILENO]);
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
		if (is_standard(fd, status))
			return is_written(name, standard[fd]);
	}
	return 0;
}

int files_write(const char *name, int fd)
{
	struct stat status;
	int err;

	if (fstat(fd, &status))
		return 0;
	err = look(name, &status);
	if (!err)
		add(name, &status, true);
	return err;
}

int files_may_write(const char *path)
{
	struct stat status;

	return stat(path, &status) ? 0 : look(path, &status);
}

static struct entry *written_as(const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (entries[i].written && entries[i].name == name)
			return &entries[i];
	}
	return NULL;
}

void files_renew(const char *name, int fd)
{
	struct entry *entry = written_as(name);
	struct stat status;

	if (entry && !fstat(fd, &status)) {
		entry->device = status.st_dev;
		entry->inode = status.st_ino;
	}
}

void files_forget(const char *name)
{
	struct entry *entry = written_as(name);

	if (entry)
		*entry = entries[--count];
}
