#!/usr/bin/env bash
# Packages the extension with the program of one platform, as a release does for each:
#   editors/vscode/package.sh linux-x64 target/release/podline [DIR]
# Platforms: win32-x64 win32-arm64 linux-x64 linux-arm64 alpine-x64 darwin-x64 darwin-arm64
set -euo pipefail
[ $# -eq 2 ] || [ $# -eq 3 ] || { echo "usage: $0 PLATFORM PROGRAM [DIR]" >&2; exit 2; }
platform=$1
absolute() { (cd "$(dirname "$1")" && echo "$PWD/$(basename "$1")"); }
program=$(absolute "$2")
directory=$(absolute "${3:-$(dirname "$0")/.}")
cd "$(dirname "$0")"

npm ci
rm -rf server
mkdir server
case $platform in
  win32-*) cp "$program" server/podline.exe ;;
  *) install -m 755 "$program" server/podline ;;
esac
cp ../../LICENSE-MIT ../../LICENSE-APACHE .
npx vsce package --no-dependencies --allow-missing-repository --target "$platform" --out "$directory"
