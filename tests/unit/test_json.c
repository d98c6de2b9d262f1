// SPDX-License-Identifier: GPL-2.0
/*
 * The JSON writer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/json.h"

#include "golden.h"
#include <errno.h>

/* Compares the document that the body writes, without its newline. */
#define assert_value(body, expected)                                                               \
	do {                                                                                       \
		struct json json;                                                                  \
		size_t length;                                                                     \
		json_init(&json, NULL);                                                            \
		body;                                                                              \
		assert_int_equal(json_line(&json), 0);                                             \
		length = (size_t)(json.at - json.start);                                           \
		assert_int_equal(json.start[length - 1], '\n');                                    \
		assert_int_equal(length - 1, strlen(expected));                                    \
		assert_memory_equal(json.start, expected, length - 1);                             \
		json_free(&json);                                                                  \
	} while (0)

static void check_number(__u64 value)
{
	char expected[32];

	snprintf(expected, sizeof(expected), "%llu", value);
	assert_value(json_u64(&json, value), expected);
	snprintf(expected, sizeof(expected), "%lld", (__s64)value);
	assert_value(json_s64(&json, (__s64)value), expected);
	snprintf(expected, sizeof(expected), "\"0x%llx\"", value);
	assert_value(json_hex(&json, value), expected);
}

static void test_numbers(void **state)
{
	__u64 power = 1, random = 88172645463325252ULL;
	int i;

	(void)state;
	for (i = 0; i < 20; i++, power *= 10) {
		check_number(power);
		check_number(power - 1);
		check_number(power + 1);
		check_number(0 - power);
	}
	check_number(0);
	check_number(UINT64_MAX);
	check_number(1ULL << 63);
	/* random numbers (xorshift) of every length in bits */
	for (i = 0; i < 20000; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		check_number(random >> (i % 64));
	}
	/* The division by multiplication (digits.h) is least exact at the ends of a lane. */
	for (i = 0; i < 10000; i++)
		check_number((__u64)i * 10000 + 9999);
	assert_value(json_u64(&json, UINT64_MAX), "18446744073709551615");
	assert_value(json_s64(&json, INT64_MIN), "-9223372036854775808");
	assert_value(json_hex(&json, 0), "\"0x0\"");
}

static void test_words(void **state)
{
	(void)state;
	assert_value(json_bool(&json, true), "true");
	assert_value(json_bool(&json, false), "false");
	assert_value(json_null(&json), "null");
	assert_value(json_string(&json, NULL), "null");
	assert_value(json_string_n(&json, NULL, 4), "null");
}

static void test_escapes(void **state)
{
	(void)state;
	assert_value(json_string(&json, ""), "\"\"");
	assert_value(json_string(&json, "a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
	assert_value(json_string(&json, "\b\t\n\f\r\x01\x1f\x7f"),
		     "\"\\b\\t\\n\\f\\r\\u0001\\u001f\x7f\"");
	assert_value(json_string_n(&json, "abcdef", 3), "\"abc\"");
	assert_value(json_string_n(&json, "ab\0def", 6), "\"ab\"");
}

/* The fast path copies eight bytes at a time: puts an escape at each place of each length. */
static void test_escape_places(void **state)
{
	static const struct {
		char byte;
		const char *escaped;
	} specials[] = {{'"', "\\\""},
			{'\\', "\\\\"},
			{'\x1f', "\\u001f"},
			{'\x01', "\\u0001"},
			{'\x80', "\xef\xbf\xbd"},
			{'\xff', "\xef\xbf\xbd"},
			{' ', " "},
			{'~', "~"},
			{'!', "!"},
			{'#', "#"},
			{'[', "["},
			{']', "]"},
			{'\x7f', "\x7f"}};
	char text[40], expected[80];
	size_t length, at, s;

	(void)state;
	for (s = 0; s < sizeof(specials) / sizeof(specials[0]); s++) {
		for (length = 1; length < sizeof(text); length++) {
			for (at = 0; at < length; at++) {
				memset(text, 'x', length);
				text[at] = specials[s].byte;
				text[length] = '\0';
				snprintf(expected, sizeof(expected), "\"%.*s%s%s\"", (int)at, text,
					 specials[s].escaped, text + at + 1);
				assert_value(json_string(&json, text), expected);
			}
		}
	}
}

/* No byte above 0x7f passes as plain, whatever byte is before it. */
static void test_high_bytes(void **state)
{
	static const char before[] = {'x', '"', '\\', '\x01', '\x80', '#', ']'};
	unsigned int byte, b;
	char text[9];
	struct json json;

	(void)state;
	for (byte = 0x80; byte < 0x100; byte++) {
		for (b = 0; b < sizeof(before); b++) {
			memset(text, 'x', 8);
			text[8] = '\0';
			text[3] = before[b];
			text[4] = (char)byte;
			json_init(&json, NULL);
			json_string(&json, text);
			assert_int_equal(json_line(&json), 0);
			assert_non_null(memmem(json.start, (size_t)(json.at - json.start),
					       "\xef\xbf\xbd"
					       "xxx\"\n",
					       8));
			json_free(&json);
		}
	}
}

#define R "\xef\xbf\xbd"

static void test_utf8(void **state)
{
	static const char *const same[] = {
		"\xc2\x80",	    "\xdf\xbf",		"\xe0\xa0\x80",
		"\xed\x9f\xbf",	    "\xee\x80\x80",	"\xef\xbf\xbf",
		"\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "a\xe2\x82\xac\xc3\xa9z"};
	static const char *const wrong[][2] = {
		{"\x80", R},
		{"\xc0\x80", R R}, /* overlong */
		{"\xc1\xbf", R R},
		{"\xe0\x9f\xbf", R R R},
		{"\xf0\x8f\xbf\xbf", R R R R},
		{"\xed\xa0\x80", R R R},       /* surrogate */
		{"\xf4\x90\x80\x80", R R R R}, /* above U+10FFFF */
		{"\xf5\x80\x80\x80", R R R R},
		{"\xfe\xff", R R},
		{"a\xc3", "a" R}, /* cut off */
		{"a\xe2\x82", "a" R R},
		{"\xe2\x28\xa1", R "(" R},
		{"\xf0\x9f\x92z", R R R "z"},
		{"\xc3\xc3\xa9", R "\xc3\xa9"},
	};
	char expected[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		snprintf(expected, sizeof(expected), "\"%s\"", same[i]);
		assert_value(json_string(&json, same[i]), expected);
	}
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(expected, sizeof(expected), "\"%s\"", wrong[i][1]);
		assert_value(json_string(&json, wrong[i][0]), expected);
	}
	/* an array that ends within a character: the byte behind it is not read */
	assert_value(json_string_n(&json, "\xc3\xa9", 1), "\"" R "\"");
}

static void put_nested(struct json *json)
{
	json_object_begin(json);
	json_key(json, "a");
	json_array_begin(json);
	json_array_end(json);
	json_key(json, "b");
	json_object_begin(json);
	json_object_end(json);
	json_key_string(json, "c\"\n");
	json_array_begin(json);
	json_u64(json, 1);
	json_string(json, "x,");
	json_array_begin(json);
	json_null(json);
	json_array_end(json);
	json_object_begin(json);
	json_key(json, "d");
	json_bool(json, false);
	json_object_end(json);
	json_array_end(json);
	json_key(json, "e");
	json_s64(json, -5);
	json_object_end(json);
}

static void test_nesting(void **state)
{
	(void)state;
	assert_value(put_nested(&json), "{\"a\":[],\"b\":{},\"c\\\"\\n\":[1,\"x,\",[null],"
					"{\"d\":false}],\"e\":-5}");
}

#define assert_misuse(body)                                                                        \
	do {                                                                                       \
		struct capture capture;                                                            \
		struct json json;                                                                  \
		char *text;                                                                        \
		capture_begin(&capture);                                                           \
		json_init(&json, capture.file);                                                    \
		body;                                                                              \
		assert_int_equal(json_line(&json), -EINVAL);                                       \
		/* the error sticks: later calls change nothing */                                 \
		put_nested(&json);                                                                 \
		assert_int_equal(json_line(&json), -EINVAL);                                       \
		json_free(&json);                                                                  \
		text = capture_end(&capture);                                                      \
		assert_string_equal(text, "");                                                     \
		free(text);                                                                        \
	} while (0)

static void test_misuse(void **state)
{
	int i;

	(void)state;
	assert_misuse((void)0);			 /* nothing */
	assert_misuse(json_object_begin(&json)); /* not ended */
	assert_misuse(json_object_end(&json));
	assert_misuse(json_array_end(&json));
	assert_misuse(json_key(&json, "a"));
	assert_misuse(json_key_string(&json, "a"));
	assert_misuse(json_u64(&json, 1); json_u64(&json, 2));	     /* two at the top */
	assert_misuse(json_object_begin(&json); json_u64(&json, 1)); /* no key */
	assert_misuse(json_object_begin(&json); json_key(&json, "a"); json_object_end(&json));
	assert_misuse(json_object_begin(&json); json_key(&json, "a"); json_key(&json, "b"));
	assert_misuse(json_object_begin(&json); json_array_end(&json));
	assert_misuse(json_array_begin(&json); json_object_end(&json));
	assert_misuse(json_array_begin(&json); json_key(&json, "a"));
	/* errors whose document has balanced brackets */
	assert_misuse(json_array_begin(&json); json_key(&json, "a"); json_u64(&json, 1);
		      json_array_end(&json));
	assert_misuse(json_object_begin(&json); json_key(&json, "a"); json_key(&json, "b");
		      json_u64(&json, 1); json_object_end(&json));
	assert_misuse(json_array_begin(&json); json_array_end(&json); json_array_end(&json));
	assert_misuse(for (i = 0; i <= JSON_DEPTH_MAX; i++) json_array_begin(&json);
		      for (i = 0; i <= JSON_DEPTH_MAX; i++) json_array_end(&json));
}

static void test_depth(void **state)
{
	char expected[2 * JSON_DEPTH_MAX + 1] = "";
	int i;

	(void)state;
	memset(expected, '[', JSON_DEPTH_MAX);
	memset(expected + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_value(for (i = 0; i < JSON_DEPTH_MAX; i++) json_array_begin(&json);
		     for (i = 0; i < JSON_DEPTH_MAX; i++) json_array_end(&json), expected);
}

/* Tokens of every kind at the places where the buffer has to grow. */
static void test_growth(void **state)
{
	struct capture capture;
	struct json json;
	char *text, *big;
	int i;

	(void)state;
	big = malloc(100001);
	assert_non_null(big);
	memset(big, '\x01', 100000);
	big[100000] = '\0';
	capture_begin(&capture);
	json_init(&json, capture.file);
	json_array_begin(&json);
	for (i = 0; i < 3000; i++) {
		json_object_begin(&json);
		json_key(&json, "number");
		json_u64(&json, (__u64)i);
		json_key_string(&json, "flags");
		json_array_begin(&json);
		json_bool(&json, i & 1);
		json_null(&json);
		json_hex(&json, (__u64)i);
		json_array_end(&json);
		json_object_end(&json);
	}
	json_string(&json, big);
	json_array_end(&json);
	assert_int_equal(json_line(&json), 0);
	json_free(&json);
	free(big);
	text = capture_end(&capture);
	assert_jq(text, "length == 1 and (.[0] | length) == 3001 and .[0][2999].number == 2999 "
			"and .[0][2999].flags == [true, null, \"0xbb7\"] "
			"and (.[0][3000] | length) == 100000");
	free(text);
}

/* Lines that wait go in front of the next one that does not, or with a flush. */
static void test_held(void **state)
{
	struct capture capture;
	struct json json;
	char *text;

	(void)state;
	capture_begin(&capture);
	json_init(&json, capture.file);
	assert_int_equal(json_flush(&json), 0);
	for (__u64 i = 0; i < 10000; i++) {
		json_u64(&json, i);
		assert_int_equal(i % 3 ? json_line_held(&json) : json_line(&json), 0);
		assert_true(i % 3 || json.at == json.start);
	}
	for (__u64 i = 10000; i < 20000; i++) {
		json_u64(&json, i);
		assert_int_equal(json_line_held(&json), 0);
	}
	assert_true(json.at != json.start && json.at - json.start < 16 << 10);
	assert_int_equal(json_flush(&json), 0);
	json_free(&json);
	text = capture_end(&capture);
	assert_jq(text, ". == [range(20000)]");
	free(text);
}

/* A value that fits and then a key that does not, at every place near the end of the buffer. */
static void test_growth_by_key(void **state)
{
	struct json json;
	int i, count;

	(void)state;
	for (count = 1990; count < 2050; count++) {
		json_init(&json, NULL);
		json_object_begin(&json);
		json_key(&json, "a");
		json_array_begin(&json);
		for (i = 0; i < count; i++)
			json_u64(&json, 1);
		json_array_end(&json);
		json_key(&json, "a_key_that_is_longer_than_the_room_that_is_kept_for_a_number");
		json_null(&json);
		json_object_end(&json);
		assert_int_equal(json_line(&json), 0);
		assert_int_equal(json.at - json.start, 2 * count + 76);
		json_free(&json);
	}
}

static void test_lines(void **state)
{
	struct capture capture;
	struct json json;
	char *text;

	(void)state;
	capture_begin(&capture);
	json_init(&json, capture.file);
	json_u64(&json, 12);
	assert_int_equal(json_line(&json), 0);
	json_array_begin(&json);
	json_array_end(&json);
	assert_int_equal(json_line(&json), 0);
	json_free(&json);
	text = capture_end(&capture);
	assert_string_equal(text, "12\n[]\n");
	free(text);

	json_init(&json, NULL);
	json_u64(&json, 12);
	assert_int_equal(json_line(&json), 0);
	json_u64(&json, 345);
	assert_int_equal(json_line(&json), 0);
	assert_int_equal(json.at - json.start, 7);
	assert_memory_equal(json.start, "12\n345\n", 7);
	json_free(&json);
}

static void test_full_disk(void **state)
{
	FILE *file = fopen("/dev/full", "w");
	struct json json;

	(void)state;
	assert_non_null(file);
	setvbuf(file, NULL, _IONBF, 0);
	json_init(&json, file);
	json_u64(&json, 1);
	assert_int_equal(json_line(&json), -ENOSPC);
	json_u64(&json, 1);
	assert_int_equal(json_line(&json), -ENOSPC);
	json_free(&json);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),	      cmocka_unit_test(test_words),
		cmocka_unit_test(test_escapes),	      cmocka_unit_test(test_escape_places),
		cmocka_unit_test(test_high_bytes),    cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_nesting),	      cmocka_unit_test(test_misuse),
		cmocka_unit_test(test_depth),	      cmocka_unit_test(test_growth),
		cmocka_unit_test(test_growth_by_key), cmocka_unit_test(test_lines),
		cmocka_unit_test(test_held),	      cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
