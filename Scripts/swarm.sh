#!/usr/bin/env bash
# Runs random scenarios and checks what must always hold. $1: how many seeds, $2: the first.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

Scripts/bootstrap.sh
export SWARM_SEEDS="${1:-1000}" SWARM_FROM="${2:-1}"
options=()
# Many seeds pay for an optimized build, a few do not; the runs are the same.
[ "$SWARM_SEEDS" -le 400 ] || options=("${optimized_tests[@]}")
swift test "${options[@]}" --filter 'ScenariosTests.SwarmTests'
