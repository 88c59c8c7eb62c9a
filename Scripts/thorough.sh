#!/usr/bin/env bash
# Runs the tests that compute with many cases each, and the swarm with the seeds that reach every
# exit, by an optimized build of their own. Arguments go to 'swift test' (--filter NAME, ...).
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

Scripts/bootstrap.sh
swift build "${optimized_tests[@]}" --build-tests
THOROUGH=1 swift test "${optimized_tests[@]}" --skip-build --skip "$socket_tests" "$@"
