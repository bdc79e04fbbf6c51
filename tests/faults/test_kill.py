"""SIGKILL to a run, to its flow, its workers, its server: nothing is lost, and all stores are as if nothing had happened.

A killed worker costs its page one more try. A killed server is started again, and the run goes on. A killed flow takes
everything that descends from it along, and the next run finishes.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from flows.server import find_server
from sohoa.pipeline.dump import dump
from sohoa.pipeline.house import open_house
from sohoa.pipeline.verify import verify
from sohoa.settings import Settings, load
from sohoa.stores.catalogue.database import Catalogue, open_catalogue
from sohoa.stores.catalogue.tables import Batch, Event, Outbox, Sighting, StageRun, StageState, State, Unit
from tests.faults.children import Child, until
from tests.faults.conftest import WORKERS, DataFolder, MakeUndisturbed

pytestmark = [pytest.mark.prefect, pytest.mark.timeout(1200)]

SEED = int(os.environ.get("FAULT_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
"""Printed by every test; give it as FAULT_SEED to strike at the same moments again."""
KINDS = ("group", "worker", "server", "flow", "worker")
PROOF = [pytest.mark.proof, pytest.mark.timeout(14400)]


@pytest.mark.parametrize(("documents", "kills"), [(200, 5), pytest.param(1000, 20, marks=PROOF)])
def test_a_killed_run_ends_as_an_undisturbed_one(
    documents: int,
    kills: int,
    tmp_path: Path,
    undisturbed: MakeUndisturbed,
    data_folder: DataFolder,
) -> None:
    still = undisturbed(documents)
    settings = load(data=data_folder(tmp_path / "struck"), workers=WORKERS)
    start = partial(Child, ["digitise", str(still.folder)], settings.data, tmp_path / "aside")
    strike_and_finish(settings, start, kills)
    assert the_dump(settings) == still.dump
    assert repeats(settings) <= WORKERS * kills


def strike_and_finish(settings: Settings, start: Callable[[], Child], kills: int) -> None:
    """Run, killing parts of it on the way in a drawn order at drawn moments, until a run ends by itself."""
    drawn = random.Random(SEED)
    kinds = [KINDS[number % len(KINDS)] for number in range(kills)]
    drawn.shuffle(kinds)
    print(f"\nFAULT_SEED={SEED}: {', '.join(kinds)}")
    begin = time.monotonic()
    child = start()
    try:
        for number, kind in enumerate(kinds):
            part = (number + drawn.random()) / kills
            said = reach(settings, child, part, drawn.uniform(0, 2.5))
            print(f"{time.monotonic() - begin:4.0f} s, {kind}: {STRIKES[kind](settings, child, drawn)}; {said}")
            if child.process.poll() is not None:
                child = start()
        assert child.wait(3000) == 1, child.tail()  # 1: the broken files did not pass
        until(lambda: not child.family(), 10, "no descendant lives")
    finally:
        child.end()
    print(f"{time.monotonic() - begin:4.0f} s, ended")


def reach(settings: Settings, child: Child, part: float, pause: float) -> str:
    """Wait until this part of the units ended and work is under way, and some moments more; says what is under way."""
    until(lambda: catalogue_made(settings) or child.process.poll() is not None, 120, "a catalogue")
    catalogue = open_catalogue(settings)
    try:
        until(lambda: under_way(catalogue, part) or child.process.poll() is not None, 3000, "work under way")
        assert child.process.poll() is None, child.tail()
        # The pause proves nothing; it only lets a kill strike elsewhere than where a stage begins.
        moment = time.monotonic() + pause
        until(
            lambda: (time.monotonic() > moment and under_way(catalogue, part)) or not waiting(catalogue),
            pause + 120,
            "the moment",
        )
        assert child.process.poll() is None, f"it ended before it could be killed: {child.tail()}"
        return at_work(catalogue)
    finally:
        catalogue.close()


def strike_group(settings: Settings, child: Child, drawn: random.Random) -> str:
    child.kill()
    return after_death(child)


def strike_flow(settings: Settings, child: Child, drawn: random.Random) -> str:
    child.process.kill()
    child.process.wait()
    return after_death(child)


def after_death(child: Child) -> str:
    assert child.process.returncode == -signal.SIGKILL
    seconds = until(lambda: not child.family(), 10, "no descendant lives")
    return f"the last descendant died {seconds:.1f} s later"


def strike_worker(settings: Settings, child: Child, drawn: random.Random) -> str:
    """One worker of the pool; the programs it called die too, and the pool is whole again."""
    until(lambda: len(workers_of(child)) == WORKERS, 60, "a whole pool")
    worker = drawn.choice(workers_of(child))
    below = worker.children(recursive=True)
    worker.kill()
    until(lambda: not any(lives(one) for one in (worker, *below)), 10, "its programs are dead")
    seconds = until(lambda: len(workers_of(child)) == WORKERS or child.process.poll() is not None, 60, "a whole pool")
    return f"the pool was whole after {seconds:.1f} s"


def strike_server(settings: Settings, child: Child, drawn: random.Random) -> str:
    """The Prefect server; the run starts it again at the same address and goes on."""
    server = find_server(settings)
    assert server is not None
    os.kill(server.pid, signal.SIGKILL)
    begin = time.monotonic()

    def answers() -> bool:
        now = find_server(settings)
        assert now is None or now.api_url == server.api_url
        return child.process.poll() is not None or (now is not None and now.pid != server.pid)

    until(answers, 120, "a server again")
    return f"the server answered after {time.monotonic() - begin:.1f} s"


STRIKES = {"group": strike_group, "flow": strike_flow, "worker": strike_worker, "server": strike_server}


def workers_of(child: Child) -> list[psutil.Process]:
    """The living workers of a run's pool."""
    found = []
    for one in psutil.Process(child.process.pid).children():
        try:
            if "spawn_main" in " ".join(one.cmdline()) and lives(one):
                found.append(one)
        except psutil.Error:
            continue
    return found


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def catalogue_made(settings: Settings) -> bool:
    return (settings.data / "catalogue.db").exists()


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


ENDS = ("kept", "quarantined", "failed", "read")


def repeats(settings: Settings) -> int:
    """Each unit ended, each sighting has its one end, the index has learned everything; how many ends came twice."""
    with open_house(settings) as house, house.catalogue.read() as session:
        events = session.execute(select(Event.what, Event.subject, Event.detail)).all()
        ends = Counter((row.what, row.subject, row.detail.get("version")) for row in events if row.what in ENDS)
        kept = {subject for what, subject, _ in ends if what != "read"}
        assert ends and kept == set(session.scalars(select(Unit.key)))
        assert State.waiting not in set(session.scalars(select(Sighting.state)))
        assert session.scalars(select(Outbox.id)).all() == []
        assert all(batch.finished for batch in session.scalars(select(Batch)))
        stages = session.scalars(select(StageRun)).all()
        assert not any(row.state == StageState.running for row in stages)
        twice = ends.total() - len(ends)
        begun = sum(row.attempts for row in stages) - len(stages)
        print(f"{ends.total()} ends of stages, {twice} of them repeats; {begun} stages were begun again")
        return twice


def nothing_twice(settings: Settings) -> None:
    """All ended, and no stage ended twice."""
    assert repeats(settings) == 0
