"""`sohoa up` for real: flows served, runs cancelled within seconds, everything dead after it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from flows.server import ServerHandle, client_environment, free_port
from sohoa.settings import Settings

pytestmark = pytest.mark.prefect

HERE = Path(__file__).parent
OWNER = """
import sys
from pathlib import Path
from flows.serve import Served, up
from sohoa.settings import ServerSettings, Settings

served = [Served("probe", "served_probe", "probe", True), Served("quick", "served_probe", "quick", False)]
settings = Settings(data=Path(sys.argv[1]), server=ServerSettings(port=int(sys.argv[2])))
up(settings, served=served, announce=lambda url: print(url, flush=True))
print("ended", flush=True)
"""


@dataclass
class Up:
    process: subprocess.Popen[str]
    url: str
    data: Path

    def call(self, path: str, body: object = None) -> Any:
        """POST to the server's API; GET without a body."""
        request = urllib.request.Request(
            f"{self.url}/api{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        for _ in range(50):
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as error:
                if error.code != 503:  # "try again": SQLite was busy
                    raise
                time.sleep(0.1)
        raise AssertionError("the server is busy")

    def run(self, name: str, **parameters: object) -> str:
        flow = "probe" if name == "probe" else "quick"
        deployment = self.call(f"/deployments/name/{flow}/{name}")
        made = self.call(f"/deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})
        return str(made["id"])

    def state(self, run: str) -> str:
        return str(self.call(f"/flow_runs/{run}")["state"]["name"])

    def cancel(self, run: str) -> None:
        self.call(f"/flow_runs/{run}/set_state", {"state": {"type": "CANCELLING", "name": "Cancelling"}})


def start_up(data: Path, port: int) -> Up:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent.parent)])}
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(data), str(port)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    assert url.startswith("http"), "sohoa up did not start"
    return Up(process, url, data)


@pytest.fixture(scope="module")
def data(prefect_server: ServerHandle, prefect_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose Prefect database is made already, which saves the 15 s of making it."""
    folder = tmp_path_factory.mktemp("up") / "data"
    (folder / "prefect").mkdir(parents=True)
    with (
        closing(sqlite3.connect(prefect_settings.data / "prefect" / "prefect.db")) as old,
        closing(sqlite3.connect(folder / "prefect" / "prefect.db")) as new,
    ):
        old.backup(new)
    return folder


@pytest.fixture(scope="module")
def served(data: Path) -> Iterator[Up]:
    up = start_up(data, free_port())
    yield up
    up.process.kill()
    up.process.wait()


def until(condition: Callable[[], bool], seconds: float) -> float:
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < seconds, "did not come true in time"
        time.sleep(0.05)
    return time.monotonic() - begin


def sleepers(seconds: str) -> list[psutil.Process]:
    return [
        one
        for one in psutil.process_iter(["cmdline", "status"])
        if one.info["cmdline"] == ["/bin/sleep", seconds] and one.info["status"] != psutil.STATUS_ZOMBIE
    ]


def family(run_seconds: str) -> list[psutil.Process]:
    """The process of the run that called `sleep run_seconds`, with all that descends from it."""
    engine = next(one for one in sleepers(run_seconds)[0].parents() if "prefect.engine" in " ".join(one.cmdline()))
    return [engine, *engine.children(recursive=True)]


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_a_run_started_in_the_pages_runs(served: Up, tmp_path: Path) -> None:
    run = served.run("quick", folder=str(tmp_path))
    until(lambda: served.state(run) == "Completed", 60)
    assert (tmp_path / "quick").exists()


def test_the_form_has_vietnamese_titles_and_choices(served: Up) -> None:
    deployment = served.call("/deployments/name/probe/probe")
    assert deployment["description"].startswith("Chạy thử với tiến trình dài.")
    fields = deployment["parameter_openapi_schema"]["properties"]
    assert fields["folder"]["title"] == "Thư mục ảnh quét"
    assert fields["folder"]["description"] == "Đường dẫn đầy đủ trên máy chủ."
    assert fields["group"]["enum"] == ["QĐ", "CV"]
    assert deployment["parameter_openapi_schema"]["required"] == ["folder"]


@pytest.mark.parametrize(("seconds", "stubborn"), [("621", False), ("622", True)])
def test_a_cancelled_run_is_cancelled_within_five_seconds_with_all_its_processes(
    served: Up, tmp_path: Path, seconds: str, stubborn: bool
) -> None:
    run = served.run("probe", folder=str(tmp_path), seconds=seconds, stubborn=stubborn)
    until(lambda: len(sleepers(seconds)) == 2, 60)
    processes = family(seconds)
    begin = time.monotonic()
    served.cancel(run)
    until(lambda: served.state(run) == "Cancelled", 10)
    cancelled = time.monotonic() - begin
    until(lambda: not living(processes), 10)
    dead = time.monotonic() - begin
    print(f"\nCancelled after {cancelled:.1f} s, the last of {len(processes)} processes dead after {dead:.1f} s")
    assert cancelled < 5 and dead < 5 and not sleepers(seconds)
    time.sleep(5)  # the runner's own report comes later and must not change the end
    assert served.state(run) == "Cancelled"


def test_a_run_that_hangs_outside_of_all_care_is_killed_in_time(served: Up, tmp_path: Path) -> None:
    run = served.run("quick", folder=str(tmp_path), hang=True)
    until((tmp_path / "quick").exists, 60)
    time.sleep(0.5)
    process = psutil.Process(int((tmp_path / "quick").read_text()))
    begin = time.monotonic()
    served.cancel(run)
    until(lambda: served.state(run) == "Cancelled", 5)
    print(f"\nCancelled after {time.monotonic() - begin:.1f} s")
    assert not living([process])


def test_cancelling_a_run_cancels_the_run_inside_it(served: Up, tmp_path: Path) -> None:
    """As `watch` runs `digitise`."""
    run = served.run("quick", folder=str(tmp_path), inside="626")
    until(lambda: len(sleepers("626")) == 2, 60)
    processes = family("626")
    begin = time.monotonic()
    served.cancel(run)
    until(lambda: served.state(run) == "Cancelled", 5)
    print(f"\nCancelled after {time.monotonic() - begin:.1f} s")
    until(lambda: not living(processes) and not sleepers("626"), 5)
    names = {one["state"]["name"] for one in served.call("/flow_runs/filter", {"flow_runs": {}})}
    assert "Running" not in names and "Cancelling" not in names


def test_a_run_that_nobody_serves_can_be_cancelled_too(served: Up, tmp_path: Path) -> None:
    """As `sohoa digitise` runs it: in its own process, beside `sohoa up`."""
    environment = os.environ | client_environment(Settings(data=served.data), f"{served.url}/api")
    environment["PYTHONPATH"] = os.pathsep.join([str(HERE), str(HERE.parent.parent)])
    code = f"from served_probe import probe; probe(folder={str(tmp_path)!r}, seconds='625')"
    process = subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: len(sleepers("625")) == 2, 60)
        processes = psutil.Process(process.pid).children(recursive=True)
        running = {"flow_runs": {"state": {"type": {"any_": ["RUNNING"]}}}}
        (run,) = [one["id"] for one in served.call("/flow_runs/filter", running)]
        begin = time.monotonic()
        served.cancel(run)
        until(lambda: served.state(run) == "Cancelled", 5)
        _, errors = process.communicate(timeout=10)
        print(f"\nended after {time.monotonic() - begin:.1f} s")
        assert time.monotonic() - begin < 5
        assert process.returncode == 1 and "Abort" in errors
        until(lambda: not living(processes) and not sleepers("625"), 3)
        assert served.state(run) == "Cancelled"
    finally:
        process.kill()
        process.wait()


def test_the_automation_is_there_once(served: Up) -> None:
    automations = served.call("/automations/filter", {})
    assert len(automations) == 1
    assert "prefect.flow-run.heartbeat" in automations[0]["trigger"]["after"]
    assert automations[0]["actions"][0]["state"] == "CRASHED"


def test_sigterm_ends_all_and_the_next_start_clears_up(served: Up, tmp_path: Path) -> None:
    run = served.run("probe", folder=str(tmp_path), seconds="623")
    until(lambda: len(sleepers("623")) == 2, 60)
    processes = [psutil.Process(served.process.pid), *psutil.Process(served.process.pid).children(recursive=True)]
    begin = time.monotonic()
    served.process.send_signal(signal.SIGTERM)
    out, _ = served.process.communicate(timeout=30)
    print(f"\nended after {time.monotonic() - begin:.1f} s, {len(processes)} processes")
    assert out == "ended\n" and served.process.returncode == 0
    until(lambda: not living(processes), 5)
    assert not sleepers("623")

    _leave_open(served.data, run)
    again = start_up(served.data, free_port())
    try:
        assert again.state(run) == "Crashed"
        assert len(again.call("/automations/filter", {})) == 1
        second = again.run("probe", folder=str(tmp_path), seconds="624")
        until(lambda: len(sleepers("624")) == 2, 60)
        processes = psutil.Process(again.process.pid).children(recursive=True)
        assert again.state(second) == "Running"
    finally:
        again.process.kill()
        again.process.wait()
    until(lambda: not living(processes) and not sleepers("624"), 10)


def _leave_open(data: Path, run: str) -> None:
    """Write into the database what a power cut leaves: a run that says Running and is not."""
    with closing(sqlite3.connect(data / "prefect" / "prefect.db")) as database, database:
        row = database.execute("select id, state_id from flow_run where id = ?", (run,)).fetchone()
        assert row is not None
        database.execute("update flow_run set state_type='RUNNING', state_name='Running' where id = ?", (run,))
        database.execute("update flow_run_state set type='RUNNING', name='Running' where id = ?", (row[1],))
