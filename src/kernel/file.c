// SPDX-License-Identifier: GPL-2.0
#include "kernel/internal.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

char *kernel_read(const struct kernel *kernel, const char *path)
{
	char whole[PATH_MAX], block[4096], *text = NULL;
	size_t length = 0;
	bool failed;
	gzFile in;
	FILE *out;
	int size = 0;

	snprintf(whole, sizeof(whole), "%s%s", kernel->root, path);
	in = gzopen(whole, "re");
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
	char whole[PATH_MAX];

	snprintf(whole, sizeof(whole), "%s%s", kernel->root, path);
	return !access(whole, F_OK);
}

char *kernel_find(const struct kernel *kernel, const char *pattern)
{
	char whole[PATH_MAX], *found = NULL;
	glob_t matches;

	snprintf(whole, sizeof(whole), "%s%s", kernel->root, pattern);
	if (glob(whole, 0, NULL, &matches))
		return NULL;
	if (matches.gl_pathc == 1)
		found = strdup(matches.gl_pathv[0] + strlen(kernel->root));
	globfree(&matches);
	return found;
}
