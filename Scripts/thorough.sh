#!/usr/bin/env bash
# Runs the tests that compute with many cases each, and the swarm with the seeds that reach every
# exit, by the build of the tests. Arguments go to 'swift test' (--filter NAME, ...).
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

Scripts/bootstrap.sh
swift build "${tests_build[@]}" --build-tests
THOROUGH=1 swift test "${tests_build[@]}" --skip-build --skip "$socket_tests" "$@"
