#!/usr/bin/env bash
# While traffic flows the configuration file changes: another level, another server, another log. Two
# real rsyslogds together get each line that was logged at the level of then, and nothing is lost.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

first="$(free_port tcp)"
second="$(free_port tcp)"
relay="$(free_port tcp)"
start_rsyslogd tcp "$first" "$FOLDER/first"
first_pid="$PEER_PID"
start_rsyslogd tcp "$second" "$FOLDER/second"
second_pid="$PEER_PID"

# Replaces the file and has the run apply it. $1: the port of the server, $2: the level, $3: the name
# of one more log that goes there, or nothing.
commit() {
  configuration TCP "$1" "$relay" | sed "s,<log_level>3<,<log_level>$2<," >"$FOLDER/config.new"
  if [ -n "${3:-}" ]; then
    awk -v name="$3" '
      /<log_text>/ { keep = 1; text = "" }
      keep { text = text $0 "\n" }
      /<\/log_text>/ { keep = 0; sub(/Mail_Log/, name, text); print; printf "%s", text; next }
      { print }' "$FOLDER/config.new" >"$FOLDER/config.more"
    mv "$FOLDER/config.more" "$FOLDER/config.new"
  fi
  mv "$FOLDER/config.new" "$FOLDER/config.xml"
}

applied() {
  [ "$(grep -c 'config.xml: applied' "$FOLDER/stderr")" -ge "$1" ]
}

commit "$first" 3
"$APPLIANCE" run --config "$FOLDER/config.xml" --output "$FOLDER/output" --delivery buffered \
  --rate 200 --messages 4000 --seed 7 </dev/null >"$FOLDER/stdout" 2>"$FOLDER/stderr" &
appliance=$!
wait_until 60 has_lines "$FOLDER/first/received" 3000 || fail "no lines reach the first server"
# Level 2 is Warning: the record has fewer lines from here on, and so has the server.
commit "$first" 2
kill -HUP "$appliance"
wait_until 20 applied 1 || fail "the level was not applied: $(tail -n 3 "$FOLDER/stderr")"
commit "$second" 3
kill -HUP "$appliance"
wait_until 20 applied 2 || fail "the server was not applied: $(tail -n 3 "$FOLDER/stderr")"
wait_until 60 has_lines "$FOLDER/second/received" 1000 || fail "no lines reach the second server"
commit "$second" 3 Second_Log
kill -HUP "$appliance"
wait_until 20 applied 3 || fail "the log was not added: $(tail -n 3 "$FOLDER/stderr")"
status=0
wait "$appliance" || status=$?
[ "$status" -eq 0 ] || fail "appliance run ended with $status: $(tail -n 3 "$FOLDER/stderr")"
! grep -q 'failed:' "$FOLDER/stderr" || fail "a push failed: $(grep 'failed:' "$FOLDER/stderr")"

expected | sort -u >"$FOLDER/expected"
lines="$(wc -l <"$FOLDER/expected")"
[ "$lines" -ge 10000 ] || fail "the record holds only $lines lines"
received() { cat "$FOLDER/first/received" "$FOLDER/second/received" | grep -F '|Mail_Log:|' | sort -u; }
nothing_missing() { [ -z "$(comm -23 "$FOLDER/expected" <(received))" ]; }
wait_until 20 nothing_missing || true
end_process "$first_pid"
end_process "$second_pid"
comm -3 "$FOLDER/expected" <(received) >"$FOLDER/diff"
[ ! -s "$FOLDER/diff" ] || fail "missing (left) or not logged (right): $(head -n 4 "$FOLDER/diff")"
grep -qF '|Second_Log:|' "$FOLDER/second/received" || fail "the added log sent nothing"
! grep -qF '|Second_Log:|' "$FOLDER/first/received" || fail "the added log went to the old server"
