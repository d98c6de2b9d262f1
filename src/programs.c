// SPDX-License-Identifier: GPL-2.0
#include "programs.h"

#include "log.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>

void programs_say(const struct bpf_object *object)
{
	struct bpf_program *program;

	if (log_level() < 1)
		return;
	bpf_object__for_each_program(program, object)
	{
		struct bpf_prog_info info = {};
		__u32 size = sizeof(info);
		int fd = bpf_program__fd(program);

		/* The kernel cuts names off; 0 instructions: before 5.16. */
		if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size))
			log_debug("program %s: %u instructions verified",
				  bpf_program__name(program), info.verified_insns);
	}
}
