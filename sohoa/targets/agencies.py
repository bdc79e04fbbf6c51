"""Agencies (`config/agencies.yaml`): their tree, names and codes over time, mergers with their successors.

Every code and name leads to exactly one agency on any day, and every agency of the past to exactly one owner of today.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sohoa.configfile import WrongValueError, load_config
from sohoa.text.normal import fold


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, ignored_types=(cached_property,))


class Spell(Part):
    """Days from … to, both included; None is open."""

    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")

    def holds(self, day: date) -> bool:
        """Whether the day lies within."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def meets(self, other: Spell) -> bool:
        """Whether some day lies in both."""
        return (self.first is None or other.last is None or self.first <= other.last) and (
            other.first is None or self.last is None or other.first <= self.last
        )


class Name(Spell):
    name: str = Field(min_length=1)


class Code(Spell):
    code: str = Field(min_length=1)


class Agency(Part):
    """One agency (cơ quan) in all its names and codes."""

    id: str = Field(min_length=1)
    kind: Literal["party", "front", "union", "state"]
    level: Literal["province", "commune"] | None = None
    names: tuple[Name, ...] = Field(min_length=1)
    codes: tuple[Code, ...] = Field(min_length=1)
    parent: str | None = None
    founded: date | None = None
    dissolved: date | None = None
    successor: str | None = None

    def lives(self, day: date) -> bool:
        """Whether the agency exists on a day."""
        return Spell(first=self.founded, last=self.dissolved).holds(day)

    def name_on(self, day: date) -> str:
        """Its name on a day; the last one it had where none holds."""
        return next((n.name for n in self.names if n.holds(day)), self.names[-1].name)

    def code_on(self, day: date) -> str:
        """Its code on a day; the last one it had where none holds."""
        return next((c.code for c in self.codes if c.holds(day)), self.codes[-1].code)


class Agencies(Part):
    """All agencies of the file."""

    agencies: tuple[Agency, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Agencies:
        for position, agency in enumerate(self.agencies):
            self._check_alone(position, agency)
            self._check_way(position, "parent")
            self._check_way(position, "successor")
        self._check_labels()
        return self

    def _check_alone(self, position: int, agency: Agency) -> None:
        here: tuple[str | int, ...] = ("agencies", position)
        if self._index[agency.id] != position:
            raise WrongValueError(f"id {agency.id} đã có ở trên", f"the id {agency.id} is used above", *here, "id")
        for member in ("parent", "successor"):
            other = getattr(agency, member)
            if other is not None and other not in self._index:
                raise WrongValueError(f"không có cơ quan {other}", f"there is no agency {other}", *here, member)
        if (agency.dissolved is None) != (agency.successor is None):
            raise WrongValueError(
                "dissolved và successor phải ghi cả hai, để tài liệu luôn có cơ quan chủ quản",
                "dissolved and successor belong together, so that its records always have an owner",
                *here,
                "dissolved" if agency.successor is None else "successor",
            )
        if agency.founded and agency.dissolved and agency.dissolved < agency.founded:
            raise WrongValueError("dissolved trước founded", "dissolved is before founded", *here, "dissolved")
        heir = self._by_id.get(agency.successor or "")
        if agency.dissolved and heir and heir.dissolved and heir.dissolved <= agency.dissolved:
            raise WrongValueError(
                f"cơ quan kế thừa {heir.id} không còn tồn tại sau ngày đó",
                f"its successor {heir.id} does not outlive that day",
                *here,
                "successor",
            )

    def _check_way(self, position: int, member: Literal["parent", "successor"]) -> None:
        seen: set[str] = set()
        one: Agency | None = self.agencies[position]
        while one is not None:
            if one.id in seen:
                raise WrongValueError(
                    f"{member} đi vòng: {' → '.join(sorted(seen))}",
                    f"{member} goes in a circle: {' → '.join(sorted(seen))}",
                    *("agencies", position, member),
                )
            seen.add(one.id)
            one = self._by_id.get(getattr(one, member) or "")

    def _check_labels(self) -> None:
        """No code or name may mean two agencies on one day."""
        seen: dict[str, list[tuple[str, Spell]]] = {}
        for position, agency in enumerate(self.agencies):
            for member in ("codes", "names"):
                for place, one in enumerate(getattr(agency, member)):
                    label = one.code if isinstance(one, Code) else one.name
                    life = Spell(first=one.first or agency.founded, last=one.last or agency.dissolved)
                    for other, spell in seen.setdefault(fold(label), []):
                        if other != agency.id and spell.meets(life):
                            raise WrongValueError(
                                f"«{label}» cũng là của {other} trong cùng thời gian; ghi from, to",
                                f"«{label}» belongs to {other} at the same time; give from and to",
                                *("agencies", position, member, place),
                            )
                    seen[fold(label)].append((agency.id, life))

    @cached_property
    def _by_id(self) -> dict[str, Agency]:
        return {agency.id: agency for agency in self.agencies}

    @cached_property
    def _index(self) -> dict[str, int]:
        return {agency.id: position for position, agency in reversed(list(enumerate(self.agencies)))}

    @cached_property
    def _labels(self) -> dict[str, list[tuple[Spell, Agency]]]:
        found: dict[str, list[tuple[Spell, Agency]]] = {}
        for agency in self.agencies:
            labels: list[tuple[str, Spell]] = [(c.code, c) for c in agency.codes] + [(n.name, n) for n in agency.names]
            for label, spell in [*labels, (agency.id, Spell())]:
                life = Spell(first=spell.first or agency.founded, last=spell.last or agency.dissolved)
                found.setdefault(fold(label), []).append((life, agency))
        return found

    def get(self, id_: str) -> Agency | None:
        """The agency of an id."""
        return self._by_id.get(id_)

    def find(self, text: str, day: date | None = None) -> Agency | None:
        """The agency that a code, name or id means; of several over time the one of the day, else the latest."""
        found = self._labels.get(fold(text.strip()), [])
        held = [agency for spell, agency in found if day is not None and spell.holds(day)]
        if held:
            return held[0]
        return max(found, key=lambda pair: pair[0].last or date.max)[1] if found else None

    def owner(self, text: str, year: int | None, day: date) -> str:
        """Id of the one agency that owns, on a day, what the agency of this code or name made in a year of origin.

        A code or name that the file does not know owns what bears it.
        """
        agency = self.find(text, date(year, 12, 31) if year else None)
        if agency is None:
            return text
        while agency.dissolved is not None and agency.dissolved < day:
            agency = self._by_id[agency.successor or ""]
        return agency.id

    def below(self, id_: str, day: date) -> frozenset[str]:
        """Ids of an agency and of all below it that live on a day."""
        found, more = {id_}, True
        while more:
            fresh = {a.id for a in self.agencies if a.parent in found and a.lives(day)} - found
            found |= fresh
            more = bool(fresh)
        return frozenset(found)

    def name_on(self, id_: str, day: date) -> str:
        """What to call an owner; a code that the file does not know is its own name."""
        agency = self._by_id.get(id_)
        return agency.name_on(day) if agency else id_


def load_agencies(config_dir: Path) -> Agencies:
    """Read `agencies.yaml`. `SettingsError` names the line and the reason."""
    return load_config(config_dir / "agencies.yaml", Agencies)
