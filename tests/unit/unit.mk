# SPDX-License-Identifier: GPL-2.0
# Unit tests: each tests/unit/test_X.c is one native program, built with the
# sanitizers. Included by the Makefile.
#
#   make unit                    all of them, ends non-zero if one fails
#   make unit UNIT=test_rule     these
#
# A test says in its opening comment which sources it is linked with:
#    * test_X_SRC := src/x.c src/y.c
#    * test_X_SRC += src/z.c
# (the second where the line gets too long for clang-format). Without such a line
# it is src/X.c. Each program gives one line that a script can add up,
# "test_X: N passed, N failed, N skipped", and out/unit/test_X.tap.

UNIT_OUT    ?= out/unit
UNIT_CC     ?= gcc
UNIT        ?= $(sort $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c)))
UNIT_CFLAGS ?= -std=gnu11 -g -O1 -Wall -Wextra -Werror -Iinclude -Isrc -fno-omit-frame-pointer \
	       -fsanitize=address,undefined -fno-sanitize-recover=all

# A program depends on all headers: builds too often rather than too seldom.
UNIT_HEADERS := $(wildcard include/*.h src/*.h src/*/*.h tests/unit/*.h)

define UNIT_PROGRAM
$(1)_SRC := $(or $(shell sed -n 's,^ \* $(1)_SRC [:+]= ,,p' tests/unit/$(1).c),$(patsubst test_%,src/%.c,$(1)))
$(UNIT_OUT)/$(1): tests/unit/$(1).c $$($(1)_SRC) $(UNIT_HEADERS) tests/unit/unit.mk
	@mkdir -p $(UNIT_OUT)
	$$(call say,CC,$$@)
	$$(Q)$$(UNIT_CC) $$(UNIT_CFLAGS) -o $$@ $$(filter %.c,$$^) -lcmocka -lbpf -lelf -lz
endef
$(foreach test,$(UNIT),$(eval $(call UNIT_PROGRAM,$(test))))

# A program that dies or says nothing has failed, whatever it passed before.
.PHONY: unit
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
