"""A chunk of units goes through read and keep: what a batch is made of, without any orchestration."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import func, select

from sohoa.errors import EngineMissingError, StoreError
from sohoa.models import Problem, Value
from sohoa.pipeline.chunks import in_chunks
from sohoa.pipeline.house import House, note
from sohoa.pipeline.keep import keep_unit
from sohoa.pipeline.read import Passed, read_unit, stored_reading
from sohoa.pipeline.workers import Workers
from sohoa.stores.catalogue.leases import finish, is_held
from sohoa.stores.catalogue.tables import Page, Sighting, StageRun, StageState, State, Unit

HELD_SECONDS = 1.0
"""Between two looks at what another run holds."""
CHUNK_PAGES = 10
"""A chunk has about so many pages or more: some ten seconds of work, so that its task run is worth its cost."""
CHUNKS = 200
"""A flow run has at most so many chunks; large archives get larger ones."""


class ChunkResult(Value):
    """What became of a chunk: units by state, pages by outcome, and the units another live run holds."""

    states: dict[str, int]
    pages: dict[str, int]
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chunk:
    """Units that one task run works on, and how many pages they have."""

    keys: tuple[str, ...]
    pages: int


def cut(house: House, keys: Sequence[str]) -> list[Chunk]:
    """Cut the units into chunks of about equal pages, in order."""
    pages: dict[str, int] = {}
    for some in in_chunks(keys, 500):
        with house.catalogue.read() as session:
            pages.update(dict(session.execute(select(Unit.key, Unit.pages).where(Unit.key.in_(some))).all()))
    size = max(CHUNK_PAGES, -(-sum(pages.values()) // CHUNKS))
    chunks: list[Chunk] = []
    current: list[str] = []
    filled = 0
    for key in keys:
        current.append(key)
        filled += pages[key]
        if filled >= size:
            chunks.append(Chunk(tuple(current), filled))
            current, filled = [], 0
    return [*chunks, Chunk(tuple(current), filled)] if current else chunks


def read_chunk(house: House, workers: Workers, keys: Sequence[str]) -> list[str]:
    """Read the units of a chunk, their pages side by side; gives the keys another live run holds.

    A unit that cannot be read is failed with its reason; only a broken store stops the chunk.
    """
    held: list[str] = []

    def one(key: str) -> None:
        try:
            if read_unit(house, workers, key) is Passed.held:
                held.append(key)
        except (StoreError, EngineMissingError):
            raise
        except Exception as error:
            fail_unit(house, key, Problem.of(error))

    with ThreadPoolExecutor(max_workers=workers.count + 1) as threads:
        for done in [threads.submit(one, key) for key in keys]:
            done.result()
    return sorted(held)


def keep_chunk(house: House, keys: Sequence[str], held: Sequence[str] = ()) -> ChunkResult:
    """Promote, quarantine or fail what was read; gives the counts."""
    states: dict[str, int] = {}
    still_held = list(held)
    for key in keys:
        if key in held:
            continue
        reading = stored_reading(house, key)
        if reading is None:
            with house.catalogue.read() as session:
                state = State(session.get_one(Unit, key).state)
        else:
            try:
                kept = keep_unit(house, key, reading)
                if kept is None:
                    still_held.append(key)
                    continue
                state = kept
            except StoreError:
                raise
            except Exception as error:
                fail_unit(house, key, Problem.of(error))
                state = State.failed
        states[state] = states.get(state, 0) + 1
    with house.catalogue.read() as session:
        query = select(Page.outcome, func.count()).where(Page.unit_key.in_(keys)).group_by(Page.outcome)
        pages = dict(session.execute(query).all())
    return ChunkResult(states=states, pages=pages, held=tuple(still_held))


def fail_unit(house: House, key: str, problem: Problem) -> None:
    """A unit that cannot be worked on ends as failed, with its reason, and does not stop the others."""
    with house.catalogue.write() as session:
        running = (StageRun.subject == key, StageRun.state == StageState.running)
        for row in session.scalars(select(StageRun).where(*running)):
            finish(session, key, row.stage, row.version, problem)
        unit = session.get_one(Unit, key)
        if unit.state == State.quarantined:
            return  # sealed meanwhile; nothing of it may come back by a retry
        unit.state = State.failed
        for sighting in session.scalars(select(Sighting).where(Sighting.unit_key == key)):
            if sighting.state != State.duplicate:
                sighting.state = State.failed
                sighting.error_class, sighting.error_message = problem.error_class, problem.message[:2048]
        note(session, house, "failed", key, error=problem.error_class)


def wait_until_free(house: House, keys: Sequence[str]) -> None:
    """Wait while other live runs hold all of these units; when one dies, its leases are free."""
    while True:
        with house.catalogue.read() as session:
            if not all(is_held(session, key, house.owner) for key in keys):
                return
        time.sleep(HELD_SECONDS)
