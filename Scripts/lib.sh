# shellcheck shell=bash
# Sourced by every script: strict mode, the repository's root as the current folder, and helpers.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

may_be_root() {
  [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null
}

# Runs apt-get as root; standard output belongs to the calling script's result.
apt_as_root() {
  local become=()
  [ "$(id -u)" -eq 0 ] || become=(sudo -n)
  "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" </dev/null >&2
}

# Never stops at a question: not sudo's for a password, and not a package's.
apt_install() {
  command -v apt-get >/dev/null ||
    die "missing: $*. There is no apt-get here; install these with your system's package manager (names are Debian's)"
  may_be_root || die "missing: $*. Run this as root: apt-get install $*"
  printf 'installing %s\n' "$*" >&2
  # A fresh image has no package lists, and an old list names versions that are gone.
  apt_as_root install -y --no-install-recommends "$@" 2>/dev/null ||
    { apt_as_root update && apt_as_root install -y --no-install-recommends "$@"; }
}

# Prints a port of 127.0.0.1 that was free a moment ago, chosen by the system. $1: tcp or udp.
free_port() {
  perl -MIO::Socket::INET -e '
    my @listen = $ARGV[0] eq "tcp" ? (Listen => 1) : ();
    my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 0,
                                  Proto => $ARGV[0], @listen) or die "no free port: $@\n";
    print $s->sockport, "\n"' "$1"
}

# Waits until a command succeeds. $1: seconds; the rest: the command.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

# Ends one process that this script started, kindly first. $1: its id.
end_process() {
  kill -TERM "$1" 2>/dev/null || return 0
  wait_until 10 process_is_gone "$1" || kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# An ended child that nobody has waited for is gone too.
process_is_gone() {
  case "$(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null)" in
    '' | Z) return 0 ;;
    *) return 1 ;;
  esac
}

# Every Swift file that is or will be tracked, each ended by a NUL.
swift_files() {
  git ls-files -z --cached --others --exclude-standard --deduplicate -- '*.swift'
}

# Whether every member named $1 of the ledger $2 is the count 0, and there is one.
ledger_has_no() {
  local counts
  counts="$(sed -n "s/^ *\"$1\" : \([0-9]*\),*$/\1/p" "$2" | sort -u)"
  [ "$counts" = 0 ]
}

# The test targets that use real sockets, or start commands that do; TidyTests knows them too.
# shellcheck disable=SC2034 # for who sources this
socket_tests='^(LiveNetworkTests|ApplianceRuntimeTests|ApplianceCommandTests)\.'

# The one build of the tests: a debug build that is optimized and keeps its assertions, since most of
# what the tests compute takes five times as long without.
# shellcheck disable=SC2034
tests_build=(--scratch-path .build-o -Xswiftc -O -Xswiftc -assert-config -Xswiftc Debug)

# The build of the demo, for who wants to see it soon: TLS is nearly half of a first build, and neither
# an index nor a debugger has a use for it.
# shellcheck disable=SC2034
demo_build=(--scratch-path .build-demo --disable-default-traits --disable-index-store -Xswiftc -gnone)

# What the release archive and the image hold beside the command.
# shellcheck disable=SC2034
archived=(LICENSE README.md CONTRIBUTING.md appliance-config.xml ci docs fixtures)

# How many tests and expectations there are.
count_tests() {
  local tests expectations
  tests="$(swift_files | xargs -0 grep -hE '^ *@Test' | wc -l)"
  expectations="$(swift_files | xargs -0 grep -hoE '#(expect|require)\(' | wc -l)"
  printf '%s tests with %s expectations' "$tests" "$expectations"
}
