// SPDX-License-Identifier: GPL-2.0
#include "klog/journal.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static void fill(struct klog_line *line, const char *message, __u64 us, bool kernel)
{
	memset(line, 0, sizeof(*line));
	line->text = message;
	line->foreign = !kernel;
	if (!us)
		return;
	line->when.clock = KLOG_CLOCK_REAL;
	line->when.ns = us * 1000;
	text_into(line->said, "%llu.%06llu", us / 1000000, us % 1000000);
}

static char plain(unsigned long c)
{
	return c == '\t' || (c >= ' ' && c < 0x7f) ? (char)c : ' ';
}

/* One character behind a backslash. Returns how many bytes it takes. */
static size_t unescape(const char *at, char *out)
{
	char digits[5] = "", *end;

	switch (*at) {
	case 'u':
		memcpy(digits, at + 1, strnlen(at + 1, 4));
		*out = plain(strtoul(digits, &end, 16));
		return 1 + (size_t)(end - digits);
	case 't':
		*out = '\t';
		return 1;
	case 'n':
	case 'r':
	case 'b':
	case 'f':
		*out = ' ';
		return 1;
	default:
		*out = *at;
		return *at != '\0';
	}
}

/* A string in place, without its quotes; at: behind the first one. */
static const char *string(char *at)
{
	char *out = at;
	const char *begin = at;

	while (*at && *at != '"') {
		if (*at == '\\')
			at += 1 + unescape(at + 1, out++);
		else
			*out++ = *at++;
	}
	*out = '\0';
	return begin;
}

/* "[65,66]", for what is not printable: its bytes, in place. */
static const char *bytes(char *at)
{
	char *out = at;
	const char *begin = at;
	__u64 number;

	do {
		const char *end = klog_digits(at + 1, 3, &number);

		if (!end)
			break;
		*out++ = plain((unsigned long)number);
		at += end - at;
	} while (*at == ',');
	*out = '\0';
	return begin;
}

/* The value of a key of the object, which no value can look like: its quotes would be escaped. */
static char *value(char *text, const char *key)
{
	char *at = strstr(text, key);

	if (!at)
		return NULL;
	at += strlen(key);
	at += strspn(at, " :");
	return at;
}

bool klog_journal_json(struct klog_line *line, char *text)
{
	const char *message, *time;
	char *found, *transport, *sender;
	bool kernel;
	__u64 us = 0;

	if (*text != '{' || !value(text, "\"__REALTIME_TIMESTAMP\""))
		return false;
	time = value(text, "\"__REALTIME_TIMESTAMP\"");
	klog_digits(time + (*time == '"'), 16, &us);
	transport = value(text, "\"_TRANSPORT\"");
	sender = value(text, "\"SYSLOG_IDENTIFIER\"");
	kernel = transport ? !strncmp(transport, "\"kernel\"", 8)
			   : sender && !strncmp(sender, "\"kernel\"", 8);
	found = value(text, "\"MESSAGE\"");
	message = found && *found == '"'   ? string(found + 1)
		  : found && *found == '[' ? bytes(found)
					   : "";
	fill(line, message, us, kernel);
	return true;
}

static const char *after(const char *text, const char *key)
{
	size_t length = strlen(key);

	return strncmp(text, key, length) ? NULL : text + length;
}

bool klog_journal_export(struct klog_journal *journal, struct klog_line *line, const char *text,
			 bool *whole)
{
	const char *found;

	*whole = false;
	if (after(text, "__CURSOR=")) {
		memset(journal, 0, sizeof(*journal));
		journal->begun = true;
		return true;
	}
	if (!journal->begun)
		return false;
	if (!*text) {
		*whole = journal->has_message;
		fill(line, journal->message, journal->us, journal->kernel);
		journal->begun = false;
		return true;
	}
	found = after(text, "__REALTIME_TIMESTAMP=");
	if (found)
		klog_digits(found, 16, &journal->us);
	found = after(text, "MESSAGE=");
	if (found) {
		text_into(journal->message, "%s", found);
		journal->has_message = true;
	}
	found = after(text, "_TRANSPORT=");
	if (found)
		journal->kernel = !strcmp(found, "kernel");
	return true;
}
