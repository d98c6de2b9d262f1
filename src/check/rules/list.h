/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The list of the rules. A new rule is a row here and a file in this directory: the tables, the
 * names, the count and docs/RULES.md are made from the two.
 */
#ifndef CHECK_RULES_LIST_H
#define CHECK_RULES_LIST_H

/*
 * X(number, symbol, id, statement, source). symbol: its struct check_rule; with .c, its file.
 * statement: one line. source: who raised it in the review of the recovery series on the
 * kernel's mailing lists, or where else it comes from.
 */
#define CHECK_RULES(X)                                                                             \
	X(1, r01_own_sync, "own-sync", "every list with ATC_INV carries its own CMD_SYNC",         \
	  "Robin, Jason")                                                                          \
	X(2, r02_no_foreign_sync, "no-foreign-sync",                                               \
	  "no other CMD_SYNC can absorb an ATC timeout", "Robin")                                  \
	X(3, r03_error_reaches_issuer, "error-reaches-issuer",                                     \
	  "a reported ATC timeout is an error for the list and for its invalidation",              \
	  "Robin, Jason")                                                                          \
	X(4, r04_exact_blame, "exact-blame",                                                       \
	  "a timeout is attributed by queue and index of its CMD_SYNC", "Robin, Jason")            \
	X(5, r05_hardware_or_software, "hardware-or-software",                                     \
	  "a hardware timeout differs from the poll's own", "Nicolin")                             \
	X(6, r06_fence_before_return, "fence-before-return",                                       \
	  "EATS is off and synced before the invalidation returns", "Jason")                       \
	X(7, r07_isolate, "isolate", "only the device that fails alone is fenced", "Jason, Shuai") \
	X(8, r08_no_allocation, "no-allocation",                                                   \
	  "no allocation or sleeping lock from failure to fence", "Jason")                         \
	X(9, r09_quiet_isr, "quiet-isr", "the GERROR handler only signals", "Jason")               \
	X(10, r10_blocked_gerror, "blocked-gerror",                                                \
	  "an issuer finds a GERROR that cannot interrupt it", "Robin, Nicolin")                   \
	X(11, r11_stop_sending, "stop-sending", "no ATC_INV for a fenced StreamID", "Jason")       \
	X(12, r12_one_recovery, "one-recovery",                                                    \
	  "repeated timeouts of a device start one recovery", "Robin")                             \
	X(13, r13_no_silent_enable, "no-silent-enable",                                            \
	  "ATS comes back only after a reset that worked", "Nicolin")                              \
	X(14, r14_probe_is_no_reset, "probe-is-no-reset",                                          \
	  "asking for reset methods does not block the IOMMU", "Nicolin")                          \
	X(15, r15_balanced, "balanced", "reset prepare and done nest and balance", "Shuai, Kevin") \
	X(16, r16_unmap_unharmed, "unmap-unharmed",                                                \
	  "an unmap succeeds, and returns after the fence", "Jason")                               \
	X(17, r17_bounded, "bounded", "recovery and waits stay within their budgets", "Sami")      \
	X(18, r18_every_queue, "every-queue", "secondary command queues are treated alike",        \
	  "the driver's code")                                                                     \
	X(19, r19_others_unharmed, "others-unharmed",                                              \
	  "nobody waits in vain behind a device that is known to be silent", "Sami, Jason")        \
	X(20, r20_no_collateral, "no-collateral",                                                  \
	  "no device is fenced that cannot be the one that was silent", "Jason, Shuai")            \
	X(21, r21_order, "order", "ATS is on in a function only while its STE grants it",          \
	  "the architecture")                                                                      \
	X(22, r22_nobody_forgotten, "nobody-forgotten",                                            \
	  "every invalidation reaches each function that may hold what it is for",                 \
	  "the architecture")                                                                      \
	X(23, r23_converges, "converges", "a device that got ATS back and failed ends up fenced",  \
	  "Nicolin, Jason")

/*
 * Counts the rows in the preprocessor, so that texts can contain the count. The rows are put in
 * front of a countdown, and shift it: the 34th argument is then their count.
 */
#define CHECK_RULE_COMMA_(number, ...) , number
#define CHECK_RULE_34TH_(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x,   \
			 y, z, A, B, C, D, E, F, G, N, ...)                                        \
	N
#define CHECK_RULE_COUNTED_(...)                                                                   \
	CHECK_RULE_34TH_(__VA_ARGS__, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18,  \
			 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define CHECK_RULE_COUNT	 CHECK_RULE_COUNTED_(CHECK_RULES(CHECK_RULE_COMMA_))
#define CHECK_RULE_TEXT_(count)	 CHECK_RULE_TEXT__(count)
#define CHECK_RULE_TEXT__(count) #count
/* "R1 to R23" */
#define CHECK_RULE_RANGE "R1 to R" CHECK_RULE_TEXT_(CHECK_RULE_COUNT)

/* Bit of rule number N in masks. */
#define CHECK_RULE(n) (1U << ((n)-1))
#define CHECK_ALL     ((1U << CHECK_RULE_COUNT) - 1)

/* for_each_rule(number) statement: all rules, by number. */
#define for_each_rule(number) for (unsigned int number = 1; number <= CHECK_RULE_COUNT; number++)

#endif
