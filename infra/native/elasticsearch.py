"""Elasticsearch on the loopback, with a password, as a user that is not root (it refuses to run as root)."""

from __future__ import annotations

import base64
import os
import pwd
import secrets
import shutil
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from infra.native.install import InstallError, install_elasticsearch, java_home
from infra.native.processes import Guarded, free_port, start

USER = "sohoa-es"
START_SECONDS = 300.0


@dataclass(frozen=True)
class ElasticsearchServer:
    """A running Elasticsearch at `url`; `folder` holds its data (elsewhere than asked if its user cannot get there)."""

    guarded: Guarded
    url: str
    user: str
    password: str
    folder: Path


def start_elasticsearch(
    folder: Path, *, port: int = 0, attached: bool = True, heap: str = "512m", password: str | None = None
) -> ElasticsearchServer:
    """Start it with its data in `folder`; `password` from an earlier start, else a new one. `StartError` if it fails."""
    home = install_elasticsearch()
    account = _account()
    folder = _reachable(folder) if account else folder
    port = port or free_port()
    new = password is None
    password = password or secrets.token_urlsafe(24)
    _configure(home, folder, port)
    if account:
        _give(folder, account)
    environment = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(folder),
        "ES_PATH_CONF": str(folder / "config"),
        "ES_JAVA_HOME": str(java_home()),
        "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
        "ES_TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
    }
    as_user = _as_user(account)
    if new or not (folder / "config" / "elasticsearch.keystore").is_file():
        _set_password([*as_user, str(home / "bin" / "elasticsearch-keystore")], environment, password)
    guarded = start([*as_user, str(home / "bin" / "elasticsearch")], environment, folder / "es.log", attached=attached)
    server = ElasticsearchServer(guarded, f"http://127.0.0.1:{port}", "elastic", password, folder)
    guarded.wait_until(lambda: _ready(server), START_SECONDS)
    return server


def _configure(home: Path, folder: Path, port: int) -> None:
    config = folder / "config"
    for made in (config, folder / "data", folder / "logs", folder / "tmp"):
        made.mkdir(parents=True, exist_ok=True, mode=0o700)
    for source in (home / "config").iterdir():
        if source.is_file() and source.name != "elasticsearch.yml":
            shutil.copyfile(source, config / source.name)
        elif source.is_dir():
            shutil.copytree(source, config / source.name, dirs_exist_ok=True)
    lines = {
        "cluster.name": "sohoa-native",
        "node.name": "sohoa-1",
        "path.data": folder / "data",
        "path.logs": folder / "logs",
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": port,
        "transport.port": free_port(),
        "xpack.security.enabled": "true",
        "xpack.security.autoconfiguration.enabled": "false",
        "xpack.security.http.ssl.enabled": "false",
        "xpack.security.transport.ssl.enabled": "false",
        # A developer's disk that is nearly full must not stop a throw-away server.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    (config / "elasticsearch.yml").write_text("".join(f"{name}: {value}\n" for name, value in lines.items()))


def _set_password(keystore: list[str], environment: dict[str, str], password: str) -> None:
    created = Path(environment["ES_PATH_CONF"]) / "elasticsearch.keystore"
    if not created.is_file():
        _quiet([*keystore, "create"], environment)
    _quiet([*keystore, "add", "-x", "-f", "bootstrap.password"], environment, password)


def _quiet(command: list[str], environment: dict[str, str], given: str = "") -> None:
    done = subprocess.run(command, env=environment, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InstallError(f"elasticsearch-keystore failed: {done.stderr.strip()[-300:]}")


def _account() -> pwd.struct_passwd | None:
    """For root: the system user of the server, made if need be. For others None: they run it themselves."""
    if os.geteuid() != 0:
        return None
    for name in (USER, "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            if name == USER and shutil.which("useradd"):
                make = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER]
                if subprocess.run(make, capture_output=True, check=False).returncode == 0:
                    return pwd.getpwnam(USER)
    raise InstallError(f"Elasticsearch does not run as root, and the user {USER} could not be made.")


def _as_user(account: pwd.struct_passwd | None) -> list[str]:
    if account is None:
        return []
    user = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    return ["setpriv", *user, "--inh-caps=-all", "--no-new-privs", "--pdeathsig=TERM"]


def _reachable(folder: Path) -> Path:
    """The folder itself if another user can get there, else one under /var/lib that stands for it."""
    folder = folder.resolve()
    above = [path for path in folder.parents if path.exists()]
    if all(path.stat().st_mode & 0o001 for path in above):
        return folder
    name = "-".join(part for part in folder.parts[1:] if part)[-150:]
    return Path("/var/lib/sohoa-servers") / name


def _give(folder: Path, account: pwd.struct_passwd) -> None:
    folder.chmod(0o700)
    folder.parent.chmod(folder.parent.stat().st_mode | 0o011)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid)


def _ready(server: ElasticsearchServer) -> bool:
    request = urllib.request.Request(f"{server.url}/_cluster/health?wait_for_status=yellow&timeout=1s")
    token = base64.b64encode(f"{server.user}:{server.password}".encode()).decode()
    request.add_header("Authorization", f"Basic {token}")
    try:
        with urllib.request.urlopen(request, timeout=3) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
