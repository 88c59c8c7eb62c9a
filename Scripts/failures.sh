#!/usr/bin/env bash
# Makes docs/FAILURES.md from the scenarios' stories.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

swift build --product appliance >&2
{
  printf '# Failures\n\nWhat a person on call meets, one scenario each; made by `Scripts/failures.sh` from '
  printf '`fixtures/scenarios`.\nRun one with `appliance simulate fixtures/scenarios/NAME.yaml --ladder`.\n\n'
  "$(swift build --show-bin-path)/appliance" test fixtures/scenarios --format markdown
} >docs/FAILURES.md
