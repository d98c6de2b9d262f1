// SPDX-License-Identifier: GPL-2.0
#include "session/wait.h"

#include "base/log.h"
#include "base/patience.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOK_NS 200000000L

#define MODULE "/sys/module/arm_smmu_v3/initstate"
#define DRIVER "/sys/bus/platform/drivers/arm-smmu-v3"

/* A module is "coming" while it binds its devices, then "live" (/sys/module/NAME/initstate). */
static bool module_live(const char *root)
{
	char path[PATH_MAX], state[16] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s" MODULE, root);
	file = fopen(path, "re");
	if (!file)
		return true; /* built in */
	if (!fgets(state, sizeof(state), file))
		state[0] = 0;
	fclose(file);
	return !strncmp(state, "live", 4);
}

bool wait_driver_ready(const char *root)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s" DRIVER, root);
	return !access(path, F_OK) && module_live(root);
}

int wait_until(int (*ready)(void *context), void *context, const char *what, const char *hint)
{
	const struct timespec look = {.tv_nsec = LOOK_NS};
	int number = -1, there = ready(context);
	sigset_t ending, before;

	if (there)
		return there > 0 ? EXIT_OK : EXIT_RUNTIME;
	patience_signals(&ending);
	sigprocmask(SIG_BLOCK, &ending, &before);
	log_info("waiting for %s, stop with Ctrl-C", what);
	while (number < 0 && !there) {
		number = sigtimedwait(&ending, NULL, &look);
		there = number < 0 ? ready(context) : 0;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (number < 0)
		return there > 0 ? EXIT_OK : EXIT_RUNTIME;
	log_error("ended by a signal, waiting for %s", what);
	log_hint("%s", hint);
	return EXIT_KERNEL;
}

static int driver_ready(void *root)
{
	return wait_driver_ready(root);
}

int wait_for_driver(const char *root)
{
	return wait_until(driver_ready, (void *)root, "the driver arm-smmu-v3 to be loaded",
			  "modprobe arm_smmu_v3; without an SMMUv3 there is nothing to see");
}
