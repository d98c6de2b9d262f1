// SPDX-License-Identifier: GPL-2.0
#include "base/output.h"

#include "base/files.h"
#include "base/inherited.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OUTPUT_BUFFER (256 << 10)

/* A recording holds kernel addresses, which identify queues and SMMUs: for its owner only. */
#define MODE_LINES  0666
#define MODE_BINARY 0600

static bool reader_gone, stdout_failed;
static struct output *files;	/* that are open and ours */
static struct output *standing; /* the one in the place of stdout, or NULL */

bool output_reader_gone(void)
{
	return reader_gone;
}

/* ---- opening ---- */

/*
 * By O_APPEND a file that somebody else truncates, as a rotation by copying does, goes on at its
 * new end, and not behind a hole.
 */
static int open_path(const char *path, bool binary)
{
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY,
		    binary ? MODE_BINARY : MODE_LINES);
}

static int cannot_open(const char *path, int err)
{
	const char *limit = inherited_limit(err);

	log_error("%s cannot be opened for writing: %s", path, strerror(-err));
	log_hint("%s", limit ? limit
			     : "name a file in a directory that exists and can be written with -o");
	return err;
}

/* Descriptor 1 as it is: opened by a name, it would be truncated, and have a position of its own.
 */
static bool is_stdout(const char *path)
{
	return !path || !strcmp(path, "-") || !strcmp(path, "/dev/stdout") ||
	       !strcmp(path, "/dev/fd/1") || !strcmp(path, "/proc/self/fd/1");
}

static void look_at(struct output *output)
{
	struct stat status;

	setvbuf(output->file, NULL, _IOFBF, OUTPUT_BUFFER);
	output->regular = !fstat(fileno(output->file), &status) && S_ISREG(status.st_mode);
}

static void take_stdout(struct output *output)
{
	off_t at = lseek(STDOUT_FILENO, 0, SEEK_CUR);

	*output = standing ? *standing : (struct output){.name = "stdout"};
	output->file = stdout;
	output->own = output->created = false;
	look_at(output);
	if (!standing)
		output->begin = at < 0 ? 0 : at;
}

static int open_file(struct output *output, const char *path, bool binary)
{
	struct stat status;
	int fd, err = 0;

	*output = (struct output){
		.name = path,
		.own = true,
		.binary = binary,
		.created = lstat(path, &status) && errno == ENOENT,
	};
	fd = open_path(path, binary);
	output->file = fd < 0 ? NULL : fdopen(fd, "a");
	if (!output->file)
		return cannot_open(path, -errno);
	look_at(output);
	err = files_write(path, fd);
	if (err) {
		fclose(output->file);
		output->file = NULL;
		return err;
	}
	output->next = files;
	files = output;
	return 0;
}

int output_open(struct output *output, const char *path)
{
	if (!is_stdout(path))
		return open_file(output, path, false);
	take_stdout(output);
	return 0;
}

int output_open_binary(struct output *output, const char *path)
{
	return open_file(output, path, true);
}

int output_open_as_stdout(struct output *output, const char *path)
{
	int err = output_open(output, path);

	if (err || !output->own)
		return err;
	fflush(stdout);
	if (dup3(fileno(output->file), STDOUT_FILENO, O_CLOEXEC) < 0)
		return cannot_open(path, -errno);
	fclose(output->file);
	output->file = stdout;
	standing = output;
	return 0;
}

int output_begin(struct output *output)
{
	if (!output->own || !output->regular || !ftruncate(fileno(output->file), 0))
		return 0;
	return cannot_open(output->name, -errno);
}

static void reopen(struct output *output)
{
	int fd = open_path(output->name, output->binary);
	struct stat now, before;

	if (fd < 0) {
		log_warn("%s cannot be opened again, and goes on in the old file: %s", output->name,
			 strerror(errno));
		return;
	}
	if (fstat(fd, &now) || fstat(fileno(output->file), &before) ||
	    (now.st_dev == before.st_dev && now.st_ino == before.st_ino)) {
		log_info("%s is still the same file", output->name);
	} else if (output->binary && now.st_size) {
		log_warn("%s is another file with something in it: the old one goes on",
			 output->name);
	} else if (dup3(fd, fileno(output->file), O_CLOEXEC) >= 0) {
		files_renew(output->name, fd);
		look_at(output);
		output->begin = now.st_size;
		output->renewed = true;
		log_info("%s was opened again", output->name);
	}
	close(fd);
}

void output_reopen_all(void)
{
	for (struct output *output = files; output; output = output->next) {
		if (!output_flush(output))
			reopen(output);
	}
}

bool output_begun_anew(struct output *output)
{
	struct stat status;
	bool anew;

	if (!output->own || !output->regular || output->binary ||
	    fstat(fileno(output->file), &status))
		return false;
	anew = output->renewed || status.st_size < output->seen;
	output->renewed = false;
	output->seen = status.st_size;
	return anew;
}

/* ---- writing ---- */

int output_flush(struct output *output)
{
	errno = 0;
	if (!fflush(output->file) && !ferror(output->file))
		return 0;
	return errno ? -errno : -EIO;
}

void output_abandon(struct output *output)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (null < 0)
		return;
	dup3(null, fileno(output->file), output->file == stdout ? 0 : O_CLOEXEC);
	close(null);
}

/* It was opened for writing only: read by its number, as its name may be another file's by now. */
static void cut_back(struct output *output)
{
	int fd = fileno(output->file), readable;
	off_t end = lseek(fd, 0, SEEK_END);
	char path[32], byte = 0;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	readable = open(path, O_RDONLY | O_CLOEXEC);
	while (readable >= 0 && end > output->begin && pread(readable, &byte, 1, end - 1) == 1 &&
	       byte != '\n')
		end--;
	if (readable < 0 || (end >= 0 && ftruncate(fd, end)))
		log_warn("%s could not be cut back to its last whole line", output->name);
	else
		lseek(fd, end, SEEK_SET);
	if (readable >= 0)
		close(readable);
}

static const char *way_out(const struct output *output, int err)
{
	if (err == -EFBIG)
		return "the limit on the size of files was reached, see ulimit -f; what the file "
		       "holds so far is valid, without its end";
	if (err == -EBADF)
		return "it is closed, or open for reading only";
	return output->regular ? "make room; what it holds so far is valid, without its end"
			       : "see where it goes to";
}

void output_fail(struct output *output, int err)
{
	if (output->failed)
		return;
	output->failed = true;
	stdout_failed |= output->file == stdout;
	if (err == -EPIPE && output->file == stdout && !inherited_ignored(SIGPIPE)) {
		reader_gone = true;
		log_info("%s was closed by its reader; everything is detached", output->name);
	} else if (err == -EPIPE) {
		log_error("%s was closed by its reader", output->name);
		log_hint("events after that are not written; everything was detached");
	} else if (err == -EINTR) {
		log_error("%s was not being read when the signal came", output->name);
		log_hint("the stream is cut there; everything was detached");
	} else {
		log_error("%s cannot be written: %s", output->name, strerror(-err));
		log_hint("%s", way_out(output, err));
	}
	if (output->regular && !output->binary)
		cut_back(output);
	/* What is still buffered would be written behind that, as far as there is room now. */
	__fpurge(output->file);
	output_abandon(output);
}

bool output_stdout_written(void)
{
	struct output output;
	int err = stdout_failed ? -EIO : 0;

	take_stdout(&output);
	if (!err) {
		err = output_flush(&output);
		if (err)
			output_fail(&output, err);
	}
	return !err;
}

/* ---- the end ---- */

void output_close(struct output *output)
{
	struct output **at = &files;

	if (output->own && output->file) {
		while (*at && *at != output)
			at = &(*at)->next;
		if (*at)
			*at = output->next;
		files_forget(output->name);
		if (standing == output)
			standing = NULL;
		else
			fclose(output->file);
	}
	output->file = NULL;
}

void output_take_back(struct output *output)
{
	if (output->own && output->created && output->file)
		unlink(output->name);
	output_close(output);
}
