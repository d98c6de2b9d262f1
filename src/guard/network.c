// SPDX-License-Identifier: GPL-2.0
/*
 * The network interfaces that the running system needs: that of the only default route,
 * and if storage is remote, all that have a route.
 */
#include "guard/network.h"

#include <dirent.h>
#include <errno.h>
#include <linux/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An interface with a route. */
struct guard_route {
	char interface[IFNAMSIZ];
	bool is_default;
};

static int add_route(struct guard *guard, const char *interface, unsigned int flags,
		     bool is_default)
{
	struct guard_route *routes;

	/* an "unreachable" route leads nowhere */
	if (!(flags & RTF_UP) || flags & RTF_REJECT || !strcmp(interface, "lo"))
		return 0;
	for (size_t i = 0; i < guard->route_count; i++) {
		if (strcmp(guard->routes[i].interface, interface))
			continue;
		guard->routes[i].is_default |= is_default;
		return 0;
	}
	routes = realloc(guard->routes, (guard->route_count + 1) * sizeof(*routes));
	if (!routes)
		return guard_unknown(guard, -ENOMEM, "out of memory");
	guard->routes = routes;
	snprintf(routes[guard->route_count].interface, IFNAMSIZ, "%s", interface);
	routes[guard->route_count++].is_default = is_default;
	return 0;
}

/* A line: Iface Destination Gateway Flags RefCnt Use Metric Mask ... */
static int add_route4(struct guard *guard, char *line)
{
	unsigned int destination, flags, mask;
	char interface[IFNAMSIZ];

	if (strstr(line, "Destination"))
		return 0;
	if (sscanf(line, "%15s %x %*x %x %*d %*u %*d %x", interface, &destination, &flags, &mask) !=
	    4)
		return guard_unknown(guard, -EPROTO, "/proc/net/route: cannot read '%.60s'", line);
	return add_route(guard, interface, flags, !destination && !mask);
}

/* A line: destination length source length gateway metric references use flags interface */
static int add_route6(struct guard *guard, char *line)
{
	char destination[33], interface[IFNAMSIZ];
	unsigned int length, flags;

	if (sscanf(line, "%32s %x %*s %*x %*s %*x %*x %*x %x %15s", destination, &length, &flags,
		   interface) != 4)
		return guard_unknown(guard, -EPROTO, "/proc/net/ipv6_route: cannot read '%.60s'",
				     line);
	return add_route(guard, interface, flags,
			 !length && strspn(destination, "0") == strlen(destination));
}

static int interface_in_use(struct guard *guard, const char *interface, unsigned int depth);

/*
 * Asks about the interfaces below a bridge, a VLAN or a bond. Each one counts, even if a bond
 * could do without it: the user can overrule a refusal, but not undo a reset.
 */
static int lowers_in_use(struct guard *guard, const char *path, unsigned int depth)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int answer = -ENODEV;

	if (!directory)
		return guard_unknown(guard, -errno, "%s: %s", path, strerror(errno));
	while ((entry = readdir(directory))) {
		int lower;

		if (strncmp(entry->d_name, "lower_", 6))
			continue;
		lower = interface_in_use(guard, entry->d_name + 6, depth + 1);
		if (lower == -ENODEV)
			continue;
		answer = answer == -ENODEV ? lower : guard_worse(answer, lower);
	}
	closedir(directory);
	return answer;
}

/* As in tree.h, and -ENODEV for a tunnel or a tap, which has no hardware below. */
static int interface_in_use(struct guard *guard, const char *interface, unsigned int depth)
{
	char path[PATH_MAX], device[PATH_MAX];
	int err;

	if (depth > GUARD_DEPTH_MAX)
		return guard_unknown(guard, -ELOOP, "%s: too many interfaces on top of each other",
				     interface);
	err = guard_path(path, "%s/sys/class/net/%s/device", guard->root, interface);
	if (!err)
		err = guard_realpath(path, device);
	if (!err) {
		err = guard_function(guard, device);
		return err == -ENODEV ? 0 : err; /* on the SoC */
	}
	if (err != -ENOENT)
		return guard_unknown(guard, err, "%s: %s", path, strerror(-err));
	*strrchr(path, '/') = '\0';
	return lowers_in_use(guard, path, depth);
}

/* Asks about all interfaces with a route. */
static int routed_in_use(struct guard *guard)
{
	int answer = -ENODEV;

	for (size_t i = 0; i < guard->route_count; i++) {
		int one = interface_in_use(guard, guard->routes[i].interface, 0);

		if (one != -ENODEV)
			answer = answer == -ENODEV ? one : guard_worse(answer, one);
	}
	if (answer == -ENODEV)
		return guard_unknown(guard, answer, "no network interface has a route");
	return answer;
}

/* 1 if there are default routes and each of them needs the device. */
static int default_in_use(struct guard *guard)
{
	int answer = 0;

	for (size_t i = 0; i < guard->route_count; i++) {
		const struct guard_route *route = &guard->routes[i];
		int one;

		if (!route->is_default)
			continue;
		one = interface_in_use(guard, route->interface, 0);
		/* a tunnel leaves through one of the others, and which one is unknown */
		if (one == -ENODEV)
			one = routed_in_use(guard);
		if (!one)
			return 0;
		if (one < 0 || !answer)
			answer = one;
	}
	return answer;
}

bool guard_network(struct guard *guard)
{
	int err = guard_each_line(guard, "/proc/net/route", true, add_route4);

	if (!err)
		err = guard_each_line(guard, "/proc/net/ipv6_route", true, add_route6);
	if (guard->networked[0]) {
		memcpy(guard->what, guard->networked, sizeof(guard->what));
		if (guard_note(guard, err ? err : routed_in_use(guard), "may be the way to"))
			return true;
	}
	snprintf(guard->what, sizeof(guard->what), "the only default route");
	for (size_t i = 0, named = 0; i < guard->route_count; i++) {
		size_t length = strlen(guard->what);

		if (guard->routes[i].is_default)
			snprintf(guard->what + length, sizeof(guard->what) - length, "%s%s",
				 named++ ? " and " : ", ", guard->routes[i].interface);
	}
	return guard_note(guard, err ? err : default_in_use(guard), "carries");
}
