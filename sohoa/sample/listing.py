"""Turns a written archive into the lines of its inventory and their truth."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from sohoa.sample.content import Content
from sohoa.sample.grammar import upper_first
from sohoa.sample.inventory import FIRST_RECORD_ROW, DossierLine, RecordLine
from sohoa.sample.markers import Markers
from sohoa.sample.names import planted_name
from sohoa.sample.plan import Dossier, RecordPlan, Unit
from sohoa.sample.truth import LineTruth
from sohoa.sample.writer import Writer

_RETENTION = ("Vĩnh viễn", "70 năm", "50 năm", "20 năm", "10 năm")
_NAMED = {"code": 0.75, "notation": 0.6, "scanner": 0.5, "words": 0.6}
"""Share of lines that name their file, by how the dossier names files."""


@dataclass
class Listing:
    """The lines of both sheets, and the truth of the record lines."""

    dossiers: list[DossierLine] = field(default_factory=list)
    records: list[RecordLine] = field(default_factory=list)
    truth: list[LineTruth] = field(default_factory=list)
    line_of: dict[str, int] = field(default_factory=dict)
    """Of each record, the first line that lists it."""


def list_archive(dossiers: list[Dossier], writer: Writer, seed: int, markers: Markers | None) -> Listing:
    """The inventory of an archive; a dossier's lines follow the order of its units."""
    listing = Listing()
    files = {f.path: f for f in writer.files}
    for number, dossier in enumerate(dossiers, start=1):
        rng = random.Random(f"{seed}/{dossier.file_code}/list")
        retention = rng.choice(_RETENTION)
        page = 1
        days: list[dt.date] = []
        count = 0
        for unit in dossier.units:
            records = unit.source.records if unit.kind == "duplicate-line" and unit.source else unit.records
            for record in records:
                if not record.listed:
                    continue
                content = writer.contents[record.id]
                days.append(record.issued)
                count += 1
                _add(listing, rng, dossier, unit, record, content, page, count, retention, markers)
                part = (
                    next((p for p in files[unit.path].parts if p.record == record.id), None)
                    if unit.path in files
                    else None
                )
                page += part.pages[1] - part.pages[0] + 1 if part else 1
        if not days:
            days = [dt.date(dossier.year, 1, 1)]
        subjects = [r.subject for r in listing.records[len(listing.records) - count :]]
        listing.dossiers.append(
            DossierLine(
                file_code=dossier.file_code,
                title=_title(rng, dossier, subjects),
                start=min(days),
                end=max(days),
                retention=retention,
                sheets=(page + 1) // 2,
                pages=page - 1,
                box=f"H{1 + number // 6:03d}",
                note="" if count else "Chưa lập mục lục văn bản",
            )
        )
    return listing


def _title(rng: random.Random, dossier: Dossier, subjects: list[str]) -> str:
    kind = rng.choice(("Hồ sơ", "Tập lưu văn bản", "Hồ sơ về việc ban hành văn bản"))
    about = rng.choice(("công tác chỉ đạo, điều hành", "công tác văn phòng", "hoạt động thường xuyên", "các chuyên đề"))
    return f"{kind} {about} của {dossier.owner.name} năm {dossier.year} ({len(subjects)} văn bản)"


def _add(
    listing: Listing,
    rng: random.Random,
    dossier: Dossier,
    unit: Unit,
    record: RecordPlan,
    content: Content,
    page: int,
    ordinal: int,
    retention: str,
    markers: Markers | None,
) -> None:
    """Add the line of one record."""
    index = len(listing.records) + 1
    subject = planted_title(unit, markers) or _subject(content)
    on_disk = unit.kind != "missing"
    named = on_disk and (planted_name(unit, markers) is not None or rng.random() < _NAMED[dossier.naming])
    file_name = unit.path.rsplit("/", 1)[-1] if named else ""
    reference = content.reference
    if rng.random() < 0.08:
        reference = reference.replace("/", " / ", 1)
    listing.records.append(
        RecordLine(
            file_code=dossier.file_code,
            ordinal=ordinal,
            reference=reference,
            issued=content.issued if rng.random() < 0.15 else f"{content.issued:%d/%m/%Y}",
            subject=subject,
            author=content.author.name,
            sheet=str((page + 1) // 2),
            page=str(page),
            secrecy=record.inventory_secrecy or "",
            retention=retention,
            file_name=file_name,
            note=rng.choice(("", "", "", "Bản chính", "Bản sao", "Tờ rời")),
        )
    )
    listing.line_of.setdefault(record.id, index)
    secret = unit.kind.startswith("secret")
    failed = unit.kind in ("encrypted", "damaged", "not-a-scan")
    listing.truth.append(
        LineTruth(
            line=index,
            row=FIRST_RECORD_ROW - 1 + index,
            file_code=dossier.file_code,
            ordinal=ordinal,
            agency=dossier.owner.code,
            agency_name=dossier.owner.name,
            year=dossier.year,
            reference=content.reference,
            issued_date=content.issued.isoformat(),
            subject=subject,
            secrecy=record.inventory_secrecy,
            file_name=file_name or None,
            record=record.id,
            files=[unit.path] if on_disk else [],
            outcome="missing" if not on_disk else "withheld" if secret else "failed" if failed else "done",
        )
    )


def _subject(content: Content) -> str:
    """Type name and subject, as an archivist lists them."""
    if content.dispatch:
        return f"Công văn V/v {content.subject}"
    return f"{content.type.name} {content.subject[:1].lower()}{content.subject[1:]}"


def planted_title(unit: Unit, markers: Markers | None) -> str | None:
    """The marker that this unit's inventory title is, if any."""
    if markers is None:
        return None
    if unit.kind == "secret-inventory" and markers.secret_title:
        return upper_first(markers.secret_title)
    if unit.control and markers.control_title:
        return upper_first(markers.control_title)
    return None
