"""Footers of an inventory: «Mục lục này gồm: 15 hồ sơ», in figures and in words."""

from __future__ import annotations

import re
from typing import Final, Literal

from sohoa.text.normal import fold

Unit = Literal["dossiers", "records", "sheets", "pages"]

_FOOTER: Final = re.compile(
    r"^\W*(tong (cong|so|ket so)\b|tong\s*:|cong\s*(:|$|\d|so\b|trang\b)|(ban )?(muc luc|danh muc|danh sach|thong ke) (nay|tren|ho so nay|van ban nay)|"
    r"(viet )?bang chu|so (ho so|van ban|to) bang chu)"
)
_COUNT: Final = re.compile(
    r"(\d[\d.\s]*)\s*\(?[^)\d]{0,40}?\)?\s*(ho so|don vi bao quan|dvbq|van ban|tai lieu|to|trang)\b"
)
_COUNT_AFTER: Final = re.compile(
    r"(ho so|don vi bao quan|van ban|tai lieu|so to|so trang)\s*(?:la|co)?\s*[:=]\s*(\d[\d.]*)"
)
_UNITS: Final[dict[str, Unit]] = {
    "ho so": "dossiers", "don vi bao quan": "dossiers", "dvbq": "dossiers", "van ban": "records", "tai lieu": "records",
    "to": "sheets", "so to": "sheets", "trang": "pages", "so trang": "pages",
}  # fmt: skip
_DIGITS: Final = {
    "khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "nham": 5, "sau": 6, "bay": 7, "tam": 8,
    "chin": 9,
}  # fmt: skip


def is_footer(text: str) -> bool:
    """True for a row that begins the foot of a table: a total or the total in words."""
    return bool(_FOOTER.match(fold(text)))


def totals(text: str) -> list[tuple[Unit, int]]:
    """The totals that a footer states in figures, with what they count."""
    folded = fold(text)
    found: list[tuple[Unit, int]] = []
    for match in _COUNT.finditer(folded):
        digits = re.sub(r"\D", "", match[1])
        if digits and len(digits) < 10:
            found.append((_UNITS[match[2]], int(digits)))
    for match in _COUNT_AFTER.finditer(folded):
        digits = re.sub(r"\D", "", match[2])
        if digits and len(digits) < 10:
            found.append((_UNITS[match[1]], int(digits)))
    return list(dict.fromkeys(found))


def total_in_words(text: str) -> tuple[int, Unit | None] | None:
    """The number of «Viết bằng chữ: Một trăm linh năm hồ sơ» and what it counts, or None."""
    folded = fold(text)
    match = re.search(r"bang chu\s*\)?\s*:?\s*(.+)", folded)
    if not match:
        return None
    words = re.findall(r"[a-z]+", match[1])
    number, used = _number(words)
    if number is None:
        return None
    rest = " ".join(words[used:])
    return number, next((u for name, u in _UNITS.items() if re.match(rf"\(?{name}\b", rest)), None)


def _number(words: list[str]) -> tuple[int | None, int]:
    """The number that the words begin with, up to the millions, and how many words it takes."""
    total = group = 0
    pending: int | None = None
    used = 0
    for word in words:
        if word in _DIGITS:
            if pending is not None:
                group += pending
            pending = _DIGITS[word]
        elif word == "muoi":
            group, pending = group + (pending if pending is not None else 1) * 10, None
        elif word == "tram":
            group, pending = group + (pending or 0) * 100, None
        elif word in ("nghin", "ngan", "trieu"):
            group += pending or 0
            total, group, pending = total + group * (1_000_000 if word == "trieu" else 1_000), 0, None
        elif word not in ("linh", "le"):
            break
        used += 1
    if not used:
        return None, 0
    return total + group + (pending or 0), used
