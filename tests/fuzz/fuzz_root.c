// SPDX-License-Identifier: GPL-2.0
/*
 * Any files as those of a kernel that is not running: its facts, the plan made of them, and what
 * probe says, as text and as JSON. The tree is made anew for each input, in memory (/dev/shm).
 */
#include "fuzz_root.h"

#include "command/probe_json.h"
#include "command/probe_text.h"
#include "base/log.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

#define PATH_LEN 128

static char root[64];

static int silent(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static const char *whole(const char *path)
{
	static char name[sizeof(root) + PATH_LEN];

	snprintf(name, sizeof(name), "%s%s", root, path);
	return name;
}

static void make_directories(const char *path)
{
	char part[PATH_LEN];

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		mkdir(whole(part), 0700);
	}
}

static void remove_tree(void)
{
	char command[sizeof(root) + 16];

	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	if (system(command))
		abort();
}

static void begin(void)
{
	snprintf(root, sizeof(root), "/dev/shm/smmuscope-fuzz-%d", (int)getpid());
	if (mkdir(root, 0700))
		abort();
	for (size_t i = 0; i < FUZZ_ROOT_COUNT; i++)
		make_directories(fuzz_root_files[i]);
	libbpf_set_print(silent);
	log_verbosity(-1);
	atexit(remove_tree);
}

static void write_file(const char *path, const unsigned char *bytes, size_t length)
{
	int fd = open(whole(path), O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (fd < 0 || write(fd, bytes, length) != (ssize_t)length)
		abort();
	close(fd);
}

static void make_files(const unsigned char *data, size_t size)
{
	for (size_t i = 0; i < FUZZ_ROOT_COUNT; i++)
		unlink(whole(fuzz_root_files[i]));
	while (size >= 3) {
		const char *path = fuzz_root_files[data[0] % FUZZ_ROOT_COUNT];
		size_t length = data[1] | (size_t)data[2] << 8;

		data += 3;
		size -= 3;
		if (length > size)
			length = size;
		write_file(path, data, length);
		data += length;
		size -= length;
	}
}

static void probe(const struct run_options *options)
{
	struct host host;

	if (host_open(&host, options))
		return;
	if (probe_json(&host))
		abort();
	probe_text(&host);
	fflush(stdout);
	host_require_inject(&host);
	host_close(&host);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct run_options options = {.kernel.root = root};
	char btf[sizeof(root) + PATH_LEN], module_btf[sizeof(root) + PATH_LEN];

	if (!size)
		return 0;
	if (!root[0])
		begin();
	make_files(data + 1, size - 1);
	snprintf(btf, sizeof(btf), "%s/btf", root);
	snprintf(module_btf, sizeof(module_btf), "%s/module-btf", root);
	if (data[0] & FUZZ_ROOT_BTF)
		options.kernel.btf = btf;
	if (data[0] & FUZZ_ROOT_MODULE)
		options.kernel.module_btf = module_btf;
	options.plan.kprobes = data[0] & FUZZ_ROOT_KPROBE;
	options.plan.trampolines = data[0] & FUZZ_ROOT_FENTRY && !options.plan.kprobes;
	probe(&options);
	return 0;
}
