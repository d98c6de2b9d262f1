// SPDX-License-Identifier: GPL-2.0
#include "stimulus.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define BATCH_MAX 64 /* commands in one list of the driver */
#define IOVA	  0x10000000ULL
#define IOVA_STEP 0x200000ULL
#define PLACES	  4096 /* threads that can be at work at the same time */

struct worker {
	pthread_t thread;
	const struct stimulus *stimulus;
	unsigned long count;
	int err;
};

__u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (__u64)now.tv_sec * 1000000000ULL + (__u64)now.tv_nsec;
}

void stimulus_pin(__u64 cpus)
{
	cpu_set_t set;

	if (!cpus)
		return;
	CPU_ZERO(&set);
	for (size_t cpu = 0; cpu < 64; cpu++) {
		if (cpus >> cpu & 1)
			CPU_SET(cpu, &set);
	}
	if (sched_setaffinity(0, sizeof(set), &set))
		fprintf(stderr, "stimulus: CPUs 0x%llx: %s\n", cpus, strerror(errno));
}

int stimulus_attach(struct stimulus *stimulus, const struct functions *devices, bool split)
{
	int iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);

	if (iommufd < 0 && errno != ENOENT) {
		fprintf(stderr, "stimulus: /dev/iommu: %s\n", strerror(errno));
		return -1;
	}
	stimulus->by_container = iommufd < 0;
	for (size_t i = 0; i < devices->count; i++) {
		size_t at = split ? i : 0;

		if (at == stimulus->domain_count) {
			if (domain_create(&stimulus->domains[at], iommufd))
				return -1;
			stimulus->domain_count++;
		}
		if (domain_attach(&stimulus->domains[at], devices->name[i]))
			return -1;
	}
	return 0;
}

static void *run_worker(void *argument)
{
	static atomic_ulong places;
	struct worker *worker = argument;
	const struct stimulus *stimulus = worker->stimulus;
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	__u64 iova = IOVA + (places++ % PLACES) * IOVA_STEP;

	if (page == MAP_FAILED) {
		worker->err = -1;
		return NULL;
	}
	for (unsigned long i = 0; !worker->err && i < worker->count; i++)
		worker->err = domain_invalidate(&stimulus->domains[i % stimulus->domain_count],
						page, size, iova);
	munmap(page, size);
	return NULL;
}

static int invalidate(const struct stimulus *stimulus, const struct work *work)
{
	struct worker workers[THREADS_MAX] = {};
	unsigned long started = 0;
	int err = 0;

	for (unsigned long i = 0; !err && i < work->threads; i++) {
		workers[i].stimulus = stimulus;
		workers[i].count = work->count / work->threads + (i < work->count % work->threads);
		/* One thread needs no other: its time is then that of the loop alone. */
		if (work->threads == 1)
			run_worker(&workers[i]);
		else if (pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]))
			err = -1;
		if (!err)
			started++;
	}
	for (unsigned long i = 0; i < started; i++) {
		if (work->threads > 1)
			pthread_join(workers[i].thread, NULL);
		err |= workers[i].err;
	}
	return err;
}

static int attach_again(struct stimulus *stimulus, unsigned long count)
{
	int err = 0;

	for (unsigned long i = 0; !err && i < count; i++) {
		for (size_t k = 0; !err && k < stimulus->domain_count; k++)
			err = domain_attach_again(&stimulus->domains[k]);
	}
	return err;
}

/* What the driver has to do for `count` invalidations, shared evenly by the domains. */
static void print_expected(const struct stimulus *stimulus, const unsigned int *ats,
			   unsigned long count, FILE *out)
{
	unsigned long lists = 0, commands = 0;

	for (unsigned long i = 0; i < stimulus->domain_count; i++) {
		unsigned long own = count / stimulus->domain_count +
				    (i < count % stimulus->domain_count);

		lists += own * ((ats[i] + BATCH_MAX - 1) / BATCH_MAX);
		commands += own * ats[i];
	}
	fprintf(out, ",\"expected\":{\"tlbi_lists\":%lu,\"atc_lists\":%lu,\"atc_inv\":%lu}", count,
		lists, commands);
}

int stimulus_work(struct stimulus *stimulus, const struct work *work, FILE *out)
{
	unsigned int ats[DOMAINS_MAX], functions = 0;
	__u64 begun;
	int err;

	stimulus_pin(work->pin);
	for (size_t i = 0; i < stimulus->domain_count; i++)
		functions += ats[i] = domain_ats_functions(&stimulus->domains[i]);
	begun = now_ns();
	err = work->attach_loop ? attach_again(stimulus, work->count) : invalidate(stimulus, work);
	fprintf(out,
		"{\"schema\":\"" SCHEMA "\",\"%s\":%lu,\"elapsed_ns\":%llu,\"threads\":%lu,"
		"\"domains\":%zu,\"ats_functions\":%u,\"by\":\"%s\"",
		work->attach_loop ? "attachments" : "invalidations", err ? 0 : work->count,
		now_ns() - begun, work->threads, stimulus->domain_count, functions,
		stimulus->by_container ? "vfio container" : "iommufd");
	if (!work->attach_loop)
		print_expected(stimulus, ats, work->count, out);
	fputs("}\n", out);
	fflush(out);
	return err;
}
