"""The real Prefect server of a data folder: found when it runs, started when it does not, stopped with its starter.

Nothing here imports Prefect at the top: Prefect reads the environment when it is imported, so `connected` must come first.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from flows.server_process import ServerProcess
from sohoa.errors import ServerError
from sohoa.settings import Settings

HEARTBEAT_SECONDS = 30
"""Between two signs of life of a flow run; the smallest that Prefect accepts."""
ANSWER_SECONDS = 15.0
"""A living server that has not answered for so long is hung."""
LOOPBACK = "127.0.0.1"


def prefect_home(settings: Settings) -> Path:
    """Folder of Prefect's own files (mode 0700), made when missing."""
    home = settings.data / "prefect"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    return home


def _shared_environment(settings: Settings) -> dict[str, str]:
    return {
        "PREFECT_HOME": str(prefect_home(settings)),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        # A client without a server must fail, not start a second, hidden server.
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    }


def client_environment(settings: Settings, api_url: str) -> dict[str, str]:
    """What a process needs in its environment before it imports Prefect as a client of the server at `api_url`."""
    environment = _shared_environment(settings) | {
        "PREFECT_API_URL": api_url,
        "PREFECT_UI_URL": api_url.removesuffix("/api"),
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_SECONDS),
        # A run started in the UI should begin in seconds, not in ten.
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
    }
    if secret := os.environ.get("PREFECT_SERVER_API_AUTH_STRING"):
        environment["PREFECT_API_AUTH_STRING"] = secret
    return environment


def server_environment(settings: Settings, host: str, port: int) -> dict[str, str]:
    """The whole environment of the server process: offline, SQLite (in WAL) in the data folder, old runs removed."""
    database = f"sqlite+aiosqlite:///{prefect_home(settings) / 'prefect.db'}"
    # A profile or address of some other Prefect must not leak in.
    foreign = ("PREFECT_API_URL", "PREFECT_API_KEY", "PREFECT_PROFILE", "PREFECT_UI_URL")
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    environment.setdefault("PREFECT_UI_API_URL", f"http://{_reachable(host)}:{port}/api")
    return (
        environment
        | _shared_environment(settings)
        | {
            "PREFECT_SERVER_API_HOST": host,
            # Without it the pages of the UI call port 4200, whatever `--port` says.
            "PREFECT_SERVER_API_PORT": str(port),
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": settings.server.database_url or database,
            "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
            "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(90 * 24 * 3600),
        }
    )


@contextmanager
def connected(settings: Settings, api_url: str) -> Iterator[None]:
    """Make this process and its children clients of the server at `api_url`, whether Prefect is imported yet or not."""
    wanted = client_environment(settings, api_url)
    foreign = ("PREFECT_API_KEY", "PREFECT_PROFILE")
    before = {name: os.environ.get(name) for name in (*wanted, *foreign)}
    os.environ.update(wanted)
    for name in foreign:
        os.environ.pop(name, None)
    try:
        if "prefect" not in sys.modules:
            yield
            return
        import prefect.settings

        known: dict[Any, Any] = {
            getattr(prefect.settings, name): value for name, value in wanted.items() if name.startswith("PREFECT_")
        }
        with prefect.settings.temporary_settings(known):
            yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@dataclass
class ServerHandle:
    """A server that answers. As a context manager it is stopped at the end if it was started here."""

    api_url: str
    started: bool
    """True when this process started it; only then does `stop` stop it."""
    pid: int
    state_file: Path
    _process: ServerProcess | None = field(default=None, repr=False)

    @property
    def ui_url(self) -> str:
        return self.api_url.removesuffix("/api")

    def stop(self) -> None:
        """Stop the server if it was started here; twice is no error."""
        if self._process is not None:
            self._process.stop()
            self._process = None
            if _told_pid(self.state_file) == self.pid:  # else another program has started one since
                self.state_file.unlink(missing_ok=True)

    def alive(self) -> bool:
        """True while the process lives and answers."""
        return self.process_lives() and _healthy(self.api_url)

    def process_lives(self) -> bool:
        """True while the process lives, answering or not."""
        if self._process is not None:
            return self._process.ended() is None
        return psutil.pid_exists(self.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.stop()


def ensure_server(settings: Settings, *, any_port: bool = False) -> ServerHandle:
    """The running server of this data folder, or a new one that dies with this process.

    With `any_port` a taken port is passed over for a free one, else it is a `ServerError`, as is a server that hangs,
    ends at once or does not answer within `settings.server.start_seconds`.
    """
    home = prefect_home(settings)
    state_file = home / "server.json"
    with (home / "server.lock").open("w") as lock:
        # Two programs that start at the same moment must not start two servers on one database.
        fcntl.flock(lock, fcntl.LOCK_EX)
        running = _running(state_file)
        if running is not None:
            return running
        host, port = settings.server.host, settings.server.port
        if not _is_free(host, port):
            if not any_port:
                raise _port_taken(port)
            port = free_port(host)
        handle = _start(settings, host, port, state_file)
        if handle is None and any_port:
            handle = _start(settings, host, free_port(host), state_file)
        if handle is None:
            raise _port_taken(port)
        _write_state(state_file, handle.pid, handle.api_url)
        return handle


def _start(settings: Settings, host: str, port: int, state_file: Path) -> ServerHandle | None:
    """A new server that answers; None when another program took the port while it was starting."""
    child = ServerProcess(
        settings.data / "logs" / "prefect-server.log", host, port, server_environment(settings, host, port)
    )
    handle = ServerHandle(f"http://{_reachable(host)}:{port}/api", True, child.pid, state_file, child)
    try:
        if _wait(handle.api_url, port, child, settings.server.start_seconds):
            return handle
    except BaseException:
        child.stop()
        raise
    child.stop()
    return None


def find_server(settings: Settings) -> ServerHandle | None:
    """The running server of this data folder; None when there is none."""
    return _running(settings.data / "prefect" / "server.json")


def free_port(host: str = LOOPBACK) -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _wait(api_url: str, port: int, child: ServerProcess, seconds: float) -> bool:
    """True once the child answers; False when what answers at its address is another program."""
    begin = time.monotonic()
    while True:
        if _healthy(api_url):
            return _listens(child.pid, port)
        code = child.ended()
        if code is not None:
            raise ServerError(
                f"Máy chủ Prefect dừng ngay khi khởi động (mã {code}). Xem logs/prefect-server.log trong thư mục dữ liệu.",
                f"The Prefect server ended while starting (code {code}). See logs/prefect-server.log in the data folder.",
            )
        if time.monotonic() - begin > seconds:
            raise ServerError(
                f"Máy chủ Prefect không trả lời sau {seconds:g} giây. Tăng SOHOA_SERVER__START_SECONDS nếu máy chậm.",
                f"The Prefect server did not answer within {seconds:g} seconds. Raise SOHOA_SERVER__START_SECONDS if the machine is slow.",
            )
        time.sleep(0.1)


def _listens(pid: int, port: int) -> bool:
    """Whether the process, or one that it started, owns the port."""
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        sockets = [one for process in family for one in process.net_connections("tcp")]
    except psutil.NoSuchProcess:
        return False
    return any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in sockets)


def _running(state_file: Path) -> ServerHandle | None:
    try:
        state = json.loads(state_file.read_text(encoding="utf-8"))
        pid, begun, api_url = int(state["pid"]), float(state["begun"]), str(state["api_url"])
        process = psutil.Process(pid)
        # The same number may by now belong to another program; its time of birth tells.
        if abs(process.create_time() - begun) > 1 or process.status() == psutil.STATUS_ZOMBIE:
            return None
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return None
    end = time.monotonic() + ANSWER_SECONDS
    while not _healthy(api_url):
        if not process.is_running():
            return None
        if time.monotonic() > end:
            raise ServerError(
                f"Máy chủ Prefect đang chạy (tiến trình {pid}) nhưng không trả lời. Dừng tiến trình đó rồi chạy lại.",
                f"The Prefect server is running (process {pid}) but does not answer. Stop that process and run again.",
            )
        time.sleep(0.2)
    return ServerHandle(api_url, False, pid, state_file)


def _told_pid(state_file: Path) -> int | None:
    """The process of the server that the state file names."""
    try:
        return int(json.loads(state_file.read_text(encoding="utf-8"))["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_state(state_file: Path, pid: int, api_url: str) -> None:
    state = {"pid": pid, "begun": psutil.Process(pid).create_time(), "api_url": api_url}
    new = state_file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(state, file)
    new.replace(state_file)


def _healthy(api_url: str) -> bool:
    # A proxy of the environment must not come between us and loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{api_url}/health", timeout=5) as answer:
            return bool(answer.status == 200 and json.load(answer) is True)
    except (OSError, ValueError, urllib.error.URLError):
        return False


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _reachable(host: str) -> str:
    return LOOPBACK if host in ("0.0.0.0", "::", "") else host  # noqa: S104


def _port_taken(port: int) -> ServerError:
    return ServerError(
        f"Cổng {port} đang do chương trình khác dùng. Chọn cổng khác, ví dụ: SOHOA_SERVER__PORT={port + 1}",
        f"Port {port} is used by another program. Choose another one, for example: SOHOA_SERVER__PORT={port + 1}",
    )
