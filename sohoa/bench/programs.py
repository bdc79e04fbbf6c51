"""Programs measured from outside: what one and everything it started spent, to the last process."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from sohoa.bench.measure import pss
from sohoa.errors import EngineError

_SUBREAPER = 36
SOHOA = (sys.executable, "-c", "from sohoa.cli import main; main()")
BARE = (sys.executable, "-c", "from sohoa.bench.bare import main; main()")
"""The command line and the bare loop, run by this same Python."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds on the wall; CPU seconds, user and system, of the program and all that descended from it."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Program:
    """A program that runs."""

    process: subprocess.Popen[bytes]

    def memory(self) -> int:
        """PSS of its tree in kB."""
        try:
            root = psutil.Process(self.process.pid)
            return sum(pss(one.pid) for one in (root, *root.children(recursive=True)))
        except psutil.NoSuchProcess:
            return 0


def spend(
    command: Sequence[str],
    environment: Mapping[str, str],
    said: Path,
    watch: Callable[[Program], None] = lambda program: None,  # noqa: ARG005
) -> Spent:
    """Run a program to its end; `watch` is called once a second. What it says goes to `said`.

    Orphans of the program come to this process and are waited for, so that nothing is lost of what they used; no
    other program may run under this process meanwhile. EngineError when it fails.
    """
    with _reaping(), said.open("wb") as out:
        before, begun = _of_children(), time.perf_counter()
        process = subprocess.Popen(command, env=dict(environment), stdout=out, stderr=out)
        while True:
            try:
                code = process.wait(1.0)
                break
            except subprocess.TimeoutExpired:
                watch(Program(process))
        wall = time.perf_counter() - begun
        while psutil.Process().children():
            with suppress(ChildProcessError):
                os.waitpid(-1, 0)
        spent = Spent(wall, _of_children() - before)
    if code:
        end = said.read_text(encoding="utf-8", errors="replace")[-400:]
        raise EngineError(
            f"Chương trình đo kết thúc với mã {code}: {end}", f"The measured program ended with {code}: {end}"
        )
    return spent


@contextmanager
def _reaping() -> Iterator[None]:
    """Let orphaned descendants become children of this process."""
    ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1)
    try:
        yield
    finally:
        ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 0)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
