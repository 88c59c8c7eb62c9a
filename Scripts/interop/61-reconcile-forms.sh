#!/usr/bin/env bash
# reconcile: of a push nothing is missing in what real collectors make of it: an rsyslogd that reduces
# repeated messages, a relay chain of two rsyslogds, with a second header and with control characters
# that the second one escapes, and journald's export. A second log's lines in the same file are no
# copies.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# $1: the member of the last result.
figure() {
  sed -n "s/^  \"$1\" : \([0-9]*\),*$/\1/p" "$FOLDER/result.json" | head -n 1
}

# $1: the log's name; the rest: the collector's files and options. Each line is there, once, in order.
nothing_is_missing() {
  local log="$1" status=0
  shift
  "$APPLIANCE" reconcile "$FOLDER/output/logs/$log" "$@" --format json >"$FOLDER/result.json" \
    2>"$FOLDER/reconcile-errors" || status=$?
  [ "$status" -eq 0 ] || fail "reconcile $log $* ended with $status, $(figure missing) missing:" \
    "$(tail -n 3 "$FOLDER/reconcile-errors")"
  [ "$(figure logged)" -gt 0 ] && [ "$(figure duplicated)" -eq 0 ] && [ "$(figure reordered)" -eq 0 ] ||
    fail "reconcile $log $*: $(tr -d '\n' <"$FOLDER/result.json" | head -c 400)"
}

# $1: name, $2: a template of rsyslog.
template() {
  printf 'template(name="%s" type="string" string="%s")\n' "$1" "$2"
}

# $1: the template's name, and the file's.
to_file() {
  printf 'action(type="omfile" file="%s/%s" template="%s")\n' "$FOLDER" "$1" "$1"
}

# $1: port, $2: the template's name.
to_relay() {
  printf 'action(type="omfwd" target="127.0.0.1" port="%s" protocol="tcp" template="%s")\n' "$1" "$2"
}

# A configuration on standard input with one more log like Mail_Log. $1: its name, $2: its port.
with_log() {
  awk -v name="$1" -v port="$2" '
    { text = text $0 "\n" }
    END {
      start = index(text, "    <log_text>")
      end = index(text, "    </log_text>") + length("    </log_text>\n")
      copy = substr(text, start, end - start)
      gsub("Mail_Log", name, copy)
      gsub("<port>[0-9]*", "<port>" port, copy)
      printf "%s%s%s", substr(text, 1, end - 1), copy, substr(text, end)
    }'
}

logged_lines() {
  find "$FOLDER/output/logs/Mail_Log" -type f -name '*.[cs]' -exec tail -q -n +4 {} + | wc -l
}

traditional='%TIMESTAMP% %HOSTNAME% %syslogtag%%msg:::sp-if-no-1st-sp%%msg%\n'
smtp_port="$(free_port tcp)"
start_smtp_sink "$smtp_port" "$FOLDER/smtp-sink"

# A relay that writes its own header before the sender's, and one that ends lines with CR LF.
second="$(free_port tcp)"
start_rsyslogd_with "$second" "$FOLDER/second" "" "
$(template two-headers '%rawmsg%\n')
$(template escaped "$traditional")
if \$hostname == 'relay-a' then { $(to_file two-headers) stop }
$(to_file escaped)"
second_pid="$PEER_PID"
first="$(free_port tcp)"
start_rsyslogd_with "$first" "$FOLDER/first" 'parser.escapeControlCharactersOnReceive="off"' "
$(template iso '%timereported:::date-rfc3339% %HOSTNAME% %syslogtag%%msg%\n')
$(template relay '<%PRI%>%TIMESTAMP% relay-a %rawmsg-after-pri%\n')
$(template crlf '<%PRI%>%TIMESTAMP% %HOSTNAME% %syslogtag%%msg%\r\n')
$(to_file iso)
$(to_relay "$second" relay)
$(to_relay "$second" crlf)"
first_pid="$PEER_PID"
configuration TCP "$first" "$smtp_port" | with_log Mail_Copy "$first" >"$FOLDER/config.xml"
run_appliance --rate max --messages 2000 --seed 11
lines="$(logged_lines)"
for file in two-headers escaped iso; do
  wait_until 30 has_lines "$FOLDER/$file" "$((2 * (lines + 3)))" || fail "$file has not all lines"
done
end_process "$first_pid"
end_process "$second_pid"
grep -q '#015$' "$FOLDER/escaped" || fail "no control character was escaped"
grep -q 'relay-a .*Mail_Log: ' "$FOLDER/two-headers" || fail "the relay wrote no header"
for log in Mail_Log Mail_Copy; do
  for file in two-headers escaped iso; do
    nothing_is_missing "$log" "$FOLDER/$file"
    [ "$(figure logged)" -eq "$lines" ] || fail "$file: of $lines lines $(figure logged) are read"
    [ "$(figure linesOfOtherTags)" -eq "$lines" ] || fail "$file: the other log's lines are not told"
    [ "$file" != escaped ] || [ "$(figure unescaped)" -eq "$lines" ] ||
      fail "of $lines escaped lines $(figure unescaped) were compared so"
  done
done

# What one log lost, the other's copies do not hide.
grep -v ' Mail_Copy: ' "$FOLDER/iso" >"$FOLDER/one-log"
status=0
"$APPLIANCE" reconcile "$FOLDER/output/logs/Mail_Copy" "$FOLDER/one-log" --format json \
  >"$FOLDER/result.json" || status=$?
[ "$status" -eq 1 ] && [ "$(figure missing)" -eq "$lines" ] ||
  fail "of $lines lines that are not there $(figure missing) are missing"

# The journal: what was pushed, as journald's export, through Debian's own tools.
journal="$(find "$PEERS_ROOT" -name systemd-journal-remote -type f -perm -u+x | head -n 1)"
[ -n "$journal" ] || fail "systemd-journal-remote was not unpacked"
LC_ALL=C awk '
  {
    priority = substr($0, 2, index($0, ">") - 2)
    rest = substr($0, index($0, ">") + 1)
    rest = substr(rest, 17)
    printf "__REALTIME_TIMESTAMP=%.0f\n__MONOTONIC_TIMESTAMP=%d\n", 1435215003000000 + NR, NR
    print "_BOOT_ID=0123456789abcdef0123456789abcdef\n_HOSTNAME=esa"
    print "PRIORITY=" priority % 8 "\nSYSLOG_FACILITY=" int(priority / 8)
    print "SYSLOG_IDENTIFIER=" substr(rest, 1, index(rest, ":") - 1)
    print "MESSAGE=" substr(rest, index(rest, ":") + 2) "\n"
  }' < <(sed 's/^\(<[0-9]*>\).\{15\} relay-a /\1/' "$FOLDER/two-headers") \
  >"$FOLDER/to-journal"
(peer_at "${journal#"$PEERS_ROOT/"}" --output="$FOLDER/pushed.journal" - <"$FOLDER/to-journal" \
  >"$FOLDER/journal-messages" 2>&1) || fail "journal-remote: $(tail -n 2 "$FOLDER/journal-messages")"
reader="$(find "$PEERS_ROOT" -name journalctl -type f -perm -u+x | head -n 1)"
for form in export json short short-iso; do
  (peer_at "${reader#"$PEERS_ROOT/"}" --file="$FOLDER/pushed.journal" -o "$form" --no-pager -q \
    >"$FOLDER/journal.$form") || fail "journalctl -o $form failed"
  for log in Mail_Log Mail_Copy; do
    nothing_is_missing "$log" "$FOLDER/journal.$form"
    [ "$(figure logged)" -eq "$lines" ] || fail "journal.$form: $(figure logged) of $lines are read"
  done
done
status=0
"$APPLIANCE" reconcile "$FOLDER/output/logs/Mail_Log" "$FOLDER/pushed.journal" \
  >/dev/null 2>"$FOLDER/reconcile-errors" || status=$?
[ "$status" -eq 65 ] || fail "the journal's own file is no text and ended with $status"

# Another push fails again and again: its error is the same line each time, and this log has no others.
# The rsyslogd reduces what is repeated.
port="$(free_port tcp)"
start_rsyslogd_with "$port" "$FOLDER/reducing" "" \
  "$(template reduced "$traditional"; to_file reduced)" \
  '$RepeatedMsgReduction on'
reducing_pid="$PEER_PID"
closed="$(free_port tcp)"
configuration TCP "$port" "$smtp_port" | sed 's|<log_level>3|<log_level>1|' |
  with_log Broken "$closed" >"$FOLDER/config.xml"
rm -rf "$FOLDER/output"
# The broken push never connects, so the run says 1.
timeout 120 "$APPLIANCE" run --config "$FOLDER/config.xml" --output "$FOLDER/output" --rate 2 \
  --messages 24 --seed 3 --drain-timeout 3 </dev/null >"$FOLDER/stdout" 2>"$FOLDER/stderr" || true
[ -d "$FOLDER/output/logs/Mail_Log" ] || fail "the run did not begin: $(tail -n 3 "$FOLDER/stderr")"
end_process "$reducing_pid"
grep -q 'message repeated' "$FOLDER/reduced" || fail "rsyslogd reduced nothing"
nothing_is_missing Mail_Log "$FOLDER/reduced"
[ "$(figure repeated)" -gt 1 ] || fail "no repeated line was counted"
