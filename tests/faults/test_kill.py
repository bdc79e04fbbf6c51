"""SIGKILL to a whole run at random moments: the next run finishes, and all stores are as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from sohoa.pipeline.dump import dump
from sohoa.pipeline.house import open_house
from sohoa.pipeline.verify import verify
from sohoa.settings import Settings, load
from sohoa.stores.catalogue.database import Catalogue, open_catalogue
from sohoa.stores.catalogue.tables import Batch, Event, Outbox, Sighting, StageRun, StageState, State, Unit
from tests.conftest import Paper
from tests.faults import small_archive
from tests.faults.children import Child, until
from tests.faults.conftest import DataFolder

pytestmark = [pytest.mark.prefect, pytest.mark.timeout(1200)]

SEED = int(os.environ.get("FAULT_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
"""Printed by every test; give it as FAULT_SEED to strike at the same moments again."""


@pytest.mark.parametrize(
    ("documents", "kills"), [(20, 1), pytest.param(200, 5, marks=[pytest.mark.proof, pytest.mark.timeout(7200)])]
)
def test_a_killed_run_ends_as_an_undisturbed_one(
    documents: int, kills: int, tmp_path: Path, paper: Paper, data_folder: DataFolder
) -> None:
    print(f"\nFAULT_SEED={SEED}")
    drawn = random.Random(SEED)
    folder = small_archive.make(tmp_path / "in", paper, documents=documents, seed=1)
    still = load(data=data_folder(tmp_path / "still"))
    finish(folder, still, tmp_path / "aside")
    struck = load(data=data_folder(tmp_path / "struck"))
    # Kills are spread over the run: each strikes when so many units ended, at a random moment of what comes next.
    for number in range(kills):
        part = (number + drawn.random()) / kills
        print(f"kill {number + 1}: {strike(folder, struck, tmp_path / 'aside', part, drawn.uniform(0, 2.5))}")
    finish(folder, struck, tmp_path / "aside")
    assert the_dump(struck) == the_dump(still)
    for settings in (still, struck):
        nothing_twice(settings)


def finish(folder: Path, settings: Settings, aside: Path) -> None:
    """An undisturbed `sohoa digitise`; 1 says that some files, here the broken ones, did not pass."""
    child = Child(["digitise", str(folder)], settings.data, aside)
    try:
        assert child.wait(3000) == 1, child.tail()
        until(lambda: not child.family(), 10, "no descendant lives")
    finally:
        child.end()


def strike(folder: Path, settings: Settings, aside: Path, part: float, pause: float) -> str:
    """Start a run and kill it once this part of its units ended and work is under way; says what was under way."""
    child = Child(["digitise", str(folder)], settings.data, aside)
    try:
        until((settings.data / "catalogue.db").exists, 120, "a catalogue")
        catalogue = open_catalogue(settings)
        try:
            until(lambda: under_way(catalogue, part) or child.process.poll() is not None, 3000, "work under way")
            assert child.process.poll() is None, child.tail()
            begin = time.monotonic()
            # The pause proves nothing; it only lets a kill strike elsewhere than where a stage begins.
            moment = begin + pause
            until(
                lambda: (time.monotonic() > moment and under_way(catalogue, part)) or not waiting(catalogue),
                pause + 120,
                "the moment",
            )
            said = at_work(catalogue)
            assert child.process.poll() is None, "it ended before it could be killed"
            child.kill()
        finally:
            catalogue.close()
        assert child.process.returncode == -signal.SIGKILL
        seconds = until(lambda: not child.family(), 10, "no descendant lives")
        return f"{said}; the last descendant died {seconds:.1f} s later"
    finally:
        child.end()


def under_way(catalogue: Catalogue, part: float) -> bool:
    """Whether at least this part of the units ended, others wait, and a stage is running."""
    with catalogue.read() as session:
        states = Counter(session.scalars(select(Unit.state)))
        running = session.scalars(select(StageRun.subject).where(StageRun.state == StageState.running)).first()
    ended = sum(count for state, count in states.items() if state != State.waiting)
    return running is not None and states[State.waiting] > 0 and ended >= part * states.total() * 0.8


def waiting(catalogue: Catalogue) -> bool:
    with catalogue.read() as session:
        return session.scalars(select(Unit.key).where(Unit.state == State.waiting)).first() is not None


def at_work(catalogue: Catalogue) -> str:
    with catalogue.read() as session:
        states = Counter(session.scalars(select(Unit.state)))
        stages = Counter(session.scalars(select(StageRun.stage).where(StageRun.state == StageState.running)))
        outbox = len(session.scalars(select(Outbox.id)).all())
    return f"units {dict(states)}, stages running {dict(stages)}, outbox {outbox}"


def the_dump(settings: Settings) -> list[str]:
    with open_house(settings) as house:
        assert verify(house, deep=True).disagreements == []
        return list(dump(house))


def nothing_twice(settings: Settings) -> None:
    """Each unit ended once, each sighting has its one end, the batch is finished, the index has learned everything."""
    with open_house(settings) as house, house.catalogue.read() as session:
        events = session.execute(select(Event.what, Event.subject)).all()
        ends = Counter(
            (row.what, row.subject) for row in events if row.what in ("kept", "quarantined", "failed", "read")
        )
        assert ends and set(ends.values()) == {1}
        units = session.scalars(select(Unit.key)).all()
        kept = Counter(subject for what, subject in ends if what != "read")
        assert kept == Counter(units)
        assert State.waiting not in set(session.scalars(select(Sighting.state)))
        assert session.scalars(select(Outbox.id)).all() == []
        assert all(batch.finished for batch in session.scalars(select(Batch)))
        assert not any(row.state == StageState.running for row in session.scalars(select(StageRun)))
