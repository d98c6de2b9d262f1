# SPDX-License-Identifier: GPL-2.0
# Unit tests: each tests/unit/test_X.c is one native program. All of src but main.c is
# built once with the sanitizers, as a library that every program is linked with.
# Included by the Makefile.
#
#   make unit                    all of them, ends non-zero if one fails
#   make unit UNIT=test_rule     these
#
# Each program gives one line that a script can add up, "test_X: N passed, N failed,
# N skipped", and out/unit/test_X.tap.

UNIT_OUT    ?= $(O)/unit
UNIT_CC     ?= gcc
UNIT        ?= $(sort $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c)))
UNIT_CFLAGS ?= -std=gnu11 -D_GNU_SOURCE= -g -O1 -Wall -Wextra -Werror -Iinclude -Isrc -I$(O)/bpf \
	       $(UNIT_CHECKS)
UNIT_CHECKS ?= -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
UNIT_LIB    := $(UNIT_OUT)/libsmmuscope.a

$(UNIT_OUT)/obj/%.o: src/%.c Makefile tests/unit/unit.mk | $(SKEL)
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(UNIT_CC) $(UNIT_CFLAGS) -MMD -MP -c $< -o $@

# From scratch, as ar keeps the objects of deleted sources.
$(UNIT_LIB): $(patsubst src/%.c,$(UNIT_OUT)/obj/%.o,$(filter-out src/main.c,$(SRC)))
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(UNIT_OUT)/test_%: tests/unit/test_%.c $(UNIT_LIB) $(wildcard tests/unit/*.h)
	$(call say,CC,$@)
	$(Q)$(UNIT_CC) $(UNIT_CFLAGS) -o $@ $< $(UNIT_LIB) -lcmocka -lbpf -lelf -lz

# A recording of made-up events, for the tests that are scripts.
$(UNIT_OUT)/tape: tests/unit/tape.c tests/unit/fixture.h $(UNIT_LIB)
	$(call say,CC,$@)
	$(Q)$(UNIT_CC) $(UNIT_CFLAGS) -o $@ $< $(UNIT_LIB) -lbpf -lelf -lz

# The model of the architecture, with bpf/recovery as it is (model/eye.h).
MODEL_SRC := $(wildcard tests/unit/model/*.c)
MODEL_DEPENDS := $(MODEL_SRC) $(wildcard tests/unit/model/*.h bpf/recovery/*.h)

$(UNIT_OUT)/test_check_model: tests/unit/test_check_model.c $(MODEL_DEPENDS) $(UNIT_LIB)
	$(call say,CC,$@)
	$(Q)$(UNIT_CC) $(UNIT_CFLAGS) -Ibpf -o $@ $< $(MODEL_SRC) $(UNIT_LIB) -lcmocka -lbpf -lelf -lz

# make model: 10 million events, without the sanitizers, which take five times as long.
MODEL_EVENTS ?= 10000000
.PHONY: model
model: | $(SKEL)
	$(Q)MODEL_EVENTS=$(MODEL_EVENTS) $(MAKE) --no-print-directory unit UNIT=test_check_model \
		UNIT_OUT=$(O)/model UNIT_CHECKS=-O2
	$(Q)cat $(O)/model/test_check_model.log

.PHONY: unit unit-programs
unit-programs: $(UNIT:%=$(UNIT_OUT)/%)

# A program that dies or says nothing has failed, whatever it passed before.
unit: $(UNIT:%=$(UNIT_OUT)/%)
	@bad=0; for test in $(UNIT); do \
		tap=$(UNIT_OUT)/$$test.tap; log=$(UNIT_OUT)/$$test.log; status=0; \
		CMOCKA_MESSAGE_OUTPUT=TAP $(UNIT_OUT)/$$test >$$tap 2>$$log || status=$$?; \
		skipped=$$(grep -c '^\(not \)\?ok .*# SKIP' $$tap); \
		passed=$$(grep '^ok ' $$tap | grep -vc '# SKIP'); \
		failed=$$(grep '^not ok ' $$tap | grep -vc '# SKIP'); \
		if [ $$failed -eq 0 ] && { [ $$status -ne 0 ] || [ $$((passed + skipped)) -eq 0 ]; }; \
			then failed=1; fi; \
		if [ $$failed -ne 0 ]; then bad=1; grep -v '^ok ' $$tap; cat $$log; fi; \
		echo "$$test: $$passed passed, $$failed failed, $$skipped skipped"; \
	done; exit $$bad

# Which lines of src/ the unit tests run, by room. Each run adds to the .gcda files that are there.
.PHONY: coverage
coverage: $(SKEL)
	$(Q)mkdir -p $(O)/coverage && find $(O)/coverage -name '*.gcda' -delete
	$(Q)$(MAKE) --no-print-directory unit UNIT_OUT=$(O)/coverage UNIT_CHECKS='-O0 --coverage'
	$(Q)tools/lint/coverage $(O)/coverage/obj >$(O)/coverage/report && \
		sed '/^$$/,$$d' $(O)/coverage/report && echo "file by file, with the lines that no test runs: $(O)/coverage/report"
