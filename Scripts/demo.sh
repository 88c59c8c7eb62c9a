#!/usr/bin/env bash
# Shows the documented failure. A debug build: on a fresh machine it is ready in half the time.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

Scripts/bootstrap.sh
swift build --product appliance >&2
exec "$(swift build --show-bin-path)/appliance" demo "$@"
