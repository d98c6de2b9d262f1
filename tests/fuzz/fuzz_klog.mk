# SPDX-License-Identifier: GPL-2.0
#
# make fuzz-klog                 FUZZ_TIME=60 seconds of coverage-guided fuzzing of the reader of
#                                kernel logs, then the coverage of the corpus
# The corpus stays in out/fuzz/klog and begins with the logs of tests/unit/klog.

.PHONY: fuzz-klog
fuzz-klog: $(FUZZ_OUT)/fuzz_klog $(FUZZ_OUT)/fuzz_klog_coverage
	$(Q)mkdir -p $(FUZZ_OUT)/klog
	$(Q)cp tests/unit/klog/*.log $(FUZZ_OUT)/klog/
	$(Q)$(FUZZ_OUT)/fuzz_klog -dict=tests/fuzz/fuzz_klog.dict -max_len=2048 -timeout=10 \
		-max_total_time=$(FUZZ_TIME) -print_final_stats=1 -verbosity=0 \
		-artifact_prefix=$(FUZZ_OUT)/klog- $(FUZZ_OUT)/klog
	$(call fuzz_report,klog,src/klog)
