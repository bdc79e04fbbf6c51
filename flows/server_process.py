"""The process of the Prefect server: begun, kept, ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from sohoa.errors import ServerError

STOP_SECONDS = 5.0


class ServerProcess:
    """The server process and the thread that keeps it.

    The kernel ends it when the *thread* that started it ends, so that thread lives as long as the server.
    """

    def __init__(self, log: Path, host: str, port: int, environment: dict[str, str]) -> None:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._log = log
        self._command = [
            *("setpriv", "--pdeathsig", "KILL"),
            *(sys.executable, "-m", "prefect", "server", "start", "--host", host, "--port", str(port)),
        ]
        self._environment = environment
        self._begun = threading.Event()
        self._failure: OSError | None = None
        self._process: subprocess.Popen[bytes] | None = None
        threading.Thread(target=self._keep, name="prefect-server", daemon=True).start()
        self._begun.wait()
        if self._process is None:
            raise ServerError(
                f"Không chạy được máy chủ Prefect ({self._failure}). Chạy lệnh sohoa doctor để xem thiếu gì.",
                f"The Prefect server cannot be run ({self._failure}). Run sohoa doctor to see what is missing.",
            )

    def _keep(self) -> None:
        try:
            descriptor = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.DEVNULL,
                    stdout=descriptor,
                    stderr=descriptor,
                    env=self._environment,
                    # Ctrl-C at the terminal must not take the server before the flow has written its last state.
                    start_new_session=True,
                )
            finally:
                os.close(descriptor)
        except OSError as error:
            self._failure = error
            return
        finally:
            self._begun.set()
        self._process.wait()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def ended(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._process.poll() if self._process else None

    def stop(self) -> None:
        """SIGTERM, then SIGKILL to its whole session."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
