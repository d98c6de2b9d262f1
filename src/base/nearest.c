// SPDX-License-Identifier: GPL-2.0
#include "base/nearest.h"

#include <ctype.h>
#include <string.h>

/*
 * The number of edits that turn one word into the other (Damerau-Levenshtein distance, in
 * its "optimal string alignment" form). Two swapped letters are one edit, because that is
 * the most frequent slip. Words of more than WORD_MAX letters count as far apart.
 */
static unsigned int distance(const char *a, const char *b)
{
	enum { WORD_MAX = 16 };
	unsigned int d[WORD_MAX + 1][WORD_MAX + 1];
	size_t m = strlen(a), n = strlen(b);

	if (m > WORD_MAX || n > WORD_MAX)
		return WORD_MAX;
	for (unsigned int i = 0; i <= m; i++)
		d[i][0] = i;
	for (unsigned int j = 0; j <= n; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= m; i++) {
		for (size_t j = 1; j <= n; j++) {
			int x = tolower((unsigned char)a[i - 1]);
			int y = tolower((unsigned char)b[j - 1]);
			unsigned int best = d[i - 1][j - 1] + (x != y);

			if (d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
			    y == tolower((unsigned char)a[i - 2]) && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[m][n];
}

const char *nearest_word(const char *text, const char *const *words, size_t count)
{
	const char *nearest = NULL;
	unsigned int limit = 3;

	for (size_t i = 0; i < count; i++) {
		unsigned int edits = distance(text, words[i]);

		if (edits < limit && edits + 1 < strlen(words[i])) {
			limit = edits;
			nearest = words[i];
		}
	}
	return nearest;
}
