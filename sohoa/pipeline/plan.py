"""Which units a run works on, and telling the vault where their files are."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select

from sohoa.pipeline.arrive import Arrival
from sohoa.pipeline.chunks import in_chunks
from sohoa.pipeline.house import House
from sohoa.stores.catalogue.tables import InventoryLineRow, Sighting, StageRun, StageState, State, Unit


class Redo(StrEnum):
    """What a run does again besides what never ended."""

    nothing = "nothing"
    failed = "failed"
    stale = "stale"
    """Finished under another version of settings, engine or rules."""
    all = "all"


def plan(
    house: House,
    arrival: Arrival,
    *,
    redo: Redo = Redo.nothing,
    years: tuple[int, int] | None = None,
    groups: Sequence[str] = (),
    limit: int | None = None,
) -> list[str]:
    """Keys of the units to work on, in the order in which they came in.

    `years` and `groups` (record types or beginnings of file codes, as the inventory gives them) leave out units
    whose inventory line says otherwise; units without a line are worked on.
    """
    chosen: list[tuple[int, str]] = []
    for keys in in_chunks(sorted(arrival.places), 400):
        with house.catalogue.read() as session:
            current = set(
                session.scalars(
                    select(StageRun.subject).where(
                        StageRun.subject.in_(keys),
                        StageRun.stage == "keep",
                        StageRun.version == house.versions.keep,
                        StageRun.state == StageState.done,
                    )
                )
            )
            query = select(Unit, InventoryLineRow).outerjoin(InventoryLineRow, InventoryLineRow.key == Unit.line_key)
            for unit, line in session.execute(query.where(Unit.key.in_(keys))).all():
                if _wanted(unit, redo, current) and _selected(unit, line, years, groups):
                    chosen.append((unit.first_sighting, unit.key))
    keys_in_order = [key for _, key in sorted(chosen)][:limit]
    for some in in_chunks(keys_in_order, 500):
        house.vault.names.put({f"unit:{key}": {"files": arrival.places[key]} for key in some})
    if redo in (Redo.all, Redo.failed):
        _reset(house, keys_in_order)
    return keys_in_order


def _wanted(unit: Unit, redo: Redo, current: set[str]) -> bool:
    if unit.state == State.waiting:
        return True
    if unit.state == State.failed:
        return redo in (Redo.failed, Redo.all)
    if unit.state == State.done:
        return redo == Redo.all or (redo == Redo.stale and unit.key not in current)
    return False


def _selected(unit: Unit, line: InventoryLineRow | None, years: tuple[int, int] | None, groups: Sequence[str]) -> bool:
    if line is None:
        return True
    if years is not None and line.year is not None and not years[0] <= line.year <= years[1]:
        return False
    if groups:
        names = [line.type or "", unit.dossier_code or ""]
        return any(name.casefold().startswith(group.casefold()) for name in names for group in groups)
    return True


def _reset(house: House, keys: Sequence[str]) -> None:
    """Finished or failed stages of today's version are done again; what failed waits again."""
    for some in in_chunks(keys, 400):
        with house.catalogue.write() as session:
            failed = (Unit.key.in_(some), Unit.state == State.failed)
            for unit in session.scalars(select(Unit).where(*failed)):
                unit.state = State.waiting
                own = (Sighting.unit_key == unit.key, Sighting.state == State.failed)
                for sighting in session.scalars(select(Sighting).where(*own)):
                    sighting.state, sighting.error_class, sighting.error_message = State.waiting, None, None
            rows = select(StageRun).where(StageRun.subject.in_(some), StageRun.version == house.versions.keep)
            for row in session.scalars(rows):
                if row.state == StageState.done:
                    row.state = StageState.failed
