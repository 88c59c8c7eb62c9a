#!/usr/bin/env bash
# Runs random scenarios and checks what must always hold. $1: how many seeds, $2: the first.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

Scripts/bootstrap.sh
export SWARM_SEEDS="${1:-1000}" SWARM_FROM="${2:-1}"
swift test "${tests_build[@]}" --filter 'ScenariosTests.SwarmTests'
