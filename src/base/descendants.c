// SPDX-License-Identifier: GPL-2.0
#include "base/descendants.h"

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SPARED_MAX 256

struct process {
	pid_t pid, parent;
	bool ours, ended;
	char name[16];
};

struct processes {
	struct process *list;
	size_t count;
};

/* Children that were there when the COMMAND was started. */
static pid_t spared[SPARED_MAX];
static size_t spared_count;

/* "PID (NAME) STATE PARENT ...", and NAME may have brackets (proc(5)). */
static bool read_process(const char *number, struct process *process)
{
	char path[64], line[512], state = 0;
	const char *open_bracket, *close_bracket;
	FILE *file;
	bool good;

	snprintf(path, sizeof(path), "/proc/%s/stat", number);
	file = fopen(path, "re");
	if (!file)
		return false;
	good = fgets(line, sizeof(line), file);
	fclose(file);
	open_bracket = good ? strchr(line, '(') : NULL;
	close_bracket = good ? strrchr(line, ')') : NULL;
	if (!open_bracket || !close_bracket)
		return false;
	memset(process, 0, sizeof(*process));
	process->pid = (pid_t)strtol(line, NULL, 10);
	snprintf(process->name, sizeof(process->name), "%.*s",
		 (int)(close_bracket - open_bracket - 1), open_bracket + 1);
	if (sscanf(close_bracket + 1, " %c %d", &state, &process->parent) != 2)
		return false;
	process->ended = state == 'Z' || state == 'X';
	return true;
}

/* Of another PID namespace the numbers mean nothing here. */
static bool proc_is_ours(void)
{
	char text[32] = "";

	return readlink("/proc/self", text, sizeof(text) - 1) > 0 &&
	       strtol(text, NULL, 10) == getpid();
}

static bool add(struct processes *processes, const struct process *process)
{
	struct process *bigger = processes->list;

	if (!(processes->count & (processes->count - 1))) {
		bigger = realloc(bigger, 2 * (processes->count + 1) * sizeof(*bigger));
		if (!bigger)
			return false;
		processes->list = bigger;
	}
	processes->list[processes->count++] = *process;
	return true;
}

static struct processes read_all(void)
{
	struct processes processes = {};
	DIR *proc = proc_is_ours() ? opendir("/proc") : NULL;
	struct dirent *entry;
	struct process process;

	while (proc && (entry = readdir(proc))) {
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    read_process(entry->d_name, &process) && !add(&processes, &process))
			break;
	}
	if (proc)
		closedir(proc);
	return processes;
}

static bool is_spared(pid_t pid)
{
	for (size_t i = 0; i < spared_count; i++) {
		if (spared[i] == pid)
			return true;
	}
	return false;
}

static bool is_ours(const struct processes *processes, pid_t pid)
{
	if (pid == getpid())
		return true;
	for (size_t i = 0; i < processes->count; i++) {
		if (processes->list[i].pid == pid)
			return processes->list[i].ours;
	}
	return false;
}

/* As often as generations turn up: a child can have a lower number than its parent. */
static void mark(struct processes *processes)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < processes->count; i++) {
			struct process *process = &processes->list[i];

			if (process->ours || is_spared(process->pid) ||
			    !is_ours(processes, process->parent))
				continue;
			process->ours = more = true;
		}
	}
}

static bool has_children(void)
{
	siginfo_t info;

	return !waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
}

void descendants_begin(void)
{
	struct processes processes = {};

	prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
	spared_count = 0;
	if (has_children())
		processes = read_all();
	for (size_t i = 0; i < processes.count && spared_count < SPARED_MAX; i++) {
		if (processes.list[i].parent == getpid())
			spared[spared_count++] = processes.list[i].pid;
	}
	free(processes.list);
}

void descendants_reap(pid_t command)
{
	for (;;) {
		siginfo_t info = {};

		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) || !info.si_pid ||
		    info.si_pid == command)
			return;
		waitpid(info.si_pid, NULL, 0);
	}
}

size_t descendants_list(pid_t command, char *text, size_t size)
{
	struct processes processes = read_all();
	size_t count = 0, at = 0;

	text[0] = '\0';
	mark(&processes);
	for (size_t i = 0; i < processes.count; i++) {
		const struct process *process = &processes.list[i];

		if (!process->ours || process->ended || process->pid == command)
			continue;
		count++;
		if (at < size)
			at += (size_t)snprintf(text + at, size - at, "%s%s (%d)", at ? ", " : "",
					       process->name, process->pid);
	}
	free(processes.list);
	return count;
}

void descendants_signal(pid_t command, int number)
{
	struct processes processes = read_all();

	mark(&processes);
	if (command)
		kill(command, number);
	for (size_t i = 0; i < processes.count; i++) {
		const struct process *process = &processes.list[i];

		if (!process->ours || process->ended)
			continue;
		if (process->pid != command)
			kill(process->pid, number);
		kill(process->pid, SIGCONT);
	}
	free(processes.list);
}
