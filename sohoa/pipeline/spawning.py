"""How worker processes are started and killed: each leads a process group that is killed as a whole."""

from __future__ import annotations

import multiprocessing.spawn as standard
import os
import signal
import threading
from contextlib import suppress
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

WORKERS_NAME = "sohoa-worker"


def kill_group(pid: int | None) -> None:
    """SIGKILL to a worker and the programs it called; a worker that has just started has no group yet."""
    if pid is None:
        return
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


class Worker(SpawnProcess):
    """A worker process that is always killed together with the programs it called."""

    def terminate(self) -> None:
        kill_group(self.pid)

    kill = terminate


class Context(SpawnContext):
    """Spawns workers for one pool and remembers those that live."""

    def __init__(self) -> None:
        self._workers: list[Worker] = []
        self._lock = threading.Lock()

    def Process(self, *args: Any, **kwargs: Any) -> Worker:  # type: ignore[override]  # noqa: N802
        worker = Worker(*args, **kwargs)
        with self._lock:
            self._workers = [*self.living(), worker]
        return worker

    def living(self) -> list[Worker]:
        """The workers not yet seen dead (takes no lock, so a signal handler may call it)."""
        # A dead child keeps its id until `exitcode` was asked, so an id from here is never another process's.
        return [one for one in self._workers if one.pid is None or one.exitcode is None]

    def kill(self) -> None:
        """SIGKILL to all workers and what they called."""
        for worker in self.living():
            kill_group(worker.pid)


_preparation = standard.get_preparation_data


def _light_preparation(name: str) -> dict[str, Any]:
    """Workers do not import the owner's main module: under Prefect that costs each of them seconds."""
    data = _preparation(name)
    if name == WORKERS_NAME:
        data.pop("init_main_from_name", None)
        data.pop("init_main_from_path", None)
    return data


standard.get_preparation_data = _light_preparation
