#!/usr/bin/env bash
# Formats every Swift file in place, as Scripts/lint.sh wants it.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

swift_files | xargs -0 swift format --in-place --parallel
