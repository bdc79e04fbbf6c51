"""The rules of recognition, read from the YAML files that people edit: record types, marks of secrecy, bodies."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sohoa.configfile import load_config
from sohoa.models import Secrecy

CODE = 2
"""Raised with every change of this package that can change a result: a part of the version of each recognition."""


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class TypeRule(Part):
    """One record type (tên loại), its code in TT 05/2025/TT-BNV, its abbreviations and titles."""

    name: str = Field(min_length=1)
    code: str = Field(pattern=r"^(0[1-9]|[12][0-9]|3[0-2])$")
    state: tuple[str, ...] = ()
    party: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    letter: bool = False
    """Has no title: công văn."""

    @property
    def all_titles(self) -> tuple[str, ...]:
        return () if self.letter else (self.name, *self.titles)


class SecrecyLevel(Part):
    level: Secrecy
    marks: tuple[str, ...] = Field(min_length=1)


class UrgencyLevel(Part):
    level: str = Field(min_length=1)
    marks: tuple[str, ...] = Field(min_length=1)


class Surroundings(Part):
    """Labels after which a level is written, and words in capitals that make the mark part of a phrase."""

    labels: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class SecrecyRules(Surroundings):
    levels: tuple[SecrecyLevel, ...] = Field(min_length=3)
    """From the lowest to the highest."""


class UrgencyRules(Surroundings):
    levels: tuple[UrgencyLevel, ...] = Field(min_length=1)


class Marks(Part):
    secrecy: SecrecyRules
    urgency: UrgencyRules


class Headings(Part):
    state: tuple[str, ...] = Field(min_length=1)
    party: tuple[str, ...] = Field(min_length=1)
    union: tuple[str, ...] = ()


class Bodies(Part):
    """Words by which headers, bodies, places and signers are known."""

    headings: Headings
    mottos: tuple[str, ...]
    heads: tuple[str, ...]
    words: tuple[str, ...]
    phrases: tuple[str, ...] = ()
    abbreviations: tuple[str, ...]
    units: tuple[str, ...]
    places: tuple[str, ...]
    surnames: tuple[str, ...]
    authority: tuple[str, ...]
    positions: tuple[str, ...]
    ranks: tuple[str, ...]
    attachments: tuple[str, ...]
    forwards: tuple[str, ...]
    incoming: tuple[str, ...]

    @field_validator("words", "surnames", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value


class Types(Part):
    types: tuple[TypeRule, ...] = Field(min_length=1)


class Rules(Part):
    """Everything recognition knows beside its code."""

    types: tuple[TypeRule, ...]
    marks: Marks
    bodies: Bodies

    @cached_property
    def version(self) -> str:
        """Twelve hex digits that change with any rule."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    @cached_property
    def letter(self) -> TypeRule | None:
        """The type without a title (công văn)."""
        return next((t for t in self.types if t.letter), None)


def recognition_version(rules: Rules) -> str:
    """What a stored recognition was made with; another value means it is stale."""
    return f"records-{CODE}-{rules.version}"


def load_rules(config_dir: Path) -> Rules:
    """Read the three files. `SettingsError` names the file and the line, and what is wrong there."""
    types = load_config(config_dir / "record-types.yaml", Types)
    marks = load_config(config_dir / "secrecy.yaml", Marks)
    bodies = load_config(config_dir / "bodies.yaml", Bodies)
    return Rules(types=types.types, marks=marks, bodies=bodies)
