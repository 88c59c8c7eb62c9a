#!/usr/bin/env bash
# A real firewall between the appliance and rsyslogd, in network namespaces: what it does must give
# the same alerts and the same failures of the push as the simulated firewall of the scenarios.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
source Scripts/interop/namespaces.sh
require_namespaces

# $1: a folder with mails, each a file. The subjects, unfolded, in order of their text.
subjects() {
  # shellcheck disable=SC2016
  find "$1" -type f -print0 | sort -z | xargs -0 -r awk '
    { sub(/\r$/, "") }
    FNR == 1 { subject = "" }
    subject != "" && /^[ \t]/ { sub(/^[ \t]+/, " "); subject = subject $0; next }
    subject != "" { print subject; nextfile }
    /^Subject: / { subject = substr($0, 10) }' | sort
}

# $1: report.json. How connections of the push failed, each way once.
failures() {
  sed -n 's/^ *"detail" : "\([a-zA-Z]* while [a-z]*\)",*$/\1/p' "$1" | sort -u
}

# One scenario on its own hosts. $1: name, $2: the simulated fault, $3: seconds that both worlds get,
# $4: when the rule comes, in seconds; the rest: the rule.
firewall_case() {
  local name="$1" fault="$2" seconds="$3" from="$4"
  shift 4
  local folder="$FOLDER/$name"
  mkdir -p "$folder"
  PEER_PIDS=()
  trap end_peers EXIT
  make_hosts
  start_rsyslogd_inside "$folder/rsyslog"
  start_smtp_sink_inside "$folder/smtp-sink"
  [ "$from" -gt 0 ] || in_router add rule ip lab forward "$@"
  # The run ends undrained where nobody takes the lines, which is the case's nature.
  inside "$CLIENT" timeout 300 "$APPLIANCE" run --config fixtures/scenarios/lab-tcp.xml --rate 2 \
    --messages 20 --drain-timeout "$seconds" --output "$folder/live" \
    </dev/null >"$folder/stdout" 2>"$folder/stderr" &
  local appliance=$!
  if [ "$from" -gt 0 ]; then
    wait_until 20 has_lines "$folder/rsyslog/received" 10 || fail "$name: no lines pass the router"
    in_router insert rule ip lab forward "$@"
  fi
  wait "$appliance" || true
  "$APPLIANCE" simulate fixtures/scenarios/firewall-rejects-by-icmp.yaml --set expect=[] \
    --set "faults.0.fault=$fault" --set "faults.0.from=${from}s" --set "duration=${seconds}s" \
    --set traffic.messages=20 --output "$folder/simulated" >/dev/null ||
    fail "$name: the simulation failed"
  local world
  subjects "$folder/smtp-sink/mail" >"$folder/live.alerts"
  subjects "$folder/simulated/mail" >"$folder/simulated.alerts"
  for world in live simulated; do
    failures "$folder/$world/report.json" >"$folder/$world.failures"
  done
  [ -s "$folder/simulated.alerts" ] || fail "$name: the simulation sent no alert"
  for what in alerts failures; do
    diff "$folder/simulated.$what" "$folder/live.$what" >"$folder/diff" ||
      fail "$name: $what of the simulation (<) and behind the firewall (>): $(cat "$folder/diff")"
  done
}

# Each in a shell of its own, since the first one waits for a connect to time out.
cases=()
(firewall_case drop silent-drop 80 0 tcp dport 514 drop) &
cases+=("$!")
(firewall_case reset reject-with-reset 10 0 tcp dport 514 reject with tcp reset) &
cases+=("$!")
(firewall_case icmp reject-with-icmp 10 0 \
  tcp dport 514 reject with icmp type admin-prohibited) &
cases+=("$!")
(firewall_case reset-in-mid-stream reject-with-reset 12 1 tcp dport 514 reject with tcp reset) &
cases+=("$!")
status=0
for case in "${cases[@]}"; do wait "$case" || status=1; done
exit "$status"
