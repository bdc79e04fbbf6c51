"""Denominators: how much there is to digitise, by whom it is said, of what quality, and what a new version changed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sohoa.language import say
from sohoa.models import Value
from sohoa.stores.catalogue.tables import DECLARED, Denominator

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Quality = Literal["counted", "declared", "estimated"]
Facts = Mapping[str, Any]
"""What is counted of a line: year, type, pages, retention, agency_code, group_id."""
COMPARED = {
    "year": ("năm", "year"),
    "type": ("tên loại", "type"),
    "pages": ("số trang", "pages"),
    "retention": ("thời hạn bảo quản", "retention"),
    "agency_code": ("cơ quan", "agency"),
    "group_id": ("nhóm", "group"),
}


class Change(Value):
    """What a new version did to the one before it. Secret lines are on neither side."""

    before: int
    after: int
    added: dict[str, int] = Field(default_factory=dict)
    """Lines by year of origin."""
    removed: dict[str, int] = Field(default_factory=dict)
    changed: dict[str, int] = Field(default_factory=dict)
    """Lines by what was changed in them; a line may be in several."""

    def explain(self) -> str:
        """The same as a sentence."""
        parts = [say(f"từ {self.before} thành {self.after}", f"from {self.before} to {self.after}")]
        for counts, vi, en in ((self.added, "thêm", "added"), (self.removed, "bớt", "removed")):
            if counts:
                years = ", ".join(f"{year}: {count}" for year, count in counts.items())
                parts.append(say(f"{vi} {sum(counts.values())} ({years})", f"{en} {sum(counts.values())} ({years})"))
        parts += [
            say(f"đổi {COMPARED[name][0]} {count} dòng", f"{COMPARED[name][1]} changed in {count} lines")
            for name, count in self.changed.items()
        ]
        return "; ".join(parts)


def today() -> date:
    """This day in Vietnam."""
    return datetime.now(ZONE).date()


def compare(old: Mapping[str, Facts], new: Mapping[str, Facts]) -> Change:
    """What changed between two versions, their non-secret lines by key."""
    changed = Counter(
        name for key in old.keys() & new.keys() for name in COMPARED if old[key].get(name) != new[key].get(name)
    )
    return Change(
        before=len(old),
        after=len(new),
        added=_by_year(new, new.keys() - old.keys()),
        removed=_by_year(old, old.keys() - new.keys()),
        changed={name: changed[name] for name in COMPARED if changed[name]},
    )


def _by_year(lines: Mapping[str, Facts], keys: set[str]) -> dict[str, int]:
    counted = Counter(str(lines[key].get("year") or "?") for key in keys)
    return dict(sorted(counted.items()))


def digest_of(lines: Mapping[str, Facts], dossiers: int = 0) -> str:
    """Digest of what a version counts."""
    plain = [[key, {name: facts.get(name) for name in COMPARED}] for key, facts in sorted(lines.items())]
    return hashlib.sha256(json.dumps([dossiers, plain], sort_keys=True).encode()).hexdigest()


def newest(session: Session, series: str) -> Denominator | None:
    """The version of a series that holds."""
    query = select(Denominator).where(Denominator.series == series).order_by(Denominator.version.desc())
    return session.scalars(query.limit(1)).first()


def add_version(
    session: Session,
    series: str,
    *,
    origin: str,
    quality: Quality,
    agency: str,
    count: int,
    digest: str,
    who: str,
    year: int | None = None,
    unit: str = "record",
    stated: date | None = None,
    change: Change | None = None,
) -> Denominator | None:
    """Add a version to its series; None when it says what the one before it says."""
    last = newest(session, series)
    if last is not None and last.digest == digest:
        return None
    row = Denominator(
        series=series,
        version=last.version + 1 if last else 1,
        origin=origin,
        quality=quality,
        agency_code=agency,
        year=year,
        unit=unit,
        count=count,
        stated=(stated or today()).isoformat(),
        who=who,
        digest=digest,
        change=change.model_dump() if last is not None and change is not None else {},
    )
    session.add(row)
    return row


def declare(
    session: Session, *, agency: str, year: int, unit: str, count: int, quality: Quality, stated: date, who: str
) -> Denominator | None:
    """Put down what an agency says it has, of one year of origin. None when it said so before."""
    series = "declared:" + hashlib.sha256(f"{agency}\0{year}\0{unit}".encode()).hexdigest()[:32]
    last = newest(session, series)
    return add_version(
        session,
        series,
        origin=DECLARED,
        quality=quality,
        agency=agency,
        year=year,
        unit=unit,
        count=count,
        stated=stated,
        who=who,
        digest=hashlib.sha256(f"{count}\0{quality}\0{stated}".encode()).hexdigest(),
        change=Change(before=last.count, after=count) if last else None,
    )


def in_force(session: Session, day: date) -> list[Denominator]:
    """Of each series the newest version that was stated by a day."""
    told = Denominator.stated <= day.isoformat()
    last = select(Denominator.series, func.max(Denominator.version).label("version")).where(told)
    newest_ = last.group_by(Denominator.series).subquery()
    query = select(Denominator).join(
        newest_, (newest_.c.series == Denominator.series) & (newest_.c.version == Denominator.version)
    )
    return list(session.scalars(query.order_by(Denominator.origin, Denominator.agency_code, Denominator.year)))


def history(session: Session) -> list[Denominator]:
    """All versions of all series, the newest of each first."""
    query = select(Denominator).order_by(Denominator.series, Denominator.version.desc())
    return list(session.scalars(query))
