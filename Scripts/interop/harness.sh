# shellcheck shell=bash
# Sourced by each check, which Scripts/interop.sh runs with APPLIANCE (the binary) and FOLDER (empty,
# its own). A check ends with 0, or prints why not.

source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source Scripts/interop/peers.sh
source Scripts/interop/configuration.sh
export LC_ALL=C # texts are bytes
trap end_peers EXIT

fail() {
  printf '%s\n' "$*"
  exit 1
}

# What the kernel of this machine forbids is no failure; Scripts/interop.sh says that it was left out.
kernel_forbids() {
  printf '%s\n' "$*"
  exit 77
}

# What is missing here and could be had elsewhere; in the gate (CI) that is a failure.
skip() {
  [ -z "${CI:-}" ] || fail "not to be skipped in the gate: $*"
  kernel_forbids "$@"
}

# Runs the appliance to its end, which must be 0. The arguments are those after --config.
run_appliance() {
  local status=0
  timeout 300 "$APPLIANCE" run --config "$FOLDER/config.xml" --output "$FOLDER/output" "$@" \
    </dev/null >"$FOLDER/stdout" 2>"$FOLDER/stderr" || status=$?
  [ "$status" -eq 0 ] || fail "appliance run ended with $status: $(tail -n 3 "$FOLDER/stderr")"
}

# The simulator's record of what Mail_Log logged, oldest file first. Each file begins with the three
# header lines; the push has them once, since it was opened once.
record() {
  find "$FOLDER/output/logs/Mail_Log" -type f -name '*.[cs]' | sort -V |
    xargs awk 'FNR > 3 || NR == FNR'
}

# The record as a collector must have understood it: TIME|FACILITY|SEVERITY|TAG|MESSAGE.
expected() {
  record | awk '
    BEGIN {
      severity["Critical:"] = "alert"; severity["Warning:"] = "warning"
      severity["Info:"] = "info"; severity["Debug:"] = "debug"; severity["Trace:"] = "debug"
    }
    # Thu Jun 25 08:50:03 2015 Info: text
    !/^[A-Z][a-z][a-z] [A-Z][a-z][a-z] [ 1-3][0-9] [0-9:]+ [0-9]+ / || !($6 in severity) {
      print "not a log line: " $0; next
    }
    { print substr($0, 5, 15) "|mail|" severity[$6] "|Mail_Log:| " substr($0, 26) }'
}

has_lines() {
  [ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]
}

# Compares what a collector wrote with the record, line by line, once the collector has ended.
# $1: the collector's process, $2: its folder, $3: a filter for both sides (cat, or sort for UDP,
# which promises no order).
received_equals_record() {
  expected | "$3" >"$FOLDER/expected"
  local lines
  lines="$(wc -l <"$FOLDER/expected")"
  # Ten lines a message is usual; fewer lines than messages is a run that did not do its work.
  [ "$lines" -ge 10000 ] || fail "the record holds only $lines lines"
  wait_until 20 has_lines "$2/received" "$lines" || true
  end_process "$1"
  "$3" "$2/received" >"$FOLDER/actual"
  diff "$FOLDER/expected" "$FOLDER/actual" >"$FOLDER/diff" ||
    fail "of $lines lines $(grep -c '^<' "$FOLDER/diff") are missing or changed," \
      "$(grep -c '^>' "$FOLDER/diff") are unexpected: $(head -n 4 "$FOLDER/diff")"
}
