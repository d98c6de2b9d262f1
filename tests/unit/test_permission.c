// SPDX-License-Identifier: GPL-2.0
/*
 * Whether bpf(2) is refused to this process, and by what: its capabilities, a user namespace, a
 * seccomp filter. Each in a process of its own, as there is no way back. Files of the running
 * kernel: what is hidden is not called absent.
 */
#include "kernel/internal.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What a process found: through a pipe. */
struct found {
	struct kernel_fact fact;
	bool done; /* false: it could not make the situation */
};

static struct kernel kernel;

static struct found in_process(bool (*situation)(void), void (*look)(struct kernel_fact *))
{
	struct found found = {};
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (!child) {
		found.done = situation();
		if (found.done)
			look(&found.fact);
		_exit(write(ends[1], &found, sizeof(found)) != sizeof(found));
	}
	assert_int_equal(read(ends[0], &found, sizeof(found)), sizeof(found));
	assert_int_equal(waitpid(child, &status, 0), child);
	close(ends[0]);
	close(ends[1]);
	if (!found.done)
		skip();
	return found;
}

static void look_at_bpf(struct kernel_fact *fact)
{
	kernel.running = true;
	kernel.root = "";
	kernel_find_permissions(&kernel);
	*fact = kernel.bpf;
}

static bool user_namespace(void)
{
	return geteuid() == 0 && !unshare(CLONE_NEWUSER);
}

static bool seccomp_filter(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = 4, .filter = code};

	return geteuid() == 0 && !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static bool nobody(void)
{
	return geteuid() == 0 && !setuid(65534);
}

static void refused(bool (*situation)(void), const char *reason, const char *hint)
{
	struct found found = in_process(situation, look_at_bpf);

	assert_int_equal(found.fact.state, FACT_DENIED);
	if (!strstr(found.fact.reason, reason) || !strstr(found.fact.hint, hint))
		fail_msg("%s | %s", found.fact.reason, found.fact.hint);
}

static void test_user_namespace(void **state)
{
	(void)state;
	refused(user_namespace, "in a user namespace", "PrivateUsers=no");
}

static void test_seccomp(void **state)
{
	(void)state;
	refused(seccomp_filter, "a seccomp filter is on this process", "SystemCallFilter=");
}

static void test_capabilities(void **state)
{
	(void)state;
	refused(nobody, "CAP_BPF and CAP_PERFMON are needed", "root");
}

/* ---- files ---- */

static bool own_mounts(void)
{
	return geteuid() == 0 && !unshare(CLONE_NEWNS) &&
	       !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static bool over_kallsyms(void)
{
	return own_mounts() && !mount("/dev/null", "/proc/kallsyms", NULL, MS_BIND, NULL);
}

static bool no_proc(void)
{
	return own_mounts() && !mount("none", "/proc", "tmpfs", 0, NULL);
}

static bool nothing(void)
{
	return true;
}

static void look_at_kallsyms(struct kernel_fact *fact)
{
	kernel.running = true;
	kernel.root = "";
	fact_file(&kernel, "/proc/kallsyms", fact);
}

static void look_at_none(struct kernel_fact *fact)
{
	kernel.running = true;
	kernel.root = "";
	fact_file(&kernel, "/proc/no-such-file", fact);
}

static void test_mounted_over(void **state)
{
	struct found found = in_process(over_kallsyms, look_at_kallsyms);

	(void)state;
	assert_int_equal(found.fact.state, FACT_HIDDEN);
	assert_string_equal(found.fact.reason, "/proc/kallsyms is hidden from this process: "
					       "something else is mounted over it");
	assert_non_null(strstr(found.fact.hint, "ProtectKernelTunables="));
}

static void test_no_proc(void **state)
{
	struct found found = in_process(no_proc, look_at_kallsyms);

	(void)state;
	assert_int_equal(found.fact.state, FACT_HIDDEN);
	assert_non_null(strstr(found.fact.hint, "ProcSubset=pid"));
}

static void test_absent(void **state)
{
	(void)state;
	assert_int_equal(in_process(nothing, look_at_none).fact.state, FACT_ABSENT);
	assert_int_equal(in_process(nothing, look_at_kallsyms).fact.state, FACT_PRESENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_user_namespace), cmocka_unit_test(test_seccomp),
		cmocka_unit_test(test_capabilities),   cmocka_unit_test(test_mounted_over),
		cmocka_unit_test(test_no_proc),	       cmocka_unit_test(test_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
