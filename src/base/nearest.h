/* SPDX-License-Identifier: GPL-2.0 */
/* The known word that was probably meant by an unknown one. Pure. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

/*
 * The word that the text becomes with the fewest edits, ignoring case; the first of several.
 * At most two edits, one for a word of three letters, none for a shorter one; else NULL.
 */
const char *nearest_word(const char *text, const char *const *words, size_t count);

#endif
