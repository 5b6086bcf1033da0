#!/usr/bin/env bash
# Fuzzes the targets one after the other, each for so many seconds, from the fixtures and what was found before.
#
#   rustup toolchain install nightly && cargo install cargo-fuzz
#   fuzz/run.sh [SECONDS] [TARGET…]
#
# What a target finds lies in fuzz/artifacts and becomes a test. A new target is a file in fuzz_targets, a [[bin]] in
# Cargo.toml and, if it reads something else than manifests, a line below that says where its seeds come from.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cd fuzz/fuzz_targets && ls ./*.rs | sed 's|^\./||; s|\.rs$||')

# The files of a directory as seeds of a target, under names that tell where they come from.
seed() {
  local target=$1 file
  mkdir -p "fuzz/corpus/$target"
  while IFS= read -r -d '' file; do
    cp "$file" "fuzz/corpus/$target/$(tr / - <<<"$file")"
  done < <(find "${@:2}" -type f \( -name '*.yaml' -o -name '*.yml' -o -name '*.json*' -o -name '*.rego' \) -size -16k -print0)
}

for target in "${targets[@]}"; do
  flags=()
  dict=yaml
  case $target in
    cel | policies | settings) dict=cel ;;
    jmespath) dict=jmespath ;;
    rego) dict=rego ;;
  esac
  # The thread that reads from the client is not waited for: what it still holds at the end is no leak.
  [ "$target" != lsp ] || flags=(-detect_leaks=0)
  case $target in
    scalars | cel | jmespath) mkdir -p "fuzz/corpus/$target" ;;
    configuration | lsp | policies | rego | settings) seed "$target" "fuzz/seeds/$target" ;;
    *) seed "$target" fixtures ;;
  esac
  echo "== fuzz $target for $seconds seconds"
  cargo +nightly fuzz run --fuzz-dir fuzz "$target" -- -max_total_time="$seconds" -max_len=8192 -rss_limit_mb=4096 \
    -timeout=20 "${flags[@]}" -dict="fuzz/$dict.dict"
done
