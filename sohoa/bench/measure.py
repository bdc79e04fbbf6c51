"""What a piece of work costs: wall time, CPU time of the whole process tree, peak memory of the tree."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

_PSS = re.compile(rb"^Pss:\s+(\d+) kB", re.MULTILINE)
_EVERY_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the wall, CPU seconds of the tree, and its highest PSS in MB (memory shared by n counts 1/n)."""

    wall: float
    cpu: float
    peak_mb: float


class Meter:
    """Measures the block under `with`, for this process and all it started, dead programs included.

    `without`: process ids that are another's and not counted, with this process's own among them only the programs
    it starts count. What a dead program used reaches its parent's account when the parent has waited for it, so no
    program may be half dead at the end of the block.
    """

    def __init__(self, without: Collection[int] = ()) -> None:
        self._without = frozenset(without)
        self.cost = Cost(0.0, 0.0, 0.0)

    def __enter__(self) -> Self:
        self._peak = _Peak(lambda: [p.pid for p in _tree(self._without)])
        self._cpu = tree_cpu(self._without)
        self._peak.start()
        self._wall = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        wall = time.perf_counter() - self._wall
        cpu = tree_cpu(self._without) - self._cpu
        self._peak.stop()
        self.cost = Cost(wall, max(0.0, cpu - self._peak.cpu), self._peak.kilobytes / 1024)


def tree_cpu(without: Collection[int] = ()) -> float:
    """CPU seconds so far: of this process, its living descendants, and all that each of them has waited for."""
    seconds = 0.0
    me = psutil.Process()
    for process in (me, *_tree(without)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        if process is me:
            # Programs that ended are in this process's account even where it is not counted itself.
            seconds += times.children_user + times.children_system
        elif process.pid == me.pid:
            seconds += times.user + times.system
        else:
            seconds += times.user + times.system + times.children_user + times.children_system
    return seconds


def descendants() -> frozenset[int]:
    """Process ids of everything that this process started and that lives."""
    return frozenset(p.pid for p in psutil.Process().children(recursive=True))


def pss(pid: int) -> int:
    """Proportional set size of a process in kB; 0 when it has ended."""
    try:
        found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_bytes())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _tree(without: Collection[int]) -> list[psutil.Process]:
    me = psutil.Process()
    return [p for p in (me, *me.children(recursive=True)) if p.pid not in without]


class _Peak:
    """Samples the memory of processes in a thread; knows what the sampling itself cost."""

    def __init__(self, pids: Callable[[], list[int]]) -> None:
        self.kilobytes = 0
        self.cpu = 0.0
        self._pids = pids
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, name="memory", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        while True:
            over = self._over.wait(_EVERY_SECONDS)
            self.kilobytes = max(self.kilobytes, sum(map(pss, self._pids())))
            self.cpu = time.thread_time()
            if over:
                return
