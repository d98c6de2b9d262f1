// SPDX-License-Identifier: GPL-2.0
/*
 * btf-reduce BTF [MIN_CORE_BTF]: writes the part of a kernel's BTF that a plan is made of, the
 * prototypes of the functions and tracepoints of src/kernel/hooks.def, with pointers as void *.
 * They are added to the output of `bpftool gen min_core_btf`, which has the types that the
 * programs read and no prototypes.
 */
#include "kernel/hooks.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct btf_type *bare(const struct btf *btf, int id)
{
	const struct btf_type *type = btf__type_by_id(btf, (unsigned int)id);

	while (type && (btf_is_typedef(type) || btf_is_mod(type)))
		type = btf__type_by_id(btf, type->type);
	return type;
}

/* Adds a type of the same kind and size without members. Returns its id, 0 for void. */
static int add_type(struct btf *out, const struct btf *in, int id)
{
	static int pointer;
	const struct btf_type *type = bare(in, id);
	const char *name;
	int known;

	if (!id || !type || btf_is_void(type))
		return 0;
	if (btf_is_ptr(type)) {
		if (!pointer)
			pointer = btf__add_ptr(out, 0);
		return pointer;
	}
	if (btf_is_int(type)) {
		name = btf__name_by_offset(in, type->name_off);
		known = btf__find_by_name_kind(out, name, BTF_KIND_INT);
		return known > 0 ? known
				 : btf__add_int(out, name, type->size, btf_int_encoding(type));
	}
	if (btf_is_any_enum(type))
		return btf__add_enum(out, NULL, type->size);
	return btf__add_struct(out, NULL, (unsigned int)btf__resolve_size(in, (unsigned int)id));
}

static int add_prototype(struct btf *out, const struct btf *in, const struct btf_type *proto)
{
	const struct btf_param *params = btf_params(proto);
	int types[16], result, id;

	/* libbpf adds parameters to the prototype added last, so their types come before it. */
	for (int i = 0; i < btf_vlen(proto) && i < 16; i++)
		types[i] = add_type(out, in, (int)params[i].type);
	result = add_type(out, in, (int)proto->type);
	id = btf__add_func_proto(out, result);
	for (int i = 0; i < btf_vlen(proto) && i < 16; i++)
		btf__add_func_param(out, btf__name_by_offset(in, params[i].name_off), types[i]);
	return id;
}

static void add_function(struct btf *out, const struct btf *in, const char *name)
{
	int id = btf__find_by_name_kind(in, name, BTF_KIND_FUNC);
	const struct btf_type *type;

	if (id < 0)
		return;
	type = btf__type_by_id(in, (unsigned int)id);
	id = add_prototype(out, in, btf__type_by_id(in, type->type));
	btf__add_func(out, name, BTF_FUNC_STATIC, id);
}

static void add_tracepoint(struct btf *out, const struct btf *in, const char *name)
{
	const struct btf_type *type;
	char typedefed[96];
	int id;

	snprintf(typedefed, sizeof(typedefed), "btf_trace_%s", name);
	id = btf__find_by_name_kind(in, typedefed, BTF_KIND_TYPEDEF);
	if (id < 0)
		return;
	type = bare(in, id);
	id = add_prototype(out, in, btf__type_by_id(in, type->type));
	btf__add_typedef(out, typedefed, btf__add_ptr(out, id));
}

static int write_out(const struct btf *btf)
{
	__u32 size = 0;
	const void *bytes = btf__raw_data(btf, &size);

	return bytes && fwrite(bytes, 1, size, stdout) == size && !fflush(stdout) ? 0 : 5;
}

int main(int argc, char **argv)
{
	struct btf *in = argc > 1 ? btf__parse(argv[1], NULL) : NULL;
	struct btf *out = argc > 2 ? btf__parse(argv[2], NULL) : btf__new_empty();

	if (argc < 2 || argc > 3 || !in || !out) {
		fprintf(stderr,
			argc < 2 || argc > 3 ? "usage: btf-reduce BTF [MIN_CORE_BTF] >REDUCED\n"
					     : "btf-reduce: %s: there is no BTF in it\n",
			argv[in ? 2 : 1]);
		return 2;
	}
	for (enum hook_id id = 0; id < HOOK_COUNT; id++) {
		for (unsigned int i = 0; i < HOOK_NAMES_MAX && hooks[id].names[i]; i++) {
			if (hooks[id].tracepoint)
				add_tracepoint(out, in, hooks[id].names[i]);
			else
				add_function(out, in, hooks[id].names[i]);
		}
	}
	return write_out(out);
}
