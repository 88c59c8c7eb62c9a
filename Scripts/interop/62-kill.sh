#!/usr/bin/env bash
# kill -9 of the appliance at twenty moments, in both modes with a disk buffer, before a real rsyslogd:
# once it has run to its end, rsyslogd has every line of the log files, and the log files have every line
# that rsyslogd got; the ledger accepted as many as they hold.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# $1: the mode.
killed_twenty_times() {
  local mode="$1" output="$FOLDER/$1" number
  for number in $(seq 20); do
    # Between 0.20 and 0.99 s, other moments each time; a failure prints nothing of use otherwise.
    # The shell would tell of each death.
    (timeout -s KILL "0.$((20 + (number * 37) % 80))" "$APPLIANCE" run \
      --config "$FOLDER/config.xml" --rate 600 --seed "$number" --delivery "$mode" \
      --output "$output" </dev/null >/dev/null 2>&1 || true) 2>/dev/null
    ledger_compares "$mode" "$output"
  done
  timeout 120 "$APPLIANCE" run --config "$FOLDER/config.xml" --rate max --messages 50 --seed 99 \
    --delivery "$mode" --output "$output" --format json </dev/null >"$FOLDER/$mode.json" \
    2>"$FOLDER/stderr" || fail "$mode: the last run failed: $(tail -n 2 "$FOLDER/stderr")"
}

# What a killed run left can be compared: lines may be missing, but the comparison is no error.
ledger_compares() {
  local status=0
  [ -e "$2/ledger.json" ] && [ -s "$FOLDER/rsyslog-$1/traditional" ] || return 0
  "$APPLIANCE" reconcile "$2/logs/Mail_Log" "$FOLDER/rsyslog-$1/traditional" \
    --ledger "$2/ledger.json" --format json >"$FOLDER/result.json" 2>"$FOLDER/stderr" || status=$?
  [ "$status" -le 1 ] || fail "$1: no comparison behind a death: $(tail -n 2 "$FOLDER/stderr")"
  grep -q '"logged"' "$FOLDER/result.json" ||
    fail "$1: no comparison behind a death: $(tail -n 2 "$FOLDER/stderr")"
}

for mode in buffered at-least-once; do
  port="$(free_port tcp)"
  folder="$FOLDER/rsyslog-$mode"
  start_rsyslogd tcp "$port" "$folder" \
    "action(type=\"omfile\" file=\"$folder/traditional\" template=\"RSYSLOG_TraditionalFileFormat\")"
  configuration TCP "$port" "$(free_port tcp)" >"$FOLDER/config.xml"
  killed_twenty_times "$mode"
  end_process "$PEER_PID"
  "$APPLIANCE" reconcile "$FOLDER/$mode/logs/Mail_Log" "$folder/traditional" --format json \
    >"$FOLDER/result.json" || fail "$mode: lines are missing: $(head -n 40 "$FOLDER/result.json")"
  figure() {
    sed -n "s/^$3\"$1\" : \([0-9]*\),*\$/\1/p" "$2" | head -n 1
  }
  logged="$(figure logged "$FOLDER/result.json" "  ")"
  foreign="$(figure foreign "$FOLDER/result.json" "  ")"
  accepted="$(figure accepted "$FOLDER/$mode.json" " *")"
  [ "$logged" -gt 1000 ] || fail "$mode: only $logged lines"
  [ "$foreign" -eq 0 ] || fail "$mode: $foreign lines that rsyslogd got are in no log file"
  files="$(find "$FOLDER/$mode/logs/Mail_Log" -type f -name '*.[cs]' -exec awk 'FNR > 3' {} + | wc -l)"
  [ "$accepted" -eq "$files" ] ||
    fail "$mode: the ledger accepted $accepted lines, the log files hold $files"
done
