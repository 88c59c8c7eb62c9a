#!/usr/bin/env bash
# Runs the checks against real peers, or only those whose names contain an argument.
# What each one wrote stays in .build-interop/NAME. APPLIANCE=PATH checks a binary built elsewhere.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source Scripts/interop/peers.sh

unpack_peers
APPLIANCE="$(realpath "${APPLIANCE:-$(Scripts/build-release.sh | tail -n 1)}")"
export APPLIANCE

passed=0 failed=0 skipped=0
for check in Scripts/interop/[0-9]*.sh; do
  name="$(basename "$check" .sh)"
  [ $# -eq 0 ] || [[ "$name" == *"$1"* ]] || continue
  export FOLDER="$PWD/.build-interop/$name"
  rm -rf "$FOLDER"
  mkdir -p "$FOLDER"
  status=0
  reason="$("$check" 2>&1 </dev/null)" || status=$?
  case "$status" in
    0) echo "ok - $name" && passed=$((passed + 1)) ;;
    77) echo "skipped - $name: $reason" && skipped=$((skipped + 1)) ;;
    *) echo "FAILED - $name: ${reason:-no reason given}" && failed=$((failed + 1)) ;;
  esac
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
