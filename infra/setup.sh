#!/bin/sh
# Set up everything under .venv, and Debian's packages: `setup.sh` to use sohoa, `setup.sh dev` also to test it.
# A second run finds everything there and needs no network.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-use}
lists=infra/apt.txt lock=requirements.lock
[ "$kind" = dev ] && lists="infra/apt.txt infra/apt-servers.txt" lock=requirements-dev.lock

missing=
for package in $(cat $lists); do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ]; then as_root=; elif command -v sudo >/dev/null; then as_root=sudo; else
        echo "Cần cài (với quyền root) / needs installing, as root: apt-get install$missing" >&2
        exit 3
    fi
    $as_root apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

python=${PYTHON:-python3}
stamp=.venv/.sohoa-$(cat $lock pyproject.toml | sha256sum | cut -c1-16)
if [ ! -e "$stamp" ]; then
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $lock
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    touch "$stamp"
fi
