#!/usr/bin/env bash
# kill -9 of the appliance at twenty moments, in both modes with a disk buffer: once it has run to its
# end, nothing that it logged is missing at the receiver, and the ledger's figures go on over the deaths.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# $1: the mode; $2: the port of the receiver.
killed_twenty_times() {
  local mode="$1" output="$FOLDER/$1" number
  for number in $(seq 20); do
    # Between 0.20 and 0.99 s, other moments each time; a failure prints nothing of use otherwise.
    # The shell would tell of each death.
    (timeout -s KILL "0.$((20 + (number * 37) % 80))" "$APPLIANCE" run \
      --config "$FOLDER/config.xml" --rate 600 --seed "$number" --delivery "$mode" \
      --output "$output" </dev/null >/dev/null 2>&1 || true) 2>/dev/null
  done
  timeout 120 "$APPLIANCE" run --config "$FOLDER/config.xml" --rate max --messages 50 --seed 99 \
    --delivery "$mode" --output "$output" --format json </dev/null >"$FOLDER/$mode.json" \
    2>"$FOLDER/stderr" || fail "$mode: the last run failed: $(tail -n 2 "$FOLDER/stderr")"
}

for mode in buffered at-least-once; do
  port="$(free_port tcp)"
  "$APPLIANCE" receive --tcp "$port" --output "$FOLDER/$mode.received" </dev/null 2>/dev/null &
  PEER_PIDS+=("$!")
  wait_until 10 port_is_bound tcp "$port" || fail "the receiver does not listen"
  configuration TCP "$port" "$(free_port tcp)" >"$FOLDER/config.xml"
  killed_twenty_times "$mode"
  "$APPLIANCE" reconcile "$FOLDER/$mode/logs/Mail_Log" "$FOLDER/$mode.received" --format json \
    >"$FOLDER/result.json" || fail "$mode: lines are missing: $(head -n 40 "$FOLDER/result.json")"
  logged="$(sed -n 's/^  "logged" : \([0-9]*\),*$/\1/p' "$FOLDER/result.json" | head -n 1)"
  accepted="$(sed -n 's/^ *"accepted" : \([0-9]*\),*$/\1/p' "$FOLDER/$mode.json" | head -n 1)"
  [ "$logged" -gt 1000 ] || fail "$mode: only $logged lines"
  # A line is logged once it is in the disk buffer; of the last batch before a death the record in the
  # log files may hold less.
  if [ "$accepted" -lt "$logged" ] || [ "$accepted" -gt "$((logged + 20 * 5000))" ]; then
    fail "$mode: the ledger accepted $accepted lines, the log files hold $logged"
  fi
done
