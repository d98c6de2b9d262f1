// SPDX-License-Identifier: GPL-2.0
/*
 * seed_root OPTIONS DIR: the files of a kernel below DIR as an input of fuzz_root, to stdout. What
 * is too long is cut off. OPTIONS is the first byte, as a number.
 */
#include "fuzz_root.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 0xffff

/* tests/unit/kernels names files by their release. */
static FILE *open_file(const char *directory, size_t index)
{
	static const char *const as[] = {"/boot/config-6.1.0-50-arm64",
					 "/boot/config-6.12.117+deb13-arm64",
					 "/boot/config-7.3.4+deb13-cloud-arm64"};
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", directory, fuzz_root_files[index]);
	file = fopen(path, "r");
	for (size_t i = 0; !file && i < 3 && strstr(fuzz_root_files[index], "config-6"); i++) {
		snprintf(path, sizeof(path), "%s%s", directory, as[i]);
		file = fopen(path, "r");
	}
	return file;
}

static void put_file(size_t index, FILE *file)
{
	static unsigned char bytes[MOST];
	size_t length = fread(bytes, 1, MOST, file);

	putchar((int)index);
	putchar((int)(length & 0xff));
	putchar((int)(length >> 8));
	fwrite(bytes, 1, length, stdout);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	putchar(atoi(argv[1]));
	for (size_t i = 0; i < FUZZ_ROOT_COUNT; i++) {
		FILE *file = open_file(argv[2], i);

		if (!file)
			continue;
		put_file(i, file);
		fclose(file);
	}
	return 0;
}
