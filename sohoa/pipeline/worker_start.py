"""What happens inside a worker process: its limits before the first job, and one job."""

from __future__ import annotations

import ctypes
import importlib
import os
import pickle
import resource
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sohoa.errors import EngineError, LimitError
from sohoa.language import Language, use_language

PR_SET_PDEATHSIG = 1
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


def start(given: Start) -> None:
    """Runs once in each worker: dies with its parent, leads its own process group, is limited, speaks the language."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != given.parent:
        os._exit(1)  # the parent died before the line above took effect
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # pebble's handler never runs while C code hangs
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


def run(payload: bytes) -> bytes:
    """One job: `payload` is a pickled (function, arguments); the answer a pickled (result, None) or (None, error).

    The answer always unpickles in the parent: an answer that does not would break the whole pool.
    """
    try:
        function, arguments = pickle.loads(payload)  # noqa: S301 (written by our own parent)
        return pickle.dumps((function(*arguments), None), protocol=5)
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
        answer = pickle.dumps((None, error), protocol=5)
        pickle.loads(answer)  # noqa: S301 (just written)
    except Exception:
        name = type(error).__name__
        foreign = EngineError(
            f"Thư viện đọc báo lỗi {name}. Kiểm tra tệp bằng lệnh sohoa inspect.",
            f"The reading library failed with {name}. Look at the file with sohoa inspect.",
        )
        return pickle.dumps((None, foreign), protocol=5)
    return answer
