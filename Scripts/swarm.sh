#!/usr/bin/env bash
# Runs random scenarios and checks what must always hold. $1: how many seeds, $2: the first.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

Scripts/bootstrap.sh
export SWARM_SEEDS="${1:-1000}" SWARM_FROM="${2:-1}"
release=()
# Many seeds pay for an optimized build of their own, a few do not; the runs are the same.
if [ "$SWARM_SEEDS" -gt 400 ]; then
  release=(-c release -Xswiftc -enable-testing --scratch-path .build-swarm)
fi
swift test "${release[@]}" --filter 'ScenariosTests.SwarmTests'
