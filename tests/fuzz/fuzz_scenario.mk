# SPDX-License-Identifier: GPL-2.0
#
# make fuzz-scenario             FUZZ_TIME=60 seconds of coverage-guided fuzzing, then the
#                                coverage of the corpus
# The corpus stays in out/fuzz/scenario and begins with tests/scenarios.

.PHONY: fuzz-scenario
fuzz-scenario: $(FUZZ_OUT)/fuzz_scenario $(FUZZ_OUT)/fuzz_scenario_coverage
	$(Q)mkdir -p $(FUZZ_OUT)/scenario
	$(Q)cp tests/scenarios/*.scn $(FUZZ_OUT)/scenario/
	$(Q)$(FUZZ_OUT)/fuzz_scenario -dict=tests/fuzz/fuzz_scenario.dict -max_len=4096 -timeout=5 \
		-max_total_time=$(FUZZ_TIME) -print_final_stats=1 -verbosity=0 \
		-artifact_prefix=$(FUZZ_OUT)/scenario- $(FUZZ_OUT)/scenario
	$(call fuzz_report,scenario,src/scenario src/inject)
