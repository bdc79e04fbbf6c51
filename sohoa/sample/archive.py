"""`generate`: a whole sample archive in a folder, with its inventory inside and its truth beside it.

DIR/kho/            what is digitised: dossier folders, one zip, muc-luc.xlsx
DIR/su-that.json    the truth (see truth.py)
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from sohoa.errors import InputError, SettingsError
from sohoa.sample.damage import DEFAULT_MIX
from sohoa.sample.inventory import write_inventory
from sohoa.sample.listing import Listing, list_archive, planted_title
from sohoa.sample.markers import Markers
from sohoa.sample.names import Names, ordinals, planted_name
from sohoa.sample.plan import Dossier, Unit, plan
from sohoa.sample.special import zip_files
from sohoa.sample.truth import FileTruth, MarkerTruth, RecordTruth, Truth, percentages
from sohoa.sample.writer import Writer, record_truth

ARCHIVE, TRUTH, INVENTORY, ZIP = "kho", "su-that.json", "muc-luc.xlsx", "bo-sung.zip"


class SampleSummary(BaseModel):
    """What was made. `documents` are units (a file, or a folder of page images); `states` counts them by expected state."""

    model_config = ConfigDict(frozen=True)

    archive: Path
    truth: Path
    inventory: Path
    documents: int
    pages: int
    records: int
    lines: int
    states: dict[str, int]


def generate(
    target: Path,
    *,
    documents: int,
    seed: int,
    damage: Mapping[str, float] | None = None,
    max_pages: int = 8,
    markers: Markers | None = None,
) -> SampleSummary:
    """Write a sample archive into `target`. The same arguments give the same bytes.

    `damage`: weights of the levels clean, light, medium, heavy. `max_pages` of one record. With `markers`, at least
    8 documents are needed, so that secret records are among them.
    Raises `InputError` where `target` already holds an archive, `SettingsError` for impossible wishes,
    `EngineMissingError` without the fonts.
    """
    mix = _checked(documents, max_pages, damage, markers)
    root, packed = target / ARCHIVE, target / ".zip"
    if root.exists() and any(root.iterdir()):
        raise InputError(
            "Thư mục đích đã có một kho mẫu. Chọn thư mục khác hoặc xóa kho cũ.",
            "The target folder already holds a sample archive. Choose another folder or remove the old archive.",
        )
    root.mkdir(parents=True, exist_ok=True)
    dossiers = plan(documents, seed, mix, max_pages, legible_secrets=markers is not None)
    if markers is not None:
        _choose_control(dossiers)
    writer = Writer(root, packed, seed, markers)
    _write_all(dossiers, writer, markers)
    listing = list_archive(dossiers, writer, seed, markers)
    write_inventory(root / INVENTORY, listing.dossiers, listing.records)
    archives = _pack(root, packed)
    truth = _truth(seed, documents, archives, dossiers, writer, listing, markers)
    (target / TRUTH).write_text(truth.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return SampleSummary(
        archive=root,
        truth=target / TRUTH,
        inventory=root / INVENTORY,
        documents=len(truth.files),
        pages=writer.pages,
        records=len(truth.records),
        lines=len(truth.lines),
        states=dict(sorted(Counter(f.state for f in truth.files).items())),
    )


def _checked(
    documents: int, max_pages: int, damage: Mapping[str, float] | None, markers: Markers | None
) -> dict[str, float]:
    mix = dict(damage or DEFAULT_MIX)
    if set(mix) - set(DEFAULT_MIX) or not sum(mix.values()) > 0 or min(mix.values()) < 0:
        raise SettingsError(
            "Mức hư hại phải là clean, light, medium, heavy với trọng số không âm.",
            "The damage levels are clean, light, medium and heavy, with weights of zero or more.",
        )
    if documents < 1 or max_pages < 1:
        raise SettingsError("Số văn bản và số trang phải từ 1 trở lên.", "Documents and pages must be 1 or more.")
    if markers is not None and (documents < 8 or not markers.secret_bodies):
        raise SettingsError(
            "Kho có câu đánh dấu cần ít nhất 8 văn bản và một câu mật.",
            "An archive with markers needs at least 8 documents and one secret sentence.",
        )
    return mix


def _choose_control(dossiers: list[Dossier]) -> None:
    """The ordinary record that carries the control marker: a clean colour PDF, listed, outside the zip."""
    copied = [u.source for d in dossiers for u in d.units if u.source is not None]
    plain = [u for d in dossiers for u in d.units if u.kind == "plain" and u not in copied and not u.zipped]
    control = plain[0]
    control.control = True
    control.level, control.mode, control.container = "clean", "colour", "pdf"
    control.turn_all = control.turn_one = 0
    control.garbage = False
    control.records[0].listed = True


def _write_all(dossiers: list[Dossier], writer: Writer, markers: Markers | None) -> None:
    names = Names(markers, ZIP)
    kept = {id(u.source) for d in dossiers for u in d.units if u.source is not None}
    later: list[tuple[Dossier, Unit, int]] = []
    for dossier in dossiers:
        for ordinal, unit in zip(ordinals(dossier), dossier.units, strict=True):
            if unit.source is not None:
                later.append((dossier, unit, ordinal))
                continue
            contents = [writer.compose(record, unit) for record in unit.records]
            if unit.kind != "missing":
                writer.write(unit, names.path(dossier, unit, ordinal, contents[0]), keep=id(unit) in kept)
    for dossier, unit, ordinal in later:
        content = writer.contents[unit.source.records[0].id] if unit.source else None
        writer.write(unit, names.path(dossier, unit, ordinal, content), keep=False)


def _pack(root: Path, packed: Path) -> list[str]:
    """Put what was written for the zip into it."""
    folder = packed / ZIP
    if not folder.exists():
        return []
    members = {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    zip_files(root / ZIP, members)
    shutil.rmtree(packed)
    return [ZIP]


def natural_key(path: str) -> list[tuple[int, str]]:
    """Key of the natural order of names: «trang 2» before «trang 10»."""
    return [(int(p), "") if p.isdigit() else (-1, p.casefold()) for p in re.split(r"(\d+)", path)]


def _first_is_done(files: list[FileTruth]) -> list[FileTruth]:
    """Of two files with the same bytes, the one that comes first in natural order is expected done."""
    by_path = {f.path: f for f in files}
    for file in files:
        if file.duplicate_of is None or natural_key(file.path) > natural_key(file.duplicate_of):
            continue
        other = by_path[file.duplicate_of]
        by_path[file.path] = file.model_copy(update={"state": other.state, "duplicate_of": None})
        by_path[other.path] = other.model_copy(update={"state": "duplicate", "duplicate_of": file.path})
    return sorted(by_path.values(), key=lambda f: natural_key(f.path))


def _truth(
    seed: int,
    documents: int,
    archives: list[str],
    dossiers: list[Dossier],
    writer: Writer,
    listing: Listing,
    markers: Markers | None,
) -> Truth:
    records: list[RecordTruth] = []
    for dossier in dossiers:
        for unit in dossier.units:
            if unit.kind == "missing":
                continue
            for record in unit.records:
                line = listing.line_of.get(record.id)
                records.append(record_truth(record, writer.contents[record.id], dossier.file_code, line))
    return Truth(
        seed=seed,
        documents=documents,
        inventory=INVENTORY,
        archives=archives,
        files=_first_is_done(writer.files),
        records=records,
        lines=listing.truth,
        percentages=percentages(listing.truth),
        markers=_marker_truth(dossiers, writer, markers),
    )


def _marker_truth(dossiers: list[Dossier], writer: Writer, markers: Markers | None) -> list[MarkerTruth]:
    if markers is None:
        return []
    found: list[MarkerTruth] = []
    for unit in (u for d in dossiers for u in d.units if u.records):
        secret = not unit.control
        for record in unit.records:
            for text in writer.contents[record.id].markers:
                found.append(MarkerTruth(text=text, secret=secret, what="body", record=record.id, path=unit.path))
        name, title = planted_name(unit, markers), planted_title(unit, markers)
        first = unit.records[0].id
        if name is not None:
            found.append(MarkerTruth(text=name, secret=secret, what="file_name", record=first, path=unit.path))
        if title is not None:
            found.append(MarkerTruth(text=title, secret=secret, what="inventory_title", record=first, path=unit.path))
    return found
