"""A pool of worker processes that survives crashed, killed and hung workers, with bounded work in flight.

A job that hangs its worker fails alone; one whose worker dies is given to another worker once, then fails. Workers and
the programs they call die with their owner, whatever ends it. Each worker has a pipe of its own and a thread of its own
(`Seat`), so that no worker's death can hold up another: nothing is shared between them that a dead one could hold.
"""

from __future__ import annotations

import os
import pickle
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Self, TypeVar, TypeVarTuple

from sohoa.errors import EngineCrashError, EngineMissingError, EngineTimeoutError
from sohoa.pipeline import sweeper, worker_start
from sohoa.pipeline.seat import Died, NoStart, Overdue, Seat
from sohoa.pipeline.spawning import Context
from sohoa.settings import Settings

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

RECYCLE_AFTER = 400
"""Jobs after which a worker is replaced, so that the memory which libraries lose stays flat."""
KILL_SECONDS = 2.0
TRIES = 2
"""A job whose worker died is tried once more: whatever killed the worker may not have been the job."""


class WorkersStoppedError(BaseException):
    """The pool was killed: the job has no verdict, neither done nor failed.

    Not an `Exception`, as KeyboardInterrupt is none: who records failures must not record this as one.
    """

    def __init__(self) -> None:
        super().__init__("đã dừng theo yêu cầu / stopped on request")


class _Job:
    def __init__(self, payload: bytes, seconds: float) -> None:
        self.payload = payload
        self.seconds = seconds
        self.future: Future[Any] = Future()
        self.attempts = 0


class Workers:
    """Worker processes for pages and documents; use it as a context manager.

    Leaving the block by an exception kills everything at once; leaving it normally waits for the jobs.
    Functions given to it must be importable from a module (never from `__main__`).
    """

    def __init__(
        self,
        settings: Settings,
        count: int | None = None,
        *,
        preload: tuple[str, ...] = (),
        initializer: Callable[..., None] | None = None,
        initargs: tuple[Any, ...] = (),
        recycle_after: int = RECYCLE_AFTER,
        in_flight: int | None = None,
    ) -> None:
        self.count = count or settings.workers
        self._settings = settings
        self._in_flight = in_flight or 2 * self.count
        self._recycle_after = recycle_after
        self._given = (preload, initializer, initargs)
        self._context = Context()
        self._jobs: set[_Job] = set()
        self._changed = threading.Condition()
        self._stopping = False
        # SimpleQueue.put may be called from a signal handler; Queue.put may not. None says: no more jobs.
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._seats: list[Seat] = []

    def __enter__(self) -> Self:
        vault = self._settings.vault_dir
        vault.mkdir(mode=0o700, parents=True, exist_ok=True)
        (vault / "tmp").mkdir(mode=0o700, exist_ok=True)
        self._temporary = Path(tempfile.mkdtemp(prefix="workers-", dir=vault / "tmp"))
        mark = secrets.token_hex(8)
        preload, initializer, initargs = self._given
        start = worker_start.Start(
            parent=os.getpid(),
            mark=mark,
            memory_mb=self._settings.limits.worker_memory_mb,
            temporary=self._temporary,
            language=self._settings.lang,
            preload=preload,
            initializer=initializer,
            initargs=initargs,
        )
        self._sweeper = subprocess.Popen(
            [sys.executable, "-I", "-S", sweeper.__file__, f"{worker_start.MARK}={mark}"],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._seats = [Seat(self._context, start, self._recycle_after) for _ in range(self.count)]
        self._threads = [
            threading.Thread(target=self._serve, args=(seat,), name=f"worker-{number}", daemon=True)
            for number, seat in enumerate(self._seats)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.kill()
        else:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or not self._jobs)
            self._dismiss()
        for thread in self._threads:
            thread.join()
        for seat in self._seats:
            seat.close()
        if self._sweeper.stdin is not None:
            self._sweeper.stdin.close()
        self._sweeper.wait()
        shutil.rmtree(self._temporary, ignore_errors=True)

    def submit(self, function: Callable[[*Ts], T], *args: *Ts, seconds: float) -> Future[T]:
        """Run `function(*args)` in a worker, at most `seconds` once it has begun. Blocks while too much is in flight.

        The function may run twice: its worker may die. The future raises what the function raised, or
        `EngineCrashError` (its worker died twice), `EngineTimeoutError` (over `seconds`), `LimitError` (over the memory
        of a worker), `WorkersStoppedError` (the pool was killed).
        """
        job = _Job(pickle.dumps((function, args), protocol=5), seconds)
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or len(self._jobs) < self._in_flight)
            if self._stopping:
                raise WorkersStoppedError
            self._jobs.add(job)
        job.future.add_done_callback(lambda future: self._drop(job) if future.cancelled() else None)
        self._queue.put(job)
        if self._stopping:
            self._stop_waiting()  # the pool was killed meanwhile, and nobody may look into the queue again
        return job.future

    def kill(self) -> None:
        """Stop everything now: SIGKILL to the workers and their programs; every open future raises.

        May be called from any thread and from a signal handler, more than once.
        """
        self._stopping = True
        self._dismiss()
        self._context.kill()
        for thread in self._threads:
            if thread.is_alive() and thread is not threading.current_thread():
                thread.join(KILL_SECONDS)

    def pids(self) -> list[int]:
        """Process ids of the workers that live now."""
        return [one.pid for one in self._context.living() if one.pid is not None]

    def _dismiss(self) -> None:
        self._queue.put(None)
        for seat in self._seats:
            seat.nudge()

    # What follows runs in the threads of the seats, except where it says otherwise.

    def _serve(self, seat: Seat) -> None:
        """One worker's place: a process that this thread starts and replaces, one job at a time."""
        try:
            with suppress(NoStart):
                seat.fill(self._is_stopping)  # the first job need not wait for it
            while (job := self._queue.get()) is not None and not self._stopping:
                self._work(seat, job)
            if job is not None:
                self._finish(job, None, WorkersStoppedError())
        finally:
            self._queue.put(None)  # for the next one
            seat.leave(at_once=self._stopping)
            if self._stopping:
                self._stop_waiting()

    def _work(self, seat: Seat, job: _Job) -> None:
        while not job.future.cancelled():
            job.attempts += 1
            try:
                answer = seat.ask(job.payload, job.seconds, lambda: self._stopping or job.future.cancelled())
                value, error = _opened(answer) if answer is not None else (None, WorkersStoppedError())
            except Died as died:
                if job.attempts < TRIES and not self._stopping:
                    continue
                value, error = None, _crash(died.code)
            except Overdue:
                value, error = None, _timeout(job.seconds)
            except NoStart:
                value, error = None, _cannot_start()
            self._finish(job, value, WorkersStoppedError() if self._stopping and error is not None else error)
            return

    def _is_stopping(self) -> bool:
        return self._stopping

    def _stop_waiting(self) -> None:
        """Give up the jobs that no worker took before the pool was killed; runs in any thread."""
        with suppress(Empty):
            while True:
                job = self._queue.get_nowait()
                if job is not None:
                    self._finish(job, None, WorkersStoppedError())
        self._queue.put(None)

    def _finish(self, job: _Job, value: object, error: BaseException | None) -> None:
        with self._changed:
            self._jobs.discard(job)
            self._changed.notify_all()
        with suppress(InvalidStateError):  # cancelled by the caller at the same moment
            if error is None:
                job.future.set_result(value)
            else:
                job.future.set_exception(error)

    def _drop(self, job: _Job) -> None:
        """The caller cancelled the future (runs in the caller's thread): the seat that is at it kills its worker."""
        with self._changed:
            self._jobs.discard(job)
            self._changed.notify_all()
        for seat in self._seats:
            seat.nudge()


def _opened(answer: bytes) -> tuple[object, BaseException | None]:
    try:
        value, error = pickle.loads(answer)  # noqa: S301 (written by our own worker)
    except Exception as broken:
        return None, broken
    return value, error


def _crash(code: int) -> EngineCrashError:
    how_vi, how_en = (f"tín hiệu {-code}", f"signal {-code}") if code < 0 else (f"mã {code}", f"code {code}")
    return EngineCrashError(
        f"Tiến trình đọc dừng đột ngột ({how_vi}). Các tệp khác không bị ảnh hưởng; thử lại bằng lệnh sohoa retry, vẫn vậy thì xuất hoặc quét lại tệp.",
        f"The reading process died ({how_en}). Other files are not affected; try again with sohoa retry, and if it dies again export or scan the file again.",
    )


def _timeout(seconds: float) -> EngineTimeoutError:
    return EngineTimeoutError(
        f"Đọc quá {seconds:g} giây nên đã dừng. Tăng SOHOA_LIMITS__PAGE_SECONDS nếu máy chậm, rồi chạy sohoa retry.",
        f"Stopped after {seconds:g} seconds of reading. Raise SOHOA_LIMITS__PAGE_SECONDS if the machine is slow, then run sohoa retry.",
    )


def _cannot_start() -> EngineMissingError:
    return EngineMissingError(
        "Không khởi động được tiến trình đọc. Chạy lệnh sohoa doctor để xem thiếu gì.",
        "The reading processes do not start. Run sohoa doctor to see what is missing.",
    )
