// SPDX-License-Identifier: GPL-2.0
/*
 * The CPU of the GERROR interrupt, on directories that stand for /proc.
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

#include "device/gerror_irq.h"
#include "smmu_inject.h"

#define HEAD	    "           CPU0       CPU1       \n"
#define TIMER	    " 11:        544        637     GICv3  27 Level     arch_timer\n"
#define EVTQ	    " 17:          0          0     GICv3 106 Edge      arm-smmu-v3-evtq\n"
#define GERROR	    " 19:          0          0     GICv3 109 Edge      arm-smmu-v3-gerror\n"
#define GERROR_MORE " 23:          0          0     GICv3 119 Edge      arm-smmu-v3-gerror\n"
#define COMBINED    "207:          0          0     GICv3 109 Level     arm-smmu-v3-combined-irq\n"
#define ANOTHER	    " 20:          0          0     GICv3 109 Edge      arm-smmu-v3-gerror-x\n"
#define COUNTS	    "IPI0:     1      2       Rescheduling interrupts\nErr:          0\n"

static char root[64];

static void put(const char *path, const char *text)
{
	char full[PATH_MAX];
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (char *slash = strchr(full + strlen(root) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(!mkdir(full, 0755) || errno == EEXIST);
		*slash = '/';
	}
	file = fopen(full, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int make_root(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/smmuscope-test-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

static void check(unsigned int number, __u32 cpu, const char *said)
{
	char reason[GERROR_IRQ_REASON_LEN];

	assert_int_equal(gerror_irq_cpu(root, number, reason), cpu);
	if (!strstr(reason, said))
		fail_msg("'%s' is not in '%s'", said, reason);
	if (cpu != SMMU_CPU_NONE)
		assert_string_equal(reason, "");
}

static void by_number(void **state)
{
	(void)state;
	put("/proc/irq/19/effective_affinity_list", "1\n");
	put("/proc/irq/19/smp_affinity_list", "0-1\n");
	check(19, 1, "");
	put("/proc/irq/19/effective_affinity_list", "127\n");
	check(19, 127, "");
	/* no effective affinity in this kernel, only the CPUs that are allowed */
	put("/proc/irq/21/smp_affinity_list", "3\n");
	check(21, 3, "");
	/* an interrupt that was not started yet has an empty effective affinity */
	put("/proc/irq/22/effective_affinity_list", "\n");
	put("/proc/irq/22/smp_affinity_list", "2\n");
	check(22, 2, "");
}

static void by_name(void **state)
{
	(void)state;
	put("/proc/irq/19/effective_affinity_list", "1\n");
	put("/proc/irq/207/effective_affinity_list", "0\n");
	put("/proc/interrupts", HEAD TIMER EVTQ GERROR COUNTS);
	check(0, 1, "");
	put("/proc/interrupts", HEAD TIMER COMBINED COUNTS);
	check(0, 0, "");
	put("/proc/interrupts", HEAD TIMER ANOTHER GERROR);
	check(0, 1, "");
}

static void cannot_tell(void **state)
{
	(void)state;
	check(0, SMMU_CPU_NONE, "/proc/interrupts cannot be read");
	put("/proc/interrupts", HEAD TIMER EVTQ ANOTHER COUNTS);
	check(0, SMMU_CPU_NONE, "no interrupt is called arm-smmu-v3-gerror");
	put("/proc/interrupts", HEAD GERROR GERROR_MORE);
	check(0, SMMU_CPU_NONE, "2 interrupts are called arm-smmu-v3-gerror");
	put("/proc/interrupts", "");
	check(0, SMMU_CPU_NONE, "no interrupt");
	check(5, SMMU_CPU_NONE, "/proc/irq/5 does not tell its CPU");
	put("/proc/irq/6/smp_affinity_list", "0-3\n");
	check(6, SMMU_CPU_NONE, "interrupt 6 may go to any of the CPUs 0-3");
	put("/proc/irq/6/smp_affinity_list", "99999999999\n");
	check(6, SMMU_CPU_NONE, "may go to any");
	put("/proc/irq/6/smp_affinity_list", "x\n");
	check(6, SMMU_CPU_NONE, "may go to any");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(by_number, make_root, remove_root),
		cmocka_unit_test_setup_teardown(by_name, make_root, remove_root),
		cmocka_unit_test_setup_teardown(cannot_tell, make_root, remove_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
