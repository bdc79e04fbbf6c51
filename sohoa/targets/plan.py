"""The plan (`config/targets.yaml`): what was promised, in which scope, until when, and how its open points are read.

Everything has a day from which it holds, so that a target or a reading changed in March leaves February as it was.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sohoa.configfile import WrongValueError, load_config
from sohoa.targets.retention import retention_name

Unit = Literal["record", "dossier", "page", "case", "system", "person", "agency"]
COUNTED_UNITS = ("record", "dossier", "page")
"""Units that the catalogue can count."""
_YEARS = re.compile(r"(\d{4})?\s*(?:-|–|\.\.)\s*(\d{4})?|(\d{4})")
"""What a reading of an open point can set in a target."""


class Stage(StrEnum):
    """Stages of a record's way, each of which a target may take for done."""

    scanned = "scanned"
    read = "read"
    components = "components"
    verified = "verified"
    stored = "stored"
    searchable = "searchable"


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Years(Part):
    """Years of origin, both ends included; None is open."""

    first: int | None = None
    last: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return value
        match = _YEARS.fullmatch(str(value).strip())
        if match is None or not any(match.groups()):
            raise WrongValueError("viết như 2020-2025, ..2014 hoặc 2015..", "write it as 2020-2025, ..2014 or 2015..")
        first, last = (match[3], match[3]) if match[3] else (match[1], match[2])
        if first and last and first > last:
            raise WrongValueError("năm đầu sau năm cuối", "the first year is after the last")
        return {"first": int(first) if first else None, "last": int(last) if last else None}

    def hold(self, year: int | None) -> bool:
        """Whether the year lies within; an unknown year only where there is no bound."""
        if year is None:
            return self.first is None and self.last is None
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)

    def __str__(self) -> str:
        return "" if self.first is self.last is None else f"{self.first or ''}–{self.last or ''}"


class Slice(Part):
    """A further part of a scope: these years with this retention."""

    years: Years = Years()
    retention: tuple[str, ...] = ()

    def holds(self, year: int | None, retention: str | None) -> bool:
        """Whether a line of this year and retention (as `retention_name` gives it) is in it."""
        return self.years.hold(year) and (not self.retention or retention in names(self.retention))


class Scope(Part):
    """What a target speaks of; an empty member is no limit."""

    kinds: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    years: Years = Years()
    retention: tuple[str, ...] = ()
    except_retention: tuple[str, ...] = ()
    also: tuple[Slice, ...] = ()

    def holds(self, year: int | None, retention: str | None, group: str | None) -> bool:
        """Whether a line of this year, retention and group is in scope, its agency apart."""
        if self.groups and group not in self.groups:
            return False
        named = retention_name(retention)
        first = Slice(years=self.years, retention=self.retention).holds(year, named)
        if first and named not in names(self.except_retention):
            return True
        return any(part.holds(year, named) for part in self.also)

    def spans(self) -> tuple[Years, ...]:
        """All spans of years in scope."""
        return (self.years, *(part.years for part in self.also))


class Level(Part):
    """One of several percentages of a target (province 80, commune 60)."""

    name: str = Field(min_length=1)
    percent: float = Field(ge=0, le=100)


class Target(Part):
    """One target (chỉ tiêu) in one wording."""

    id: str = Field(min_length=1)
    sentence: str = Field(min_length=1)
    lines: str = Field(min_length=1)
    """Lines of the source, as `231-233`."""
    unit: Unit
    scope: Scope = Scope()
    percent: float | None = Field(default=None, ge=0, le=100)
    parts: tuple[Level, ...] = ()
    due: date
    stage: Stage | None = None
    measured: Literal["catalogue", "by-hand"]
    valid_from: date
    valid_to: date | None = None

    @field_validator("lines", mode="before")
    @classmethod
    def _one_line(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) else value

    @model_validator(mode="after")
    def _measurable(self) -> Target:
        if self.measured == "catalogue" and self.unit not in COUNTED_UNITS:
            raise WrongValueError(
                "danh mục chỉ đếm được văn bản, hồ sơ, trang; chỉ tiêu này phải là measured: by-hand",
                "the catalogue counts records, dossiers and pages only; this target must be measured: by-hand",
                "unit",
            )
        if self.measured == "catalogue" and self.stage is None:
            raise WrongValueError(
                "chỉ tiêu đếm từ danh mục phải ghi stage (khâu được tính)",
                "a target counted from the catalogue needs a stage",
                "measured",
            )
        if self.percent is not None and self.parts:
            raise WrongValueError("chỉ ghi percent hoặc parts", "give percent or parts, not both", "parts")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise WrongValueError("valid_to trước valid_from", "valid_to is before valid_from", "valid_to")
        return self


class Change(Scope):
    """What a reading sets in the targets it concerns: of their scope only what is written."""

    targets: tuple[str, ...] = Field(min_length=1)
    unit: Unit | None = None
    percent: float | None = Field(default=None, ge=0, le=100)

    def applied(self, target: Target) -> Target:
        """The target with what this change sets."""
        given = {name: getattr(self, name) for name in self.model_fields_set - {"targets"}}
        scope = {name: value for name, value in given.items() if name in Scope.model_fields}
        own = {name: value for name, value in given.items() if name not in scope}
        return target.model_copy(update={**own, "scope": target.scope.model_copy(update=scope)})


class Choice(Part):
    """One way to read an open point."""

    value: str = Field(alias="is", min_length=1)
    means: str = Field(min_length=1)
    changes: tuple[Change, ...] = ()


class Chosen(Part):
    """Which way holds from a day on."""

    value: str = Field(alias="is", min_length=1)
    valid_from: date


class OpenPoint(Part):
    """What the plan leaves open, and how it is read."""

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    chosen: tuple[Chosen, ...] = Field(min_length=1)
    choices: tuple[Choice, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _known(self) -> OpenPoint:
        values = [choice.value for choice in self.choices]
        for position, one in enumerate(self.chosen):
            if one.value not in values:
                told = ", ".join(values)
                raise WrongValueError(
                    f"không có cách hiểu «{one.value}»; chọn một trong: {told}",
                    f"there is no reading «{one.value}»; choose one of: {told}",
                    *("chosen", position, "is"),
                )
        return self

    @property
    def targets(self) -> frozenset[str]:
        """Ids of the targets that some reading of this point changes."""
        return frozenset(t for choice in self.choices for change in choice.changes for t in change.targets)

    def on(self, day: date) -> Choice:
        """The reading that holds on a day; before the first one, the first."""
        held = [c for c in sorted(self.chosen, key=lambda c: c.valid_from) if c.valid_from <= day]
        chosen = held[-1] if held else min(self.chosen, key=lambda c: c.valid_from)
        return next(choice for choice in self.choices if choice.value == chosen.value)


class Reading(Part):
    """How an open point was read for a report."""

    point: str
    question: str
    value: str
    means: str


class Promise(Part):
    """A target as it holds on a day: the plan's readings applied and named."""

    target: Target
    readings: tuple[Reading, ...] = ()


class Plan(Part):
    """The whole file."""

    plan: str = Field(min_length=1)
    source: str = Field(min_length=1)
    open_points: tuple[OpenPoint, ...] = ()
    targets: tuple[Target, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Plan:
        seen: set[tuple[str, date]] = set()
        for position, target in enumerate(self.targets):
            if (target.id, target.valid_from) in seen:
                raise WrongValueError(
                    f"chỉ tiêu {target.id} đã có với cùng valid_from; chỉ tiêu đổi thì ghi ngày mới",
                    f"target {target.id} is there already with the same valid_from; a changed one needs a new day",
                    *("targets", position, "valid_from"),
                )
            seen.add((target.id, target.valid_from))
        ids = {target.id for target in self.targets}
        for place, point in enumerate(self.open_points):
            for name in sorted(point.targets - ids):
                raise WrongValueError(
                    f"không có chỉ tiêu {name}", f"there is no target {name}", *("open_points", place, "choices")
                )
        return self

    def on(self, day: date) -> tuple[Promise, ...]:
        """The targets in force on a day, in the order of the file, read as the open points were read that day."""
        held: dict[str, Target] = {}
        for target in sorted(self.targets, key=lambda t: t.valid_from):
            if target.valid_from <= day:
                held[target.id] = target
        order = list(dict.fromkeys(t.id for t in self.targets))
        current = [held[id_] for id_ in order if id_ in held]
        return tuple(self._read(t, day) for t in current if t.valid_to is None or day <= t.valid_to)

    def _read(self, target: Target, day: date) -> Promise:
        readings = []
        for point in self.open_points:
            if target.id in point.targets:
                choice = point.on(day)
                readings.append(
                    Reading(point=point.id, question=point.question, value=choice.value, means=choice.means)
                )
                for change in choice.changes:
                    if target.id in change.targets:
                        target = change.applied(target)
        return Promise(target=target, readings=tuple(readings))


def names(retentions: tuple[str, ...]) -> set[str | None]:
    """Retentions of the file in the one form in which they are compared."""
    return {retention_name(text) for text in retentions}


def load_plan(config_dir: Path) -> Plan:
    """Read `targets.yaml`. `SettingsError` names the line and the reason."""
    return load_config(config_dir / "targets.yaml", Plan)
