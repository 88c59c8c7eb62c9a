#!/usr/bin/env bash
# A real rsyslogd gets every line by TCP, in order, and reads time, facility, severity and tag in it.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

port="$(free_port tcp)"
start_rsyslogd tcp "$port" "$FOLDER/rsyslog"
configuration TCP "$port" "$(free_port tcp)" >"$FOLDER/config.xml"
run_appliance --rate max --messages 10000 --seed 7
received_equals_record "$PEER_PID" "$FOLDER/rsyslog" cat
