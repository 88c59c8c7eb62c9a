#!/usr/bin/env bash
# Builds once and runs the tests; arguments go to 'swift test' (--filter NAME, ...).
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

Scripts/bootstrap.sh
swift build --build-tests --explicit-target-dependency-import-check error
swift test --skip-build "$@"
