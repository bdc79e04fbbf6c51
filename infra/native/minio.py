"""MinIO on the loopback, with random keys."""

from __future__ import annotations

import os
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from infra.native.install import install_minio
from infra.native.processes import Guarded, free_port, start

START_SECONDS = 60.0


@dataclass(frozen=True)
class MinioServer:
    """A running MinIO: `endpoint` is host:port."""

    guarded: Guarded
    endpoint: str
    access_key: str
    secret_key: str


def start_minio(
    folder: Path, *, port: int = 0, attached: bool = True, keys: tuple[str, str] | None = None
) -> MinioServer:
    """Start it with its data in `folder`; `keys` from an earlier start, else new ones. `StartError` if it fails."""
    binary = install_minio()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    port = port or free_port()
    access_key, secret_key = keys or (secrets.token_hex(10), secrets.token_urlsafe(30))
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "MINIO_ROOT_USER": access_key,
        "MINIO_ROOT_PASSWORD": secret_key,
        "MINIO_BROWSER": "off",
        # No call to the maker's update server.
        "MINIO_UPDATE": "off",
        "MINIO_CALLHOME_ENABLE": "off",
    }
    data = folder / "data"
    data.mkdir(exist_ok=True, mode=0o700)
    address = f"127.0.0.1:{port}"
    console = f"127.0.0.1:{free_port()}"
    command = [str(binary), "server", "--quiet", "--address", address, "--console-address", console, str(data)]
    guarded = start(command, environment, folder / "minio.log", attached=attached)
    guarded.wait_until(lambda: _ready(f"http://{address}/minio/health/ready"), START_SECONDS)
    return MinioServer(guarded, address, access_key, secret_key)


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
