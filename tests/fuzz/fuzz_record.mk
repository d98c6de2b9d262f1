# SPDX-License-Identifier: GPL-2.0
#
# make fuzz-record               FUZZ_TIME=60 seconds of coverage-guided fuzzing of the reader of
#                                recordings and of all sinks, then the coverage
# The corpus stays in out/fuzz/record and begins with a small recording. CRCs are not checked,
# since every change by the fuzzer would break them (-DFUZZING).

$(FUZZ_OUT)/seed_record: tests/fuzz/seed_record.c $(FUZZ_NEEDS) | $(SKEL)
	@mkdir -p $(FUZZ_OUT)
	$(call say,CC,$@)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) -o $@ $< $(FUZZ_SRC) $(FUZZ_LIBS)

.PHONY: fuzz-record
fuzz-record: $(FUZZ_OUT)/fuzz_record $(FUZZ_OUT)/fuzz_record_coverage $(FUZZ_OUT)/seed_record
	$(Q)mkdir -p $(FUZZ_OUT)/record
	$(Q)$(FUZZ_OUT)/seed_record >$(FUZZ_OUT)/record/seed.smr
	$(Q)$(FUZZ_OUT)/fuzz_record -max_len=8192 -timeout=10 -rss_limit_mb=1024 \
		-max_total_time=$(FUZZ_TIME) -print_final_stats=1 -verbosity=0 \
		-artifact_prefix=$(FUZZ_OUT)/record- $(FUZZ_OUT)/record
	$(call fuzz_report,record,src/record src/sink src/check src/event)
