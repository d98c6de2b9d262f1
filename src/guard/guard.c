// SPDX-License-Identifier: GPL-2.0
/*
 * Goes through what the running system needs: file systems, swap, network.
 */
#include "guard/guard.h"

#include "guard/block.h"
#include "guard/namespaces.h"
#include "guard/network.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The kernel writes blanks, backslashes and newlines in names as octal \ooo. */
static void unescape(char *text)
{
	char *out = text;

	while (*text) {
		if (text[0] == '\\' && strspn(text + 1, "01234567") >= 3) {
			*out++ = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 |
					(text[3] - '0'));
			text += 4;
		} else {
			*out++ = *text++;
		}
	}
	*out = '\0';
}

/* A line: id parent major:minor root point options [optional ...] - type source options */
static int add_mount(struct guard *guard, char *line)
{
	struct guard_mount mount = {0};
	struct guard_mount *mounts;
	char *rest = line;
	char *field = NULL, *point = NULL, *type, *source;
	bool numbered = false;

	for (int i = 0; (field = strsep(&rest, " ")) && (i < 6 || strcmp(field, "-")); i++) {
		if (i == 2)
			numbered = sscanf(field, "%u:%u", &mount.major, &mount.minor) == 2;
		if (i == 4)
			point = field;
	}
	type = strsep(&rest, " ");
	source = strsep(&rest, " ");
	if (!numbered || !point || !type || !source)
		return guard_unknown(guard, -EPROTO,
				     "/proc/self/mountinfo: cannot read a line: '%.60s'", line);
	unescape(point);
	unescape(source);
	mounts = realloc(guard->mounts, (guard->mount_count + 1) * sizeof(*mounts));
	if (!mounts)
		return guard_unknown(guard, -ENOMEM, "out of memory");
	guard->mounts = mounts;
	mount.point = strdup(point);
	mount.type = strdup(type);
	mount.source = strdup(source);
	mounts[guard->mount_count++] = mount;
	if (!mount.point || !mount.type || !mount.source)
		return guard_unknown(guard, -ENOMEM, "out of memory");
	return 0;
}

static bool check_mounts(struct guard *guard)
{
	static const char *const points[] = {"/", "/usr", "/boot", "/boot/efi", NULL};
	bool has_root = false;

	for (size_t i = 0; i < guard->mount_count; i++) {
		const struct guard_mount *mount = &guard->mounts[i];
		size_t point = 0;

		while (points[point] && strcmp(mount->point, points[point]))
			point++;
		if (!points[point])
			continue;
		has_root |= !point;
		snprintf(guard->what, sizeof(guard->what), "the file system at %s (%s %.100s)",
			 mount->point, mount->type, mount->source);
		if (guard_note(guard, guard_mount(guard, mount, 0), "holds"))
			return true;
	}
	if (has_root)
		return false;
	/* in a chroot the mount of its root is not listed */
	snprintf(guard->what, sizeof(guard->what), "the file system at /");
	return guard_note(guard,
			  guard_unknown(guard, -ENOENT, "/proc/self/mountinfo does not list it"),
			  "holds");
}

/* A line: Filename Type Size Used Priority */
static int check_swap(struct guard *guard, char *line)
{
	char *name = strsep(&line, " \t");
	bool is_file;
	int answer;

	if (!strcmp(name, "Filename"))
		return 0;
	is_file = line && !strncmp(line + strspn(line, " \t"), "file", 4);
	unescape(name);
	snprintf(guard->what, sizeof(guard->what), "the swap %.140s", name);
	answer = is_file ? guard_file(guard, name, 0) : guard_node(guard, name, 0);
	return guard_note(guard, answer, "holds") ? 1 : 0;
}

static bool check_swaps(struct guard *guard)
{
	/* without support for swap there is no such file */
	int answer = guard_each_line(guard, "/proc/swaps", true, check_swap);

	if (answer > 0)
		return true;
	snprintf(guard->what, sizeof(guard->what), "swap");
	return guard_note(guard, answer, "holds");
}

/* As guard_check(), of what this process sees. */
static int look(const char *root, const struct device *device, struct guard_finding *finding)
{
	struct guard guard = {
		.bdf = device->bdf,
		.name = device->name,
		.finding = finding->text,
		.finding_size = sizeof(finding->text),
	};
	bool in_use = false;
	int err = 0;

	finding->text[0] = '\0';
	if (root[0])
		err = guard_realpath(root, guard.root);
	if (!strcmp(guard.root, "/"))
		guard.root[0] = '\0';
	if (err)
		guard_unknown(&guard, err, "%s: %s", root, strerror(-err));
	else
		err = guard_each_line(&guard, "/proc/self/mountinfo", false, add_mount);
	if (err) {
		snprintf(guard.what, sizeof(guard.what), "a file system that is needed");
		guard_note(&guard, err, "holds");
	} else {
		in_use = check_mounts(&guard) || check_swaps(&guard) || guard_network(&guard);
	}

	for (size_t i = 0; i < guard.mount_count; i++) {
		free(guard.mounts[i].point);
		free(guard.mounts[i].type);
		free(guard.mounts[i].source);
	}
	free(guard.mounts);
	free(guard.routes);
	return in_use ? 1 : guard.error;
}

static int look_here(const struct device *device, struct guard_finding *finding)
{
	return look("", device, finding);
}

int guard_check(const char *root, const struct device *device, struct guard_finding *finding)
{
	struct guard_finding other = {};
	int own = look(root, device, finding), answer;

	if (root[0] || own > 0)
		return own;
	answer = namespaces_differ("/proc", &other);
	if (answer > 0)
		answer = namespaces_look(look_here, device, &other);
	/* a yes before what cannot be told, and that before a no */
	if (answer > 0 || (answer && !own)) {
		*finding = other;
		return answer;
	}
	return own;
}
