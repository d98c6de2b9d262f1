// SPDX-License-Identifier: GPL-2.0
/*
 * repatch: does a CPU see that a function's instructions have changed? Attaches a BPF program that
 * counts to a function, and detaches it again, while other processes call the function all the
 * time. Each has to come by often after each change; then all calls are counted, or none is.
 *
 * An emulator that keeps a translation of what was there before fails.
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Pipes take it with each read and write. */
#define FUNCTION    "mutex_lock"
#define CALLERS_MAX 16
#define PAGE	    4096
/* Turns of each caller: until it must know of the change, and then those that are counted. */
#define TURNS_GRACE 10
#define TURNS	    50

/* Turns of the callers, each in a cache line of its own. */
struct turns {
	volatile unsigned long count;
	unsigned long rest[7];
};

struct callers {
	struct turns *turns;
	unsigned long count;
};

struct outcome {
	unsigned long missed; /* rounds in which calls were not seen */
	unsigned long late;   /* rounds in which calls were seen after the program was gone */
};

/* Ends with its parent. */
static void call_for_ever(struct turns *turns)
{
	int ends[2];
	char byte = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (pipe(ends))
		_exit(1);
	while (write(ends[1], &byte, 1) == 1 && read(ends[0], &byte, 1) == 1)
		turns->count++;
	_exit(1);
}

static int start(struct callers *callers)
{
	callers->turns =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (callers->turns == MAP_FAILED)
		return -1;
	for (unsigned long i = 0; i < callers->count; i++) {
		switch (fork()) {
		case -1:
			return -1;
		case 0:
			call_for_ever(&callers->turns[i]);
		default:
			break;
		}
	}
	return 0;
}

/* Until each caller has had `turns` turns. */
static void wait_for(const struct callers *callers, unsigned long turns)
{
	for (unsigned long i = 0; i < callers->count; i++) {
		unsigned long begun = callers->turns[i].count;

		while (callers->turns[i].count - begun < turns)
			usleep(100);
	}
}

/* map[0]++ */
static int load_program(int map)
{
	struct bpf_insn code[] = {
		{.code = BPF_LD | BPF_DW | BPF_IMM,
		 .dst_reg = BPF_REG_1,
		 .src_reg = BPF_PSEUDO_MAP_VALUE,
		 .imm = map},
		{},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2, .imm = 1},
		{.code = BPF_STX | BPF_DW | BPF_ATOMIC,
		 .dst_reg = BPF_REG_1,
		 .src_reg = BPF_REG_2,
		 .imm = BPF_ADD},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int function = libbpf_find_vmlinux_btf_id(FUNCTION, BPF_TRACE_FENTRY);
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FENTRY,
		    .attach_btf_id = function > 0 ? (__u32)function : 0);

	return bpf_prog_load(BPF_PROG_TYPE_TRACING, "count", "GPL", code,
			     sizeof(code) / sizeof(*code), &options);
}

/* The calls that the program counts while each caller has TURNS turns. */
static unsigned long counted(const struct callers *callers, int map)
{
	__u64 before = 0, after = 0;
	__u32 key = 0;

	wait_for(callers, TURNS_GRACE);
	bpf_map_lookup_elem(map, &key, &before);
	wait_for(callers, TURNS);
	bpf_map_lookup_elem(map, &key, &after);
	return (unsigned long)(after - before);
}

static int one_round(const struct callers *callers, int program, int map, struct outcome *outcome)
{
	int link = bpf_raw_tracepoint_open(NULL, program);

	if (link < 0)
		return -1;
	outcome->missed += counted(callers, map) < TURNS * callers->count;
	close(link);
	outcome->late += counted(callers, map) != 0;
	return 0;
}

static int fail(const char *what)
{
	fprintf(stderr, "repatch: %s: %s\n", what, strerror(errno));
	return 2;
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	struct callers callers = {.count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0};
	struct outcome outcome = {};
	int map, program;

	if (!rounds || !callers.count || callers.count > CALLERS_MAX) {
		fputs("Usage: repatch ROUNDS CALLERS\n", stderr);
		return 2;
	}
	map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "calls", sizeof(__u32), sizeof(__u64), 1, NULL);
	if (map < 0)
		return fail("no map");
	program = load_program(map);
	if (program < 0)
		return fail("the program does not load");
	if (start(&callers))
		return fail("no callers");
	for (unsigned long i = 0; i < rounds; i++) {
		if (one_round(&callers, program, map, &outcome))
			return fail("the program cannot be attached");
	}
	printf("{\"rounds\":%lu,\"missed\":%lu,\"late\":%lu}\n", rounds, outcome.missed,
	       outcome.late);
	return outcome.missed || outcome.late;
}
