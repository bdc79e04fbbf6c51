"""Where each target stands on a day: percentage with numerator and denominator, due date, on time or not, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

from sohoa.language import say
from sohoa.models import Value
from sohoa.stores.catalogue.tables import INVENTORY, REGISTER
from sohoa.targets.counting import Cell, Counter, Sum, add_up, by, in_scope, too_small
from sohoa.targets.denominators import in_force
from sohoa.targets.plan import Level, Plan, Promise, Reading, Scope, Stage, Target, Years

NAMED_AT_MOST = 8
"""Agencies named in one sentence; of more, their number is said."""


class OnTime(StrEnum):
    """How a target stands against its date."""

    reached = "reached"
    on_course = "on-course"
    """Not below the straight line from the day it was set to the day it is due."""
    behind = "behind"
    missed = "missed"
    no_level = "no-level"
    """The plan names no percentage and none was chosen."""
    no_denominator = "no-denominator"
    by_hand = "by-hand"
    """Reported by hand; no figure is here yet."""


class Standing(Value):
    """One target on one day. Percentages are 0–100; above 100 only where a declared denominator is too small."""

    id: str
    sentence: str
    lines: str
    unit: str
    stage: Stage | None
    measured: str
    due: date
    wanted: float | None
    parts: tuple[Level, ...] = ()
    done: int | None = None
    count: int | None = None
    percent: float | None = None
    qualities: tuple[str, ...] = ()
    on_time: OnTime
    expected: float | None = None
    """Percentage on the straight line to the due date."""
    left: int | None = None
    """Units still to do until the wanted percentage."""
    readings: tuple[Reading, ...] = ()
    faults: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def standings(plan: Plan, counter: Counter, agency: str | None = None) -> list[Standing]:
    """All targets in force on the counter's day, of one agency (id, code or name) and those below it, or of all."""
    return [standing(promise, counter, agency) for promise in plan.on(counter.day)]


def standing(promise: Promise, counter: Counter, agency: str | None = None) -> Standing:
    """One target on the counter's day."""
    target = promise.target
    if target.measured == "by-hand":
        return Standing(**_facts(promise), on_time=OnTime.by_hand)
    cells = cells_of(target, counter, agency=agency)
    figure = add_up(cells)
    expected = _expected(target, counter.day)
    return Standing(
        **_facts(promise),
        done=figure.done,
        count=figure.count,
        percent=figure.percent,
        qualities=figure.qualities,
        on_time=_on_time(target, figure, expected, counter.day),
        expected=expected,
        left=_left(target, figure),
        faults=_faults(cells, counter),
        missing=_missing(target, cells, counter, agency),
    )


def cells_of(target: Target, counter: Counter, *, agency: str | None = None, stage: Stage | None = None) -> list[Cell]:
    """The cells behind a target, at its own stage or another one."""
    every = counter.cells(target.unit, stage or target.stage or Stage.stored)
    cells = in_scope(every, target.scope, counter.agencies, counter.organised_on)
    if agency is None:
        return cells
    wanted = counter.below(agency)
    return [cell for cell in cells if cell.agency in wanted]


def _facts(promise: Promise) -> dict[str, Any]:
    target = promise.target
    return {
        "id": target.id,
        "sentence": target.sentence,
        "lines": target.lines,
        "unit": target.unit,
        "stage": target.stage,
        "measured": target.measured,
        "due": target.due,
        "wanted": target.percent,
        "parts": target.parts,
        "readings": promise.readings,
    }


def _expected(target: Target, day: date) -> float | None:
    if target.percent is None:
        return None
    whole = max(1, (target.due - target.valid_from).days)
    return target.percent * min(1.0, max(0.0, (day - target.valid_from).days / whole))


def _on_time(target: Target, figure: Sum, expected: float | None, day: date) -> OnTime:
    if figure.percent is None:
        return OnTime.no_denominator
    if target.percent is None or expected is None:
        return OnTime.no_level
    if _left(target, figure) == 0:
        return OnTime.reached
    if day > target.due:
        return OnTime.missed
    return OnTime.on_course if figure.percent >= expected else OnTime.behind


def _left(target: Target, figure: Sum) -> int | None:
    """Whole units to do until the percentage is reached; none is rounded away."""
    if target.percent is None or figure.count == 0:
        return None
    needed = -(-figure.count * round(target.percent * 1000) // 100_000)
    return max(0, needed - figure.done)


def _faults(cells: Sequence[Cell], counter: Counter) -> tuple[str, ...]:
    told = []
    for cell in too_small(cells):
        name = counter.agencies.name_on(cell.agency, counter.day)
        told.append(
            say(
                f"{name}, năm {cell.year}: khai {cell.count} nhưng đã số hóa {cell.done}. Mẫu số sai: khai lại hoặc nộp mục lục.",
                f"{name}, {cell.year}: declared {cell.count}, but {cell.done} are digitised. The denominator is wrong: declare it again or hand in an inventory.",
            )
        )
    return tuple(told)


def _missing(target: Target, cells: Sequence[Cell], counter: Counter, agency: str | None) -> tuple[str, ...]:
    """What keeps the figure from being the whole truth, and what to do."""
    told = []
    silent = _silent(target.scope, cells, counter, agency)
    if silent:
        names = ", ".join(counter.agencies.name_on(id_, counter.day) for id_ in silent[:NAMED_AT_MOST])
        more = f", … ({len(silent)})" if len(silent) > NAMED_AT_MOST else ""
        told.append(
            say(
                f"Chưa có mục lục, sổ đăng ký hay số khai trong phạm vi chỉ tiêu: {names}{more}. Không có mẫu số thì không tính được tỷ lệ của các cơ quan này.",
                f"No inventory, register or declared number within the target: {names}{more}. Without a denominator these agencies have no percentage.",
            )
        )
    strange = sorted({c.agency for c in cells if counter.agencies.get(c.agency) is None})
    if strange:
        told.append(
            say(
                f"Mã cơ quan chưa có trong agencies.yaml, vẫn được tính: {', '.join(strange[:NAMED_AT_MOST])}. Bổ sung mã.",
                f"Agency codes not in agencies.yaml, counted all the same: {', '.join(strange[:NAMED_AT_MOST])}. Add them.",
            )
        )
    undated = _undated(target, counter) if agency is None else 0
    if undated:
        told.append(
            say(
                f"{undated} dòng mục lục không rõ năm nên không thuộc kỳ nào. Ghi năm vào mục lục.",
                f"{undated} inventory lines without a year are in no period. Enter the year in the inventory.",
            )
        )
    unknown = sum(cell.unknown for cell in cells)
    if unknown:
        told.append(
            say(
                f"{unknown} dòng không ghi số trang nên chưa có trong mẫu số. Ghi số trang vào mục lục.",
                f"{unknown} lines without a number of pages are not in the denominator. Enter it in the inventory.",
            )
        )
    if target.unit != "dossier" and agency is None and (dossiers := counter.dossiers_without_lines(target.scope)):
        told.append(
            say(
                f"{dossiers} hồ sơ mới có mục lục hồ sơ, chưa có mục lục văn bản; văn bản của chúng chưa có trong mẫu số.",
                f"{dossiers} dossiers have no list of their records yet; those records are not in the denominator.",
            )
        )
    return (*told, *_registers_say_more(cells, counter))


def _silent(scope: Scope, cells: Sequence[Cell], counter: Counter, agency: str | None) -> list[str]:
    """Agencies of the file in scope, living that day, of which nothing says how much there is."""
    heard = {cell.agency for cell in cells}
    named = frozenset[str]().union(*(counter.agencies.below(id_, counter.day) for id_ in scope.agencies))
    below = counter.below(agency) if agency is not None else None
    return [
        one.id
        for one in counter.agencies.agencies
        if one.lives(counter.organised_on)
        and one.id not in heard
        and (not scope.kinds or one.kind in scope.kinds)
        and (not scope.agencies or one.id in named)
        and (below is None or one.id in below)
    ]


def _undated(target: Target, counter: Counter) -> int:
    if target.scope.holds(None, None, None):
        return 0
    whole = target.scope.model_copy(update={"years": Years(), "also": ()})
    every = counter.cells(target.unit, target.stage or Stage.stored)
    return sum(c.count for c in in_scope(every, whole, counter.agencies, counter.organised_on) if c.year is None)


def _registers_say_more(cells: Sequence[Cell], counter: Counter) -> list[str]:
    """Years whose register lists more than the inventory that is counted."""
    listed: dict[tuple[str, int | None], int] = {}
    for cell in cells:
        if cell.origin == INVENTORY:
            key = counter.maker(cell.code, cell.year), cell.year
            listed[key] = listed.get(key, 0) + cell.count
    told = []
    for row in in_force(counter.session, counter.day):
        inventory = listed.get((counter.maker(row.agency_code, row.year), row.year))
        if row.origin == REGISTER and inventory is not None and inventory < row.count:
            name = counter.agencies.name_on(counter.owner(row.agency_code, row.year), counter.day)
            told.append(
                say(
                    f"{name}, năm {row.year}: sổ đăng ký ghi {row.count} văn bản, mục lục chỉ có {inventory}. Kiểm tra mục lục có thiếu không.",
                    f"{name}, {row.year}: the register lists {row.count} records, the inventory only {inventory}. Check whether the inventory lacks some.",
                )
            )
    return told


def periods(plan: Plan, day: date) -> list[Years]:
    """The years cut where a target's period begins or ends: before 2015, 2015–2019, 2020–2025 …"""
    spans = [s for p in plan.on(day) if p.target.measured == "catalogue" for s in p.target.scope.spans()]
    starts = sorted({s.first for s in spans if s.first} | {s.last + 1 for s in spans if s.last})
    edges = [None, *starts, None]
    return [Years(first=a, last=b - 1 if b else None) for a, b in pairwise(edges)]


def figures(target: Target, counter: Counter, plan: Plan, dimension: str, agency: str | None = None) -> dict[str, Sum]:
    """The figure of a target by agency, year, period, group, type, retention, stage, or origin of the denominator."""
    if dimension == "stage":
        return {stage.value: add_up(cells_of(target, counter, agency=agency, stage=stage)) for stage in Stage}
    spans = periods(plan, counter.day)

    def key(cell: Cell) -> str:
        if dimension == "period":
            return next((str(s) for s in spans if cell.year is not None and s.hold(cell.year)), "?")
        if dimension == "agency":
            return counter.agencies.name_on(cell.agency, counter.day)
        value = getattr(cell, dimension)
        return "?" if value is None else str(value)

    return by(cells_of(target, counter, agency=agency), key)
