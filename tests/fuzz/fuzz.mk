# SPDX-License-Identifier: GPL-2.0
#
# Coverage-guided fuzzing of the parsers of files: make fuzz-record, make fuzz-scenario.
# FUZZ_TIME is how many seconds. Needs clang's libFuzzer (packages clang, llvm).

FUZZ_OUT    ?= $(O)/fuzz
FUZZ_CC     ?= clang
FUZZ_TIME   ?= 60
FUZZ_CFLAGS := -std=gnu11 -D_GNU_SOURCE= -g -O1 -Wall -Wextra -Werror -Iinclude -Isrc -fno-omit-frame-pointer
FUZZ_HEADERS := $(wildcard include/*.h src/*.h src/*/*.h src/*/*/*.h)
