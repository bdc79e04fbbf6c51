"""Looking through files from strangers in a process of its own, with a limit on time and memory that nothing escapes.

The pipeline's workers have such limits themselves; this is for the check of a folder, which runs without them.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sohoa import errors
from sohoa.errors import DamagedError, LimitError, SohoaError
from sohoa.intake.facts import FileFacts, too_slow
from sohoa.intake.probe import probe
from sohoa.settings import Limits

_PR_SET_PDEATHSIG: Final = 1
_GRACE: Final = 2.0
"""Seconds over the limit after which the helper ends itself; after twice as many it is killed."""


class Guard:
    """One helper process for many files; it is started again after a file that killed it. Use as a context manager."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def probe(self, path: Path) -> FileFacts:
        """As `probe.probe`; `LimitError` when the file takes over `file_seconds`, `DamagedError` when it kills the reader."""
        process = self._start()
        assert process.stdin is not None and process.stdout is not None
        request = json.dumps({"path": os.fsencode(path).hex()})
        try:
            process.stdin.write(request.encode() + b"\n")
            process.stdin.flush()
            line = _line(process.stdout.fileno(), self._limits.file_seconds + 2 * _GRACE)
        except BrokenPipeError:
            line = b""
        if line is not None and line.endswith(b"\n"):
            return _answer(json.loads(line))
        if line is None:
            process.kill()
        code = self.close()
        if line is None or code == -signal.SIGALRM:
            raise too_slow(self._limits)
        raise DamagedError(
            "Tệp làm chương trình đọc dừng đột ngột. Xuất lại tệp hoặc quét lại.",
            "The file made the program that reads it stop. Export it again or scan it again.",
        )

    def close(self) -> int | None:
        """End the helper; its exit code, negative for a signal."""
        process, self._process = self._process, None
        if process is None:
            return None
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        try:
            return process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sohoa.intake.guard", self._limits.model_dump_json(), str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process


def _line(descriptor: int, seconds: float) -> bytes | None:
    """One line from the helper; what came before its end; None when time is up."""
    end = time.monotonic() + seconds
    parts: list[bytes] = []
    while not parts or not parts[-1].endswith(b"\n"):
        ready, _, _ = select.select([descriptor], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return None
        part = os.read(descriptor, 1 << 16)
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


def _answer(reply: dict[str, object]) -> FileFacts:
    if "facts" in reply:
        return FileFacts.model_validate(reply["facts"])
    kind = getattr(errors, str(reply["class"]), DamagedError)
    raise kind(str(reply["vi"]), str(reply["en"]))


def _serve(limits: Limits, parent: int) -> None:
    """Answer requests on standard input until it closes. Dies with its parent, and at the end of a file's time."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return
    bound = limits.worker_memory_mb * 1024**2
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The default action of SIGALRM ends the process even inside C code that never returns.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin.buffer:
        path = Path(os.fsdecode(bytes.fromhex(json.loads(line)["path"])))
        # A little over the limit, so that a file that is merely long gets its own sentence first.
        signal.setitimer(signal.ITIMER_REAL, limits.file_seconds + _GRACE)
        try:
            reply: dict[str, object] = {"facts": probe(path, limits).model_dump(mode="json")}
        except SohoaError as error:
            reply = {"class": type(error).__name__, "vi": error.sentence.vi, "en": error.sentence.en}
        except MemoryError:
            full = LimitError(
                "Tệp đòi quá nhiều bộ nhớ (giới hạn worker_memory_mb). Kiểm tra nguồn gốc hoặc quét lại.",
                "The file asks for too much memory (limit worker_memory_mb). Check where it comes from or scan it again.",
            )
            reply = {"class": "LimitError", "vi": full.sentence.vi, "en": full.sentence.en}
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout.buffer.write(json.dumps(reply).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve(Limits.model_validate_json(sys.argv[1]), int(sys.argv[2]))
