// SPDX-License-Identifier: GPL-2.0
#include "load/info.h"

#include "base/log.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

int programs_info(const struct bpf_program *program, struct bpf_prog_info *info)
{
	__u32 size = sizeof(*info);
	int fd = bpf_program__fd(program);

	memset(info, 0, size);
	if (fd < 0)
		return -ENOENT;
	return bpf_obj_get_info_by_fd(fd, info, &size) ? -errno : 0;
}

void programs_say(const struct bpf_object *object)
{
	struct bpf_program *program;

	if (log_level() < 1)
		return;
	bpf_object__for_each_program(program, object)
	{
		struct bpf_prog_info info;

		/* Our name, as the kernel's is cut off. verified_insns is 0 before 5.16. */
		if (!programs_info(program, &info))
			log_debug("program %s: %u instructions verified, has %u, %u bytes for the "
				  "machine, id %u",
				  bpf_program__name(program), info.verified_insns,
				  info.xlated_prog_len / (__u32)sizeof(struct bpf_insn),
				  info.jited_prog_len, info.id);
	}
}
