// SPDX-License-Identifier: GPL-2.0
/*
 * stimulus: causes an exact number of invalidations and says what it did, and
 * what the SMMUv3 driver had to do for it, as one line of JSON.
 */
#include "block.h"
#include "domain.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define SCHEMA	    "smmuscope.stimulus/1"
#define THREADS_MAX 64
#define BATCH_MAX   64 /* commands in one list of the driver */
#define PAGE	    4096
#define IOVA	    0x10000000ULL
#define DOMAINS_MAX FUNCTIONS_MAX
#define EXIT_USAGE  2

struct options {
	struct functions devices;
	unsigned long count;
	unsigned int threads;
	int pin;
	bool split;
	bool setup;
	const char *block;
	unsigned long reads;
	bool verify;
};

struct stimulus {
	struct options options;
	struct domain domains[DOMAINS_MAX];
	size_t domain_count;
};

struct worker {
	pthread_t thread;
	const struct stimulus *stimulus;
	unsigned int number;
	unsigned long count;
	int err;
};

static void usage(FILE *file)
{
	fputs("Usage: stimulus --device BDF[,BDF]...|all --count N [--threads N] [--pin CPU] "
	      "[--split]\n"
	      "       stimulus --device ... --setup\n"
	      "       stimulus --block FILE --reads N [--verify]\n\n"
	      "Maps and unmaps one 4 KiB page N times in a domain with the functions (and all "
	      "that\n"
	      "share an iommu group with them); with --split each has a domain of its own. "
	      "Threads\n"
	      "share the work. --setup attaches, prints a line, and then does N invalidations for\n"
	      "each line N that it reads. Or reads N blocks of 4 KiB past the page cache.\n",
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

static int parse(struct options *options, int argc, char **argv)
{
	static const struct option longs[] = {
		{"device", required_argument, NULL, 'd'},
		{"count", required_argument, NULL, 'n'},
		{"threads", required_argument, NULL, 't'},
		{"pin", required_argument, NULL, 'p'},
		{"split", no_argument, NULL, 's'},
		{"setup", no_argument, NULL, 'S'},
		{"block", required_argument, NULL, 'b'},
		{"reads", required_argument, NULL, 'r'},
		{"verify", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},
		{},
	};
	unsigned long value = 1;
	int option, err = 0;

	options->threads = 1;
	options->pin = -1;
	while (!err && (option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (option) {
		case 'd':
			err = add_devices(&options->devices, optarg);
			break;
		case 'n':
			err = number("count", optarg, ~0UL, &options->count);
			break;
		case 't':
			err = number("threads", optarg, THREADS_MAX, &value);
			options->threads = value ? (unsigned int)value : 1;
			break;
		case 'p':
			err = number("pin", optarg, CPU_SETSIZE - 1, &value);
			options->pin = (int)value;
			break;
		case 's':
			options->split = true;
			break;
		case 'S':
			options->setup = true;
			break;
		case 'b':
			options->block = optarg;
			break;
		case 'r':
			err = number("reads", optarg, ~0UL, &options->reads);
			break;
		case 'v':
			options->verify = true;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			err = -1;
		}
	}
	if (!err && (optind < argc || (!options->block && !options->devices.count))) {
		fputs("stimulus: a device or a disk is needed (see --help)\n", stderr);
		err = -1;
	}
	return err;
}

static int attach(struct stimulus *stimulus)
{
	const struct options *options = &stimulus->options;
	int iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);

	if (iommufd < 0) {
		fprintf(stderr, "stimulus: /dev/iommu: %s\n", strerror(errno));
		return -1;
	}
	for (size_t i = 0; i < options->devices.count; i++) {
		size_t at = options->split ? i : 0;

		if (at == stimulus->domain_count) {
			if (domain_create(&stimulus->domains[at], iommufd))
				return -1;
			stimulus->domain_count++;
		}
		if (domain_attach(&stimulus->domains[at], options->devices.name[i]))
			return -1;
	}
	return 0;
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	const struct stimulus *stimulus = worker->stimulus;
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED) {
		worker->err = -1;
		return NULL;
	}
	for (unsigned long i = 0; !worker->err && i < worker->count; i++)
		worker->err = domain_invalidate(&stimulus->domains[i % stimulus->domain_count],
						page, IOVA + worker->number * 0x200000ULL);
	munmap(page, PAGE);
	return NULL;
}

static __u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (__u64)now.tv_sec * 1000000000ULL + (__u64)now.tv_nsec;
}

/* What the driver has to do for `count` invalidations, shared evenly by the domains. */
static void print_expected(const struct stimulus *stimulus, unsigned int *ats, unsigned long count)
{
	unsigned long lists = 0, commands = 0;

	for (unsigned long i = 0; i < stimulus->domain_count; i++) {
		unsigned long own = count / stimulus->domain_count +
				    (i < count % stimulus->domain_count);

		lists += own * ((ats[i] + BATCH_MAX - 1) / BATCH_MAX);
		commands += own * ats[i];
	}
	printf("\"expected\":{\"tlbi_lists\":%lu,\"atc_lists\":%lu,\"atc_inv\":%lu}", count, lists,
	       commands);
}

static int invalidate(const struct stimulus *stimulus, unsigned long count)
{
	const struct options *options = &stimulus->options;
	struct worker workers[THREADS_MAX] = {};
	unsigned int ats[DOMAINS_MAX], functions = 0;
	__u64 begun;
	int err = 0;

	for (size_t i = 0; i < stimulus->domain_count; i++)
		functions += ats[i] = domain_ats_functions(&stimulus->domains[i]);
	begun = now_ns();
	for (unsigned int i = 0; i < options->threads; i++) {
		workers[i].stimulus = stimulus;
		workers[i].number = i;
		workers[i].count = count / options->threads + (i < count % options->threads);
		/* One thread needs no other: its time is then that of the loop alone. */
		if (options->threads == 1)
			work(&workers[0]);
		else if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			return -1;
	}
	for (unsigned int i = 0; i < options->threads; i++) {
		if (options->threads > 1)
			pthread_join(workers[i].thread, NULL);
		err |= workers[i].err;
	}
	printf("{\"schema\":\"" SCHEMA
	       "\",\"invalidations\":%lu,\"elapsed_ns\":%llu,\"threads\":%u,"
	       "\"domains\":%zu,\"ats_functions\":%u,",
	       err ? 0 : count, now_ns() - begun, options->threads, stimulus->domain_count,
	       functions);
	print_expected(stimulus, ats, count);
	puts("}");
	fflush(stdout);
	return err;
}

/* A line for each line; what is said before the first is that all is attached. */
static int serve(const struct stimulus *stimulus)
{
	unsigned long count;
	char line[64];

	puts("{\"schema\":\"" SCHEMA "\",\"ready\":true}");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = 0;
		if (number("setup", line, ~0UL, &count))
			return EXIT_USAGE;
		if (invalidate(stimulus, count))
			return 1;
	}
	return 0;
}

static int read_block(const struct options *options)
{
	struct block_result result;
	__u64 begun = now_ns();
	int err = block_read(options->block, options->reads, options->verify, &result);

	printf("{\"schema\":\"" SCHEMA
	       "\",\"block\":\"%s\",\"reads\":%lu,\"verified\":%s,\"wrong\":%lu,"
	       "\"elapsed_ns\":%llu}\n",
	       options->block, result.reads, options->verify ? "true" : "false", result.wrong,
	       now_ns() - begun);
	return err || result.wrong ? 1 : 0;
}

static void pin(int cpu)
{
	cpu_set_t set;

	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		fprintf(stderr, "stimulus: CPU %d: %s\n", cpu, strerror(errno));
}

int main(int argc, char **argv)
{
	static struct stimulus stimulus;

	if (parse(&stimulus.options, argc, argv))
		return EXIT_USAGE;
	pin(stimulus.options.pin);
	if (stimulus.options.block)
		return read_block(&stimulus.options);
	if (attach(&stimulus))
		return 1;
	if (stimulus.options.setup)
		return serve(&stimulus);
	return invalidate(&stimulus, stimulus.options.count) ? 1 : 0;
}
