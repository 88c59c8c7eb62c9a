#!/usr/bin/env bash
# The checks that take too long for the gate. Each step is timed; the first that fails ends it.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

source Scripts/steps.sh

step Scripts/sanitize.sh
step Scripts/swarm.sh 1500
step Scripts/fuzz.sh 600
step Scripts/soak.sh 600
step Scripts/bench.sh
print_times
