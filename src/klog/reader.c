// SPDX-License-Identifier: GPL-2.0
#include "klog/reader.h"

#include "event/decode.h"
#include "klog/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* SMMUs whose last event may go on. More at once are rare: then one ends too early. */
#define OPEN_EVENTS 8

/* A text has fewer bytes than one in eight that no text has. */
#define STRANGE_SHARE 8

struct klog_reader {
	const struct klog_read *read;
	struct refusal *refusal;
	struct klog_journal journal;
	struct klog_event open[OPEN_EVENTS];
	size_t opens;
	bool numbered; /* there was a record of /dev/kmsg */
	__u64 sequence;
	char line[KLOG_LINE_MAX + 1];
	char block[KLOG_LINE_MAX];
	size_t at, end;
};

/* ---- is it a log? ---- */

static size_t strange_bytes(const char *block, size_t size)
{
	static const char known[] = "\t\n\v\f\r\b\a\033";
	size_t strange = 0;

	for (size_t i = 0; i < size; i++) {
		const unsigned char c = (unsigned char)block[i];

		strange += c == 0x7f || c >= 0x80 || (c < ' ' && (!c || !strchr(known, c)));
	}
	return strange;
}

static int check_block(struct klog_reader *reader)
{
	static const struct {
		const char *magic, *what, *hint;
	} known[] = {
		{"\x89SMR\r\n\x1a\n", "a recording", "replay it without --dmesg"},
		{"\x1f\x8b", "compressed", "zcat FILE | smmuscope replay --dmesg -"},
		{"\xfd"
		 "7zXZ",
		 "compressed", "xzcat FILE | smmuscope replay --dmesg -"},
		{"(\xb5/\xfd", "compressed", "zstdcat FILE | smmuscope replay --dmesg -"},
		{"LPKSHHRH", "a journal",
		 "journalctl --file FILE -o json | smmuscope replay --dmesg -"},
	};
	const char *what = "no text", *hint = "name a log of the kernel, as dmesg prints it";
	bool is = strange_bytes(reader->block, reader->end) > reader->end / STRANGE_SHARE;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t length = strlen(known[i].magic);

		if (reader->end < length || memcmp(reader->block, known[i].magic, length) != 0)
			continue;
		is = true;
		what = known[i].what;
		hint = known[i].hint;
	}
	if (!is)
		return 0;
	refusal_message(reader->refusal, "it is %s, and no log", what);
	return refusal_hint(reader->refusal, "%s", hint);
}

/* ---- events ---- */

static int emit(struct klog_reader *reader, const struct klog_event *event)
{
	const struct klog_read *read = reader->read;
	int err = klog_filter_clock(&read->filter, event, reader->refusal);

	if (err || !klog_filter_wants(&read->filter, event))
		return err;
	err = klog_tally_add(read->tally, event);
	return err ? err : read->event(read->context, event);
}

/* Can the next message of its SMMU still belong to it? */
static bool goes_on(const struct klog_event *event)
{
	__s64 cons;

	if (event->kind == KLOG_FAULT || event->kind == KLOG_PRI)
		return true;
	/* A command that is skipped is printed; the other errors have no words. */
	return event->kind == KLOG_CMDQ_ERROR && klog_number(event, "cons", &cons) &&
	       SMMU_CONS_ERR((__u32)cons) != SMMU_CERROR_NONE &&
	       SMMU_CONS_ERR((__u32)cons) != SMMU_CERROR_ABT &&
	       SMMU_CONS_ERR((__u32)cons) != SMMU_CERROR_ATC_INV_SYNC;
}

static size_t most_words(const struct klog_event *event)
{
	return event->kind == KLOG_FAULT ? 4 : event->kind == KLOG_CMDQ_ERROR ? 2 : 0;
}

static struct klog_event *find_open(struct klog_reader *reader, const char *smmu)
{
	for (size_t i = 0; i < reader->opens; i++) {
		if (!strcmp(reader->open[i].smmu, smmu))
			return &reader->open[i];
	}
	return NULL;
}

static int close_open(struct klog_reader *reader, struct klog_event *open)
{
	struct klog_event event = *open;
	size_t behind = reader->opens - (size_t)(open - reader->open) - 1;
	struct smmu_command command = {{event.word[0], event.word[1]}};
	struct atc_inv atc;

	memmove(open, open + 1, behind * sizeof(*open));
	reader->opens--;
	klog_fault_decode(&event);
	if (event.kind == KLOG_CMDQ_ERROR && event.words == 2 && decode_atc(&command, &atc))
		event.sid = atc.sid;
	return emit(reader, &event);
}

/* Those that have all their words wait for nothing but a line that may follow. */
static int close_whole(struct klog_reader *reader)
{
	int err = 0;

	for (size_t i = 0; !err && i < reader->opens;) {
		if (reader->open[i].words < most_words(&reader->open[i]))
			i++;
		else
			err = close_open(reader, &reader->open[i]);
	}
	return err;
}

static int begin(struct klog_reader *reader, const struct klog_event *event)
{
	struct klog_event *open = event->smmu[0] ? find_open(reader, event->smmu) : NULL;
	int err = open ? close_open(reader, open) : 0;

	if (!err)
		err = close_whole(reader);
	if (err || !goes_on(event))
		return err ? err : emit(reader, event);
	if (reader->opens == OPEN_EVENTS)
		err = close_open(reader, reader->open);
	reader->open[reader->opens++] = *event;
	return err;
}

/* The same record in words, which say more than the dwords. */
static int add_fault(struct klog_reader *reader, const struct klog_event *event)
{
	struct klog_event *open = find_open(reader, event->smmu);
	struct klog_event both = *event;

	if (!open || open->kind != KLOG_FAULT || open->name[0])
		return begin(reader, event);
	both.line = open->line;
	both.when = open->when;
	memcpy(both.said, open->said, sizeof(both.said));
	memcpy(both.word, open->word, sizeof(both.word));
	both.words = open->words;
	*open = both;
	return 0;
}

static int add_word(struct klog_reader *reader, struct klog_event *event)
{
	struct klog_event *open = find_open(reader, event->smmu);

	if (!open || open->words >= most_words(open))
		return begin(reader, event);
	open->word[open->words++] = event->word[0];
	return 0;
}

static int take_event(struct klog_reader *reader, struct klog_event *event, enum klog_part part)
{
	reader->read->tally->said++;
	switch (part) {
	case PART_BEGINS:
		return begin(reader, event);
	case PART_WORD:
		return add_word(reader, event);
	case PART_FAULT:
		return add_fault(reader, event);
	case PART_DETAIL:
	case PART_NOTHING:
		break;
	}
	return 0;
}

/* ---- lines ---- */

/* Records of /dev/kmsg are numbered: what is not there was overwritten. */
static int check_number(struct klog_reader *reader, const struct klog_line *line)
{
	struct klog_event event = {
		.kind = KLOG_LOSS,
		.line = reader->read->tally->lines,
		.when = line->when,
		.what = "gap",
		.sid = SMMU_SID_NONE,
		.text = "numbers of /dev/kmsg are missing",
		.numbers = 1,
	};
	bool gap = reader->numbered && line->sequence > reader->sequence + 1;

	event.number[0].name = "lost";
	event.number[0].value = (__s64)(line->sequence - reader->sequence - 1);
	reader->numbered = true;
	reader->sequence = line->sequence;
	return gap ? begin(reader, &event) : 0;
}

static int take_line(struct klog_reader *reader, const struct klog_line *line)
{
	struct klog_event event;
	enum klog_part part;
	int err = line->numbered ? check_number(reader, line) : 0;

	part = err ? PART_NOTHING : klog_message(&event, line);
	if (part == PART_NOTHING)
		return err;
	event.line = reader->read->tally->lines;
	return take_event(reader, &event, part);
}

static int take_text(struct klog_reader *reader, size_t length)
{
	struct klog_line line;
	bool whole;
	char *text = reader->line;
	int err = 0;

	klog_line_clean(text, length);
	if (klog_journal_export(&reader->journal, &line, text, &whole))
		return whole ? take_line(reader, &line) : 0;
	if (klog_journal_json(&line, text))
		return take_line(reader, &line);
	while (text && !err) {
		char *next = klog_line_split(text);

		klog_line_parse(&line, text);
		err = take_line(reader, &line);
		text = next;
	}
	return err;
}

/* 1: there is one, 0: the end, or a negative errno. */
static int next_byte(struct klog_reader *reader, char *byte)
{
	if (reader->at == reader->end) {
		errno = 0;
		reader->at = 0;
		reader->end = fread(reader->block, 1, sizeof(reader->block), reader->read->file);
		if (!reader->end)
			return ferror(reader->read->file) ? (errno ? -errno : -EIO) : 0;
	}
	*byte = reader->block[reader->at++];
	return 1;
}

/* The next line without its end; *length: of it. As next_byte(). */
static int next_line(struct klog_reader *reader, size_t *length)
{
	bool cut = false, any = false;
	char byte = '\0';
	int got;

	*length = 0;
	while ((got = next_byte(reader, &byte)) > 0 && byte != '\n') {
		any = true;
		if (*length < KLOG_LINE_MAX)
			reader->line[(*length)++] = byte;
		else
			cut = true;
	}
	reader->read->tally->cut += cut;
	return got ? got : any;
}

int klog_read(struct klog_reader *reader)
{
	size_t length;
	int err = 0, got = 0;

	while (!err && (got = next_line(reader, &length)) > 0) {
		reader->read->tally->lines++;
		err = take_text(reader, length);
	}
	/* A record of the journal's export may lack the empty line at the end of the file. */
	if (!err && !got)
		err = take_text(reader, 0);
	while (!err && reader->opens)
		err = close_open(reader, reader->open);
	return err ? err : got;
}

struct klog_reader *klog_open(const struct klog_read *read, struct refusal *refusal, int *err)
{
	struct klog_reader *reader = calloc(1, sizeof(*reader));
	char first;
	int got;

	*err = -ENOMEM;
	if (!reader)
		return NULL;
	reader->read = read;
	reader->refusal = refusal;
	got = next_byte(reader, &first);
	reader->at = 0;
	*err = got > 0 ? check_block(reader) : got;
	if (!*err)
		return reader;
	free(reader);
	return NULL;
}

void klog_close(struct klog_reader *reader)
{
	free(reader);
}
