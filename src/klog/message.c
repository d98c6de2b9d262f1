// SPDX-License-Identifier: GPL-2.0
#include "klog/message.h"

#include "base/text.h"
#include "klog/spelling.h"

#include <string.h>

/* Who speaks: what stands in front of the message proper. */
struct speaker {
	const char *smmu, *device; /* NULL: not that */
	size_t length;
	const char *message;
};

const char *klog_kind_name(enum klog_kind kind)
{
	static const char *const names[] = {
#define NAME(id, name, text) [KLOG_##id] = (name),
		KLOG_KINDS(NAME)
#undef NAME
	};

	return names[kind];
}

bool klog_number(const struct klog_event *event, const char *name, __s64 *value)
{
	for (unsigned int i = 0; i < event->numbers; i++) {
		if (strcmp(event->number[i].name, name))
			continue;
		*value = event->number[i].value;
		return true;
	}
	return false;
}

/* "arm-smmu-v3 9050000.smmuv3: " anywhere: a console may have garbage in front of it. */
static bool find_smmu(const char *text, struct speaker *speaker)
{
	static const char driver[] = "arm-smmu-v3 ";
	const char *at = strstr(text, driver);

	if (!at)
		return false;
	at += strlen(driver);
	speaker->smmu = at;
	speaker->length = strcspn(at, " :");
	speaker->message = at + speaker->length + 2;
	return speaker->length && speaker->length < KLOG_NAME_LEN &&
	       !strncmp(at + speaker->length, ": ", 2);
}

static size_t hex_digits(const char *at)
{
	return strspn(at, "0123456789abcdef");
}

/* Length of "0000:01:00.0", 0 if it is none. */
static size_t bdf_length(const char *at)
{
	size_t domain = hex_digits(at);

	if (domain < 4 || domain > 8 || at[domain] != ':')
		return 0;
	at += domain + 1;
	if (hex_digits(at) != 2 || at[2] != ':' || hex_digits(at + 3) != 2 || at[5] != '.' ||
	    at[6] < '0' || at[6] > '7')
		return 0;
	return domain + 1 + 7;
}

/* "vfio-pci 0000:01:00.0: " anywhere. */
static bool find_function(const char *text, struct speaker *speaker)
{
	for (const char *at = strchr(text, ' '); at; at = strchr(at, ' ')) {
		size_t length = bdf_length(++at);

		if (!length || strncmp(at + length, ": ", 2) != 0)
			continue;
		speaker->device = at;
		speaker->length = length;
		speaker->message = at + length + 2;
		return true;
	}
	return false;
}

static enum spelling_of find_speaker(const char *text, struct speaker *speaker)
{
	static const char queues[] = "tegra241_cmdqv: ";
	const char *at;

	if (find_smmu(text, speaker))
		return OF_SMMU;
	if (find_function(text, speaker))
		return OF_FUNCTION;
	/* A device of its own, which does not name the SMMU that it belongs to. */
	at = strstr(text, queues);
	speaker->message = at ? at + strlen(queues) : text;
	return at ? OF_QUEUES : OF_KERNEL;
}

static void name_into(char *name, const char *from, size_t length)
{
	if (length >= KLOG_NAME_LEN)
		length = KLOG_NAME_LEN - 1;
	memcpy(name, from, length);
	name[length] = '\0';
}

/* A number that a pattern has found. */
static void take_number(struct klog_event *event, const char *name, __u64 value, bool hex)
{
	if (!strcmp(name, "sid")) {
		event->sid = value < SMMU_SID_NONE ? (__u32)value : SMMU_SID_NONE;
	} else if (!strcmp(name, "word")) {
		event->word[0] = value;
	} else if (event->numbers < KLOG_NUMBERS_MAX) {
		event->number[event->numbers].name = name;
		event->number[event->numbers].value = (__s64)value;
		event->number[event->numbers++].hex = hex;
	}
}

static void take_word(struct klog_event *event, const char *name, const char *from, size_t length)
{
	if (!strcmp(name, "client")) {
		if (bdf_length(from) == length)
			name_into(event->device, from, length);
	} else if (!strcmp(name, "name")) {
		name_into(event->name, from, length);
	}
}

/* 0x optional: %#x writes none in front of 0. NULL: not so many digits, or none. */
static const char *hex_number(const char *at, __u64 *value)
{
	size_t count;

	at += !strncmp(at, "0x", 2) ? 2 : 0;
	count = strspn(at, "0123456789abcdefABCDEF");
	if (!count || count > 16)
		return NULL;
	*value = 0;
	for (size_t i = 0; i < count; i++) {
		unsigned char c = (unsigned char)at[i];

		*value = *value << 4 | (__u64)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return at + count;
}

static const char *decimal(const char *at, __u64 *value)
{
	bool minus = *at == '-';

	at = klog_digits(at + minus, 18, value);
	if (at && minus)
		*value = 0 - *value;
	return at;
}

/* One %x, %d, %w or %s; name: where to, NULL: it is not kept. NULL: it does not match. */
static const char *take(struct klog_event *event, char letter, const char *name, const char *at,
			char behind)
{
	const char stop[] = {behind, letter == 'w' ? ' ' : '\0', '\0'};
	const char *end;
	__u64 value;

	if (letter == 'w' || letter == 's') {
		end = at + strcspn(at, stop);
		if (end > at && name)
			take_word(event, name, at, (size_t)(end - at));
		return end > at ? end : NULL;
	}
	end = letter == 'x' ? hex_number(at, &value) : decimal(at, &value);
	if (end && name)
		take_number(event, name, value, letter == 'x');
	return end;
}

/* What a spelling has taken that did not fit in the end. */
static void forget(struct klog_event *event)
{
	event->numbers = 0;
	event->sid = SMMU_SID_NONE;
	event->name[0] = event->device[0] = '\0';
}

static bool matches(struct klog_event *event, const struct spelling *spelling, const char *at)
{
	size_t taken = 0;

	forget(event);
	for (const char *want = spelling->text; *want; want++) {
		if (*want != '%') {
			if (*at++ != *want)
				return false;
			continue;
		}
		at = take(event, want[1], spelling->names[taken++], at, want[2]);
		if (!at)
			return false;
		want++;
	}
	return true;
}

static const struct spelling *find_spelling(struct klog_event *event, enum spelling_of of,
					    const char *message)
{
	for (size_t i = 0; i < spelling_count; i++) {
		if (spellings[i].of & of && matches(event, &spellings[i], message))
			return &spellings[i];
	}
	return NULL;
}

/* "7 callbacks suppressed" are ours only if a function of the driver was held back. */
static bool is_ours(const struct klog_event *event)
{
	return event->kind != KLOG_LOSS || !event->what || strcmp(event->what, "suppressed") != 0 ||
	       strstr(event->name, "smmu");
}

enum klog_part klog_message(struct klog_event *event, const struct klog_line *line)
{
	struct speaker speaker = {};
	const struct spelling *spelling;
	enum spelling_of of;

	memset(event, 0, sizeof(*event));
	of = line->foreign ? OF_JOURNAL : find_speaker(line->text, &speaker);
	if (line->foreign)
		speaker.message = line->text;
	spelling = find_spelling(event, of, speaker.message);
	if (!spelling) {
		forget(event);
		if (of != OF_SMMU && of != OF_QUEUES)
			return PART_NOTHING;
	}
	event->kind = spelling ? spelling->kind : KLOG_MESSAGE;
	event->what = spelling ? spelling->what : NULL;
	event->when = line->when;
	text_into(event->said, "%s", line->said);
	text_into(event->text, "%s", speaker.message + strspn(speaker.message, "\t "));
	if (speaker.smmu)
		name_into(event->smmu, speaker.smmu, speaker.length);
	if (speaker.device)
		name_into(event->device, speaker.device, speaker.length);
	if (!is_ours(event))
		return PART_NOTHING;
	return spelling ? spelling->part : PART_BEGINS;
}

/* IHI 0070 7.3: names of the records of the event queue. */
static const char *fault_name(unsigned int number)
{
	static const char *const names[] = {
		[0x01] = "F_UUT",
		[0x02] = "C_BAD_STREAMID",
		[0x03] = "F_STE_FETCH",
		[0x04] = "C_BAD_STE",
		[0x05] = "F_BAD_ATS_TREQ",
		[0x06] = "F_STREAM_DISABLED",
		[0x07] = "F_TRANSL_FORBIDDEN",
		[0x08] = "C_BAD_SUBSTREAMID",
		[0x09] = "F_CD_FETCH",
		[0x0a] = "C_BAD_CD",
		[0x0b] = "F_WALK_EABT",
		[0x10] = "F_TRANSLATION",
		[0x11] = "F_ADDR_SIZE",
		[0x12] = "F_ACCESS",
		[0x13] = "F_PERMISSION",
		[0x20] = "F_TLB_CONFLICT",
		[0x21] = "F_CFG_CONFLICT",
		[0x24] = "E_PAGE_REQUEST",
		[0x25] = "F_VMS_FETCH",
	};

	return number < sizeof(names) / sizeof(names[0]) ? names[number] : NULL;
}

/* Dword 0 [7:0] number, [63:32] StreamID; dword 2 the address of a translation that failed. */
void klog_fault_decode(struct klog_event *event)
{
	const unsigned int number = (unsigned int)(event->word[0] & 0xff);
	const char *name = fault_name(number);
	__s64 iova;

	if (event->kind != KLOG_FAULT || !event->words)
		return;
	if (!event->name[0] && name)
		text_into(event->name, "%s", name);
	else if (!event->name[0])
		text_into(event->name, "0x%02x", number);
	if (event->sid == SMMU_SID_NONE)
		event->sid = (__u32)(event->word[0] >> 32);
	/* What the driver has decoded says it already. */
	if (event->words > 2 && number >= 0x10 && number <= 0x13 &&
	    !klog_number(event, "iova", &iova))
		take_number(event, "iova", event->word[2], true);
}
