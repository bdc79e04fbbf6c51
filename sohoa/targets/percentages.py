"""Percentages of digitisation by agency and year: inventory lines that have an open record, over all lines.

A query on the catalogue, nothing stored. Secret lines, and lines whose record is held or sealed, are in neither
number, so that no difference gives them away.
"""

from __future__ import annotations

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from sohoa.models import Value
from sohoa.stores.catalogue.tables import HELD, InventoryLineRow, Record, RecordState


class Share(Value):
    """One row of the table: `digitised` of `lines` inventory lines of an agency and year of origin."""

    agency: str
    year: int | None
    lines: int
    digitised: int

    @property
    def percent(self) -> float | None:
        """0–100; None without a denominator."""
        return None if self.lines == 0 else 100.0 * self.digitised / self.lines


def percentages(session: Session, *, fonds: str | None = None) -> list[Share]:
    """Shares by agency and year, in that order; empty when no inventory was read."""
    line, record = InventoryLineRow, Record
    public = and_(
        line.secrecy.is_(None),
        or_(line.matched_by.is_(None), line.matched_by != HELD),
        or_(record.id.is_(None), record.state.in_((RecordState.open, RecordState.superseded))),
    )
    query = (
        select(
            line.agency_code,
            line.year,
            func.count(),
            func.sum(case((record.state == RecordState.open, 1), else_=0)),
        )
        .outerjoin(record, record.id == line.record_id)
        .where(public)
        .group_by(line.agency_code, line.year)
        .order_by(line.agency_code, line.year)
    )
    if fonds is not None:
        query = query.where(line.fonds_code == fonds)
    return [
        Share(agency=agency, year=year, lines=lines, digitised=int(digitised or 0))
        for agency, year, lines, digitised in session.execute(query)
    ]


def total(shares: list[Share]) -> Share:
    """All rows as one."""
    return Share(agency="", year=None, lines=sum(s.lines for s in shares), digitised=sum(s.digitised for s in shares))
