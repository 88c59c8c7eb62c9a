#!/usr/bin/env bash
# A name with several addresses, by the system's own resolver: nothing listens at the first, a real
# rsyslogd at the second gets every line of a push and of a proxy; where all are dead the run says so once
# an attempt.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# Of two addresses the resolver puts the one first that is more like the sender's (RFC 6724 rule 9), which is
# 127.0.0.1 here: 127.0.0.2 and 127.0.0.3 are alike, and stay in the file's order.
export PEER_ADDRESS=127.0.0.3
printf '127.0.0.1 localhost\n127.0.0.2 logs.lab.example\n127.0.0.3 logs.lab.example\n' >"$FOLDER/hosts"
printf '127.0.0.2 dead.lab.example\n127.0.0.3 dead.lab.example\n' >>"$FOLDER/hosts"
unshare -m true 2>/dev/null || kernel_forbids "mount namespaces are not allowed here"

# The command with names of our own.
with_names() {
  unshare -m bash -c 'mount --bind "$0" /etc/hosts && exec "$@"' "$FOLDER/hosts" "$@"
}

# $1: host, $2: port.
pushing_to() {
  configuration TCP "$2" "$(free_port tcp)" |
    sed "s|<hostname>127.0.0.1</hostname>|<hostname>$1</hostname>|" >"$FOLDER/config.xml"
}

port="$(free_port tcp)"
start_rsyslogd tcp "$port" "$FOLDER/rsyslog"
server="$PEER_PID"
pushing_to logs.lab.example "$port"
with_names getent ahosts logs.lab.example | head -n 1 | grep -q '^127\.0\.0\.2 ' ||
  skip "the resolver of this machine does not give the addresses of /etc/hosts in its order"
with_names timeout 120 "$APPLIANCE" run --config "$FOLDER/config.xml" --output "$FOLDER/output" \
  --rate max --messages 2000 </dev/null >"$FOLDER/stdout" 2>"$FOLDER/stderr" ||
  fail "the run failed: $(tail -n 3 "$FOLDER/stderr")"
! grep -q 'Mail_Log: connection .* failed' "$FOLDER/stderr" ||
  fail "an address that is dead is no failure: $(grep failed "$FOLDER/stderr" | head -n 1)"
received_equals_record "$server" "$FOLDER/rsyslog" cat

# Through a proxy, whose --to has the name.
port="$(free_port tcp)"
start_rsyslogd tcp "$port" "$FOLDER/behind"
server="$PEER_PID"
through="$(free_port tcp)"
(exec unshare -m bash -c 'mount --bind "$0" /etc/hosts && exec "$@"' "$FOLDER/hosts" \
  "$APPLIANCE" proxy --listen "$through" --to "logs.lab.example:$port" </dev/null \
  2>"$FOLDER/proxy.stderr") &
PEER_PIDS+=("$!")
PEER_ADDRESS=127.0.0.1 wait_until 10 port_is_bound tcp "$through" || fail "the proxy does not listen"
rm -rf "$FOLDER/output"
configuration TCP "$through" "$(free_port tcp)" >"$FOLDER/config.xml"
run_appliance --rate max --messages 2000
received_equals_record "$server" "$FOLDER/behind" cat

# All dead: one line an attempt.
rm -rf "$FOLDER/output"
pushing_to dead.lab.example "$port"
with_names timeout 60 "$APPLIANCE" run --config "$FOLDER/config.xml" --output "$FOLDER/output" \
  --rate 20 --messages 5 --drain-timeout 1 </dev/null >"$FOLDER/stdout" 2>"$FOLDER/stderr" || true
attempts="$(grep -c 'Mail_Log: connection [0-9]* failed: refused while connecting' "$FOLDER/stderr")"
lines="$(cat "$FOLDER"/output/logs/Mail_Log/* |
  grep -c 'Failed to connect to dead.lab.example: Connection refused')"
[ "$attempts" -ge 1 ] && [ "$lines" -eq "$attempts" ] ||
  fail "$attempts attempts, $lines lines: $(tail -n 3 "$FOLDER/stderr")"

# The first address takes no SYN and says nothing: a run that ends meanwhile says that the second was not
# tried; with a shorter time-out for each address every line arrives there.
port="$(free_port tcp)"
printf '127.0.0.2 silent.lab.example\n127.0.0.3 silent.lab.example\n' >>"$FOLDER/hosts"
"$APPLIANCE" proxy --listen "127.0.0.2:$port" --to "127.0.0.3:$port" --drop </dev/null \
  2>"$FOLDER/silent.stderr" &
PEER_PIDS+=("$!")
wait_until 10 grep -q 'the port is silent' "$FOLDER/silent.stderr" || fail "the silent port is not there"
start_rsyslogd tcp "$port" "$FOLDER/second"
server="$PEER_PID"
rm -rf "$FOLDER/output"
pushing_to silent.lab.example "$port"
if with_names timeout 60 "$APPLIANCE" run --config "$FOLDER/config.xml" --output "$FOLDER/output" \
  --rate max --messages 50 --drain-timeout 1 </dev/null >"$FOLDER/stdout" 2>"$FOLDER/stderr"; then
  fail "a push that never had a connection is no success"
fi
grep -q '127.0.0.2 had neither answered nor refused, and 1 of 2 addresses was not tried' "$FOLDER/stderr" ||
  fail "nothing is said of the address that was not tried: $(tail -n 3 "$FOLDER/stderr")"
rm -rf "$FOLDER/output"
with_names timeout 60 "$APPLIANCE" run --config "$FOLDER/config.xml" --output "$FOLDER/output" \
  --rate max --messages 2000 --connect-timeout 1 </dev/null >"$FOLDER/stdout" 2>"$FOLDER/stderr" ||
  fail "the run failed: $(tail -n 3 "$FOLDER/stderr")"
received_equals_record "$server" "$FOLDER/second" cat
