# SPDX-License-Identifier: GPL-2.0
#
# Coverage-guided fuzzing of the parsers of files: make fuzz-record, make fuzz-scenario.
# FUZZ_TIME is how many seconds. Needs libFuzzer of clang (packages clang, llvm). Both are linked
# with all of src but main.c, as the unit tests are. With FUZZING every checksum is accepted.

FUZZ_OUT    ?= $(O)/fuzz
FUZZ_CC     ?= clang
FUZZ_TIME   ?= 60
FUZZ_CFLAGS := -std=gnu11 -D_GNU_SOURCE= -DFUZZING -g -O1 -Wall -Wextra -Werror -Iinclude -Isrc \
	       -I$(O)/bpf -fno-omit-frame-pointer
FUZZ_LIBS   := -lbpf -lelf -lz
FUZZ_SRC    := $(filter-out src/main.c,$(SRC))
FUZZ_NEEDS  := $(FUZZ_SRC) $(wildcard include/*.h src/*.h src/*/*.h src/*/*/*.h)

FUZZ_FIND     := -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
FUZZ_COVERAGE := -fsanitize=fuzzer -fprofile-instr-generate -fcoverage-mapping

$(FUZZ_OUT)/fuzz_%_coverage: tests/fuzz/fuzz_%.c $(FUZZ_NEEDS) | $(SKEL)
	@mkdir -p $(FUZZ_OUT)
	$(call say,CC,$@)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) $(FUZZ_COVERAGE) -o $@ $< $(FUZZ_SRC) $(FUZZ_LIBS)

$(FUZZ_OUT)/fuzz_%: tests/fuzz/fuzz_%.c $(FUZZ_NEEDS) | $(SKEL)
	@mkdir -p $(FUZZ_OUT)
	$(call say,CC,$@)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) $(FUZZ_FIND) -o $@ $< $(FUZZ_SRC) $(FUZZ_LIBS)

# What the corpus of $(1) runs of the folders $(2).
fuzz_report = $(Q)LLVM_PROFILE_FILE=$(FUZZ_OUT)/$(1).profraw $(FUZZ_OUT)/fuzz_$(1)_coverage -runs=0 \
		$(FUZZ_OUT)/$(1) 2>/dev/null && \
	llvm-profdata-14 merge -o $(FUZZ_OUT)/$(1).profdata $(FUZZ_OUT)/$(1).profraw && \
	llvm-cov-14 report $(FUZZ_OUT)/fuzz_$(1)_coverage -instr-profile=$(FUZZ_OUT)/$(1).profdata $(2)
