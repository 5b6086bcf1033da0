#!/usr/bin/env bash
# What podline promises about large input: ten times the files for ten times the processor time, a large stream of
# documents on two cores almost twice as fast as on one, and memory that is bounded by the largest file in flight.
#
#   benches/limits.sh [DIRECTORY] [ROUNDS]
#
# Medians; the time that a process needs by itself is not taken off.
set -euo pipefail
cd "$(dirname "$0")/.."
directory=$(realpath "${1:-../shared/corpus}")
rounds=${2:-5}
podline=${PODLINE:-${CARGO_TARGET_DIR:-target}/release/podline}

[ -x "$podline" ] || cargo build --release --locked
[ -x /usr/bin/time ] || { echo "install GNU time first: apt-get install time" >&2; exit 1; }
[ -d "$directory" ] || { echo "$directory is not here: give a directory with manifests" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for copy in 0 1 2 3 4 5 6 7 8 9; do cp -r "$directory" "$work/$copy"; done
mkdir "$work/ten" && mv "$work"/[0-9] "$work/ten"
# A stream of real documents with findings in each, and one with as many findings as a stream can have.
until [ "$(stat -c %s "$work/stream.yaml" 2>/dev/null || echo 0)" -ge 100000000 ]; do
  find "$directory" -name '*.yaml' -size -200k -print0 | sort -z |
    xargs -0 awk 'FNR == 1 { print "---" } { print }' >>"$work/stream.yaml"
  [ -s "$work/stream.yaml" ] || { echo "$directory holds no *.yaml" >&2; exit 1; }
done
for ((i = 0; i < 1000; i++)); do cat fixtures/example/shop.yaml; echo "---"; done >"$work/thousand.yaml"
for ((i = 0; i < 43; i++)); do cat "$work/thousand.yaml"; done >"$work/findings.yaml"

# The median of the wall time, the processor time and the peak memory in MiB of a command.
measure() {
  local name=$1
  shift
  for ((round = 0; round < rounds; round++)); do
    /usr/bin/time -a -o "$work/$name" -f "%e %U %S %M" "$@" >/dev/null 2>&1 || true
  done
  grep -v '^Command' "$work/$name" | awk '{ print $1, $2 + $3, $4 / 1024 }' >"$work/figures"
  local median=$((rounds / 2 + 1)) line="" column
  for column in 1 2 3; do
    line+=" $(cut -d' ' -f"$column" "$work/figures" | sort -g | sed -n "${median}p")"
  done
  # shellcheck disable=SC2086
  printf '%-28s %8.3f s wall %8.3f s processor %8.1f MiB\n' "$name" $line
}

measure corpus "$podline" check --format concise "$directory"
measure corpus-ten-times "$podline" check --format concise "$work/ten"
for format in concise json; do
  measure "stream-$format-1-thread" "$podline" check --format "$format" --threads 1 "$work/stream.yaml"
  measure "stream-$format-2-threads" "$podline" check --format "$format" --threads 2 "$work/stream.yaml"
done
for format in concise human json; do
  measure "findings-$format-2-threads" "$podline" check --format "$format" --threads 2 "$work/findings.yaml"
done
