"""Programs of sohoa as processes of their own: started in a session of their own, killed whole, nothing left alive."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent.parent
SOHOA = Path(sys.executable).with_name("sohoa")
MARK = "FAULT_MARK"


@dataclass
class Child:
    """One run of `sohoa` with its data folder. Everything that descends from it carries its mark."""

    arguments: list[str]
    data: Path
    aside: Path
    """Its home and its folder for temporary files are in here, and what it printed."""
    more: Mapping[str, str] = field(default_factory=dict)
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    def __post_init__(self) -> None:
        for folder in ("home", "tmp", "said"):
            (self.aside / folder).mkdir(parents=True, exist_ok=True)
        foreign = ("PREFECT_", "SOHOA_", "XDG_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        environment |= {
            "SOHOA_DATA": str(self.data),
            "SOHOA_WORKERS": "2",
            "HOME": str(self.aside / "home"),
            "TMPDIR": str(self.aside / "tmp"),
            "PYTHONPATH": str(ROOT),
            "OMP_THREAD_LIMIT": "1",
            MARK: self.mark,
            **self.more,
        }
        self.said = self.aside / "said" / f"{self.mark}.txt"
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(
                [str(SOHOA), *self.arguments], env=environment, stdout=out, stderr=out, start_new_session=True
            )

    def wait(self, seconds: float = 400) -> int:
        """Its exit code; killed and failing when it takes longer."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"took over {seconds} s: {self.tail()}") from None

    def kill(self) -> None:
        """SIGKILL to its whole process group."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def tail(self) -> str:
        """The end of what it said."""
        return self.said.read_text(errors="replace")[-3000:]

    def family(self) -> list[psutil.Process]:
        """Every process that descends from it and lives, whoever its parent is by now."""
        wanted, alive = f"{MARK}={self.mark}".encode(), []
        for one in psutil.process_iter():
            try:
                environment = Path(f"/proc/{one.pid}/environ").read_bytes()
                if wanted in environment.split(b"\0") and one.status() != psutil.STATUS_ZOMBIE:
                    alive.append(one)
            except (OSError, psutil.Error):
                continue
        return alive

    def end(self) -> None:
        """Whatever happened, nothing of it stays."""
        if self.process.poll() is None:
            self.kill()
        for one in self.family():
            one.kill()


def until(condition: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait for a condition; how long it took."""
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.02)
    return time.monotonic() - begin
