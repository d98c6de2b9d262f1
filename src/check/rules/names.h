/* SPDX-License-Identifier: GPL-2.0 */
/* The texts of list.h, by rule number. */
#ifndef CHECK_RULES_NAMES_H
#define CHECK_RULES_NAMES_H

/* "own-sync" */
const char *check_rule_id(unsigned int rule);
const char *check_rule_statement(unsigned int rule);

#endif
