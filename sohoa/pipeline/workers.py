"""A pool of worker processes that survives crashed and hung workers, with bounded work in flight.

A job that crashes or hangs its worker fails alone; the worker is replaced. Workers and the programs they call die
with their owner, whatever ends it. pebble manages the processes; all calls to it come from one thread, the keeper,
because the kernel ties a worker's life to the *thread* that started it.
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
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self, TypeVar, TypeVarTuple

from pebble import ProcessExpired, ProcessPool

from sohoa.errors import EngineCrashError, EngineError, EngineTimeoutError
from sohoa.pipeline import sweeper, worker_start
from sohoa.pipeline.spawning import Context, kill_group
from sohoa.settings import Settings

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

RECYCLE_AFTER = 400
"""Jobs after which a worker is replaced, so that the memory which libraries lose stays flat."""
KILL_SECONDS = 2.0


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
        self.inner: Future[bytes] | None = None
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
        # SimpleQueue.put may be called from a signal handler; Queue.put may not.
        self._orders: SimpleQueue[Callable[[], bool]] = SimpleQueue()
        self._keeper = threading.Thread(target=self._keep, name="workers", daemon=True)

    def __enter__(self) -> Self:
        vault = self._settings.vault_dir
        vault.mkdir(mode=0o700, parents=True, exist_ok=True)
        (vault / "tmp").mkdir(mode=0o700, exist_ok=True)
        self._temporary = Path(tempfile.mkdtemp(prefix="workers-", dir=vault / "tmp"))
        mark = secrets.token_hex(8)
        preload, initializer, initargs = self._given
        self._start = worker_start.Start(
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
        self._keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.kill()
            return
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or not self._jobs)
        self._orders.put(self._close)
        self._keeper.join()

    def submit(self, function: Callable[[*Ts], T], *args: *Ts, seconds: float) -> Future[T]:
        """Run `function(*args)` in a worker, at most `seconds` once it has begun. Blocks while too much is in flight.

        The future raises what the function raised, or `EngineCrashError` (the worker died), `EngineTimeoutError`
        (over `seconds`), `LimitError` (over the memory of a worker), `WorkersStoppedError` (the pool was killed).
        """
        job = _Job(pickle.dumps((function, args), protocol=5), seconds)
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or len(self._jobs) < self._in_flight)
            if self._stopping:
                raise WorkersStoppedError
            self._jobs.add(job)
        job.future.add_done_callback(lambda future: self._drop(job) if future.cancelled() else None)
        self._orders.put(lambda: self._schedule(job))
        return job.future

    def kill(self) -> None:
        """Stop everything now: SIGKILL to the workers and their programs; every open future raises.

        May be called from any thread and from a signal handler, more than once.
        """
        self._stopping = True
        self._context.kill()
        self._orders.put(self._abort)
        if self._keeper.is_alive() and threading.current_thread() is not self._keeper:
            self._keeper.join(KILL_SECONDS)

    def pids(self) -> list[int]:
        """Process ids of the workers that live now."""
        return [one.pid for one in self._context.living() if one.pid is not None]

    # What follows runs in the keeper's thread, except where it says otherwise.

    def _keep(self) -> None:
        self._pool = self._new_pool()
        while self._orders.get()():
            pass

    def _new_pool(self) -> ProcessPool:
        pool = ProcessPool(
            max_workers=self.count,
            max_tasks=self._recycle_after,
            initializer=worker_start.start,
            initargs=(self._start,),
            context=self._context,
        )
        if not self._stopping:
            _ = pool.active  # starts it
        return pool

    def _schedule(self, job: _Job) -> bool:
        if self._stopping or job not in self._jobs:
            return True
        job.attempts += 1
        try:
            inner = self._pool.schedule(worker_start.run, args=(job.payload,), timeout=job.seconds)
        except RuntimeError:  # the pool broke; jobs that were in it come back through `_judge`
            self._pool.join()
            self._pool = self._new_pool()
            inner = self._pool.schedule(worker_start.run, args=(job.payload,), timeout=job.seconds)
        job.inner = inner
        inner.add_done_callback(lambda future: self._judge(job, future))
        return True

    def _close(self) -> bool:
        self._pool.close()  # type: ignore[no-untyped-call]
        self._pool.join()
        self._tidy()
        return False

    def _abort(self) -> bool:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._context.kill()
        with self._changed:
            open_jobs, self._jobs = self._jobs, set()
            self._changed.notify_all()
        for job in open_jobs:
            _settle(job.future, None, WorkersStoppedError())
        self._pool.join()
        self._context.kill()
        self._tidy()
        return False

    def _tidy(self) -> None:
        if self._sweeper.stdin is not None:
            self._sweeper.stdin.close()
        self._sweeper.wait()
        shutil.rmtree(self._temporary, ignore_errors=True)

    def _judge(self, job: _Job, inner: Future[bytes]) -> None:
        """Turn pebble's outcome into ours; runs in pebble's threads."""
        if inner.cancelled():
            self._finish(job, None, WorkersStoppedError())
            return
        error = inner.exception()
        if isinstance(error, ProcessExpired):
            kill_group(error.pid)  # what the dead worker had called
            self._finish(job, None, WorkersStoppedError() if self._stopping else _crash(error.exitcode))
        elif isinstance(error, TimeoutError):
            self._finish(job, None, _timeout(job.seconds))
        elif isinstance(error, BrokenProcessPool) and job.attempts < 2:
            self._orders.put(lambda: self._schedule(job))
        elif error is not None:
            self._finish(job, None, _cannot_start())
        else:
            try:
                value, raised = pickle.loads(inner.result())  # noqa: S301 (written by our own worker)
            except Exception as broken:
                value, raised = None, broken
            self._finish(job, value, raised)

    def _finish(self, job: _Job, value: object, error: BaseException | None) -> None:
        with self._changed:
            if job not in self._jobs:
                return
            self._jobs.discard(job)
            self._changed.notify_all()
        _settle(job.future, value, error)

    def _drop(self, job: _Job) -> None:
        """The caller cancelled the future (runs in the caller's thread): kill the worker that is at it."""
        with self._changed:
            self._jobs.discard(job)
            self._changed.notify_all()
        self._orders.put(lambda: job.inner is None or job.inner.cancel() or True)


def _settle(future: Future[Any], value: object, error: BaseException | None) -> None:
    with suppress(InvalidStateError):  # cancelled by the caller at the same moment
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)


def _crash(code: int) -> EngineCrashError:
    how_vi, how_en = (f"tín hiệu {-code}", f"signal {-code}") if code < 0 else (f"mã {code}", f"code {code}")
    return EngineCrashError(
        f"Tiến trình đọc dừng đột ngột ({how_vi}). Các tệp khác không bị ảnh hưởng; thử lại bằng lệnh sohoa retry.",
        f"The reading process died ({how_en}). Other files are not affected; try again with sohoa retry.",
    )


def _timeout(seconds: float) -> EngineTimeoutError:
    return EngineTimeoutError(
        f"Đọc quá {seconds:g} giây nên đã dừng. Tăng SOHOA_LIMITS__PAGE_SECONDS nếu máy chậm, rồi chạy sohoa retry.",
        f"Stopped after {seconds:g} seconds of reading. Raise SOHOA_LIMITS__PAGE_SECONDS if the machine is slow, then run sohoa retry.",
    )


def _cannot_start() -> EngineError:
    return EngineError(
        "Không khởi động được tiến trình đọc. Chạy lệnh sohoa doctor để xem thiếu gì.",
        "The reading processes do not start. Run sohoa doctor to see what is missing.",
    )
