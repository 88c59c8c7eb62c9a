#!/usr/bin/env bash
# kill -9 of an as-appliance run, again and again: the ledger goes on from its journal and from the log
# files behind it, so that what it accepted is what the log files hold, nothing twice and nothing forgotten;
# and every line that a real rsyslogd got is in the log files.
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

port="$(free_port tcp)"
start_rsyslogd tcp "$port" "$FOLDER/rsyslog" \
  "action(type=\"omfile\" file=\"$FOLDER/rsyslog/traditional\" template=\"RSYSLOG_TraditionalFileFormat\")"
configuration TCP "$port" "$(free_port tcp)" >"$FOLDER/config.xml"

for number in $(seq 0 9); do
  # Between 0.7 and 2.6 s: before the first copy of the journal, right behind one, and between two.
  tenths=$((7 + (number * 7) % 20))
  (timeout -s KILL "$((tenths / 10)).$((tenths % 10))" "$APPLIANCE" run --config "$FOLDER/config.xml" \
    --rate 300 --seed "$number" --output "$FOLDER/output" </dev/null >/dev/null 2>&1 || true) 2>/dev/null
done
timeout 120 "$APPLIANCE" run --config "$FOLDER/config.xml" --rate 300 --messages 300 --seed 99 \
  --output "$FOLDER/output" --format json </dev/null >"$FOLDER/ledger.json" 2>"$FOLDER/stderr" ||
  fail "the last run failed: $(tail -n 2 "$FOLDER/stderr")"

figure() {
  sed -n "s/^ *\"$1\" : \([0-9]*\),*\$/\1/p" "$FOLDER/ledger.json" | tail -n 1
}

# Each file begins with three header lines; the last write of a killed run may have torn one's end.
logged="$(find "$FOLDER/output/logs/Mail_Log" -type f -name '*.[cs]' -exec awk 'FNR > 3' {} + | wc -l)"
accepted="$(figure accepted)" unknown="$(figure unknown)"
[ "$logged" -gt 5000 ] || fail "only $logged lines"
[ "$accepted" -eq "$logged" ] || fail "the ledger accepted $accepted lines, the log files hold $logged"
if [ "${unknown:-0}" -eq 0 ] || [ "$unknown" -ge "$accepted" ]; then
  fail "of $accepted lines the fate of ${unknown:-none} is unknown"
fi

# As-appliance loses lines, and invents none.
end_process "$PEER_PID"
status=0
"$APPLIANCE" reconcile "$FOLDER/output/logs/Mail_Log" "$FOLDER/rsyslog/traditional" \
  --ledger "$FOLDER/output/ledger.json" --format json >"$FOLDER/result.json" 2>"$FOLDER/stderr" || status=$?
[ "$status" -le 1 ] || fail "no comparison: $(tail -n 2 "$FOLDER/stderr")"
foreign="$(sed -n 's/^  "foreign" : \([0-9]*\),*$/\1/p' "$FOLDER/result.json" | head -n 1)"
[ "${foreign:-x}" = 0 ] ||
  fail "${foreign:-no count of} lines that rsyslogd got are in no log file"
