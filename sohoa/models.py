"""What the rooms hand each other: pages, words, fields, verdicts. Plain values, no behaviour of a room."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from sohoa.errors import SohoaError
from sohoa.language import say

Secrecy = Literal["Mật", "Tối mật", "Tuyệt mật"]
Source = Literal["ocr", "text-layer", "none"]
Kind = Literal["pdf", "tiff", "jpeg", "png", "jp2", "zip", "text"]

BoxTuple = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points (1/72 inch) from the top left of the upright page; pixels × 72/200 where the dpi is unknown."""


class Value(BaseModel):
    """Base of all values here: immutable, no unknown members."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(Value):
    """An error as it is stored and shown: the name of its class and its sentence."""

    error_class: str
    message: str

    @classmethod
    def of(cls, error: BaseException) -> Problem:
        """The problem a caught error stands for; of a foreign error only its class and place, since it may quote a name or text."""
        text = str(error) if isinstance(error, SohoaError) else _foreign(error)
        return cls(error_class=type(error).__name__, message=text)


def _foreign(error: BaseException) -> str:
    """Where in the program an error of someone else's arose, without what it says: secrecy is not judged yet."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    at = f", {Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place is not None else ""
    number = f" {error.errno}" if isinstance(error, OSError) and error.errno is not None else ""
    what = f"{type(error).__name__}{number}{at}"
    return say(
        f"Lỗi ngoài dự kiến ({what}). Các tệp khác không bị ảnh hưởng; thử lại bằng lệnh sohoa retry.",
        f"Unexpected error ({what}). Other files are not affected; try again with sohoa retry.",
    )


class Word(NamedTuple):
    """One word as read: text, place, how sure the engine is (0–1), and its line (counted from 0 on the page)."""

    text: str
    box: BoxTuple
    confidence: float
    line: int


class Outcome(StrEnum):
    """How a page ended. There is no fourth way."""

    text = "text"
    blank = "blank"
    failed = "failed"


class StampReading(Value):
    """One stamp read apart from the page's words: its text, the box around it as it stands, its turn and how sure."""

    text: str
    box: BoxTuple
    """Points of the upright page in a `PageReading`; pixels of the picture as `read_stamps` returns it."""
    angle: float = 0.0
    """Degrees by which the stamp's writing is turned clockwise against the page."""
    confidence: float = 0.0


class PageReading(Value):
    """One page after reading. `page` counts from 1 in its file; sizes in points, upright."""

    page: int
    outcome: Outcome
    source: Source = "none"
    text: str = ""
    words: tuple[Word, ...] = ()
    width: float = 0.0
    height: float = 0.0
    rotation: int = 0
    """Clockwise turn in degrees that makes the page as stored upright: 0, 90, 180 or 270."""
    dpi: int | None = None
    """Of the scan as stored; None where unknown and for born-digital pages."""
    confidence: float = 0.0
    """Mean word confidence, 0–1."""
    blank_reason: str | None = None
    error: Problem | None = None
    seconds: float = 0.0
    engine: str = ""
    stamps: tuple[StampReading, ...] = ()
    """Stamps read apart: red ink is whitened before the page is read, and a turned stamp reads as nothing."""


class Field(Value):
    """One extracted component (thành phần) of a record, with where it stands and how sure we are."""

    value: str
    confidence: float
    page: int
    box: BoxTuple
    review: bool
    """True when a person should look (handwritten, low confidence, contradicted)."""


FIELD_NAMES = (
    "number",
    "notation",
    "issued_date",
    "place",
    "parent_body",
    "issuing_body",
    "subject",
    "signer",
    "urgency",
    "recipients",
)


class Fields(Value):
    """The components of a record; the names are fixed for other programs. `issued_date` is ISO 8601 (`2025-02` when the day is illegible)."""

    number: Field | None = None
    notation: Field | None = None
    issued_date: Field | None = None
    place: Field | None = None
    parent_body: Field | None = None
    issuing_body: Field | None = None
    subject: Field | None = None
    signer: Field | None = None
    urgency: Field | None = None
    recipients: Field | None = None


class TypeVerdict(Value):
    """Record type (tên loại): Vietnamese name or `unknown`, code 01–32 of TT 05/2025/TT-BNV or None."""

    value: str
    code: str | None
    confidence: float


class SecrecyVerdict(Value):
    """The highest secrecy mark found on any page, or None; `page` and `box` of the mark."""

    value: Secrecy | None = None
    confidence: float = 0.0
    page: int | None = None
    box: BoxTuple | None = None
    reason: str = ""


class RecordReading(Value):
    """One record (văn bản) found in a run of pages; `pages` is first and last, counted from 1."""

    pages: tuple[int, int]
    type: TypeVerdict
    fields: Fields


class Recognition(Value):
    """What the pages of one scanned unit hold: one record or several, and the secrecy of the whole."""

    records: tuple[RecordReading, ...]
    secrecy: SecrecyVerdict


class Scope(Value):
    """What a reader may see; mandatory in every search. None means no limit on that side."""

    agencies: frozenset[str] | None
    access_classes: frozenset[str] | None


EVERYTHING = Scope(agencies=None, access_classes=None)
"""The scope of the pipeline itself and of the command line's owner."""
