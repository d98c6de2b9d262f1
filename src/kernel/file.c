// SPDX-License-Identifier: GPL-2.0
/* The only place that makes a path below the root of one that the kernel has. */
#include "kernel/internal.h"

#include "base/log.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* Is `path` the directory `root`, or below it? Both are resolved. */
static bool is_below(const char *path, const char *root)
{
	size_t length = strlen(root);

	if (length == 1) /* "/" */
		return true;
	return !strncmp(path, root, length) && (!path[length] || path[length] == '/');
}

char *kernel_path(const struct kernel *kernel, const char *path)
{
	char *whole, *real, *root;

	if (asprintf(&whole, "%s%s", kernel->root, path) < 0)
		return NULL;
	if (kernel->running)
		return whole;
	real = realpath(whole, NULL);
	root = real ? realpath(kernel->root, NULL) : NULL;
	if (root && !is_below(real, root)) {
		log_warn("--root %s: %s is a link that leads out of it, to %s, and is not followed",
			 kernel->root, path, real);
		free(root);
		root = NULL;
	}
	if (!root) {
		free(whole);
		whole = NULL;
	}
	free(root);
	free(real);
	return whole;
}

char *kernel_read(const struct kernel *kernel, const char *path)
{
	char *whole = kernel_path(kernel, path), block[4096], *text = NULL;
	gzFile in = whole ? gzopen(whole, "re") : NULL;
	size_t length = 0;
	bool failed;
	FILE *out;
	int size = 0;

	free(whole);
	if (!in)
		return NULL;
	out = open_memstream(&text, &length);
	while (out && (size = gzread(in, block, sizeof(block))) > 0)
		fwrite(block, 1, (size_t)size, out);
	/* zlib reports a packed file that is cut off only when it is closed. */
	failed = gzclose(in) != Z_OK || size < 0;
	if (!out || fclose(out) || failed) {
		free(text);
		return NULL;
	}
	return text;
}

bool kernel_exists(const struct kernel *kernel, const char *path)
{
	char *whole = kernel_path(kernel, path);
	bool there = whole && !access(whole, F_OK);

	free(whole);
	return there;
}

/* "/boot", "config-6.1", "" -> "/boot/config-6.1", to be freed. NULL: it is not there. */
static char *candidate(const struct kernel *kernel, const char *directory, const char *name,
		       const char *file)
{
	char *path;

	if (asprintf(&path, "%s/%s%s", directory, name, file) < 0)
		return NULL;
	if (kernel_exists(kernel, path))
		return path;
	free(path);
	return NULL;
}

char *kernel_find(const struct kernel *kernel, const char *directory, const char *prefix,
		  const char *file)
{
	char *whole = kernel_path(kernel, directory), *found = NULL;
	DIR *entries = whole ? opendir(whole) : NULL;
	unsigned int count = 0;
	struct dirent *entry;

	free(whole);
	while (entries && (entry = readdir(entries))) {
		char *path;

		if (entry->d_name[0] == '.' || strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
			continue;
		path = candidate(kernel, directory, entry->d_name, file);
		count += path != NULL;
		free(found);
		found = count == 1 ? path : NULL;
		if (count > 1)
			free(path);
	}
	if (entries)
		closedir(entries);
	return found;
}
