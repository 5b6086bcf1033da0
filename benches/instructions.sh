#!/usr/bin/env bash
# How many instructions podline needs, counted by valgrind: the same number on a busy machine as on a quiet one, so that
# a slower change shows. Threads and the order of hash maps make a difference of about 1 %.
#
#   benches/instructions.sh             prints the counts, in millions
#   benches/instructions.sh PODLINE     the same for another binary
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
podline=${1:-$target/release/podline}
[ -x "$podline" ] || cargo build --release --locked
command -v valgrind >/dev/null || { echo "install valgrind first: apt-get install valgrind" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A fixed input of some size: every fixture of a custom resource and the example, as one stream, many times over.
for ((i = 0; i < 40; i++)); do
  for file in fixtures/custom/*.yaml fixtures/example/*.yaml; do cat "$file"; echo "---"; done
done >"$work/stream.yaml"
head -c $(($(wc -c <"$work/stream.yaml") / 10)) "$work/stream.yaml" >"$work/tenth.yaml"

count() {
  local name=$1
  shift
  local counted
  # podline ends with 1, since there are findings.
  counted=$({ valgrind --tool=callgrind --callgrind-out-file=/dev/null "$podline" "$@" 2>&1 >/dev/null || true; } |
    awk '/Collected/ { print $NF }')
  [ -n "$counted" ] || { echo "valgrind counted nothing for: $name" >&2; exit 1; }
  awk -v name="$name" -v counted="$counted" 'BEGIN { printf "%-34s %10.2f\n", name, counted / 1e6 }'
}

echo "millions of instructions"
count "version" --version
count "one small file" check --format concise --threads 1 fixtures/example/shop.yaml
count "a tenth of the stream, concise" check --format concise --threads 1 "$work/tenth.yaml"
count "the stream, concise" check --format concise --threads 1 "$work/stream.yaml"
count "the stream, json" check --format json --threads 1 "$work/stream.yaml"
[ -d ../shared/corpus ] && count "the corpus, concise" check --format concise --threads 1 ../shared/corpus
exit 0
