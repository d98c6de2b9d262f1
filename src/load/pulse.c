// SPDX-License-Identifier: GPL-2.0
#include "load/pulse.h"

#include "base/log.h"
#include "pulse.skel.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The list of kprobes is long: it is read at one look of so many. */
#define LOOKS_PER_LIST 20
#define KPROBE_LIST    "/sys/kernel/debug/kprobes/list"

/* The kernel skips a program if a task was preempted in it on this CPU: that is no silence. */
#define TRIES 4

/* The switches of all hooks of a method. They may not be there, or not be readable. */
static const char *const switches[BLIND_METHOD_COUNT] = {
	[BLIND_TRAMPOLINE] = "/proc/sys/kernel/ftrace_enabled",
	[BLIND_KPROBE] = "/sys/kernel/debug/kprobes/enabled",
};

struct pulse {
	const struct stream_hook *hooks;
	size_t hook_count;
	struct pulse_bpf *bpf; /* NULL: no calls are made */
	struct {
		bool used;
		struct bpf_link *link; /* NULL: its calls cannot be seen */
		int file;	       /* its switch, held open so that its inode stays; or -1 */
		int watch;	       /* inotify's, or -1 */
	} method[BLIND_METHOD_COUNT];
	int notify;
	unsigned int looks;
	bool gone; /* a kprobe, when the list was last read */
};

static void use_methods(struct pulse *pulse)
{
	for (size_t i = 0; i < pulse->hook_count; i++) {
		enum blind_method method = blind_method_of(pulse->hooks[i].method);

		if (!pulse->hooks[i].reason && method < BLIND_METHOD_COUNT)
			pulse->method[method].used = true;
	}
}

static struct bpf_program *program_of(const struct pulse *pulse, unsigned int method)
{
	return method == BLIND_TRAMPOLINE ? pulse->bpf->progs.pulse_trampoline
					  : pulse->bpf->progs.pulse_kprobe;
}

static void attach(struct pulse *pulse)
{
	int err;

	pulse->bpf = pulse_bpf__open();
	if (!pulse->bpf)
		return;
	for (unsigned int i = 0; i < BLIND_METHOD_COUNT; i++)
		bpf_program__set_autoload(program_of(pulse, i), pulse->method[i].used);
	err = pulse_bpf__load(pulse->bpf);
	for (unsigned int i = 0; !err && i < BLIND_METHOD_COUNT; i++) {
		if (!pulse->method[i].used)
			continue;
		pulse->method[i].link = bpf_program__attach(program_of(pulse, i));
		if (!pulse->method[i].link)
			log_debug("no pulse by %s: %s", bpf_program__name(program_of(pulse, i)),
				  strerror(errno));
	}
	if (err)
		log_debug("no pulse: %s", strerror(-err));
}

static void watch_switches(struct pulse *pulse)
{
	pulse->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	for (unsigned int i = 0; i < BLIND_METHOD_COUNT; i++) {
		if (!pulse->method[i].used)
			continue;
		pulse->method[i].file = open(switches[i], O_RDONLY | O_CLOEXEC);
		if (pulse->method[i].file >= 0 && pulse->notify >= 0)
			pulse->method[i].watch =
				inotify_add_watch(pulse->notify, switches[i], IN_MODIFY);
	}
}

struct pulse *pulse_open(const struct stream_hook *hooks, size_t count)
{
	struct pulse *pulse = calloc(1, sizeof(*pulse));

	if (!pulse)
		return NULL;
	pulse->hooks = hooks;
	pulse->hook_count = count;
	for (unsigned int i = 0; i < BLIND_METHOD_COUNT; i++)
		pulse->method[i].file = pulse->method[i].watch = -1;
	use_methods(pulse);
	attach(pulse);
	watch_switches(pulse);
	return pulse;
}

/* Marks the methods to whose switch somebody has written. */
static void take_writes(const struct pulse *pulse, bool written[BLIND_METHOD_COUNT])
{
	char buffer[1024] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t length;

	while ((length = read(pulse->notify, buffer, sizeof(buffer))) > 0) {
		const char *at = buffer;

		while (at < buffer + length) {
			const struct inotify_event *event = (const void *)at;

			for (unsigned int i = 0; i < BLIND_METHOD_COUNT; i++)
				written[i] |= event->wd == pulse->method[i].watch;
			at += sizeof(*event) + event->len;
		}
	}
}

static bool is_off(int file)
{
	char state = '1';

	return file >= 0 && pread(file, &state, 1, 0) == 1 && state == '0';
}

static __u64 counted(const struct pulse *pulse, unsigned int method)
{
	return method == BLIND_TRAMPOLINE
		       ? __atomic_load_n(&pulse->bpf->bss->trampolines, __ATOMIC_ACQUIRE)
		       : __atomic_load_n(&pulse->bpf->bss->kprobes, __ATOMIC_ACQUIRE);
}

/* Makes a call that has to be counted. */
static bool is_silent(const struct pulse *pulse, unsigned int method)
{
	struct timespec interval;

	for (unsigned int i = 0; pulse->method[method].link && i < TRIES; i++) {
		__u64 before = counted(pulse, method);

		/* Where it is not allowed (seccomp), nothing can be said. */
		if (syscall(SYS_sched_rr_get_interval, 0, &interval))
			return false;
		if (counted(pulse, method) != before)
			return false;
	}
	return pulse->method[method].link;
}

/* "ffff800080123450  k  function+0x0  module [DISABLED]": is it a kprobe on one of our hooks? */
static bool is_ours(const struct pulse *pulse, const char *line)
{
	char symbol[128];

	if (sscanf(line, "%*s %*s %127[^+ ]", symbol) != 1)
		return false;
	for (size_t i = 0; i < pulse->hook_count; i++) {
		const struct stream_hook *hook = &pulse->hooks[i];

		if (!hook->reason && !strcmp(hook->method, "kprobe") &&
		    !strcmp(hook->symbol, symbol))
			return true;
	}
	return false;
}

static bool kprobe_gone(const struct pulse *pulse)
{
	FILE *file = fopen(KPROBE_LIST, "re");
	char line[512];
	bool gone = false;

	while (file && !gone && fgets(line, sizeof(line), file))
		gone = (strstr(line, "[GONE]") || strstr(line, "[DISABLED]")) &&
		       is_ours(pulse, line);
	if (file)
		fclose(file);
	return gone;
}

static enum blind_cause look_at(struct pulse *pulse, unsigned int method, bool written)
{
	if (!pulse->method[method].used)
		return BLIND_NOT;
	if (is_off(pulse->method[method].file))
		return BLIND_SWITCH;
	if (is_silent(pulse, method))
		return BLIND_SILENT;
	if (method == BLIND_KPROBE && !(pulse->looks % LOOKS_PER_LIST))
		pulse->gone = kprobe_gone(pulse);
	if (method == BLIND_KPROBE && pulse->gone)
		return BLIND_GONE;
	return written ? BLIND_WRITTEN : BLIND_NOT;
}

void pulse_look(struct pulse *pulse, enum blind_cause found[BLIND_METHOD_COUNT])
{
	bool written[BLIND_METHOD_COUNT] = {};

	/* First: what is written after this is seen at the next look. */
	take_writes(pulse, written);
	for (unsigned int i = 0; i < BLIND_METHOD_COUNT; i++)
		found[i] = look_at(pulse, i, written[i]);
	pulse->looks++;
}

static void close_file(int file)
{
	if (file >= 0)
		close(file);
}

void pulse_close(struct pulse *pulse)
{
	if (!pulse)
		return;
	for (unsigned int i = 0; i < BLIND_METHOD_COUNT; i++) {
		bpf_link__destroy(pulse->method[i].link);
		close_file(pulse->method[i].file);
	}
	close_file(pulse->notify);
	pulse_bpf__destroy(pulse->bpf);
	free(pulse);
}
