// SPDX-License-Identifier: GPL-2.0
/*
 * stimulus: causes an exact number of invalidations and says what it did, and
 * what the SMMUv3 driver had to do for it, as one line of JSON.
 */
#include "block.h"
#include "serial.h"
#include "serve.h"
#include "stimulus.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE   2
#define EXIT_STOPPED 9
#define PAGES_MAX    64
#define PASID_MAX    0xfffff

struct options {
	struct functions devices;
	struct work work;
	struct pasids pasids;
	bool split;
	bool setup;
	const char *serve;
	const char *use;
	bool quit;
	const char *block;
	unsigned long reads;
	bool verify;
	const char *serial;
	struct processes charged;
};

static void usage(FILE *file)
{
	fputs("Usage: stimulus --device BDF[,BDF]...|all --count N [--threads N] [--pin CPUS] "
	      "[--split]\n"
	      "                [--pasid N[,N]...]\n"
	      "       stimulus --device ... --attach-loop N\n"
	      "       stimulus --device ... --setup\n"
	      "       stimulus --device ... --serve NAME\n"
	      "       stimulus --use NAME --count N|--attach-loop N [--threads N] [--pin CPUS]\n"
	      "                [--pages N] [--charge PID]...\n"
	      "       stimulus --use NAME --quit\n"
	      "       stimulus --block FILE --reads N [--verify]\n"
	      "       stimulus --serial FILE --reads N\n\n"
	      "Maps and unmaps one page N times in a domain with the functions (and all "
	      "that\n"
	      "share an iommu group with them); with --split each has a domain of its own. "
	      "Threads\n"
	      "share the work; one thread runs on the last CPU, unless --pin names others.\n"
	      "--attach-loop detaches and attaches the functions N times.\n"
	      "--setup attaches, prints a line, and then does N invalidations for each line N "
	      "that\n"
	      "it reads. --serve attaches, goes to the background, and does what --use says.\n"
	      "With --pasid the functions are attached by each of these PASIDs, to a domain of its "
	      "own,\n"
	      "and requests without one have none; the invalidations go to one domain after the "
	      "other.\n"
	      "With --pages it is N pages (1 to 64) that are mapped and unmapped at once.\n"
	      "--charge adds the CPU time of processes, until they have come to rest.\n"
	      "Or reads N blocks of 4 KiB past the page cache, or asks a virtio disk N times for "
	      "its\n"
	      "serial number (FILE is in sysfs) and says what that costs. Exit status 9: the disk "
	      "does\n"
	      "not answer any more.\n",
	      file);
}

static int bad(const char *option, const char *value)
{
	fprintf(stderr, "stimulus: --%s: '%s' will not do (see --help)\n", option, value);
	return -1;
}

static int number(const char *option, const char *text, unsigned long max, unsigned long *value)
{
	char *end;

	errno = 0;
	*value = strtoul(text, &end, 10);
	if (errno || *end || *text < '0' || *text > '9' || *value > max)
		return bad(option, text);
	return 0;
}

static int add_devices(struct functions *devices, char *list)
{
	char *save = NULL;

	if (!strcmp(list, "all")) {
		if (functions_find_all(devices) || !devices->count)
			return bad("device", list);
		return 0;
	}
	for (char *name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		if (strlen(name) >= FUNCTION_NAME || functions_add(devices, name))
			return bad("device", name);
	}
	return 0;
}

static int add_pasids(struct pasids *pasids, char *list)
{
	char *save = NULL;
	unsigned long value;

	for (char *text = strtok_r(list, ",", &save); text; text = strtok_r(NULL, ",", &save)) {
		if (number("pasid", text, PASID_MAX, &value))
			return -1;
		if (!value || pasids->count == PASIDS_MAX)
			return bad("pasid", text);
		pasids->value[pasids->count++] = (__u32)value;
	}
	return 0;
}

enum {
	OPTION_DEVICE = 1,
	OPTION_PASID,
	OPTION_COUNT,
	OPTION_ATTACH_LOOP,
	OPTION_THREADS,
	OPTION_PIN,
	OPTION_SPLIT,
	OPTION_SETUP,
	OPTION_SERVE,
	OPTION_USE,
	OPTION_QUIT,
	OPTION_BLOCK,
	OPTION_READS,
	OPTION_VERIFY,
	OPTION_SERIAL,
	OPTION_PAGES,
	OPTION_CHARGE,
	OPTION_HELP,
};

static const struct option longs[] = {
	{"device", required_argument, NULL, OPTION_DEVICE},
	{"pasid", required_argument, NULL, OPTION_PASID},
	{"count", required_argument, NULL, OPTION_COUNT},
	{"attach-loop", required_argument, NULL, OPTION_ATTACH_LOOP},
	{"threads", required_argument, NULL, OPTION_THREADS},
	{"pin", required_argument, NULL, OPTION_PIN},
	{"split", no_argument, NULL, OPTION_SPLIT},
	{"setup", no_argument, NULL, OPTION_SETUP},
	{"serve", required_argument, NULL, OPTION_SERVE},
	{"use", required_argument, NULL, OPTION_USE},
	{"quit", no_argument, NULL, OPTION_QUIT},
	{"block", required_argument, NULL, OPTION_BLOCK},
	{"reads", required_argument, NULL, OPTION_READS},
	{"verify", no_argument, NULL, OPTION_VERIFY},
	{"pages", required_argument, NULL, OPTION_PAGES},
	{"serial", required_argument, NULL, OPTION_SERIAL},
	{"charge", required_argument, NULL, OPTION_CHARGE},
	{"help", no_argument, NULL, OPTION_HELP},
	{},
};

/* "3", "0-2" */
static int take_cpus(struct work *work, const char *value)
{
	unsigned int first, last;
	char rest;
	int got = sscanf(value, "%u-%u%c", &first, &last, &rest);

	if (got == 1 && strspn(value, "0123456789") == strlen(value))
		last = first;
	else if (got != 2)
		return bad("pin", value);
	if (first > last || last > 63)
		return bad("pin", value);
	for (unsigned int cpu = first; cpu <= last; cpu++)
		work->pin |= 1ULL << cpu;
	return 0;
}

static int take_process(struct processes *processes, const char *value)
{
	unsigned long pid;

	if (number("charge", value, 1UL << 22, &pid))
		return -1;
	if (processes->count == COST_PROCESSES)
		return bad("charge", value);
	processes->pid[processes->count++] = (pid_t)pid;
	return 0;
}

static int take_number(struct options *options, int option, const char *value)
{
	int err;

	switch (option) {
	case OPTION_ATTACH_LOOP:
		options->work.attach_loop = true;
		return number("attach-loop", value, ~0UL, &options->work.count);
	case OPTION_COUNT:
		return number("count", value, ~0UL, &options->work.count);
	case OPTION_PAGES:
		return number("pages", value, PAGES_MAX, &options->work.pages);
	case OPTION_READS:
		return number("reads", value, ~0UL, &options->reads);
	case OPTION_THREADS:
		err = number("threads", value, THREADS_MAX, &options->work.threads);
		if (!err && !options->work.threads)
			options->work.threads = 1;
		return err;
	default:
		return take_cpus(&options->work, value);
	}
}

static int take(struct options *options, int option, char *value)
{
	switch (option) {
	case OPTION_DEVICE:
		return add_devices(&options->devices, value);
	case OPTION_PASID:
		return add_pasids(&options->pasids, value);
	case OPTION_SPLIT:
		options->split = true;
		return 0;
	case OPTION_SETUP:
		options->setup = true;
		return 0;
	case OPTION_SERVE:
		options->serve = value;
		return 0;
	case OPTION_USE:
		options->use = value;
		return 0;
	case OPTION_QUIT:
		options->quit = true;
		return 0;
	case OPTION_BLOCK:
		options->block = value;
		return 0;
	case OPTION_VERIFY:
		options->verify = true;
		return 0;
	case OPTION_SERIAL:
		options->serial = value;
		return 0;
	case OPTION_CHARGE:
		return take_process(&options->charged, value);
	case OPTION_HELP:
		usage(stdout);
		exit(0);
	case '?':
		return -1;
	default:
		return take_number(options, option, value);
	}
}

static int parse(struct options *options, int argc, char **argv)
{
	int option, err = 0;

	options->work.threads = 1;
	while (!err && (option = getopt_long(argc, argv, "", longs, NULL)) != -1)
		err = take(options, option, optarg);
	if (!err && (optind < argc || (!options->block && !options->serial && !options->use &&
				       !options->devices.count))) {
		fputs("stimulus: a device, a disk or a name is needed (see --help)\n", stderr);
		err = -1;
	}
	if (!err && options->split && options->pasids.count) {
		fputs("stimulus: --split and --pasid exclude each other\n", stderr);
		err = -1;
	}
	return err;
}

static int read_block(const struct options *options)
{
	struct block_result result;
	__u64 begun = now_ns();
	int err = block_read(options->block, options->reads, options->verify, &result);

	printf("{\"schema\":\"" SCHEMA
	       "\",\"block\":\"%s\",\"reads\":%lu,\"verified\":%s,\"wrong\":%lu,"
	       "\"stopped\":%s,\"elapsed_ns\":%llu}\n",
	       options->block, result.reads, options->verify ? "true" : "false", result.wrong,
	       result.stopped ? "true" : "false", now_ns() - begun);
	if (result.stopped)
		return EXIT_STOPPED;
	return err || result.wrong ? 1 : 0;
}

static int ask_serial(const struct options *options)
{
	struct serial_result result;
	int err = serial_ask(options->serial, options->reads, &result);

	printf("{\"schema\":\"" SCHEMA "\",\"serial\":\"%s\",\"requests\":%lu,\"each_ns\":%.2f}\n",
	       options->serial, result.requests, result.each_ns);
	return err ? 1 : 0;
}

/*
 * The CPUs of a run that does all of its work here, with one thread: the last CPU, unless it was
 * told. Interrupts go to the first one, so the GERROR interrupt is free, in every run.
 */
static __u64 pinned(const struct options *options)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (options->work.pin || options->work.threads > 1 || options->serve || options->setup ||
	    options->block || options->serial || cpus < 2 || cpus > 64)
		return options->work.pin;
	return 1ULL << (cpus - 1);
}

int main(int argc, char **argv)
{
	static struct stimulus stimulus;
	static struct options options;
	int ready = -1, status;

	if (parse(&options, argc, argv))
		return EXIT_USAGE;
	if (options.use)
		return serve_ask(options.use, options.quit ? NULL : &options.work,
				 &options.charged);
	stimulus_pin(pinned(&options));
	if (options.block)
		return read_block(&options);
	if (options.serial)
		return ask_serial(&options);
	status = options.serve ? serve_fork(&ready) : 0;
	if (!status)
		status =
			stimulus_attach(&stimulus, &options.devices, options.split, &options.pasids)
				? 1
				: 0;
	if (status)
		return status;
	if (options.serve)
		return serve_name(&stimulus, options.serve, ready);
	if (options.setup)
		return serve_lines(&stimulus, &options.work);
	return stimulus_work(&stimulus, &options.work, stdout) ? 1 : 0;
}
