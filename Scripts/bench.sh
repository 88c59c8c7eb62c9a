#!/usr/bin/env bash
# Lines a second modelled and rendered in memory, and pushed to a counting sink on loopback: the appliance
# beside a C program that formats each line with snprintf, run alternately, medians of five.
# Ends with 1 below the bar over TCP, and where config check misses one.
# BENCH_MESSAGES and BENCH_UDP_MESSAGES set the length; APPLIANCE=PATH measures a binary built elsewhere.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source Scripts/interop/configuration.sh

runs=5
bar=0.5
folder="$PWD/.build-bench"
sink=""
trap '[ -z "$sink" ] || end_process "$sink"' EXIT

Scripts/bootstrap.sh
APPLIANCE="$(realpath "${APPLIANCE:-$(Scripts/build-release.sh | tail -n 1)}")"
swift build -c release --package-path Benchmarks --product yardstick >&2
swift build -c release --package-path Benchmarks --product countingsink >&2
swift build -c release --package-path Benchmarks --product modelbench >&2
tools="$(swift build -c release --package-path Benchmarks --show-bin-path)"

port_is_printed() {
  grep -qs '^port ' "$folder/sink"
}

# Runs one sender against a fresh sink and prints the sink's last line.
# $1: tcp or udp; the rest: a command that takes the port as its last argument.
measure() {
  rm -f "$folder/sink" # else the last one's port may be read
  "$tools/countingsink" "$1" >"$folder/sink" &
  sink=$!
  wait_until 5 port_is_printed || die "the sink does not start"
  shift
  "$@" "$(sed -n 's/^port //p' "$folder/sink")" >&2 || die "'$*' failed"
  wait "$sink"
  sink=""
  tail -n 1 "$folder/sink"
}

# The protocol, the number of messages and the port.
appliance_run() {
  rm -rf "$folder/output"
  configuration "${1^^}" "$3" 1 >"$folder/config.xml"
  timeout 300 "$APPLIANCE" run --config "$folder/config.xml" --rate max --messages "$2" --seed 7 --no-record \
    --output "$folder/output" </dev/null >"$folder/stdout" 2>"$folder/stderr" ||
    { tail -n 3 "$folder/stderr" >&2 && return 1; }
}

# What the ledger says that the one connection carried.
lines_pushed() {
  sed -n 's/^ *"\(accepted\|headerLinesWritten\)" : \([0-9]*\).*/\2/p' "$folder/output/ledger.json" |
    awk '{ sum += $1 } END { print sum }'
}

field() {
  sed -n "s/.*$1=\([0-9.]*\).*/\1/p"
}

median() {
  sort -n | sed -n "$(((runs + 1) / 2))p"
}

# $1: tcp or udp, $2: messages a run, $3: lines a yardstick run.
compare() {
  rm -f "$folder/yardstick" "$folder/appliance"
  for _ in $(seq "$runs"); do
    measure "$1" "$tools/yardstick" "$1" "$3" >>"$folder/yardstick"
    measure "$1" appliance_run "$1" "$2" >>"$folder/appliance"
    ledger_has_no total "$folder/output/ledger.json" || die "the appliance lost lines"
  done
  for sender in yardstick appliance; do
    # Bytes a line too, since the two senders' lines are not of the same length.
    printf '%s\t%s\t%s lines/s\t%s bytes a line\t%s lines received\n' "$1" "$sender" \
      "$(field lines_per_second <"$folder/$sender" | median)" \
      "$(awk -F '[= ]' '{ l += $2; b += $4 } END { printf "%.0f", b / l }' "$folder/$sender")" \
      "$(field lines <"$folder/$sender" | median)"
  done
  ratio="$(awk -v a="$(field lines_per_second <"$folder/appliance" | median)" \
    -v y="$(field lines_per_second <"$folder/yardstick" | median)" 'BEGIN { printf "%.2f", a / y }')"
  printf '%s\tratio\t%s\n' "$1" "$ratio"
}

rm -rf "$folder"
mkdir -p "$folder"
# In memory, on one core; then over sockets.
"$tools/modelbench" 100000
# A simulated day: a million messages, files written, one push with a hundred resets.
begin="$(date +%s%N)"
"$APPLIANCE" simulate Benchmarks/scenarios/day.yaml --no-capture --output "$folder/day" >"$folder/day.txt" ||
  die "the simulated day is not as expected"
awk -v ns="$(($(date +%s%N) - begin))" -v lines="$(sed -n 's/.*: \([0-9]*\) accepted/\1/p' "$folder/day.txt")" \
  'BEGIN { s = ns / 1e9; printf "simulated day\t%.1f s\t%.0f simulated s/s\t%.0f lines/s\n", s, 86400 / s, lines / s }'
rm -rf "$folder/day"
compare udp "${BENCH_UDP_MESSAGES:-50000}" 500000
compare tcp "${BENCH_MESSAGES:-300000}" 3000000
# The import of configurations, beside xmllint.
missed=0
APPLIANCE="$APPLIANCE" Scripts/bench-config.sh || missed=1
awk -v ratio="$ratio" -v bar="$bar" 'BEGIN {
  printf "tcp\tbar\t%s %s\n", bar, ratio >= bar ? "reached" : "missed"
  exit !(ratio >= bar)
}' || missed=1
[ "$missed" -eq 0 ]
