# SPDX-License-Identifier: GPL-2.0
#
# make            the tool and the stimulus for arm64, static, and a native tool
# make unit       unit tests with ASan and UBSan
# make model      the verdict beside a model of the architecture, 10 million events
# make lint       clang-format, shellcheck, and clang-tidy on what has changed since it was clean
# make lint-fast  without clang-tidy
# make coverage   which lines the unit tests run, by room
# make layers     does src/ stand floor upon floor: tools/lint/rooms
# make install    the native tool (DESTDIR, PREFIX)
# V=1 shows commands, O=DIR builds elsewhere, SYSROOT=DIR names arm64 libraries.

O      ?= out
PREFIX ?= /usr/local
CLANG  ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
Q      := $(if $(V),,@)
say     = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(2)')

HOST   := $(shell uname -m)
CC_arm64 := $(if $(filter aarch64,$(HOST)),$(CC),aarch64-linux-gnu-gcc)

CFLAGS   ?= -O3 -g -flto=auto
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
BASE_CFLAGS = $(CFLAGS) $(WARNINGS) -std=gnu11 -D_GNU_SOURCE= -Iinclude -Isrc -I$(O)/bpf -MMD -MP

SRC     := $(sort $(wildcard src/*.c src/*/*.c src/*/*/*.c))
SKEL    := $(patsubst %,$(O)/bpf/%.skel.h,hooks no_casts stat trace filter point_only scan running pulse)
STIMULUS_SRC := $(sort $(wildcard tools/lab/stimulus/*.c))

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all arm64 native unit lint lint-fast layers tidy format install clean
all: arm64 native
arm64: $(O)/arm64/smmuscope $(O)/arm64/stimulus $(O)/arm64/floor $(O)/arm64/repatch $(O)/arm64/timens
native: $(O)/native/smmuscope $(O)/native/btf-reduce

# ---- what is needed: looked for before anything is compiled, and when packages changed ----

GOALS  := $(or $(MAKECMDGOALS),all)
NEEDS  := $(if $(filter all arm64 $(O)/arm64/%,$(GOALS)),tool) \
	$(if $(filter native install unit unit-programs lint tidy layers coverage $(O)/native/% $(O)/unit/% $(O)/bpf/%,$(GOALS)),native) \
	$(if $(filter unit unit-programs coverage $(O)/unit/%,$(GOALS)),unit) \
	$(if $(filter lint lint-fast tidy layers coverage,$(GOALS)),lint)
NEEDED := $(O)/needed$(subst $() ,,$(NEEDS:%=-%))

ifneq ($(strip $(NEEDS)),)
$(shell [ -e $(NEEDED) ] && ! [ tools/lab/packages.sh -nt $(NEEDED) ] && ! [ /var/lib/dpkg/status -nt $(NEEDED) ] || \
	CC='$(CC)' CC_arm64='$(CC_arm64)' CLANG='$(CLANG)' BPFTOOL='$(BPFTOOL)' tools/lab/needed $(NEEDS) && \
	mkdir -p $(O) && touch $(NEEDED))
$(if $(filter-out 0,$(.SHELLSTATUS)),$(error see above))
endif

# ---- BPF: one object for all hooks, one for the device scan, one for what runs where ----

BPF_CFLAGS := -g -O2 -target bpf -mcpu=v3 -D__bpf__ -D__TARGET_ARCH_arm64 -Wall -Wextra -Werror \
	-Wno-unused-parameter -Ibpf -Iinclude -Ivmlinux -I/usr/include/$(HOST)-linux-gnu

BPF_DEPENDS := $(wildcard bpf/*.[ch] bpf/*/*.[ch] include/*.h vmlinux/*.h)

$(O)/bpf/%.bpf.o: bpf/%.bpf.c $(BPF_DEPENDS)
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c $< -o $@

# Empty programs, for comparison in tools/bench.
$(O)/bpf/floor.bpf.o: tools/cost/floor.bpf.c
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c $< -o $@

# The same programs for a kernel without types (bpf/base/words.bpf.h), and for what people leave
# running (bpf/base/knobs.bpf.h).
BUILD_no_casts   := -DNO_CASTS
BUILD_stat       := -DFIXED -DFIXED_STATS=true -DFIXED_EVENTS=false -DFIXED_BY_SID=false
BUILD_trace      := -DFIXED -DFIXED_STATS=false -DFIXED_EVENTS=true -DFIXED_BY_SID=false
BUILD_filter     := -DFIXED -DFIXED_STATS=false -DFIXED_EVENTS=true -DFIXED_BY_SID=true
BUILD_point_only := -DFIXED_POINT_ONLY
BUILDS           := no_casts stat trace filter point_only

$(BUILDS:%=$(O)/bpf/%.bpf.o): $(O)/bpf/%.bpf.o: bpf/hooks.bpf.c $(BPF_DEPENDS)
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) $(BUILD_$*) -c $< -o $@

# Without DWARF and other sections that only a compiler needs.
$(O)/bpf/%.linked.o: $(O)/bpf/%.bpf.o
	$(Q)$(BPFTOOL) gen object $@ $<

$(O)/bpf/%.skel.h: $(O)/bpf/%.linked.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf >$@

# ---- the tool ----

# Evaluated only when something for arm64 is built, as tools/lab/sysroot may have to download.
SYSROOT ?= $(eval SYSROOT := $$(shell tools/lab/sysroot))$(or $(SYSROOT),$(error no arm64 libraries, see above))

BPF_LIBS_arm64 = -lbpf -lelf -lz $(if $(wildcard $(SYSROOT)/usr/lib/aarch64-linux-gnu/libzstd.a),-lzstd)

$(O)/arm64/obj/%.o: src/%.c Makefile | $(SKEL)
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC_arm64) $(BASE_CFLAGS) -isystem $(SYSROOT)/usr/include -c $< -o $@

$(O)/arm64/smmuscope: $(SRC:src/%.c=$(O)/arm64/obj/%.o)
	$(call say,LD,$@)
	$(Q)$(CC_arm64) -static -o $@ $^ -L$(SYSROOT)/usr/lib/aarch64-linux-gnu $(BPF_LIBS_arm64)

$(O)/arm64/stimulus: $(STIMULUS_SRC) $(wildcard tools/lab/stimulus/*.h)
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC_arm64) -static -O2 $(WARNINGS) -std=gnu11 -D_GNU_SOURCE= -pthread -o $@ $(STIMULUS_SRC)

$(O)/arm64/floor: tools/cost/floor.c $(O)/bpf/floor.skel.h
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC_arm64) $(BASE_CFLAGS) -isystem $(SYSROOT)/usr/include -static -o $@ $< \
		-L$(SYSROOT)/usr/lib/aarch64-linux-gnu $(BPF_LIBS_arm64)

$(O)/arm64/repatch: tools/lab/repatch.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC_arm64) $(BASE_CFLAGS) -isystem $(SYSROOT)/usr/include -static -o $@ $< \
		-L$(SYSROOT)/usr/lib/aarch64-linux-gnu $(BPF_LIBS_arm64)

$(O)/arm64/timens: tools/lab/timens.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC_arm64) -static -O2 $(WARNINGS) -std=gnu11 -o $@ $<

$(O)/native/obj/%.o: src/%.c Makefile | $(SKEL)
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE_CFLAGS) -c $< -o $@

$(O)/native/smmuscope: $(SRC:src/%.c=$(O)/native/obj/%.o)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lbpf -lelf -lz

# Reduces a kernel's types to those that the tool plans with, see docs/BTF.md.
$(O)/native/btf-reduce: tools/btf/reduce.c src/kernel/hooks.c src/kernel/hooks.def
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE_CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^) -lbpf -lelf -lz

# Cuts a recording of many drivers into one of each, for tests/broken.
$(O)/native/cut: tests/broken/cut.c $(filter-out %/main.o,$(SRC:src/%.c=$(O)/native/obj/%.o))
	$(call say,LD,$@)
	$(Q)$(CC) $(filter-out -MMD -MP,$(BASE_CFLAGS)) $(LDFLAGS) -o $@ $^ -lbpf -lelf -lz

SCENARIOS := $(wildcard tests/scenarios/*.scn)

install: $(O)/native/smmuscope
	install -D -m 755 $< $(DESTDIR)$(PREFIX)/sbin/smmuscope
	$(if $(SCENARIOS),install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/smmuscope/scenarios $(SCENARIOS))

# ---- checks ----

-include tests/unit/unit.mk $(sort $(wildcard tests/fuzz/*.mk))

FORMATTED := $(wildcard src/*.[ch] src/*/*.[ch] src/*/*/*.[ch] bpf/*.[ch] bpf/*/*.[ch] include/*.h vmlinux/*.h tests/unit/*.[ch] tests/unit/model/*.[ch] tests/fuzz/*.[ch] tests/broken/*.c \
	tests/btf/*.c tests/btf/*/*.c tools/lab/*.c tools/lab/stimulus/*.[ch] tools/btf/*.c tools/cost/*.c)
# safe.directory: git refuses a tree of another user, as a container may have it.
SCRIPTS    = $(shell git -c safe.directory='*' ls-files -- ':!Makefile' | xargs grep -lE '^\#!.*(bash|sh)$$|shellcheck shell=' 2>/dev/null)

# Without clang-tidy: seconds.
lint-fast:
	$(call say,FORMAT,clang-format)
	$(Q)clang-format --dry-run --Werror $(FORMATTED)
	$(call say,CC,tests/fuzz)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) -fsyntax-only tests/fuzz/*.c
	$(call say,SHELL,shellcheck)
	$(Q)shellcheck $(SCRIPTS)

lint: lint-fast layers
	$(call say,TIDY,clang-tidy)
	$(Q)+$(MAKE) -s --no-print-directory -k -j$(shell nproc) tidy

# clang-tidy has nothing new to say about a file whose native object is older than its stamp: the
# object is made again when the file, a header of it, a skeleton or the Makefile has changed.
CLANG_TIDY := $(shell command -v clang-tidy)
tidy: $(SRC:src/%.c=$(O)/tidy/%.stamp)
$(O)/tidy/%.stamp: src/%.c $(O)/native/obj/%.o .clang-tidy $(CLANG_TIDY)
	@mkdir -p $(@D)
	$(Q)clang-tidy --quiet $< -- -std=gnu11 -D_GNU_SOURCE= -Iinclude -Isrc -isystem $(O)/bpf 2>/dev/null
	@touch $@

# Of the unit library's objects, as calls cannot be seen in the tool's own, which have LTO.
layers: $(UNIT_LIB)
	$(call say,LAYERS,tools/lint/layers)
	$(Q)tools/lint/layers --objects $(UNIT_OUT)/obj

format:
	$(call say,FORMAT,clang-format -i)
	$(Q)clang-format -i $(FORMATTED)

clean:
	rm -rf $(O)

-include $(foreach dir,arm64/obj native/obj unit/obj coverage/obj model/obj,$(wildcard $(addprefix $(O)/$(dir)/,*.d */*.d */*/*.d)))
