# SPDX-License-Identifier: GPL-2.0
#
# make fuzz-record               FUZZ_TIME=60 seconds of coverage-guided fuzzing of the reader of
#                                recordings and of all sinks, then the coverage
# The corpus stays in out/fuzz/record and begins with a small recording. CRCs are not checked,
# since every change by the fuzzer would break them (-DFUZZING).

FUZZ_RECORD_LIB := $(sort $(wildcard $(addprefix src/,record/*.c sink/*.c check/*.c check/*/*.c event/*.c device/*.c base/*.c)))
FUZZ_RECORD_SRC := tests/fuzz/fuzz_record.c $(FUZZ_RECORD_LIB)
FUZZ_RECORD_CFLAGS := $(FUZZ_CFLAGS) -DFUZZING

$(FUZZ_OUT)/fuzz_record: $(FUZZ_RECORD_SRC) $(FUZZ_HEADERS)
	@mkdir -p $(FUZZ_OUT)
	$(call say,CC,$@)
	$(Q)$(FUZZ_CC) $(FUZZ_RECORD_CFLAGS) -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		-o $@ $(FUZZ_RECORD_SRC) -lz

$(FUZZ_OUT)/fuzz_record_coverage: $(FUZZ_RECORD_SRC) $(FUZZ_HEADERS)
	@mkdir -p $(FUZZ_OUT)
	$(call say,CC,$@)
	$(Q)$(FUZZ_CC) $(FUZZ_RECORD_CFLAGS) -fsanitize=fuzzer -fprofile-instr-generate -fcoverage-mapping \
		-o $@ $(FUZZ_RECORD_SRC) -lz

$(FUZZ_OUT)/seed_record: tests/fuzz/seed_record.c $(FUZZ_RECORD_LIB)
	@mkdir -p $(FUZZ_OUT)
	$(Q)$(FUZZ_CC) $(FUZZ_RECORD_CFLAGS) -o $@ $^ -lz

.PHONY: fuzz-record
fuzz-record: $(FUZZ_OUT)/fuzz_record $(FUZZ_OUT)/fuzz_record_coverage $(FUZZ_OUT)/seed_record
	$(Q)mkdir -p $(FUZZ_OUT)/record
	$(Q)$(FUZZ_OUT)/seed_record >$(FUZZ_OUT)/record/seed.smr
	$(Q)$(FUZZ_OUT)/fuzz_record -max_len=8192 -timeout=10 -rss_limit_mb=1024 \
		-max_total_time=$(FUZZ_TIME) -print_final_stats=1 -verbosity=0 \
		-artifact_prefix=$(FUZZ_OUT)/record- $(FUZZ_OUT)/record
	$(Q)LLVM_PROFILE_FILE=$(FUZZ_OUT)/record.profraw $(FUZZ_OUT)/fuzz_record_coverage -runs=0 \
		$(FUZZ_OUT)/record 2>/dev/null
	$(Q)llvm-profdata-14 merge -o $(FUZZ_OUT)/record.profdata $(FUZZ_OUT)/record.profraw
	$(Q)llvm-cov-14 report $(FUZZ_OUT)/fuzz_record_coverage -instr-profile=$(FUZZ_OUT)/record.profdata
