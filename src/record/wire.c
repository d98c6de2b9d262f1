// SPDX-License-Identifier: GPL-2.0
#include "record/wire.h"

#include <stdlib.h>

bool wire_grow(struct wire_out *out, size_t more)
{
	size_t room = out->room ? out->room : 4096;
	unsigned char *bigger;

	if (out->failed || out->length + more > RECORD_RAW_MAX) {
		out->failed = true;
		return false;
	}
	while (room < out->length + more)
		room *= 2;
	bigger = realloc(out->data, room);
	if (!bigger) {
		out->failed = true;
		return false;
	}
	out->data = bigger;
	out->room = room;
	return true;
}

void wire_free(struct wire_out *out)
{
	free(out->data);
	memset(out, 0, sizeof(*out));
}

void wire_put_string(struct wire_out *out, const char *text)
{
	size_t size = text ? strlen(text) + 1 : 0;

	wire_put_varint(out, size);
	wire_put(out, text, size);
}

char *wire_get_string(struct wire_in *in)
{
	size_t size = wire_get_upto(in, (__u64)(in->end - in->at));
	char *text = (char *)in->at;

	if (!size || in->bad)
		return NULL;
	/* Again, as reading the length took at least one byte of what was left. */
	if (size > (size_t)(in->end - in->at) || strnlen(text, size) != size - 1) {
		in->bad = true;
		in->at = in->end;
		return NULL;
	}
	in->at += size;
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return text;
}

char *wire_get_text(struct wire_in *in)
{
	char *text = wire_get_string(in);

	if (!text)
		in->bad = true;
	return text;
}
