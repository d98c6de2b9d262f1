// SPDX-License-Identifier: GPL-2.0
#include "plan/prototype.h"

#include "base/text.h"

#include <bpf/btf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define REGISTER_BYTES 8

static bool is_pointer(const struct btf *btf, unsigned int id)
{
	const struct btf_type *type = kernel_bare_type(btf, id);

	return type && btf_is_ptr(type);
}

static bool is_number(const struct btf *btf, unsigned int id)
{
	const struct btf_type *type = kernel_bare_type(btf, id);

	return type && (btf_is_int(type) || btf_is_any_enum(type));
}

static bool __attribute__((format(printf, 2, 3)))
refuse(struct plan_hook *planned, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(planned->reason, sizeof(planned->reason), format, args);
	va_end(args);
	text_into(planned->hint,
		  "its prototype is one that this version does not know; please report "
		  "it with the output of probe --json");
	return false;
}

bool prototype_needed(const struct hook *hook)
{
	return hook->shape || hook->result != RESULT_UNREAD;
}

/* The n-th argument is in the n-th register only if each one before takes one register. */
static bool one_register_each(struct plan_hook *planned, const struct btf *btf,
			      const struct btf_param *params)
{
	for (unsigned int i = 0; i < planned->arguments; i++) {
		/* An argument without a type is the "..." at the end. */
		if (!params[i].type || btf__resolve_size(btf, params[i].type) <= REGISTER_BYTES)
			continue;
		return refuse(planned, "%s takes its argument %u in more than one register",
			      planned->symbol, i + 1);
	}
	return true;
}

/* The position of argument i of the hook, or PLAN_NO_ARGUMENT. */
static unsigned int find(const struct plan_hook *planned, const struct hook *hook, unsigned int i,
			 const struct btf *btf, const struct btf_param *params)
{
	if (!hook->args[0])
		return i < planned->arguments ? i : PLAN_NO_ARGUMENT;
	for (unsigned int p = 0; p < planned->arguments; p++) {
		const char *name = btf__name_by_offset(btf, params[p].name_off);

		if (name && !strcmp(name, hook->args[i]))
			return p;
	}
	return PLAN_NO_ARGUMENT;
}

static bool place(struct plan_hook *planned, const struct hook *hook, unsigned int i,
		  const struct btf *btf, const struct btf_param *params)
{
	unsigned int at = find(planned, hook, i, btf, params);
	const char *name;

	planned->argument[i] = at;
	planned->argument_name[i] = hook->args[i];
	if (at == PLAN_NO_ARGUMENT) {
		if (hook->optional_args & (1U << i))
			return true;
		if (hook->args[0])
			return refuse(planned, "%s has no argument called %s", planned->symbol,
				      hook->args[i]);
		return refuse(planned, "%s has %u arguments, and at least %zu are known of it",
			      planned->symbol, planned->arguments, strlen(hook->shape));
	}
	name = btf__name_by_offset(btf, params[at].name_off);
	planned->argument_name[i] = name && *name ? name : "?";
	if (hook->shape[i] == 'p' ? is_pointer(btf, params[at].type)
				  : is_number(btf, params[at].type))
		return true;
	return refuse(planned, "argument %s of %s is no %s", planned->argument_name[i],
		      planned->symbol, hook->shape[i] == 'p' ? "pointer" : "number");
}

/*
 * For a hook without argument names, the programs read the return value after the last known
 * argument: the function must not have more.
 */
static bool check_result(struct plan_hook *planned, const struct hook *hook)
{
	if (hook->result != RESULT_READ)
		return true;
	if (planned->is_void)
		return refuse(planned, "%s returns nothing, and its result is wanted",
			      planned->symbol);
	if (!hook->args[0] && planned->arguments != strlen(hook->shape))
		return refuse(planned, "%s has %u arguments, and %zu are known of it",
			      planned->symbol, planned->arguments, strlen(hook->shape));
	return true;
}

bool prototype_place(struct plan_hook *planned, const struct hook *hook,
		     const struct function_facts *facts)
{
	const struct btf_type *func = btf__type_by_id(facts->btf, (unsigned int)facts->btf_id);
	const struct btf_type *proto = func ? btf__type_by_id(facts->btf, func->type) : NULL;

	if (!proto || !btf_is_func_proto(proto))
		return refuse(planned, "the types say nothing of the arguments of %s",
			      planned->symbol);
	planned->arguments = btf_vlen(proto);
	planned->is_void = !proto->type;
	if (prototype_needed(hook) && !one_register_each(planned, facts->btf, btf_params(proto)))
		return false;
	for (unsigned int i = 0; hook->shape && hook->shape[i]; i++) {
		if (!place(planned, hook, i, facts->btf, btf_params(proto)))
			return false;
	}
	return check_result(planned, hook);
}

/* The first argument of the prototype is the tracepoint's own; programs do not get it. */
void prototype_place_payload(struct plan_hook *planned, enum hook_payload payload,
			     const struct function_facts *facts)
{
	const struct btf_type *type = btf__type_by_id(facts->btf, (unsigned int)facts->btf_id);
	const struct btf_type *pointer = type ? btf__type_by_id(facts->btf, type->type) : NULL;
	const struct btf_type *proto = pointer ? btf__type_by_id(facts->btf, pointer->type) : NULL;
	const struct btf_param *params;
	bool seen = false;

	planned->payload = PLAN_NO_ARGUMENT;
	if (!proto || !btf_is_func_proto(proto))
		return;
	params = btf_params(proto);
	planned->arguments = btf_vlen(proto) ? btf_vlen(proto) - 1U : 0;
	for (unsigned int i = 0; payload && i < planned->arguments; i++) {
		bool address = is_pointer(facts->btf, params[i + 1].type);

		if (seen && address == (payload == PAYLOAD_POINTER)) {
			planned->payload = planned->argument[0] = i;
			planned->argument_name[0] = "payload"; /* BTF has no name for it */
			return;
		}
		seen = seen || address;
	}
}
