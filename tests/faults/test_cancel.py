"""A run of `sohoa up` cancelled in the pages: Cancelled within 5 s, nothing of it lives, nothing is lost."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from flows.server import find_server, free_port
from sohoa.pipeline.dump import dump
from sohoa.pipeline.house import open_house
from sohoa.settings import Settings, load
from sohoa.stores.catalogue.database import open_catalogue
from tests.conftest import DigitiseBare, Paper
from tests.faults import small_archive
from tests.faults.children import Child, until
from tests.faults.conftest import DataFolder
from tests.faults.test_kill import at_work, nothing_twice, the_dump, under_way

pytestmark = [pytest.mark.prefect, pytest.mark.timeout(900)]


@dataclass
class Served:
    child: Child
    settings: Settings
    url: str

    def call(self, path: str, body: object = None) -> Any:
        """POST to the server's API; GET without a body."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data, {"content-type": "application/json"})
        for _ in range(50):
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as error:
                if error.code != 503:  # "try again": SQLite was busy
                    raise
                time.sleep(0.1)
        raise AssertionError("the server is busy")

    def start(self, folder: Path) -> str:
        deployment = self.call("/deployments/name/digitise/digitise")
        body = {"parameters": {"folder": str(folder)}}
        return str(self.call(f"/deployments/{deployment['id']}/create_flow_run", body)["id"])

    def state(self, run: str) -> str:
        return str(self.call(f"/flow_runs/{run}")["state"]["name"])

    def ready(self, flow: str = "digitise") -> bool:
        try:
            return bool(self.call(f"/deployments/name/{flow}/{flow}"))
        except OSError:
            return False

    def engine(self, run: str) -> list[psutil.Process]:
        """The process of a run with everything that descends from it."""
        for one in self.child.family():
            try:
                if one.environ().get("PREFECT__FLOW_RUN_ID") == run and "prefect" in " ".join(one.cmdline()):
                    return [one, *one.children(recursive=True)]
            except psutil.Error:
                continue
        return []


@pytest.fixture
def served(tmp_path: Path, data_folder: DataFolder) -> Iterator[Served]:
    settings = load(data=data_folder(tmp_path / "data"))
    port = free_port()
    child = Child(["up"], settings.data, tmp_path / "aside", {"SOHOA_SERVER__PORT": str(port)})
    try:
        until(lambda: find_server(settings) is not None or child.process.poll() is not None, 200, "a server")
        assert child.process.poll() is None, child.tail()
        up = Served(child, settings, f"http://127.0.0.1:{port}/api")
        until(up.ready, 120, "the deployment is served")
        yield up
    finally:
        child.end()


def test_a_cancelled_run_loses_nothing(
    served: Served, tmp_path: Path, paper: Paper, digitise_bare: DigitiseBare
) -> None:
    folder = small_archive.make(tmp_path / "in", paper, documents=20, seed=2)
    run = served.start(folder)
    until((served.settings.data / "catalogue.db").exists, 120, "a catalogue")
    catalogue = open_catalogue(served.settings)
    until(lambda: under_way(catalogue, 0.3), 300, "the middle of the run")
    processes = served.engine(run)
    print(f"\ncancelled with {len(processes)} processes, {at_work(catalogue)}")
    catalogue.close()
    assert len(processes) >= 3, "the run with its workers"

    begin = time.monotonic()
    served.call(f"/flow_runs/{run}/set_state", {"state": {"type": "CANCELLING", "name": "Cancelling"}})
    until(lambda: served.state(run) == "Cancelled", 5, "Cancelled")
    print(f"Cancelled after {time.monotonic() - begin:.1f} s")
    until(lambda: not living(processes) and not served.engine(run), 5, "no descendant of the run lives")
    print(f"the last process dead after {time.monotonic() - begin:.1f} s")

    again = served.start(folder)
    until(lambda: served.state(again) in ("Completed", "Failed", "Crashed", "Cancelled"), 400, "the second run")
    assert served.state(again) == "Completed" and served.state(run) == "Cancelled"
    assert the_dump(served.settings) == undisturbed(served.settings, tmp_path / "still", folder, digitise_bare)
    nothing_twice(served.settings)


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def undisturbed(settings: Settings, data: Path, folder: Path, digitise_bare: Callable[..., Any]) -> list[str]:
    with open_house(settings.model_copy(update={"data": data})) as house:
        digitise_bare(house, folder)
        return list(dump(house))
