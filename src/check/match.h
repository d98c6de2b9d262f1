/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which list does a CMDQ_ERR belong to? To the one whose CMD_SYNC is at its index: by queue and
 * index, and by the command that stands in front of that CMD_SYNC. Never by time alone.
 */
#ifndef CHECK_MATCH_H
#define CHECK_MATCH_H

#include "check/rules/rule.h"

/* A list that ran out of the poll's time may have returned long before its error comes. */
void match_waiting(struct queue *queue, struct open_error *error);
/* Errors that were found while the list was under way: sets error and hardware of the view. */
void match_list(struct list_view *view);
/*
 * The lists whose CMD_SYNC may be at this index, among those that ran out of time: one if it is
 * known, else those that may be meant. found has room for WAITING_MAX. Returns how many.
 */
unsigned int match_index(struct queue *queue, __u32 index, const struct waiting *found[]);

#endif
