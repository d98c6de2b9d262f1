// SPDX-License-Identifier: GPL-2.0
/*
 * The facts about a kernel that is not running, from files that were kept of it: where each is
 * found, and what is said if it is not there.
 */
#include "kernel/kernel.h"
#include "base/log.h"
#include "plan/plan.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "fabricated.h"

#define SYMBOLS                                                                                    \
	"ffff800080010000 T register_kprobe\n"                                                     \
	"0000000000000000 t arm_smmu_gerror_handler\n"                                             \
	"0000000000000000 t arm_smmu_cmdq_issue_cmdlist\n"                                         \
	"0000000000000000 t arm_smmu_atc_inv_master.isra.0\n"                                      \
	"0000000000000000 d mutex_lock\n"                                                          \
	"0000000000000000 t down\t[other]\n"                                                       \
	"0000000000000000 T pci_enable_ats\n"                                                      \
	"0000000000000000 T unrelated\n"

#define CONFIG                                                                                     \
	"#\n# Linux/arm64 6.1.176 Kernel Configuration\n#\n"                                       \
	"CONFIG_ARM64=y\n"                                                                         \
	"CONFIG_DEBUG_INFO_BTF=y\n"                                                                \
	"CONFIG_KPROBE_EVENTS=y\n"                                                                 \
	"# CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS is not set\n"

static char root[64], said[600];
static struct kernel found;

/* In place of log.c. */
static void keep(const char *format, va_list args)
{
	size_t used = strlen(said);

	vsnprintf(said + used, sizeof(said) - used, format, args);
}

void log_error(const char *format, ...)
{
	va_list args;

	said[0] = 0;
	va_start(args, format);
	keep(format, args);
	va_end(args);
}

void log_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	keep(format, args);
	va_end(args);
}

void log_hint(const char *format, ...)
{
	va_list args;

	strcat(said, " | ");
	va_start(args, format);
	keep(format, args);
	va_end(args);
}

static const char *under(const char *path)
{
	static char full[PATH_MAX];

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (char *slash = strchr(full + strlen(root) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(!mkdir(full, 0755) || errno == EEXIST);
		*slash = '/';
	}
	return full;
}

static void put_bytes(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(under(path), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void put(const char *path, const char *text)
{
	put_bytes(path, text, strlen(text));
}

static void put_types(const char *path, const struct btf *btf)
{
	__u32 size;
	const void *bytes = btf__raw_data(btf, &size);

	put_bytes(path, bytes, size);
}

static int begin(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/smmuscope-test-XXXXXX");
	said[0] = 0;
	kernel_begin();
	add_types(kernel.vmlinux, "arm_smmu_gerror_handler", 'n', "irq:n,dev:p");
	return mkdtemp(root) ? 0 : -1;
}

static int end(void **state)
{
	char command[128];

	(void)state;
	kernel_close(&kernel);
	kernel_close(&found);
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

static int open_with(const char *btf, const char *module_btf)
{
	const struct kernel_options options = {
		.root = root,
		.btf = btf,
		.module_btf = module_btf,
	};

	kernel_close(&found);
	return kernel_open(&found, &options);
}

static void opened(void)
{
	assert_int_equal(open_with(NULL, NULL), 0);
	assert_false(found.running);
}

static void refused(int code, int expected, const char *part)
{
	assert_int_equal(code, expected);
	if (!strstr(said, part))
		fail_msg("'%s' is not in '%s'", part, said);
	assert_non_null(strstr(said, " | "));
}

static unsigned int copies(const char *name)
{
	struct function_facts facts;

	kernel_function(&found, name, &facts);
	return facts.copies;
}

/* ---- what is found ---- */

static void test_everything(void **state)
{
	struct function_facts facts;

	(void)state;
	put("/proc/kallsyms", SYMBOLS);
	put("/boot/config-6.1.0-50-arm64", CONFIG);
	put("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	put("/sys/kernel/debug/kprobes/blacklist", "0x1-0x2\tpci_enable_ats\n");
	put("/sys/kernel/debug/error_injection/list", "arm_smmu_cmdq_sync_verdict\tERRNO\n");
	put_types("/sys/kernel/btf/vmlinux", kernel.vmlinux);
	opened();
	assert_string_equal(found.release, "6.1.0-50-arm64");
	assert_string_equal(found.machine, "aarch64");
	assert_string_equal(found.lockdown, "integrity");
	assert_int_equal(found.driver, DRIVER_BUILTIN);
	assert_true(found.own_btf);
	assert_int_equal(found.trampoline, TRAMPOLINE_NO);
	assert_non_null(strstr(found.trampoline_reason, "WITH_DIRECT_CALLS is not set"));
	assert_non_null(strstr(found.trampoline_reason, "not tried"));
	assert_int_equal(found.kprobes, KPROBES_YES);
	assert_true(kernel_kprobe_refused(&found, "pci_enable_ats"));
	/* The configuration lacks CONFIG_FUNCTION_ERROR_INJECTION: the list does not count. */
	assert_int_equal(kernel_injectable(&found, "arm_smmu_cmdq_sync_verdict"), 0);
	kernel_function(&found, "arm_smmu_gerror_handler", &facts);
	assert_int_equal(facts.copies, 1);
	assert_ptr_equal(facts.btf, found.vmlinux);
	kernel_function(&found, "arm_smmu_atc_inv_master", &facts);
	assert_int_equal(facts.copies, 0);
	assert_string_equal(facts.renamed, "arm_smmu_atc_inv_master.isra.0");
}

static void test_only_functions_of_the_kernel(void **state)
{
	(void)state;
	put("/proc/kallsyms", SYMBOLS);
	opened();
	assert_int_equal(copies("pci_enable_ats"), 1);
	assert_int_equal(copies("mutex_lock"), 0); /* data */
	assert_int_equal(copies("down"), 0);	   /* of a module that is not ours */
	assert_int_equal(copies("unrelated"), 0);
}

static void test_list_of_the_linker(void **state)
{
	(void)state;
	put("/boot/System.map-6.1.0-50-arm64", SYMBOLS);
	opened();
	assert_int_equal(copies("pci_enable_ats"), 1);
}

static void test_driver_as_a_module(void **state)
{
	struct btf *module = btf__new_empty_split(kernel.vmlinux);
	char path[PATH_MAX];

	(void)state;
	add_types(module, "arm_smmu_cmdq_issue_cmdlist", 'n', "smmu:p,cmds:p,n:n,sync:n");
	put_types("/smmu.btf", module);
	put("/proc/kallsyms", "0 T mutex_lock\n0 t arm_smmu_gerror_handler\t[arm_smmu_v3]\n");
	put_types("/sys/kernel/btf/vmlinux", kernel.vmlinux);
	opened();
	assert_int_equal(found.driver, DRIVER_MODULE);
	assert_null(found.module);
	assert_int_equal(found.module_error, ENOENT);
	strcpy(path, under("/smmu.btf"));
	assert_int_equal(open_with(NULL, path), 0);
	assert_non_null(found.module);
	assert_true(btf__find_by_name_kind(found.module, "arm_smmu_cmdq_issue_cmdlist",
					   BTF_KIND_FUNC) > 0);
	put_types("/sys/kernel/btf/arm_smmu_v3", module);
	opened();
	assert_non_null(found.module);
	btf__free(module);
}

static void test_driver_absent(void **state)
{
	(void)state;
	put("/proc/kallsyms", "0 T mutex_lock\n");
	opened();
	assert_int_equal(found.driver, DRIVER_ABSENT);
	put("/sys/module/arm_smmu_v3/initstate", "live\n");
	opened();
	assert_int_equal(found.driver, DRIVER_MODULE);
}

static void test_types_from_a_file(void **state)
{
	char path[PATH_MAX];

	(void)state;
	put("/proc/kallsyms", SYMBOLS);
	put_types("/types", kernel.vmlinux);
	strcpy(path, under("/types"));
	assert_int_equal(open_with(path, NULL), 0);
	assert_non_null(found.vmlinux);
	assert_string_equal(found.btf_path, path);
	opened();
	assert_null(found.vmlinux);
	assert_int_equal(found.vmlinux_error, ENOENT);
}

/* ---- which kernel it is ---- */

static void put_packed(const char *path, const char *text)
{
	gzFile file = gzopen(under(path), "w");

	assert_true(gzputs(file, text) > 0);
	assert_int_equal(gzclose(file), Z_OK);
}

static void test_configuration_that_was_kept_packed(void **state)
{
	(void)state;
	put("/proc/kallsyms", SYMBOLS);
	put_packed("/proc/config.gz", "CONFIG_X86_64=y\n# CONFIG_DEBUG_INFO_BTF is not set\n"
				      "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS=y\n");
	put("/boot/config-1", CONFIG);
	put("/proc/version", "Linux version 6.1.0-99-amd64 (me@here)\n");
	opened();
	assert_string_equal(found.machine, "x86_64");
	assert_string_equal(found.release, "6.1.0-99-amd64");
	assert_false(found.own_btf);
	assert_int_equal(found.trampoline, TRAMPOLINE_NO);
	assert_non_null(strstr(found.trampoline_reason, "no BTF of its own"));
	assert_int_equal(found.kprobes, KPROBES_NO);
	assert_string_equal(found.kprobes_reason, "CONFIG_KPROBE_EVENTS is not set");
}

/* Else the options that were cut off would be taken for "not set". */
static void test_configuration_that_is_cut_off(void **state)
{
	char path[PATH_MAX];
	struct stat status;

	(void)state;
	put("/proc/kallsyms", SYMBOLS);
	put_packed("/proc/config.gz", CONFIG);
	strcpy(path, under("/proc/config.gz"));
	opened();
	assert_int_equal(kernel_config(&found, "ARM64"), 'y');
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(truncate(path, status.st_size - 9), 0);
	opened();
	assert_int_equal(kernel_config(&found, "ARM64"), '?');
}

static void test_configuration_of_several(void **state)
{
	(void)state;
	put("/proc/kallsyms", SYMBOLS);
	put("/boot/config-6.1.0-50-arm64", CONFIG);
	put("/boot/config-6.12.1", CONFIG "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS=y\n");
	opened();
	assert_string_equal(found.release, "");
	assert_int_equal(kernel_config(&found, "ARM64"), '?');
	assert_int_equal(found.trampoline, TRAMPOLINE_UNKNOWN);
	assert_int_equal(found.kprobes, KPROBES_UNKNOWN);
	put("/proc/sys/kernel/osrelease", "6.12.1\n");
	opened();
	assert_string_equal(found.release, "6.12.1");
	assert_int_equal(found.trampoline, TRAMPOLINE_YES);
}

static void test_configuration_beside_the_modules(void **state)
{
	(void)state;
	put("/proc/kallsyms", SYMBOLS);
	put("/usr/lib/modules/7.3/config", CONFIG);
	opened();
	assert_int_equal(kernel_config(&found, "ARM64"), 'y');
}

static void test_kprobes_switched_off(void **state)
{
	(void)state;
	put("/proc/kallsyms", SYMBOLS);
	put("/boot/config-1", CONFIG);
	put("/sys/kernel/debug/kprobes/enabled", "0\n");
	opened();
	assert_int_equal(found.kprobes, KPROBES_NO);
	put("/sys/kernel/debug/kprobes/enabled", "1\n");
	opened();
	assert_int_equal(found.kprobes, KPROBES_YES);
}

/* ---- no facts ---- */

static void test_no_facts(void **state)
{
	(void)state;
	refused(open_with(NULL, NULL), EXIT_KERNEL, "neither proc/kallsyms nor");
	put("/boot/System.map-6.1", "ffffffffffffffff B The real System.map is in the package\n");
	refused(open_with(NULL, NULL), EXIT_KERNEL, "none of the kernel's functions");
	strcat(root, "/no");
	refused(open_with(NULL, NULL), EXIT_USAGE, "there is no such directory");
	root[strlen(root) - 3] = 0;
}

static void test_no_types_in_the_file(void **state)
{
	char path[PATH_MAX];

	(void)state;
	put("/proc/kallsyms", SYMBOLS);
	put("/text", "these are no types\n");
	strcpy(path, under("/text"));
	refused(open_with(path, NULL), EXIT_USAGE, "--btf");
	refused(open_with(path, NULL), EXIT_USAGE, "it has no BTF");
	refused(open_with(root, NULL), EXIT_USAGE, root);
	strcat(path, "/none");
	refused(open_with(path, NULL), EXIT_USAGE, path);
	put_types("/sys/kernel/btf/vmlinux", kernel.vmlinux);
	refused(open_with(NULL, path), EXIT_USAGE, "--module-btf");
}

/* ---- and what comes of it ---- */

static void test_plan_without_a_permission(void **state)
{
	struct plan plan;

	(void)state;
	put("/proc/kallsyms", SYMBOLS);
	put("/boot/config-6.1", CONFIG);
	add_types(kernel.vmlinux, "arm_smmu_cmdq_issue_cmdlist", 'n', "smmu:p,cmds:p,n:n,sync:n");
	put_types("/sys/kernel/btf/vmlinux", kernel.vmlinux);
	opened();
	plan_make(&plan, &found, &(struct plan_options){});
	assert_true(plan.can_trace);
	assert_int_equal(plan.hook[HOOK_LIST].method, PLAN_KPROBE);
	assert_int_equal(plan.hook[HOOK_LIST].argument[LIST_CMDS], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_everything, begin, end),
		cmocka_unit_test_setup_teardown(test_only_functions_of_the_kernel, begin, end),
		cmocka_unit_test_setup_teardown(test_list_of_the_linker, begin, end),
		cmocka_unit_test_setup_teardown(test_driver_as_a_module, begin, end),
		cmocka_unit_test_setup_teardown(test_driver_absent, begin, end),
		cmocka_unit_test_setup_teardown(test_types_from_a_file, begin, end),
		cmocka_unit_test_setup_teardown(test_configuration_that_was_kept_packed, begin,
						end),
		cmocka_unit_test_setup_teardown(test_configuration_that_is_cut_off, begin, end),
		cmocka_unit_test_setup_teardown(test_configuration_of_several, begin, end),
		cmocka_unit_test_setup_teardown(test_configuration_beside_the_modules, begin, end),
		cmocka_unit_test_setup_teardown(test_kprobes_switched_off, begin, end),
		cmocka_unit_test_setup_teardown(test_no_facts, begin, end),
		cmocka_unit_test_setup_teardown(test_no_types_in_the_file, begin, end),
		cmocka_unit_test_setup_teardown(test_plan_without_a_permission, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
