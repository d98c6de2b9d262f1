# SPDX-License-Identifier: GPL-2.0
#
# make fuzz-cli                  FUZZ_TIME=60 seconds of coverage-guided fuzzing of the command
#                                line, then the coverage of the corpus
# The first byte of an input chooses the command, the rest is its words, each ended by a NUL. The
# corpus stays in out/fuzz/cli and begins with the lines of tests/fuzz/seeds_cli: nothing is run.

.PHONY: fuzz-cli
fuzz-cli: $(FUZZ_OUT)/fuzz_cli $(FUZZ_OUT)/fuzz_cli_coverage
	$(Q)mkdir -p $(FUZZ_OUT)/cli
	$(Q)grep -v '^#' tests/fuzz/seeds_cli | while IFS= read -r line; do \
		printf '%s' "$$line" | tr ' ' '\0' >"$(FUZZ_OUT)/cli/seed-$$(printf '%s' "$$line" | cksum | cut -d' ' -f1)"; \
	done
	$(Q)$(FUZZ_OUT)/fuzz_cli -dict=tests/fuzz/fuzz_cli.dict -max_len=2048 -timeout=5 \
		-max_total_time=$(FUZZ_TIME) -print_final_stats=1 -verbosity=0 \
		-artifact_prefix=$(FUZZ_OUT)/cli- $(FUZZ_OUT)/cli
	$(call fuzz_report,cli,src/command src/inject/rule_text.c src/check/options.c src/base)
