"""Groups of documents that the plan names (`config/groups.yaml`), known by the dossier that a line stands in."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from sohoa.configfile import load_config
from sohoa.text.normal import fold


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Group(Part):
    """One group; `words` stand in the dossier's title, `dossiers` among the parts of its code."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    words: tuple[str, ...] = ()
    dossiers: tuple[str, ...] = ()
    registers: bool = False

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        words = "|".join(re.escape(fold(w)) for w in self.words)
        return re.compile(rf"\b(?:{words})\b") if words else None

    def fits(self, title: str, code: str) -> bool:
        """Whether a dossier of this title and code is of the group."""
        parts = set(re.split(r"[^\w]+", fold(code)))
        named = self._pattern is not None and self._pattern.search(fold(title)) is not None
        return named or any(fold(part) in parts for part in self.dossiers)


class Groups(Part):
    """All groups, in the order in which they are tried."""

    groups: tuple[Group, ...] = ()

    def of(self, title: str | None, code: str | None) -> str | None:
        """Id of the first group that fits, or None."""
        return next((g.id for g in self.groups if g.fits(title or "", code or "")), None)

    @property
    def of_registers(self) -> str | None:
        """Id of the group that every line of an outgoing register belongs to, or None."""
        return next((g.id for g in self.groups if g.registers), None)


@lru_cache(maxsize=8)
def load_groups(config_dir: Path) -> Groups:
    """Read `groups.yaml`, once for a process. `SettingsError` names the line and the reason."""
    return load_config(config_dir / "groups.yaml", Groups)
