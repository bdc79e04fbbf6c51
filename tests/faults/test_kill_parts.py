"""Parts of `sohoa up` killed while a run is at work: each death is told, and the next run finishes."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from flows.server import find_server
from sohoa.stores.catalogue.database import open_catalogue
from tests.faults.children import Child, until
from tests.faults.conftest import MakeUndisturbed
from tests.faults.test_cancel import Served, living, served
from tests.faults.test_kill import catalogue_made, nothing_twice, the_dump, under_way

__all__ = ["served"]
pytestmark = [pytest.mark.prefect, pytest.mark.timeout(900)]
DOCUMENTS = 40


def test_the_process_of_a_served_run_is_killed_and_then_the_server(
    served: Served, tmp_path: Path, undisturbed: MakeUndisturbed
) -> None:
    still, settings = undisturbed(DOCUMENTS), served.settings
    run = begun(served, still.folder, 0.2)
    processes = served.engine(run)
    assert len(processes) >= 3, "the run with its workers"
    processes[0].kill()
    seconds = until(lambda: not living(processes), 10, "no descendant of the run lives")
    told = until(lambda: served.state(run) == "Crashed", 60, "Crashed")
    print(f"\nrun killed: the last process died after {seconds:.1f} s, Crashed {told:.1f} s later")

    second = begun(served, still.folder, 0.5)
    assert second != run
    server = find_server(settings)
    assert server is not None
    os.kill(server.pid, signal.SIGKILL)
    assert served.child.wait(60) == 8, served.child.tail()
    assert "sohoa up" in served.child.tail()
    seconds = until(lambda: not served.child.family(), 10, "no descendant lives")
    print(f"server killed: sohoa up ended with code 8, the last process died {seconds:.1f} s later")

    last = Child(["digitise", str(still.folder)], settings.data, tmp_path / "last")
    try:
        assert last.wait(300) == 1, last.tail()
    finally:
        last.end()
    assert the_dump(settings) == still.dump
    nothing_twice(settings)


def begun(served: Served, folder: Path, part: float) -> str:
    """A run in its middle."""
    run = served.start(folder)
    until(lambda: catalogue_made(served.settings), 120, "a catalogue")
    catalogue = open_catalogue(served.settings)
    until(lambda: bool(served.engine(run)) and under_way(catalogue, part), 200, "the middle of the run")
    catalogue.close()
    return run
