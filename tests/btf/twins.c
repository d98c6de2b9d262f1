// SPDX-License-Identifier: GPL-2.0
/*
 * twins KERNEL.btf OBJECT: prints the members that the BPF programs access and that types of
 * the same name have at different places.
 *
 * libbpf chooses among these types at the object's first access to one of them, and refuses
 * only if it cannot choose: after an access to a member that one type alone has, all others pass.
 * The first access depends on the programs that are loaded, so each one is checked here.
 */
#include <bpf/btf.h>
#include <fcntl.h>
#include <gelf.h>
#include <linux/btf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* .BTF.ext: its header with the part for CO-RE, and its records; Documentation/bpf/btf.rst. */
struct header {
	__u16 magic;
	__u8 version, flags;
	__u32 length, func_off, func_len, line_off, line_len, relo_off, relo_len;
};

struct section {
	__u32 name, count;
};

struct relocation {
	__u32 instruction, type, access, kind;
};

static const struct btf *kernel, *object;
static unsigned int bad;

/* Offset in bits from the start of the type, or -1. Looks into members without a name. */
static long place_of(const struct btf *btf, const struct btf_type *type, const char *name)
{
	for (__u32 i = 0; i < btf_vlen(type); i++) {
		const struct btf_member *member = btf_members(type) + i;
		const char *called = btf__name_by_offset(btf, member->name_off);
		const struct btf_type *inner = btf__type_by_id(btf, member->type);
		long at = (long)btf_member_bit_offset(type, i), inside;

		if (!strcmp(called, name))
			return at;
		if (*called || !btf_is_composite(inner))
			continue;
		inside = place_of(btf, inner, name);
		if (inside >= 0)
			return at + inside;
	}
	return -1;
}

/* The first named member on the access path of a relocation, such as "0:2:0:3". */
static const char *first_member(const struct btf_type *type, const char *access)
{
	while ((access = strchr(access, ':')) != NULL && btf_is_composite(type)) {
		__u32 index = (__u32)strtoul(++access, NULL, 10);
		const struct btf_member *member = btf_members(type) + index;
		const char *name = btf__name_by_offset(object, member->name_off);

		if (index >= btf_vlen(type))
			return NULL;
		if (*name)
			return name;
		type = btf__type_by_id(object, member->type);
	}
	return NULL;
}

/* "device___old" is the kernel's "device". */
static bool same_name(const char *name, const char *known)
{
	const char *flavour = strstr(known, "___");
	size_t length = flavour ? (size_t)(flavour - known) : strlen(known);

	return strlen(name) == length && !memcmp(name, known, length);
}

static void look(const char *section, const struct relocation *relocation)
{
	const struct btf_type *type = btf__type_by_id(object, relocation->type);
	const char *name = btf__name_by_offset(object, type->name_off);
	const char *member = first_member(type, btf__name_by_offset(object, relocation->access));
	long place = -1, other;

	for (__u32 id = 1; member && id < btf__type_cnt(kernel); id++) {
		const struct btf_type *twin = btf__type_by_id(kernel, id);

		if (btf_kind(twin) != btf_kind(type) ||
		    !same_name(btf__name_by_offset(kernel, twin->name_off), name))
			continue;
		other = place_of(kernel, twin, member);
		if (place >= 0 && other >= 0 && place != other) {
			printf("%s: ambiguity: %s of %s is at bit %ld and at bit %ld\n", section,
			       member, name, place, other);
			bad++;
			return;
		}
		place = other >= 0 ? other : place;
	}
}

static void look_at_all(const char *data, size_t size)
{
	const struct header *header = (const struct header *)data;
	const char *at, *end;
	__u32 record;

	if (size < sizeof(*header) || !header->relo_len)
		return;
	at = data + header->length + header->relo_off;
	end = at + header->relo_len;
	memcpy(&record, at, sizeof(record));
	at += sizeof(record);
	while (at < end) {
		const struct section *section = (const struct section *)at;

		at += sizeof(*section);
		for (__u32 i = 0; i < section->count; i++, at += record)
			look(btf__name_by_offset(object, section->name),
			     (const struct relocation *)at);
	}
}

/* The section .BTF.ext. By hand, since libbpf's function for it has had two names. */
static Elf_Data *extension(Elf *elf)
{
	Elf_Scn *section = NULL;
	size_t names;
	GElf_Shdr header;
	const char *name;

	if (!elf || elf_getshdrstrndx(elf, &names))
		return NULL;
	while ((section = elf_nextscn(elf, section)) != NULL) {
		name = gelf_getshdr(section, &header) ? elf_strptr(elf, names, header.sh_name)
						      : NULL;
		if (name && !strcmp(name, ".BTF.ext"))
			return elf_getdata(section, NULL);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	Elf_Data *data;
	int file;

	if (argc != 3) {
		fprintf(stderr, "Usage: twins KERNEL.btf OBJECT\n");
		return 2;
	}
	elf_version(EV_CURRENT);
	kernel = btf__parse(argv[1], NULL);
	object = kernel ? btf__parse(argv[2], NULL) : NULL;
	file = object ? open(argv[2], O_RDONLY | O_CLOEXEC) : -1;
	data = file >= 0 ? extension(elf_begin(file, ELF_C_READ, NULL)) : NULL;
	if (!data) {
		fprintf(stderr, "twins: cannot read %s\n", argv[kernel ? 2 : 1]);
		return 2;
	}
	look_at_all(data->d_buf, data->d_size);
	return bad ? 1 : 0;
}
