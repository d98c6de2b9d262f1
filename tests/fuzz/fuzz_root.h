/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of a kernel that is not running, as one input of a fuzzer: a byte of options, then for
 * each file its index in this table (a byte), its length (two, little endian) and its bytes.
 */
#ifndef FUZZ_ROOT_H
#define FUZZ_ROOT_H

/* X(path): all that src/kernel looks for below --root, with a name for each pattern. */
#define FUZZ_ROOT_FILES(X)                                                                         \
	X("/proc/kallsyms")                                                                        \
	X("/proc/config.gz")                                                                       \
	X("/proc/version")                                                                         \
	X("/proc/sys/kernel/osrelease")                                                            \
	X("/proc/sys/kernel/arch")                                                                 \
	X("/boot/config-6.12.0")                                                                   \
	X("/boot/System.map-6.12.0")                                                               \
	X("/lib/modules/6.12.0/config")                                                            \
	X("/btf")                                                                                  \
	X("/module-btf")                                                                           \
	X("/sys/kernel/btf/vmlinux")                                                               \
	X("/sys/kernel/btf/arm_smmu_v3")                                                           \
	X("/sys/module/arm_smmu_v3/initstate")                                                     \
	X("/sys/bus/platform/drivers/arm-smmu-v3")                                                 \
	X("/sys/bus/event_source/devices/kprobe/type")                                             \
	X("/sys/kernel/security/lockdown")                                                         \
	X("/sys/kernel/debug/error_injection/list")                                                \
	X("/sys/kernel/debug/kprobes/enabled")                                                     \
	X("/sys/kernel/debug/kprobes/blacklist")                                                   \
	X("/proc/sys/kernel/ftrace_enabled")                                                       \
	X("/proc/sys/kernel/kptr_restrict")                                                        \
	X("/boot/config-1")

#define FUZZ_ROOT_PATH_(path) path,
static const char *const fuzz_root_files[] = {FUZZ_ROOT_FILES(FUZZ_ROOT_PATH_)};
#undef FUZZ_ROOT_PATH_
#define FUZZ_ROOT_COUNT (sizeof(fuzz_root_files) / sizeof(fuzz_root_files[0]))

/* Options of the first byte. */
#define FUZZ_ROOT_BTF	 1 /* --btf of the file /btf */
#define FUZZ_ROOT_MODULE 2 /* --module-btf likewise */
#define FUZZ_ROOT_KPROBE 4 /* --attach */
#define FUZZ_ROOT_FENTRY 8

#endif
