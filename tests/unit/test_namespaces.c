// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the machine's first process sees what this one sees, in directories that stand for /proc.
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

#include "guard/namespaces.h"
#include "remove_tree.h"

static char proc[64];
static struct guard_finding finding;

static const char *under(const char *path)
{
	static char full[PATH_MAX];

	snprintf(full, sizeof(full), "%s/%s", proc, path);
	return full;
}

static void links_to(const char *path, const char *target)
{
	unlink(under(path));
	assert_int_equal(symlink(target, under(path)), 0);
}

/* A process of the machine that is in no container. */
static int build(void **state)
{
	static const char *const directories[] = {"1", "1/ns", "self", "self/ns", "other"};
	static const char *const processes[] = {"1", "self"};

	(void)state;
	snprintf(proc, sizeof(proc), "/tmp/test_namespaces.XXXXXX");
	if (!mkdtemp(proc))
		return -1;
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		assert_int_equal(mkdir(under(directories[i]), 0755), 0);
	for (size_t i = 0; i < 2; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s/ns/mnt", processes[i]);
		links_to(name, "mnt:[4026531841]");
		snprintf(name, sizeof(name), "%s/ns/net", processes[i]);
		links_to(name, "net:[4026531840]");
		snprintf(name, sizeof(name), "%s/ns/pid", processes[i]);
		links_to(name, "pid:[4026531836]");
		snprintf(name, sizeof(name), "%s/root", processes[i]);
		links_to(name, "/");
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return remove_tree(proc);
}

static void cannot_be_told(int err, const char *part)
{
	memset(&finding, 0, sizeof(finding));
	assert_int_equal(namespaces_differ(proc, &finding), err);
	if (!strstr(finding.text, "cannot tell what this machine needs: ") ||
	    !strstr(finding.text, part))
		fail_msg("'%s' is not in '%s'", part, finding.text);
}

static void outside(void **state)
{
	(void)state;
	assert_int_equal(namespaces_differ(proc, &finding), 0);
	/* it is this process's namespace that counts, and not the one of its children */
	links_to("self/ns/pid", "pid:[4026532299]");
	assert_int_equal(namespaces_differ(proc, &finding), 0);
}

static void other_mounts_network_or_root(void **state)
{
	(void)state;
	links_to("self/ns/mnt", "mnt:[4026532299]");
	assert_int_equal(namespaces_differ(proc, &finding), 1);
	links_to("self/ns/mnt", "mnt:[4026531841]");
	links_to("self/ns/net", "net:[4026532299]");
	assert_int_equal(namespaces_differ(proc, &finding), 1);
	links_to("self/ns/net", "net:[4026531840]");
	links_to("self/root", "../other");
	assert_int_equal(namespaces_differ(proc, &finding), 1);
}

static void a_container_has_another_first_process(void **state)
{
	(void)state;
	links_to("1/ns/pid", "pid:[4026532299]");
	cannot_be_told(-ESRCH, "process 1 is a container's");
}

static void a_kernel_without_pid_or_network_namespaces(void **state)
{
	(void)state;
	unlink(under("1/ns/pid"));
	unlink(under("1/ns/net"));
	unlink(under("self/ns/net"));
	assert_int_equal(namespaces_differ(proc, &finding), 0);
}

/* hidepid=, another user, no CAP_SYS_PTRACE, or no /proc at all. */
static void hidden(void **state)
{
	(void)state;
	unlink(under("1/root"));
	cannot_be_told(-ENOENT, "/1/root: No such file");
	unlink(under("1/ns/pid"));
	assert_int_equal(mkdir(under("1/ns/pid"), 0755), 0);
	cannot_be_told(-EINVAL, "/1/ns: Invalid argument");
	unlink(under("1/ns/mnt"));
	cannot_be_told(-ENOENT, "/1/ns: No such file");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, build, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(outside),
		TEST(other_mounts_network_or_root),
		TEST(a_container_has_another_first_process),
		TEST(a_kernel_without_pid_or_network_namespaces),
		TEST(hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
