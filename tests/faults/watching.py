"""What a run does to the machine: the peak memory of its workers, what it prints, the programs it leaves."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from sohoa.pipeline.workers import Workers


@dataclass
class Seen:
    """Filled at the end of the block."""

    said: str = ""
    """What this process and its workers printed."""
    peak_mb: int = 0
    """The largest resident memory that any worker, living or dead, ever had."""
    dead: set[int] = field(default_factory=set)
    """Workers that lived at the beginning and are gone."""


@contextmanager
def watching(workers: Workers, aside: Path) -> Iterator[Seen]:
    """Watch one run of the pool; `aside` is a file for what is printed."""
    seen = Seen()
    workers.submit(os.getpid, seconds=60).result(60)
    before, reaped = set(workers.pids()), _reaped_mb()
    with _printing_to(aside):
        yield seen
    seen.said = aside.read_text(errors="replace")
    seen.dead = before - set(workers.pids())
    later = _reaped_mb()
    # A largest value that did not grow is that of another test's child.
    seen.peak_mb = max([_peak_mb(pid) for pid in workers.pids()] + [later if later > reaped else 0])


def _reaped_mb() -> int:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def _peak_mb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


@contextmanager
def _printing_to(path: Path) -> Iterator[None]:
    """Both outputs of this process, and of those it starts from here on, go to a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for number in (1, 2):
            os.dup2(target, number)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, old in zip((1, 2), kept, strict=True):
            os.dup2(old, number)
            os.close(old)
        os.close(target)


def programs(*command: str) -> list[int]:
    """Ids of the living programs with exactly this command line."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        if process.info["cmdline"] == list(command) and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process.pid)
    return found
