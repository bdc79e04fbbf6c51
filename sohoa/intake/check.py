"""The check of a folder before the start: what is wrong, how long it will take, whether the disk holds it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol

from sohoa import errors
from sohoa.errors import DamagedError, EncryptedError, RefusedError, SohoaError
from sohoa.intake.facts import FileFacts
from sohoa.intake.guard import Guard
from sohoa.intake.inventory.model import Inventory, InventoryLine
from sohoa.intake.matching import match_by_name
from sohoa.intake.probe import hash_file
from sohoa.intake.report import CheckReport, Fault, Finding
from sohoa.intake.scratch import check_folder
from sohoa.intake.units import Unit, group
from sohoa.intake.walk import Found, walk
from sohoa.language import say
from sohoa.models import Kind, Problem
from sohoa.settings import Settings

__all__ = ["CheckReport", "Finding", "PageLook", "PageProbe", "check"]

LEAST_DPI: Final = 200
"""TT 05/2025/TT-BNV: scans of at least 200 dpi."""
_DPI_TOLERANCE: Final = 3
"""Scanners round their sizes; 199 dpi are 200."""
_SAMPLE_PAGES: Final = 600
"""Pages whose picture is looked at; 0.1–0.3 s each."""
_DERIVED_PER_PAGE: Final = 40_000
"""Bytes a page adds beside the original. Measured on the sample archive (25 documents, 56 pages): 7.5 kB of readings,
7.1 kB of index, 6.8 kB of catalogue; twice that, since pages of real records may hold twice the words."""
_AT_WORK: Final = 64 * 1024**2
"""Bytes that must stay free while a batch runs, as the object store demands before each run."""
_AT_WORK_PER_WORKER: Final = 16 * 1024**2
"""Pages in work lie in the vault; two workers were seen to need 9 MB."""
_RESERVE: Final = 1.1


class PageLook(Protocol):
    """What a look at one page's picture gives."""

    @property
    def dpi(self) -> int | None: ...
    @property
    def blank(self) -> bool: ...
    @property
    def rotation(self) -> int | None: ...


class PageProbe(Protocol):
    """A function that looks at one page (from 1) without reading it (imaging.look); raises SohoaError when the page cannot be shown."""

    def __call__(self, path: Path, kind: Kind, page: int, /) -> PageLook: ...


def check(
    folder: Path,
    inventory: Inventory | None,
    settings: Settings,
    page_probe: PageProbe | None,
    seconds_per_page: float,
    *,
    exclude: Sequence[Path] = (),
    sample_pages: int = _SAMPLE_PAGES,
) -> CheckReport:
    """Walk, hash, look through and match everything in `folder`; nothing is stored, zip members are unpacked and deleted.

    `seconds_per_page` is the time of one worker. Of a large archive `sample_pages` pages are looked at, spread evenly;
    the report says so. A file that the inventory calls secret is hashed, not opened, and the report does not name it.
    """
    with check_folder(settings.vault_dir) as scratch:
        found = list(walk(folder, settings.limits, scratch, exclude=exclude))
        desk = _Desk(inventory, settings)
        with Guard(settings.limits) as guard:
            desk.see(found, guard)
        desk.compare()
        looked = desk.look(page_probe, sample_pages) if page_probe is not None else 0
        return desk.report(folder, found, looked, seconds_per_page)


class _Desk:
    """The state of one check."""

    def __init__(self, inventory: Inventory | None, settings: Settings) -> None:
        self.inventory, self.settings = inventory, settings
        self.findings: list[Finding] = []
        self.units: list[Unit] = []
        self.lines: dict[str, InventoryLine] = {}
        """Unit name → its line."""
        self.facts: dict[str, FileFacts] = {}
        """Name of an open file → its facts."""
        self.hashes: dict[str, str] = {}
        self.shown: dict[str, str] = {}
        """Name of a file → the name in the report, where that is another (secret)."""

    def add(self, fault: Fault, name: str, page: int | None = None, detail: str = "") -> None:
        self.findings.append(Finding(fault=fault, name=self.shown.get(name, name), page=page, detail=detail))

    def see(self, found: Sequence[Found], guard: Guard) -> None:
        """Match, hash and look through every file."""
        self.units = group(found)
        for unit in self.units:
            line = match_by_name(unit, self.inventory) if self.inventory else None
            if line is not None:
                self.lines[unit.name] = line
            secret = line is not None and line.secrecy is not None
            for member in unit.members:
                if secret and line is not None:
                    self.shown[member.name] = _line_name(line)
                self.examine(member, guard, secret=secret)
        in_units = {m.name for u in self.units for m in u.members}
        for one in found:
            if one.problem is not None and one.name not in in_units:
                self.add(_fault(one.problem), one.name, detail=one.problem.message)

    def examine(self, member: Found, guard: Guard, *, secret: bool) -> None:
        """A secret file is hashed only."""
        if member.problem is not None or member.path is None:
            if member.problem is not None:
                self.add(_fault(member.problem), member.name, detail=member.problem.message)
            return
        try:
            if secret:
                self.hashes[member.name] = hash_file(member.path)
                return
            facts = guard.probe(member.path)
        except SohoaError as error:
            self.add(_fault(Problem.of(error)), member.name, detail=str(error))
            return
        self.facts[member.name], self.hashes[member.name] = facts, facts.sha256
        low = [p for p in facts.page_facts if p.dpi is not None and p.dpi < LEAST_DPI - _DPI_TOLERANCE]
        if low and len(low) == facts.pages:
            self.add("low_dpi", member.name, None, f"{min(p.dpi or 0 for p in low)} dpi")
        else:
            for page in low:
                self.add("low_dpi", member.name, page.page, f"{page.dpi} dpi")

    def compare(self) -> None:
        """Duplicates in the folder, and both sides of the inventory."""
        first: dict[tuple[str, ...], str] = {}
        for unit in self.units:
            hashes = tuple(self.hashes.get(m.name, "") for m in unit.members)
            if not all(hashes):
                continue
            if hashes in first:
                other = first[hashes]
                self.add("duplicate", unit.name, detail=say("giống ", "same as ") + self.shown.get(other, other))
            else:
                first[hashes] = unit.members[0].name if len(unit.members) == 1 else unit.name
        if self.inventory is None:
            return
        for unit in self.units:
            if unit.name not in self.lines and not self.in_whole_dossier(unit):
                self.add("extra", unit.name)
        found = {line.key for line in self.lines.values()}
        whole = {u.dossier_hint(self.inventory) for u in self.units if self.in_whole_dossier(u)}
        for line in self.inventory.lines:
            if line.key not in found and (line.dossier_code is None or line.dossier_code not in whole):
                self.add("missing", _line_name(line), detail="" if line.secrecy else _line_detail(line))

    def in_whole_dossier(self, unit: Unit) -> bool:
        """A PDF named by a file code holds the dossier's records, which only reading can tell apart."""
        if self.inventory is None or unit.name in self.lines:
            return False
        return unit.kind == "file" and unit.dossier_hint(self.inventory) is not None

    def look(self, page_probe: PageProbe, sample: int) -> int:
        """Look at pages, all or evenly spread; blank, turned and unreadable ones are found. Returns how many."""
        looked = 0
        for name, path, page in _spread(list(self.pages()), sample):
            facts = self.facts[name]
            shown_page = page if facts.pages > 1 else None
            looked += 1
            try:
                seen = page_probe(path, facts.kind, page)
            except SohoaError as error:
                self.add("failed_look", name, shown_page, str(error))
                continue
            if seen.blank:
                self.add("blank", name, shown_page)
            elif seen.rotation:
                self.add("rotated", name, shown_page, f"{seen.rotation}°")
            known = facts.page_facts[page - 1].dpi if page <= len(facts.page_facts) else None
            if known is None and seen.dpi is not None and seen.dpi < LEAST_DPI - _DPI_TOLERANCE:
                self.add("low_dpi", name, shown_page, f"{seen.dpi} dpi")
        return looked

    def pages(self) -> Iterable[tuple[str, Path, int]]:
        for unit in self.units:
            for member in unit.members:
                facts = self.facts.get(member.name)
                if facts is not None and member.path is not None:
                    yield from ((member.name, member.path, page) for page in range(1, facts.pages + 1))

    def report(self, folder: Path, found: Sequence[Found], looked: int, seconds_per_page: float) -> CheckReport:
        pages = sum(f.pages for f in self.facts.values())
        size = sum(f.size for f in found if not f.is_container)
        # Members of zips lie unpacked in the vault until the batch ends, and once more among the originals.
        unpacked = sum(f.size for f in found if f.container and f.path is not None)
        at_work = _AT_WORK + _AT_WORK_PER_WORKER * self.settings.workers
        kinds: dict[str, int] = {}
        for one in found:
            kind = one.kind or "refused"
            kinds[kind] = kinds.get(kind, 0) + 1
        order = {name: i for i, name in enumerate(f.name for f in found)}
        lines = self.inventory.lines if self.inventory else ()
        return CheckReport(
            folder=str(folder),
            files=len(found),
            units=len(self.units),
            pages=pages,
            total_bytes=size,
            kinds=kinds,
            inventory_lines=len(lines) if self.inventory else None,
            matched_lines=len({x.key for x in self.lines.values()}) if self.inventory else None,
            secret_lines=sum(1 for x in lines if x.secrecy),
            findings=tuple(sorted(self.findings, key=lambda f: (order.get(f.name, len(order)), f.page or 0))),
            notes=self.inventory.notes if self.inventory else (),
            pages_looked_at=looked,
            disk_needed=int((size + unpacked + pages * _DERIVED_PER_PAGE) * _RESERVE) + at_work,
            disk_free=_free(self.settings.data),
            seconds_needed=pages * seconds_per_page / max(1, self.settings.workers),
        )


def _fault(problem: Problem) -> Fault:
    kind = getattr(errors, problem.error_class, None)
    if not isinstance(kind, type):
        return "unreadable"
    if issubclass(kind, EncryptedError):
        return "encrypted"
    if issubclass(kind, DamagedError):
        return "damaged"
    return "refused" if issubclass(kind, RefusedError) else "unreadable"


def _spread(pages: list[tuple[str, Path, int]], sample: int) -> list[tuple[str, Path, int]]:
    """All pages, or `sample` of them at even distances, so that a second check looks at the same ones."""
    if len(pages) <= sample:
        return pages
    return [pages[i * len(pages) // sample] for i in range(sample)]


def _line_name(line: InventoryLine) -> str:
    """A line by its place, which tells nothing of a secret."""
    parts = [
        line.dossier_code,
        f"STT {line.ordinal}" if line.ordinal is not None else f"{line.sheet} {line.row}".strip(),
    ]
    return say("Mục lục ", "Inventory ") + " · ".join(p for p in parts if p)


def _line_detail(line: InventoryLine) -> str:
    return " · ".join(x for x in (line.notation, line.issued_date, line.file_name, (line.subject or "")[:120]) if x)


def _free(folder: Path) -> int:
    """Free bytes where the data folder is or will be."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(os.fspath(place)).free
