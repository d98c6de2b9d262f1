// SPDX-License-Identifier: GPL-2.0
#include "stimulus.h"
#include "cost.h"

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

/* Time of a single thread: per invalidation (cost.h), and CPU time in all. */
struct spent {
	double each_ns;
	__u64 cpu_ns;
};

struct worker {
	pthread_t thread;
	const struct stimulus *stimulus;
	unsigned long count, pages;
	struct cost cost; /* noted if there is room in it */
	__u64 cpu_ns;
	int err;
};

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

/* The first domain is there; the others get its functions. */
static int attach_pasids(struct stimulus *stimulus, int iommufd, const struct pasids *pasids)
{
	int err = 0;

	for (size_t i = 1; !err && i < pasids->count; i++) {
		err = domain_create(&stimulus->domains[i], iommufd, pasids->value[i]);
		if (!err)
			err = domain_attach_those_of(&stimulus->domains[i], stimulus->domains);
		if (!err)
			stimulus->domain_count++;
	}
	return err;
}

int stimulus_attach(struct stimulus *stimulus, const struct functions *devices, bool split,
		    const struct pasids *pasids)
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
			if (domain_create(&stimulus->domains[at], iommufd, pasids->value[0]))
				return -1;
			stimulus->domain_count++;
		}
		if (domain_attach(&stimulus->domains[at], devices->name[i]))
			return -1;
	}
	return attach_pasids(stimulus, iommufd, pasids);
}

static unsigned long pages_of(const struct work *work)
{
	return work->pages ? work->pages : 1;
}

/*
 * Room for `pages`. Several are the same page mapped several times: physically contiguous pages
 * would be mapped as one, and whether pages are contiguous is chance.
 */
static void *room_for(size_t size, unsigned long pages)
{
	char *room = mmap(NULL, size * pages, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);
	int fd = pages > 1 ? memfd_create("stimulus", MFD_CLOEXEC) : -1;

	if (room == MAP_FAILED || pages == 1)
		return room;
	if (fd < 0 || ftruncate(fd, (off_t)size))
		return MAP_FAILED;
	for (unsigned long i = 0; i < pages; i++) {
		if (mmap(room + i * size, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
			 0) == MAP_FAILED)
			return MAP_FAILED;
	}
	close(fd);
	return room;
}

static void *run_worker(void *argument)
{
	static atomic_ulong places;
	struct worker *worker = argument;
	const struct stimulus *stimulus = worker->stimulus;
	size_t one = (size_t)sysconf(_SC_PAGESIZE), size = one * worker->pages;
	void *page = room_for(one, worker->pages);
	__u64 iova = IOVA + (places++ % PLACES) * IOVA_STEP;

	if (page == MAP_FAILED) {
		worker->err = -1;
		return NULL;
	}
	worker->cpu_ns = cost_thread_ns();
	cost_begin(&worker->cost);
	for (unsigned long i = 0; !worker->err && i < worker->count; i++) {
		worker->err = domain_invalidate(&stimulus->domains[i % stimulus->domain_count],
						page, size, iova);
		cost_piece(&worker->cost, i);
	}
	worker->cpu_ns = cost_thread_ns() - worker->cpu_ns;
	munmap(page, size);
	return NULL;
}

/* Without another thread, so that only the loop is timed. */
static int invalidate_alone(const struct stimulus *stimulus, const struct work *work,
			    struct spent *spent)
{
	struct worker worker = {
		.stimulus = stimulus, .count = work->count, .pages = pages_of(work)};

	cost_init(&worker.cost, work->count);
	run_worker(&worker);
	spent->each_ns = cost_of_piece(&worker.cost);
	spent->cpu_ns = worker.cpu_ns;
	cost_free(&worker.cost);
	return worker.err;
}

static int invalidate(const struct stimulus *stimulus, const struct work *work)
{
	struct worker workers[THREADS_MAX] = {};
	unsigned long started = 0;
	int err = 0;

	for (unsigned long i = 0; !err && i < work->threads; i++) {
		workers[i].stimulus = stimulus;
		workers[i].pages = pages_of(work);
		workers[i].count = work->count / work->threads + (i < work->count % work->threads);
		if (pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]))
			err = -1;
		if (!err)
			started++;
	}
	for (unsigned long i = 0; i < started; i++) {
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

/* The lists and commands of `count` invalidations that are spread evenly over the domains. */
static void print_expected(const struct stimulus *stimulus, const struct ats_functions *ats,
			   unsigned long count, FILE *out)
{
	unsigned long tlbi = 0, lists = 0, commands = 0;

	for (unsigned long i = 0; i < stimulus->domain_count; i++) {
		unsigned long own = count / stimulus->domain_count +
				    (i < count % stimulus->domain_count);

		tlbi += own * ats[i].smmus;
		for (size_t k = 0; k < ats[i].smmus; k++) {
			lists += own * ((ats[i].behind[k] + BATCH_MAX - 1) / BATCH_MAX);
			commands += own * ats[i].behind[k];
		}
	}
	fprintf(out, ",\"expected\":{\"tlbi_lists\":%lu,\"atc_lists\":%lu,\"atc_inv\":%lu}", tlbi,
		lists, commands);
}

int stimulus_work(struct stimulus *stimulus, const struct work *work, FILE *out)
{
	struct ats_functions ats[DOMAINS_MAX] = {};
	unsigned int functions = 0;
	struct spent spent = {};
	__u64 begun;
	int err;

	stimulus_pin(work->pin);
	for (size_t i = 0; i < stimulus->domain_count; i++) {
		domain_ats_functions(&stimulus->domains[i], &ats[i]);
		/* Domains by PASID have the same functions. */
		for (size_t k = 0; !(i && stimulus->domains[i].pasid) && k < ats[i].smmus; k++)
			functions += ats[i].behind[k];
	}
	begun = now_ns();
	if (work->attach_loop)
		err = attach_again(stimulus, work->count);
	else if (work->threads == 1)
		err = invalidate_alone(stimulus, work, &spent);
	else
		err = invalidate(stimulus, work);
	fprintf(out,
		"{\"schema\":\"" SCHEMA "\",\"%s\":%lu,\"elapsed_ns\":%llu,\"threads\":%lu,"
		"\"domains\":%zu,\"ats_functions\":%u,\"by\":\"%s\"",
		work->attach_loop ? "attachments" : "invalidations", err ? 0 : work->count,
		now_ns() - begun, work->threads, stimulus->domain_count, functions,
		stimulus->by_container ? "vfio container" : "iommufd");
	if (!work->attach_loop)
		print_expected(stimulus, ats, work->count, out);
	if (spent.cpu_ns)
		fprintf(out, ",\"each_ns\":%.2f,\"cpu_ns\":%llu", spent.each_ns, spent.cpu_ns);
	fputs("}\n", out);
	fflush(out);
	return err;
}
