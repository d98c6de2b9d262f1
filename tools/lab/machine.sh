# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The emulated machine: an SMMUv3, root ports with functions that have ATS, and
# the host's files. Source after cache.sh.
#
# With --icount no device may answer at a time that depends on the host, as it would from another
# thread of the emulator. So disks are empty (a read, even the kernel's for partitions, would go to
# such a thread; the serial number comes at once), and there is no NVMe and no network.
#
# Machine `full`: 72 functions at 0000:01:00.0 to 0000:09:00.7, disks at
# 0000:0a:00.0 and 0000:0b:00.0 (ATS) and 0000:0c:00.0 (NVMe; with --icount a function without
# ATS), a network card at 0000:0d:00.0 (ATS). Machine `small`: one function at 0000:01:00.0 and a
# disk at 0000:02:00.0. Machine `two`: four functions at 0000:01:00.0 to 0000:01:00.3, a disk at
# 0000:02:00.0 (ATS), and behind a second PCIe host and a second SMMU four functions at 0002:01:00.0
# to 0002:01:00.3.
#
# Each is behind a root port: on the root bus the emulator gives a device no PCIe capabilities.

LAB_QEMU=${LAB_QEMU:-qemu-system-aarch64}

# Legacy virtio has no IOMMU support, and without it no I/O port space is needed.
MACHINE_ATS=disable-legacy=on,iommu_platform=on,ats=on

# The firmware of --acpi.
# shellcheck disable=SC2034
MACHINE_FIRMWARE=/usr/share/qemu-efi-aarch64/QEMU_EFI.fd

# machine_emulator NAME MSI PASID: the emulator to run, `distribution` or `ats`: an SMMU that has
# ATS, and functions with ATS that can be told to fall silent. Of that one MSI=yes gives the SMMU
# message signaled interrupts, PASID=yes SubstreamIDs, and the functions PASIDs. Before everything
# else here.
machine_emulator() {
	MACHINE_SMMU=() MACHINE_STOCK_THREAD=single
	[ "$1" = ats ] || return 0
	LAB_QEMU=$(emulator_ats)
	MACHINE_ATS+=,x-atc=on MACHINE_STOCK_THREAD=multi
	MACHINE_SMMU=(-global arm-smmuv3.ats=on)
	[ "$2" = no ] || MACHINE_SMMU+=(-global arm-smmuv3.msi=on)
	[ "$3" = no ] || MACHINE_SMMU+=(-global arm-smmuv3.ssidsize=16)
	[ "$3" = no ] || MACHINE_ATS+=,x-pasid=on
}

# A comma ends an option's value, a doubled one stands for itself.
machine_quote() { printf '%s' "${1//,/,,}"; }

machine_kvm() { [ "$(uname -m)" = aarch64 ] && [ -r /dev/kvm ] && [ -w /dev/kvm ]; }

# machine_core SMP MEM ICOUNT KERNEL MACHINE: CPUs, memory and SMMUs; sets CORE, which the device
# tree is made from. In the distribution's emulator the CPUs of a stock kernel take turns in one
# thread: tools/kernel/README.md, "The emulator", says why.
machine_core() {
	local smp=$1 mem=$2 icount=$3 thread=multi hosts=iommu=smmuv3
	[ "$5" != two ] || hosts+=,second-pcie=on
	[ "$4" = lab ] || thread=$MACHINE_STOCK_THREAD
	[ "$smp" != 1 ] || thread=single
	CORE=(-smp "$smp" -m "$mem" -nodefaults -display none -no-reboot)
	if [ "$icount" = yes ]; then
		CORE+=(-M "virt,gic-version=3,$hosts" -cpu "max,pauth-impdef=on"
			-accel "tcg,thread=single" -icount "shift=0,sleep=off"
			-seed 1 -global virtio-pci.ioeventfd=off)
	elif [ "$icount" = steady ]; then
		CORE+=(-M "virt,gic-version=3,$hosts" -cpu "max,pauth-impdef=on"
			-accel "tcg,thread=single" -icount "shift=3,sleep=on")
	elif machine_kvm; then
		CORE+=(-M "virt,gic-version=host,$hosts" -cpu host -accel kvm)
	else
		CORE+=(-M "virt,gic-version=3,$hosts" -cpu "max,pauth-impdef=on"
			-accel "tcg,thread=$thread")
	fi
	CORE+=("${MACHINE_SMMU[@]}")
}

# machine_port PORT [DOMAIN]: root port N is slot N of bus 0; the functions behind it are on bus N.
# Its name is portN, in a PCI domain D other than 0 portD.N.
machine_port() {
	local slot domain=${2:-0}
	slot=$(printf %x "$1")
	printf '%s\n' -device "pcie-root-port,id=port${2:+$2.}$1,bus=pcie.$domain,addr=$slot.0,chassis=$((32 * domain + $1)),slot=$1,io-reserve=0"
}

# machine_functions PORT COUNT [OPTIONS [DOMAIN]]
machine_functions() {
	local port=${4:+$4.}$1 count=$2 options=${3:-$MACHINE_ATS} i
	machine_port "$1" "${4:-}"
	for ((i = 0; i < count; i++)); do
		printf '%s\n' -device "virtio-rng-pci,rng=entropy,bus=port$port,addr=0.$i,multifunction=on,$options"
	done
}

# machine_disk PORT FILE SIZE DEVICE
machine_disk() {
	machine_port "$1"
	[ -e "$2" ] || truncate -s "$3" "$2"
	printf '%s\n' -drive "if=none,id=disk$1,file=$(machine_quote "$2"),format=raw,cache=unsafe" \
		-device "$4,drive=disk$1,bus=port$1"
}

# machine_devices MACHINE ICOUNT DIR: the PCI devices, disks in DIR.
machine_devices() {
	local machine=$1 icount=$2 dir=$3 size=64M net="" port
	[ "$icount" != yes ] || size=0
	printf '%s\n' -object rng-builtin,id=entropy
	case $machine in
	full)
		for port in 1 2 3 4 5 6 7 8 9; do
			machine_functions "$port" 8
		done
		machine_disk 10 "$dir/disk-a" $size "virtio-blk-pci,$MACHINE_ATS"
		machine_disk 11 "$dir/disk-b" $size "virtio-blk-pci,$MACHINE_ATS"
		if [ "$icount" != yes ]; then
			machine_disk 12 "$dir/disk-nvme" $size nvme,serial=lab
		else
			machine_functions 12 1 "${MACHINE_ATS%%,ats=*}"
		fi
		machine_port 13
		[ "$icount" = yes ] || { printf '%s\n' -netdev user,id=net,restrict=on && net=netdev=net,; }
		printf '%s\n' -device "virtio-net-pci,${net}bus=port13,romfile=,$MACHINE_ATS"
		;;
	small)
		machine_functions 1 1
		machine_disk 2 "$dir/disk-a" $size "virtio-blk-pci,$MACHINE_ATS"
		;;
	two)
		machine_functions 1 4
		machine_disk 2 "$dir/disk-a" $size "virtio-blk-pci,$MACHINE_ATS"
		machine_functions 1 4 "$MACHINE_ATS" 2
		;;
	esac
}

# machine_shares PROJECT OUT [SHARE]: the host's files: virtio-mmio devices, which need no PCI
# and no IOMMU.
machine_shares() {
	printf '%s\n' -global virtio-mmio.force-legacy=false \
		-fsdev "local,id=project,path=$(machine_quote "$1"),security_model=none,readonly=on,multidevs=remap" \
		-device virtio-9p-device,fsdev=project,mount_tag=project \
		-fsdev "local,id=out,path=$(machine_quote "$2"),security_model=none,multidevs=remap" \
		-device virtio-9p-device,fsdev=out,mount_tag=out
	machine_share "${3:-}"
}

# machine_share [DIR]
machine_share() {
	[ -z "$1" ] || printf '%s\n' \
		-fsdev "local,id=share,path=$(machine_quote "$1"),security_model=none,readonly=on,multidevs=remap" \
		-device virtio-9p-device,fsdev=share,mount_tag=share
}

# machine_ports PROJECT OUT [SHARE]: without 9p: the guest's output goes through virtio ports into
# files of OUT; the image brings the project's files. Also virtio-mmio.
machine_ports() {
	local dir name
	dir=$(machine_quote "$2")
	printf '%s\n' -global virtio-mmio.force-legacy=false -device virtio-serial-device
	for name in stdout stderr files; do
		printf '%s\n' -chardev "file,id=$name,path=$dir/$name,append=on" -device "virtserialport,chardev=$name,name=$name"
	done
	machine_share "${3:-}"
}

# machine_input DEVICE: this program's input as a console (virtconsole) or as a
# plain stream with an end (virtserialport); the kernel's console stays apart.
machine_input() {
	printf '%s\n' -device virtio-serial-device -chardev stdio,id=input,signal=off -device "$1,chardev=input,name=input"
}

# machine_monitor PIPE: the emulator's own commands by a pair of named pipes.
machine_monitor() {
	printf '%s\n' -chardev "pipe,id=monitor,path=$(machine_quote "$1")" -mon chardev=monitor
}

# machine_tree -> the device tree of CORE, with PCI hosts that allow ATS.
machine_tree() {
	local dir
	dir=$(cached tree "$(content_key "$(stat -Lc '%s %y' "$(command -v "$LAB_QEMU")")" "${CORE[@]}")" machine_tree_make)
	printf '%s\n' "$dir/tree.dtb"
}

machine_tree_make() {
	local dir=$1 node
	"$LAB_QEMU" "${CORE[@]}" -machine "dumpdtb=$(machine_quote "$dir/tree.dtb")" >"$dir/log" 2>&1 ||
		die "the emulator does not describe its machine" "$(cat "$dir/log")"
	fdtget -l "$dir/tree.dtb" / | grep '^pcie@' | while read -r node; do
		fdtput "$dir/tree.dtb" "/$node" ats-supported
	done
}
