"""A tiny process beside a pool of workers: when its standard input ends, it kills what carries the pool's mark.

Programs that a worker called (Tesseract, Poppler) survive when everything above them is killed at once. They carry
the mark in their environment; this process outlives the pool by a moment and ends them. It runs as a script of its
own (`python -I -S sweeper.py NAME=VALUE`), so it imports next to nothing.
"""

import os
import signal
import sys
import time

ROUNDS = 40
PAUSE_SECONDS = 0.05


def sweep(mark: bytes) -> int:
    """Kill every process whose environment holds `mark` (`NAME=VALUE`); how many there were."""
    killed = 0
    for entry in os.listdir("/proc"):  # noqa: PTH208 (pathlib costs 20 ms of start-up here)
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            with open(f"/proc/{entry}/environ", "rb") as file:  # noqa: PTH123
                marked = mark in file.read().split(b"\0")
            if marked:
                os.kill(int(entry), signal.SIGKILL)
                killed += 1
        except OSError:
            continue  # it ended by itself, or belongs to another user
    return killed


def main() -> None:
    """Wait for the end of standard input, then sweep until two rounds in a row found nothing."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    mark = os.fsencode(sys.argv[1])
    while os.read(0, 4096):
        pass
    quiet = 0
    for _ in range(ROUNDS):
        quiet = 0 if sweep(mark) else quiet + 1
        if quiet == 2:
            break
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
