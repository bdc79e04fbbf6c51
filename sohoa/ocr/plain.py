"""A plain text file as one page, for diagnosis: its lines set on paper in a typewriter's grid."""

from __future__ import annotations

from sohoa.errors import DamagedError, LimitError, UnreadableError
from sohoa.imaging.source import PageSource
from sohoa.models import Outcome, PageReading, Word
from sohoa.settings import Settings
from sohoa.text.legacy import to_unicode

_WIDTH, _MARGIN, _LINE, _LETTER = 595.0, 56.0, 14.0, 6.0
"""Points: A4 width, its margin, a line's height, a letter's width."""


def read_plain(source: PageSource, settings: Settings) -> PageReading:
    """The file's text in NFC, legacy encodings converted. UnreadableError, LimitError, DamagedError."""
    text = to_unicode(_decoded(source, settings)).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    lines = text.split("\n")
    words = tuple(word for number, line in enumerate(lines) for word in _words(line, number))
    size = {"width": _WIDTH, "height": 2 * _MARGIN + _LINE * len(lines)}
    if not words:
        return PageReading(page=source.page, outcome=Outcome.blank, blank_reason="no-text", **size)
    return PageReading(
        page=source.page, outcome=Outcome.text, source="text-layer", text=text, words=words, confidence=1.0, **size
    )


def _decoded(source: PageSource, settings: Settings) -> str:
    try:
        with source.path.open("rb") as file:
            data = file.read(settings.limits.page_text_bytes + 1)
    except OSError:
        raise UnreadableError(
            "Không đọc được tệp văn bản. Cấp quyền đọc hoặc chép lại tệp.",
            "The text file cannot be read. Give the right to read it or copy it again.",
        ) from None
    if len(data) > settings.limits.page_text_bytes:
        raise LimitError(
            "Tệp văn bản quá dài (limits.page_text_bytes). Chia nhỏ tệp.",
            "The text file is too long (limits.page_text_bytes). Split it.",
        )
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DamagedError(
        "Tệp văn bản có mã chữ không đọc được. Lưu lại tệp dạng UTF-8.",
        "The text file's encoding cannot be read. Save it again as UTF-8.",
    )


def _words(line: str, number: int) -> list[Word]:
    words, column = [], 0
    for text in line.split():
        start = line.index(text, column)
        column = start + len(text)
        y = _MARGIN + number * _LINE
        words.append(
            Word(text, (_MARGIN + start * _LETTER, y, _MARGIN + column * _LETTER, y + 0.8 * _LINE), 1.0, number)
        )
    return words
