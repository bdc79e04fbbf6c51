"""Plans a sample archive before anything is drawn: dossiers, units in them, their records, names and faults."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from sohoa.sample.agencies import AGENCIES, Agency
from sohoa.sample.damage import Level
from sohoa.sample.truth import Rotation, Secrecy

UnitKind = Literal[
    "plain", "secret-inventory", "secret-stamp", "secret-both", "secret-page", "dossier", "born-digital",
    "encrypted", "damaged", "not-a-scan", "duplicate", "duplicate-line", "rescan", "missing",
]  # fmt: skip
SPECIALS: tuple[UnitKind, ...] = (
    "secret-inventory", "secret-stamp", "secret-page", "duplicate", "dossier", "rescan", "encrypted", "damaged",
    "born-digital", "not-a-scan", "duplicate-line", "secret-both", "secret-stamp", "not-a-scan",
)  # fmt: skip
"""In every archive of 30 documents or more; a smaller one has the first ones, half as many as it has documents."""
YEARS = range(2012, 2026)
_PAGE_WEIGHTS = (0.30, 0.25, 0.18, 0.12, 0.06, 0.04, 0.03, 0.02)
_MEAN_PAGES = 2.5
"""No archive goes beyond this many planned pages a document; blank backs and dossiers stay within 200 for 60."""
Naming = Literal["code", "notation", "scanner", "words"]


@dataclass
class RecordPlan:
    """A record to be composed. `pages` it is set on; `listed` when the inventory has a line for it."""

    id: str
    author: Agency
    short: str
    issued: dt.date
    number: int
    pages: int
    listed: bool = True
    inventory_secrecy: Secrecy | None = None
    stamp: Secrecy | None = None
    incoming: tuple[str, str] | None = None
    """Number and day of the stamp of the body that received it."""


@dataclass
class Unit:
    """One thing that comes in: a file or a folder of images (`missing`: only a line of the inventory)."""

    kind: UnitKind
    records: list[RecordPlan]
    level: Level = "clean"
    mode: Literal["colour", "gray", "bitonal"] = "colour"
    container: Literal["pdf", "tiff", "jpeg-folder"] = "pdf"
    zipped: bool = False
    back: bool = False
    """A blank back after the last page."""
    turn_all: Rotation = 0
    turn_one: Rotation = 0
    """Clockwise turn of all pages, or of one, in degrees, as they lay on the scanner."""
    garbage: bool = False
    """Carries a hidden text layer of nonsense, as an English reading of Vietnamese leaves it."""
    control: bool = False
    """Carries the control marker of a leak test."""
    source: Unit | None = None
    """What a duplicate or rescan repeats."""
    dossier: Dossier | None = None
    path: str = ""
    """Under `kho/`, set when it is written."""


@dataclass
class Dossier:
    """A hồ sơ. `file_code` = code of the agency, year, ordinal."""

    owner: Agency
    year: int
    ordinal: int
    naming: Naming
    units: list[Unit] = field(default_factory=list)

    @property
    def file_code(self) -> str:
        return f"{self.owner.code}.{self.year}.{self.ordinal:03d}"


def plan(documents: int, seed: int, mix: dict[str, float], max_pages: int, *, legible_secrets: bool) -> list[Dossier]:
    """The dossiers of an archive of `documents` units. `legible_secrets`: secret records are scanned clean, for planted sentences."""
    rng = random.Random(f"{seed}/plan")
    specials = list(SPECIALS[: min(len(SPECIALS), documents // 2)])
    whole = [k for k in specials if k in ("dossier", "secret-page")]
    loose = [k for k in specials if k not in whole]
    dossiers = _dossiers(rng, max(2, round(documents / 4.5)), len(whole))
    drawer = _Drawer(rng, mix, max_pages, legible_secrets)
    shared = dossiers[len(whole) :]
    for special, dossier in zip(whole, dossiers, strict=False):
        dossier.units.append(drawer.unit(special, dossier))
    for index in range(documents - len(specials)):
        dossier = shared[index % len(shared)]
        dossier.units.append(drawer.unit("plain", dossier))
    for index, kind in enumerate(loose):
        dossier = shared[index % len(shared)]
        dossier.units.append(drawer.unit(kind, dossier))
    _slim(dossiers, documents, max_pages)
    _finish(rng, drawer, dossiers, documents, max_pages)
    return dossiers


def _dossiers(rng: random.Random, shared: int, whole: int) -> list[Dossier]:
    owners, years = list(AGENCIES), list(YEARS)
    rng.shuffle(owners)
    rng.shuffle(years)
    count: Counter[tuple[str, int]] = Counter()
    made = []
    for index in range(shared + whole):
        owner, year = owners[index % len(owners)], years[(index + index // len(years)) % len(years)]
        count[owner.code, year] += 1
        naming: Naming = rng.choices(("code", "notation", "scanner", "words"), (5, 2, 2, 1))[0]
        made.append(
            Dossier(owner, year, count[owner.code, year] + rng.randint(0, 2) * 40, "code" if index < whole else naming)
        )
    codes = Counter(d.file_code for d in made)
    for dossier in made:
        while codes[dossier.file_code] > 1:
            codes[dossier.file_code] -= 1
            dossier.ordinal += 1
            codes[dossier.file_code] += 1
    return made


class _Drawer:
    """Draws units and their records; keeps the numbers that bodies have given out."""

    def __init__(self, rng: random.Random, mix: dict[str, float], max_pages: int, legible: bool) -> None:
        self.rng, self.mix, self.max_pages, self.legible = rng, mix, max_pages, legible
        self._numbers: dict[tuple[str, str, int], int] = {}
        self._serial = 0
        self._used: Counter[str] = Counter()
        self._authors: Counter[str] = Counter()

    def record(self, dossier: Dossier, pages: int) -> RecordPlan:
        rng = self.rng
        author, incoming = dossier.owner, None
        day = dt.date(dossier.year, rng.randint(1, 12), rng.randint(1, 28))
        if rng.random() < 0.3:
            rarest = min(self._authors[a.code] for a in AGENCIES)
            author = rng.choice([a for a in AGENCIES if self._authors[a.code] <= rarest])
            if author is not dossier.owner:
                received = min(day + dt.timedelta(days=rng.randint(1, 6)), dt.date(dossier.year, 12, 31))
                incoming = (str(rng.randint(12, 9400)), f"{received.day}/{received.month}/{received.year % 100}")
        self._authors[author.code] += 1
        kinds = author.types.split()
        # Rare types first, so that a small archive too has many.
        short = min(rng.sample(kinds, len(kinds)), key=lambda k: self._used[k] + rng.random())
        self._used[short] += 1
        key = (author.code, short, dossier.year)
        number = self._numbers.get(key, rng.choice((rng.randint(1, 40), rng.randint(41, 2400)))) + rng.randint(1, 19)
        self._numbers[key] = number
        self._serial += 1
        return RecordPlan(
            f"VB{self._serial:05d}", author, short, day, number, min(pages, self.max_pages), incoming=incoming
        )

    def unit(self, kind: UnitKind, dossier: Dossier) -> Unit:
        rng = self.rng
        pages = rng.choices(range(1, 9), _PAGE_WEIGHTS)[0]
        if kind in ("dossier", "secret-page"):
            records = [self.record(dossier, rng.choice((1, 1, 1, 2))) for _ in range(rng.randint(4, 5))]
            records.sort(key=lambda r: r.issued)
        elif kind in ("duplicate", "duplicate-line", "rescan"):
            records = []
        else:
            records = [self.record(dossier, pages if kind == "plain" else min(pages, 2))]
        level: Level = rng.choices(list(self.mix), list(self.mix.values()))[0]  # type: ignore[assignment]
        unit = Unit(kind, records, level, dossier=dossier)
        self._secrets(unit)
        if kind == "plain":
            self._container(unit)
        elif kind in ("damaged", "encrypted", "not-a-scan"):
            unit.level = "light"
            unit.records[0].pages = 1
        return unit

    def _secrets(self, unit: Unit) -> None:
        rng, kind = self.rng, unit.kind
        if not kind.startswith("secret"):
            return
        word: Secrecy = rng.choice(("Mật", "Tối mật"))
        if kind in ("secret-inventory", "secret-both"):
            unit.records[0].inventory_secrecy = word
        if kind in ("secret-stamp", "secret-both"):
            unit.records[0].stamp = word
        if kind == "secret-page":
            rng.choice(unit.records[1:]).stamp = word
        unit.level = "clean" if self.legible else rng.choice(("clean", "light", "medium"))

    def _container(self, unit: Unit) -> None:
        rng = self.rng
        draw = rng.random()
        if draw < 0.12 and unit.level in ("clean", "light"):
            unit.mode = "bitonal"
        elif draw < 0.22:
            unit.mode = "gray"
        draw = rng.random()
        if draw < 0.12:
            unit.container = "tiff"
        elif draw < 0.24 and unit.records[0].pages > 1:
            unit.container, unit.mode = "jpeg-folder", "gray" if unit.mode == "gray" else "colour"


def _slim(dossiers: list[Dossier], documents: int, max_pages: int) -> None:
    """Take pages from the longest records while the archive is over its mean."""
    records = [r for d in dossiers for u in d.units for r in u.records]
    over = sum(r.pages for r in records) - int(documents * min(_MEAN_PAGES, max_pages * 1.3))
    for record in sorted(records, key=lambda r: -r.pages):
        if over <= 0:
            break
        cut = min(over, record.pages - 1, 3)
        record.pages -= cut
        over -= cut


def _folders(free: list[Unit], max_pages: int) -> None:
    """Two folders of page images at least, where records of several pages are allowed."""
    long = [u for u in free[4:-3] if u.records[0].pages > 1 and max_pages > 1]
    for unit in long[:2]:
        unit.container, unit.back = "jpeg-folder", False
        unit.mode = "gray" if unit.mode == "gray" else "colour"


def _bitonal(free: list[Unit]) -> None:
    """At least one PDF and one TIFF in black and white."""
    flat = [u for u in free if u.level in ("clean", "light") and u.container != "jpeg-folder"]
    for unit, container in zip(reversed(flat), ("pdf", "tiff"), strict=False):
        unit.mode = "bitonal"
        unit.container = "pdf" if container == "pdf" else "tiff"


def _move(unit: Unit, dossier: Dossier | None) -> None:
    """Put a unit at the end of another dossier."""
    if unit.dossier is not None and dossier is not None:
        unit.dossier.units.remove(unit)
        dossier.units.append(unit)
        unit.dossier = dossier


def _refile(rng: random.Random, dossiers: list[Dossier], copy: Unit, source: Unit) -> None:
    """Move a listed copy into a dossier of another body in the same year, where it is a record in its own right."""
    if source.dossier is None:
        return
    owner = rng.choice([a for a in AGENCIES if a is not source.dossier.owner])
    dossiers.append(Dossier(owner, source.dossier.year, 900, "code"))
    _move(copy, dossiers[-1])
    source.records[0].listed = True


def _finish(rng: random.Random, drawer: _Drawer, dossiers: list[Dossier], documents: int, max_pages: int) -> None:
    """Sources of copies, backs, turned pages, the zip, lines without scans and scans without lines."""
    plain = [u for d in dossiers for u in d.units if u.kind == "plain"]
    for unit in plain:
        unit.back = max_pages > 1 and unit.container != "jpeg-folder" and rng.random() < 0.08
        if rng.random() < 0.03:
            unit.turn_all = 180
        elif rng.random() < 0.08:
            unit.turn_one = rng.choice((90, 180, 270))
    short = [u for u in plain if u.container == "pdf" and u.records[0].pages <= 2]
    copies = [u for d in dossiers for u in d.units if u.kind in ("duplicate", "duplicate-line", "rescan")]
    rng.shuffle(short)
    sources = [*short, *(u for u in plain if u not in short)][: len(copies)]
    for unit, source in zip(copies, sources, strict=False):
        unit.source = source
        source.turn_all = source.turn_one = 0
        source.container = "pdf"
        if unit.kind == "rescan":
            source.level, unit.level = "heavy", "clean"
            source.mode = "colour"
            _move(unit, source.dossier)
        elif unit.kind == "duplicate-line":
            _refile(rng, dossiers, unit, source)
    free = [u for u in plain if u not in sources]
    if documents >= 20:
        _folders(free, max_pages)
        _bitonal(free)
        next(u for u in free if u.container == "pdf" and not u.turn_all).garbage = True
        turns: tuple[Rotation, ...] = (180, 90, 270)
        for unit, turn in zip(free, turns, strict=False):
            unit.turn_one = turn
        free[3].back = max_pages > 1 and free[3].container != "jpeg-folder"
    if documents >= 12:
        for unit in [u for u in free if u.container == "pdf"][-3:]:
            unit.zipped = True
    for unit in free[4 :: max(5, documents // 3)]:
        unit.records[0].listed = False
    shared = [d for d in dossiers if d.units and d.units[0].kind not in ("dossier", "secret-page")]
    for dossier in rng.sample(shared, min(len(shared), max(1, documents // 25))):
        dossier.units.append(Unit("missing", [drawer.record(dossier, 1)], dossier=dossier))
