/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  sinks and reports -> JSON text
 *
 * A streaming JSON writer. It builds one document at a time in a buffer of its
 * own, with no printf on the way, and writes it out as one line. Nesting is
 * checked: a value without a key in an object, a key in an array, an end that
 * does not fit or a second value at the top is a bug of the caller and gives
 * -EINVAL. The first error sticks: later calls do nothing, and the document in which
 * it happened is not written, so a file never gets half a line from here.
 * Not thread safe.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define JSON_DEPTH_MAX 64

/* The tokens that the grammar allows next. */
enum json_expect {
	JSON_NOTHING, /* the document is complete, or there was an error */
	JSON_KEY,     /* in an object: a key or its end */
	JSON_VALUE,   /* after a key, or at the top */
	JSON_ELEMENT, /* in an array: a value or its end */
};

struct json {
	FILE *file;  /* NULL: documents stay in the buffer, line after line */
	char *start; /* of the buffer */
	char *at;    /* where the next byte goes; each value is written with a comma after it */
	char *end;   /* of the buffer */
	unsigned int depth;
	enum json_expect expect;
	/* By depth: what is expected after a value of that level; 0 is the top. */
	__u8 after[JSON_DEPTH_MAX + 1];
	int error; /* 0, or the first error, a negative errno */
};

void json_init(struct json *json, FILE *file);
void json_free(struct json *json);

void json_object_begin(struct json *json);
void json_object_end(struct json *json);
void json_array_begin(struct json *json);
void json_array_end(struct json *json);

/* The key of the next value; name is a string literal with nothing to escape. */
#define json_key(json, name) json_key_raw(json, "\"" name "\":", sizeof("\"" name "\":") - 1)
/* Any other key. */
void json_key_string(struct json *json, const char *name);

void json_u64(struct json *json, __u64 value);
void json_s64(struct json *json, __s64 value);
/* A string: "0x1000". */
void json_hex(struct json *json, __u64 value);
void json_bool(struct json *json, bool value);
void json_null(struct json *json);
/* Each byte that is not part of valid UTF-8 becomes U+FFFD. NULL becomes null. */
void json_string(struct json *json, const char *text);
/* Up to the first NUL, at most size bytes: a char array that may be full. */
void json_string_n(struct json *json, const char *text, size_t size);

/*
 * A value that the caller writes by itself, as finished JSON text: where to, or NULL if it may not
 * stand here, or there is no memory. size: all that may be overwritten.
 */
char *json_finished_begin(struct json *json, size_t size);
/* It was written up to `end`. */
void json_finished_end(struct json *json, char *end);

/* Ends the document: a newline, and one fwrite() if there is a file. 0 or the first error. */
int json_line(struct json *json);
/* The same, but the line may wait in the buffer, for the next json_line() or json_flush(). */
int json_line_held(struct json *json);
/* Writes what waits. 0 or the first error. */
int json_flush(struct json *json);

/* For json_key() only: the key with its quotes and its colon. */
void json_key_slow(struct json *json, const char *text, size_t length);

/* Inline, so that the length is a constant: a busy stream is mostly keys. */
static inline void json_key_raw(struct json *json, const char *text, size_t length)
{
	if (__builtin_expect(json->expect != JSON_KEY || (size_t)(json->end - json->at) < length,
			     0)) {
		json_key_slow(json, text, length);
		return;
	}
	memcpy(json->at, text, length);
	json->at += length;
	json->expect = JSON_VALUE;
}

#endif
