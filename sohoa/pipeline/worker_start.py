"""What happens inside a worker process: its limits before the first job, and one job."""

from __future__ import annotations

import ctypes
import importlib
import os
import pickle
import resource
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sohoa.errors import EngineError, LimitError
from sohoa.language import Language, use_language

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_TASKS = Path("/proc/self/task")
_ROUNDS = 20
"""A killed program's own children become the worker's; a tree is ended level by level."""
MARK = "SOHOA_POOL"
"""Environment variable that marks a pool's programs, so that they can be found when everything above them died."""


@dataclass(frozen=True)
class Start:
    """What a worker must know before its first job."""

    parent: int
    """Process id of the owner of the pool."""
    mark: str
    memory_mb: int
    temporary: Path
    """Folder of mode 0700 under the vault: what a worker writes aside is not yet judged for secrecy."""
    language: Language
    preload: tuple[str, ...] = ()
    """Modules to import before the first job, so that its time limit does not pay for them."""
    initializer: Callable[..., None] | None = None
    initargs: tuple[Any, ...] = ()


def serve(given: Start, connection: Connection) -> None:
    """The life of a worker: say that it is ready, then one job after the other until the pipe is closed."""
    start(given)
    connection.send_bytes(b"ready")
    while True:
        try:
            payload = connection.recv_bytes()
        except EOFError:
            return
        connection.send_bytes(run(payload))


def start(given: Start) -> None:
    """Runs once in each worker: dies with its parent, leads its own process group, is limited, speaks the language."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != given.parent:
        os._exit(1)  # the parent died before the line above took effect
    # Programs whose caller died become children of the worker, so that `_end_leftovers` finds them.
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1)
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a handler of Python's never runs while C code hangs
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit = given.memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold page images
    with suppress(OSError):
        # When memory ends, the kernel should take a worker, not the owner of the pool.
        Path("/proc/self/oom_score_adj").write_text("500")
    os.environ[MARK] = given.mark
    os.environ["TMPDIR"] = tempfile.tempdir = str(given.temporary)
    for name in ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    use_language(given.language)
    import cv2

    cv2.setNumThreads(1)
    for module in given.preload:
        importlib.import_module(module)
    if given.initializer is not None:
        given.initializer(*given.initargs)
    _silence()


def _silence() -> None:
    """From here on nothing is printed: what a library or engine complains of may quote a page not yet judged."""
    sys.stdout.flush()
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _end_leftovers() -> None:
    """SIGKILL to the programs that a job started and did not wait for, and to what they had started."""
    for _ in range(_ROUNDS):
        children = [int(pid) for task in _TASKS.iterdir() for pid in _children(task)]
        if not children:
            return
        for pid in children:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _children(task: Path) -> list[str]:
    try:
        return (task / "children").read_text().split()
    except OSError:
        return []  # the thread ended, or a kernel that does not tell: the pool's end sweeps


def run(payload: bytes) -> bytes:
    """One job: `payload` is a pickled (function, arguments); the answer a pickled (result, None) or (None, error).

    The answer always unpickles in the parent: an answer that does not would tell nothing.
    """
    try:
        function, arguments = pickle.loads(payload)  # noqa: S301 (written by our own parent)
        try:
            return pickle.dumps((function(*arguments), None), protocol=5)
        finally:
            _end_leftovers()
    except MemoryError:
        error: BaseException = LimitError(
            "Trang cần nhiều bộ nhớ hơn giới hạn của một tiến trình. Tăng SOHOA_LIMITS__WORKER_MEMORY_MB nếu máy còn bộ nhớ.",
            "The page needs more memory than one worker may use. Raise SOHOA_LIMITS__WORKER_MEMORY_MB if the machine has it.",
        )
    except BaseException as caught:
        error = caught
    return _pickled_error(error)


def _pickled_error(error: BaseException) -> bytes:
    try:
        if not isinstance(error, Exception):
            raise TypeError  # sys.exit() in a library is no order to the owner of the pool
        answer = pickle.dumps((None, error), protocol=5)
        pickle.loads(answer)  # noqa: S301 (just written)
    except Exception:
        name = type(error).__name__
        foreign = EngineError(
            f"Thư viện đọc báo lỗi {name}. Kiểm tra tệp bằng lệnh sohoa inspect, xuất hoặc quét lại nếu hỏng, rồi chạy sohoa retry.",
            f"The reading library failed with {name}. Look at the file with sohoa inspect, export or scan it again if it is broken, then run sohoa retry.",
        )
        return pickle.dumps((None, foreign), protocol=5)
    return answer
