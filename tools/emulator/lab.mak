# SPDX-License-Identifier: GPL-2.0-or-later
# The virt machine with what smmuscope's lab puts in it.
CONFIG_ARM_VIRT=y
CONFIG_PCIE_PORT=y
CONFIG_VIRTIO_PCI=y
CONFIG_VIRTIO_BLK=y
CONFIG_VIRTIO_NET=y
CONFIG_VIRTIO_RNG=y
CONFIG_VIRTIO_SERIAL=y
CONFIG_NVME_PCI=y
CONFIG_VIRTIO_9P=y
# m_helper.c wants its interrupt controller.
CONFIG_ARM_V7M=y
CONFIG_ARM_GICV3_TCG=y
