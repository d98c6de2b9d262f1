// SPDX-License-Identifier: GPL-2.0
#include "guard/namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The inode of the initial PID namespace: PROC_PID_INIT_INO, since Linux 3.8. */
#define PID_INITIAL "pid:[4026531836]"

#define LINK_MAX_LEN 64

struct report {
	int answer;
	struct guard_finding finding;
};

static int cannot_tell(struct guard_finding *finding, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int cannot_tell(struct guard_finding *finding, int err, const char *format, ...)
{
	static const char lead[] = "cannot tell what this machine needs: ";
	size_t length = sizeof(lead) - 1;
	va_list args;

	memcpy(finding->text, lead, length);
	va_start(args, format);
	vsnprintf(finding->text + length, sizeof(finding->text) - length, format, args);
	va_end(args);
	return err;
}

/* "mnt:[4026531841]"; "" if this kernel has no namespaces of that kind. 0 or a negative errno. */
static int read_link(const char *proc, const char *name, char text[LINK_MAX_LEN])
{
	char path[PATH_MAX];
	ssize_t length;

	snprintf(path, sizeof(path), "%s/%s", proc, name);
	length = readlink(path, text, LINK_MAX_LEN - 1);
	if (length < 0 && errno != ENOENT)
		return -errno;
	text[length < 0 ? 0 : length] = '\0';
	return 0;
}

/* Two processes have one root if it is the same directory. */
static int root_differs(const char *proc)
{
	char path[PATH_MAX];
	struct stat first, own;

	snprintf(path, sizeof(path), "%s/1/root/", proc);
	if (stat(path, &first))
		return -errno;
	snprintf(path, sizeof(path), "%s/self/root/", proc);
	if (stat(path, &own))
		return -errno;
	return first.st_dev != own.st_dev || first.st_ino != own.st_ino;
}

/* Is process 1 of this /proc the machine's first one? As namespaces_differ(), 0: it is. */
static int check_first(const char *proc, struct guard_finding *finding)
{
	char link[LINK_MAX_LEN];
	/* Each kernel has mount namespaces: without that link, this is no /proc, or it is hidden.
	 */
	int err = read_link(proc, "1/ns/mnt", link);

	if (!err && !link[0])
		err = -ENOENT;
	if (!err)
		err = read_link(proc, "1/ns/pid", link);
	if (err)
		return cannot_tell(finding, err, "%s/1/ns: %s", proc, strerror(-err));
	if (link[0] && strcmp(link, PID_INITIAL) != 0)
		return cannot_tell(finding, -ESRCH,
				   "process 1 is a container's and not the machine's (run it with "
				   "the machine's PIDs: --pid=host, hostPID: true)");
	return 0;
}

int namespaces_differ(const char *proc, struct guard_finding *finding)
{
	static const char *const names[][2] = {
		{"1/ns/mnt", "self/ns/mnt"},
		{"1/ns/net", "self/ns/net"},
	};
	int answer = check_first(proc, finding);

	if (answer)
		return answer;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char first[LINK_MAX_LEN], own[LINK_MAX_LEN];
		int err = read_link(proc, names[i][0], first);

		if (!err)
			err = read_link(proc, names[i][1], own);
		if (err)
			return cannot_tell(finding, err, "%s/%s: %s", proc, names[i][0],
					   strerror(-err));
		answer |= strcmp(first, own) != 0;
	}
	if (answer)
		return answer;
	answer = root_differs(proc);
	return answer < 0 ? cannot_tell(finding, answer, "%s/1/root: %s", proc, strerror(-answer))
			  : answer;
}

/* Both are opened first: after the first one /proc may be another. */
static int enter(void)
{
	int mounts = open("/proc/1/ns/mnt", O_RDONLY | O_CLOEXEC), network;

	if (mounts < 0)
		return -errno;
	network = open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC);
	/* without CONFIG_NET_NS there is one for all */
	if (network < 0 && errno != ENOENT)
		return -errno;
	if (network >= 0 && setns(network, CLONE_NEWNET))
		return -errno;
	/* the root becomes that of the namespace, too */
	return setns(mounts, CLONE_NEWNS) ? -errno : 0;
}

static __attribute__((noreturn)) void look_there(int to, guard_look look,
						 const struct device *device)
{
	struct report report = {};
	int err = enter();

	report.answer = err ? cannot_tell(&report.finding, err,
					  "the namespaces of process 1 cannot be entered: %s "
					  "(needs CAP_SYS_ADMIN, CAP_SYS_CHROOT, CAP_SYS_PTRACE)",
					  strerror(-err))
			    : look(device, &report.finding);
	/* less than PIPE_BUF: all or nothing */
	_exit(write(to, &report, sizeof(report)) != sizeof(report));
}

int namespaces_look(guard_look look, const struct device *device, struct guard_finding *finding)
{
	struct report report;
	ssize_t length;
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return cannot_tell(finding, -errno, "no pipe: %s", strerror(errno));
	child = fork();
	if (!child)
		look_there(ends[1], look, device);
	close(ends[1]);
	length = child < 0 ? -1 : read(ends[0], &report, sizeof(report));
	close(ends[0]);
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	if (length != sizeof(report))
		return cannot_tell(finding, -ECHILD, "no process to look with");
	*finding = report.finding;
	return report.answer;
}
