// SPDX-License-Identifier: GPL-2.0
#include "klog/when.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#define SECOND 1000000000ULL

/* From here on a number in front is a date in seconds, as `journalctl -o short-unix` writes it. */
#define UNIX_DIGITS 10

const char *klog_clock_text(enum klog_clock clock)
{
	static const char *const texts[] = {
#define TEXT(id, text) [KLOG_CLOCK_##id] = (text),
		KLOG_CLOCKS(TEXT)
#undef TEXT
	};

	return texts[clock];
}

const char *klog_digits(const char *text, unsigned int most, __u64 *number)
{
	unsigned int count = 0;

	*number = 0;
	for (; count < most && text[count] >= '0' && text[count] <= '9'; count++)
		*number = *number * 10 + (__u64)(text[count] - '0');
	return count ? text + count : NULL;
}

/* ".123456" or ",123456", or nothing: in ns. Returns its end. */
static const char *fraction(const char *at, __u64 *ns)
{
	__u64 unit = SECOND / 10;

	*ns = 0;
	if ((*at != '.' && *at != ',') || at[1] < '0' || at[1] > '9')
		return at;
	for (at++; *at >= '0' && *at <= '9'; at++, unit /= 10)
		*ns += (__u64)(*at - '0') * unit;
	return at;
}

/* Exactly so many digits, up to max, and the character behind them unless it is 0. */
static const char *field(const char *at, unsigned int count, int max, char end, int *value)
{
	__u64 number;

	if (!at || klog_digits(at, count, &number) != at + count || number > (__u64)max)
		return NULL;
	*value = (int)number;
	at += count;
	if (!end)
		return at;
	return *at == end ? at + 1 : NULL;
}

static const char *clock_time(const char *at, struct tm *tm, __u64 *ns)
{
	at = field(at, 2, 23, ':', &tm->tm_hour);
	at = field(at, 2, 59, ':', &tm->tm_min);
	at = field(at, 2, 60, 0, &tm->tm_sec);
	return at ? fraction(at, ns) : NULL;
}

static const char *month(const char *at, struct tm *tm)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++) {
		if (!strncmp(at, names + 3 * (size_t)i, 3)) {
			tm->tm_mon = i;
			return at + 3;
		}
	}
	return NULL;
}

static const char *weekday(const char *at)
{
	static const char names[] = "SunMonTueWedThuFriSat";

	for (size_t i = 0; i < 7; i++) {
		if (!strncmp(at, names + 3 * i, 3) && at[3] == ' ')
			return at + 4;
	}
	return at;
}

static void set(struct klog_when *when, enum klog_clock clock, struct tm *tm, __u64 ns)
{
	time_t seconds = timegm(tm);

	/* Up to the year 2500 a __u64 has room for the nanoseconds. */
	if (seconds < 0 || (__u64)seconds > ~0ULL / SECOND - 1)
		return;
	when->clock = clock;
	when->ns = (__u64)seconds * SECOND + ns;
}

/* "Z", "+0100", "+01:00" or nothing. */
static const char *zone(const char *at, bool *known, struct tm *tm)
{
	int sign = *at == '-' ? 1 : -1, hours, minutes = 0;
	const char *end;

	*known = *at == 'Z';
	if (*known)
		return at + 1;
	if (*at != '+' && *at != '-')
		return at;
	end = field(at + 1, 2, 23, 0, &hours);
	if (!end)
		return at;
	if (*end == ':')
		end++;
	end = field(end, 2, 59, 0, &minutes);
	if (!end)
		return at;
	*known = true;
	tm->tm_min += sign * (60 * hours + minutes);
	return end;
}

/* "2026-11-30T21:30:08,123456+00:00"; with blanks in it "2026-11-30 21:30:08 UTC". */
static const char *iso(const char *at, struct klog_when *when)
{
	struct tm tm = {};
	bool known;
	__u64 ns;

	at = field(at, 4, 9999, '-', &tm.tm_year);
	at = field(at, 2, 12, '-', &tm.tm_mon);
	at = field(at, 2, 31, 0, &tm.tm_mday);
	if (!at || (*at != 'T' && *at != ' '))
		return NULL;
	at = clock_time(at + 1, &tm, &ns);
	if (!at)
		return NULL;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	at = zone(at, &known, &tm);
	if (!known && !strncmp(at, " UTC", 4)) {
		known = true;
		at += 4;
	}
	set(when, known ? KLOG_CLOCK_REAL : KLOG_CLOCK_CIVIL, &tm, ns);
	return at;
}

/* "Nov 30 21:30:08.123456", or with a year behind it. */
static const char *named(const char *at, struct klog_when *when)
{
	struct tm tm = {.tm_year = 72};
	const char *year;
	__u64 number, ns;

	at = month(at, &tm);
	if (!at || *at != ' ')
		return NULL;
	at += 1 + (at[1] == ' ');
	at = klog_digits(at, 2, &number);
	if (!at || *at != ' ' || number > 31)
		return NULL;
	tm.tm_mday = (int)number;
	at = clock_time(at + 1, &tm, &ns);
	if (!at)
		return NULL;
	year = *at == ' ' ? field(at + 1, 4, 9999, 0, &tm.tm_year) : NULL;
	if (!year || (*year && *year != ']')) {
		tm.tm_year = 72;
		set(when, KLOG_CLOCK_YEARLESS, &tm, ns);
		return at;
	}
	tm.tm_year -= 1900;
	set(when, KLOG_CLOCK_CIVIL, &tm, ns);
	return year;
}

static const char *number(const char *at, struct klog_when *when)
{
	const char *end;
	__u64 seconds, ns;

	at += strspn(at, " ");
	end = klog_digits(at, UNIX_DIGITS, &seconds);
	if (!end || (*end != '.' && *end))
		return NULL;
	when->clock = end - at == UNIX_DIGITS ? KLOG_CLOCK_REAL : KLOG_CLOCK_BOOT;
	end = fraction(end, &ns);
	when->ns = seconds * SECOND + ns;
	return end;
}

const char *klog_when_parse(const char *text, struct klog_when *when)
{
	const char *day = weekday(text), *end;

	when->clock = KLOG_CLOCK_NONE;
	when->ns = 0;
	end = iso(day, when);
	if (!end)
		end = named(day, when);
	return end ? end : number(text, when);
}
