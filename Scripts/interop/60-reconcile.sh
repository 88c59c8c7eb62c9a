#!/usr/bin/env bash
# reconcile: of what a real rsyslogd wrote by its own three templates nothing is missing, whichever
# header and framing the push has; of what a receiver that resets connections read, exactly the lines
# are missing that it has not.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# $1: the member of the last result; members of members lie deeper.
figure() {
  sed -n "s/^  \"$1\" : \([0-9]*\),*$/\1/p" "$FOLDER/result.json" | head -n 1
}

# $1: the exit code that must come; the rest: arguments.
reconcile() {
  local wanted="$1" status=0
  shift
  "$APPLIANCE" reconcile "$@" --format json >"$FOLDER/result.json" 2>"$FOLDER/reconcile-errors" ||
    status=$?
  [ "$status" -eq "$wanted" ] ||
    fail "reconcile $* ended with $status: $(tail -n 3 "$FOLDER/reconcile-errors")"
}

# The log without the header lines of its files.
logged_lines() {
  find "$FOLDER/output/logs/Mail_Log" -type f -name '*.[cs]' -exec tail -q -n +4 {} + | wc -l
}

# $1: rsyslogd's folder.
own_templates() {
  local template
  for template in traditional:RSYSLOG_TraditionalFileFormat iso:RSYSLOG_FileFormat \
    protocol23:RSYSLOG_SyslogProtocol23Format; do
    printf 'action(type="omfile" file="%s/%s" template="%s")\n' "$1" "${template%%:*}" "${template#*:}"
  done
}

# $1: rsyslogd's folder. Each of its files has each line, once and in order.
templates_have_the_log() {
  local lines template
  lines="$(logged_lines)"
  for template in traditional iso protocol23; do
    reconcile 0 --strict "$FOLDER/output/logs/Mail_Log" "$1/$template"
    [ "$(figure logged)" = "$lines" ] ||
      fail "$1/$template: of $lines lines $(figure logged) are read"
  done
}

port="$(free_port tcp)"
start_rsyslogd tcp "$port" "$FOLDER/rsyslog" "$(own_templates "$FOLDER/rsyslog")"
configuration TCP "$port" "$(free_port tcp)" >"$FOLDER/config.xml"
run_appliance --rate max --messages 10000 --seed 7
received_equals_record "$PEER_PID" "$FOLDER/rsyslog" cat
templates_have_the_log "$FOLDER/rsyslog"

# RFC 5424, by lines and by counted octets, with and without a host: such tags have no colon.
for settings in framing:lf framing:octet-counting header_host:0; do
  folder="$FOLDER/rsyslog-5424-${settings#*:}"
  port="$(free_port tcp)"
  start_rsyslogd tcp "$port" "$folder" "$(own_templates "$folder")"
  option="sim:${settings%%:*}"
  configuration TCP "$port" "$(free_port tcp)" |
    sed 's|<config>|<config xmlns:sim="urn:appliance-sim:delivery:1">|' |
    sed "s|</syslog_push>|<sim:format>rfc5424</sim:format><$option>${settings#*:}</$option></syslog_push>|" \
      >"$FOLDER/config.xml"
  rm -rf "$FOLDER/output"
  run_appliance --rate max --messages 1000 --seed 9
  # Three header lines come before the log's.
  wait_until 20 has_lines "$folder/protocol23" "$(($(logged_lines) + 3))" || true
  end_process "$PEER_PID"
  templates_have_the_log "$folder"
done

# A receiver that resets: the truth is which lines its file has not, by another program.
port="$(free_port tcp)"
"$APPLIANCE" receive --tcp "$port" --reset-after-lines 5000 --resets 3 --output "$FOLDER/received" \
  </dev/null 2>"$FOLDER/receiver" &
receiver=$!
PEER_PIDS+=("$receiver")
wait_until 10 port_is_bound tcp "$port" || fail "the receiver does not listen"
smtp_port="$(free_port tcp)"
start_smtp_sink "$smtp_port" "$FOLDER/smtp-sink"
configuration TCP "$port" "$smtp_port" >"$FOLDER/config.xml"
rm -rf "$FOLDER/output"
run_appliance --rate 1000 --messages 6000 --seed 8
end_process "$receiver"
# Texts, without stamps and header lines; the log's lines have numbers of mails in them, and the
# error and alert lines repeat, so both sides are multisets.
texts() {
  grep -vE 'Info: (Begin Logfile|Version: |Time offset from UTC: )' | sed 's/ *$//' | sort
}
find "$FOLDER/output/logs/Mail_Log" -type f -name '*.[cs]' -exec cat {} + |
  cut -c 26- | texts >"$FOLDER/logged-texts"
# A line that a reset cut has the next connection's first one behind it.
sed 's/\(.\)<22>\([A-Z][a-z][a-z] [ 0-9]\{2\} [0-9:]\{8\} Mail_Log: \)/\1\n<22>\2/' "$FOLDER/received" |
  sed 's/^<[0-9]*>.\{15\} Mail_Log: //' | texts >"$FOLDER/received-texts"
truth="$(comm -23 "$FOLDER/logged-texts" "$FOLDER/received-texts" | wc -l)"
[ "$truth" -gt 0 ] || fail "the resets lost nothing"
reconcile 1 "$FOLDER/output/logs/Mail_Log" "$FOLDER/received"
# A line of which a beginning arrived is not whole either.
found=$(($(figure missing) + $(figure cut)))
[ "$found" -eq "$truth" ] || fail "$truth lines did not arrive whole, reconcile says $found"
