#!/usr/bin/env bash
# The experiment of the peers: some 50,000 lines at 20,000 a second into a receiver that resets the
# connection after every 9,973 lines, five times. at-least-once loses none; as-appliance loses some, and
# what the ledger says without the receiver's file contains the truth that reconcile finds with it, and
# with the file its figure is the truth to the line, as counted here by awk. The last two runs have a busy machine,
# on which windows grow and shrink while nobody looks.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# $1: the file; $2: the member.
figure() {
  sed -n "s/^ *\"$2\" : \([0-9]*\),*$/\1/p" "$1" | head -n 1
}

# Of the object itself, not of what it holds.
top_figure() {
  sed -n "s/^  \"$2\" : \([0-9]*\),*$/\1/p" "$1"
}

# $1: the mode; $2: the number of the run. Sets missing, lost_at_least and lost_at_most.
experiment() {
  local mode="$1" folder port receiver
  folder="$FOLDER/$1-$2"
  mkdir -p "$folder"
  port="$(free_port tcp)"
  "$APPLIANCE" receive --tcp "$port" --reset-after-lines 9973 --output "$folder/received" \
    </dev/null 2>/dev/null &
  receiver=$!
  PEER_PIDS+=("$receiver")
  wait_until 10 port_is_bound tcp "$port" || fail "the receiver does not listen"
  configuration TCP "$port" "$SMTP_PORT" >"$FOLDER/config.xml"
  timeout 120 "$APPLIANCE" run --config "$FOLDER/config.xml" --rate 1130 --messages 2825 \
    --seed "$2" --delivery "$mode" --drain-timeout 5 --output "$folder/output" --format json \
    </dev/null >"$folder/ledger.json" 2>"$folder/stderr" ||
    fail "$mode: the run failed: $(tail -n 2 "$folder/stderr")"
  end_process "$receiver"
  "$APPLIANCE" reconcile "$folder/output/logs/Mail_Log" "$folder/received" --format json \
    --ledger "$folder/output/ledger.json" >"$folder/result.json" || true
  missing=$(($(top_figure "$folder/result.json" missing) + $(top_figure "$folder/result.json" cut)))
  lost_at_least="$(figure "$folder/ledger.json" lostAtLeast)"
  lost_at_most="$(figure "$folder/ledger.json" lostAtMost)"
}

# Lines of the log of which the receiver has no whole copy: each text as often as it was logged. A line that a
# reset cut has the next connection's first line behind it: they are parted.
truth() {
  awk '
    function text(line) { return substr(line, index(line, " Mail_Log: ") + 11) }
    /: Begin Logfile$|: Version: |: Time offset from UTC: / { next }
    FILENAME == "-" { copies[text($0)]++; next }
    { line = substr($0, 26); if (copies[line] > 0) copies[line]--; else missing++ }
    END { print missing + 0 }' - "$2"/* < <(sed 's/\(.\)<22>/\1\n<22>/g' "$1")
}

# Two processes for each core that do nothing but run, until the check ends.
busy() {
  local process
  for ((process = 0; process < 2 * $(nproc); process++)); do
    timeout 240 sh -c 'while :; do :; done' &
    PEER_PIDS+=("$!")
  done
}

SMTP_PORT="$(free_port tcp)"
start_smtp_sink "$SMTP_PORT" "$FOLDER/smtp-sink"
some=0
for number in 1 2 3 4 5; do
  [ "$number" -ne 4 ] || busy
  experiment at-least-once "$number"
  [ "$missing" -eq 0 ] || fail "at-least-once lost $missing lines in run $number"
  # The receiver is another process and says nothing: the ledger calls no line received.
  received="$(sed -n 's/^ *"received" : \([0-9]*\),*$/\1/p' "$FOLDER/at-least-once-$number/ledger.json" | sort -n | tail -n 1)"
  [ "$received" -eq 0 ] || fail "run $number: $received lines are called received"
  contradictions="$(figure "$FOLDER/at-least-once-$number/result.json" contradictions)"
  [ "$contradictions" -eq 0 ] || fail "run $number: the file contradicts the ledger in $contradictions rows"
  experiment as-appliance "$number"
  some=$((some + missing))
  truth="$(truth "$FOLDER/as-appliance-$number/received" "$FOLDER/as-appliance-$number/output/logs/Mail_Log")"
  by_ledger="$(figure "$FOLDER/as-appliance-$number/result.json" lost)"
  [ "$by_ledger" -eq "$truth" ] || fail "run $number: $truth lines lost, $by_ledger by the ledger and the file"
  if [ "$lost_at_least" -gt "$missing" ] || [ "$missing" -gt "$lost_at_most" ]; then
    fail "run $number: $missing missing, the ledger says $lost_at_least to $lost_at_most"
  fi
done
[ "$some" -gt 0 ] || fail "as-appliance lost nothing in five runs"
