"""Counts behind the targets: cells of agency, year, type, retention and group, each with numerator and denominator.

What an agency has of a year is said by its inventories; where there are none, by its registers; where there are none
either, by what it declared. A cell comes from one of them only, so nothing counts twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import case, exists, func, literal, select
from sqlalchemy.orm import Session

from sohoa.models import Value
from sohoa.stores.catalogue.tables import (
    DECLARED,
    INVENTORY,
    Batch,
    Denominator,
    Dossier,
    Fonds,
    InventoryLineRow,
    Record,
    State,
    Unit,
)
from sohoa.targets.agencies import Agencies
from sohoa.targets.denominators import Quality, in_force
from sohoa.targets.lines import PAGES, counted, passed, record_passed
from sohoa.targets.plan import Scope, Stage
from sohoa.targets.plan import Unit as CountedUnit
from sohoa.targets.retention import retention_name

Years = dict[tuple[str, int | None], str]


class Cell(Value):
    """Lines that agree in all of this; `done` of `count` units have passed the stage."""

    agency: str
    """Id of the owner on the day, or the code that the inventory gives where no file knows it."""
    code: str
    """As the inventory gives it."""
    year: int | None
    type: str | None = None
    retention: str | None = None
    group: str | None = None
    origin: str = INVENTORY
    quality: Quality = "counted"
    count: int
    done: int
    unknown: int = 0
    """Lines without a number of pages, when pages are counted."""


class Sum(Value):
    """Several cells as one figure, numerator and denominator together."""

    done: int
    count: int
    qualities: tuple[Quality, ...] = ()

    @property
    def percent(self) -> float | None:
        """0–100, above 100 where a declared denominator is too small; None without a denominator."""
        return None if self.count == 0 else 100.0 * self.done / self.count


def add_up(cells: Iterable[Cell]) -> Sum:
    """The cells as one figure."""
    cells = list(cells)
    qualities = tuple(sorted({cell.quality for cell in cells}))
    return Sum(done=sum(c.done for c in cells), count=sum(c.count for c in cells), qualities=qualities)


def by(cells: Iterable[Cell], key: Callable[[Cell], str]) -> dict[str, Sum]:
    """The figures of every value of a key, in the order of the keys."""
    groups: dict[str, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(key(cell), []).append(cell)
    return {name: add_up(groups[name]) for name in sorted(groups)}


def in_scope(cells: Iterable[Cell], scope: Scope, agencies: Agencies, day: date) -> list[Cell]:
    """The cells that a target speaks of. An agency that the file does not know is in every scope of kinds."""
    wanted = owners_in_scope(scope, agencies, day)
    return [c for c in cells if wanted(c.agency) and scope.holds(c.year, c.retention, c.group)]


def owners_in_scope(scope: Scope, agencies: Agencies, day: date) -> Callable[[str], bool]:
    """Whether an owner is in scope."""
    named = frozenset[str]().union(*(agencies.below(id_, day) for id_ in scope.agencies))

    def wanted(owner: str) -> bool:
        agency = agencies.get(owner)
        if scope.agencies and owner not in named:
            return False
        return not scope.kinds or agency is None or agency.kind in scope.kinds

    return wanted


class Counter:
    """Counts for one day: who owns what on it (or on another, for comparison across a merger), which stage was passed.

    `past` counts what the events say was done by the end of the day; else what is done by now. What is known today to
    be secret, and the lines of today's inventories, hold for a past day too.
    """

    def __init__(
        self,
        session: Session,
        agencies: Agencies,
        day: date,
        organised_on: date | None = None,
        *,
        past: bool = False,
    ) -> None:
        self.session, self.agencies, self.day = session, agencies, day
        self.until = day if past else None
        self.organised_on = organised_on or day
        self._owners: dict[tuple[str, int | None], str] = {}
        self._covered: Years | None = None
        self._cells: dict[tuple[CountedUnit, Stage], list[Cell]] = {}

    def owner(self, code: str, year: int | None) -> str:
        """The one owner of what an agency made in a year."""
        key = code, year
        if key not in self._owners:
            self._owners[key] = self.agencies.owner(code, year, self.organised_on)
        return self._owners[key]

    def below(self, agency: str) -> frozenset[str]:
        """Ids of an agency (id, code or name) and of all below it; of a dissolved one, of its successor."""
        return self.agencies.below(self.agencies.owner(agency, None, self.organised_on), self.organised_on)

    def maker(self, code: str, year: int | None) -> str:
        """The agency of the year of origin: what a body left is not listed because its successor's papers are."""
        agency = self.agencies.find(code, date(year, 12, 31) if year else None)
        return agency.id if agency else code

    def covered(self) -> Years:
        """The makers and years that inventories or registers list, secret lines included, and by which of them."""
        if self._covered is None:
            line = InventoryLineRow
            query = select(line.origin, line.agency_code, line.year).where(line.withdrawn.is_(False)).distinct()
            found: Years = {}
            # «inventory» comes before «register», and the first to come stays.
            for origin, code, year in sorted(self.session.execute(query), key=lambda row: row[0]):
                found.setdefault((self.maker(code, year), year), origin)
            self._covered = found
        return self._covered

    def cells(self, unit: CountedUnit, stage: Stage) -> list[Cell]:
        """All cells in this unit."""
        if (unit, stage) not in self._cells:
            found = (
                self._dossiers(stage) if unit == "dossier" else self._lines(unit, stage) + self._declared(unit, stage)
            )
            self._cells[unit, stage] = found
        return self._cells[unit, stage]

    def _lines(self, unit: CountedUnit, stage: Stage) -> list[Cell]:
        line = InventoryLineRow
        pages = unit == "page"
        size: Any = PAGES if pages else 1
        keys = (line.origin, line.agency_code, line.year, line.type, line.retention, line.group_id)
        sums = (
            func.sum(size) if pages else func.count(),
            func.sum(case((passed(stage, self.until), size), else_=0)),
            func.sum(case((PAGES == 0, 1), else_=0)) if pages else literal(0),
        )
        found = []
        for origin, code, year, type_, retention, group, *numbers in self.session.execute(
            counted(*keys, *sums).group_by(*keys)
        ):
            owner = self.owner(code, year)
            if self.covered().get((self.maker(code, year), year)) == origin:
                count, done, unknown = (int(n or 0) for n in numbers)
                found.append(
                    Cell(
                        agency=owner, code=code, year=year, type=type_, retention=retention_name(retention), group=group,
                        origin=origin, count=count, done=done, unknown=unknown,
                    )
                )  # fmt: skip
        return found

    def _declared(self, unit: CountedUnit, stage: Stage) -> list[Cell]:
        """What agencies declared of years that no inventory or register lists; done is what was kept without a line."""
        told: dict[tuple[str, int | None], list[Denominator]] = {}
        for row in in_force(self.session, self.day):
            key = self.maker(row.agency_code, row.year), row.year
            if row.origin == DECLARED and row.unit == unit and key not in self.covered():
                told.setdefault(key, []).append(row)
        if not told:
            return []
        size: Any = func.sum(Record.pages) if unit == "page" else func.count()
        kept = (
            select(Record.agency_code, Record.year, size)
            .where(Record.line_key.is_(None), record_passed(stage, self.until))
            .group_by(Record.agency_code, Record.year)
        )
        done: dict[tuple[str, int | None], int] = {}
        for code, year, number in self.session.execute(kept):
            key = self.maker(code, year), year
            done[key] = done.get(key, 0) + int(number or 0)
        return [self._declared_cell(rows, done.get(key, 0)) for key, rows in told.items()]

    def _declared_cell(self, rows: Sequence[Denominator], done: int) -> Cell:
        code, year = rows[0].agency_code, rows[0].year
        estimated = any(row.quality == "estimated" for row in rows)
        return Cell(
            agency=self.owner(code, year), code=code, year=year, origin=DECLARED,
            quality="estimated" if estimated else "declared", count=sum(row.count for row in rows), done=done,
        )  # fmt: skip

    def _dossiers(self, stage: Stage) -> list[Cell]:
        """Dossiers: done when every line of them that counts is; without lines, when all their scans are."""
        line = InventoryLineRow
        whole = func.sum(case((passed(stage, self.until), 0), else_=1)) == 0
        each = (
            counted(line.dossier_key, func.min(line.agency_code), func.min(line.year), case((whole, 1), else_=0))
            .where(line.dossier_key.is_not(None), line.origin == INVENTORY)
            .group_by(line.dossier_key)
        )
        of_lines: dict[str, tuple[str, int | None, bool]] = {
            key: (code, year, bool(done)) for key, code, year, done in self.session.execute(each)
        }
        listed = exists().where(line.dossier_key == Dossier.key, line.withdrawn.is_(False))
        query = (
            select(Dossier, Fonds.agency_code, listed)
            .join(Fonds, Fonds.code == Dossier.fonds_code)
            .where(Dossier.secrecy.is_(None), Dossier.withdrawn.is_(False))
        )
        scanned = self._scanned_whole()
        found = []
        for dossier, fonds_agency, has_lines in self.session.execute(query):
            if has_lines and dossier.key not in of_lines:
                continue  # all its lines are secret or held
            code, year, done = of_lines.get(
                dossier.key, (fonds_agency, dossier.year, (dossier.fonds_code, dossier.code) in scanned)
            )
            year = dossier.year or year
            found.append(
                Cell(
                    agency=self.owner(code, year), code=code, year=year, retention=retention_name(dossier.retention),
                    group=dossier.group_id, count=1, done=int(done),
                )
            )  # fmt: skip
        return found

    def _scanned_whole(self) -> set[tuple[str, str]]:
        """Fonds and codes of the dossiers of which every scan whose path names them is in the archive."""
        left = func.sum(case((Unit.state.in_((State.waiting, State.failed)), 1), else_=0))
        done = func.sum(case((Unit.state == State.done, 1), else_=0))
        query = (
            select(Batch.fonds_code, Unit.dossier_code)
            .join(Batch, Batch.id == Unit.batch_id)
            .where(Unit.dossier_code.is_not(None))
            .group_by(Batch.fonds_code, Unit.dossier_code)
            .having(left == 0, done > 0)
        )
        return {(fonds, code) for fonds, code in self.session.execute(query) if code is not None}

    def dossiers_without_lines(self, scope: Scope) -> int:
        """Dossiers in scope of which no list of records was read: their records are in no denominator."""
        listed = exists().where(InventoryLineRow.dossier_key == Dossier.key, InventoryLineRow.withdrawn.is_(False))
        query = (
            select(Dossier.year, Dossier.retention, Dossier.group_id, Fonds.agency_code, func.count())
            .join(Fonds, Fonds.code == Dossier.fonds_code)
            .where(Dossier.secrecy.is_(None), Dossier.withdrawn.is_(False), ~listed)
            .group_by(Dossier.year, Dossier.retention, Dossier.group_id, Fonds.agency_code)
        )
        wanted = owners_in_scope(scope, self.agencies, self.organised_on)
        return sum(
            count
            for year, retention, group, code, count in self.session.execute(query)
            if wanted(self.owner(code, year)) and scope.holds(year, retention, group)
        )


def too_small(cells: Sequence[Cell]) -> list[Cell]:
    """Declared denominators below what was digitised."""
    return [cell for cell in cells if cell.origin == DECLARED and cell.done > cell.count]
