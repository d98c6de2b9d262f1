# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC1003
# A hook on a function of PCI, by trampoline and by kprobe.
insert src/kernel/hooks.def '^     NAMES\("iommu_unmap"\)' <<'END'
HOOK(DUMMY, "dummy", "a scratch addition", NAMES("pci_find_ext_capability"), KIND(ATS))
END
insert bpf/recovery/pci.bpf.c '^#include <bpf/bpf_tracing.h>' <<'END'

SEC("?fentry")
int dummy_entry(__u64 *ctx)
{
	return 0;
}

SEC("?kprobe")
int dummy_entry_kprobe(__u64 *ctx)
{
	return 0;
}
END
swap src/load/programs.c '^	X\(ENTRY, INJECTED, injected_entry, COUNTS\) .*\\$' '	X(ENTRY, INJECTED, injected_entry, COUNTS) \\\n	X(ENTRY, DUMMY, dummy_entry, COUNTS) \\'
swap src/load/programs.c '^	X\(KPROBE, INJECTED, injected_entry, COUNTS\) .*\\$' '	X(KPROBE, INJECTED, injected_entry, COUNTS) \\\n	X(KPROBE, DUMMY, dummy_entry, COUNTS) \\'
