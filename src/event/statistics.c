// SPDX-License-Identifier: GPL-2.0
#include "event/statistics.h"

#include <stdlib.h>
#include <string.h>

void statistics_free(struct statistics *statistics)
{
	free(statistics->queues);
	free(statistics->devices);
	free(statistics->sequence);
	memset(statistics, 0, sizeof(*statistics));
}
