#!/usr/bin/env bash
# Counts what each type of Sources has, over all its extensions, and prints the types that are too
# large: over 30 methods or 15 stored properties. Fails when one is over that is not in
# Scripts/sizes-known.txt, or has more there than it had: the figures of that file may only shrink.
#
#   Scripts/sizes.sh            the types over the limits
#   Scripts/sizes.sh --all      every type
#   Scripts/sizes.sh --update   lowers the figures of sizes-known.txt to today's
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

known=Scripts/sizes-known.txt
methods_max=30
stored_max=15

# Data records and bags of options: as many stored properties as what they describe has. None is
# exempt from the number of methods.
exempt() {
  cat <<'END'
Configuration           the configuration's sections, one property each
ConfigCheckCommand      options of `appliance config check`
DeliveryField           the columns of the table of delivery settings, and its rows
FlowWords               words of the mail flow by topic
LedgerDocument          the members of ledger.json
LedgerTotals            the classes of the ledger
MailFlowCounters        counters of the mail flow
MessageRecord           what is known of one message
Packet                  the fields of a packet's headers
Populations             what the mail flow draws from
ProxyCommand            options of `appliance proxy`
ReceiveCommand          options of `appliance receive`
ReconciliationDocument  the members of reconcile's JSON
ReconciliationFindings  counts and lists of a reconciliation
RunCommand              options of `appliance run`
RunReport               the members of report.json
TCPStackProfile         the parameters of a TCP implementation
TrafficProfile          the parameters of the traffic
TrialFacts.Push         what a trial knows of one push
END
}

count() {
  git ls-files -z --cached --others --exclude-standard --deduplicate -- 'Sources/*.swift' |
    xargs -0 awk -f Scripts/sizes.awk | LC_ALL=C sort -k2,2nr -k4,4nr -k1,1
}

row='%-26s %7s %8s %6s %5s  %s\n'

case "${1:-}" in
  --all)
    # shellcheck disable=SC2059
    printf "$row" type methods computed stored files ""
    count | awk -v row="$row" '{ printf row, $1, $2, $3, $4, $5, "" }'
    exit
    ;;
  --update | "") ;;
  *) die "usage: Scripts/sizes.sh [--all | --update]" ;;
esac

# A figure of today's that is larger than the known one stays as it is in the file, and fails.
judge() {
  awk -v mode="$1" -v row="$row" -v mm="$methods_max" -v sm="$stored_max" '
    FNR == 1 { source++ }
    source == 1 { sub(/#.*/, ""); if (NF) { knownM[$1] = $2; knownS[$1] = $3 } next }
    source == 2 { reason = $0; sub(/^[^ ]+ +/, "", reason); exempt[$1] = reason; next }
    {
      seen[$1] = 1
      overS = $4 > sm && !($1 in exempt)
      over = $2 > mm || overS
      if ($1 in exempt && $4 <= sm) notes = notes "  " $1 " needs no exemption any more\n"
      if (!over) {
        if ($1 in knownM) notes = notes "  " $1 " is no longer too large\n"
        else if ($1 in exempt && $4 > sm && mode == "print") rest[++rests] = sprintf(row, $1, $2, $3, $4, $5, "exempt: " exempt[$1])
        next
      }
      word = "known"
      if (!($1 in knownM)) { word = "NEW"; bad = 1 }
      else if ($2 > knownM[$1] && $2 > mm || $4 > knownS[$1] && overS) {
        word = "GREW, was " knownM[$1] " and " knownS[$1]
        bad = 1
      } else if ($2 < knownM[$1] || $4 < knownS[$1]) word = "smaller, was " knownM[$1] " and " knownS[$1]
      if (mode == "print") printf row, $1, $2, $3, $4, $5, word
      else if ($1 in knownM)
        print $1, ($2 < knownM[$1] ? $2 : knownM[$1]), ($4 < knownS[$1] ? $4 : knownS[$1])
    }
    END {
      if (mode != "print") exit
      for (i = 1; i <= rests; i++) printf "%s", rest[i]
      for (t in knownM) if (!(t in seen)) notes = notes "  " t " is gone\n"
      for (t in exempt) if (!(t in seen)) notes = notes "  " t " is exempt and gone\n"
      if (notes != "") printf "to tidy (Scripts/sizes.sh --update lowers the figures):\n%s", notes
      exit bad
    }' "$known" <(exempt) <(count)
}

if [ "${1:-}" = --update ]; then
  lowered="$(sed -n '/^#/p' "$known" && judge update)"
  printf '%s\n' "$lowered" >"$known"
fi

# shellcheck disable=SC2059
printf "$row" type methods computed stored files ""
judge print || die "a type is too large, over $methods_max methods or $stored_max stored properties: move a part of it into a type of its own"
