# shellcheck shell=bash
# Sourced: an appliance's host, a router with nftables rules, and a server's host, as network
# namespaces. Each one is held by a process of ours; with its end all of it is gone, rules included.

APPLIANCE_ADDRESS=10.229.24.230 RELAY_ADDRESS=10.229.24.25 SERVER_ADDRESS=10.44.167.30
NFT_ROOT="$PWD/.build-peers/nftables"

# nft is unpacked as the peers are: no rule of this machine's is touched, and nothing is installed.
unpack_nft() {
  [ ! -x "$NFT_ROOT/usr/sbin/nft" ] || return 0
  mkdir -p "$NFT_ROOT/packages"
  download_nft || { apt_as_root update && download_nft; } || return 1
  for package in "$NFT_ROOT"/packages/*.deb; do dpkg -x "$package" "$NFT_ROOT"; done
}

download_nft() {
  { echo nftables && apt-get -s install --no-install-recommends nftables |
    sed -n 's/^Inst \([^ ]*\).*/\1/p'; } | sort -u |
    (cd "$NFT_ROOT/packages" && xargs apt-get -qq -o APT::Sandbox::User=root download >&2)
}

# Whether this machine lets us make namespaces with links and rules; ends the check if not.
require_namespaces() {
  [ "$(id -u)" -eq 0 ] || kernel_forbids "network namespaces need root here"
  command -v ip >/dev/null || apt_install iproute2
  unshare -n true 2>/dev/null || kernel_forbids "network namespaces are not allowed here"
  unshare -n ip link add one type veth peer name two 2>/dev/null ||
    kernel_forbids "links between namespaces (veth) are not allowed here"
  unpack_nft >/dev/null 2>&1 || skip "nft cannot be unpacked (package nftables)"
  unshare -n "$BASH" -c "$(declare -f nft); NFT_ROOT='$NFT_ROOT'; nft add table ip probe" \
    2>/dev/null || kernel_forbids "the kernel takes no nftables rules here"
}

nft() {
  LD_LIBRARY_PATH="$(printf '%s:' "$NFT_ROOT"/usr/lib/*-linux-gnu*)" "$NFT_ROOT/usr/sbin/nft" "$@"
}

# Starts the process that holds a namespace; its id is in HOLDER.
hold_namespace() {
  unshare -n sleep 900 &
  HOLDER=$!
  PEER_PIDS+=("$HOLDER")
  wait_until 10 has_own_namespace "$HOLDER" || fail "no network namespace"
}

has_own_namespace() {
  [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}

# $1: the holder; the rest: a command, which is looked up here and may be a function of ours.
inside() {
  local holder="$1"
  shift
  nsenter -t "$holder" -n "$@"
}

# The three hosts, and their addresses as the scenarios have them: in CLIENT, ROUTER and SERVER.
make_hosts() {
  hold_namespace && CLIENT=$HOLDER
  hold_namespace && ROUTER=$HOLDER
  hold_namespace && SERVER=$HOLDER
  inside "$ROUTER" ip link add near type veth peer name eth0 netns "$CLIENT"
  inside "$ROUTER" ip link add far type veth peer name eth0 netns "$SERVER"
  inside "$ROUTER" ip address add 10.229.24.1/24 dev near
  inside "$ROUTER" ip address add 10.44.167.1/24 dev far
  inside "$CLIENT" ip address add "$APPLIANCE_ADDRESS/24" dev eth0
  inside "$CLIENT" ip address add "$RELAY_ADDRESS/32" dev lo
  inside "$SERVER" ip address add "$SERVER_ADDRESS/24" dev eth0
  for holder in "$CLIENT" "$ROUTER" "$SERVER"; do inside "$holder" ip link set lo up; done
  for link in "$ROUTER near" "$ROUTER far" "$CLIENT eth0" "$SERVER eth0"; do
    inside "${link% *}" ip link set "${link#* }" up
  done
  inside "$CLIENT" ip route add default via 10.229.24.1
  inside "$SERVER" ip route add default via 10.44.167.1
  inside "$ROUTER" "$BASH" -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
  in_router add table ip lab
  in_router 'add chain ip lab forward { type filter hook forward priority 0 ; policy accept ; }'
}

in_router() {
  LD_LIBRARY_PATH="$(printf '%s:' "$NFT_ROOT"/usr/lib/*-linux-gnu*)" \
    inside "$ROUTER" "$NFT_ROOT/usr/sbin/nft" "$@"
}

# Runs a program out of the unpacked packages in a namespace. $1: its holder, $2: the program.
peer_inside() {
  local holder="$1" program="$2"
  shift 2
  exec nsenter -t "$holder" -n env LD_LIBRARY_PATH="$(printf '%s:' \
    "$PEERS_ROOT"/{,usr/}lib/*-linux-gnu* "$PEERS_ROOT"/usr/lib/{syslog-ng,postfix})" \
    "$PEERS_ROOT/usr/sbin/$program" "$@"
}

# Whether somebody listens on a TCP port in a namespace. $1: a process in it, $2: the port.
listens_inside() {
  grep -q ":$(printf %04X "$2") 00000000:0000 0A " "/proc/$1/net/tcp"
}

# rsyslogd on the server's host. $1: folder; lines go to $1/received.
start_rsyslogd_inside() {
  mkdir -p "$1"
  cat >"$1/rsyslog.conf" <<END
global(workDirectory="$1" net.enableDNS="off")
module(load="imtcp")
template(name="raw" type="string" string="%rawmsg%\\n")
input(type="imtcp" address="$SERVER_ADDRESS" port="514")
action(type="omfile" file="$1/received" template="raw")
END
  peer_inside "$SERVER" rsyslogd -n -f "$1/rsyslog.conf" -i "$1/pid" \
    -M "$(echo "$PEERS_ROOT"/usr/lib/*-linux-gnu*/rsyslog)" </dev/null >"$1/messages" 2>&1 &
  PEER_PIDS+=("$!")
  wait_until 10 listens_inside "$SERVER" 514 || fail "rsyslogd does not listen: $(cat "$1/messages")"
}

# smtp-sink as the relay on the appliance's host. $1: folder; each mail becomes a file in $1/mail.
start_smtp_sink_inside() {
  mkdir -p "$1/mail" && chmod 777 "$1/mail"
  (cd "$1/mail" && peer_inside "$CLIENT" smtp-sink -u nobody -d '%H%M%S.' "$RELAY_ADDRESS:25" 100) \
    </dev/null >"$1/messages" 2>&1 &
  PEER_PIDS+=("$!")
  wait_until 10 listens_inside "$CLIENT" 25 || fail "smtp-sink does not listen: $(cat "$1/messages")"
}
