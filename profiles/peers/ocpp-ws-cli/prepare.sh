#!/bin/sh
# Prepares npm ocpp-ws-cli, a tester of backends by other authors, as an independent peer in .peers/ocpp-ws-cli.
# Idempotent: what is there is kept. Run from the root of the checkout; `make peers` does. Needs node and npm.
set -eu

version=1.1.12
home=${V2X_PEERS:-.peers}/ocpp-ws-cli

say() { printf 'ocpp-ws-cli: %s\n' "$*"; }

if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    say "skipped: node and npm are not installed (Debian: apt-get install nodejs npm)"
    exit 0
fi

installed=$(node -p "require('./$home/node_modules/ocpp-ws-cli/package.json').version" 2>/dev/null || true)
if [ "$installed" = "$version" ]; then
    say "version $version is there"
    exit 0
fi

mkdir -p "$home"
[ -f "$home/package.json" ] || printf '{"name":"v2x-peer-ocpp-ws-cli","private":true}\n' >"$home/package.json"
npm install --prefix "$home" --ignore-scripts --no-audit --no-fund --save-exact "ocpp-ws-cli@$version"
say "version $version is ready in $home"
