#!/usr/bin/env bash
# Builds once and runs the tests; arguments go to 'swift test' (--filter NAME, ...).
# Tests that compute and tests that use sockets or start commands run one after the other, each in a
# process of its own: what waits for a socket must not wait for somebody's computation too.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Tests that wait for real time run one by one: a run at full speed holds an event loop of two, and
# what shares it with others waits for it.
one_by_one=(--no-parallel)

Scripts/bootstrap.sh
swift build --build-tests --explicit-target-dependency-import-check error
printf '%s\n' "$(count_tests)"
if [ $# -gt 0 ]; then
  exec swift test --skip-build "${one_by_one[@]}" "$@"
fi
swift test --skip-build --skip "$socket_tests"
swift test --skip-build "${one_by_one[@]}" --filter "$socket_tests"
