"""What a person can ask about the work: how many in which state, which failed and why, which line has no scan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, select

from sohoa.errors import UnknownIdError
from sohoa.models import Value
from sohoa.pipeline.house import House
from sohoa.stores.catalogue.database import Catalogue
from sohoa.stores.catalogue.tables import Batch, InventoryLineRow, Page, Record, Sighting, State, Unit

HIDDEN = "(kín)"


ROWS_AT_ONCE = 2_000


class BatchStatus(Value):
    """Counts of one batch; `sightings` and `pages` by state and outcome."""

    batch: str
    folder: str
    fonds: str
    agency: str
    sightings: dict[str, int]
    pages: dict[str, int]
    records: dict[str, int]
    finished: bool

    @property
    def not_passed(self) -> int:
        """Sightings that `retry` looks at again."""
        return self.sightings[State.failed] + self.sightings[State.refused]


class FailureRow(Value):
    """One sighting that did not become part of the archive, with the reason and where it lies."""

    sighting: int
    batch: str
    name: str
    state: str
    error_class: str | None
    message: str | None


def status(house: House, batch_id: str | None = None) -> list[BatchStatus]:
    """Status of one batch or all, in the order in which they came."""
    with house.catalogue.read() as session:
        query = select(Batch).order_by(Batch.created)
        batches = session.scalars(query if batch_id is None else query.where(Batch.id == batch_id)).all()
        if batch_id is not None and not batches:
            raise UnknownIdError(
                f"Không có lô {batch_id}. Xem các lô bằng: sohoa status",
                f"There is no batch {batch_id}. See the batches with: sohoa status",
            )
        sightings = _counts(
            session.execute(
                select(Sighting.batch_id, Sighting.state, func.count()).group_by(Sighting.batch_id, Sighting.state)
            ).all()
        )
        pages = _counts(
            session.execute(
                select(Page.batch_id, Page.outcome, func.count()).group_by(Page.batch_id, Page.outcome)
            ).all()
        )
        records = _counts(
            session.execute(
                select(Record.batch_id, Record.state, func.count()).group_by(Record.batch_id, Record.state)
            ).all()
        )
    return [
        BatchStatus(
            batch=b.id,
            folder=b.folder,
            fonds=b.fonds_code,
            agency=b.agency_code,
            sightings={state.value: sightings.get(b.id, {}).get(state.value, 0) for state in State},
            pages=pages.get(b.id, {}),
            records=records.get(b.id, {}),
            finished=b.finished is not None,
        )
        for b in batches
    ]


def _counts(rows: object) -> dict[str, dict[str, int]]:
    result: dict[str, dict[str, int]] = {}
    for group, key, count in rows:  # type: ignore[attr-defined]
        result.setdefault(group, {})[key] = count
    return result


def failures(house: House, batch_id: str | None = None, *, limit: int | None = None) -> Iterator[FailureRow]:
    """Failed, refused and quarantined sightings; the name of a secret one is not told."""
    wanted: list[ColumnElement[bool]] = [Sighting.state.in_((State.failed, State.refused, State.quarantined))]
    if batch_id is not None:
        status(house, batch_id)
        wanted.append(Sighting.batch_id == batch_id)
    seen = last = 0
    while limit is None or seen < limit:
        some = ROWS_AT_ONCE if limit is None else min(ROWS_AT_ONCE, limit - seen)
        with house.catalogue.read() as session:
            rows = session.scalars(
                select(Sighting).where(*wanted, Sighting.id > last).order_by(Sighting.id).limit(some)
            )
            found = rows.all()
        if not found:
            return
        names = names_of(house, found)
        for row in found:
            yield FailureRow(
                sighting=row.id,
                batch=row.batch_id,
                name=names[row.id],
                state=row.state,
                error_class=row.error_class,
                message=row.error_message,
            )
        seen, last = seen + len(found), found[-1].id


def names_of(house: House, sightings: Sequence[Sighting]) -> dict[int, str]:
    """Names by sighting: from the catalogue after an open verdict, from the vault before, hidden when secret."""
    told = house.vault.names.some(f"name:{s.path_hash}" for s in sightings if s.path is None)
    return {s.id: s.path or str(told.get(f"name:{s.path_hash}", {}).get("name", HIDDEN)) for s in sightings}


class Unmatched(Value):
    """What has no counterpart: inventory lines without a scan, records without a line (their ids)."""

    lines: list[dict[str, str | int | None]]
    records: list[dict[str, str | None]]


def unmatched(house: House, batch_id: str) -> Unmatched:
    """Both sides of the comparison with the inventory; secret lines appear by position only."""
    with house.catalogue.read() as session:
        rows = session.scalars(
            select(InventoryLineRow)
            .where(InventoryLineRow.batch_id == batch_id, InventoryLineRow.record_id.is_(None))
            .where(InventoryLineRow.withdrawn.is_(False))
            .order_by(InventoryLineRow.position)
        ).all()
        records = session.scalars(
            select(Record)
            .where(Record.batch_id == batch_id, Record.line_key.is_(None), Record.state == "open")
            .order_by(Record.id)
        ).all()
    lines: list[dict[str, str | int | None]] = []
    for row in rows:
        told = house.vault.names.get(f"line:{row.key}") or {}
        lines.append(
            {"position": row.position, "notation": told.get("notation"), "subject": told.get("subject") or HIDDEN}
        )
    return Unmatched(lines=lines, records=[{"record": r.id, "title": r.title} for r in records])


def work_left(catalogue: Catalogue, batch_id: str) -> tuple[int, int]:
    """Units of a batch that ended, and all its units."""
    query = select(Unit.state, func.count()).where(Unit.batch_id == batch_id).group_by(Unit.state)
    with catalogue.read() as session:
        states = dict(session.execute(query).all())
    return sum(count for state, count in states.items() if state != State.waiting), sum(states.values())
