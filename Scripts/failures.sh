#!/usr/bin/env bash
# Makes docs/FAILURES.md from the scenarios' stories.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

swift build "${demo_build[@]}" --product appliance >&2
{
  cat <<'END'
# Failures

What a person on call meets, one scenario each; made by `Scripts/failures.sh` from `fixtures/scenarios`.
Run one with `appliance simulate fixtures/scenarios/NAME.yaml --ladder`.

END
  "$(swift build "${demo_build[@]}" --show-bin-path)/appliance" test fixtures/scenarios --format markdown
} >docs/FAILURES.md
