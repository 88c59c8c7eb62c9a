#!/usr/bin/env bash
# Properties of the import over made-up configurations, by the release build: what is read, exported
# and read again is the same, and the defect of a mutant is found and named. $1: how many of each kind
# (default 10000), $2: the seed.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

count="${1:-10000}" seed="${2:-20150625}"
[[ "$count" =~ ^[1-9][0-9]*$ ]] || die "count: found '$count', allowed: a whole number from 1"
program="${APPLIANCE:-$(Scripts/build-release.sh | tail -n 1)}"
for kind in '' --cluster --mutant; do
  # No kind is an argument less.
  "$program" config generate --seed "$seed" --count "$count" --verify ${kind:+"$kind"}
done
