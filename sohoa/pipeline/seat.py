"""A worker's place in the pool: one process at a time, asked over a pipe of its own by the thread that started it.

The kernel ties a worker's life to the *thread* that started it, so a seat belongs to one thread from first to last.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from multiprocessing.connection import Connection, wait

from sohoa.pipeline import worker_start
from sohoa.pipeline.spawning import WORKERS_NAME, Context, Worker, kill_group

START_SECONDS = 120.0
START_TRIES = 3
LEAVE_SECONDS = 2.0


class _Came(Enum):
    """What ended the wait for a worker."""

    answer = auto()
    death = auto()
    nothing = auto()
    order = auto()


class Died(Exception):  # noqa: N818 (no error of the program: what became of a worker)
    """The worker died at its job; `code` as `Process.exitcode`, negative for a signal."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Overdue(Exception):  # noqa: N818
    """The worker took too long and was killed."""


class NoStart(Exception):  # noqa: N818
    """No worker can be started."""


class Seat:
    """Starts a worker, asks it, replaces it; every method but `nudge` belongs to the seat's thread."""

    def __init__(self, context: Context, start: worker_start.Start, recycle_after: int) -> None:
        self._context, self._start, self._recycle_after = context, start, recycle_after
        self._worker: Worker | None = None
        self._connection: Connection | None = None
        self._done = 0
        self._nudge = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def nudge(self) -> None:
        """Make a waiting `ask` or `fill` look whether it should give up; from any thread and from signal handlers."""
        with suppress(OSError):
            os.eventfd_write(self._nudge, 1)

    def fill(self, give_up: Callable[[], bool]) -> None:
        """Have a living worker that is ready. `NoStart` when none can be started, or when told to give up."""
        if self._worker is not None and self._worker.is_alive() and self._done < self._recycle_after:
            return
        self.leave()
        for _ in range(START_TRIES):
            if give_up():
                break
            self._spawn()
            if self._wait(START_SECONDS, give_up) is _Came.answer and self._received() is not None:
                self._done = 0
                return
            self.leave(at_once=True)
        raise NoStart

    def ask(self, payload: bytes, seconds: float, give_up: Callable[[], bool]) -> bytes | None:
        """The worker's answer within `seconds`; None when told to give up. Raises `Died`, `Overdue`, `NoStart`.

        After anything but an answer the worker is dead, with the programs it had called.
        """
        self.fill(give_up)
        assert self._connection is not None
        try:
            self._connection.send_bytes(payload)
        except OSError:
            raise Died(self.leave(at_once=True)) from None
        came = self._wait(seconds, give_up)
        answer = self._received() if came is _Came.answer else None
        if answer is None:
            code = self.leave(at_once=True)
            if came is _Came.order or give_up():
                return None
            raise Overdue if came is _Came.nothing else Died(code)
        self._done += 1
        return answer

    def leave(self, *, at_once: bool = False) -> int:
        """End the worker, and what it called; its exit code."""
        if self._connection is not None:
            self._connection.close()
        if self._worker is None:
            return 0
        if not at_once:
            self._worker.join(LEAVE_SECONDS)
        code = self._worker.exitcode  # before it is killed: what it died of, not that we killed it
        kill_group(self._worker.pid)  # also what a dead worker had called
        self._worker.join()
        code = self._worker.exitcode if code is None else code
        self._worker = self._connection = None
        return code or 0

    def close(self) -> None:
        """Give up what `nudge` needs; the seat is not used afterwards."""
        nudge, self._nudge = self._nudge, -1
        os.close(nudge)

    def _spawn(self) -> None:
        try:
            ours, theirs = self._context.Pipe()
        except OSError as error:
            raise NoStart from error
        try:
            self._worker = self._context.Process(
                target=worker_start.serve, args=(self._start, theirs), name=WORKERS_NAME, daemon=True
            )
            self._connection = ours
            self._worker.start()
        except OSError as error:
            ours.close()
            self._worker = self._connection = None
            raise NoStart from error
        finally:
            theirs.close()

    def _wait(self, seconds: float, give_up: Callable[[], bool]) -> _Came:
        assert self._worker is not None and self._connection is not None
        end = time.monotonic() + seconds
        while not give_up():
            # Nudges are for all seats: those of others may not prolong the time.
            ready = wait([self._connection, self._worker.sentinel, self._nudge], max(0.0, end - time.monotonic()))
            if self._connection in ready:
                return _Came.answer
            if self._worker.sentinel in ready:
                return _Came.death
            if self._nudge not in ready:
                return _Came.nothing
            with suppress(OSError):
                os.eventfd_read(self._nudge)
        return _Came.order

    def _received(self) -> bytes | None:
        """What the worker sent; None when it died over it."""
        assert self._connection is not None
        try:
            return self._connection.recv_bytes()
        except (OSError, EOFError):
            return None
