// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "inject/rule.h"
#include "smmu_event.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define S	     1000000000ULL

static struct smmu smmus[] = {
	{.name = "a.smmuv3", .address = 0xa000, .gerror_cpu = 3},
	{.name = "b.smmuv3",
	 .address = 0xb000,
	 .gerror_cpu = SMMU_CPU_NONE,
	 .gerror_reason = "interrupt 5 may go to any of the CPUs 0-3"},
};

#define ATS_ON .ats_capable = true, .ats_enabled = true

static struct device list[] = {
	{.bdf = 0x100, .name = "0000:01:00.0", .smmu = 0xa000, .sid = {0x100}, .sids = 1, ATS_ON},
	{.bdf = 0x200,
	 .name = "0000:02:00.0",
	 .smmu = 0xa000,
	 .sid = {0x200, 0x208, 0x210},
	 .sids = 3,
	 ATS_ON},
	{.bdf = 0x300, .name = "0000:03:00.0", .smmu = 0xa000, .sid = {0x300}, .sids = 1},
	{.bdf = 0x400,
	 .name = "0000:04:00.0",
	 .smmu = 0xa000,
	 .sid = {0x400},
	 .sids = 1,
	 .ats_capable = true},
	{.bdf = 0x500, .name = "0000:05:00.0"},
	/* 0x100 again, behind the other SMMU */
	{.bdf = 0x10100,
	 .name = "0001:01:00.0",
	 .smmu = 0xb000,
	 .sid = {0x100, 0x700},
	 .sids = 2,
	 ATS_ON},
	/* StreamID 0 is valid */
	{.bdf = 0x700, .name = "0000:07:00.0", .smmu = 0xb000, .sid = {0}, .sids = 1, ATS_ON},
	/* behind an SMMUv3, but without a StreamID */
	{.bdf = 0x800, .name = "0000:08:00.0", .smmu = 0xb000, ATS_ON},
	/* shares 0x208 with 0000:02:00.0, whose ATS is on */
	{.bdf = 0x600,
	 .name = "0000:06:00.0",
	 .smmu = 0xa000,
	 .sid = {0x208, 0x610},
	 .sids = 2,
	 ATS_ON},
};
static struct devices devices = {smmus, 2, list, COUNT(list)};

static int order(const void *a, const void *b)
{
	__u32 x = ((const struct device *)a)->bdf, y = ((const struct device *)b)->bdf;

	return x < y ? -1 : x > y;
}

static int sort_devices(void **state)
{
	(void)state;
	qsort(list, COUNT(list), sizeof(list[0]), order);
	return 0;
}

static struct inject_rule parsed(const char *text)
{
	struct inject_rule rule = {0};
	struct refusal error;

	if (inject_rule_parse(text, &rule, &error))
		fail_msg("'%s': %s", text, error.message);
	return rule;
}

static struct inject_rule_target resolved(const char *text)
{
	struct inject_rule rule = parsed(text);
	struct inject_rule_target target;
	struct refusal error;

	if (inject_rule_resolve(&rule, &devices, &target, &error))
		fail_msg("'%s': %s", text, error.message);
	return target;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in '%s'", part, text);
}

/* ---- parse ---- */

static void parses_defaults(void **state)
{
	struct inject_rule rule = parsed("device=01:00.0");

	(void)state;
	assert_int_equal(rule.given, 1 << INJECT_RULE_DEVICE);
	assert_int_equal(rule.bdf, 0x100);
	assert_true(rule.after == 0 && rule.every == 1 && rule.times == 1);
	assert_true(rule.duration_ns == 10 * S);
	assert_int_equal(rule.probability, 0xffffffff);
	assert_int_equal(rule.error, -EIO);
	assert_int_equal(rule.contexts, 0);
}

static void parses_all_keys(void **state)
{
	struct inject_rule rule = parsed("sid=0x1F,smmu=a.smmuv3,ssid=0xfffff,after=3,every=2,"
					 "times=18446744073709551615,for=1440m,probability=25%,"
					 "context=hardirq|task,pid=4194304,comm=kworker/0:1 = x,"
					 "error=ETIMEDOUT,kind=verdict");

	(void)state;
	assert_int_equal(rule.given, ((1 << INJECT_RULE_WAIT) - 1) &
					     ~(1 << INJECT_RULE_DEVICE | 1 << INJECT_RULE_IRQ));
	assert_int_equal(rule.kind, SMMU_RULE_KIND_VERDICT);
	assert_int_equal(rule.sid, 0x1f);
	assert_string_equal(rule.smmu, "a.smmuv3");
	assert_int_equal(rule.ssid, 0xfffff);
	assert_true(rule.after == 3 && rule.every == 2 && rule.times == ~0ULL);
	assert_true(rule.duration_ns == 86400 * S);
	assert_int_equal(rule.probability, 0x3fffffff);
	assert_int_equal(rule.contexts, 1 << SMMU_CONTEXT_TASK | 1 << SMMU_CONTEXT_HARDIRQ);
	assert_int_equal(rule.pid, 4194304);
	assert_string_equal(rule.comm, "kworker/0:1 = x");
	assert_int_equal(rule.error, -ETIMEDOUT);
}

static void parses_kinds(void **state)
{
	static const struct {
		const char *text;
		enum smmu_rule_kind kind;
		enum inject_rule_irq irq;
		int error;
	} cases[] = {
		{"sid=1", SMMU_RULE_KIND_VERDICT, INJECT_RULE_IRQ_ANY, -EIO},
		{"sid=1,kind=verdict", SMMU_RULE_KIND_VERDICT, INJECT_RULE_IRQ_ANY, -EIO},
		{"sid=1,kind=gerror", SMMU_RULE_KIND_GERROR, INJECT_RULE_IRQ_ANY, -EIO},
		{"irq=any,kind=gerror,sid=1", SMMU_RULE_KIND_GERROR, INJECT_RULE_IRQ_ANY, -EIO},
		{"sid=1,irq=blocked,kind=gerror", SMMU_RULE_KIND_GERROR, INJECT_RULE_IRQ_BLOCKED,
		 -EIO},
		{"sid=1,kind=gerror,irq=free", SMMU_RULE_KIND_GERROR, INJECT_RULE_IRQ_FREE, -EIO},
		{"sid=1,kind=stall", SMMU_RULE_KIND_STALL, INJECT_RULE_IRQ_ANY, -ETIMEDOUT},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct inject_rule rule = parsed(cases[i].text);

		assert_int_equal(rule.kind, cases[i].kind);
		assert_int_equal(rule.irq, cases[i].irq);
		assert_int_equal(rule.error, cases[i].error);
	}
}

static void parses_probabilities(void **state)
{
	static const struct {
		const char *text;
		__u32 probability;
	} cases[] = {
		{"sid=1,probability=1", 0xffffffff},
		{"sid=1,probability=1.000", 0xffffffff},
		{"sid=1,probability=100%", 0xffffffff},
		{"sid=1,probability=0.5", 0x7fffffff},
		{"sid=1,probability=.5", 0x7fffffff},
		{"sid=1,probability=50.0%", 0x7fffffff},
		{"sid=1,probability=0.000000001", 4},
		{"sid=1,probability=0.000000001%", 4},
		{"sid=1,probability=0.5000000009", 0x7fffffff},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(parsed(cases[i].text).probability, cases[i].probability);
}

static void parses_devices(void **state)
{
	struct inject_rule rule = parsed("kind=device,device=01:00.0");
	struct silence_order order = inject_rule_order(&rule);

	(void)state;
	/* bounded in count and time whatever is not said */
	assert_int_equal(order.count, 1);
	assert_int_equal(order.for_ms, 10000);
	assert_true(!order.survives_reset && !order.again && !order.of_ssid && !order.has_wait);
	assert_int_equal(order.meets, SILENCE_MEETS_NOTHING);
	rule = parsed("device=01:00.0,kind=device,times=65534,for=1ns,ssid=0xfffff,wait=60s,"
		      "again=255,reset=keeps,cerror=abt");
	order = inject_rule_order(&rule);
	assert_int_equal(order.count, 65534);
	assert_int_equal(order.for_ms, 1);
	assert_true(order.of_ssid && order.ssid == 0xfffff);
	assert_true(order.has_wait && order.wait_us == 60000000);
	assert_true(order.again == 255 && order.survives_reset);
	assert_int_equal(order.meets, SILENCE_MEETS_ABT);
	rule = parsed("sid=1,kind=device,wait=0s,reset=ends,for=1440m,cerror=ill");
	order = inject_rule_order(&rule);
	assert_true(order.has_wait && !order.wait_us && !order.survives_reset);
	assert_int_equal(order.for_ms, 86400000);
	assert_int_equal(order.meets, SILENCE_MEETS_ILL);
}

static void overrides(void **state)
{
	struct inject_rule rule = parsed("device=01:00.0,times=5,kind=stall,for=20s"), before;
	struct refusal error;

	(void)state;
	assert_int_equal(inject_rule_override("kind=device,times=2", &rule, &error), 0);
	assert_int_equal(rule.kind, SMMU_RULE_KIND_DEVICE);
	assert_true(rule.bdf == 0x100 && rule.times == 2 && rule.duration_ns == 20 * S);
	/* and back: the error is that of the kind */
	assert_int_equal(inject_rule_override("kind=verdict", &rule, &error), 0);
	assert_int_equal(rule.error, -EIO);
	rule = parsed("device=01:00.0,context=hardirq");
	assert_int_equal(inject_rule_override("context=task", &rule, &error), 0);
	assert_int_equal(rule.contexts, 1 << SMMU_CONTEXT_TASK);
	before = rule;
	assert_int_equal(inject_rule_override("kind=device", &rule, &error), -EINVAL);
	has(error.message, "'context=' and 'kind=device'");
	assert_memory_equal(&rule, &before, sizeof(rule));
	assert_int_equal(inject_rule_override("times=1,times=1", &rule, &error), -EINVAL);
	has(error.message, "was given before");
}

/* A wrong text, a part of its message, a part of its hint. */
static const struct {
	const char *text;
	const char *message;
	const char *hint;
} wrong[] = {
	{"", "no device, no StreamID and no SMMU", "device=0000:01:00.0"},
	{"times=1,error=EIO", "'times=1,error=EIO': no device", "sid=N or smmu=NAME"},
	{"device=01:00.0,sid=16", "'device=0000:01:00.0' and 'sid=0x10'", "keep one"},
	{"devcie=01:00.0", "unknown key 'devcie'", "did you mean 'device'?"},
	{"sid=1,Times=1", "unknown key 'Times'", "did you mean 'times'?"},
	{"sid=1,evry=1", "unknown key 'evry'", "did you mean 'every'?"},
	{"sid=1,probabilty=1", "unknown key 'probabilty'", "did you mean 'probability'?"},
	{"sdi=1", "unknown key 'sdi'", "did you mean 'sid'?"},
	{"smmmu=1", "unknown key 'smmmu'", "did you mean 'smmu'?"},
	{"xsmmu=1", "unknown key 'xsmmu'", "did you mean 'smmu'?"},
	{"mmu=1", "unknown key 'mmu'", "did you mean 'smmu'?"},
	{"conttexxt=1", "unknown key 'conttexxt'", "did you mean 'context'?"},
	{"proability=1", "unknown key 'proability'", "did you mean 'probability'?"},
	{"ssi=1", "unknown key 'ssi'", "did you mean 'ssid'?"},
	{"sid=1,colour=red", "unknown key 'colour'", "the keys are device, sid, smmu, ssid,"},
	{"sid=1,=3", "unknown key ''", "the keys are"},
	{"0000:01:00.0,times=1", "'0000:01:00.0' is not KEY=VALUE", "write 'device=0000:01:00.0'"},
	{"sid=1,times", "'times' is not KEY=VALUE", "the keys are"},
	{"sid=1,sid=2", "'sid=2': 'sid' was given before", "once"},
	{"sid=1,times=1,times=1", "'times=1': 'times' was given before", "once"},
	{"sid=", "'sid=': no value", "256 or 0x100"},
	{"sid=1,,times=1", "'sid=1,,times=1': nothing", "comma"},
	{"sid=1,", "nothing before or after a comma", "comma"},
	{",sid=1", "nothing before or after a comma", "comma"},
	{"device=1:0.0", "'device=1:0.0': not a PCI address: its bus", "0000:01:00.0"},
	{"sid=-1", "'sid=-1': not a number", "StreamID"},
	{"sid=0x", "'sid=0x': not a number", "StreamID"},
	{"sid= 1", "'sid= 1': not a number", "StreamID"},
	{"sid=1x", "'sid=1x': not a number", "StreamID"},
	{"sid=0xffffffff", "'sid=0xffffffff': too large", "32 bits"},
	{"sid=18446744073709551617", "too large", "32 bits"},
	{"sid=1,ssid=0x100000", "'ssid=0x100000': too large", "20 bits"},
	{"sid=1,after=18446744073709551616", "after=18446744073709551616': too large", "0 or more"},
	{"sid=1,every=0", "'every=0': must not be 0", "1 or more"},
	{"sid=1,times=0", "'times=0': must not be 0", "1 or more"},
	{"sid=1,times=ten", "'times=ten': not a number", "1 or more"},
	{"sid=1,for=10", "'for=10': not a duration", "ns, us, ms, s or m"},
	{"sid=1,for=0s", "'for=0s': must not be 0", "above 0"},
	{"sid=1,for=1441m", "'for=1441m': too large", "1440m"},
	{"sid=1,for=99999999999999999999s", "too large", "1440m"},
	{"sid=1,probability=0", "'probability=0': must not be 0", "at most 1"},
	{"sid=1,probability=0.0%", "'probability=0.0%': must not be 0", "at most 1"},
	{"sid=1,probability=1.1", "'probability=1.1': too large", "percentage"},
	{"sid=1,probability=101%", "'probability=101%': too large", "percentage"},
	{"sid=1,probability=99999999999999999999999", "too large", "percentage"},
	{"sid=1,probability=0.0000000001", "too small", "percentage"},
	{"sid=1,probability=%", "'probability=%': not a number", "percentage"},
	{"sid=1,probability=.", "'probability=.': not a number", "percentage"},
	{"sid=1,probability=nan", "'probability=nan': not a number", "percentage"},
	{"sid=1,probability=-0.5", "not a number", "percentage"},
	{"sid=1,probability=1e-3", "not a number", "percentage"},
	{"sid=1,context=nmi", "'context=nmi': not a context", "task, softirq or hardirq"},
	{"sid=1,context=task|", "'context=task|': not a context", "'task|softirq'"},
	{"sid=1,context=task|task", "names a context twice", "'task|softirq'"},
	{"sid=1,pid=4194305", "'pid=4194305': too large", "0 to 4194304"},
	{"sid=1,comm=sixteen-bytes-xx", "'comm=sixteen-bytes-xx': too long", "15 bytes"},
	{"sid=1,error=EINVAL", "'error=EINVAL': not an error that can be injected",
	 "EIO (the hardware reports an ATC invalidate timeout) or ETIMEDOUT (the driver gives up"},
	{"sid=1,kind=gerr", "'kind=gerr': not a kind of injection", "gerror (the SMMU stops"},
	{"sid=1,kind=", "'kind=': no value", "or device"},
	{"kind=device,smmu=a.smmuv3", "'kind=device' and no device", "device=BDF or sid=N"},
	{"sid=1,kind=device,times=0", "'times=0': must not be 0", "1 to 65534"},
	{"sid=1,kind=device,times=65535", "'times=65535': more than the device can count",
	 "1 to 65534"},
	{"sid=1,kind=device,after=0", "'after=' and 'kind=device'", "leave 'after=' away"},
	{"sid=1,kind=device,every=1", "'every=' and 'kind=device'", "another kind"},
	{"sid=1,kind=device,probability=1", "'probability=' and 'kind=device'", "another kind"},
	{"sid=1,kind=device,context=task", "'context=' and 'kind=device'", "who sends them"},
	{"sid=1,kind=device,pid=1", "'pid=' and 'kind=device'", "who sends them"},
	{"sid=1,kind=device,comm=a", "'comm=' and 'kind=device'", "who sends them"},
	{"sid=1,error=EIO,kind=device", "'error=' and 'kind=device'", "leave 'error=' away"},
	{"sid=1,irq=any,kind=device", "'irq=' and 'kind=device'", "leave 'irq=' away"},
	{"sid=1,kind=device,wait=61s", "'wait=61s': too large", "0s to 60s"},
	{"sid=1,kind=device,wait=1", "'wait=1': not a duration", "0s to 60s"},
	{"sid=1,kind=device,again=256", "'again=256': too large", "0 to 255"},
	{"sid=1,kind=device,reset=no", "'reset=no': not what a reset can do", "ends (a reset"},
	{"sid=1,kind=device,cerror=sync", "'cerror=sync': not an error of a command", "ill or abt"},
	{"sid=1,wait=1s", "'wait=' without 'kind=device'", "add 'kind=device'"},
	{"sid=1,again=1,kind=gerror", "'again=' without 'kind=device'", "add 'kind=device'"},
	{"sid=1,reset=ends", "'reset=' without 'kind=device'", "leave 'reset=' away"},
	{"sid=1,kind=stall,cerror=ill", "'cerror=' without 'kind=device'", "leave 'cerror=' away"},
	{"sid=1,kind=gerror,irq=off", "'irq=off': not a choice of CPUs",
	 "blocked (only on the CPU"},
	{"sid=1,irq=blocked", "'irq=' without 'kind=gerror'", "add 'kind=gerror'"},
	{"sid=1,irq=any,kind=stall", "'irq=' without 'kind=gerror'", "leave 'irq=' away"},
	{"sid=1,kind=stall,error=EIO", "'error=' and 'kind=stall'", "a stall ETIMEDOUT"},
	{"sid=1,error=EIO,kind=gerror", "'error=' and 'kind=gerror'", "a GERROR is EIO"},
};

static void refuses_with_a_way_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct inject_rule rule, before;
		struct refusal error;

		memset(&rule, 0x5a, sizeof(rule));
		before = rule;
		if (inject_rule_parse(wrong[i].text, &rule, &error) != -EINVAL)
			fail_msg("'%s' was taken", wrong[i].text);
		has(error.message, wrong[i].message);
		has(error.hint, wrong[i].hint);
		assert_memory_equal(&rule, &before, sizeof(rule));
	}
}

static void guesses_only_what_is_near(void **state)
{
	static const char *const far[] = {"x=1",
					  "no=1",
					  "colour=1",
					  "devicedevicedevicedevice=1",
					  "devxyz=1",
					  "smmuxxxx=1",
					  "pro=1",
					  "abcdefghijklmnop=1",
					  "abcdefghijklmnopq=1"};

	(void)state;
	for (size_t i = 0; i < COUNT(far); i++) {
		struct inject_rule rule;
		struct refusal error;

		assert_int_equal(inject_rule_parse(far[i], &rule, &error), -EINVAL);
		assert_null(strstr(error.hint, "did you mean"));
	}
}

static void survives_long_text(void **state)
{
	char text[5000];
	struct inject_rule rule;
	struct refusal error;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(inject_rule_parse(text, &rule, &error), -EINVAL);
	has(error.message, "too long");
	memcpy(text, "smmu=", 5);
	/* a name has up to 63 bytes */
	text[5 + 63] = '\0';
	assert_int_equal(inject_rule_parse(text, &rule, &error), 0);
	assert_int_equal(strlen(rule.smmu), 63);
	text[5 + 63] = 'a';
	text[5 + 64] = '\0';
	assert_int_equal(inject_rule_parse(text, &rule, &error), -EINVAL);
	has(error.message, "too long");
	/* the longest item that is parsed at all, then one byte more */
	text[5 + 64] = 'a';
	text[127] = '\0';
	assert_int_equal(inject_rule_parse(text, &rule, &error), -EINVAL);
	has(error.hint, "the name of an SMMUv3");
	text[127] = 'a';
	text[128] = '\0';
	assert_int_equal(inject_rule_parse(text, &rule, &error), -EINVAL);
	has(error.hint, "the keys are");
}

/* ---- resolve ---- */

static void resolves_devices(void **state)
{
	struct inject_rule_target target = resolved("device=02:00.0,smmu=a.smmuv3");

	(void)state;
	assert_true(target.smmu == 0xa000);
	assert_string_equal(target.smmu_name, "a.smmuv3");
	assert_string_equal(target.device, "0000:02:00.0");
	assert_int_equal(target.sids, 3);
	assert_int_equal(target.sid[2], 0x210);
	assert_true(resolved("device=0001:01:00.0").smmu == 0xb000);
}

static void resolves_sids(void **state)
{
	struct inject_rule_target target = resolved("sid=0x210");

	(void)state;
	assert_int_equal(target.sids, 1);
	assert_int_equal(target.sid[0], 0x210);
	assert_string_equal(target.device, "0000:02:00.0");
	assert_string_equal(resolved("sid=0").device, "0000:07:00.0");
	target = resolved("sid=0x100,smmu=b.smmuv3");
	assert_true(target.smmu == 0xb000);
	assert_string_equal(target.device, "0001:01:00.0");
}

static void resolves_smmus(void **state)
{
	struct inject_rule_target target = resolved("smmu=b.smmuv3");

	(void)state;
	assert_int_equal(target.sids, 0);
	assert_true(target.smmu == 0xb000);
	assert_string_equal(target.device, "");
}

static void refuses(const char *text, const struct devices *table, int err, const char *message,
		    const char *hint)
{
	struct inject_rule rule = parsed(text);
	struct inject_rule_target target;
	struct refusal error;

	assert_int_equal(inject_rule_resolve(&rule, table, &target, &error), err);
	has(error.message, message);
	has(error.hint, hint);
}

static void refuses_what_is_not_there(void **state)
{
	static const struct devices none;

	(void)state;
	refuses("device=09:00.0", &devices, -ENODEV, "'device=0000:09:00.0': no such",
		"ATS is on at 0000:01:00.0, 0000:02:00.0, 0000:06:00.0, 0000:07:00.0 and 2 more; "
		"'smmu");
	refuses("device=08:00.0", &devices, -ENODEV, "0000:08:00.0 is not behind an SMMUv3", "");
	refuses("device=05:00.0", &devices, -ENODEV, "0000:05:00.0 is not behind an SMMUv3",
		"0000:01:00.0");
	refuses("device=03:00.0", &devices, -EOPNOTSUPP, "0000:03:00.0 has no ATS", "0000:01:00.0");
	refuses("device=04:00.0", &devices, -EAGAIN, "0000:04:00.0 has ATS, but it is off",
		"fenced");
	refuses("device=01:00.0,smmu=b.smmuv3", &devices, -EINVAL,
		"0000:01:00.0 is behind a.smmuv3, not behind b.smmuv3", "leave 'smmu='");
	refuses("sid=0x999", &devices, -ENODEV, "'sid=0x999': no PCI function has", "0000:01:00.0");
	refuses("sid=0x700,smmu=a.smmuv3", &devices, -ENODEV, "no PCI function behind a.smmuv3 has",
		"ATS is on at 0000:01:00.0, 0000:02:00.0, 0000:06:00.0;");
	refuses("sid=0x100", &devices, -EINVAL,
		"StreamID 0x100 is 0000:01:00.0 and also 0001:01:00.0",
		"'smmu=a.smmuv3' or 'smmu=b.smmuv3'");
	refuses("sid=0x300", &devices, -EOPNOTSUPP, "0000:03:00.0 has no ATS", "");
	refuses("sid=0x400", &devices, -EAGAIN, "it is off", "");
	refuses("smmu=c.smmuv3", &devices, -ENODEV, "'smmu=c.smmuv3': no such SMMUv3",
		"there is a.smmuv3, b.smmuv3;");
	refuses("device=01:00.0", &none, -ENODEV, "no such PCI function", "no device has ATS on");
	refuses("smmu=a.smmuv3", &none, -ENODEV, "no such SMMUv3", "no SMMUv3");
}

static void refuses_an_smmu_without_ats(void **state)
{
	struct device off[] = {*devices_by_bdf(&devices, 0x300), *devices_by_bdf(&devices, 0x400),
			       *devices_by_bdf(&devices, 0x10100)};
	const struct devices table = {smmus, 2, off, 3};

	(void)state;
	refuses("smmu=a.smmuv3", &table, -EAGAIN, "'smmu=a.smmuv3': no device behind it has ATS on",
		"ATS is on at 0001:01:00.0;");
}

static void lists_a_few_smmus(void **state)
{
	struct smmu many[5] = {{.name = "p", .address = 1},
			       {.name = "q", .address = 2},
			       {.name = "r", .address = 3},
			       {.name = "s", .address = 4},
			       {.name = "t", .address = 5}};
	struct devices table = {many, 5, NULL, 0};

	(void)state;
	refuses("smmu=x", &table, -ENODEV, "no such", "there is p, q, r, s and 1 more;");
	table.smmu_count = 4;
	refuses("smmu=x", &table, -ENODEV, "no such", "there is p, q, r, s;");
}

static void lists_a_few_devices(void **state)
{
	struct device many[40];
	const struct devices table = {smmus, 2, many, COUNT(many)};

	(void)state;
	for (size_t i = 0; i < COUNT(many); i++) {
		many[i] = list[0];
		many[i].bdf = (__u32)(i << 8);
	}
	refuses("device=ff:00.0", &table, -ENODEV, "no such", " and 36 more;");
}

static void prefers_the_sharer_with_ats_on(void **state)
{
	const struct device *off = devices_by_bdf(&devices, 0x400);
	struct device sharers[] = {*off, *off, *off};
	const struct devices table = {smmus, 2, sharers, 3};
	struct inject_rule rule = parsed("sid=0x400");
	struct inject_rule_target target;
	struct refusal error;

	(void)state;
	snprintf(sharers[1].name, BDF_LEN, "0000:07:00.0");
	sharers[1].ats_enabled = true;
	snprintf(sharers[2].name, BDF_LEN, "0000:08:00.0");
	sharers[2].ats_enabled = true;
	assert_int_equal(inject_rule_resolve(&rule, &table, &target, &error), 0);
	assert_string_equal(target.device, "0000:07:00.0");
}

static void says_what_is_covered(void **state)
{
	struct inject_rule_target device = resolved("device=02:00.0");
	struct inject_rule_target smmu = resolved("smmu=a.smmuv3");

	(void)state;
	assert_true(inject_rule_target_covers(&device, devices_by_bdf(&devices, 0x200)));
	/* by the StreamID they share */
	assert_true(inject_rule_target_covers(&device, devices_by_bdf(&devices, 0x600)));
	assert_false(inject_rule_target_covers(&device, devices_by_bdf(&devices, 0x100)));
	device = resolved("device=0001:01:00.0");
	assert_false(inject_rule_target_covers(&device, devices_by_bdf(&devices, 0x700)));
	assert_true(inject_rule_target_covers(&smmu, devices_by_bdf(&devices, 0x300)));
	assert_false(inject_rule_target_covers(&smmu, devices_by_bdf(&devices, 0x10100)));
	assert_false(inject_rule_target_covers(&smmu, devices_by_bdf(&devices, 0x500)));
}

/* ---- link ---- */

static struct inject_rule_links links;
static struct refusal link_error;

static int link_texts(const char *const *texts, size_t count)
{
	static struct inject_rule rules[SMMU_RULES_MAX + 1];
	static struct inject_rule_target targets[SMMU_RULES_MAX + 1];

	for (size_t i = 0; i < count; i++) {
		rules[i] = parsed(texts[i]);
		targets[i] = resolved(texts[i]);
	}
	return inject_rules_link(rules, targets, count, &links, &link_error);
}

/* The chain of a stream as text: "0 2 1". */
static const char *chain_from(__u32 index)
{
	static char text[512];
	size_t length = 0;

	text[0] = '\0';
	for (int steps = 0; index != SMMU_RULE_NONE; steps++) {
		assert_true(steps < SMMU_RULES_MAX && index < links.count);
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%u",
					   length ? " " : "", index);
		index = links.wire[index].next;
	}
	return text;
}

static const char *chain(__u64 smmu, __u32 sid)
{
	__u32 found = SMMU_RULE_NONE;

	for (__u32 i = 0; i < links.stream_count; i++) {
		if (links.streams[i].smmu != smmu || links.streams[i].sid != sid)
			continue;
		assert_int_equal(found, SMMU_RULE_NONE);
		found = links.streams[i].first;
	}
	return chain_from(found);
}

static void links_nothing(void **state)
{
	(void)state;
	assert_int_equal(inject_rules_link(NULL, NULL, 0, &links, &link_error), 0);
	assert_int_equal(links.count, 0);
	assert_int_equal(links.stream_count, 0);
	assert_int_equal(links.wildcards, SMMU_RULE_NONE);
}

static void fills_the_wire(void **state)
{
	static const char *const texts[] = {
		"device=01:00.0",
		"smmu=b.smmuv3,ssid=5,after=3,every=2,times=4,for=1s,probability=0.5,"
		"context=softirq,pid=9,comm=fio,error=ETIMEDOUT",
	};
	const struct smmu_rule *wire = links.wire;

	(void)state;
	assert_int_equal(link_texts(texts, 2), 0);
	assert_int_equal(links.count, 2);
	assert_true(wire[0].smmu == 0xa000 && wire[0].deadline_ns == 10 * S);
	assert_true(wire[0].after == 0 && wire[0].every == 1 && wire[0].times == 1);
	assert_int_equal(wire[0].match, SMMU_RULE_SMMU);
	assert_int_equal(wire[0].error, -EIO);
	assert_true(wire[1].smmu == 0xb000 && wire[1].deadline_ns == S);
	assert_true(wire[1].after == 3 && wire[1].every == 2 && wire[1].times == 4);
	assert_int_equal(wire[1].match, SMMU_RULE_SMMU | SMMU_RULE_SSID | SMMU_RULE_CONTEXT |
						SMMU_RULE_PID | SMMU_RULE_COMM |
						SMMU_RULE_PROBABILITY);
	assert_int_equal(wire[1].ssid, 5);
	assert_int_equal(wire[1].contexts, 1 << SMMU_CONTEXT_SOFTIRQ);
	assert_int_equal(wire[1].pid, 9);
	assert_int_equal(wire[1].probability, 0x7fffffff);
	assert_string_equal(wire[1].comm, "fio");
	assert_int_equal(wire[1].error, -ETIMEDOUT);
}

static void fills_each_filter_alone(void **state)
{
	static const struct {
		const char *text;
		__u32 match;
	} cases[] = {
		{"smmu=a.smmuv3,ssid=0", SMMU_RULE_SSID},
		{"smmu=a.smmuv3,context=task", SMMU_RULE_CONTEXT},
		{"smmu=a.smmuv3,pid=0", SMMU_RULE_PID},
		{"smmu=a.smmuv3,comm=x", SMMU_RULE_COMM},
		{"smmu=a.smmuv3,probability=99%", SMMU_RULE_PROBABILITY},
		{"smmu=a.smmuv3,probability=100%", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(link_texts(&cases[i].text, 1), 0);
		assert_int_equal(links.wire[0].match, SMMU_RULE_SMMU | cases[i].match);
	}
}

static void fills_kinds(void **state)
{
	static const struct {
		const char *text;
		__u32 kind;
		__u32 match;
		__u32 cpu;
	} cases[] = {
		{"smmu=a.smmuv3,kind=stall", SMMU_RULE_KIND_STALL, 0, 3},
		{"smmu=a.smmuv3,kind=gerror", SMMU_RULE_KIND_GERROR, 0, 3},
		{"smmu=b.smmuv3,kind=gerror", SMMU_RULE_KIND_GERROR, 0, SMMU_CPU_NONE},
		{"device=01:00.0,kind=gerror,irq=blocked", SMMU_RULE_KIND_GERROR, SMMU_RULE_BLOCKED,
		 3},
		{"smmu=a.smmuv3,kind=gerror,irq=free", SMMU_RULE_KIND_GERROR, SMMU_RULE_FREE, 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(link_texts(&cases[i].text, 1), 0);
		assert_int_equal(links.wire[0].match, SMMU_RULE_SMMU | cases[i].match);
		assert_int_equal(links.wire[0].kind, cases[i].kind);
		assert_int_equal(links.wire[0].gerror_cpu, cases[i].cpu);
	}
}

static void resolves_no_unknown_cpu(void **state)
{
	struct inject_rule rule = parsed("smmu=b.smmuv3,kind=gerror,irq=blocked");
	struct inject_rule_target target;
	struct refusal error;

	(void)state;
	assert_int_equal(inject_rule_resolve(&rule, &devices, &target, &error), -EOPNOTSUPP);
	has(error.message, "which CPU the GERROR interrupt of b.smmuv3 goes to cannot be told: "
			   "interrupt 5 may go to any of the CPUs 0-3");
	has(error.hint, "leave 'irq=' away");
}

/* They keep the numbers of the others, and the BPF side never comes upon them. */
static void chains_no_devices(void **state)
{
	static const char *const texts[] = {
		"device=01:00.0,kind=device",
		"device=01:00.0",
		"smmu=a.smmuv3",
		"sid=0x100,smmu=a.smmuv3,kind=device,times=7",
	};

	(void)state;
	assert_int_equal(link_texts(texts, 4), 0);
	assert_int_equal(links.count, 4);
	assert_int_equal(links.stream_count, 1);
	assert_string_equal(chain(0xa000, 0x100), "1");
	assert_string_equal(chain_from(links.wildcards), "2");
	assert_int_equal(links.wire[3].times, 7);
	assert_int_equal(links.wire[0].next, SMMU_RULE_NONE);
	/* two devices that share a StreamID cannot cross in a chain that they are not in */
	assert_int_equal(link_texts((const char *const[]){"device=02:00.0,kind=device",
							  "device=06:00.0,kind=device"},
				    2),
			 0);
	assert_int_equal(links.stream_count, 0);
}

static void silences_whole_devices(void **state)
{
	(void)state;
	assert_true(resolved("device=02:00.0,kind=device").silenced);
	assert_false(resolved("device=02:00.0").silenced);
	assert_string_equal(resolved("sid=0,kind=device").device, "0000:07:00.0");
	refuses("sid=0x210,kind=device", &devices, -EOPNOTSUPP,
		"'sid=0x210': 0000:02:00.0 has 3 StreamIDs", "device=0000:02:00.0");
	refuses("device=03:00.0,kind=device", &devices, -EOPNOTSUPP, "has no ATS", "");
	refuses("device=04:00.0,kind=device", &devices, -EAGAIN, "it is off", "");
}

static void chains_in_the_order_given(void **state)
{
	static const char *const texts[] = {
		"device=01:00.0", "smmu=a.smmuv3",	     "sid=0x100,smmu=a.smmuv3",
		"device=01:00.0", "sid=0x100,smmu=b.smmuv3", "smmu=b.smmuv3",
	};

	(void)state;
	assert_int_equal(link_texts(texts, 6), 0);
	assert_int_equal(links.stream_count, 2);
	assert_string_equal(chain(0xa000, 0x100), "0 2 3");
	assert_string_equal(chain(0xb000, 0x100), "4");
	assert_string_equal(chain_from(links.wildcards), "1 5");
}

static void chains_stream_0_alone(void **state)
{
	static const char *const texts[] = {"device=0001:01:00.0", "sid=0"};

	(void)state;
	assert_int_equal(link_texts(texts, 2), 0);
	assert_string_equal(chain(0xb000, 0), "1");
	assert_string_equal(chain(0xb000, 0x700), "0");
}

static void chains_the_narrow_rule_first(void **state)
{
	static const char *const texts[] = {"device=02:00.0", "sid=0x208", "device=02:00.0",
					    "sid=0x210", "sid=0x208"};

	(void)state;
	assert_int_equal(link_texts(texts, 5), 0);
	assert_int_equal(links.stream_count, 3);
	assert_string_equal(chain(0xa000, 0x200), "0 2");
	assert_string_equal(chain(0xa000, 0x208), "1 4 0 2");
	assert_string_equal(chain(0xa000, 0x210), "3 0 2");
}

static void refuses_chains_that_cross(void **state)
{
	static const char *const texts[] = {"device=02:00.0", "device=06:00.0"};

	(void)state;
	assert_int_equal(link_texts(texts, 2), -EINVAL);
	has(link_error.message, "rule ");
	has(link_error.message, "each has StreamIDs that the other has not");
	has(link_error.hint, "sid=");
}

static void links_as_many_as_there_is_room_for(void **state)
{
	const char *texts[SMMU_RULES_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		texts[i] = i % 2 ? "device=02:00.0" : "device=0001:01:00.0";
	assert_int_equal(link_texts(texts, SMMU_RULES_MAX), 0);
	assert_int_equal(links.count, SMMU_RULES_MAX);
	assert_int_equal(links.stream_count, 5);
	assert_memory_equal(chain(0xb000, 0x700), "0 2 4 6 ", 8);
	assert_memory_equal(chain(0xa000, 0x200), "1 3 5 7 ", 8);
	assert_int_equal(link_texts(texts, SMMU_RULES_MAX + 1), -E2BIG);
	has(link_error.message, "65 rules, at most 64");
}

/* ---- describe ---- */

static void describes(void **state)
{
	static const struct {
		const char *text;
		const char *described;
	} cases[] = {
		{"device=01:00.0", "device 0000:01:00.0 (StreamID 0x100), error EIO, "
				   "at most 1 time, within 10 s"},
		{"device=02:00.0,times=2,for=1500ms",
		 "device 0000:02:00.0 (StreamID 0x200, 0x208, 0x210), error EIO, "
		 "at most 2 times, within 1500 ms"},
		{"sid=256,smmu=b.smmuv3,error=ETIMEDOUT",
		 "StreamID 0x100 (device 0001:01:00.0) behind b.smmuv3, error ETIMEDOUT, "
		 "at most 1 time, within 10 s"},
		{"smmu=a.smmuv3,ssid=1,context=hardirq|task,pid=9,comm=fio,after=1,every=4,"
		 "probability=25%",
		 "every device behind a.smmuv3, SubstreamID 0x1, in task or hardirq "
		 "context, "
		 "process 9, thread 'fio', after 1 match, the first of each 4 matches, "
		 "probability 0.25, error EIO, at most 1 time, within 10 s"},
		{"device=01:00.0,kind=stall",
		 "device 0000:01:00.0 (StreamID 0x100), stall, at most 1 time, "
		 "within 10 s"},
		{"device=01:00.0,kind=gerror",
		 "device 0000:01:00.0 (StreamID 0x100), GERROR, at most 1 time, "
		 "within 10 s"},
		{"device=01:00.0,kind=gerror,irq=blocked",
		 "device 0000:01:00.0 (StreamID 0x100), GERROR with its interrupt blocked "
		 "(it goes to CPU 3), at most 1 time, within 10 s"},
		{"device=01:00.0,kind=device",
		 "device 0000:01:00.0 (StreamID 0x100), the device does not answer, at most 1 "
		 "time, within 10 s"},
		{"device=01:00.0,kind=device,ssid=1,times=3,wait=100ms,again=1,reset=keeps,"
		 "cerror=ill",
		 "device 0000:01:00.0 (StreamID 0x100), SubstreamID 0x1, the device does not "
		 "answer, which is CERROR_ILL, the SMMU waits 100 ms, the CMD_SYNC fails 1 time "
		 "more, also after a reset, at most 3 times, within 10 s"},
	};
	char text[INJECT_RULE_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct inject_rule rule = parsed(cases[i].text);
		struct inject_rule_target target = resolved(cases[i].text);

		assert_string_equal(inject_rule_describe(&rule, &target, text), cases[i].described);
	}
}

static void describes_what_is_not_resolved(void **state)
{
	struct inject_rule rule = parsed("device=02:00.0,after=2");
	char text[INJECT_RULE_TEXT_MAX];

	(void)state;
	assert_string_equal(inject_rule_describe(&rule, NULL, text),
			    "device 0000:02:00.0, after 2 matches, error EIO, "
			    "at most 1 time, within 10 s");
}

static void the_longest_description_fits(void **state)
{
	struct inject_rule rule = {.given = ~(1U << INJECT_RULE_SID),
				   .contexts = ~0U,
				   .times = ~0ULL,
				   .after = ~0ULL,
				   .every = ~0ULL,
				   .probability = 4,
				   .duration_ns = 86400 * S - 1,
				   .error = -EIO,
				   .kind = SMMU_RULE_KIND_GERROR,
				   .irq = INJECT_RULE_IRQ_BLOCKED,
				   .ssid = 0xfffff,
				   .pid = 4194304,
				   .comm = "123456789012345",
				   .bdf = ~0U};
	struct inject_rule_target target = {.sids = DEVICE_SIDS_MAX};
	char text[INJECT_RULE_TEXT_MAX];

	(void)state;
	rule.contexts = 7;
	memset(target.sid, 0xfe, sizeof(target.sid));
	memset(target.smmu_name, 'x', sizeof(target.smmu_name) - 1);
	has(inject_rule_describe(&rule, &target, text), "within 86399999999999 ns");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_defaults),
		cmocka_unit_test(parses_all_keys),
		cmocka_unit_test(parses_kinds),
		cmocka_unit_test(parses_probabilities),
		cmocka_unit_test(parses_devices),
		cmocka_unit_test(overrides),
		cmocka_unit_test(refuses_with_a_way_out),
		cmocka_unit_test(guesses_only_what_is_near),
		cmocka_unit_test(survives_long_text),
		cmocka_unit_test(resolves_devices),
		cmocka_unit_test(resolves_sids),
		cmocka_unit_test(resolves_smmus),
		cmocka_unit_test(refuses_what_is_not_there),
		cmocka_unit_test(refuses_an_smmu_without_ats),
		cmocka_unit_test(lists_a_few_smmus),
		cmocka_unit_test(lists_a_few_devices),
		cmocka_unit_test(prefers_the_sharer_with_ats_on),
		cmocka_unit_test(says_what_is_covered),
		cmocka_unit_test(links_nothing),
		cmocka_unit_test(fills_the_wire),
		cmocka_unit_test(fills_each_filter_alone),
		cmocka_unit_test(fills_kinds),
		cmocka_unit_test(resolves_no_unknown_cpu),
		cmocka_unit_test(chains_no_devices),
		cmocka_unit_test(silences_whole_devices),
		cmocka_unit_test(chains_in_the_order_given),
		cmocka_unit_test(chains_stream_0_alone),
		cmocka_unit_test(chains_the_narrow_rule_first),
		cmocka_unit_test(refuses_chains_that_cross),
		cmocka_unit_test(links_as_many_as_there_is_room_for),
		cmocka_unit_test(describes),
		cmocka_unit_test(describes_what_is_not_resolved),
		cmocka_unit_test(the_longest_description_fits),
	};

	return cmocka_run_group_tests(tests, sort_devices, NULL);
}
