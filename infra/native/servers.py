#!/usr/bin/env python3
"""MinIO and Elasticsearch without Docker: install, start, stop, for tests and for trying an office's stores.

    servers.py install
    servers.py start --dir DIR [--minio-port P] [--elasticsearch-port P]
    servers.py status --dir DIR
    servers.py stop --dir DIR

Both listen on the loopback only. `start` keeps data and secrets in DIR, prints the settings to use them (`secrets.env`
in DIR holds the passwords, mode 0600) and may be repeated; `stop` keeps the data.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from infra.native.elasticsearch import ElasticsearchServer, start_elasticsearch
from infra.native.install import InstallError, install_elasticsearch, install_minio, java_home
from infra.native.minio import MinioServer, start_minio
from infra.native.processes import StartError, alive, open_private, started_at, stop_pid, write_state

__all__ = ["ElasticsearchServer", "InstallError", "MinioServer", "StartError", "start_elasticsearch", "start_minio"]

BUCKET = "sohoa"


def install() -> None:
    """Fetch and build both servers into the cache."""
    print(f"MinIO: {install_minio()}")
    print(f"Elasticsearch: {install_elasticsearch()} (Java: {java_home()})")


def start_both(folder: Path, minio_port: int = 0, elasticsearch_port: int = 0) -> dict[str, Any]:
    """Start what is not running; state of both as in `servers.json`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    state = read_state(folder)
    if not running(state, "minio"):
        old = state.get("minio", {})
        keys = (old["access_key"], old["secret_key"]) if old else None
        minio = start_minio(folder / "minio", port=minio_port or old.get("port", 0), attached=False, keys=keys)
        state["minio"] = {
            **_process(minio.guarded.pid),
            "port": int(minio.endpoint.rpartition(":")[2]),
            "access_key": minio.access_key,
            "secret_key": minio.secret_key,
        }
        write_state(folder / "servers.json", state)
    if not running(state, "elasticsearch"):
        old = state.get("elasticsearch", {})
        search = start_elasticsearch(
            folder / "elasticsearch",
            port=elasticsearch_port or old.get("port", 0),
            attached=False,
            password=old.get("password"),
        )
        state["elasticsearch"] = {
            **_process(search.guarded.pid),
            "port": int(search.url.rpartition(":")[2]),
            "user": search.user,
            "password": search.password,
            "folder": str(search.folder),
        }
        write_state(folder / "servers.json", state)
    _write_secrets(folder, state)
    return state


def stop_both(folder: Path) -> None:
    """Stop what is running; data and secrets stay."""
    state = read_state(folder)
    for name in ("minio", "elasticsearch"):
        if running(state, name):
            stop_pid(state[name]["pid"], state[name]["started"])


def running(state: dict[str, Any], name: str) -> bool:
    """True while the server that the state names runs."""
    known: dict[str, Any] = state.get(name) or {}
    return bool(known) and alive(known["pid"], known["started"])


def read_state(folder: Path) -> dict[str, Any]:
    """What `start` wrote; empty before."""
    path = folder / "servers.json"
    return dict(json.loads(path.read_text())) if path.is_file() else {}


def settings_of(state: dict[str, Any]) -> dict[str, str]:
    """The environment variables that make sohoa use these servers, without the secrets."""
    return {
        "SOHOA_OBJECTS_URL": f"s3+http://127.0.0.1:{state['minio']['port']}/{BUCKET}",
        "SOHOA_INDEX_URL": f"http://127.0.0.1:{state['elasticsearch']['port']}",
        "SOHOA_OBJECTS__ACCESS_KEY": state["minio"]["access_key"],
        "SOHOA_INDEX__USER": state["elasticsearch"]["user"],
    }


def _process(pid: int) -> dict[str, Any]:
    return {"pid": pid, "started": started_at(pid)}


def _write_secrets(folder: Path, state: dict[str, Any]) -> None:
    with open_private(folder / "secrets.env") as stream:
        stream.write(f"SOHOA_OBJECTS__SECRET_KEY={state['minio']['secret_key']}\n")
        stream.write(f"SOHOA_INDEX__PASSWORD={state['elasticsearch']['password']}\n")


def main(arguments: list[str]) -> int:
    """Exit code: 0, or 1 with a sentence on standard error."""
    parser = argparse.ArgumentParser(description="MinIO and Elasticsearch on this machine, without Docker")
    parser.add_argument("action", choices=("install", "start", "stop", "status"))
    parser.add_argument("--dir", type=Path)
    parser.add_argument("--minio-port", type=int, default=0)
    parser.add_argument("--elasticsearch-port", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        if options.action == "install":
            install()
            return 0
        if options.dir is None:
            parser.error("--dir is needed")
        if options.action == "start":
            state = start_both(options.dir, options.minio_port, options.elasticsearch_port)
            print("".join(f"export {name}={value}\n" for name, value in settings_of(state).items()), end="")
            print(f"# passwords: {options.dir / 'secrets.env'} (copy the lines into secrets.env of the data folder)")
        elif options.action == "stop":
            stop_both(options.dir)
        else:
            state = read_state(options.dir)
            for name in ("minio", "elasticsearch"):
                print(f"{name}: {'running' if running(state, name) else 'stopped'}")
    except (InstallError, StartError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
