#!/usr/bin/env bash
# Builds once and runs the tests; arguments go to 'swift test' (--filter NAME, ...).
# Tests that compute run in one process. Each suite that uses sockets or starts commands has a
# process of its own: what waits for a socket must not wait for somebody's computation, nor for an
# event loop that another suite's run at full speed holds. Such suites wait more than they compute,
# so several run at a time.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

Scripts/bootstrap.sh
swift build --build-tests --explicit-target-dependency-import-check error
printf '%s\n' "$(count_tests)"
if [ $# -gt 0 ]; then
  exec swift test --skip-build --no-parallel "$@"
fi

began=$SECONDS
swift test --skip-build --skip "$socket_tests"

out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
bundle="$(echo "$(swift build --show-bin-path)"/*PackageTests.xctest)"
"$bundle" --testing-library swift-testing --list-tests | grep -E "$socket_tests" >"$out/tests"

# Runs one suite and prints its last line, or all that it printed when it failed.
# The mark tells which processes were started below it.
run_suite() {
  local said="$2/$1" status=0
  APPLIANCE_SUITE="$2/$1" timeout 900 "$3" --testing-library swift-testing \
    --filter "^${1/./\\.}/" </dev/null >"$said" 2>&1 || status=$?
  if [ "$status" -eq 0 ]; then
    printf '%s: %s\n' "$1" "$(tail -n 1 "$said")"
  else
    cat "$said"
    printf 'error: %s ended with %s\n' "$1" "$status"
  fi
  return "$status"
}
export -f run_suite

failed=0
cut -d/ -f1 "$out/tests" | sort | uniq -c | sort -rn | awk '{ print $2 }' |
  xargs -P 8 -I{} bash -c 'run_suite "$@"' run_suite {} "$out" "$bundle" || failed=1

# A process that outlives its test holds the output of who called this script, and its end is waited
# for in vain.
for environment in /proc/[0-9]*/environ; do
  if grep -qzs "^APPLIANCE_SUITE=$out/" "$environment"; then
    pid="${environment//[!0-9]/}"
    printf 'error: left behind by %s: %s\n' \
      "$(tr '\0' '\n' <"$environment" | sed -n "s,^APPLIANCE_SUITE=$out/,,p")" \
      "$(tr '\0' ' ' <"/proc/$pid/cmdline")"
    kill "$pid" || true
    failed=1
  fi
done

# What no process ran was not tested.
ran="$(cat "$out"/*.* | sed -n 's/.*Test run with \([0-9]*\) tests* in .*/\1/p' | awk '{ n += $1 } END { print n + 0 }')"
[ "$ran" -eq "$(wc -l <"$out/tests")" ] ||
  die "$(wc -l <"$out/tests") tests on sockets, and $ran of them ran"
[ "$failed" -eq 0 ] || die "a suite on sockets failed"
printf '%s tests on sockets passed; all tests took %s s behind the build\n' "$ran" $((SECONDS - began))
