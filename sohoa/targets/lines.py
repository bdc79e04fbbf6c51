"""Which lines count in public figures, and when a line or record has passed a stage: the conditions of every query.

Secret lines, and lines whose record is held or sealed, are in no figure, so that no difference gives them away.
A record that stands in two inventories counts in one. What is quarantined, failed or refused is not digitised.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from sohoa.stores.catalogue.tables import (
    HELD,
    Event,
    InventoryLineRow,
    Outbox,
    Record,
    RecordState,
    Sighting,
    StageRun,
    StageState,
    State,
    Unit,
    ValueRow,
)
from sohoa.targets.denominators import ZONE
from sohoa.targets.plan import Stage

COMPONENTS: Final = ("notation", "issued_date", "subject")
"""What must have been found, beside the type, before the components of a record count as extracted."""
_EVENTS: Final = {Stage.scanned: "unit-arrived", Stage.read: "read"}
_MAIN = aliased(InventoryLineRow, name="main_line")
PAGES: Final = func.coalesce(InventoryLineRow.pages, Record.pages, 0)
"""Pages of a line: as the inventory says, else as its record has; 0 where neither is known."""


def counted(*columns: Any) -> Select[Any]:
    """A query over the lines that count, joined with their record where they have one."""
    line = InventoryLineRow
    public = and_(
        line.secrecy.is_(None),
        or_(line.matched_by.is_(None), line.matched_by != HELD),
        or_(Record.id.is_(None), Record.state.in_((RecordState.open, RecordState.superseded))),
    )
    # Of a record in several inventories the lines of that one count in which it was found first.
    once = or_(_MAIN.key.is_(None), _MAIN.batch_id == line.batch_id)
    return (
        select(*columns)
        .select_from(line)
        .outerjoin(Record, Record.id == line.record_id)
        .outerjoin(_MAIN, _MAIN.key == Record.line_key)
        .where(line.withdrawn.is_(False), public, once)
    )


def passed(stage: Stage, day: date | None = None) -> ColumnElement[bool]:
    """Whether a line has passed a stage by the end of a day (None: by now). `Record` is its record, if any."""
    own = record_passed(stage, day)
    if stage not in _EVENTS:
        return own
    # A scan that named its line counts before the record is made, unless it failed or is held.
    in_work = (
        select(Sighting.line_key)
        .join(Unit, Unit.key == Sighting.unit_key)
        .where(Sighting.line_key.is_not(None), Unit.state.in_((State.waiting, State.done)))
    )
    if stage == Stage.read:
        done = select(StageRun.subject).where(StageRun.stage == "read", StageRun.state == StageState.done)
        in_work = in_work.where(Unit.key.in_(done))
    if day is not None:
        in_work = in_work.where(_by_then(Unit.key, stage, day))
    return or_(own, and_(InventoryLineRow.record_id.is_(None), InventoryLineRow.key.in_(in_work)))


def record_passed(stage: Stage, day: date | None = None) -> ColumnElement[bool]:
    """Whether the record has passed a stage by the end of a day (None: by now)."""
    conditions: list[ColumnElement[bool]] = [Record.state == RecordState.open]
    if stage in (Stage.components, Stage.verified):
        found = select(func.count()).where(ValueRow.record_id == Record.id, ValueRow.name.in_(COMPONENTS))
        conditions += [
            Record.type.is_not(None),
            Record.type != "unknown",
            found.correlate(Record).scalar_subquery() == len(COMPONENTS),
        ]
    if stage == Stage.verified:
        conditions.append(~exists().where(ValueRow.record_id == Record.id, ValueRow.review.is_(True)))
    if stage == Stage.searchable:
        conditions.append(~exists().where(Outbox.record_id == Record.id))
    if day is not None:
        conditions.append(_by_then(Record.unit_key, stage, day))
    return func.coalesce(and_(*conditions), False)


def _by_then(unit: Any, stage: Stage, day: date) -> ColumnElement[bool]:
    """Whether the event of a stage of this unit was noted by the end of the day in Vietnam."""
    end = datetime.combine(day + timedelta(days=1), time(), ZONE)
    # Asked once as a set: looked up line by line, the index on the kind of event is read whole for each.
    happened = select(Event.subject).where(Event.what == _EVENTS.get(stage, "kept"), Event.time < end)
    inside: ColumnElement[bool] = unit.in_(happened)
    return inside
