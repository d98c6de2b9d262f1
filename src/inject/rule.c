// SPDX-License-Identifier: GPL-2.0
/*
 * The grammar of injection rules: KEY=VALUE,... -> struct inject_rule.
 */
#include "inject/rule.h"

#include "base/duration.h"
#include "base/nearest.h"
#include "base/number.h"
#include "event/decode.h"
#include "smmu_event.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ITEM_MAX       128 /* KEY=VALUE and its NUL; the longest valid one has 69 bytes */
#define SSID_MAX       0xfffffU
#define PID_MAX	       4194304U /* PID_MAX_LIMIT of the kernel */
#define PROBABILITY_E9 1000000000ULL
#define DEFAULT_NS     (10ULL * 1000 * 1000 * 1000)
#define NS_PER_S       (1000ULL * 1000 * 1000)
#define NS_PER_MS      (1000ULL * 1000)
#define NS_PER_US      1000ULL

/* Puts the value into the rule. NULL, or what is wrong with it, as in "not a number". */
typedef const char *value_parser(const char *value, struct inject_rule *rule);

static const char NOT_A_NUMBER[] = "not a number";
static const char TOO_LARGE[] = "too large";
static const char ZERO[] = "must not be 0";

static const char *parse_number(const char *value, __u64 max, __u64 *number)
{
	switch (number_parse(value, max, number)) {
	case 0:
		return NULL;
	case -ERANGE:
		return TOO_LARGE;
	default:
		return NOT_A_NUMBER;
	}
}

static const char *parse_number_32(const char *value, __u32 max, __u32 *number)
{
	__u64 wide;
	const char *wrong = parse_number(value, max, &wide);

	if (!wrong)
		*number = (__u32)wide;
	return wrong;
}

static const char *parse_count(const char *value, __u64 *number)
{
	const char *wrong = parse_number(value, ~0ULL, number);

	if (!wrong && !*number)
		return ZERO;
	return wrong;
}

static const char *parse_device(const char *value, struct inject_rule *rule)
{
	return bdf_parse(value, &rule->bdf) ? bdf_wrong(value) : NULL;
}

static const char *parse_sid(const char *value, struct inject_rule *rule)
{
	/* in events the largest one means "none" */
	return parse_number_32(value, SMMU_SID_NONE - 1, &rule->sid);
}

static const char *parse_smmu(const char *value, struct inject_rule *rule)
{
	if (strlen(value) >= sizeof(rule->smmu))
		return "too long";
	snprintf(rule->smmu, sizeof(rule->smmu), "%s", value);
	return NULL;
}

static const char *parse_ssid(const char *value, struct inject_rule *rule)
{
	return parse_number_32(value, SSID_MAX, &rule->ssid);
}

static const char *parse_after(const char *value, struct inject_rule *rule)
{
	return parse_number(value, ~0ULL, &rule->after);
}

static const char *parse_every(const char *value, struct inject_rule *rule)
{
	return parse_count(value, &rule->every);
}

static const char *parse_times(const char *value, struct inject_rule *rule)
{
	return parse_count(value, &rule->times);
}

static const char *parse_duration(const char *value, __u64 max_ns, __u64 *ns)
{
	switch (duration_parse(value, ns)) {
	case 0:
		break;
	case -ERANGE:
		return TOO_LARGE;
	default:
		return "not a duration";
	}
	return *ns > max_ns ? TOO_LARGE : NULL;
}

static const char *parse_for(const char *value, struct inject_rule *rule)
{
	const char *wrong =
		parse_duration(value, INJECT_RULE_DURATION_MAX_S * NS_PER_S, &rule->duration_ns);

	if (wrong)
		return wrong;
	return rule->duration_ns ? NULL : ZERO;
}

/*
 * A decimal fraction in units of 10^-9, further digits cut off. Not strtod(): that takes
 * "nan", "0x1p-3" and blanks, and another decimal point in another locale.
 */
static const char *parse_fraction(const char *value, size_t length, __u64 *e9)
{
	size_t whole = strspn(value, "0123456789");
	size_t digits = whole;
	__u64 scale = PROBABILITY_E9;

	*e9 = 0;
	if (value[whole] == '.')
		digits += strspn(value + whole + 1, "0123456789");
	if (!digits || digits + (value[whole] == '.') != length)
		return NOT_A_NUMBER;
	for (size_t i = 0; i < whole; i++) {
		*e9 = *e9 * 10 + (__u64)(value[i] - '0') * PROBABILITY_E9;
		if (*e9 > 100 * PROBABILITY_E9)
			return TOO_LARGE;
	}
	for (size_t i = whole + 1; i < length; i++) {
		scale /= 10;
		*e9 += (__u64)(value[i] - '0') * scale;
	}
	return NULL;
}

static const char *parse_probability(const char *value, struct inject_rule *rule)
{
	size_t length = strlen(value);
	bool percent = length && value[length - 1] == '%';
	__u64 one = percent ? 100 * PROBABILITY_E9 : PROBABILITY_E9;
	__u64 e9 = 0;
	const char *wrong = parse_fraction(value, length - percent, &e9);

	if (wrong)
		return wrong;
	if (e9 > one)
		return TOO_LARGE;
	if (!e9)
		return strpbrk(value, "123456789") ? "too small" : ZERO;
	if (percent)
		e9 = (e9 + 99) / 100;
	rule->probability = (__u32)(e9 * INJECT_RULE_PROBABILITY_ALWAYS / PROBABILITY_E9);
	return NULL;
}

/* 1 << enum smmu_context, or 0 if a rule cannot name it, as NMI. */
static __u32 context_bit(const char *name, size_t length)
{
	for (unsigned int context = 0; context < SMMU_CONTEXT_COUNT; context++) {
		const char *known = decode_context(context);

		if (context != SMMU_CONTEXT_NMI && strlen(known) == length &&
		    !memcmp(known, name, length))
			return 1U << context;
	}
	return 0;
}

static const char *parse_context(const char *value, struct inject_rule *rule)
{
	__u32 contexts = 0;

	for (;;) {
		size_t length = strcspn(value, "|");
		__u32 bit = context_bit(value, length);

		if (!bit)
			return "not a context";
		if (contexts & bit)
			return "names a context twice";
		contexts |= bit;
		if (!value[length])
			break;
		value += length + 1;
	}
	rule->contexts = contexts;
	return NULL;
}

static const char *parse_pid(const char *value, struct inject_rule *rule)
{
	return parse_number_32(value, PID_MAX, &rule->pid);
}

static const char *parse_comm(const char *value, struct inject_rule *rule)
{
	if (strlen(value) >= sizeof(rule->comm))
		return "too long";
	snprintf(rule->comm, sizeof(rule->comm), "%s", value);
	return NULL;
}

static const char *parse_error(const char *value, struct inject_rule *rule)
{
	if (!strcmp(value, "EIO"))
		rule->error = -EIO;
	else if (!strcmp(value, "ETIMEDOUT"))
		rule->error = -ETIMEDOUT;
	else
		return "not an error that can be injected";
	return NULL;
}

static const char *parse_kind(const char *value, struct inject_rule *rule)
{
	static const char *const names[] = {
#define NAME(id, name) name,
		SMMU_RULE_KINDS(NAME)
#undef NAME
	};

	for (int kind = 0; kind < SMMU_RULE_KIND_COUNT; kind++) {
		if (!strcmp(value, names[kind])) {
			rule->kind = (enum smmu_rule_kind)kind;
			return NULL;
		}
	}
	return "not a kind of injection";
}

static const char *parse_irq(const char *value, struct inject_rule *rule)
{
	if (!strcmp(value, "any"))
		rule->irq = INJECT_RULE_IRQ_ANY;
	else if (!strcmp(value, "blocked"))
		rule->irq = INJECT_RULE_IRQ_BLOCKED;
	else if (!strcmp(value, "free"))
		rule->irq = INJECT_RULE_IRQ_FREE;
	else
		return "not a choice of CPUs";
	return NULL;
}

static const char *parse_wait(const char *value, struct inject_rule *rule)
{
	return parse_duration(value, SILENCE_WAIT_MAX_S * NS_PER_S, &rule->wait_ns);
}

static const char *parse_again(const char *value, struct inject_rule *rule)
{
	return parse_number_32(value, SILENCE_AGAIN_MAX, &rule->again);
}

static const char *parse_reset(const char *value, struct inject_rule *rule)
{
	if (strcmp(value, "ends") != 0 && strcmp(value, "keeps") != 0)
		return "not what a reset can do to it";
	rule->survives_reset = !strcmp(value, "keeps");
	return NULL;
}

static const char *parse_cerror(const char *value, struct inject_rule *rule)
{
	if (!strcmp(value, "ill"))
		rule->meets = SILENCE_MEETS_ILL;
	else if (!strcmp(value, "abt"))
		rule->meets = SILENCE_MEETS_ABT;
	else
		return "not an error of a command";
	return NULL;
}

const struct inject_rule_key_text inject_rule_keys[INJECT_RULE_KEY_COUNT] = {
	[INJECT_RULE_DEVICE] = {"device",
				"a PCI function: 0000:01:00.0, or 01:00.0 in domain 0000"},
	[INJECT_RULE_SID] = {"sid", "a StreamID of 32 bits: 256 or 0x100"},
	[INJECT_RULE_SMMU] = {"smmu", "the name of an SMMUv3, as in dmesg: 9050000.smmuv3"},
	[INJECT_RULE_SSID] = {"ssid", "a SubstreamID of 20 bits: 1 or 0x1"},
	[INJECT_RULE_AFTER] = {"after", "how many matches to let pass first: 0 or more"},
	[INJECT_RULE_EVERY] = {"every", "N, to fire at the first of each N matches: 1 or more"},
	[INJECT_RULE_TIMES] = {"times", "how often to fire at most: 1 or more; with kind=device, "
					"how many ATC_INV: 1 to 65534"},
	[INJECT_RULE_FOR] = {"for",
			     "a time above 0, at most 1440m: a number and ns, us, ms, s or m"},
	[INJECT_RULE_PROBABILITY] = {"probability",
				     "more than 0 and at most 1, or a percentage: 0.25, 25%"},
	[INJECT_RULE_CONTEXT] = {"context",
				 "task, softirq or hardirq; several are joined: 'task|softirq'"},
	[INJECT_RULE_PID] = {"pid", "the ID of a process: 0 to 4194304; not in a PID namespace"},
	[INJECT_RULE_COMM] = {"comm", "the name of a thread, as in /proc/PID/comm: 1 to 15 bytes"},
	[INJECT_RULE_ERROR] = {"error",
			       "EIO (the hardware reports an ATC invalidate timeout) or ETIMEDOUT "
			       "(the driver gives up polling for the CMD_SYNC)"},
	[INJECT_RULE_KIND] =
		{"kind", "verdict (the CMD_SYNC comes out as 'error=' says, at once), gerror (the "
			 "SMMU stops at it and raises GERROR, interrupt and all), stall (it does "
			 "not complete) or device (the device itself does not answer: needs the "
			 "lab's emulator, and no injection point)"},
	[INJECT_RULE_IRQ] = {"irq",
			     "with kind=gerror: blocked (only on the CPU that the interrupt goes "
			     "to), free (only on the others) or any"},
	[INJECT_RULE_WAIT] = {"wait", "with kind=device: how long the SMMU waits for the answer, "
				      "0s to 60s"},
	[INJECT_RULE_AGAIN] = {"again", "with kind=device: how many times more the CMD_SYNC fails: "
					"0 to 255"},
	[INJECT_RULE_RESET] = {"reset",
			       "with kind=device: ends (a reset of the function ends the silence, "
			       "as it does without this key) or keeps"},
	[INJECT_RULE_CERROR] =
		{"cerror", "with kind=device: ill or abt (the SMMU stops at the ATC_INV itself "
			   "with CERROR_ILL or CERROR_ABT, in place of waiting)"},
};

static value_parser *const parsers[INJECT_RULE_KEY_COUNT] = {
	[INJECT_RULE_DEVICE] = parse_device,
	[INJECT_RULE_SID] = parse_sid,
	[INJECT_RULE_SMMU] = parse_smmu,
	[INJECT_RULE_SSID] = parse_ssid,
	[INJECT_RULE_AFTER] = parse_after,
	[INJECT_RULE_EVERY] = parse_every,
	[INJECT_RULE_TIMES] = parse_times,
	[INJECT_RULE_FOR] = parse_for,
	[INJECT_RULE_PROBABILITY] = parse_probability,
	[INJECT_RULE_CONTEXT] = parse_context,
	[INJECT_RULE_PID] = parse_pid,
	[INJECT_RULE_COMM] = parse_comm,
	[INJECT_RULE_ERROR] = parse_error,
	[INJECT_RULE_KIND] = parse_kind,
	[INJECT_RULE_IRQ] = parse_irq,
	[INJECT_RULE_WAIT] = parse_wait,
	[INJECT_RULE_AGAIN] = parse_again,
	[INJECT_RULE_RESET] = parse_reset,
	[INJECT_RULE_CERROR] = parse_cerror,
};

static const char *nearest_key(const char *text)
{
	const char *names[INJECT_RULE_KEY_COUNT];

	for (int key = 0; key < INJECT_RULE_KEY_COUNT; key++)
		names[key] = inject_rule_keys[key].name;
	return nearest_word(text, names, INJECT_RULE_KEY_COUNT);
}

static void hint_keys(struct refusal *error)
{
	refusal_hint(error, "the keys are");
	for (int key = 0; key < INJECT_RULE_KEY_COUNT; key++)
		refusal_hint(error, "%s %s", key ? "," : "", inject_rule_keys[key].name);
}

static int fail_key(const char *name, struct refusal *error)
{
	const char *nearest = nearest_key(name);

	if (nearest)
		refusal_hint(error, "did you mean '%s'? ", nearest);
	hint_keys(error);
	return refusal_fail(error, -EINVAL, "unknown key '%s'", name);
}

/* A word without '='. */
static int fail_word(const char *word, struct refusal *error)
{
	__u32 bdf;

	if (!bdf_parse(word, &bdf)) {
		refusal_hint(error, "write 'device=%s'", word);
	} else {
		refusal_hint(error, "write KEY=VALUE; ");
		hint_keys(error);
	}
	return refusal_fail(error, -EINVAL, "'%s' is not KEY=VALUE", word);
}

static int find_key(const char *name)
{
	int key = 0;

	while (key < INJECT_RULE_KEY_COUNT && strcmp(inject_rule_keys[key].name, name))
		key++;
	return key;
}

/* item: KEY=VALUE; it is overwritten. */
static int parse_item(char *item, struct inject_rule *rule, struct refusal *error)
{
	char *value = strchr(item, '=');
	const char *wrong;
	int key;

	if (!value)
		return fail_word(item, error);
	*value++ = '\0';
	key = find_key(item);
	if (key == INJECT_RULE_KEY_COUNT)
		return fail_key(item, error);
	if (rule->given & 1U << key) {
		refusal_hint(error, "give each key once; further rules are rules of their own");
		return refusal_fail(error, -EINVAL, "'%s=%s': '%s' was given before", item, value,
				    item);
	}
	wrong = *value ? parsers[key](value, rule) : "no value";
	if (wrong) {
		refusal_hint(error, "'%s=' takes %s", item, inject_rule_keys[key].takes);
		return refusal_fail(error, -EINVAL, "'%s=%s': %s", item, value, wrong);
	}
	rule->given |= 1U << key;
	return 0;
}

static int parse_items(const char *text, struct inject_rule *rule, struct refusal *error)
{
	const char *rest = text;

	while (*rest) {
		size_t length = strcspn(rest, ",");
		char item[ITEM_MAX];
		int err;

		if (length >= sizeof(item)) {
			hint_keys(error);
			return refusal_fail(error, -EINVAL, "'%.60s...': too long for KEY=VALUE",
					    rest);
		}
		if (!length || (rest[length] && !rest[length + 1])) {
			refusal_hint(error, "write KEY=VALUE, with one comma between two of them");
			return refusal_fail(error, -EINVAL,
					    "'%.150s': nothing before or after a comma", text);
		}
		memcpy(item, rest, length);
		item[length] = '\0';
		err = parse_item(item, rule, error);
		if (err)
			return err;
		rest += length + (rest[length] == ',');
	}
	return 0;
}

/* After all keys: does the rule say which devices it is for, and only once? */
static int check_match(const char *text, const struct inject_rule *rule, struct refusal *error)
{
	const unsigned int match = 1U << INJECT_RULE_DEVICE | 1U << INJECT_RULE_SID |
				   1U << INJECT_RULE_SMMU;
	const unsigned int both = 1U << INJECT_RULE_DEVICE | 1U << INJECT_RULE_SID;
	char name[BDF_LEN];

	if (!(rule->given & match)) {
		refusal_hint(error,
			     "add device=BDF, sid=N or smmu=NAME, such as 'device=0000:01:00.0'; "
			     "'smmuscope probe' lists what there is");
		return refusal_fail(error, -EINVAL,
				    "'%.150s': no device, no StreamID and no SMMU to match", text);
	}
	if ((rule->given & both) == both) {
		refusal_hint(error, "keep one of the two: the StreamIDs of a device are looked up");
		return refusal_fail(error, -EINVAL, "'device=%s' and 'sid=0x%x' in one rule",
				    bdf_format(rule->bdf, name), rule->sid);
	}
	return 0;
}

static bool given(const struct inject_rule *rule, enum inject_rule_key key)
{
	return rule->given & 1U << key;
}

/* What the capability of a device cannot do. */
static int check_device_kind(const struct inject_rule *rule, struct refusal *error)
{
	static const enum inject_rule_key foreign[] = {
		INJECT_RULE_AFTER, INJECT_RULE_EVERY, INJECT_RULE_PROBABILITY, INJECT_RULE_CONTEXT,
		INJECT_RULE_PID,   INJECT_RULE_COMM,  INJECT_RULE_ERROR,       INJECT_RULE_IRQ,
	};

	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		const char *name = inject_rule_keys[foreign[i]].name;

		if (!given(rule, foreign[i]))
			continue;
		refusal_hint(error,
			     "leave '%s=' away, or take another kind: a device counts the ATC_INV "
			     "that it gets, and knows nothing of who sends them and how it goes on",
			     name);
		return refusal_fail(error, -EINVAL, "'%s=' and 'kind=device' in one rule", name);
	}
	if (!given(rule, INJECT_RULE_DEVICE) && !given(rule, INJECT_RULE_SID)) {
		refusal_hint(error, "add device=BDF or sid=N: each device is a rule of its own");
		return refusal_fail(error, -EINVAL, "'kind=device' and no device");
	}
	if (rule->times > SILENCE_COUNT_MAX) {
		refusal_hint(error, "'times=' takes 1 to %d with 'kind=device'", SILENCE_COUNT_MAX);
		return refusal_fail(error, -EINVAL, "'times=%llu': more than the device can count",
				    rule->times);
	}
	return 0;
}

/* What only such a capability can do. */
static int check_other_kind(const struct inject_rule *rule, struct refusal *error)
{
	for (enum inject_rule_key key = INJECT_RULE_WAIT; key < INJECT_RULE_KEY_COUNT; key++) {
		const char *name = inject_rule_keys[key].name;

		if (!given(rule, key))
			continue;
		refusal_hint(error, "add 'kind=device', or leave '%s=' away", name);
		return refusal_fail(error, -EINVAL, "'%s=' without 'kind=device'", name);
	}
	return 0;
}

/* After all keys: which of them go with `kind`? It also decides the error. */
static int check_kind(struct inject_rule *rule, struct refusal *error)
{
	bool gerror = rule->kind == SMMU_RULE_KIND_GERROR;
	int err;

	if (!given(rule, INJECT_RULE_ERROR))
		rule->error = -EIO;
	if (rule->kind == SMMU_RULE_KIND_DEVICE)
		return check_device_kind(rule, error);
	err = check_other_kind(rule, error);
	if (err)
		return err;
	if (rule->given & 1U << INJECT_RULE_IRQ && !gerror) {
		refusal_hint(error, "add 'kind=gerror', the only one that raises the interrupt, or "
				    "leave 'irq=' away");
		return refusal_fail(error, -EINVAL, "'irq=' without 'kind=gerror'");
	}
	if (rule->kind == SMMU_RULE_KIND_VERDICT)
		return 0;
	if (rule->given & 1U << INJECT_RULE_ERROR) {
		refusal_hint(error, "leave 'error=' away: a GERROR is EIO and a stall ETIMEDOUT");
		return refusal_fail(error, -EINVAL, "'error=' and 'kind=%s' in one rule",
				    gerror ? "gerror" : "stall");
	}
	rule->error = gerror ? -EIO : -ETIMEDOUT;
	return 0;
}

/* The keys of the text in `parsed`, and then all of it. */
static int parse_into(const char *text, struct inject_rule *parsed, struct refusal *error)
{
	unsigned int before = parsed->given;
	int err;

	memset(error, 0, sizeof(*error));
	parsed->given = 0;
	err = parse_items(text, parsed, error);
	parsed->given |= before;
	if (!err)
		err = check_match(text, parsed, error);
	return err ? err : check_kind(parsed, error);
}

int inject_rule_override(const char *text, struct inject_rule *rule, struct refusal *error)
{
	struct inject_rule parsed = *rule;
	int err = parse_into(text, &parsed, error);

	if (!err)
		*rule = parsed;
	return err;
}

struct silence_order inject_rule_order(const struct inject_rule *rule)
{
	return (struct silence_order){
		.count = (__u32)rule->times,
		.survives_reset = rule->survives_reset,
		.meets = rule->meets,
		.again = rule->again,
		.of_ssid = given(rule, INJECT_RULE_SSID),
		.ssid = rule->ssid,
		/* Rounded up: 0 would be without a limit. */
		.for_ms = (__u32)((rule->duration_ns + NS_PER_MS - 1) / NS_PER_MS),
		.has_wait = given(rule, INJECT_RULE_WAIT),
		.wait_us = (__u32)(rule->wait_ns / NS_PER_US),
	};
}

int inject_rule_parse(const char *text, struct inject_rule *rule, struct refusal *error)
{
	struct inject_rule parsed = {
		.every = 1,
		.times = 1,
		.duration_ns = DEFAULT_NS,
		.probability = INJECT_RULE_PROBABILITY_ALWAYS,
		.error = -EIO,
	};
	int err = parse_into(text, &parsed, error);

	if (!err)
		*rule = parsed;
	return err;
}
