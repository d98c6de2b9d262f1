// SPDX-License-Identifier: GPL-2.0
/*
 * Finds, for each CPU, the address of the counter in which the kernel notes that the program on
 * the exit of lists is running there (`active` in struct bpf_prog), by running bpf/running.bpf.c,
 * and tells it to the programs. Where that is not known, every list issued in an interrupt counts
 * early.
 */
#include "load/internal.h"

#include "base/log.h"
#include "load/info.h"
#include "running.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Reading the iterator to its end runs the program once for each BPF program in the kernel. */
static int run(const struct running_bpf *bpf)
{
	struct bpf_link *link = bpf_program__attach_iter(bpf->progs.find, NULL);
	int fd = link ? bpf_iter_create(bpf_link__fd(link)) : -1, err = 0;
	ssize_t got = fd < 0 ? -1 : 1;
	char nothing[64];

	while (got > 0)
		got = read(fd, nothing, sizeof(nothing));
	if (got < 0)
		err = -errno;
	if (fd >= 0)
		close(fd);
	bpf_link__destroy(link);
	return err;
}

void loader_find_running(struct loader *loader)
{
	struct running_bpf *bpf = running_bpf__open_and_load();
	struct bpf_prog_info info;
	int err = bpf ? programs_info(loader->bpf->progs.list_exit, &info) : -errno;

	if (bpf)
		programs_say(bpf->obj);
	if (!err) {
		bpf->bss->program = info.id;
		bpf->bss->cpus = loader->cpu[loader->cpus - 1] + 1;
		err = run(bpf);
	}
	if (!err)
		memcpy(loader->bpf->bss->exit_running, bpf->bss->running,
		       sizeof(bpf->bss->running));
	if (err || !bpf->bss->running[0])
		log_debug("where programs are running is not known: %s",
			  err ? strerror(-err) : "no __per_cpu_offset");
	running_bpf__destroy(bpf);
}
