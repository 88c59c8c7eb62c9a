#!/usr/bin/env bash
# What docs/CONFIG-CI.md tells a team to do with the release archive, done with it alone and without
# environment. $1: the folder of the unpacked archive.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$1"
made="$(mktemp -d)"
trap 'rm -rf "$made"' EXIT

config() {
  env -i ./appliance config "$@" </dev/null >"$made/stdout" 2>"$made/stderr"
}

# What the last call printed holds $1.
printed() {
  grep -F -e "$1" "$made/stdout" >/dev/null || die "not printed: $1"
}

must() {
  config "$@" || die "config $* ended with $?: $(tail -n 3 "$made/stderr")"
}

# $1: the exit code that tells of findings, or of a difference.
must_find() {
  local status=0
  config "$@" || status=$?
  [ "$status" -eq 1 ] || die "config $* ended with $status, not 1"
}

must check appliance-config.xml fixtures/configurations/accepted
must_find check fixtures/configurations/rejected
must_find check fixtures/configurations/rejected --format sarif
printed '"version" : "2.1.0"'
must check fixtures/configurations/accepted --format junit
printed '<testsuites'
must test fixtures/configurations
printed ' passed, 0 failed'
must show appliance-config.xml --format json
printed '"subscriptions"'
for format in xsd rng dtd json; do
  must schema --format "$format"
  printed log_subscriptions
done
must sanitize appliance-config.xml --key proof --output "$made/shared.xml"
must check "$made/shared.xml"
must_find diff appliance-config.xml "$made/shared.xml"
printed hostname
must generate --seed 1 --count 20 --mutant --output "$made/mutants"
must_find check "$made/mutants"
for kind in '' --cluster --mutant; do
  # No kind is an argument less.
  must generate --seed 1 --count 500 --verify ${kind:+"$kind"}
done
