// SPDX-License-Identifier: GPL-2.0
#include "eye.h"

#include "smmu_stats.h"

#include <errno.h>
#include <string.h>

/* In place of bpf/base and of ste.bpf.h, which are about the kernel that runs. */
#define DEVICE_BPF_H
#define EMIT_BPF_H
#define LIST_BPF_H
#define STACK_BPF_H
#define STE_BPF_H
#define TAG_BPF_H

#define __weak	   __attribute__((unused))
#define __noinline __attribute__((noinline))
#undef __always_inline
#define __always_inline inline __attribute__((always_inline, unused))
#define SEC(name)
#define __uint(name, value) int(*name)[value]
#define __type(name, value) typeof(value) *name

/* Queues of 256 entries. */
enum { QUEUE_SHIFT = 8 };

enum { BPF_MAP_TYPE_PERCPU_ARRAY, BPF_MAP_TYPE_LRU_HASH, BPF_ANY };

/* StreamIDs have small numbers here, which bounds the loops over all of them. */
#undef SMMU_DEVICES_MAX
#define SMMU_DEVICES_MAX 8U
_Static_assert(MACHINE_STREAMS == SMMU_DEVICES_MAX, "a number for each");

static struct {
	struct eye_world world;
	struct eye_flow flow;
	__u64 now;
	__u32 seq[64];
	struct smmu_device_state states[MACHINE_STREAMS];
} eye;

static __u64 attention;
static __u64 device_slots[SMMU_DEVICES_MAX], smmu_slots[SMMU_SMMUS_MAX];
static const bool cfg_typed_task = false;

/* ---- helpers of the kernel ---- */

#define bpf_loop(count, step, context, flags)                                                      \
	do {                                                                                       \
		for (__u32 i_ = 0; i_ < (count); i_++) {                                           \
			if (step(i_, context))                                                     \
				break;                                                             \
		}                                                                                  \
	} while (0)

static __u64 bpf_ktime_get_ns(void)
{
	return eye.now;
}

static __u64 bpf_get_current_task(void)
{
	return eye.flow.tid;
}

static void *bpf_get_current_task_btf(void)
{
	return NULL;
}

static long bpf_get_task_stack(void *task, void *frames, __u32 size, __u64 skip)
{
	(void)task, (void)frames, (void)size, (void)skip;
	return 0;
}

static __u8 current_context(void)
{
	return eye.flow.context;
}

/* Maps of flows, the only ones that are looked up here but for the scratch of told.bpf.h. */
enum { MAP_ENTRIES = 64, MAP_KEY = 16, MAP_VALUE = 128 };
static struct map {
	const void *map;
	struct {
		bool used;
		unsigned char key[MAP_KEY];
		_Alignas(8) unsigned char value[MAP_VALUE];
	} entry[MAP_ENTRIES];
} maps[3];

static struct map *map_of(const void *map)
{
	unsigned int i = 0;

	while (maps[i].map && maps[i].map != map)
		i++;
	maps[i].map = map;
	return &maps[i];
}

static void *map_find(const void *map, const void *key, size_t size, bool make)
{
	struct map *found = map_of(map);
	unsigned int at = 0;

	while (at < MAP_ENTRIES - 1 && found->entry[at].used &&
	       memcmp(found->entry[at].key, key, size) != 0)
		at++;
	if (!found->entry[at].used || memcmp(found->entry[at].key, key, size) != 0) {
		if (!make)
			return NULL;
		found->entry[at].used = true;
		memcpy(found->entry[at].key, key, size);
		memset(found->entry[at].value, 0, MAP_VALUE);
	}
	return found->entry[at].value;
}

static int map_delete(const void *map, const void *key, size_t size)
{
	struct map *found = map_of(map);

	for (unsigned int i = 0; i < MAP_ENTRIES; i++) {
		if (!found->entry[i].used || memcmp(found->entry[i].key, key, size) != 0)
			continue;
		/* None behind it may be lost: the last one takes its place. */
		for (unsigned int last = MAP_ENTRIES; last-- > i;) {
			if (!found->entry[last].used)
				continue;
			found->entry[i] = found->entry[last];
			found->entry[last].used = false;
			return 0;
		}
	}
	return -ENOENT;
}

/* Of an array each entry is there from the start. */
#define bpf_map_lookup_elem(map, at)                                                               \
	map_find(map, at, sizeof(*(at)), sizeof(*(at)) == sizeof(__u32))
#define bpf_map_delete_elem(map, at) map_delete(map, at, sizeof(*(at)))
#define bpf_map_update_elem(map, at, value, flags)                                                 \
	memcpy(map_find(map, at, sizeof(*(at)), true), value, sizeof(*(value)))

/* ---- bpf/base ---- */

struct command_list {
	struct smmu_command command[SMMU_LIST_MAX];
};

struct list {
	__u64 smmu, queue, cmds, now, duration_ns;
	__s32 result;
	__u16 flags;
	__u32 copy, count;
	bool sync;
	struct command_list *commands;
};

static struct smmu_command list_command(const struct list *list, __u32 i)
{
	return list->commands->command[i];
}

static __u32 list_opcode(const struct list *list)
{
	return list->count ? SMMU_CMD_OPCODE(list->commands->command[0].word[0]) : 0;
}

static bool list_walkable(struct list *list)
{
	return list->commands;
}

static bool kind_wanted(enum smmu_event_kind kind)
{
	(void)kind;
	return true;
}

static bool sid_wanted(__u64 smmu, __u32 sid)
{
	(void)smmu, (void)sid;
	return true;
}

static __u32 device_number(__u64 smmu, __u32 sid, bool make)
{
	__u32 number = 0;

	(void)make;
	while (number < MACHINE_STREAMS &&
	       (machine_streams[number].sid != sid ||
		machine_smmus[machine_functions[machine_streams[number].function].smmu] != smmu))
		number++;
	return number;
}

static struct smmu_device_state *device_state(__u32 number)
{
	return number < MACHINE_STREAMS ? &eye.states[number] : NULL;
}

static struct smmu_device_state *device_state_of(__u64 smmu, __u32 sid)
{
	return device_state(device_number(smmu, sid, true));
}

static struct smmu_device_state *device_state_seen(__u64 smmu, __u32 sid)
{
	return device_state_of(smmu, sid);
}

#define DEVICE_COUNT(smmu, sid, field) ((void)(smmu), (void)(sid))

static int ste_read(__u64 smmu, __u32 sid, __u64 word[2])
{
	eye.world.ste(eye.world.context, device_number(smmu, sid, false), word);
	return 0;
}

static __u64 tag_read(__u64 smmu, __u32 sid)
{
	const unsigned int stream = device_number(smmu, sid, false);
	__u64 word[2], tag = 0;

	eye.world.ste(eye.world.context, stream, word);
	if (!SMMU_STE_VALID(word[0]))
		return 0;
	if (SMMU_STE_CONFIG(word[0]) == SMMU_STE_CONFIG_S1_TRANS)
		tag = eye.world.tag(eye.world.context, stream);
	return smmu_grant_of(word[0], word[1]) == SMMU_GRANT_ATS ? tag | SMMU_TAG_ATS : tag;
}

static bool queue_configures(__u64 smmu, __u64 queue)
{
	(void)smmu, (void)queue;
	return true;
}

/* One event at a time is put together here. */
static struct {
	struct smmu_event event;
	unsigned char
		payload[sizeof(struct smmu_submit) + SMMU_LIST_MAX * sizeof(struct smmu_command)];
} fresh;
static size_t fresh_length;

static void *emit_reserve(enum smmu_event_kind kind, __u64 size, __u64 now, __u16 flags)
{
	memset(&fresh, 0, size);
	fresh_length = size;
	fresh.event = (struct smmu_event){
		.ts_ns = now,
		.seq = ++eye.seq[eye.flow.cpu],
		.pid = eye.flow.tid,
		.tid = eye.flow.tid,
		.cpu = eye.flow.cpu,
		.flags = flags,
		.kind = (__u8)kind,
		.context = eye.flow.context,
		.comm = "model",
	};
	return &fresh;
}

static void emit_submit(void *event)
{
	eye.world.event(eye.world.context, event, fresh_length);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter" /* as the Makefile has it for bpf/ */
#include "recovery/story.bpf.h"
#pragma GCC diagnostic pop

/* ---- bpf/list and the rest of bpf/recovery: when they call what is above, and what they send ----
 */

void eye_open(const struct eye_world *world)
{
	memset(&eye, 0, sizeof(eye));
	eye.world = *world;
	memset(maps, 0, sizeof(maps));
	attention = suspect_chapter = told_pending = told_fenced_next = told_fenced_now = 0;
	told_reset_ns = watched = watched_until_ns = trouble_ns = 0;
	memset(told_fenced, 0, sizeof(told_fenced));
	for (unsigned int i = 0; i < MACHINE_SMMUS; i++)
		smmu_slots[i] = machine_smmus[i];
	for (unsigned int i = 0; i < MACHINE_STREAMS; i++)
		device_slots[i] =
			smmu_device_key(machine_functions[machine_streams[i].function].smmu,
					machine_streams[i].sid);
}

void eye_now(const struct eye_flow *flow, __u64 now)
{
	eye.flow = *flow;
	eye.now = now;
}

/* An event without more flags; the rest of its payload is zeros. */
static void *begin(enum smmu_event_kind kind, size_t payload)
{
	emit_reserve(kind, sizeof(struct smmu_event) + payload, eye.now, 0);
	return fresh.payload;
}

static void send(void)
{
	emit_submit(&fresh);
}

static void send_submit(const struct eye_list *view, const struct list *list)
{
	const size_t commands = view->count * sizeof(struct smmu_command);
	struct smmu_submit *submit = begin(SMMU_EVENT_SUBMIT, sizeof(*submit) + commands);

	fresh.event.flags = (__u16)(list->flags | (view->sync ? SMMU_EVENT_SYNC : 0) |
				    (view->exact ? SMMU_EVENT_EXACT : 0));
	submit->smmu = list->smmu;
	submit->queue = list->queue;
	submit->duration_ns = list->duration_ns;
	submit->prod = view->prod;
	submit->result = view->result;
	submit->commands = submit->captured = (__u16)view->count;
	memcpy(submit->command, view->commands, commands);
	send();
}

/* bpf/list/submit.bpf.h */
#define REGISTERS_NS 500000000ULL

static void send_registers(const struct eye_list *view, const struct list *list)
{
	struct smmu_registers *registers;

	if (!view->sync || (view->result >= 0 && list->duration_ns <= REGISTERS_NS))
		return;
	registers = begin(SMMU_EVENT_REGISTERS, sizeof(*registers));
	registers->smmu = list->smmu;
	registers->queue = list->queue;
	registers->duration_ns = list->duration_ns;
	registers->cons = view->cons;
	registers->prod = view->prod_after;
	registers->result = view->result;
	registers->shift = QUEUE_SHIFT;
	send();
}

void eye_list(const struct eye_list *view)
{
	struct command_list commands;
	struct list list = {
		.smmu = machine_smmus[machine_queues[view->queue].smmu],
		.queue = machine_queues[view->queue].address,
		.cmds = 0x1000ULL * eye.flow.tid,
		.now = eye.now,
		.duration_ns = eye.now - view->began,
		.result = view->result,
		.flags = view->injected ? SMMU_EVENT_SYNTHETIC : 0,
		.count = view->count,
		.sync = view->sync,
		.commands = &commands,
	};

	memcpy(commands.command, view->commands, view->count * sizeof(struct smmu_command));
	if (list.result < 0 || list.duration_ns > REGISTERS_NS)
		trouble_ns = list.now;
	send_submit(view, &list);
	send_registers(view, &list);
	if (story_concerns(&list))
		story_follow(&list);
}

void eye_inject(unsigned int queue, __u32 index, __u32 sid, int error)
{
	struct smmu_inject_fired *fired = begin(SMMU_EVENT_INJECT, sizeof(*fired));

	trouble_ns = eye.now;
	fired->smmu = machine_smmus[machine_queues[queue].smmu];
	fired->queue = machine_queues[queue].address;
	fired->prod = index;
	fired->sid = sid;
	fired->error = error;
	send();
}

void eye_error(unsigned int queue, __u32 cons, enum smmu_finder finder,
	       const struct smmu_command *before)
{
	struct smmu_cmdq_error *error = begin(SMMU_EVENT_CMDQ_ERROR, sizeof(*error));

	trouble_ns = eye.now;
	error->smmu = machine_smmus[machine_queues[queue].smmu];
	error->queue = machine_queues[queue].address;
	error->gerror = SMMU_GERROR_CMDQ_ERR;
	error->cons = cons;
	error->found_by = (__u8)finder;
	error->shift = QUEUE_SHIFT;
	error->before = *before;
	send();
}

/* bpf/recovery/pci.bpf.c */
void eye_ats(unsigned int function, bool on)
{
	const struct machine_function *place = &machine_functions[function];
	struct smmu_ats *ats;

	for (unsigned int i = 0; i < place->streams; i++) {
		eye.states[place->first + i].ats = on ? SMMU_PCI_ATS_ON : SMMU_PCI_ATS_OFF;
		if (!on)
			told_before(machine_smmus[place->smmu],
				    machine_streams[place->first + i].sid);
	}
	told_again();
	ats = begin(SMMU_EVENT_ATS, sizeof(*ats));
	ats->bdf = place->bdf;
	ats->sid = machine_streams[place->first].sid;
	ats->enabled = on;
	send();
}

void eye_reset(unsigned int function, enum smmu_reset_phase phase, int result)
{
	const struct machine_function *place = &machine_functions[function];
	struct smmu_reset *reset = begin(SMMU_EVENT_RESET, sizeof(*reset));

	told_reset_ns = eye.now;
	reset->bdf = place->bdf;
	reset->sid = machine_streams[place->first].sid;
	reset->phase = phase;
	reset->result = result;
	send();
}

void eye_attach(unsigned int function)
{
	const struct machine_function *place = &machine_functions[function];
	struct smmu_attach *attach;

	recovery_close();
	told_again();
	attach = begin(SMMU_EVENT_ATTACH, sizeof(*attach));
	attach->bdf = place->bdf;
	attach->sid = machine_streams[place->first].sid;
	send();
}

/* bpf/recovery/invalidation.bpf.c */
void eye_invalidation(int result)
{
	struct smmu_invalidation *invalidation;

	if (!trouble_ns)
		return;
	recovery_close();
	if (!story_returns(eye.now))
		return;
	told_again();
	invalidation = begin(SMMU_EVENT_INVALIDATION, sizeof(*invalidation));
	invalidation->result = result;
	send();
}

void eye_unmap(__u64 size)
{
	struct smmu_unmap *unmap;

	if (!trouble_ns || !story_returns(eye.now))
		return;
	unmap = begin(SMMU_EVENT_UNMAP, sizeof(*unmap));
	unmap->size = unmap->returned = size;
	send();
}
