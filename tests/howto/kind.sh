# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# An event kind `dummy`: a PCI function was attached for the n-th time. The row continues the list
# of kinds, so the line before it needs a backslash.
swap include/smmu_event.h '^	X\(STE, "ste", smmu_fence\)$' '	X(STE, "ste", smmu_fence) \\\n	X(DUMMY, "dummy", smmu_dummy)'
insert include/smmu_event.h '^#define SMMU_SID_NONE' <<'END'

struct smmu_dummy {
	__u64 count;
};
END
insert include/smmu_event.h '^_Static_assert\(sizeof\(struct smmu_unmap\)' <<'END'
_Static_assert(sizeof(struct smmu_dummy) == 8, "dummy payload");
END
insert bpf/recovery/pci.bpf.c '^/\* Tracepoint iommu:attach_device_to_domain' <<'END'
static __always_inline void dummy(__u64 now)
{
	struct {
		struct smmu_event header;
		struct smmu_dummy dummy;
	} * event;

	if (!kind_wanted(SMMU_EVENT_DUMMY))
		return;
	event = emit_reserve(SMMU_EVENT_DUMMY, sizeof(*event), now, 0);
	if (!event)
		return;
	event->dummy.count = 1;
	emit_submit(event);
}

END
swap bpf/recovery/pci.bpf.c '^	recovery_close\(\);$' '	recovery_close();\n	dummy(now);'
swap src/kernel/hooks.def 'KIND\(ATTACH\) \| KIND\(FORBIDDEN\)' 'KIND(ATTACH) | KIND(FORBIDDEN) | KIND(DUMMY)'
insert src/sink/event_json.c '^		put_unmap\(json, payload\);' <<'END'
		break;
	case SMMU_EVENT_DUMMY:
		json_key(json, "count");
		json_u64(json, ((const struct smmu_dummy *)payload)->count);
END
swap src/sink/event_text.c '^	case SMMU_EVENT_UNMAP:$' '	case SMMU_EVENT_UNMAP:\n	case SMMU_EVENT_DUMMY:'
swap src/session/filter.c '^	case SMMU_EVENT_UNMAP:$' '	case SMMU_EVENT_UNMAP:\n	case SMMU_EVENT_DUMMY:'
swap src/check/follow.c '^	case SMMU_EVENT_KIND_COUNT:$' '	case SMMU_EVENT_DUMMY:\n	case SMMU_EVENT_KIND_COUNT:'
insert docs/FORMATS.md '^### `invalidation` and `unmap`' <<'END'

### `dummy`: a scratch addition
END
for schema in event stats probe; do
	changed=$(jq '."$defs".kind.enum += ["dummy"] | (.. | .required? // empty | select(index("unmap"))) += ["dummy"]' \
		"docs/schema/$schema-1.json")
	printf '%s\n' "$changed" >"docs/schema/$schema-1.json"
done
