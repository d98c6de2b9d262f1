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
#define SMMU_REG_STRTAB_BASE	 0x80
#define SMMU_REG_STRTAB_BASE_CFG 0x88
#define SMMU_REG_CMDQ_BASE	 0x90
#define SMMU_REG_CMDQ_CONS	 0x9c

/* GERROR ^ GERRORN, bit 0: the command queue has stopped at an error. */
#define SMMU_GERROR_CMDQ_ERR 0x1U
/* STRTAB_BASE_CFG.FMT [17:16]: 0 linear, 1 two levels. */
#define SMMU_STRTAB_FMT(cfg) (((cfg) >> 16) & 3U)
#define SMMU_STRTAB_FMT_2LVL 1U
/* STRTAB_BASE_CFG.SPLIT [10:6]: the low bits of a StreamID that the second level is for. */
#define SMMU_STRTAB_SPLIT(cfg) (((cfg) >> 6) & 0x1fU)
#define SMMU_STRTAB_SPLIT_BITS 8U

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
#define SMMU_STE_CONFIG_S2_TRANS 6U
#define SMMU_STE_EATS(word1)	 ((unsigned int)((word1) >> 28) & 3U)
/*
 * dword 0 [51:6] S1ContextPtr, [5:4] S1Fmt, [63:59] S1CDMax; dword 1 [1:0] S1DSS, [31:30] STRW;
 * dword 2 [15:0] S2VMID.
 */
#define SMMU_STE_S1_FORMAT(word0) ((unsigned int)((word0) >> 4) & 3U)
#define SMMU_STE_S1_CDMAX(word0)  ((unsigned int)((word0) >> 59) & 0x1fU)
#define SMMU_STE_S1_DSS(word1)	  ((unsigned int)(word1)&3U)
#define SMMU_STE_S1_DSS_SSID0	  2U
#define SMMU_STE_STRW(word1)	  ((unsigned int)((word1) >> 30) & 3U)
#define SMMU_STE_STRW_EL2	  2U
#define SMMU_STE_S2_VMID(word2)	  ((unsigned int)(word2)&0xffffU)

/* STRTAB_BASE, CMDQ_BASE, S1ContextPtr and the L2Ptr of a stream table: an address in [51:6]. */
#define SMMU_ADDRESS(word) ((word)&0xfffffffffffc0ULL)

/* First level of context descriptors: [0] V, [51:12] L2Ptr. CD: dword 0 [31] V, [63:48] ASID. */
#define SMMU_L1CD_VALID(word)	((unsigned int)(word)&1U)
#define SMMU_L1CD_ADDRESS(word) ((word)&0xffffffffff000ULL)
#define SMMU_CD_VALID(word0)	((unsigned int)((word0) >> 31) & 1U)
#define SMMU_CD_ASID(word0)	((unsigned int)((word0) >> 48))

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

/* X(id, name): whose translations, and what names them (IHI 0070 3.17). */
#define SMMU_REGIMES(X)                                                                            \
	X(UNKNOWN, "unknown")                                                                      \
	X(EL1, "el1")	    /* stage 1: VMID and ASID */                                           \
	X(EL2, "el2")	    /* stage 1 of the host itself: ASID */                                 \
	X(STAGE2, "stage2") /* VMID */

#define SMMU_REGIME_ENUM_(id, name) SMMU_REGIME_##id,
enum smmu_regime { SMMU_REGIMES(SMMU_REGIME_ENUM_) SMMU_REGIME_COUNT };
#undef SMMU_REGIME_ENUM_

/*
 * The tag of a StreamID: the translations that it uses, as a TLBI names them. 0: it uses none.
 * ATS: and it may keep them in its ATC. UNREAD: not known, as something could not be read.
 */
#define SMMU_TAG(regime, vmid, asid)                                                               \
	((unsigned long long)(regime) << 32 | (unsigned long long)(vmid) << 16 | (asid))
#define SMMU_TAG_ATS	     (1ULL << 40)
#define SMMU_TAG_UNREAD	     (1ULL << 41)
#define SMMU_TAG_REGIME(tag) ((unsigned int)((tag) >> 32) & 0xffU)
#define SMMU_TAG_VMID(tag)   ((unsigned int)((tag) >> 16) & 0xffffU)
#define SMMU_TAG_ASID(tag)   ((unsigned int)(tag)&0xffffU)

/*
 * The tag that a TLBI is for: dword 0 [47:32] VMID, [63:48] ASID. 0: it is none, or is for more
 * than one tag.
 */
static inline unsigned long long smmu_tag_of_tlbi(unsigned long long word0)
{
	unsigned int vmid = (unsigned int)(word0 >> 32) & 0xffffU;
	unsigned int asid = (unsigned int)(word0 >> 48);

	switch (SMMU_CMD_OPCODE(word0)) {
	case SMMU_OP_TLBI_NH_ASID:
	case SMMU_OP_TLBI_NH_VA:
		return SMMU_TAG(SMMU_REGIME_EL1, vmid, asid);
	case SMMU_OP_TLBI_EL2_ASID:
	case SMMU_OP_TLBI_EL2_VA:
		return SMMU_TAG(SMMU_REGIME_EL2, 0, asid);
	case SMMU_OP_TLBI_S12_VMALL:
	case SMMU_OP_TLBI_S2_IPA:
		return SMMU_TAG(SMMU_REGIME_STAGE2, vmid, 0);
	default:
		return 0;
	}
}

#endif
