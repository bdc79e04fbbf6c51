"""CPU and memory of a tree of processes, with programs that are dead when the clock stops."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from sohoa.bench.measure import Meter, descendants, pss

BURN = "import time\nwhile time.process_time() < {seconds}: pass"
GRANDCHILD = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN.format(seconds=0.6)!r}])"


@pytest.mark.parametrize("program", [BURN.format(seconds=0.6), GRANDCHILD])
def test_the_cpu_time_of_dead_children_and_grandchildren_counts(program: str) -> None:
    with Meter() as meter:
        subprocess.run([sys.executable, "-c", program], check=True)
    assert 0.55 < meter.cost.cpu < 2.0
    assert meter.cost.wall >= 0.55


def test_a_process_that_is_another_ones_does_not_count() -> None:
    other = subprocess.Popen([sys.executable, "-c", BURN.format(seconds=30)])
    try:
        with Meter(without=descendants() | {os.getpid()}) as meter:
            time.sleep(1.0)
    finally:
        other.kill()
        other.wait()
    assert meter.cost.cpu < 0.05
    assert meter.cost.peak_mb == 0


def test_the_peak_is_that_of_the_largest_moment() -> None:
    program = "import time\nblock = bytearray(b'x') * 200_000_000\ntime.sleep(1)\ndel block\ntime.sleep(0.6)"
    with Meter(without={os.getpid()}) as meter:
        subprocess.run([sys.executable, "-c", program], check=True)
    assert 190 < meter.cost.peak_mb < 260


def test_a_process_that_has_ended_has_no_memory() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert pss(ended.pid) == 0
    assert pss(os.getpid()) > 1000
