// SPDX-License-Identifier: GPL-2.0
#include "klog/line.h"

#include <string.h>

/* Facilities of syslog besides the kernel's, 0. */
#define FACILITY(priority) ((priority) >> 3)

/* The longest [...] in front of a message: a date. */
#define BRACKET_MAX 40

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ESC [ ... letter, or ESC and one character. at: behind the ESC. Returns the end. */
static size_t escape(const char *text, size_t at, size_t length)
{
	if (at == length || text[at] != '[')
		return at < length ? at + 1 : at;
	for (at++; at < length && text[at] >= ' ' && text[at] < '@'; at++)
		;
	return at < length ? at + 1 : at;
}

size_t klog_line_clean(char *text, size_t length)
{
	size_t out = 0;

	for (size_t at = 0; at < length;) {
		const unsigned char c = (unsigned char)text[at++];

		if (c == '\033')
			at = escape(text, at, length);
		else if (c == '\t' || (c >= ' ' && c != 0x7f))
			text[out++] = (char)c;
	}
	text[out] = '\0';
	return out;
}

/* "[   12.345678]", six digits behind the point: what printk() writes. */
static bool stamp(const char *at)
{
	const char *end;
	__u64 number;

	if (*at != '[')
		return false;
	at += 1 + strspn(at + 1, " ");
	end = klog_digits(at, 9, &number);
	if (!end || *end != '.')
		return false;
	at = end + 1;
	end = klog_digits(at, 6, &number);
	return end == at + 6 && *end == ']';
}

char *klog_line_split(char *text)
{
	char *at = text;

	/* Those in front of the message itself belong to it: a word has to come before. */
	while (*at && !stamp(at))
		at++;
	at += *at ? strcspn(at, "]") : 0;
	while (*at && !stamp(at))
		at++;
	if (!*at)
		return NULL;
	if (at > text)
		at[-1] = at[-1] == ' ' ? '\0' : at[-1];
	return at;
}

static void say(struct klog_line *line, const char *from, const char *to)
{
	size_t length = (size_t)(to - from);

	if (length >= sizeof(line->said))
		length = sizeof(line->said) - 1;
	memcpy(line->said, from, length);
	line->said[length] = '\0';
}

/* "<6>" of dmesg -r and of a console. */
static const char *priority(struct klog_line *line, const char *at)
{
	__u64 number;
	const char *end = *at == '<' ? klog_digits(at + 1, 4, &number) : NULL;

	if (!end || *end != '>')
		return at;
	line->foreign |= FACILITY(number) != 0;
	return end + 1;
}

/* "kern  :err   : " of dmesg -x. */
static const char *decoded(struct klog_line *line, const char *at)
{
	static const char *const levels[] = {"emerg", "alert",	"crit", "err",
					     "warn",  "notice", "info", "debug"};
	size_t name = strspn(at, "abcdefghijklmnopqrstuvwxyz01234567"), blanks;
	const char *level;

	blanks = strspn(at + name, " ");
	if (!name || at[name + blanks] != ':')
		return at;
	level = at + name + blanks + 1;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		size_t length = strlen(levels[i]);
		const char *end = level + length + strspn(level + length, " ");

		if (strncmp(level, levels[i], length) || *end != ':')
			continue;
		line->foreign |= name != 4 || strncmp(at, "kern", 4) != 0;
		return end + 1 + (end[1] == ' ');
	}
	return at;
}

/* "6,1234,12345678,-;": a record of /dev/kmsg. */
static const char *record(struct klog_line *line, const char *at)
{
	__u64 number, sequence, us;
	const char *end = klog_digits(at, 4, &number);

	end = end && *end == ',' ? klog_digits(end + 1, 18, &sequence) : NULL;
	end = end && *end == ',' ? klog_digits(end + 1, 16, &us) : NULL;
	if (!end || *end != ',')
		return at;
	end += strcspn(end, ";");
	if (!*end)
		return at;
	line->foreign |= FACILITY(number) != 0;
	line->numbered = true;
	line->sequence = sequence;
	line->when.clock = KLOG_CLOCK_BOOT;
	line->when.ns = us * 1000;
	return end + 1;
}

static int hex_value(char c)
{
	const char *at = strchr("0123456789abcdef", c);

	return c && at ? (int)(at - "0123456789abcdef") : -1;
}

/* "\x09", as /dev/kmsg writes what is not printable: a tab. Anything else becomes a blank. */
static void unescape(char *text)
{
	char *out = text;

	for (const char *at = text; *at; out++) {
		int high = !strncmp(at, "\\x", 2) ? hex_value(at[2]) : -1;
		int low = high < 0 ? -1 : hex_value(at[3]);
		int c;

		if (low < 0) {
			*out = *at++;
			continue;
		}
		c = high << 4 | low;
		*out = c == '\t' || (c >= ' ' && c != 0x7f) ? (char)c : ' ';
		at += 4;
	}
	*out = '\0';
}

/* "T123", "C1": the caller, with CONFIG_PRINTK_CALLER. */
static bool caller(const char *at)
{
	__u64 number;

	at += strspn(at, " ");
	return (*at == 'T' || *at == 'C') && (at = klog_digits(at + 1, 10, &number)) && *at == ']';
}

/* "+0.000003", "Nov30 21:29", "  12.345678 <    0.000003>": other times that dmesg writes. */
static bool relative(const char *at)
{
	at += strspn(at, " ");
	if (*at == '+' || *at == '<')
		return true;
	return strlen(at) > 8 && at[3] >= '0' && at[3] <= '3' && digit(at[4]) && at[5] == ' ' &&
	       digit(at[6]);
}

/* What stands in [ ] in front of a message. at: the bracket. */
static const char *bracket(struct klog_line *line, const char *at)
{
	const char *close = strchr(at, ']'), *end;
	struct klog_when when;

	if (!close || close - at > BRACKET_MAX)
		return at;
	end = klog_when_parse(at + 1, &when);
	if (end && (*end == ']' || !strncmp(end, " <", 2))) {
		/* Of two times the kernel's own is the better one: syslog came later. */
		if (line->when.clock != KLOG_CLOCK_REAL)
			line->when = when;
		say(line, at + 1 + strspn(at + 1, " "), end);
	} else if (!caller(at + 1) && !relative(at + 1)) {
		return at;
	}
	return close + 1 + (close[1] == ' ');
}

/* A date in front of all, as the journal and syslog write it. */
static const char *date(struct klog_line *line, const char *at)
{
	struct klog_when when;
	const char *end = klog_when_parse(at, &when);

	if (!end || *end != ' ' || when.clock == KLOG_CLOCK_BOOT)
		return at;
	line->when = when;
	say(line, at, end);
	return end + 1;
}

/*
 * "host kernel: " of the journal and of syslog; "host name[12]: " is somebody else. dated: there
 * was a date, so that a name without a number is one, too.
 */
static const char *sender(struct klog_line *line, const char *at, bool dated)
{
	size_t host = strcspn(at, " "), name;
	const char *who = at + host + (at[host] == ' ');
	size_t facility = strspn(who, "abcdefghijklmnopqrstuvwxyz01234567");

	/* "kern.err" of busybox */
	if (dated && who[facility] == '.' && strcspn(who, ":") > strcspn(who, " "))
		who += strcspn(who, " ") + 1;
	if (!strncmp(who, "kernel: ", strlen("kernel: ")) && who > at)
		return who + strlen("kernel: ");
	name = strcspn(who, " :");
	if (name && who[name] == ':' && (who[name - 1] == ']' || dated)) {
		line->foreign = true;
		return who;
	}
	return at;
}

/* On a serial console a record may begin behind what somebody else has written. */
static const char *skip_garbage(struct klog_line *line, const char *at)
{
	const char *record_at = at;

	while (*record_at && !stamp(record_at))
		record_at++;
	return *record_at ? bracket(line, record_at) : at;
}

void klog_line_parse(struct klog_line *line, char *text)
{
	const char *at, *before;
	bool dmesg;

	memset(line, 0, sizeof(*line));
	at = priority(line, text);
	at = decoded(line, at);
	before = at;
	at = record(line, at);
	if (at != before) {
		unescape(text + (at - text));
		line->text = at;
		return;
	}
	at = date(line, at);
	/* dmesg writes a comma in front of the fraction, and no host. */
	dmesg = strchr(line->said, ',');
	if (at != before && !dmesg)
		at = sender(line, at, true);
	do {
		before = at;
		if (*at == '[')
			at = bracket(line, at);
	} while (at != before);
	if (line->when.clock == KLOG_CLOCK_BOOT)
		at = sender(line, at, false);
	else if (!line->when.clock && !line->foreign)
		at = skip_garbage(line, at);
	line->text = at;
}
