// SPDX-License-Identifier: GPL-2.0
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct order {
	struct stimulus *stimulus;
	int connection;
};

static int fail(const char *what, const char *name)
{
	fprintf(stderr, "stimulus: %s: %s: %s\n", name, what, strerror(errno));
	return 1;
}

int serve_lines(struct stimulus *stimulus, const struct work *work)
{
	struct work each = *work;
	char line[64], *end;

	puts("{\"schema\":\"" SCHEMA "\",\"ready\":true}");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		each.count = strtoul(line, &end, 10);
		if (end == line || (*end && *end != '\n')) {
			fprintf(stderr, "stimulus: --setup: '%.20s' will not do\n", line);
			return 2;
		}
		if (stimulus_work(stimulus, &each, stdout))
			return 1;
	}
	return 0;
}

int serve_fork(int *ready)
{
	int pipes[2], status = 1;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC))
		return fail("pipe", "--serve");
	pid = fork();
	if (pid < 0)
		return fail("fork", "--serve");
	if (!pid) {
		close(pipes[0]);
		*ready = pipes[1];
		return 0;
	}
	close(pipes[1]);
	if (read(pipes[0], &status, sizeof(status)) != sizeof(status)) {
		waitpid(pid, &status, 0);
		status = WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : 1;
	}
	exit(status);
}

/* Leaves the caller's session and streams, whose readers would wait for this process. */
static void let_go(int ready)
{
	const int status = 0;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		fail("open", "/dev/null");
	if (write(ready, &status, sizeof(status)) != sizeof(status))
		fail("write", "--serve");
	dup2(null, STDERR_FILENO);
	close(ready);
}

static socklen_t address_of(const char *name, struct sockaddr_un *address)
{
	int length;

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	/* The first byte stays 0: an abstract socket, no file. */
	length = snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1, "stimulus-%.60s",
			  name);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
}

static void *carry_out(void *argument)
{
	struct order *order = argument;
	FILE *out = fdopen(order->connection, "w");
	char line[128] = "";
	struct work work = {};
	int loop = 0;

	if (read(order->connection, line, sizeof(line) - 1) <= 0 || !out ||
	    sscanf(line, "%lu %lu %llu %d %lu", &work.count, &work.threads, &work.pin, &loop,
		   &work.pages) != 5 ||
	    !work.threads || work.threads > THREADS_MAX) {
		/* "quit", or a malformed line. */
		if (!strcmp(line, "quit"))
			exit(0);
	} else {
		work.attach_loop = loop;
		stimulus_work(order->stimulus, &work, out);
	}
	if (out)
		fclose(out);
	free(order);
	return NULL;
}

int serve_name(struct stimulus *stimulus, const char *name, int ready)
{
	struct sockaddr_un address;
	socklen_t length = address_of(name, &address);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) || listen(fd, THREADS_MAX))
		return fail("cannot be served", name);
	let_go(ready);
	while (1) {
		struct order *order = calloc(1, sizeof(*order));
		pthread_t thread;

		if (!order)
			return 1;
		order->stimulus = stimulus;
		order->connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		if (order->connection < 0 || pthread_create(&thread, NULL, carry_out, order))
			return 1;
		pthread_detach(thread);
	}
}

/* "quit" has no answer: the devices are free when the process has ended. */
static int wait_for_end(int connection)
{
	struct pollfd end = {.events = POLLIN};
	struct ucred peer;
	socklen_t length = sizeof(peer);

	if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length))
		return fail("who", "--quit");
	end.fd = (int)syscall(SYS_pidfd_open, peer.pid, 0);
	if (end.fd >= 0)
		poll(&end, 1, -1);
	return 0;
}

int serve_ask(const char *name, const struct work *work, const struct processes *charged)
{
	struct sockaddr_un address;
	socklen_t length = address_of(name, &address);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), said;
	__u64 before = processes_ns(charged);
	char line[4096];
	ssize_t got;

	if (fd < 0 || connect(fd, (struct sockaddr *)&address, length))
		return fail("no stimulus of that name (--serve)", name);
	said = work ? snprintf(line, sizeof(line), "%lu %lu %llu %d %lu", work->count,
			       work->threads, work->pin, work->attach_loop, work->pages)
		    : snprintf(line, sizeof(line), "quit");
	if (send(fd, line, (size_t)said, MSG_NOSIGNAL) != said)
		return fail("send", name);
	if (!work)
		return wait_for_end(fd);
	got = recv(fd, line, sizeof(line) / 2, 0);
	if (got <= 0)
		return fail("no answer", name);
	line[got] = '\0';
	if (charged->count && strrchr(line, '}'))
		sprintf(strrchr(line, '}'), ",\"charged_ns\":%llu}\n",
			processes_rest_ns(charged) - before);
	fputs(line, stdout);
	/* The line of one that failed says that nothing was done. */
	return strstr(line, "\":0,\"elapsed_ns\"") && work->count ? 1 : 0;
}
