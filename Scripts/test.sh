#!/usr/bin/env bash
# Builds once and runs the tests; arguments go to 'swift test' (--filter NAME, ...).
# Tests that compute run in one process. Each suite that uses sockets or starts commands has a
# process of its own: what waits for a socket must not wait for somebody's computation, nor for an
# event loop that another suite's run at full speed holds. Such suites wait more than they compute,
# so several run at a time.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

Scripts/bootstrap.sh
swift build "${tests_build[@]}" --build-tests --explicit-target-dependency-import-check error
printf '%s\n' "$(count_tests)"
if [ $# -gt 0 ]; then
  exec swift test "${tests_build[@]}" --skip-build --no-parallel "$@"
fi

began=$SECONDS
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
bundle="$(echo "$(swift build "${tests_build[@]}" --show-bin-path)"/*PackageTests.xctest)"
"$bundle" --testing-library swift-testing --list-tests >"$out/tests"
export out bundle socket_tests

# Runs one suite on sockets, or all tests that compute, and prints the last line, or all that was
# printed when it failed. The mark tells which processes were started below it.
run_part() {
  local name="$1" status=0
  local choice=(--filter "^${name/./\\.}/")
  [ "$name" != computing ] || choice=(--skip "$socket_tests")
  APPLIANCE_SUITE="$out/$name" timeout 1800 "$bundle" --testing-library swift-testing \
    "${choice[@]}" </dev/null >"$out/$name.said" 2>&1 || status=$?
  if [ "$status" -eq 0 ]; then
    printf '%s: %s\n' "$name" "$(tail -n 1 "$out/$name.said")"
  else
    cat "$out/$name.said"
    printf 'error: %s ended with %s\n' "$name" "$status"
  fi
  return "$status"
}
export -f run_part

failed=0
{
  echo computing
  # Those with the most tests first.
  grep -E "$socket_tests" "$out/tests" | cut -d/ -f1 | sort | uniq -c | sort -rn |
    awk '{ print $2 }'
} | xargs -P 8 -I{} bash -c 'run_part "$1"' run_part {} || failed=1

# A process that outlives its test holds the output of who called this script, and its end is waited
# for in vain.
for environment in /proc/[0-9]*/environ; do
  if grep -qzs "^APPLIANCE_SUITE=$out/" "$environment"; then
    pid="${environment//[!0-9]/}"
    printf 'error: left behind by %s: %s\n' \
      "$(tr '\0' '\n' <"$environment" | sed -n "s,^APPLIANCE_SUITE=$out/,,p")" \
      "$(tr '\0' ' ' <"/proc/$pid/cmdline")"
    kill -KILL "$pid" || true
    failed=1
  fi
done

# What no process ran was not tested.
ran="$(cat "$out"/*.said | sed -n 's/.*Test run with \([0-9]*\) tests* in .*/\1/p' |
  awk '{ n += $1 } END { print n + 0 }')"
[ "$ran" -eq "$(wc -l <"$out/tests")" ] || die "$(wc -l <"$out/tests") tests, and $ran of them ran"
[ "$failed" -eq 0 ] || die "a part of the tests failed"
printf '%s tests passed, %s s behind the build\n' "$ran" $((SECONDS - began))
