# shellcheck shell=bash
# Sourced: real syslog and SMTP servers as private instances. Each has its own configuration, folder
# and port on loopback, is started here and ended by its own process id; nothing under /etc is read.

PEERS_ROOT="$PWD/.build-peers/root"
PEER_PIDS=()

# Debian's rsyslog and syslog-ng-core exclude one another, and postfix would start a service:
# the packages, and the libraries they miss on this machine, are unpacked and not installed.
unpack_peers() {
  [ ! -e .build-peers/complete-4 ] || return 0
  command -v apt-get >/dev/null ||
    die "the interop checks unpack rsyslog, rsyslog-gnutls, syslog-ng-core, systemd-journal-remote, postfix, vsftpd and openssh-server by apt-get, which is not here"
  rm -rf .build-peers
  mkdir -p .build-peers/packages "$PEERS_ROOT"
  download_peers || { apt_as_root update && download_peers; }
  for package in .build-peers/packages/*.deb; do dpkg -x "$package" "$PEERS_ROOT"; done
  touch .build-peers/complete-4 # another number when the packages change
}

# Fails where the package lists are missing or old. One simulated installation each, since together
# they are refused. As root apt hands downloads to its own user, who may not enter this folder.
download_peers() {
  for package in rsyslog rsyslog-gnutls syslog-ng-core systemd systemd-journal-remote postfix vsftpd \
    openssh-server; do
    echo "$package"
    apt-get -s install --no-install-recommends "$package" | sed -n 's/^Inst \([^ ]*\).*/\1/p'
  done | sort -u |
    (cd .build-peers/packages && xargs apt-get -qq -o APT::Sandbox::User=root download >&2)
}

# Runs a program out of the unpacked packages, with their libraries.
peer() {
  local program="$1"
  shift
  peer_at "usr/sbin/$program" "$@"
}

# $1: the program's path among the unpacked packages.
peer_at() {
  local program="$1"
  shift
  exec env LD_LIBRARY_PATH="$(printf '%s:' "$PEERS_ROOT"/{,usr/}lib/*-linux-gnu*{,/systemd} \
    "$PEERS_ROOT"/usr/lib/{syslog-ng,postfix} "$PEERS_ROOT"/{,usr/}lib/systemd)" \
    "$PEERS_ROOT/$program" "$@"
}

# $1: port, $2: folder, $3: more global settings, $4: its actions, $5: directives before the input.
start_rsyslogd_with() {
  mkdir -p "$2"
  cat >"$2/rsyslog.conf" <<END
global(workDirectory="$2" net.enableDNS="off" $3)
${5:-}
main_queue(queue.type="LinkedList" queue.size="1000000")
module(load="imtcp")
input(type="imtcp" address="127.0.0.1" port="$1")
$4
END
  peer rsyslogd -n -f "$2/rsyslog.conf" -i "$2/pid" \
    -M "$(echo "$PEERS_ROOT"/usr/lib/*-linux-gnu*/rsyslog)" </dev/null >"$2/messages" 2>&1 &
  peer_started tcp "$1" "$2"
}

# Keeps the id of the process just started, and waits until its port is bound.
# $1: tcp or udp, $2: port, $3: folder with the peer's own messages.
peer_started() {
  PEER_PID=$!
  PEER_PIDS+=("$PEER_PID")
  wait_until 10 port_is_bound "$1" "$2" || {
    cat "$3/messages" >&2
    die "the peer in $3 does not listen on $1 port $2"
  }
}

# /proc says it without a connection, which the peer would log.
port_is_bound() {
  local state=0A # TCP_LISTEN
  local a b c d
  [ "$1" = tcp ] || state=07
  IFS=. read -r a b c d <<<"${PEER_ADDRESS:-127.0.0.1}"
  grep -q "^ *[0-9]*: $(printf '%02X%02X%02X%02X:%04X' "$d" "$c" "$b" "$a" "$2") [0-9A-F:]* $state " \
    "/proc/net/$1"
}

end_peers() {
  for pid in "${PEER_PIDS[@]}"; do end_process "$pid"; done
  PEER_PIDS=()
}

# $1: tcp or udp, $2: port, $3: folder; lines go to $3/received as
# TIME|FACILITY|SEVERITY|TAG|MESSAGE, so that what rsyslog's own parser understood is seen.
# $4: more actions, when there are any. PEER_ADDRESS: where it listens, 127.0.0.1 if not given.
start_rsyslogd() {
  mkdir -p "$3"
  local input="type=\"im$1\" address=\"${PEER_ADDRESS:-127.0.0.1}\" port=\"$2\""
  # Below the limit that a user without privileges gets, the kernel drops bursts.
  [ "$1" = tcp ] || input+=' rcvbufSize="16m"'
  cat >"$3/rsyslog.conf" <<END
global(workDirectory="$3" net.enableDNS="off" parser.escapeControlCharactersOnReceive="off")
main_queue(queue.type="LinkedList" queue.size="1000000")
module(load="im$1")
template(name="parsed" type="string"
         string="%timereported:::date-rfc3164%|%syslogfacility-text%|%syslogseverity-text%|%syslogtag%|%msg%\\n")
input($input)
action(type="omfile" file="$3/received" template="parsed")
${4:-}
END
  peer rsyslogd -n -f "$3/rsyslog.conf" -i "$3/pid" \
    -M "$(echo "$PEERS_ROOT"/usr/lib/*-linux-gnu*/rsyslog)" </dev/null >"$3/messages" 2>&1 &
  peer_started "$1" "$2" "$3"
}

# $1: port, $2: folder, $3: folder of Scripts/certificates.sh; otherwise as start_rsyslogd. Clients
# need a certificate of the same authority.
start_rsyslogd_tls() {
  mkdir -p "$2"
  cat >"$2/rsyslog.conf" <<END
global(workDirectory="$2" net.enableDNS="off" parser.escapeControlCharactersOnReceive="off"
       defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="$3/ca.pem"
       defaultNetstreamDriverCertFile="$3/server.pem" defaultNetstreamDriverKeyFile="$3/server.key")
main_queue(queue.type="LinkedList" queue.size="1000000")
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1"
       streamDriver.authMode="x509/certvalid")
template(name="parsed" type="string"
         string="%timereported:::date-rfc3164%|%syslogfacility-text%|%syslogseverity-text%|%syslogtag%|%msg%\\n")
input(type="imtcp" address="127.0.0.1" port="$1")
action(type="omfile" file="$2/received" template="parsed")
END
  peer rsyslogd -n -f "$2/rsyslog.conf" -i "$2/pid" \
    -M "$(echo "$PEERS_ROOT"/usr/lib/*-linux-gnu*/rsyslog)" </dev/null >"$2/messages" 2>&1 &
  peer_started tcp "$1" "$2"
}

# $1: port, $2: folder; lines go to $2/received in the same form as rsyslog's.
start_syslog_ng() {
  mkdir -p "$2"
  local version
  version="$(peer syslog-ng --version | sed -n 's/^Config version: //p')"
  cat >"$2/syslog-ng.conf" <<END
@version: $version
options { use-dns(no); dns-cache(no); keep-hostname(yes); stats-freq(0); };
source pushed { network(ip("127.0.0.1") port($1) transport("tcp")); };
destination file {
  file("$2/received" template("\$S_DATE|\$FACILITY|\$PRIORITY|\$PROGRAM:| \$MESSAGE\\n"));
};
log { source(pushed); destination(file); flags(flow-control); };
END
  peer syslog-ng --foreground --stderr --no-caps --cfgfile="$2/syslog-ng.conf" \
    --persist-file="$2/persist" --pidfile="$2/pid" --control="$2/control" \
    --module-path="$(echo "$PEERS_ROOT"/usr/lib/syslog-ng/[0-9]*)" \
    </dev/null >"$2/messages" 2>&1 &
  peer_started tcp "$1" "$2"
}

# $1: port, $2: folder; each mail becomes a file in $2/mail.
start_smtp_sink() {
  mkdir -p "$2/mail"
  local user=()
  # As root smtp-sink insists on becoming somebody else, who must be able to write there.
  [ "$(id -u)" -ne 0 ] || { user=(-u nobody) && chmod 777 "$2/mail"; }
  (cd "$2/mail" && peer smtp-sink "${user[@]}" -d '%H%M%S.' "127.0.0.1:$1" 100) \
    </dev/null >"$2/messages" 2>&1 &
  peer_started tcp "$1" "$2"
}

# tshark only reads files here: no capture rights are asked for and no service is started.
install_tshark() {
  command -v tshark >/dev/null || apt_install tshark
}

# $1: port, $2: folder, $3: the passphrase of "anonymous"; files go to $2/root/upload. Runs as whoever
# starts it, with nobody's account on this machine.
start_vsftpd() {
  mkdir -p "$2/root/upload"
  chmod 555 "$2/root"
  printf '%s\n' "$3" >"$2/passphrases"
  cat >"$2/vsftpd.conf" <<END
listen=YES
listen_address=127.0.0.1
listen_port=$1
background=NO
run_as_launching_user=YES
anonymous_enable=YES
local_enable=NO
secure_email_list_enable=YES
email_password_file=$2/passphrases
anon_root=$2/root
write_enable=YES
anon_upload_enable=YES
anon_umask=022
seccomp_sandbox=NO
xferlog_enable=YES
vsftpd_log_file=$2/log
secure_chroot_dir=$2/root
ftp_username=$(id -un)
END
  peer vsftpd "$2/vsftpd.conf" </dev/null >"$2/messages" 2>&1 &
  peer_started tcp "$1" "$2"
}

# $1: port, $2: folder; keys in $2/authorized_keys let in whoever runs this, and nobody else.
start_sshd() {
  mkdir -p "$2/upload"
  ssh-keygen -q -t ed25519 -N '' -C '' -f "$2/host_key"
  : >"$2/authorized_keys"
  # As root sshd insists on the folder and the user that its package makes.
  if [ "$(id -u)" -eq 0 ]; then
    mkdir -p /run/sshd
    getent passwd sshd >/dev/null ||
      useradd --system --no-create-home --home-dir /run/sshd --shell /usr/sbin/nologin sshd
  fi
  cat >"$2/sshd_config" <<END
ListenAddress 127.0.0.1
Port $1
HostKey $2/host_key
AuthorizedKeysFile $2/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM no
StrictModes no
PidFile none
Subsystem sftp internal-sftp
END
  peer sshd -D -e -f "$2/sshd_config" </dev/null >"$2/messages" 2>&1 &
  peer_started tcp "$1" "$2"
}
