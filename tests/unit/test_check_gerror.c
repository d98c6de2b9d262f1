// SPDX-License-Identifier: GPL-2.0
/*
 * The rules about the GERROR handler: R9 and R10. Each test tells a story and compares the
 * results of all rules.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"
#include "event/symbols.h"

#define FENCED "R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1"

/* ---- R9 ---- */

static void r9_pass(void **state)
{
	(void)state;
	irq(1);
	other(0);
	later(1 * MS);
	isr(5 * US, SMMU_GERROR_CMDQ_ERR);
	rules("R9 pass 1");
}

/* The handler was called by an issuer, or for another error. */
static void r9_not_exercised(void **state)
{
	(void)state;
	isr(5 * US, SMMU_GERROR_CMDQ_ERR);
	irq(1);
	isr(5 * US, 0x80);
	rules("");
}

static void r9_list(void **state)
{
	(void)state;
	irq(1);
	other(0);
	isr(30 * US, SMMU_GERROR_CMDQ_ERR);
	rules("R9 fail 1");
	says("in the GERROR handler: a list of 1 commands (TLBI_NH_VA)");
}

static void r9_acts(void **state)
{
	(void)state;
	irq(1);
	fence(DEV);
	isr(30 * US, SMMU_GERROR_CMDQ_ERR);
	ats(DEV, false, 0);
	isr(15 * US, SMMU_GERROR_CMDQ_ERR);
	ats(DEV, true, -EINVAL);
	isr(15 * US, SMMU_GERROR_CMDQ_ERR);
	rules("R9 fail 3, R20 fail 1");
	says("in the GERROR handler: fence of 0000:01:00.0");
	says("in the GERROR handler: ATS off of 0000:01:00.0");
	says("in the GERROR handler: ATS on of 0000:01:00.0");
}

/* Lists on another CPU, in a task, before the handler, and around it: not in it. */
static void r9_elsewhere(void **state)
{
	(void)state;
	irq(2);
	other(0);
	task(1);
	stream.cpu = 1;
	other(0);
	irq(1);
	isr(40 * US, SMMU_GERROR_CMDQ_ERR);
	later(100 * US);
	isr(50 * US, SMMU_GERROR_CMDQ_ERR);
	lasting(70 * US);
	other(0);
	rules("R9 pass 2");
}

static void r9_forbidden(void **state)
{
	(void)state;
	irq(1);
	forbidden(SMMU_FORBIDDEN_WORK, SMMU_FORBIDDEN_ISR, 0);
	rules("R9 fail 1");
	says("queue_work in the GERROR handler");
}

static void r9_every_way(void **state)
{
	(void)state;
	irq(1);
	forbidden(SMMU_FORBIDDEN_SOFTIRQ, SMMU_FORBIDDEN_ISR, 0);
	forbidden(SMMU_FORBIDDEN_KTHREAD, SMMU_FORBIDDEN_ISR, 0);
	rules("R9 fail 2");
	says("softirq_raise in the GERROR handler");
	says("kthread_queue_work in the GERROR handler");
}

/* Functions of a kernel, 0x100 bytes each. */
enum { HANDLER, TIMER, ADD_TIMER, WAKE, ENQUEUE, PRINT, IRQ_WORK, RING, TASK, FUNCTIONS };

#define TEXT(function) (0xffff800080000000ULL + 0x100ULL * (function))

static const struct symbol functions[FUNCTIONS + 1] = {
	{TEXT(HANDLER), "arm_smmu_gerror_handler"},
	{TEXT(TIMER), "enqueue_timer"},
	{TEXT(ADD_TIMER), "add_timer_on"},
	{TEXT(WAKE), "try_to_wake_up"},
	{TEXT(ENQUEUE), "enqueue_task"},
	{TEXT(PRINT), "vprintk_emit"},
	{TEXT(IRQ_WORK), "irq_work_queue"},
	{TEXT(RING), "bpf_ringbuf_submit"},
	{TEXT(TASK), "do_work"},
	{TEXT(FUNCTIONS), "?"},
};

/* An act in the handler, with up to four callers, innermost first. */
static void act_of(unsigned int act, const unsigned int *callers, unsigned int count)
{
	struct smmu_stack *stack;

	forbidden(act, SMMU_FORBIDDEN_ISR, 0);
	stack = &stream.sent[stream.count - 1].record->forbidden.stack;
	for (unsigned int i = 0; i < count; i++)
		stack->frame[i] = TEXT(callers[i]) + 8;
	stack->depth = count;
}

#define ACT(act, ...)                                                                              \
	act_of(SMMU_FORBIDDEN_##act, (const unsigned int[]){__VA_ARGS__},                          \
	       sizeof((const unsigned int[]){__VA_ARGS__}) / sizeof(unsigned int))

static struct symbols *with_symbols(void)
{
	struct symbols *symbols = symbols_table(functions, FUNCTIONS + 1);

	assert_non_null(symbols);
	stream.info.symbols = symbols;
	return symbols;
}

static void r9_timer(void **state)
{
	struct symbols *symbols = with_symbols();

	(void)state;
	irq(1);
	ACT(TIMER, TIMER, ADD_TIMER, HANDLER);
	ACT(HRTIMER, HANDLER);
	ACT(IPI, IRQ_WORK, HANDLER);
	rules("R9 fail 3");
	says("timer_start in the GERROR handler");
	says("hrtimer_start in the GERROR handler");
	says("ipi_raise in the GERROR handler");
	symbols_free(symbols);
}

/* Waking, printing and tracing is allowed, and what the kernel defers for that is not the
 * handler's. */
static void r9_kernels_own(void **state)
{
	struct symbols *symbols = with_symbols();

	(void)state;
	irq(1);
	ACT(TIMER, TIMER, ADD_TIMER, ENQUEUE, WAKE, HANDLER);
	ACT(HRTIMER, ENQUEUE, WAKE);
	ACT(IPI, IRQ_WORK, PRINT, HANDLER);
	ACT(WORK, PRINT, HANDLER);
	ACT(IPI, IRQ_WORK, RING, TASK, HANDLER);
	isr(100 * US, SMMU_GERROR_CMDQ_ERR);
	rules("R9 pass 1");
	symbols_free(symbols);
}

/* The interrupt came while the task was printing. */
static void r9_not_interrupted(void **state)
{
	struct symbols *symbols = with_symbols();

	(void)state;
	irq(1);
	ACT(TIMER, TIMER, ADD_TIMER, HANDLER, PRINT, TASK);
	rules("R9 fail 1");
	symbols_free(symbols);
}

/* Nobody knows whose timer it was. */
static void r9_nameless(void **state)
{
	(void)state;
	irq(1);
	forbidden(SMMU_FORBIDDEN_TIMER, SMMU_FORBIDDEN_ISR, 0);
	isr(100 * US, SMMU_GERROR_CMDQ_ERR);
	rules("R9 not observable 1");
}

static void r9_slow(void **state)
{
	(void)state;
	irq(1);
	later(1 * S);
	isr(100 * MS, SMMU_GERROR_CMDQ_ERR);
	isr(101 * MS, SMMU_GERROR_CMDQ_ERR);
	rules("R9 fail 1");
	says("the GERROR handler took 101.0 ms");
	says("{\"what\":\"longest time in the handler\",\"ns\":101000000}");
}

static void r9_budget(void **state)
{
	(void)state;
	stream.options.budget_handler_ns = 2 * MS;
	irq(1);
	later(1 * S);
	isr(3 * MS, SMMU_GERROR_CMDQ_ERR);
	rules("R9 fail 1");
}

/* With threadirqs the handler is a thread. */
static void r9_thread(void **state)
{
	(void)state;
	isr(5 * US, SMMU_GERROR_CMDQ_ERR);
	memcpy(stream.sent[stream.count - 1].record->event.comm, "irq/23-arm-smmu", 16);
	rules("R9 not observable");
	says("the GERROR handler runs as a thread");
}

/* ---- R10 ---- */

#define BLOCKED (SMMU_EVENT_GERROR | SMMU_EVENT_BLOCKED)

static void waits(unsigned int flags, __u64 ns)
{
	other(0);
	later(ns);
	inject_as(DEV, -EIO, flags);
	lasting(ns);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
}

/* The driver knew of the error at once. */
static void r17_failed_list_itself(void **state)
{
	(void)state;
	other(0);
	hardware_error(SMMU_CERROR_ATC_INV_SYNC, 0);
	later(900 * MS);
	lasting(900 * MS + 10 * US);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	rules(FENCED ", R17 fail 1, R20 pass 1");
	says("a list took 900.0 ms with interrupts off after its CMD_SYNC had failed");
}

/* The error came late, which is the device's doing. */
static void r17_failed_list_waits(void **state)
{
	(void)state;
	other(0);
	later(900 * MS);
	hardware_error(SMMU_CERROR_ATC_INV_SYNC, 0);
	lasting(900 * MS + 10 * US);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	rules(FENCED ", R17 pass 1, R20 pass 1");
}

/* Told by the interrupt that had to wait. */
static void interrupts_off(__u64 ns)
{
	irq(0);
	forbidden(SMMU_FORBIDDEN_INTERRUPTS_OFF, SMMU_FORBIDDEN_RECOVERY, 0);
	task(stream.tid);
	stream.sent[stream.count - 1].record->forbidden.since_ns = ns;
}

static void r17_interrupts_off(void **state)
{
	(void)state;
	inject(DEV);
	atc(-EIO, DEV);
	fence(DEV);
	later(700 * MS);
	interrupts_off(700 * MS);
	returned(-EIO);
	rules(FENCED ", R17 fail 1, R20 pass 1");
	says("interrupts were off for 700.0 ms while a device was recovered");
}

/* By a list that waited on that CPU, of an interrupt which came into the recovery: a list's time.
 */
static void r17_interrupts_off_by_a_list(void **state)
{
	(void)state;
	inject(DEV);
	atc(-EIO, DEV);
	fence(DEV);
	later(700 * MS);
	interrupts_off(700 * MS);
	lasting(700 * MS);
	stream.context = SMMU_CONTEXT_SOFTIRQ;
	other(-ETIMEDOUT);
	task(stream.tid);
	returned(-EIO);
	rules(FENCED ", R17 pass 1, R20 pass 1");
}

/* The invalidation is over: it has nothing to do with it any more. */
static void r17_interrupts_off_later(void **state)
{
	(void)state;
	inject(DEV);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	later(700 * MS);
	interrupts_off(700 * MS);
	rules(FENCED ", R17 pass 1, R20 pass 1");
}

static void r17_interrupts_budget(void **state)
{
	(void)state;
	inject(DEV);
	atc(-EIO, DEV);
	fence(DEV);
	later(500 * MS);
	interrupts_off(500 * MS);
	returned(-EIO);
	rules(FENCED ", R17 pass 1, R20 pass 1");
}

static void r10_pass(void **state)
{
	(void)state;
	waits(BLOCKED, 50 * MS);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R10 pass 1, "
	      "R17 pass 1, R20 pass 1");
	says("{\"what\":\"longest wait of the issuer\",\"ns\":50000000}");
}

static void r10_fail(void **state)
{
	(void)state;
	waits(BLOCKED, 1 * S);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R10 fail 1, "
	      "R17 pass 1, R20 pass 1");
	says("the issuer waited 1.0 s for a GERROR whose interrupt it blocked itself");
}

static void r10_budget(void **state)
{
	(void)state;
	stream.options.budget_blocked_ns = 2 * MS;
	waits(BLOCKED, 2 * MS + 1);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R10 fail 1, "
	      "R17 pass 1, R20 pass 1");
}

static void r10_free(void **state)
{
	(void)state;
	waits(SMMU_EVENT_GERROR, 1 * S);
	rules(FENCED ", R17 pass 1, R20 pass 1");
}

/* Its own error was found, late on a busy host, and the next list has one by then. */
static void r10_next_error(void **state)
{
	(void)state;
	registers(59 * MS, 1, 0);
	stream.sent[stream.count - 1].record->registers.result = -EIO;
	rules("");
}

/* A GERROR without an injection was still active when the list gave up. */
static void r10_registers(void **state)
{
	(void)state;
	registers(1 * S, 1, 0);
	registers(1 * S, 1, 1);
	registers(50 * MS, 1, 0);
	registers(1 * S, 0x80, 0);
	rules("R10 fail 1");
	says("a list returned after 1.0 s with GERROR.CMDQ_ERR still active");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(r9_pass),
		story(r9_not_exercised),
		story(r9_list),
		story(r9_acts),
		story(r9_elsewhere),
		story(r9_forbidden),
		story(r9_every_way),
		story(r9_timer),
		story(r9_kernels_own),
		story(r9_not_interrupted),
		story(r9_nameless),
		story(r9_slow),
		story(r9_budget),
		story(r9_thread),
		story(r17_failed_list_itself),
		story(r17_failed_list_waits),
		story(r17_interrupts_off),
		story(r17_interrupts_off_by_a_list),
		story(r17_interrupts_budget),
		story(r17_interrupts_off_later),
		story(r10_pass),
		story(r10_fail),
		story(r10_budget),
		story(r10_free),
		story(r10_registers),
		story(r10_next_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
