// SPDX-License-Identifier: GPL-2.0
/* Which members the driver's structures have, by the names in its types. */
#include "kernel/kernel.h"

#include <bpf/btf.h>
#include <string.h>

/* Members of members without a name count as the structure's own: so deep, and no deeper. */
#define NESTED_MAX 4

/* More typedefs and qualifiers are no type of a kernel's: damaged BTF can go round in a circle. */
#define BARE_MAX 32

const struct btf_type *kernel_bare_type(const struct btf *btf, unsigned int id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	for (unsigned int i = 0; i < BARE_MAX; i++) {
		if (!type || !(btf_is_typedef(type) || btf_is_mod(type)))
			return type;
		type = btf__type_by_id(btf, type->type);
	}
	return NULL;
}

/* The type of a member, whose name is the first `length` characters; NULL: there is none. */
static const struct btf_type *member_of(const struct btf *btf, const struct btf_type *type,
					const char *name, size_t length, unsigned int depth)
{
	const struct btf_member *members = btf_members(type);

	for (int i = 0; i < btf_vlen(type); i++) {
		const char *own = btf__name_by_offset(btf, members[i].name_off);
		const struct btf_type *inner = kernel_bare_type(btf, members[i].type);

		if (own && !strncmp(own, name, length) && !own[length])
			return inner;
		if ((own && own[0]) || !inner || !btf_is_composite(inner) || depth == NESTED_MAX)
			continue;
		inner = member_of(btf, inner, name, length, depth + 1);
		if (inner)
			return inner;
	}
	return NULL;
}

static bool has_path(const struct btf *btf, const struct btf_type *type, const char *path)
{
	while (type && btf_is_composite(type)) {
		size_t length = strcspn(path, ".");

		type = member_of(btf, type, path, length, 0);
		if (!path[length])
			return type;
		path += length + 1;
	}
	return false;
}

/* Is that the name? libbpf takes BTF with names that lie outside of it: they are NULL then. */
static bool is_called(const struct btf *btf, unsigned int offset, const char *name)
{
	const char *found = btf__name_by_offset(btf, offset);

	return found && !strcmp(found, name);
}

bool kernel_has_member(const struct kernel *kernel, const char *type, const char *member)
{
	const struct btf *btf = kernel->module ? kernel->module : kernel->vmlinux;
	unsigned int count = btf ? btf__type_cnt(btf) : 0;

	for (unsigned int id = 1; id < count; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (btf_is_struct(t) && is_called(btf, t->name_off, type) &&
		    has_path(btf, t, member))
			return true;
	}
	return false;
}

/* The same names as in bpf/base/ste.bpf.h. */
const char *kernel_stream_table(const struct kernel *kernel)
{
	bool since_6_12 = kernel_has_member(kernel, "arm_smmu_strtab_cfg", "l2.l2ptrs") &&
			  kernel_has_member(kernel, "arm_smmu_strtab_cfg", "linear.table");
	bool before = kernel_has_member(kernel, "arm_smmu_strtab_cfg", "l1_desc") &&
		      kernel_has_member(kernel, "arm_smmu_strtab_cfg", "strtab") &&
		      kernel_has_member(kernel, "arm_smmu_strtab_l1_desc", "l2ptr");

	if (!kernel_has_member(kernel, "arm_smmu_device", "strtab_cfg"))
		return NULL;
	return since_6_12 ? "l2ptrs" : before ? "l1_desc" : NULL;
}
