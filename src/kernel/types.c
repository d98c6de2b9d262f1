// SPDX-License-Identifier: GPL-2.0
#include "kernel/internal.h"

#include "base/log.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OWN_BTF "/sys/kernel/btf/vmlinux"

static int refuse(const char *option, const char *path, int error)
{
	log_error("%s %s: %s", option, path,
		  error == ENOENT || error == EACCES || error == EISDIR
			  ? strerror(error)
			  : "it has no BTF, or BTF that is not of this kernel");
	log_hint("name raw BTF, as in " OWN_BTF ", or a file with a section .BTF, as vmlinux is");
	return EXIT_USAGE;
}

static struct btf *parse(const struct kernel *kernel, const char *path)
{
	char *whole = kernel_path(kernel, path);
	struct btf *btf = whole ? btf__parse_split(whole, kernel->vmlinux) : NULL;
	int error = whole ? errno : ENOENT;

	free(whole);
	errno = error;
	return btf;
}

/* A file does not replace this: hooks are attached by the BTF in the kernel itself. */
static bool has_own(const struct kernel *kernel)
{
	return kernel_exists(kernel, OWN_BTF) ||
	       (!kernel->running && kernel_config(kernel, "DEBUG_INFO_BTF") != 'n');
}

static int read_vmlinux(struct kernel *kernel, const struct kernel_options *options)
{
	if (options->btf)
		kernel->vmlinux = btf__parse(options->btf, NULL);
	else if (kernel->running)
		kernel->vmlinux = btf__load_vmlinux_btf();
	else
		kernel->vmlinux = parse(kernel, OWN_BTF);
	if (kernel->vmlinux)
		return EXIT_OK;
	kernel->vmlinux_error = errno == ESRCH ? ENOENT : errno; /* libbpf: found nowhere */
	return options->btf ? refuse("--btf", options->btf, errno) : EXIT_OK;
}

static int read_module(struct kernel *kernel, const struct kernel_options *options)
{
	if (options->module_btf)
		kernel->module = btf__parse_split(options->module_btf, kernel->vmlinux);
	else if (kernel->running)
		kernel->module = btf__load_module_btf(KERNEL_MODULE, kernel->vmlinux);
	else
		kernel->module = parse(kernel, "/sys/kernel/btf/" KERNEL_MODULE);
	if (kernel->module)
		return EXIT_OK;
	kernel->module_error = errno;
	return options->module_btf ? refuse("--module-btf", options->module_btf, errno) : EXIT_OK;
}

int kernel_read_types(struct kernel *kernel, const struct kernel_options *options)
{
	int code = read_vmlinux(kernel, options);

	fact_file(kernel, OWN_BTF, &kernel->types);
	kernel->own_btf = has_own(kernel);
	if (code || !kernel->vmlinux)
		return code;
	/* With a file of types libbpf reads no types of modules: they must be in the file. */
	if (kernel->running && options->btf)
		return EXIT_OK;
	return kernel->driver == DRIVER_MODULE || options->module_btf ? read_module(kernel, options)
								      : EXIT_OK;
}
