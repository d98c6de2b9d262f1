// SPDX-License-Identifier: GPL-2.0
/*
 * The guard, on directories that stand for a machine's /proc, /sys and /dev.
 */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "guard/guard.h"
#include "remove_tree.h"

#define PCI		    "/sys/devices/pci0000:00/"
#define DISK_A		    PCI "0000:00:01.0/0000:01:00.0/nvme/nvme0/nvme0n1"
#define DISK_B		    PCI "0000:00:02.0/0000:02:00.0/ata1/host0/target0:0:0/0:0:0:0/block/sda"
#define NIC_A		    PCI "0000:00:03.0/0000:03:00.0/virtio0/net/eth0"
#define NIC_B		    PCI "0000:00:04.0/0000:04:00.0/net/eth1"
#define VIRTUAL		    "/sys/devices/virtual/block/"
#define NO_ROUTES	    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\n"
#define DEFAULT4(interface) interface "\t00000000\t0202000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
#define ONLINK4(interface)  interface "\t0002000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
#define ZERO6		    "00000000000000000000000000000000"
#define DEFAULT6(interface, flags)                                                                 \
	ZERO6 " 00 " ZERO6                                                                         \
	      " 00 fe800000000000000000000000000001 00000400 00000001 00000000 " flags             \
	      " " interface "\n"
#define NO_SWAP "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"

static char root[64];

/* ---- building ---- */

static const char *under(const char *path)
{
	static char full[PATH_MAX];

	snprintf(full, sizeof(full), "%s%s", root, path);
	return full;
}

static void directories(const char *path)
{
	char full[PATH_MAX];

	snprintf(full, sizeof(full), "%s", under(path));
	for (char *slash = strchr(full + strlen(root) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(!mkdir(full, 0755) || errno == EEXIST);
		*slash = '/';
	}
}

static void put(const char *path, const char *text)
{
	FILE *file;

	directories(path);
	file = fopen(under(path), "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* A relative link, as sysfs has them. */
static void link_to(const char *path, const char *target)
{
	char relative[PATH_MAX] = "";

	directories(path);
	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'))
		strcat(relative, "../");
	strcat(relative, target + 1);
	assert_int_equal(symlink(relative, under(path)), 0);
}

/* A block device: its directory, and the links to it by number and by name. */
static void block(const char *path, const char *number)
{
	char way[PATH_MAX];

	snprintf(way, sizeof(way), "%s/dev", path);
	put(way, number);
	snprintf(way, sizeof(way), "/sys/dev/block/%s", number);
	link_to(way, path);
	snprintf(way, sizeof(way), "/sys/class/block%s", strrchr(path, '/'));
	link_to(way, path);
	snprintf(way, sizeof(way), "/dev%s", strrchr(path, '/'));
	put(way, "");
}

static void interface(const char *path)
{
	char way[PATH_MAX], device[PATH_MAX];

	snprintf(way, sizeof(way), "%s/mtu", path);
	put(way, "1500\n");
	snprintf(way, sizeof(way), "/sys/class/net%s", strrchr(path, '/'));
	link_to(way, path);
	if (strstr(path, "/virtual/"))
		return;
	snprintf(way, sizeof(way), "%s/device", path);
	snprintf(device, sizeof(device), "%.*s", (int)(strstr(path, "/net/") - path), path);
	link_to(way, device);
}

/* Two disks, two network cards, / in memory, no swap, no routes. */
static int build(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/test_guard.XXXXXX");
	if (!mkdtemp(root))
		return -1;
	block(DISK_A, "259:0");
	block(DISK_A "/nvme0n1p1", "259:1");
	put(DISK_A "/nvme0n1p1/partition", "1\n");
	block(DISK_A "/nvme0n1p2", "259:2");
	put(DISK_A "/nvme0n1p2/partition", "2\n");
	block(DISK_B, "8:0");
	block(DISK_B "/sda1", "8:1");
	put(DISK_B "/sda1/partition", "1\n");
	interface(NIC_A);
	interface(NIC_B);
	put("/proc/self/mountinfo", "1 1 0:2 / / rw - rootfs rootfs rw\n");
	put("/proc/swaps", NO_SWAP);
	put("/proc/net/route", NO_ROUTES);
	put("/proc/net/ipv6_route", "");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return remove_tree(root);
}

/* ---- asking ---- */

static struct guard_finding finding;

static int check(const char *name)
{
	struct device device = {0};

	assert_int_equal(bdf_parse(name, &device.bdf), 0);
	snprintf(device.name, sizeof(device.name), "%s", name);
	memset(&finding, 'x', sizeof(finding));
	return guard_check(root, &device, &finding);
}

static void is_free(const char *name)
{
	int answer = check(name);

	if (answer)
		fail_msg("%s: %d %s", name, answer, finding.text);
	assert_string_equal(finding.text, "");
}

static void in_use(const char *name, const char *text)
{
	int answer = check(name);

	if (answer != 1)
		fail_msg("%s: %d %s", name, answer, finding.text);
	assert_string_equal(finding.text, text);
}

static void unknown(const char *name, int err, const char *part)
{
	assert_int_equal(check(name), err);
	if (strncmp(finding.text, "cannot tell whether ", 20) || !strstr(finding.text, part))
		fail_msg("'%s' is not in '%s'", part, finding.text);
}

static void mounts(const char *text)
{
	put("/proc/self/mountinfo", text);
}

/* ---- nothing ---- */

static void nothing_is_free(void **state)
{
	(void)state;
	is_free("0000:01:00.0");
	is_free("0000:02:00.0");
	is_free("0000:03:00.0");
}

static void kernel_without_swap_and_network(void **state)
{
	(void)state;
	unlink(under("/proc/swaps"));
	unlink(under("/proc/net/route"));
	unlink(under("/proc/net/ipv6_route"));
	is_free("0000:01:00.0");
}

/* ---- file systems ---- */

static void root_on_a_partition(void **state)
{
	(void)state;
	mounts("1 0 0:2 / / rw - rootfs rootfs rw\n"
	       "20 1 259:2 / / rw,relatime shared:1 master:2 - ext4 /dev/nvme0n1p2 rw\n"
	       "21 20 8:1 / /home rw - ext4 /dev/sda1 rw\n");
	in_use("0000:01:00.0", "0000:01:00.0 holds the file system at / (ext4 /dev/nvme0n1p2)");
	/* the bridge above the disk is not asked for itself, and /home is not needed */
	is_free("0000:00:01.0");
	is_free("0000:02:00.0");
}

static void boot_and_usr(void **state)
{
	static const char *const points[] = {"/usr", "/boot", "/boot/efi"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char text[256], expected[256];

		snprintf(text, sizeof(text),
			 "1 1 0:2 / / rw - tmpfs tmpfs rw\n"
			 "3 1 259:1 / /srv rw - ext4 /dev/nvme0n1p1 rw\n"
			 "2 1 8:1 / %s rw - vfat /dev/disk/by-label/a\\040b123\\9 rw\n",
			 points[i]);
		mounts(text);
		snprintf(expected, sizeof(expected),
			 "0000:02:00.0 holds the file system at %s (vfat /dev/disk/by-label/a "
			 "b123\\9)",
			 points[i]);
		in_use("0000:02:00.0", expected);
		is_free("0000:01:00.0");
	}
}

static void lvm_on_md_on_two_disks(void **state)
{
	(void)state;
	block(VIRTUAL "md0", "9:0");
	link_to(VIRTUAL "md0/slaves/nvme0n1p1", DISK_A "/nvme0n1p1");
	link_to(VIRTUAL "md0/slaves/sda1", DISK_B "/sda1");
	block(VIRTUAL "dm-0", "253:0");
	link_to(VIRTUAL "dm-0/slaves/md0", VIRTUAL "md0");
	mounts("1 1 253:0 / / rw - xfs /dev/mapper/vg-root rw\n");
	in_use("0000:01:00.0", "0000:01:00.0 holds the file system at / (xfs /dev/mapper/vg-root)");
	in_use("0000:02:00.0", "0000:02:00.0 holds the file system at / (xfs /dev/mapper/vg-root)");
	is_free("0000:03:00.0");
}

static void partition_of_md(void **state)
{
	(void)state;
	block(VIRTUAL "md0", "9:0");
	link_to(VIRTUAL "md0/slaves/sda1", DISK_B "/sda1");
	block(VIRTUAL "md0/md0p1", "259:9");
	put(VIRTUAL "md0/md0p1/partition", "1\n");
	mounts("1 1 259:9 / / rw - ext4 /dev/md0p1 rw\n");
	in_use("0000:02:00.0", "0000:02:00.0 holds the file system at / (ext4 /dev/md0p1)");
	is_free("0000:01:00.0");
}

static void loop_on_a_file(void **state)
{
	(void)state;
	block(VIRTUAL "loop0", "7:0");
	put(VIRTUAL "loop0/loop/backing_file", "/media/live/image\n");
	mounts("4 1 259:1 / /opt rw - ext4 /dev/nvme0n1p1 rw\n"
	       "2 1 8:1 / /media rw - ext4 /dev/sda1 rw\n"
	       "3 1 259:1 / /media/li rw - ext4 /dev/nvme0n1p1 rw\n"
	       "1 1 7:0 / / rw - squashfs /dev/loop0 rw\n");
	in_use("0000:02:00.0", "0000:02:00.0 holds the file system at / (squashfs /dev/loop0)");
	/* /media/li is a prefix of /media/live, but not a directory above it */
	is_free("0000:01:00.0");
}

static void loop_on_a_device(void **state)
{
	(void)state;
	block(VIRTUAL "loop0", "7:0");
	put(VIRTUAL "loop0/loop/backing_file", "/dev/sda1\n");
	mounts("1 1 7:0 / / rw - squashfs /dev/loop0 rw\n");
	in_use("0000:02:00.0", "0000:02:00.0 holds the file system at / (squashfs /dev/loop0)");
}

static void loop_on_itself_ends(void **state)
{
	(void)state;
	block(VIRTUAL "loop0", "7:0");
	put(VIRTUAL "loop0/loop/backing_file", "/image\n");
	mounts("1 1 7:0 / / rw - squashfs /dev/loop0 rw\n");
	unknown("0000:02:00.0", -ELOOP, "too many devices on top of each other");
}

static void device_on_itself_ends(void **state)
{
	(void)state;
	block(VIRTUAL "dm-0", "253:0");
	link_to(VIRTUAL "dm-0/slaves/dm-0", VIRTUAL "dm-0");
	mounts("1 1 253:0 / / rw - ext4 /dev/dm-0 rw\n");
	unknown("0000:02:00.0", -ELOOP, "too many devices on top of each other");
}

static void below_a_long_name(void **state)
{
	static const char *const bridges[] = {"4010000000.pcie1", "4010000000.pcie-controller"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char path[PATH_MAX], number[16], text[128], expected[128];

		snprintf(path, sizeof(path),
			 "/sys/devices/platform/%s/pci0001:00/0001:00:0%zu.0/nvme/nvme1/nvme%zun1",
			 bridges[i], i, i + 1);
		snprintf(number, sizeof(number), "259:3%zu", i);
		block(path, number);
		snprintf(text, sizeof(text), "1 1 %s / / rw - ext4 /dev/x rw\n", number);
		mounts(text);
		snprintf(expected, sizeof(expected),
			 "0001:00:0%zu.0 holds the file system at / (ext4 /dev/x)", i);
		in_use(i ? "0001:00:01.0" : "0001:00:00.0", expected);
	}
}

static void btrfs_on_two_disks(void **state)
{
	(void)state;
	mounts("1 1 0:30 /@ / rw - btrfs /dev/sda1 rw\n");
	in_use("0000:02:00.0", "0000:02:00.0 holds the file system at / (btrfs /dev/sda1)");
	is_free("0000:01:00.0");
	/* first another btrfs, then this one */
	link_to("/sys/fs/btrfs/aaaa/devices/nvme0n1p2", DISK_A "/nvme0n1p2");
	is_free("0000:01:00.0");
	link_to("/sys/fs/btrfs/bbbb/devices/sda1", DISK_B "/sda1");
	link_to("/sys/fs/btrfs/bbbb/devices/nvme0n1p1", DISK_A "/nvme0n1p1");
	in_use("0000:01:00.0", "0000:01:00.0 holds the file system at / (btrfs /dev/sda1)");
}

static void source_by_another_name(void **state)
{
	(void)state;
	link_to("/dev/mapper/root", "/dev/sda1");
	mounts("1 1 0:30 / / rw - btrfs /dev/mapper/root rw\n");
	in_use("0000:02:00.0", "0000:02:00.0 holds the file system at / (btrfs /dev/mapper/root)");
}

static void nvme_with_two_controllers(void **state)
{
	static const char subsystem[] = "/sys/devices/virtual/nvme-subsystem/nvme-subsys0/";
	char path[PATH_MAX];

	(void)state;
	put(PCI "0000:00:06.0/0000:06:00.0/nvme/nvme5/model", "\n");
	put(PCI "0000:00:07.0/0000:07:00.0/nvme/nvme6/model", "\n");
	snprintf(path, sizeof(path), "%snvme5n1", subsystem);
	block(path, "259:20");
	mounts("1 1 259:20 / / rw - ext4 /dev/nvme5n1 rw\n");
	unknown("0000:06:00.0", -EOPNOTSUPP, "no NVMe controller");
	snprintf(path, sizeof(path), "%snvme5", subsystem);
	link_to(path, PCI "0000:00:06.0/0000:06:00.0/nvme/nvme5");
	snprintf(path, sizeof(path), "%snvme6", subsystem);
	link_to(path, PCI "0000:00:07.0/0000:07:00.0/nvme/nvme6");
	/* a link that is not a controller, and leads nowhere */
	snprintf(path, sizeof(path), "%ssubsystem", subsystem);
	link_to(path, "/sys/class/nvme-subsystem");
	in_use("0000:06:00.0", "0000:06:00.0 holds the file system at / (ext4 /dev/nvme5n1)");
	in_use("0000:07:00.0", "0000:07:00.0 holds the file system at / (ext4 /dev/nvme5n1)");
	is_free("0000:01:00.0");
}

static void virtual_function(void **state)
{
	(void)state;
	block(PCI "0000:00:01.0/0000:01:10.2/virtio9/block/vda", "254:0");
	put(PCI "0000:00:01.0/0000:01:00.1/vendor", "\n");
	link_to(PCI "0000:00:01.0/0000:01:10.2/physfn", PCI "0000:00:01.0/0000:01:00.1");
	mounts("1 1 254:0 / / rw - ext4 /dev/vda rw\n");
	in_use("0000:01:10.2", "0000:01:10.2 holds the file system at / (ext4 /dev/vda)");
	in_use("0000:01:00.1", "0000:01:00.1 holds the file system at / (ext4 /dev/vda)");
	is_free("0000:01:00.0");
}

static void disk_on_the_soc(void **state)
{
	(void)state;
	block("/sys/devices/platform/soc/mmc_host/mmc0/mmc0:0001/block/mmcblk0", "179:0");
	mounts("1 1 179:0 / / rw - ext4 /dev/mmcblk0 rw\n");
	is_free("0000:01:00.0");
}

static void what_cannot_be_told(void **state)
{
	(void)state;
	mounts("1 1 0:40 / / rw - overlay overlay rw,lowerdir=/a\n");
	unknown("0000:01:00.0", -EOPNOTSUPP, "no block device is known for overlay");
	mounts("1 1 77:1 / / rw - ext4 /dev/gone rw\n");
	unknown("0000:01:00.0", -ENOENT, "/sys/dev/block/77:1");
	mounts("1 1 0:40 / / rw - btrfs /dev/root rw\n");
	unknown("0000:01:00.0", -ENOENT, "/dev/root");
	block(VIRTUAL "drbd0", "147:0");
	mounts("1 1 147:0 / / rw - ext4 /dev/drbd0 rw\n");
	unknown("0000:01:00.0", -EOPNOTSUPP, "drbd0: unknown kind of block device");
	mounts("1 1 0:2 / /home rw - tmpfs tmpfs rw\n");
	unknown("0000:01:00.0", -ENOENT, "mountinfo does not list it");
	mounts("1 1 0:2 / / rw\n");
	unknown("0000:01:00.0", -EPROTO, "cannot read a line");
	mounts("1 1 0:2 / / rw - tmpfs\n");
	unknown("0000:01:00.0", -EPROTO, "cannot read a line");
	mounts("1 1 0-2 / / rw - tmpfs tmpfs rw\n");
	unknown("0000:01:00.0", -EPROTO, "cannot read a line");
	mounts("1 1 0:2 -\n");
	unknown("0000:01:00.0", -EPROTO, "cannot read a line");
	mounts("");
	unknown("0000:01:00.0", -ENOENT, "does not list it");
	unlink(under("/proc/self/mountinfo"));
	unknown("0000:01:00.0", -ENOENT, "/proc/self/mountinfo: No such file");
}

static void a_yes_outweighs_what_cannot_be_told(void **state)
{
	(void)state;
	mounts("1 1 0:40 / / rw - overlay overlay rw\n2 1 8:1 / /boot rw - ext4 /dev/sda1 rw\n");
	in_use("0000:02:00.0", "0000:02:00.0 holds the file system at /boot (ext4 /dev/sda1)");
	unknown("0000:01:00.0", -EOPNOTSUPP, "at / (overlay overlay): no block device");
	block(VIRTUAL "dm-0", "253:0");
	link_to(VIRTUAL "dm-0/slaves/gone", "/sys/devices/gone");
	link_to(VIRTUAL "dm-0/slaves/sda1", DISK_B "/sda1");
	mounts("1 1 253:0 / / rw - xfs /dev/dm-0 rw\n");
	in_use("0000:02:00.0", "0000:02:00.0 holds the file system at / (xfs /dev/dm-0)");
	unknown("0000:01:00.0", -ENOENT, "slaves/gone");
}

/* ---- swap ---- */

static void swap_partition(void **state)
{
	(void)state;
	put("/proc/swaps", NO_SWAP "/dev/nvme0n1p1                          partition\t1\t0\t-2\n");
	in_use("0000:01:00.0", "0000:01:00.0 holds the swap /dev/nvme0n1p1");
	is_free("0000:02:00.0");
}

static void swap_file(void **state)
{
	(void)state;
	mounts("1 1 0:2 / / rw - tmpfs tmpfs rw\n2 1 8:1 / /my\\040data rw - ext4 /dev/sda1 rw\n");
	put("/proc/swaps", NO_SWAP "/my\\040data/swap\t\tfile\t\t1\t0\t-2\n");
	in_use("0000:02:00.0", "0000:02:00.0 holds the swap /my data/swap");
	is_free("0000:01:00.0");
}

static void second_swap(void **state)
{
	(void)state;
	block(VIRTUAL "zram0", "252:0");
	put(VIRTUAL "zram0/backing_dev", "none\n");
	put("/proc/swaps", NO_SWAP "/dev/zram0 partition 1 0 100\n/dev/sda1 partition 1 0 -2\n");
	in_use("0000:02:00.0", "0000:02:00.0 holds the swap /dev/sda1");
	is_free("0000:01:00.0");
	put(VIRTUAL "zram0/backing_dev", "/dev/nvme0n1p1\n");
	in_use("0000:01:00.0", "0000:01:00.0 holds the swap /dev/zram0");
}

static void swaps_unreadable(void **state)
{
	(void)state;
	unlink(under("/proc/swaps"));
	assert_int_equal(mkdir(under("/proc/swaps"), 0755), 0);
	unknown("0000:01:00.0", -EISDIR, "holds swap: /proc/swaps: Is a directory");
	rmdir(under("/proc/swaps"));
	put("/proc/swaps", NO_SWAP "/dev/gone partition 1 0 -2\n");
	unknown("0000:01:00.0", -ENOENT, "the swap /dev/gone");
}

/* ---- network ---- */

static void one_default_route(void **state)
{
	(void)state;
	put("/proc/net/route",
	    NO_ROUTES ONLINK4("eth1") ONLINK4("eth0") DEFAULT4("eth0") DEFAULT4("eth0"));
	in_use("0000:03:00.0", "0000:03:00.0 carries the only default route, eth0");
	is_free("0000:04:00.0");
}

static void one_default_route_of_version_6(void **state)
{
	(void)state;
	put("/proc/net/ipv6_route", DEFAULT6("eth1", "00000003") DEFAULT6("lo", "00200200")
	    /* ::/8 and 2001::/0 are not default routes */
	    ZERO6 " 08 " ZERO6 " 00 " ZERO6 " 00000400 00000001 00000000 00000003 eth0\n"
		  "20010000000000000000000000000000 00 " ZERO6 " 00 " ZERO6
		  " 00000400 00000001 00000000 00000003 eth0\n");
	in_use("0000:04:00.0", "0000:04:00.0 carries the only default route, eth1");
	is_free("0000:03:00.0");
}

static void two_default_routes(void **state)
{
	(void)state;
	put("/proc/net/route", NO_ROUTES DEFAULT4("eth0") DEFAULT4("eth1"));
	is_free("0000:03:00.0");
	is_free("0000:04:00.0");
	put("/proc/net/route", NO_ROUTES DEFAULT4("eth0"));
	put("/proc/net/ipv6_route", DEFAULT6("eth1", "00000003"));
	is_free("0000:03:00.0");
	is_free("0000:04:00.0");
}

static void routes_that_lead_nowhere(void **state)
{
	(void)state;
	put("/proc/net/route", NO_ROUTES "eth0\t00000000\t0202000A\t0202\t0\t0\t0\t00000000\t0\n"
					 "eth0\t00000000\t0202000A\t0203\t0\t0\t0\t00000000\t0\n"
					 "eth0\t00000000\t0202000A\t0003\t0\t0\t0\t00000080\t0\n");
	is_free("0000:03:00.0");
	/* a route that rejects is no second default route */
	put("/proc/net/ipv6_route", DEFAULT6("eth0", "00000003") DEFAULT6("eth1", "00000203"));
	in_use("0000:03:00.0", "0000:03:00.0 carries the only default route, eth0");
}

static void two_ports_of_one_function(void **state)
{
	(void)state;
	interface("/sys/devices/virtual/net/vlan7");
	link_to("/sys/devices/virtual/net/vlan7/lower_eth1", NIC_B);
	put("/proc/net/route", NO_ROUTES DEFAULT4("eth1") DEFAULT4("vlan7"));
	in_use("0000:04:00.0", "0000:04:00.0 carries the only default route, eth1 and vlan7");
	is_free("0000:03:00.0");
}

static void bridge(void **state)
{
	(void)state;
	interface("/sys/devices/virtual/net/tap0");
	interface("/sys/devices/virtual/net/br0");
	link_to("/sys/devices/virtual/net/br0/lower_tap0", "/sys/devices/virtual/net/tap0");
	link_to("/sys/devices/virtual/net/br0/lower_eth0", NIC_A);
	put("/proc/net/route", NO_ROUTES DEFAULT4("br0"));
	in_use("0000:03:00.0", "0000:03:00.0 carries the only default route, br0");
	is_free("0000:04:00.0");
}

static void bridge_on_itself_ends(void **state)
{
	(void)state;
	interface("/sys/devices/virtual/net/br0");
	link_to("/sys/devices/virtual/net/br0/lower_br0", "/sys/devices/virtual/net/br0");
	put("/proc/net/route", NO_ROUTES DEFAULT4("br0"));
	unknown("0000:03:00.0", -ELOOP, "br0: too many interfaces on top of each other");
}

static void tunnel(void **state)
{
	(void)state;
	interface("/sys/devices/virtual/net/wg0");
	put("/proc/net/route", NO_ROUTES DEFAULT4("wg0") ONLINK4("eth1"));
	in_use("0000:04:00.0", "0000:04:00.0 carries the only default route, wg0");
	is_free("0000:03:00.0");
	put("/proc/net/route", NO_ROUTES DEFAULT4("wg0"));
	unknown("0000:04:00.0", -ENODEV, "no network interface has a route");
}

static void network_card_on_the_soc(void **state)
{
	(void)state;
	interface("/sys/devices/platform/soc/net/end0");
	put("/proc/net/route", NO_ROUTES DEFAULT4("end0"));
	is_free("0000:03:00.0");
}

static void routes_unreadable(void **state)
{
	(void)state;
	put("/proc/net/route", NO_ROUTES DEFAULT4("gone"));
	unknown("0000:03:00.0", -ENOENT, "sys/class/net/gone");
	put("/proc/net/route", NO_ROUTES "what is this\n");
	unknown("0000:03:00.0", -EPROTO, "/proc/net/route: cannot read 'what is this'");
	put("/proc/net/route", NO_ROUTES);
	put("/proc/net/ipv6_route", "nor that\n");
	unknown("0000:03:00.0", -EPROTO, "/proc/net/ipv6_route: cannot read 'nor that'");
}

static void storage_beyond_the_network(void **state)
{
	static const char text[] =
		"0000:03:00.0 may be the way to the file system at / (nfs4 host:/export)";

	(void)state;
	mounts("1 1 0:40 / / rw - nfs4 host:/export rw\n");
	/* no default route: the server is on the local network */
	put("/proc/net/route", NO_ROUTES ONLINK4("eth0"));
	in_use("0000:03:00.0", text);
	is_free("0000:04:00.0");
	put("/proc/net/route", NO_ROUTES DEFAULT4("eth0") DEFAULT4("eth1"));
	in_use("0000:03:00.0", text);
	put("/proc/net/route", NO_ROUTES);
	unknown("0000:03:00.0", -ENODEV, "no network interface has a route");
}

static void disks_beyond_the_network(void **state)
{
	static const struct {
		const char *path;
		const char *number;
	} cases[] = {
		{"/sys/devices/platform/host2/session1/target2:0:0/2:0:0:1/block/sdx", "65:0"},
		{"/sys/devices/virtual/nvme-fabrics/ctl/nvme7/nvme7n1", "65:1"},
		{VIRTUAL "nbd0", "65:2"},
	};

	(void)state;
	put("/proc/net/route", NO_ROUTES DEFAULT4("eth0") DEFAULT4("eth1"));
	for (size_t i = 0; i < 3; i++) {
		char text[128];

		block(cases[i].path, cases[i].number);
		snprintf(text, sizeof(text), "1 1 %s / / rw - ext4 /dev/x rw\n", cases[i].number);
		mounts(text);
		in_use("0000:04:00.0",
		       "0000:04:00.0 may be the way to the file system at / (ext4 /dev/x)");
		is_free("0000:01:00.0");
	}
}

static void this_machine(void **state)
{
	struct device device = {.bdf = 0xffffffff, .name = "ffff:ff:1f.7"};

	(void)state;
	/* on whatever machine this runs: it is read without a fault */
	assert_true(guard_check("", &device, &finding) <= 0);
	assert_true(guard_check("/does/not/exist", &device, &finding) == -ENOENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, build, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_free),
		TEST(kernel_without_swap_and_network),
		TEST(root_on_a_partition),
		TEST(boot_and_usr),
		TEST(lvm_on_md_on_two_disks),
		TEST(partition_of_md),
		TEST(loop_on_a_file),
		TEST(loop_on_a_device),
		TEST(loop_on_itself_ends),
		TEST(device_on_itself_ends),
		TEST(below_a_long_name),
		TEST(btrfs_on_two_disks),
		TEST(source_by_another_name),
		TEST(nvme_with_two_controllers),
		TEST(virtual_function),
		TEST(disk_on_the_soc),
		TEST(what_cannot_be_told),
		TEST(a_yes_outweighs_what_cannot_be_told),
		TEST(swap_partition),
		TEST(swap_file),
		TEST(second_swap),
		TEST(swaps_unreadable),
		TEST(one_default_route),
		TEST(one_default_route_of_version_6),
		TEST(two_default_routes),
		TEST(routes_that_lead_nowhere),
		TEST(two_ports_of_one_function),
		TEST(bridge),
		TEST(bridge_on_itself_ends),
		TEST(tunnel),
		TEST(network_card_on_the_soc),
		TEST(routes_unreadable),
		TEST(storage_beyond_the_network),
		TEST(disks_beyond_the_network),
		TEST(this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
