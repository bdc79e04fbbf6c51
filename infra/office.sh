#!/bin/sh
# The demo on an office's stores: MinIO and Elasticsearch, started natively on loopback and stopped at the end.
set -eu
cd "$(dirname "$0")/.."
servers=demo/office/servers
.venv/bin/python infra/native/servers.py install
trap '.venv/bin/python infra/native/servers.py stop --dir $servers' EXIT INT TERM
urls=$(.venv/bin/python infra/native/servers.py start --dir $servers)
echo "$urls"
eval "$(echo "$urls" | grep '^export ')"
export SOHOA_DATA="$PWD/demo/office/data"
mkdir -p -m 700 "$SOHOA_DATA"
install -m 600 $servers/secrets.env "$SOHOA_DATA/secrets.env"
./infra/demo.sh demo/archive
