/* SPDX-License-Identifier: GPL-2.0 */
/* For tests that make a directory of their own: removes it with all that is in it. */
#ifndef REMOVE_TREE_H
#define REMOVE_TREE_H

#include <ftw.h>
#include <stdio.h>

static inline int remove_one(const char *path, const struct stat *status, int type,
			     struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

/* 0, or not: as nftw(). */
static inline int remove_tree(const char *path)
{
	return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
