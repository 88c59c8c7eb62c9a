#!/usr/bin/env bash
# Builds once and runs the tests; arguments go to 'swift test' (--filter NAME, ...).
# Tests that compute and tests that use sockets or start commands run one after the other, each in a
# process of its own: what waits for a socket must not wait for somebody's computation too.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Tests that wait for real time run few at a time. Toolchains that cannot count run them one by one.
few_at_a_time=(--no-parallel)
if swift test --help-hidden 2>/dev/null | grep -q experimental-maximum-parallelization-width; then
  few_at_a_time=(--experimental-maximum-parallelization-width 4)
fi

Scripts/bootstrap.sh
swift build --build-tests --explicit-target-dependency-import-check error
printf '%s\n' "$(count_tests)"
if [ $# -gt 0 ]; then
  exec swift test --skip-build "${few_at_a_time[@]}" "$@"
fi
swift test --skip-build --skip "$socket_tests"
swift test --skip-build "${few_at_a_time[@]}" --filter "$socket_tests"
