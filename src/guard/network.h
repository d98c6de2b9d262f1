/* SPDX-License-Identifier: GPL-2.0 */
#ifndef GUARD_NETWORK_H
#define GUARD_NETWORK_H

#include "guard/tree.h"

/*
 * Does the network that the system needs depend on the guarded PCI function? To be asked
 * last: storage found to be remote is in guard->networked. Answers as guard_note().
 */
bool guard_network(struct guard *guard);

#endif
