"""The exact truth of a sample archive, written beside it as `su-that.json`; the pipeline never reads it.

One `Truth` holds: `files`, every unit that came in, with its pages and the record parts in it; `records`, each
record once, with its components; `lines`, the record lines of the inventory; `percentages`, by agency and year.
All paths are relative to the archive folder `kho/`, with `/`; a member of a zip is `ZIP/MEMBER`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

State = Literal["done", "duplicate", "quarantined", "failed", "refused"]
Secrecy = Literal["Mật", "Tối mật", "Tuyệt mật"]
SecretBy = Literal["inventory", "stamp", "both", "page"]
Rotation = Literal[0, 90, 180, 270]
Container = Literal["pdf", "tiff", "jpeg-folder", "other"]


class Fact(BaseModel):
    """Base of all values of the truth: no unknown members."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BlockTruth(Fact):
    """A printed block of a page. `kind`: parent_body, issuing_body, ornament, number, subject, motto, date, type,
    authority, to, basis, verdict, para, section, heading, table, marker, position, signer, secretary, recipients,
    page_number; or `stamp`, which is not part of the page's text. `box` in points of the upright page before skew."""

    kind: str
    text: str
    box: tuple[float, float, float, float]


class PageTruth(Fact):
    """A page of a file, counted from 1. `text` is in reading order, a block a line, left header column first;
    handwritten numbers are in it, stamps and seals are not. `rotation`: the clockwise turn in degrees that makes it upright."""

    page: int
    text: str
    blank: bool
    rotation: Rotation
    record: str
    blocks: list[BlockTruth]


class FieldsTruth(Fact):
    """The components of a record as printed; dates ISO 8601. `reference` is number and notation together."""

    number: str
    notation: str
    reference: str
    issued_date: str
    place: str
    parent_body: str | None
    issuing_body: str
    subject: str
    signer: str
    urgency: str | None
    recipients: list[str]


class RecordTruth(Fact):
    """One record (văn bản). `agency` is the code of its author, `type_code` of TT 05/2025/TT-BNV.

    `held_out`: set in one of the layouts that nobody tunes on. `line`: its inventory line, None where it has none.
    """

    id: str
    type: str
    type_code: str
    fields: FieldsTruth
    secrecy: Secrecy | None
    agency: str
    dossier: str
    layout: str
    held_out: bool
    handwritten_number: bool
    handwritten_day: bool
    incoming_number: str | None
    line: int | None


class PartTruth(Fact):
    """Which pages of a file (first, last, from 1; blank backs included) make up a record."""

    record: str
    pages: tuple[int, int]


class FileTruth(Fact):
    """One unit that came in. `path` is a file, or a folder of page images, whose files are the `sightings`.

    `state` is expected of every one of its sightings. Of two files with the same bytes either may be the duplicate;
    `duplicate_of` names the other one. `special` names what is peculiar; `secret_by` why it is quarantined.
    """

    path: str
    sightings: list[str]
    container: Container
    level: Literal["clean", "light", "medium", "heavy"] | None
    mode: Literal["colour", "gray", "bitonal", "born-digital"] | None
    dpi: int | None
    state: State
    special: str | None
    secret_by: SecretBy | None
    duplicate_of: str | None
    rescan_of: str | None
    parts: list[PartTruth]
    pages: list[PageTruth]


class LineTruth(Fact):
    """One record line of the inventory, counted from 1; `row` is its row in sheet 2,
    `ordinal` its STT there, counted from 1 in each dossier. `year` is that of its file code.

    `record` is of no `RecordTruth` where the scan is missing. `outcome`: done; missing (no scan);
    failed (scan encrypted, damaged or no scan at all); withheld (its file is quarantined).
    """

    line: int
    row: int
    file_code: str
    ordinal: int
    agency: str
    agency_name: str
    year: int
    reference: str
    issued_date: str
    subject: str
    secrecy: Secrecy | None
    file_name: str | None
    record: str
    files: list[str]
    outcome: Literal["done", "missing", "failed", "withheld"]


class PercentTruth(Fact):
    """Lines of one agency and year: `percent` = 100 × done / (lines − withheld), one decimal; None where nothing is left to count."""

    agency: str
    agency_name: str
    year: int
    lines: int
    withheld: int
    done: int
    percent: float | None


class MarkerTruth(Fact):
    """Where a planted sentence stands: `what` is body, file_name or inventory_title."""

    text: str
    secret: bool
    what: Literal["body", "file_name", "inventory_title"]
    record: str
    path: str


class Truth(Fact):
    """Everything that is true of one sample archive."""

    seed: int
    documents: int
    inventory: str
    archives: list[str]
    """Zip files; their members are units of their own."""
    files: list[FileTruth]
    records: list[RecordTruth]
    lines: list[LineTruth]
    percentages: list[PercentTruth]
    markers: list[MarkerTruth]


def load_truth(path: Path) -> Truth:
    """Read `su-that.json`, or the one in a sample folder."""
    file = path / "su-that.json" if path.is_dir() else path
    return Truth.model_validate_json(file.read_text(encoding="utf-8"))


def percentages(lines: list[LineTruth]) -> list[PercentTruth]:
    """The table of percentages by agency and year, counted over inventory lines."""
    groups: dict[tuple[str, str, int], list[LineTruth]] = {}
    for line in lines:
        groups.setdefault((line.agency, line.agency_name, line.year), []).append(line)
    table = []
    for (agency, name, year), members in sorted(groups.items()):
        withheld = sum(m.outcome == "withheld" for m in members)
        done = sum(m.outcome == "done" for m in members)
        public = len(members) - withheld
        table.append(
            PercentTruth(
                agency=agency,
                agency_name=name,
                year=year,
                lines=len(members),
                withheld=withheld,
                done=done,
                percent=round(100 * done / public, 1) if public else None,
            )
        )
    return table
