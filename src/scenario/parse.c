// SPDX-License-Identifier: GPL-2.0
/*
 * Scenario files: bytes -> lines -> keys and values. All of it in place, in the scenario's
 * copy of the file: the lines of a value are moved together, which only makes it shorter.
 */
#include "scenario/parse.h"

#include "base/nearest.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BLANKS "\t "

const struct scenario_key_text scenario_keys[SCENARIO_KEY_COUNT] = {
#define SCENARIO_KEY_TEXT(id, name, takes) {name, takes},
	SCENARIO_KEYS(SCENARIO_KEY_TEXT)
#undef SCENARIO_KEY_TEXT
};

int scenario_fail(struct scenario_parser *parser, unsigned int line, const char *format, ...)
{
	char *message = parser->error->message;
	size_t size = sizeof(parser->error->message);
	int length = line ? snprintf(message, size, "%.200s:%u: ", parser->file, line)
			  : snprintf(message, size, "%.200s: ", parser->file);
	va_list args;

	va_start(args, format);
	vsnprintf(message + length, size - (size_t)length, format, args);
	va_end(args);
	/* the message stays one line, even if it quotes a value of several */
	for (char *at = message; *at; at++) {
		if (*at == '\n' || *at == '\t')
			*at = ' ';
	}
	return -EINVAL;
}

int scenario_fail_value(struct scenario_parser *parser, enum scenario_key key, const char *value,
			const char *wrong)
{
	refusal_hint(parser->error, "'%s' takes %s", scenario_keys[key].name,
		     scenario_keys[key].takes);
	return scenario_fail(parser, parser->started, "'%s = %.100s': %s", scenario_keys[key].name,
			     value, wrong);
}

static int fail_byte(struct scenario_parser *parser, unsigned int line, unsigned char byte)
{
	refusal_hint(parser->error, "a scenario is text, in UTF-8");
	return scenario_fail(parser, line, "byte 0x%02x is not text", byte);
}

int scenario_check_bytes(struct scenario_parser *parser)
{
	const char *at = parser->at, *begin = at;
	unsigned int line = 1;

	while (at < parser->end) {
		size_t length = text_utf8_length(at);
		unsigned char byte = (unsigned char)*at;

		if (!length || byte == 0x7f ||
		    (byte < ' ' && byte != '\t' && byte != '\n' && (byte != '\r' || at[1] != '\n')))
			return fail_byte(parser, line, byte);
		at += length;
		if (byte == '\n') {
			begin = at;
			line++;
		} else if (at - begin > SCENARIO_LINE_MAX) {
			refusal_hint(parser->error,
				     "a line has %d bytes at most; begin the next one with a "
				     "blank, and it goes on there",
				     SCENARIO_LINE_MAX);
			return scenario_fail(parser, line, "'%.40s...': the line is too long",
					     begin + strspn(begin, BLANKS));
		}
	}
	return 0;
}

/* Takes the next line, without its end and the blanks before that; NULL at the end. */
static char *take_line(struct scenario_parser *parser)
{
	char *line = parser->at, *end;

	if (line >= parser->end)
		return NULL;
	end = line + strcspn(line, "\n");
	parser->at = end < parser->end ? end + 1 : end;
	parser->line++;
	while (end > line && strchr("\t \r", end[-1]))
		end--;
	*end = '\0';
	return line;
}

/* Blank, or a comment. */
static bool says_nothing(const char *line)
{
	line += strspn(line, BLANKS "\r");
	return !*line || *line == '#' || *line == '\n';
}

/* Does the next line belong to the value before it: begin with a blank, or say nothing? */
static bool goes_on(const struct scenario_parser *parser)
{
	return parser->at < parser->end &&
	       (strchr(BLANKS, *parser->at) || says_nothing(parser->at));
}

/* Appends the lines that belong to a value, with a newline between each two. */
static void join(struct scenario_parser *parser, char *value)
{
	char *tail = value + strlen(value);

	while (goes_on(parser)) {
		char *line = take_line(parser);
		size_t length;

		if (says_nothing(line))
			continue;
		line += strspn(line, BLANKS);
		length = strlen(line);
		if (tail > value)
			*tail++ = '\n';
		memmove(tail, line, length);
		tail += length;
		*tail = '\0';
	}
}

static int fail_key(struct scenario_parser *parser, const char *name)
{
	const char *names[SCENARIO_KEY_COUNT], *nearest;

	for (int key = 0; key < SCENARIO_KEY_COUNT; key++)
		names[key] = scenario_keys[key].name;
	nearest = nearest_word(name, names, SCENARIO_KEY_COUNT);
	if (nearest)
		refusal_hint(parser->error, "did you mean '%s'? ", nearest);
	refusal_hint(parser->error, "the keys are");
	for (int key = 0; key < SCENARIO_KEY_COUNT; key++)
		refusal_hint(parser->error, "%s %s", key ? "," : "", names[key]);
	return scenario_fail(parser, parser->started, "unknown key '%.60s'", name);
}

/* line: its first byte is the key's. As scenario_next(). */
static int parse_entry(struct scenario_parser *parser, char *line, enum scenario_key *key,
		       char **value)
{
	char *text = strchr(line, '='), *end;
	int found = 0;

	parser->started = parser->line;
	if (!text || text == line) {
		refusal_hint(parser->error,
			     "write 'key = value', as in 'workload = stimulus --device "
			     "0000:01:00.0 --count 20'; a comment begins with #");
		return scenario_fail(parser, parser->line, "'%.60s': not 'key = value'", line);
	}
	for (end = text; end > line && strchr(BLANKS, end[-1]); end--)
		;
	text++;
	*end = '\0';
	text += strspn(text, BLANKS);
	while (found < SCENARIO_KEY_COUNT && strcmp(scenario_keys[found].name, line))
		found++;
	if (found == SCENARIO_KEY_COUNT)
		return fail_key(parser, line);
	join(parser, text);
	*key = (enum scenario_key)found;
	*value = text;
	return *text ? 1 : scenario_fail_value(parser, *key, text, "no value");
}

int scenario_next(struct scenario_parser *parser, enum scenario_key *key, char **value)
{
	char *line;

	do {
		line = take_line(parser);
		if (!line)
			return 0;
	} while (says_nothing(line));
	if (strchr(BLANKS, *line)) {
		refusal_hint(parser->error, "a line that begins with a blank goes on with the "
					    "value before it, and there is none");
		return scenario_fail(parser, parser->line, "'%.60s': nothing to go on with",
				     line + strspn(line, BLANKS));
	}
	return parse_entry(parser, line, key, value);
}
