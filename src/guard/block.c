// SPDX-License-Identifier: GPL-2.0
/*
 * Follows storage down through mounts, partitions, device-mapper, md, loop, zram, btrfs and
 * NVMe multipath to PCI functions or the network.
 */
#include "guard/block.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int block_in_use(struct guard *guard, const char *path, unsigned int depth);

static bool listed(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(name, *list))
			return true;
	return false;
}

/* Remote storage: only noted here, guard_network() follows the routes at the end. */
static int needs_network(struct guard *guard)
{
	if (!guard->networked[0])
		memcpy(guard->networked, guard->what, sizeof(guard->networked));
	return 0;
}

/*
 * Asks about each device that a directory links to; -ENODEV if it links to none or is not
 * there. prefix: only links whose name begins with it.
 */
static int members_in_use(struct guard *guard, const char *path, const char *prefix,
			  unsigned int depth)
{
	char link[PATH_MAX], real[PATH_MAX];
	DIR *directory = opendir(path);
	struct dirent *entry;
	size_t members = 0;
	int answer = 0;

	if (!directory && errno != ENOENT)
		return guard_unknown(guard, -errno, "%s: %s", path, strerror(errno));
	while (directory && (entry = readdir(directory))) {
		struct stat status;
		int err;

		if (entry->d_name[0] == '.' || strncmp(entry->d_name, prefix, strlen(prefix)))
			continue;
		err = guard_path(link, "%s/%s", path, entry->d_name);
		if (!err && !lstat(link, &status) && !S_ISLNK(status.st_mode))
			continue;
		if (!err)
			err = guard_realpath(link, real);
		if (err)
			err = guard_unknown(guard, err, "%s: %s", link, strerror(-err));
		else
			err = block_in_use(guard, real, depth + 1);
		answer = guard_worse(answer, err);
		members++;
	}
	if (directory)
		closedir(directory);
	return members ? answer : -ENODEV;
}

/* The one line of an attribute in sysfs; "" if there is no such attribute. */
static int read_attribute(struct guard *guard, const char *path, const char *name,
			  char value[PATH_MAX])
{
	char attribute[PATH_MAX];
	int err = guard_path(attribute, "%s/%s", path, name);
	FILE *file;

	value[0] = '\0';
	if (err)
		return guard_unknown(guard, err, "%s/%s: %s", path, name, strerror(-err));
	file = fopen(attribute, "re");
	if (!file && errno == ENOENT)
		return 0;
	if (!file || (!fgets(value, PATH_MAX, file) && ferror(file)))
		err = guard_unknown(guard, -errno, "%s: %s", attribute, strerror(errno));
	if (file)
		fclose(file);
	value[strcspn(value, "\n")] = '\0';
	return err;
}

static int backing_in_use(struct guard *guard, const char *backing, unsigned int depth)
{
	if (!strncmp(backing, "/dev/", 5))
		return guard_node(guard, backing, depth + 1);
	return guard_file(guard, backing, depth + 1);
}

static int nvme_in_use(struct guard *guard, const char *path, unsigned int depth)
{
	char subsystem[PATH_MAX];
	int err = guard_path(subsystem, "%.*s", (int)(strrchr(path, '/') - path), path);

	/* the links to its controllers are next to the disk: nvme0, nvme1 */
	if (!err)
		err = members_in_use(guard, subsystem, "nvme", depth);
	if (err == -ENODEV)
		return guard_unknown(guard, -EOPNOTSUPP, "%s: no NVMe controller", subsystem);
	return err;
}

/* A device in /sys/devices/virtual: it has no hardware of its own. */
static int virtual_in_use(struct guard *guard, const char *path, unsigned int depth)
{
	const char *name = strrchr(path, '/') + 1;
	char slaves[PATH_MAX], backing[PATH_MAX];
	int answer, err;

	if (strstr(path, "/nvme-fabrics/") || !strncmp(name, "nbd", 3))
		return needs_network(guard);
	if (strstr(path, "/nvme-subsystem/"))
		return nvme_in_use(guard, path, depth);

	err = guard_path(slaves, "%s/slaves", path);
	if (err)
		return guard_unknown(guard, err, "%s: %s", path, strerror(-err));
	answer = members_in_use(guard, slaves, "", depth);
	if (answer != -ENODEV)
		return answer;

	err = read_attribute(guard, path, "loop/backing_file", backing);
	if (!err && backing[0] == '/')
		return backing_in_use(guard, backing, depth);
	if (!err)
		err = read_attribute(guard, path, "backing_dev", backing);
	if (!err && backing[0] == '/')
		return backing_in_use(guard, backing, depth);
	if (err)
		return err;
	/* disks in memory; behind a zram without backing_dev there is "none" */
	if (!strncmp(name, "zram", 4) || !strncmp(name, "ram", 3))
		return 0;
	return guard_unknown(guard, -EOPNOTSUPP, "%s: unknown kind of block device", path);
}

/* path: canonical, below /sys/devices, of a disk, a partition or a controller. */
static int block_in_use(struct guard *guard, const char *path, unsigned int depth)
{
	char disk[PATH_MAX], partition[PATH_MAX];
	int answer = guard_function(guard, path);

	if (answer != -ENODEV)
		return answer;
	if (depth > GUARD_DEPTH_MAX)
		return guard_unknown(guard, -ELOOP, "%s: too many devices on top of each other",
				     path);
	/* a partition is on what its disk is on */
	if (guard_path(disk, "%s", path) || guard_path(partition, "%s/partition", path))
		return guard_unknown(guard, -ENAMETOOLONG, "%s: name too long", path);
	if (!access(partition, F_OK))
		*strrchr(disk, '/') = '\0';
	if (!strncmp(disk + strlen(guard->root), "/sys/devices/virtual/", 21))
		return virtual_in_use(guard, disk, depth);
	/* iSCSI: platform/host2/session1/target2:0:0/... */
	if (strstr(disk, "/session"))
		return needs_network(guard);
	/* on the SoC (eMMC, virtio-mmio): below no PCI function */
	return 0;
}

static int number_path(struct guard *guard, unsigned int major, unsigned int minor,
		       char real[PATH_MAX])
{
	char link[PATH_MAX];
	int err = guard_path(link, "%s/sys/dev/block/%u:%u", guard->root, major, minor);

	if (!err)
		err = guard_realpath(link, real);
	if (err)
		return guard_unknown(guard, err, "/sys/dev/block/%u:%u: %s", major, minor,
				     strerror(-err));
	return 0;
}

/* The path in sysfs of a block device, by its node in /dev. */
static int node_path(struct guard *guard, const char *node, char real[PATH_MAX])
{
	char path[PATH_MAX], link[PATH_MAX];
	struct stat status;
	int err = guard_path(path, "%s%s", guard->root, node);

	if (!err && !stat(path, &status) && S_ISBLK(status.st_mode))
		return number_path(guard, major(status.st_rdev), minor(status.st_rdev), real);
	/* no device file, as in a tree of a test: sysfs uses its name, with links resolved */
	if (!err && guard_realpath(path, link))
		err = guard_path(link, "%s", node);
	if (!err)
		err = guard_path(path, "%s/sys/class/block/%s", guard->root,
				 strrchr(link, '/') + 1);
	if (!err)
		err = guard_realpath(path, real);
	if (err)
		return guard_unknown(guard, err, "%s: %s", node, strerror(-err));
	return 0;
}

int guard_node(struct guard *guard, const char *node, unsigned int depth)
{
	char path[PATH_MAX];
	int err = node_path(guard, node, path);

	return err ? err : block_in_use(guard, path, depth);
}

/* The source of a btrfs mount is only one of its devices: asks about all of them. */
static int btrfs_in_use(struct guard *guard, const char *node, unsigned int depth)
{
	char path[PATH_MAX], real[PATH_MAX];
	int answer = node_path(guard, node, real);
	DIR *directory = NULL;
	struct dirent *entry;
	int err;

	if (answer)
		return answer;
	answer = block_in_use(guard, real, depth);
	err = guard_path(path, "%s/sys/fs/btrfs", guard->root);
	if (!err)
		directory = opendir(path);
	while (directory && (entry = readdir(directory))) {
		err = guard_path(path, "%s/sys/fs/btrfs/%s/devices%s", guard->root, entry->d_name,
				 strrchr(real, '/'));
		if (err || entry->d_name[0] == '.' || access(path, F_OK))
			continue;
		*strrchr(path, '/') = '\0';
		answer = guard_worse(answer, members_in_use(guard, path, "", depth));
	}
	if (directory)
		closedir(directory);
	return answer;
}

int guard_mount(struct guard *guard, const struct guard_mount *mount, unsigned int depth)
{
	static const char *const memory[] = {"rootfs", "tmpfs", "ramfs", "devtmpfs", NULL};
	static const char *const network[] = {"nfs", "nfs4", "cifs", "smb3", "ceph", "afs", NULL};
	char path[PATH_MAX];
	int err;

	if (listed(mount->type, memory))
		return 0;
	if (listed(mount->type, network))
		return needs_network(guard);
	if (mount->major) {
		err = number_path(guard, mount->major, mount->minor, path);
		return err ? err : block_in_use(guard, path, depth);
	}
	if (strncmp(mount->source, "/dev/", 5))
		return guard_unknown(guard, -EOPNOTSUPP, "no block device is known for %s",
				     mount->type);
	if (!strcmp(mount->type, "btrfs"))
		return btrfs_in_use(guard, mount->source, depth);
	return guard_node(guard, mount->source, depth);
}

/*
 * The mount that a file is on has the longest mount point above it; of several mounts there,
 * it is the last, which hides the others.
 */
int guard_file(struct guard *guard, const char *file, unsigned int depth)
{
	const struct guard_mount *found = NULL;
	size_t longest = 0;

	if (depth > GUARD_DEPTH_MAX)
		return guard_unknown(guard, -ELOOP, "%s: too many devices on top of each other",
				     file);
	for (size_t i = 0; i < guard->mount_count; i++) {
		const struct guard_mount *mount = &guard->mounts[i];
		size_t length = strlen(mount->point);

		if (!strcmp(mount->point, "/"))
			length = 0;
		if (length < longest || strncmp(file, mount->point, length) ||
		    (file[length] && file[length] != '/'))
			continue;
		longest = length;
		found = mount;
	}
	if (!found)
		return guard_unknown(guard, -ENOENT, "no mount is known for %s", file);
	return guard_mount(guard, found, depth + 1);
}
