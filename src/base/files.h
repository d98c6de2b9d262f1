/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of a run, by device and inode, so that links and other names of one do not hide it:
 * what is read is not written, and what is written is written once. State of the process; not
 * thread safe. Names must stay valid until files_forget().
 */
#ifndef BASE_FILES_H
#define BASE_FILES_H

/* The run reads this file. Only regular files count: nothing else can be overwritten. */
void files_read(const char *name, int fd);
/* The same by its path, for one that somebody else opens. It need not be there. */
void files_read_path(const char *path);
/*
 * The run is going to write this file; before it is truncated. -EINVAL, logged, if the run reads
 * it, or writes to it already; else 0. What stdin reads, and what stdout and stderr write, is a
 * file of the run, too.
 */
int files_write(const char *name, int fd);
/* The same question about a file that is opened later. */
int files_may_write(const char *path);
/* The same name is another file now. */
void files_renew(const char *name, int fd);
/* It was closed. */
void files_forget(const char *name);

#endif
