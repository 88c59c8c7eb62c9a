#!/usr/bin/env bash
# The one release build that interop, bench and dist share; the last line printed is its path.
# The Swift runtime is linked in, so that what is checked is what is shipped.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

Scripts/bootstrap.sh
options=(-c release --static-swift-stdlib)
swift build "${options[@]}" --product appliance >&2
printf '%s/appliance\n' "$(swift build "${options[@]}" --show-bin-path)"
