#!/usr/bin/env bash
# The checks that take too long for the gate. Each step is timed; the first that fails ends it.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

times=()
step() {
  local began=$SECONDS
  printf '\n== %s\n' "$*"
  "$@"
  times+=("$((SECONDS - began)) s  $*")
}

step Scripts/sanitize.sh
step Scripts/swarm.sh 1500
step Scripts/fuzz.sh 600
step Scripts/soak.sh 600
step Scripts/bench.sh
printf '\n== the time of each step\n'
printf '%s\n' "${times[@]}"
