// SPDX-License-Identifier: GPL-2.0
/*
 * Shared by the parts of the guard: paths, lines of files, PCI functions, answers.
 */
#include "guard/tree.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int guard_path(char path[PATH_MAX], const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(path, PATH_MAX, format, args);
	va_end(args);
	return length < 0 || length >= PATH_MAX ? -ENAMETOOLONG : 0;
}

int guard_realpath(const char *path, char real[PATH_MAX])
{
	return realpath(path, real) ? 0 : -errno;
}

int guard_unknown(struct guard *guard, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(guard->detail, sizeof(guard->detail), format, args);
	va_end(args);
	return err;
}

int guard_worse(int a, int b)
{
	if (a > 0 || b > 0)
		return 1;
	return a ? a : b;
}

int guard_each_line(struct guard *guard, const char *file, bool optional,
		    int (*handler)(struct guard *guard, char *line))
{
	char path[PATH_MAX];
	char *line = NULL;
	size_t size = 0;
	FILE *stream;
	int err = guard_path(path, "%s%s", guard->root, file);

	if (err)
		return guard_unknown(guard, err, "%s: %s", file, strerror(-err));
	stream = fopen(path, "re");
	if (!stream && errno == ENOENT && optional)
		return 0;
	if (!stream)
		return guard_unknown(guard, -errno, "%s: %s", file, strerror(errno));
	while (!err) {
		errno = 0;
		if (getline(&line, &size, stream) < 0) {
			if (!feof(stream))
				err = guard_unknown(guard, errno ? -errno : -EIO, "%s: %s", file,
						    strerror(errno ? errno : EIO));
			break;
		}
		line[strcspn(line, "\n")] = '\0';
		err = handler(guard, line);
	}
	free(line);
	fclose(stream);
	return err;
}

int guard_function(const struct guard *guard, const char *path)
{
	const char *component = path + strlen(guard->root);
	char name[BDF_LEN], link[PATH_MAX], real[PATH_MAX];
	const char *end = NULL;
	__u32 bdf, found = 0;

	while ((component = strchr(component, '/'))) {
		size_t length = strcspn(++component, "/");

		if (length >= sizeof(name))
			continue;
		memcpy(name, component, length);
		name[length] = '\0';
		if (bdf_parse(name, &bdf))
			continue;
		found = bdf;
		end = component + length;
	}
	if (!end)
		return -ENODEV;
	if (found == guard->bdf)
		return 1;
	/* a virtual function needs its physical one, whose reset takes it away */
	if (guard_path(link, "%.*s/physfn", (int)(end - path), path) || guard_realpath(link, real))
		return 0;
	return !bdf_parse(strrchr(real, '/') + 1, &bdf) && bdf == guard->bdf;
}

bool guard_note(struct guard *guard, int answer, const char *verb)
{
	if (answer > 0)
		snprintf(guard->finding, guard->finding_size, "%s %s %s", guard->name, verb,
			 guard->what);
	if (answer < 0 && !guard->error) {
		guard->error = answer;
		snprintf(guard->finding, guard->finding_size, "cannot tell whether %s %s %s: %s",
			 guard->name, verb, guard->what, guard->detail);
	}
	return answer > 0;
}
