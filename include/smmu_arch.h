/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of the SMMUv3 architecture that the tool reads: command encodings, GERROR and
 * CMDQ_CONS, the stream table entry. Numbers are from Arm IHI 0070. For BPF and user space.
 */
#ifndef SMMU_ARCH_H
#define SMMU_ARCH_H

/* X(id, value, name): command opcodes, IHI 0070 4.1.3. */
#define SMMU_OPCODES(X)                                                                            \
	X(PREFETCH_CFG, 0x01, "PREFETCH_CFG")                                                      \
	X(PREFETCH_ADDR, 0x02, "PREFETCH_ADDR")                                                    \
	X(CFGI_STE, 0x03, "CFGI_STE")                                                              \
	X(CFGI_ALL, 0x04, "CFGI_ALL")                                                              \
	X(CFGI_CD, 0x05, "CFGI_CD")                                                                \
	X(CFGI_CD_ALL, 0x06, "CFGI_CD_ALL")                                                        \
	X(TLBI_NH_ALL, 0x10, "TLBI_NH_ALL")                                                        \
	X(TLBI_NH_ASID, 0x11, "TLBI_NH_ASID")                                                      \
	X(TLBI_NH_VA, 0x12, "TLBI_NH_VA")                                                          \
	X(TLBI_NH_VAA, 0x13, "TLBI_NH_VAA")                                                        \
	X(TLBI_EL2_ALL, 0x20, "TLBI_EL2_ALL")                                                      \
	X(TLBI_EL2_ASID, 0x21, "TLBI_EL2_ASID")                                                    \
	X(TLBI_EL2_VA, 0x22, "TLBI_EL2_VA")                                                        \
	X(TLBI_EL2_VAA, 0x23, "TLBI_EL2_VAA")                                                      \
	X(TLBI_S12_VMALL, 0x28, "TLBI_S12_VMALL")                                                  \
	X(TLBI_S2_IPA, 0x2a, "TLBI_S2_IPA")                                                        \
	X(TLBI_NSNH_ALL, 0x30, "TLBI_NSNH_ALL")                                                    \
	X(ATC_INV, 0x40, "ATC_INV")                                                                \
	X(PRI_RESP, 0x41, "PRI_RESP")                                                              \
	X(RESUME, 0x44, "RESUME")                                                                  \
	X(STALL_TERM, 0x45, "STALL_TERM")                                                          \
	X(SYNC, 0x46, "CMD_SYNC")

#define SMMU_OPCODE_ENUM_(id, value, name) SMMU_OP_##id = (value),
enum smmu_opcode { SMMU_OPCODES(SMMU_OPCODE_ENUM_) SMMU_OPCODE_COUNT = 256 };
#undef SMMU_OPCODE_ENUM_

/* Any command: dword 0 [7:0]. */
#define SMMU_CMD_OPCODE(word0) ((unsigned int)((word0)&0xff))
/* CFGI_STE, CFGI_CD, ATC_INV: dword 0 [63:32]. */
#define SMMU_CMD_SID(word0) ((unsigned int)((word0) >> 32))
/* ATC_INV, CFGI_CD: dword 0 [11] says that [31:12] holds a SubstreamID. */
#define SMMU_CMD_SSV(word0)  ((unsigned int)((word0) >> 11) & 1U)
#define SMMU_CMD_SSID(word0) ((unsigned int)((word0) >> 12) & 0xfffffU)
/* ATC_INV: dword 0 [9] G, for every SubstreamID. */
#define SMMU_ATC_GLOBAL(word0) ((unsigned int)((word0) >> 9) & 1U)
/* ATC_INV: dword 1 [5:0] log2 of the number of 4 KiB pages, 52: all; [63:12] address. */
#define SMMU_ATC_SIZE(word1) ((unsigned int)((word1)&0x3f))
#define SMMU_ATC_ADDR(word1) ((word1) & ~0xfffULL)
#define SMMU_ATC_SIZE_ALL    52

/* Offsets of registers in page 0. */
#define SMMU_REG_GERROR		 0x60
#define SMMU_REG_GERRORN	 0x64
#define SMMU_REG_STRTAB_BASE_CFG 0x88
#define SMMU_REG_CMDQ_CONS	 0x9c

/* GERROR ^ GERRORN, bit 0: the command queue has stopped at an error. */
#define SMMU_GERROR_CMDQ_ERR 0x1U
/* STRTAB_BASE_CFG.FMT [17:16]: 0 linear, 1 two levels. */
#define SMMU_STRTAB_FMT(cfg) (((cfg) >> 16) & 3U)
#define SMMU_STRTAB_FMT_2LVL 1U

/* CMDQ_CONS.ERR [30:24] */
#define SMMU_CONS_ERR(cons)   (((cons) >> 24) & 0x7fU)
#define SMMU_CONS_ERR_MASK    0x7f000000U
#define SMMU_CONS_INDEX(cons) ((cons)&0xfffffU)
/* X(id, value, name, text) */
#define SMMU_CERRORS(X)                                                                            \
	X(NONE, 0, "CERROR_NONE", "no error")                                                      \
	X(ILL, 1, "CERROR_ILL", "illegal command")                                                 \
	X(ABT, 2, "CERROR_ABT", "abort on command fetch")                                          \
	X(ATC_INV_SYNC, 3, "CERROR_ATC_INV_SYNC", "ATC invalidate timeout")

#define SMMU_CERROR_ENUM_(id, value, name, text) SMMU_CERROR_##id = (value),
enum smmu_cerror { SMMU_CERRORS(SMMU_CERROR_ENUM_) };
#undef SMMU_CERROR_ENUM_

/*
 * CFGI_STE_RANGE has the opcode of CFGI_ALL: dword 1 [4:0] n, the 2^(n+1) StreamIDs around the
 * one of dword 0; 31: all.
 */
#define SMMU_CFGI_RANGE(word1) ((unsigned int)(word1)&0x1fU)
#define SMMU_CFGI_RANGE_ALL    31U

/* STE: dword 0 [0] V, [3:1] Config; dword 1 [29:28] EATS. */
#define SMMU_STE_VALID(word0)	 ((unsigned int)(word0)&1U)
#define SMMU_STE_CONFIG(word0)	 ((unsigned int)((word0) >> 1) & 7U)
#define SMMU_STE_CONFIG_BYPASS	 4U
#define SMMU_STE_CONFIG_S1_TRANS 5U
#define SMMU_STE_EATS(word1)	 ((unsigned int)((word1) >> 28) & 3U)

/* X(id, name): what an STE grants its device (IHI 0070 5.2, Config and EATS). */
#define SMMU_GRANTS(X)                                                                             \
	X(UNKNOWN, "unknown")		/* not seen, or the STE could not be read */               \
	X(NOTHING, "nothing")		/* whatever it sends is aborted */                         \
	X(UNTRANSLATED, "untranslated") /* neither translated traffic nor ATS requests */          \
	X(ATS, "ats")			/* what its ATC holds is used as it is */

#define SMMU_GRANT_ENUM_(id, name) SMMU_GRANT_##id,
enum smmu_grant { SMMU_GRANTS(SMMU_GRANT_ENUM_) SMMU_GRANT_COUNT };
#undef SMMU_GRANT_ENUM_

/*
 * Does it keep a device from ATS whose domain is translated? A detach and an identity domain take
 * ATS away, too, but withhold nothing.
 */
static inline int smmu_ste_withholds(unsigned long long word0, unsigned long long word1)
{
	return SMMU_STE_VALID(word0) && SMMU_STE_CONFIG(word0) >= SMMU_STE_CONFIG_S1_TRANS &&
	       !SMMU_STE_EATS(word1);
}

/* EATS means something only where at least one stage translates. */
static inline enum smmu_grant smmu_grant_of(unsigned long long word0, unsigned long long word1)
{
	if (!SMMU_STE_VALID(word0) || SMMU_STE_CONFIG(word0) < SMMU_STE_CONFIG_BYPASS)
		return SMMU_GRANT_NOTHING;
	if (SMMU_STE_CONFIG(word0) == SMMU_STE_CONFIG_BYPASS || !SMMU_STE_EATS(word1))
		return SMMU_GRANT_UNTRANSLATED;
	return SMMU_GRANT_ATS;
}

#endif
