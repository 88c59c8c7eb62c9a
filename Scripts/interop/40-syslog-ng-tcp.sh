#!/usr/bin/env bash
# The same as with rsyslogd by TCP, with a real syslog-ng.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

port="$(free_port tcp)"
start_syslog_ng "$port" "$FOLDER/syslog-ng"
configuration TCP "$port" "$(free_port tcp)" >"$FOLDER/config.xml"
run_appliance --rate max --messages 10000 --seed 7
received_equals_record "$PEER_PID" "$FOLDER/syslog-ng" cat
