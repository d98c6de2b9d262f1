# SPDX-License-Identifier: GPL-2.0
#
# make fuzz-scenario             FUZZ_TIME=60 seconds of coverage-guided fuzzing, then the
#                                coverage of the corpus
# The corpus stays in out/fuzz/scenario and begins with tests/scenarios.

# needs.c and shell.c look at the machine.
FUZZ_SCENARIO_SRC := tests/fuzz/fuzz_scenario.c $(filter-out %/needs.c %/shell.c,$(sort $(wildcard $(addprefix src/,scenario/*.c inject/*.c check/*.c check/*/*.c event/*.c device/*.c base/*.c))))

$(FUZZ_OUT)/fuzz_scenario: $(FUZZ_SCENARIO_SRC) $(FUZZ_HEADERS)
	@mkdir -p $(FUZZ_OUT)
	$(call say,CC,$@)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		-o $@ $(FUZZ_SCENARIO_SRC)

$(FUZZ_OUT)/fuzz_scenario_coverage: $(FUZZ_SCENARIO_SRC) $(FUZZ_HEADERS)
	@mkdir -p $(FUZZ_OUT)
	$(call say,CC,$@)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer -fprofile-instr-generate -fcoverage-mapping \
		-o $@ $(FUZZ_SCENARIO_SRC)

.PHONY: fuzz-scenario
fuzz-scenario: $(FUZZ_OUT)/fuzz_scenario $(FUZZ_OUT)/fuzz_scenario_coverage
	$(Q)mkdir -p $(FUZZ_OUT)/scenario
	$(Q)cp tests/scenarios/*.scn $(FUZZ_OUT)/scenario/
	$(Q)$(FUZZ_OUT)/fuzz_scenario -dict=tests/fuzz/fuzz_scenario.dict -max_len=4096 -timeout=5 \
		-max_total_time=$(FUZZ_TIME) -print_final_stats=1 -verbosity=0 \
		-artifact_prefix=$(FUZZ_OUT)/scenario- $(FUZZ_OUT)/scenario
	$(Q)LLVM_PROFILE_FILE=$(FUZZ_OUT)/scenario.profraw $(FUZZ_OUT)/fuzz_scenario_coverage -runs=0 \
		$(FUZZ_OUT)/scenario 2>/dev/null
	$(Q)llvm-profdata-14 merge -o $(FUZZ_OUT)/scenario.profdata $(FUZZ_OUT)/scenario.profraw
	$(Q)llvm-cov-14 report $(FUZZ_OUT)/fuzz_scenario_coverage -instr-profile=$(FUZZ_OUT)/scenario.profdata
