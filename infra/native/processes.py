"""One running server: started under the guard, waited for, stopped; its pid and secrets in files of mode 0600."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GUARD = Path(__file__).resolve().with_name("guard.py")
STOP_SECONDS = 40.0


class StartError(Exception):
    """A server did not start; the sentence holds the end of its log."""


@dataclass
class Guarded:
    """A server under its guard; `owner` is the pipe that keeps an attached one alive."""

    pid: int
    log: Path
    process: subprocess.Popen[bytes]

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Return when `ready`; `StartError` when the server ends or takes longer."""
        until = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None or time.monotonic() > until:
                stop_pid(self.pid)
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
                raise StartError(f"The server did not start within {seconds:.0f} s:\n{tail}")
            time.sleep(0.1)


def start(command: list[str], environment: dict[str, str], log: Path, *, attached: bool) -> Guarded:
    """Start a command under the guard, in a session of its own."""
    arguments = [sys.executable, str(GUARD), *(["--attached"] if attached else []), "--", *command]
    with open_private(log) as sink:
        process = subprocess.Popen(
            arguments,
            env=environment,
            stdin=subprocess.PIPE if attached else subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            close_fds=True,
        )
    return Guarded(process.pid, log, process)


def open_private(path: Path) -> Any:
    """A new file for writing, mode 0600."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w")


def write_state(path: Path, state: dict[str, Any]) -> None:
    """Write what the servers' users need (ports, secrets, pids), readable by the owner only."""
    with open_private(path) as stream:
        json.dump(state, stream, indent=1)


def alive(pid: int, started: float | None = None) -> bool:
    """True while this process runs (and began at that time, so that a reused number is not mistaken for it)."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    now = started_at(pid)
    return now is not None and (started is None or now == started)


def started_at(pid: int) -> float | None:
    """When a process began (clock ticks since boot); None when there is none, or only its remains."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else float(fields[19])


def stop_pid(pid: int, started: float | None = None) -> None:
    """Ask a guard to stop its server and wait for it."""
    if not alive(pid, started):
        return
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + STOP_SECONDS
    while alive(pid, started):
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
            return
        time.sleep(0.05)


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def remove(folder: Path) -> None:
    """Remove a folder of the servers."""
    shutil.rmtree(folder, ignore_errors=True)
