// SPDX-License-Identifier: GPL-2.0
#include "base/output.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OUTPUT_BUFFER (256 << 10)

static bool reader_gone;

bool output_reader_gone(void)
{
	return reader_gone;
}

static int opened(struct output *output, const char *path)
{
	struct stat status;

	if (!output->file) {
		int err = -errno;

		log_error("%s cannot be opened for writing: %s", path, strerror(-err));
		log_hint("name a file in a directory that exists and can be written with -o");
		return err;
	}
	setvbuf(output->file, NULL, _IOFBF, OUTPUT_BUFFER);
	output->regular = output->own && !fstat(fileno(output->file), &status) &&
			  S_ISREG(status.st_mode);
	return 0;
}

int output_open(struct output *output, const char *path)
{
	memset(output, 0, sizeof(*output));
	if (!path || !strcmp(path, "-")) {
		output->file = stdout;
		output->name = "stdout";
	} else {
		output->file = fopen(path, "we+");
		output->name = path;
		output->own = true;
	}
	return opened(output, path);
}

int output_open_binary(struct output *output, const char *path)
{
	/* 0600: a recording holds kernel addresses, which identify queues and SMMUs. */
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	memset(output, 0, sizeof(*output));
	output->name = path;
	output->own = true;
	output->binary = true;
	output->file = fd < 0 ? NULL : fdopen(fd, "w+");
	return opened(output, path);
}

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
	dup2(null, fileno(output->file));
	close(null);
}

static void cut_back(struct output *output)
{
	int fd = fileno(output->file);
	off_t end = lseek(fd, 0, SEEK_END);
	char byte;

	while (end > 0 && pread(fd, &byte, 1, end - 1) == 1 && byte != '\n')
		end--;
	if (end >= 0 && ftruncate(fd, end))
		log_warn("%s could not be cut back to its last whole line", output->name);
}

void output_fail(struct output *output, int err)
{
	if (err == -EPIPE && !output->own) {
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
		log_hint(output->regular ? "make room; what it holds so far is valid, without its "
					   "end"
					 : "see where it goes to");
	}
	if (output->regular && !output->binary)
		cut_back(output);
}

void output_close(struct output *output)
{
	if (output->own && output->file)
		fclose(output->file);
	output->file = NULL;
}
