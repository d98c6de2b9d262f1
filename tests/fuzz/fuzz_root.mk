# SPDX-License-Identifier: GPL-2.0
#
# make fuzz-root                 FUZZ_TIME=60 seconds of coverage-guided fuzzing of `probe --root`:
#                                the files of a kernel that is not running; then the coverage
# The corpus stays in out/fuzz/root and begins with the kernels of tests/unit/kernels.

$(FUZZ_OUT)/seed_root: tests/fuzz/seed_root.c tests/fuzz/fuzz_root.h
	@mkdir -p $(FUZZ_OUT)
	$(call say,CC,$@)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) -o $@ $<

$(FUZZ_OUT)/fuzz_root $(FUZZ_OUT)/fuzz_root_coverage: tests/fuzz/fuzz_root.h

.PHONY: fuzz-root
fuzz-root: $(FUZZ_OUT)/fuzz_root $(FUZZ_OUT)/fuzz_root_coverage $(FUZZ_OUT)/seed_root
	$(Q)mkdir -p $(FUZZ_OUT)/root
	$(Q)for kernel in tests/unit/kernels/*/; do for options in 0 1 5 9; do \
		$(FUZZ_OUT)/seed_root $$options $$kernel \
			>$(FUZZ_OUT)/root/seed-$$(basename $$kernel)-$$options; \
	done; done
	$(Q)$(FUZZ_OUT)/fuzz_root -dict=tests/fuzz/fuzz_root.dict -max_len=32768 -timeout=10 \
		-max_total_time=$(FUZZ_TIME) -print_final_stats=1 -verbosity=0 -close_fd_mask=3 \
		-artifact_prefix=$(FUZZ_OUT)/root- $(FUZZ_OUT)/root
	$(call fuzz_report,root,src/kernel src/plan src/command/probe_json.c src/command/probe_text.c)
