/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The places that a run writes to, and the streams that go there: the same for a live run
 * and for a recording. Opened before anything is armed, so that what cannot be written is
 * known by then. Not thread safe.
 */
#ifndef SESSION_OUTPUTS_H
#define SESSION_OUTPUTS_H

#include "base/output.h"
#include "session/options.h"
#include "sink/streams.h"

/* A `file` of NULL: not wanted. */
struct outputs {
	struct output main; /* the events, the verdict or the report */
	struct output recording;
	struct output stats; /* --stats */
};

/*
 * An enum exit_code, logged: EXIT_USAGE if one of them is also read, or written twice. Then nothing
 * was truncated, and none was left behind.
 */
int outputs_open(struct outputs *outputs, const struct run_options *options);
/*
 * Adds the streams that the run is to write. info: as for streams_open(). packed: a
 * recording is compressed at once. 0 or a negative errno, logged.
 */
int outputs_streams(struct outputs *outputs, const struct run_options *options, bool packed,
		    const struct stream_info *info, struct streams *streams);
/* Write the statistics. 0 or a negative errno, logged by outputs_report() only. */
int outputs_print(FILE *file, const struct statistics *statistics, const struct stream_info *info,
		  bool json);
int outputs_report(struct output *output, const struct statistics *statistics,
		   const struct stream_info *info, bool json);
void outputs_close(struct outputs *outputs);

#endif
