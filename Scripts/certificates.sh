#!/usr/bin/env bash
# Makes certificates for tests of TLS in the folder $1, worth nothing outside of it: an authority
# (ca.pem), another one (other-ca.pem), a server's for localhost and 127.0.0.1 (server.pem,
# server.key), an expired one (expired.*), one for another name (other-name.*), and a client's
# (client.*).
# lib.sh moves to the project's folder.
folder="$(realpath -m "${1:-.}")"
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ $# -eq 1 ] || die "usage: Scripts/certificates.sh FOLDER"
command -v openssl >/dev/null || die "openssl is not here"
mkdir -p "$folder"
cd "$folder" || exit 1

key() {
  openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null ||
    openssl ecparam -genkey -name prime256v1 -noout -out "$1"
}

# $1: name of the files, $2: common name.
authority() {
  key "$1.key"
  openssl req -x509 -new -key "$1.key" -subj "/CN=$2" -days 30 -out "$1.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
}

# $1: name of the files, $2: common name, $3: subjectAltName, $4: first day, $5: last day.
signed() {
  key "$1.key"
  openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n' \
    "$3" >"$1.ext"
  : >index.txt
  openssl ca -batch -config ca.cnf -in "$1.csr" -out "$1.pem" -extfile "$1.ext" \
    -startdate "$4" -enddate "$5" -notext 2>ca.log || { cat ca.log >&2 && exit 1; }
}

cat >ca.cnf <<END
[ca]
default_ca = own
[own]
database = index.txt
rand_serial = yes
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
END

day() { date -u -d "$1" +%Y%m%d%H%M%SZ; }
authority ca "Test authority"
authority other-ca "Another test authority"
signed server localhost DNS:localhost,IP:127.0.0.1 "$(day '-1 day')" "$(day '+20 days')"
signed expired localhost DNS:localhost,IP:127.0.0.1 "$(day '-20 days')" "$(day '-1 day')"
signed other-name collector.example.com DNS:collector.example.com "$(day '-1 day')" \
  "$(day '+20 days')"
signed client mail.example.com DNS:mail.example.com "$(day '-1 day')" "$(day '+20 days')"
