#!/usr/bin/env bash
# Shows the documented failure. A debug build without TLS, in a folder of its own: on a fresh machine
# it is ready in half the time.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

Scripts/bootstrap.sh
swift build "${demo_build[@]}" --product appliance >&2
exec "$(swift build "${demo_build[@]}" --show-bin-path)/appliance" demo "$@"
