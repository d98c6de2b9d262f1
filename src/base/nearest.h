/* SPDX-License-Identifier: GPL-2.0 */
/* The word that was probably meant. Pure. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

/*
 * Of the words the one that takes the fewest edits to make of the text, case not
 * counted: at most two, and fewer than it has letters. NULL if none is that near.
 */
const char *nearest_word(const char *text, const char *const *words, size_t count);

#endif
