# shellcheck shell=bash
# Sourced by what runs several scripts in a row: each is timed, and the first that fails ends all.
times=()

step() {
  local began=$SECONDS status=0
  printf '\n== %s\n' "$*"
  "$@" || status=$?
  times+=("$((SECONDS - began)) s  $*")
  [ "$status" -eq 0 ] || {
    print_times
    printf 'error: %s ended with %s\n' "$*" "$status" >&2
    exit "$status"
  }
}

print_times() {
  printf '\n== the time of each step\n'
  printf '%s\n' "${times[@]}" "$SECONDS s  in all"
}
