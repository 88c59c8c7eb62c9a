#!/usr/bin/env bash
# The schemas that the command prints, by the word of xmllint: accepted files follow them, and the
# files of rejected that a schema can tell do not.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

command -v xmllint >/dev/null || apt_install libxml2-utils
for format in xsd rng dtd; do
  "$APPLIANCE" config schema --format "$format" >"$FOLDER/appliance.$format"
done

follows() {
  case "$1" in
    xsd) xmllint --nonet --noout --schema "$FOLDER/appliance.xsd" "$2" ;;
    rng) xmllint --nonet --noout --relaxng "$FOLDER/appliance.rng" "$2" ;;
    dtd) xmllint --nonet --noout --dtdvalid "$FOLDER/appliance.dtd" "$2" ;;
  esac >>"$FOLDER/xmllint.log" 2>&1
}

# Whether a file has elements that no row of the document type declares.
has_undeclared() {
  [ -n "$(comm -23 <(grep -oE '<[A-Za-z_][A-Za-z0-9_.-]*' "$1" | tr -d '<' | sort -u) \
    <(sed -n 's/<!ELEMENT \([^ ]*\).*/\1/p' "$FOLDER/appliance.dtd" | sort -u))" ]
}

count=0
for file in appliance-config.xml fixtures/configurations/accepted/*.xml; do
  # The schemas have our reading only; a file that doubts it is taken with a warning.
  ! grep -qsE 'our reading of this element may be wrong|\[(CFG006|CFG016|CFG042|LOG034|LOG035)\]' \
    "${file%.xml}.expected" || continue
  follows rng "$file" || die "$file does not follow the RELAX NG schema"
  follows xsd "$file" || die "$file does not follow the XML Schema"
  # A document type cannot say "and others", and knows no namespaces.
  has_undeclared "$file" || grep -qsE '\[(CFG001|LOG001|ALR001)\]' "${file%.xml}.expected" ||
    follows dtd "$file" || die "$file does not follow the document type"
  count=$((count + 1))
done
[ "$count" -gt 20 ] || die "only $count files"

for name in hostname-missing hostname-twice hostname-with-element log-globals log-levels; do
  for format in xsd rng; do
    ! follows "$format" "fixtures/configurations/rejected/$name.xml" ||
      die "$name.xml follows the $format schema"
  done
done
