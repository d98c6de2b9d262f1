// SPDX-License-Identifier: GPL-2.0
/*
 * floor fentry|kprobe FUNCTION: attaches empty programs to the entry and the return of a kernel
 * function, until a signal ends it.
 */
#include "floor.skel.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Loads only the two programs of the method. */
static int choose(struct floor_bpf *floor, bool fentry, const char *function)
{
	int err = 0;

	bpf_program__set_autoload(floor->progs.floor_fentry, fentry);
	bpf_program__set_autoload(floor->progs.floor_fexit, fentry);
	bpf_program__set_autoload(floor->progs.floor_kprobe, !fentry);
	bpf_program__set_autoload(floor->progs.floor_kretprobe, !fentry);
	if (fentry) {
		err = bpf_program__set_attach_target(floor->progs.floor_fentry, 0, function);
		if (!err)
			err = bpf_program__set_attach_target(floor->progs.floor_fexit, 0, function);
	}
	return err;
}

static bool attach(struct floor_bpf *floor, bool fentry, const char *function)
{
	if (fentry)
		return !libbpf_get_error(bpf_program__attach(floor->progs.floor_fentry)) &&
		       !libbpf_get_error(bpf_program__attach(floor->progs.floor_fexit));
	return !libbpf_get_error(
		       bpf_program__attach_kprobe(floor->progs.floor_kprobe, false, function)) &&
	       !libbpf_get_error(
		       bpf_program__attach_kprobe(floor->progs.floor_kretprobe, true, function));
}

int main(int argc, char **argv)
{
	struct floor_bpf *floor = floor_bpf__open();
	bool fentry = argc == 3 && !strcmp(argv[1], "fentry");

	if (argc != 3 || (!fentry && strcmp(argv[1], "kprobe")) || !floor)
		return 2;
	if (choose(floor, fentry, argv[2]) || floor_bpf__load(floor) ||
	    !attach(floor, fentry, argv[2])) {
		fprintf(stderr, "floor: %s of %s does not attach\n", argv[1], argv[2]);
		return 1;
	}
	fputs("floor: attached, stop with Ctrl-C\n", stderr);
	/* A signal ends the process, and the kernel detaches the programs. */
	pause();
	return 0;
}
