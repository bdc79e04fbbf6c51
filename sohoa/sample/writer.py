"""Composes, draws and writes the units of a planned archive, one page in memory at a time, and notes their truth."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sohoa.sample.containers import PdfScan, write_jpegs, write_tiff
from sohoa.sample.content import Content, Incoming, compose
from sohoa.sample.damage import Scanner, scan, scanner
from sohoa.sample.grammar import Memory
from sohoa.sample.layouts import LAYOUTS
from sohoa.sample.markers import Markers
from sohoa.sample.plan import RecordPlan, Unit
from sohoa.sample.render import Pixels, page_pixels, print_page, render
from sohoa.sample.sheet import Sheet
from sohoa.sample.special import encrypt, garbled, truncate, write_born_digital, write_not_a_scan
from sohoa.sample.truth import (
    BlockTruth,
    FieldsTruth,
    FileTruth,
    PageTruth,
    PartTruth,
    RecordTruth,
    Rotation,
    SecretBy,
    State,
)
from sohoa.sample.typeset import set_record

_STATES: dict[str, State] = {
    "encrypted": "failed",
    "damaged": "failed",
    "not-a-scan": "refused",
    "duplicate": "duplicate",
    "duplicate-line": "duplicate",
}
_UPRIGHT: dict[Rotation, Rotation] = {0: 0, 90: 270, 180: 180, 270: 90}
"""The clockwise turn that undoes a clockwise turn."""
_PASSWORD = "matkhau"  # noqa: S105 - of a sample file that nobody is meant to open


@dataclass
class Turned:
    """A sheet as it lay on the scanner: the record it belongs to and its clockwise turn."""

    sheet: Sheet
    record: str
    turn: Rotation = 0


@dataclass
class Writer:
    """Writes units under `root` (`kho/`); units of the zip go under `packed` first."""

    root: Path
    packed: Path
    seed: int
    markers: Markers | None
    memory: Memory = field(default_factory=Memory)
    contents: dict[str, Content] = field(default_factory=dict)
    files: list[FileTruth] = field(default_factory=list)
    pages: int = 0
    _sheets: dict[str, list[Turned]] = field(default_factory=dict)
    _secrets: int = 0

    def compose(self, record: RecordPlan, unit: Unit) -> Content:
        """Draw what a record says, and plant the marker meant for it."""
        rng = random.Random(f"{self.seed}/{record.id}")
        content = compose(rng, self.memory, record.author, record.short, record.issued, record.number)
        content.secrecy = record.stamp
        if record.incoming is not None and unit.dossier is not None:
            number, day = record.incoming
            content.incoming = Incoming(unit.dossier.owner.body, number, day)
        if unit.kind == "born-digital":
            content.handwritten_number = content.handwritten_day = False
        if self.markers is not None:
            if record.stamp or record.inventory_secrecy:
                bodies = self.markers.secret_bodies
                content.markers = (bodies[self._secrets % len(bodies)],)
                self._secrets += 1
            elif unit.control:
                content.markers = (self.markers.control_body,)
        self.contents[record.id] = content
        return content

    def write(self, unit: Unit, path: str, *, keep: bool) -> None:
        """Write a unit under its relative path; `keep` its sheets for a later rescan."""
        unit.path = path
        target = (self.packed if unit.zipped else self.root) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if unit.kind in ("duplicate", "duplicate-line") and unit.source is not None:
            shutil.copyfile(self.root / unit.source.path, target)
            self._copied(unit)
            return
        if unit.kind == "not-a-scan":
            record = unit.records[0]
            write_not_a_scan(target, "docx" if int(record.id[2:]) % 2 else "exe", self.contents[record.id].subject)
            self._enter(unit, None, [], [])
            return
        laid = self._laid(unit)
        if keep:
            self._sheets[unit.records[0].id] = laid
        if unit.kind == "born-digital":
            write_born_digital(target, [t.sheet for t in laid])
            self._enter(unit, None, laid, [target])
            return
        rng = random.Random(f"{self.seed}/{path}/scan")
        how = scanner(rng, unit.level, unit.mode)
        sightings = self._scan(unit, target, laid, how, rng)
        if unit.kind == "encrypted":
            encrypt(target, _PASSWORD)
        elif unit.kind == "damaged":
            truncate(target)
        self._enter(unit, how, laid, sightings)

    def _laid(self, unit: Unit) -> list[Turned]:
        """The sheets of a unit in order, with blank backs and turns."""
        if unit.source is not None:
            return [Turned(t.sheet, t.record) for t in self._sheets[unit.source.records[0].id] if not t.sheet.blank]
        laid: list[Turned] = []
        for record in unit.records:
            rng = random.Random(f"{self.seed}/{record.id}/set")
            laid += [Turned(sheet, record.id) for sheet in set_record(self.contents[record.id], record.pages, rng)]
        if unit.turn_one:
            laid[len(laid) // 2].turn = unit.turn_one
        for turned in laid:
            turned.turn = unit.turn_all or turned.turn
        if unit.back:
            laid.append(Turned(Sheet(blank=True), unit.records[-1].id))
        return laid

    def _scan(self, unit: Unit, target: Path, laid: list[Turned], how: Scanner, rng: random.Random) -> list[Path]:
        pages = _scanned(laid, how, rng)
        bitonal = how.mode == "bitonal"
        if unit.container == "jpeg-folder":
            # Numbers that pass from one digit to two show whether pages are put in natural order.
            return write_jpegs(target, pages, how.dpi, how.quality, start=rng.choice((1, 9)))
        if unit.container == "tiff":
            write_tiff(target, pages, how.dpi, how.quality, bitonal=bitonal)
            return [target]
        pdf = PdfScan(target, "Scanner")
        for turned, page in zip(laid, pages, strict=True):
            hidden = garbled(turned.sheet.text) if unit.garbage else ""
            pdf.add(page, how.dpi, how.quality, bitonal=bitonal, hidden=hidden)
        pdf.close()
        return [target]

    def _copied(self, unit: Unit) -> None:
        source = next(f for f in self.files if unit.source is not None and f.path == unit.source.path)
        self.pages += len(source.pages)
        self.files.append(
            source.model_copy(
                update={
                    "path": unit.path,
                    "sightings": [unit.path],
                    "state": "duplicate",
                    "special": unit.kind,
                    "duplicate_of": source.path,
                }
            )
        )

    def _enter(self, unit: Unit, how: Scanner | None, laid: list[Turned], sightings: list[Path]) -> None:
        """Note the truth of a written unit."""
        base = self.packed if unit.zipped else self.root
        names = [s.relative_to(base).as_posix() for s in sightings] or [unit.path]
        state = _STATES.get(unit.kind, "done")
        secret = _secret_by(unit)
        parts = []
        for record in dict.fromkeys(t.record for t in laid):
            at = [i for i, t in enumerate(laid, start=1) if t.record == record]
            parts.append(PartTruth(record=record, pages=(at[0], at[-1])))
        self.pages += len(laid)
        self.files.append(
            FileTruth(
                path=unit.path,
                sightings=names,
                container="other" if unit.kind == "not-a-scan" else unit.container,
                level=how.level if how else None,
                mode=how.mode if how else "born-digital" if laid else None,
                dpi=how.dpi if how else None,
                state="quarantined" if secret else state,
                special=unit.kind if unit.kind != "plain" else "garbage-layer" if unit.garbage else None,
                secret_by=secret,
                duplicate_of=None,
                rescan_of=unit.source.path if unit.source else None,
                parts=parts,
                pages=[_page_truth(i, t) for i, t in enumerate(laid, start=1)],
            )
        )


def _scanned(laid: list[Turned], how: Scanner, rng: random.Random) -> Iterator[Pixels]:
    """The pages of a document as its scanner gives them, one at a time."""
    for index, turned in enumerate(laid):
        if turned.sheet.blank:
            width, height = page_pixels(how.dpi)
            page = np.full((height, width, 3), 255, np.uint8)
        else:
            page = render(turned.sheet, how.dpi)
        other = laid[index + 1 if index + 1 < len(laid) and not laid[index + 1].sheet.blank else index - 1].sheet
        back = print_page(other, how.dpi) if how.bleed > 0.005 and not other.blank else None
        yield scan(page, how, back, turned.turn, rng)


def _secret_by(unit: Unit) -> SecretBy | None:
    match unit.kind:
        case "secret-inventory":
            return "inventory"
        case "secret-stamp":
            return "stamp"
        case "secret-both":
            return "both"
        case "secret-page":
            return "page"
    return None


def _page_truth(number: int, turned: Turned) -> PageTruth:
    sheet = turned.sheet
    return PageTruth(
        page=number,
        text=sheet.text,
        blank=sheet.blank,
        rotation=_UPRIGHT[turned.turn],
        record=turned.record,
        blocks=[BlockTruth(kind=b.kind, text=b.text, box=b.box) for b in sheet.blocks],
    )


def record_truth(record: RecordPlan, content: Content, dossier: str, line: int | None) -> RecordTruth:
    """The components of a record as they were composed."""
    layout = LAYOUTS[record.author.layout]
    return RecordTruth(
        id=record.id,
        type=content.type.name,
        type_code=content.type.code,
        fields=FieldsTruth(
            number=content.number,
            notation=content.notation,
            reference=content.reference,
            issued_date=content.issued.isoformat(),
            place=content.place,
            parent_body=record.author.parent,
            issuing_body=record.author.body,
            subject=content.subject,
            signer=content.signer,
            urgency=content.urgency,
            recipients=list(content.recipients),
        ),
        secrecy=record.stamp or record.inventory_secrecy,
        agency=record.author.code,
        dossier=dossier,
        layout=layout.id,
        held_out=layout.held_out,
        handwritten_number=content.handwritten_number,
        handwritten_day=content.handwritten_day,
        incoming_number=content.incoming.number if content.incoming else None,
        line=line,
    )
