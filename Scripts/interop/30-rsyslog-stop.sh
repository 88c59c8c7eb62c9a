#!/usr/bin/env bash
# rsyslogd stops midway: the alert reaches a real smtp-sink; once rsyslogd is back, the push goes on.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

alert_arrived() {
  grep -qs '^Subject: Critical <System> ' "$FOLDER"/smtp-sink/mail/*
}

end_appliance() {
  [ -z "${appliance:-}" ] || end_process "$appliance"
  end_peers
}
trap end_appliance EXIT

syslog_port="$(free_port tcp)" smtp_port="$(free_port tcp)"
start_smtp_sink "$smtp_port" "$FOLDER/smtp-sink"
start_rsyslogd tcp "$syslog_port" "$FOLDER/before"
configuration TCP "$syslog_port" "$smtp_port" >"$FOLDER/config.xml"
"$APPLIANCE" run --config "$FOLDER/config.xml" --rate 200 --seed 7 --output "$FOLDER/output" \
  </dev/null >"$FOLDER/stdout" 2>"$FOLDER/stderr" &
appliance=$!
wait_until 20 has_lines "$FOLDER/before/received" 200 || fail "no lines before the stop"

end_process "$PEER_PID"
wait_until 30 alert_arrived || fail "no alert mail: $(tail -n 3 "$FOLDER/stderr")"

start_rsyslogd tcp "$syslog_port" "$FOLDER/after"
wait_until 60 has_lines "$FOLDER/after/received" 200 || fail "no lines after the restart"
first="$(head -n 1 "$FOLDER/after/received")"
[[ "$first" == *'|mail|info|Mail_Log:| Info: Begin Logfile' ]] ||
  fail "the new connection begins with '$first'"
grep -q 'Mail_Log.*reconnected' "$FOLDER/stderr" || fail "the run does not say that it reconnected"

kill -TERM "$appliance"
wait_until 40 process_is_gone "$appliance" || fail "still running 40 s after SIGTERM"
status=0
wait "$appliance" || status=$?
[ "$status" -eq 0 ] || fail "ended with $status after SIGTERM: $(tail -n 3 "$FOLDER/stderr")"
