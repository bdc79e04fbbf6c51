"""Several programs of one data folder at once: each has a clear end, nothing is done twice, nothing is lost."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from flows.server import free_port
from sohoa.models import EVERYTHING
from sohoa.pipeline.house import open_house
from sohoa.pipeline.verify import verify
from sohoa.settings import Settings, load
from sohoa.stores.catalogue.database import Catalogue, open_catalogue
from sohoa.stores.catalogue.tables import Record, RecordState, StageRun, StageState, State, Unit
from sohoa.stores.objects.keys import original_key
from tests.faults.children import Child, until
from tests.faults.conftest import DataFolder, MakeUndisturbed
from tests.faults.test_cancel import Served, served
from tests.faults.test_kill import catalogue_made, nothing_twice, the_dump, under_way

__all__ = ["served"]
pytestmark = [pytest.mark.prefect, pytest.mark.timeout(900)]

DOCUMENTS = 40
LOCKER = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
"""


def test_two_runs_of_one_folder_share_the_work(
    tmp_path: Path, undisturbed: MakeUndisturbed, data_folder: DataFolder
) -> None:
    """Whoever started the Prefect server may end first: the other goes on with one of its own."""
    still = undisturbed(DOCUMENTS)
    settings = load(data=data_folder(tmp_path / "data"), workers=2)
    begin = time.monotonic()
    runs = [Child(["digitise", str(still.folder), "--json"], settings.data, tmp_path / f"aside-{n}") for n in (1, 2)]
    try:
        assert [run.wait(300) for run in runs] == [1, 1], [run.tail() for run in runs]
        print(f"\nboth ended after {time.monotonic() - begin:.0f} s")
        until(lambda: not any(run.family() for run in runs), 10, "no descendant lives")
    finally:
        for run in runs:
            run.end()
    assert the_dump(settings) == still.dump
    nothing_twice(settings)
    assert list((settings.vault_dir / "scratch").iterdir()) == list((settings.vault_dir / "work").iterdir()) == []


def test_a_watched_folder_a_run_and_readers(served: Served, undisturbed: MakeUndisturbed) -> None:
    """`watch` under `sohoa up`, `digitise` of the same folder beside it, `search`, `status`, `verify` meanwhile."""
    still, settings = undisturbed(DOCUMENTS), served.settings
    aside = settings.data.parent
    begin = time.monotonic()
    until(lambda: served.ready("watch"), 60, "the deployment is served")
    deployment = served.call("/deployments/name/watch/watch")
    parameters = {"folder": str(still.folder), "settle_seconds": 1, "rounds": 1}
    made = served.call(f"/deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})
    run = Child(["digitise", str(still.folder)], settings.data, aside / "run")
    looks, totals = 0, [0]
    try:
        until(lambda: catalogue_made(settings) or run.process.poll() is not None, 200, "a catalogue")
        while run.process.poll() is None:
            assert ask(settings, aside, "verify", "--json")["disagreements"] == []
            assert ask(settings, aside, "status", "--json")["batches"] is not None
            totals.append(ask(settings, aside, "search", "ke hoach", "--json")["total"])
            looks += 1
        assert run.wait(10) == 1, run.tail()
        until(lambda: served.state(made["id"]) in ("Completed", "Failed", "Crashed"), 200, "the watched run's end")
    finally:
        run.end()
    print(f"\nboth ended after {time.monotonic() - begin:.0f} s, {looks} looks, hits {totals}")
    assert served.state(made["id"]) == "Completed" and looks >= 2 and totals == sorted(totals)
    assert the_dump(settings) == still.dump
    nothing_twice(settings)

    sealing_and_reindexing(settings, aside, still.folder)
    seconds_of_their_own(served, aside)


def sealing_and_reindexing(settings: Settings, aside: Path, folder: Path) -> None:
    """While all is read again: one record is sealed that is being read, one that is not, and the index is rebuilt."""
    run = Child(["digitise", str(folder), "--redo", "all"], settings.data, aside / "again")
    catalogue = open_catalogue(settings)
    try:
        until(lambda: bool(open_records(catalogue, reading=True)) or run.process.poll() is not None, 200, "reading")
        read_now = open_records(catalogue, reading=True)[0]
        ask(settings, aside, "seal", read_now[0], "--yes", "--json")
        later = [one for one in open_records(catalogue, reading=False) if one[1] != read_now[1]][-1]
        sealing = Child(["seal", later[0], "--yes"], settings.data, aside / "sealing")
        rebuilding = Child(["reindex"], settings.data, aside / "rebuilding")
        assert (sealing.wait(120), rebuilding.wait(120)) == (0, 0), sealing.tail() + rebuilding.tail()
        assert run.process.poll() is None, "the seals came too late"
        assert run.wait(300) in (0, 1), run.tail()
    finally:
        run.end()
        catalogue.close()
    with open_house(settings) as house, house.catalogue.read() as session:
        gone = {read_now[0], later[0]}
        assert {session.get_one(Record, id_).state for id_ in gone} == {RecordState.sealed}
        assert {session.get_one(Unit, one[1]).state for one in (read_now, later)} == {State.quarantined}
        stored = set(house.objects.keys())
        assert not {original_key(one[1]) for one in (read_now, later)} & stored
        assert not [key for key in stored if read_now[1] in key or later[1] in key]
        hits = house.index.search("", EVERYTHING, limit=100).hits
        assert hits and not gone & {hit.record_id for hit in hits}
        assert not gone & {entry.record_id for entry in house.index.entries()}
        assert verify(house, deep=True).disagreements == []
        assert not session.scalars(select(StageRun).where(StageRun.state == StageState.running)).all()
    assert not list(settings.vault_dir.glob("work/*"))


def open_records(catalogue: Catalogue, *, reading: bool) -> list[tuple[str, str]]:
    """Open records with their units, those whose unit is being read or the others."""
    with catalogue.read() as session:
        running = select(StageRun.subject).where(StageRun.stage == "read", StageRun.state == StageState.running)
        query = select(Record.id, Record.unit_key).where(Record.state == RecordState.open).order_by(Record.id)
        chosen = Record.unit_key.in_(running) if reading else Record.unit_key.not_in(running)
        return [(row.id, row.unit_key) for row in session.execute(query.where(chosen))]


def seconds_of_their_own(served: Served, aside: Path) -> None:
    """A second `sohoa up` on the data folder, one on the port, one on a port where something else listens."""
    port = served.url.removesuffix("/api").rpartition(":")[2]
    second = Child(["up"], served.settings.data, aside / "second", {"SOHOA_SERVER__PORT": str(free_port())})
    assert second.wait(60) == 8 and "máy chủ Prefect" in second.tail(), second.tail()
    other = Child(["up"], aside / "other-data", aside / "other", {"SOHOA_SERVER__PORT": port})
    assert other.wait(60) == 8 and "SOHOA_SERVER__PORT" in other.tail(), other.tail()
    with socket.socket() as foreign:
        foreign.bind(("127.0.0.1", 0))
        foreign.listen()
        taken = str(foreign.getsockname()[1])
        third = Child(["up"], aside / "other-data", aside / "third", {"SOHOA_SERVER__PORT": taken})
        assert third.wait(60) == 8 and taken in third.tail(), third.tail()
    assert served.child.process.poll() is None and served.ready()


def ask(settings: Settings, aside: Path, *arguments: str) -> Any:
    """What a command answers in JSON; it must succeed."""
    child = Child(list(arguments), settings.data, aside / "ask")
    assert child.wait(60) == 0, child.tail()
    return json.loads(child.said.read_text())


def test_a_locked_catalogue_is_waited_for_and_then_told(
    tmp_path: Path, undisturbed: MakeUndisturbed, data_folder: DataFolder
) -> None:
    still = undisturbed(DOCUMENTS)
    settings = load(data=data_folder(tmp_path / "data"), workers=2)
    impatient = {"SOHOA_CATALOGUE_BUSY_SECONDS": "4"}
    run = Child(["digitise", str(still.folder)], settings.data, tmp_path / "aside", impatient)
    try:
        with locked(settings, run, 0.1, 300):
            assert run.wait(90) == 7, run.tail()
        assert "khóa quá 4 giây" in " ".join(run.tail().split()) and "Traceback" not in run.tail(), run.tail()
        until(lambda: not run.family(), 10, "no descendant lives")
        again = Child(["digitise", str(still.folder)], settings.data, tmp_path / "aside")
        try:
            begin = time.monotonic()
            with locked(settings, again, 0.4, 30) as locker:
                locker.wait(60)
            print(f"\nlocked for {time.monotonic() - begin:.0f} s in the middle")
            assert again.wait(300) == 1, again.tail()
        finally:
            again.end()
    finally:
        run.end()
    assert the_dump(settings) == still.dump
    nothing_twice(settings)


class locked:  # noqa: N801
    """Another process holds SQLite's write lock on the catalogue, from when this part of the units has ended."""

    def __init__(self, settings: Settings, run: Child, part: float, seconds: float) -> None:
        until(lambda: catalogue_made(settings) or run.process.poll() is not None, 200, "a catalogue")
        catalogue = open_catalogue(settings)
        until(lambda: under_way(catalogue, part) or run.process.poll() is not None, 200, "the middle of the run")
        catalogue.close()
        assert run.process.poll() is None, run.tail()
        self.process = subprocess.Popen(
            [sys.executable, "-c", LOCKER, str(settings.data / "catalogue.db"), str(seconds)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None and self.process.stdout.readline() == "locked\n"
        with (
            closing(sqlite3.connect(settings.data / "catalogue.db", timeout=0)) as database,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            database.execute("BEGIN IMMEDIATE")

    def __enter__(self) -> subprocess.Popen[str]:
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
