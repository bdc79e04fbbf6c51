"""The natively started servers end with whoever started them, however that one ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from infra.native.processes import alive, start, stop_pid

ROOT = Path(__file__).resolve().parents[2]
_TREE = "import subprocess, time; subprocess.Popen(['sleep', '300']); time.sleep(300)"
_OWNER = """
import sys, time
from pathlib import Path
from infra.native.processes import start
guarded = start([sys.executable, "-c", sys.argv[1]], {}, Path(sys.argv[2]), attached=True)
print(guarded.pid, flush=True)
time.sleep(300)
"""


def _tree(pid: int) -> list[psutil.Process]:
    """The guard and all below it, once they are there."""
    for _ in range(200):
        found = psutil.Process(pid).children(recursive=True)
        if any(process.name() == "sleep" for process in found):
            return [psutil.Process(pid), *found]
        time.sleep(0.05)
    raise AssertionError("the tree did not grow")


def _all_gone(processes: list[psutil.Process]) -> bool:
    gone, left = psutil.wait_procs(processes, timeout=20)
    return all(p.status() == psutil.STATUS_ZOMBIE for p in left if p.is_running()) or len(gone) == len(processes)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_an_owner_that_dies_takes_the_server_along(tmp_path: Path, number: signal.Signals) -> None:
    arguments = [sys.executable, "-c", _OWNER, _TREE, str(tmp_path / "log")]
    owner = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert owner.stdout
    processes = _tree(int(owner.stdout.readline()))
    os.kill(owner.pid, number)
    owner.wait()
    assert _all_gone(processes)


def test_a_detached_server_lives_on_until_it_is_stopped(tmp_path: Path) -> None:
    guarded = start([sys.executable, "-c", _TREE], {"PATH": "/usr/bin:/bin"}, tmp_path / "log", attached=False)
    processes = _tree(guarded.pid)
    assert alive(guarded.pid)
    stop_pid(guarded.pid)
    assert not alive(guarded.pid)
    assert _all_gone(processes)


def test_a_killed_guard_does_not_leave_the_server_behind(tmp_path: Path) -> None:
    guarded = start([sys.executable, "-c", "import time; time.sleep(300)"], {}, tmp_path / "log", attached=True)
    for _ in range(200):
        children = psutil.Process(guarded.pid).children()
        if children:
            break
        time.sleep(0.05)
    os.kill(guarded.pid, signal.SIGKILL)
    guarded.process.wait()
    assert _all_gone(children)
