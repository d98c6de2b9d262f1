// SPDX-License-Identifier: GPL-2.0
/*
 * R22: whom an invalidation must reach follows from the tag of its TLBI and from what the SMMU has
 * been told of each StreamID.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"

#include "check/track.h"

#define EL1(asid)    SMMU_TAG(SMMU_REGIME_EL1, 0, asid)
#define STAGE2(vmid) SMMU_TAG(SMMU_REGIME_STAGE2, vmid, 0)
/* Words of commands: [63:48] ASID, [47:32] VMID. */
#define TLBI(opcode, vmid, asid) ((opcode) | (__u64)(vmid) << 32 | (__u64)(asid) << 48)

static void uses(__u32 sid, __u64 tag)
{
	ste(sid, SMMU_GRANT_ATS)->tag = tag | SMMU_TAG_ATS;
}

/* Both functions use ASID 5, and have ATS on. */
static void one_domain(void)
{
	stream.options.rules = CHECK_RULE(22);
	uses(DEV, EL1(5));
	uses(DEV2, EL1(5));
	uses(DEV2 + 1, EL1(5));
	ats(DEV, true, 0);
	ats(DEV2, true, 0);
}

static void tlbi_word(unsigned int flags, __u64 word)
{
	const struct smmu_command command = {.word = {word, 0x1000}};

	commands_send(0, flags, &command, 1);
}

static void tlbi(unsigned int asid)
{
	tlbi_word(SMMU_EVENT_SYNC, TLBI(SMMU_OP_TLBI_NH_VA, 0, asid));
}

/* Long enough for whatever explains that a device is not asked, and for the last invalidation. */
static void time_passes(void)
{
	later(2 * S);
	other(0);
}

/* ---- reached ---- */

static void all_reached(void **state)
{
	(void)state;
	one_domain();
	tlbi(5);
	atc(0, DEV, DEV2, DEV2 + 1);
	tlbi(5);
	atc(0, DEV2, DEV2 + 1, DEV);
	time_passes();
	rules("R22 pass 2");
}

static void in_several_lists(void **state)
{
	(void)state;
	one_domain();
	tlbi(5);
	atc_unsynced(0, DEV);
	atc(0, DEV2);
	atc(0, DEV2 + 1);
	time_passes();
	rules("R22 pass 1");
}

/* The rest of an invalidation that does not fit into one list. */
static void several_lists_of_tlbi(void **state)
{
	(void)state;
	one_domain();
	tlbi_word(0, TLBI(SMMU_OP_TLBI_NH_VA, 0, 5));
	later(50 * MS);
	tlbi(5);
	atc(0, DEV, DEV2, DEV2 + 1);
	time_passes();
	rules("R22 pass 1");
}

static void in_one_list(void **state)
{
	const struct smmu_command commands[] = {
		{{TLBI(SMMU_OP_TLBI_NH_ASID, 0, 5)}},
		{{ATC_INV(DEV)}},
		{{ATC_INV(DEV2)}},
		{{ATC_INV(DEV2 + 1)}},
	};

	(void)state;
	one_domain();
	commands_send(0, SMMU_EVENT_SYNC, commands, 4);
	time_passes();
	rules("R22 pass 1");
}

/* A domain behind two SMMUs: first all TLBIs, then all ATC_INVs. */
static void behind_two_smmus(void **state)
{
	(void)state;
	one_domain();
	on_queue(SMMU_B, QUEUE_B);
	uses(0x777, EL1(5));
	on_queue(SMMU_A, QUEUE_A);
	tlbi(5);
	on_queue(SMMU_B, QUEUE_B);
	tlbi(5);
	on_queue(SMMU_A, QUEUE_A);
	atc(0, DEV, DEV2, DEV2 + 1);
	time_passes();
	rules("R22 pass 1");
}

/*
 * A domain behind two SMMUs, by a flow that has invalidated many other ones: what gives way to the
 * second TLBI is an older one, not the first.
 */
static void after_many_others(void **state)
{
	(void)state;
	one_domain();
	tlbi(5);
	atc(0, DEV, DEV2, DEV2 + 1);
	for (unsigned int i = 1; i < OPEN_TAGS_MAX; i++) {
		later(20 * MS);
		tlbi(5 + i);
	}
	later(20 * MS);
	tlbi(5);
	on_queue(SMMU_B, QUEUE_B);
	tlbi(5);
	on_queue(SMMU_A, QUEUE_A);
	atc(0, DEV, DEV2, DEV2 + 1);
	time_passes();
	rules("R22 pass 2");
}

/* ---- forgotten ---- */

static void one_forgotten(void **state)
{
	(void)state;
	one_domain();
	tlbi(5);
	atc(0, DEV2, DEV2 + 1);
	tlbi(5);
	atc(0, DEV, DEV2, DEV2 + 1);
	time_passes();
	rules("R22 fail 1");
	says("an invalidation of ASID 5 sent no ATC_INV to 0000:01:00.0");
}

/* Each StreamID has an ATC of its own. */
static void one_stream_forgotten(void **state)
{
	(void)state;
	one_domain();
	tlbi(5);
	atc(0, DEV, DEV2);
	time_passes();
	rules("R22 fail 1");
	says("0000:02:00.0");
}

static void all_forgotten(void **state)
{
	(void)state;
	one_domain();
	for (int i = 0; i < 5; i++)
		tlbi(5);
	time_passes();
	rules("R22 fail 2");
}

/* What one flow sends does not help the other one, whose invalidation returns before. */
static void asked_by_another(void **state)
{
	(void)state;
	one_domain();
	tlbi(5);
	atc(0, DEV, DEV2);
	task(2);
	atc(0, DEV2 + 1);
	time_passes();
	rules("R22 fail 1");
}

static void forgotten_in_an_unmap(void **state)
{
	(void)state;
	one_domain();
	tlbi(5);
	atc(0, DEV);
	unmap(4096, 4096);
	atc(0, DEV2, DEV2 + 1);
	time_passes();
	rules("R22 fail 1");
}

static void stage_2(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(22);
	uses(DEV, STAGE2(5));
	ats(DEV, true, 0);
	ats(DEV2, true, 0);
	uses(DEV2, EL1(5));
	tlbi_word(SMMU_EVENT_SYNC, TLBI(SMMU_OP_TLBI_S2_IPA, 5, 0));
	atc(0, DEV2);
	time_passes();
	rules("R22 fail 1");
	says("an invalidation of VMID 5 sent no ATC_INV to 0000:01:00.0");
}

/* The tags that devices had when the run began. */
static void from_the_beginning(void **state)
{
	struct devices devices = fixture_devices;
	struct device list[3];

	(void)state;
	stream.options.rules = CHECK_RULE(22);
	memcpy(list, fixture_list, sizeof(list));
	list[0].tag[0] = EL1(7) | SMMU_TAG_ATS;
	devices.list = list;
	stream.info.devices = &devices;
	atc(0, DEV);
	later(1 * S);
	tlbi(7);
	time_passes();
	rules("R22 fail 1");
}

/* A CFGI_CD gives it another ASID, of which the STE does not tell. */
static void another_context(void **state)
{
	(void)state;
	one_domain();
	ste(DEV, SMMU_GRANT_ATS)->tag = EL1(6) | SMMU_TAG_ATS;
	stream.sent[stream.count - 1].record->fence.told = SMMU_TOLD_CONTEXT;
	tlbi(5);
	atc(0, DEV2, DEV2 + 1);
	tlbi(6);
	time_passes();
	rules("R22 fail 1");
	says("ASID 6");
}

/* Explained for one flow's invalidation is not explained for another one's. */
static void explained_to_one(void **state)
{
	(void)state;
	one_domain();
	tlbi(5);
	atc(0, DEV2, DEV2 + 1);
	task(2);
	attach(DEV);
	tlbi(5);
	atc(0, DEV2, DEV2 + 1);
	time_passes();
	rules("R22 fail 1");
}

/* ---- not meant ---- */

static void of_another_domain(void **state)
{
	(void)state;
	one_domain();
	tlbi(6);
	tlbi_word(SMMU_EVENT_SYNC, TLBI(SMMU_OP_TLBI_NH_VA, 1, 5));
	tlbi_word(SMMU_EVENT_SYNC, TLBI(SMMU_OP_TLBI_S12_VMALL, 5, 0));
	tlbi_word(SMMU_EVENT_SYNC, TLBI(SMMU_OP_TLBI_EL2_ASID, 0, 5));
	time_passes();
	rules("");
}

/* All that the SMMU has: no domain is meant. */
static void of_everything(void **state)
{
	(void)state;
	one_domain();
	tlbi_word(SMMU_EVENT_SYNC, TLBI(SMMU_OP_TLBI_NSNH_ALL, 0, 0));
	tlbi_word(SMMU_EVENT_SYNC, TLBI(SMMU_OP_TLBI_NH_ALL, 0, 0));
	time_passes();
	rules("");
}

static void attached_meanwhile(void **state)
{
	(void)state;
	one_domain();
	uses(DEV, EL1(6));
	tlbi(5);
	task(2);
	uses(DEV, EL1(5));
	task(1);
	atc(0, DEV2, DEV2 + 1);
	time_passes();
	rules("R22 pass 1");
}

static void detached_meanwhile(void **state)
{
	(void)state;
	one_domain();
	tlbi(5);
	task(2);
	ats(DEV, false, 0);
	ste(DEV, SMMU_GRANT_NOTHING);
	task(1);
	atc(0, DEV2, DEV2 + 1);
	tlbi(5);
	atc(0, DEV2, DEV2 + 1);
	time_passes();
	rules("R22 pass 2");
}

static void ats_is_off(void **state)
{
	(void)state;
	one_domain();
	ats(DEV2, false, 0);
	ste(DEV, SMMU_GRANT_UNTRANSLATED)->tag = EL1(5);
	tlbi(5);
	time_passes();
	rules("");
}

static void fenced(void **state)
{
	(void)state;
	one_domain();
	recovery(DEV);
	tlbi(5);
	atc(0, DEV2, DEV2 + 1);
	time_passes();
	rules("R22 pass 1");
}

/* The driver knows of the failure, and sends nothing more, before the SMMU is told. */
static void about_to_be_fenced(void **state)
{
	(void)state;
	one_domain();
	task(2);
	tlbi(5);
	atc(0, DEV2, DEV2 + 1);
	tlbi(5);
	atc(0, DEV2, DEV2 + 1);
	task(1);
	later(20 * MS);
	recovery(DEV);
	task(2);
	time_passes();
	rules("R22 pass 1");
}

static void in_reset(void **state)
{
	(void)state;
	one_domain();
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	tlbi(5);
	atc(0, DEV2, DEV2 + 1);
	time_passes();
	rules("R22 pass 1");
}

static void has_failed(void **state)
{
	(void)state;
	one_domain();
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	later(2 * S);
	tlbi(5);
	atc(0, DEV2, DEV2 + 1);
	time_passes();
	rules("R22 pass 1");
}

/* Its translations are not known to be still there. */
static void tlbi_failed(void **state)
{
	const struct smmu_command command = {.word = {TLBI(SMMU_OP_TLBI_NH_VA, 0, 5)}};

	(void)state;
	one_domain();
	commands_send(-ETIMEDOUT, SMMU_EVENT_SYNC, &command, 1);
	time_passes();
	rules("");
}

/* The run ends before the invalidation goes on. */
static void cut_off(void **state)
{
	(void)state;
	one_domain();
	tlbi(5);
	atc(0, DEV);
	rules("");
}

/* ---- not to be known ---- */

static void unread(void **state)
{
	(void)state;
	one_domain();
	uses(DEV, SMMU_TAG_UNREAD);
	tlbi(5);
	atc(0, DEV, DEV2, DEV2 + 1);
	time_passes();
	rules("R22 not observable 1");
}

static void not_recorded(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(22);
	stream.info.tagged = false;
	tlbi(5);
	atc(0, DEV);
	rules("R22 not observable");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(all_reached),
		story(in_several_lists),
		story(several_lists_of_tlbi),
		story(in_one_list),
		story(behind_two_smmus),
		story(after_many_others),
		story(one_forgotten),
		story(one_stream_forgotten),
		story(all_forgotten),
		story(asked_by_another),
		story(forgotten_in_an_unmap),
		story(stage_2),
		story(from_the_beginning),
		story(another_context),
		story(explained_to_one),
		story(of_another_domain),
		story(of_everything),
		story(attached_meanwhile),
		story(detached_meanwhile),
		story(ats_is_off),
		story(fenced),
		story(about_to_be_fenced),
		story(in_reset),
		story(has_failed),
		story(tlbi_failed),
		story(cut_off),
		story(unread),
		story(not_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
