// SPDX-License-Identifier: GPL-2.0
/*
 * reduce [-m MODULE.btf] KERNEL.btf TO.btf OBJECT...: keeps those types of a kernel whose names
 * occur in the BPF objects, with all of their members, as a program may access others tomorrow.
 * Of types with the same name all are kept. Pointers become void *, since the type behind one is
 * looked up by its own name. -m merges a module's types into the kernel's.
 */
#include <bpf/btf.h>
#include <errno.h>
#include <linux/btf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct btf *kernel, *reduced;
static int *copies; /* by the kernel's number of a type; 0: not yet */

static void stop(const char *what, const char *which)
{
	fprintf(stderr, "reduce: %s %s: %s\n", what, which, strerror(errno));
	exit(1);
}

static int copy(int id);

static void copy_fields(const struct btf_type *type, const int *types)
{
	for (int i = 0; i < btf_vlen(type); i++) {
		const struct btf_member *member = btf_members(type) + i;

		if (btf__add_field(reduced, btf__name_by_offset(kernel, member->name_off), types[i],
				   btf_member_bit_offset(type, (__u32)i),
				   btf_member_bitfield_size(type, (__u32)i)))
			stop("a field of", btf__name_by_offset(kernel, type->name_off));
	}
}

/* libbpf adds fields to the type that was added last, so the fields' types are copied first. */
static int copy_composite(const struct btf_type *type)
{
	const char *name = btf__name_by_offset(kernel, type->name_off);
	int *types = calloc(btf_vlen(type) + 1U, sizeof(*types)), id;

	if (!types)
		stop("no memory for", name);
	for (int i = 0; i < btf_vlen(type); i++)
		types[i] = copy((int)btf_members(type)[i].type);
	id = btf_is_struct(type) ? btf__add_struct(reduced, name, type->size)
				 : btf__add_union(reduced, name, type->size);
	copy_fields(type, types);
	free(types);
	return id;
}

static int copy_type(const struct btf_type *type)
{
	const char *name = btf__name_by_offset(kernel, type->name_off);
	const struct btf_array *array;
	int index, element;

	switch (btf_kind(type)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return copy_composite(type);
	case BTF_KIND_ARRAY:
		array = btf_array(type);
		index = copy((int)array->index_type);
		element = copy((int)array->type);
		return btf__add_array(reduced, index, element, array->nelems);
	case BTF_KIND_TYPEDEF:
		index = copy((int)type->type);
		return btf__add_typedef(reduced, name, index);
	case BTF_KIND_PTR:
		return btf__add_ptr(reduced, 0);
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return btf__add_type(reduced, kernel, type);
	default: /* const, volatile, ...: the relocation looks through them */
		return copy((int)type->type);
	}
}

static int copy(int id)
{
	if (id && !copies[id]) {
		int made = copy_type(btf__type_by_id(kernel, (__u32)id));

		if (made < 0)
			stop("cannot copy a type of",
			     btf__name_by_offset(kernel,
						 btf__type_by_id(kernel, (__u32)id)->name_off));
		copies[id] = made;
	}
	return copies[id];
}

static bool is_named(const struct btf_type *type)
{
	return type->name_off && (btf_is_composite(type) || btf_is_any_enum(type));
}

/* CO-RE ignores the flavour: "device___old" is "device". */
static bool same_name(const char *name, const char *known)
{
	const char *flavour = strstr(known, "___");
	size_t length = flavour ? (size_t)(flavour - known) : strlen(known);

	return strlen(name) == length && !memcmp(name, known, length);
}

static bool knows(const struct btf *object, const char *name)
{
	for (__u32 id = 1; id < btf__type_cnt(object); id++) {
		const struct btf_type *type = btf__type_by_id(object, id);

		if (is_named(type) && same_name(name, btf__name_by_offset(object, type->name_off)))
			return true;
	}
	return false;
}

static void copy_known(const char *path)
{
	struct btf *object = btf__parse(path, NULL);

	if (!object)
		stop("cannot read", path);
	for (__u32 id = 1; id < btf__type_cnt(kernel); id++) {
		const struct btf_type *type = btf__type_by_id(kernel, id);

		if (is_named(type) && knows(object, btf__name_by_offset(kernel, type->name_off)))
			copy((int)id);
	}
	btf__free(object);
}

static void write_to(const char *path)
{
	FILE *file = fopen(path, "w");
	const void *data;
	__u32 size;

	data = btf__raw_data(reduced, &size);
	if (!file || !data || fwrite(data, size, 1, file) != 1 || fclose(file))
		stop("cannot write", path);
}

static void read_kernel(const char *path, const char *module)
{
	kernel = btf__parse(path, NULL);
	if (!kernel)
		stop("cannot read", path);
	if (module)
		kernel = btf__parse_split(module, kernel);
	if (!kernel)
		stop("cannot read", module);
}

static void begin(void)
{
	/* As the kernels are, whatever this machine is. */
	reduced = btf__new_empty();
	copies = calloc(btf__type_cnt(kernel), sizeof(*copies));
	if (!reduced || !copies || btf__set_pointer_size(reduced, 8) ||
	    btf__set_endianness(reduced, BTF_LITTLE_ENDIAN))
		stop("no memory for", "types");
}

int main(int argc, char **argv)
{
	const char *module = NULL;

	if (argc > 2 && !strcmp(argv[1], "-m")) {
		module = argv[2];
		argv += 2;
		argc -= 2;
	}
	if (argc < 4) {
		fprintf(stderr, "Usage: reduce [-m MODULE.btf] KERNEL.btf TO.btf OBJECT...\n");
		return 2;
	}
	read_kernel(argv[1], module);
	begin();
	for (int i = 3; i < argc; i++)
		copy_known(argv[i]);
	write_to(argv[2]);
	return 0;
}
