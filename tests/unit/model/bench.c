// SPDX-License-Identifier: GPL-2.0
#include "bench.h"

#include <stdarg.h>
#include <stdio.h>

struct unit *bench_unit(const struct bench *bench, unsigned int function)
{
	const struct track *track = bench->track;
	const struct machine_function *place = &machine_functions[function];

	for (size_t i = 0; i < track->unit_count; i++) {
		if (track->units[i]->smmu == machine_smmus[place->smmu] &&
		    track->units[i]->sid == machine_streams[place->first].sid)
			return track->units[i];
	}
	return NULL;
}

unsigned int bench_function(const struct unit *unit)
{
	unsigned int i = 0;

	while (i < MACHINE_FUNCTIONS - 1 &&
	       (machine_smmus[machine_functions[i].smmu] != unit->smmu ||
		machine_streams[machine_functions[i].first].sid != unit->sid))
		i++;
	return i;
}

void bench_disagree(struct bench *bench, size_t event, const char *format, ...)
{
	va_list args;

	if (!bench->agree)
		return;
	bench->agree = false;
	bench->found->event = event;
	bench->found->what = format;
	va_start(args, format);
	vsnprintf(bench->found->text, sizeof(bench->found->text), format, args);
	va_end(args);
}

bool bench_unplaced(const struct bench *bench)
{
	return !bench->world->climate.exact && !bench->world->climate.injected;
}
