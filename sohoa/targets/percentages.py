"""Percentages of digitisation by agency and year: inventory lines that have an open record, over all lines.

A query on the catalogue, nothing stored. Which lines count is said in one place for this table and for the targets.
"""

from __future__ import annotations

from sqlalchemy import case, func
from sqlalchemy.orm import Session

from sohoa.models import Value
from sohoa.stores.catalogue.tables import INVENTORY, InventoryLineRow
from sohoa.targets.lines import counted, passed
from sohoa.targets.plan import Stage


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
    line = InventoryLineRow
    digitised = func.sum(case((passed(Stage.stored), 1), else_=0))
    query = (
        counted(line.agency_code, line.year, func.count(), digitised)
        .where(line.origin == INVENTORY)
        .group_by(line.agency_code, line.year)
        .order_by(line.agency_code, line.year)
    )
    if fonds is not None:
        query = query.where(line.fonds_code == fonds)
    return [
        Share(agency=agency, year=year, lines=lines, digitised=int(done or 0))
        for agency, year, lines, done in session.execute(query)
    ]


def total(shares: list[Share]) -> Share:
    """All rows as one."""
    return Share(agency="", year=None, lines=sum(s.lines for s in shares), digitised=sum(s.digitised for s in shares))
