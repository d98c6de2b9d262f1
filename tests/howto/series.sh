# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A kernel series 9.9: the patches of 7.3, as if they had been ported.
cp -r tools/kernel/7.3 tools/kernel/9.9
printf '%s\n' 'lab-9.9-recovery  -          --series 9.9 --variant recovery' >>tests/matrix/rows
