// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/log.h"

static char said[8192];
static int saved;
static FILE *sink;

/* Redirects stderr; stop() puts all that was written into `said`. */
static void start(void)
{
	fflush(stderr);
	saved = dup(STDERR_FILENO);
	sink = tmpfile();
	assert_non_null(sink);
	dup2(fileno(sink), STDERR_FILENO);
}

static const char *stop(void)
{
	size_t length;

	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(sink);
	length = fread(said, 1, sizeof(said) - 1, sink);
	said[length] = '\0';
	fclose(sink);
	return said;
}

static int reset(void **state)
{
	(void)state;
	log_json(false);
	log_verbosity(0);
	return 0;
}

static void say_all(void)
{
	log_error("e %d", 1);
	log_hint("h");
	log_warn("w");
	log_info("i");
	log_debug("d");
}

static void text_form(void **state)
{
	(void)state;
	start();
	say_all();
	assert_string_equal(stop(), "smmuscope: error: e 1\nsmmuscope: hint: h\n"
				    "smmuscope: warning: w\nsmmuscope: info: i\n");
	start();
	log_info("%s", "");
	assert_string_equal(stop(), "smmuscope: info: \n");
}

static void json_form(void **state)
{
	(void)state;
	log_json(true);
	log_verbosity(1);
	start();
	say_all();
	assert_string_equal(stop(), "{\"type\":\"log\",\"level\":\"error\",\"message\":\"e 1\"}\n"
				    "{\"type\":\"log\",\"level\":\"hint\",\"message\":\"h\"}\n"
				    "{\"type\":\"log\",\"level\":\"warning\",\"message\":\"w\"}\n"
				    "{\"type\":\"log\",\"level\":\"info\",\"message\":\"i\"}\n"
				    "{\"type\":\"log\",\"level\":\"debug\",\"message\":\"d\"}\n");
}

static void verbosity(void **state)
{
	(void)state;
	log_verbosity(-1);
	assert_int_equal(log_level(), -1);
	start();
	say_all();
	assert_string_equal(stop(), "smmuscope: error: e 1\nsmmuscope: hint: h\n"
				    "smmuscope: warning: w\n");
	log_verbosity(1);
	start();
	log_debug("d");
	assert_string_equal(stop(), "smmuscope: debug: d\n");
}

static void json_escapes(void **state)
{
	(void)state;
	log_json(true);
	start();
	log_error("a\"b\\c\n\x01 \xc3\xa9 \xff\xc3");
	assert_string_equal(stop(),
			    "{\"type\":\"log\",\"level\":\"error\",\"message\":"
			    "\"a\\\"b\\\\c\\n\\u0001 \xc3\xa9 \xef\xbf\xbd\xef\xbf\xbd\"}\n");
}

static void text_does_not_steer_the_terminal(void **state)
{
	(void)state;
	start();
	log_error("a\x1b[31m\rb\tc\x7f \xc3\xa9");
	assert_string_equal(stop(), "smmuscope: error: a\\x1b[31m\\x0db\tc\\x7f \xc3\xa9\n");
}

static void each_line_gets_the_prefix(void **state)
{
	(void)state;
	start();
	log_warn("one\n\ntwo\n\n");
	assert_string_equal(stop(), "smmuscope: warning: one\nsmmuscope: warning: \n"
				    "smmuscope: warning: two\n");
	log_json(true);
	start();
	log_warn("one\ntwo\n");
	assert_string_equal(stop(), "{\"type\":\"log\",\"level\":\"warning\",\"message\":"
				    "\"one\\ntwo\"}\n");
}

static void long_messages_are_whole(void **state)
{
	static const char prefix[] = "smmuscope: info: ";
	char message[4000];

	(void)state;
	for (size_t size = 510; size < 515; size++) {
		memset(message, 'x', size);
		message[size] = '\0';
		start();
		log_info("%s", message);
		assert_int_equal(strlen(stop()), strlen(prefix) + size + 1);
	}
	memset(message, 'y', sizeof(message) - 1);
	message[sizeof(message) - 1] = '\0';
	start();
	log_info("%s", message);
	assert_int_equal(strlen(stop()), strlen(prefix) + sizeof(message));
	assert_memory_equal(said + strlen(prefix), message, sizeof(message) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(text_form, reset),
		cmocka_unit_test_setup(json_form, reset),
		cmocka_unit_test_setup(verbosity, reset),
		cmocka_unit_test_setup(json_escapes, reset),
		cmocka_unit_test_setup(text_does_not_steer_the_terminal, reset),
		cmocka_unit_test_setup(each_line_gets_the_prefix, reset),
		cmocka_unit_test_setup(long_messages_are_whole, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
