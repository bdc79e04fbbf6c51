"""Run one server and take it, with everything it started, along when asked to stop or when the owner dies.

    guard.py [--attached] -- COMMAND…

With `--attached` standard input is a pipe whose other end the owner holds: when it closes, the server stops, however
the owner ended. SIGTERM stops it in any case.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time

_PR_SET_PDEATHSIG = 1
_STOP_SECONDS = 20.0


def _with_guard() -> None:
    """In the child: asked to stop if the guard itself is killed."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def main(arguments: list[str]) -> int:
    """The server's exit code."""
    split = arguments.index("--")
    attached, command = "--attached" in arguments[:split], arguments[split + 1 :]
    stop_read, stop_write = os.pipe()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: os.write(stop_write, b"x"))
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=_with_guard,  # noqa: PLW1509 (no threads here)
    )
    watched = [stop_read, *([0] if attached else [])]
    while child.poll() is None:
        ready, _, _ = select.select(watched, [], [], 0.2)
        if stop_read in ready or (0 in ready and not os.read(0, 1024)):
            break
    _stop(child)
    return child.returncode or 0


def _stop(child: subprocess.Popen[bytes]) -> None:
    """The whole process group: asked first, then killed."""
    until = time.monotonic() + _STOP_SECONDS
    _signal(child.pid, signal.SIGTERM)
    while child.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    _signal(child.pid, signal.SIGKILL)
    child.wait()


def _signal(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
