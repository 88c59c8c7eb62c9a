# shellcheck shell=bash
# Sourced by what runs several scripts in a row: each is timed, and the first that fails ends all.
times=()

step() {
  local began=$SECONDS
  printf '\n== %s\n' "$*"
  "$@"
  times+=("$((SECONDS - began)) s  $*")
}

print_times() {
  printf '\n== the time of each step\n'
  printf '%s\n' "${times[@]}" "$SECONDS s  in all"
}
