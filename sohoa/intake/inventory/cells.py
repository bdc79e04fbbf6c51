"""Single values of a line: counts, notations, types before a subject, stable keys."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from sohoa.intake.inventory.grid import Cell, as_text
from sohoa.text.normal import fold

# The types of NĐ 30/2020/NĐ-CP Điều 7 and of Quy định 66-QĐ/TW, longest first; compared without diacritics.
_TYPES: Final = tuple(
    sorted(
        (
            "Nghị quyết", "Quyết định", "Chỉ thị", "Quy chế", "Quy định", "Thông cáo", "Thông báo", "Hướng dẫn",
            "Chương trình", "Kế hoạch", "Phương án", "Đề án", "Dự án", "Báo cáo", "Tờ trình", "Giấy ủy quyền", "Phiếu gửi",
            "Phiếu chuyển", "Phiếu báo", "Biên bản", "Hợp đồng", "Công văn", "Công điện", "Bản ghi nhớ", "Bản thỏa thuận",
            "Giấy mời", "Giấy giới thiệu", "Giấy nghỉ phép", "Thư công", "Kết luận", "Thông tri", "Thông tư",
            "Thông tư liên tịch", "Nghị định", "Luật", "Pháp lệnh", "Điều lệ", "Quy hoạch", "Tuyên bố", "Lời kêu gọi",
        ),
        key=lambda name: -len(name),
    )
)  # fmt: skip
_FOLDED_TYPES: Final = tuple((name, fold(name)) for name in _TYPES)
_LEADING: Final = re.compile(r"^\s*(?:so\s*[:.]?\s*)?(\d{1,5}\s?[a-z]?)(?![\da-z])", re.IGNORECASE)
_ABOUT: Final = re.compile(r"^\s*(?:[:.–-]\s*)?(?:(?:v/v|về việc|vv)\s*[:.]?\s+)?", re.IGNORECASE)


def as_int(cell: Cell) -> int | None:
    """A count: `35`, `35 tờ`, `1.200`, `01-35` (the last sheet's number); None where there is none."""
    if isinstance(cell, int | float):
        return int(cell) if 0 <= cell < 10**7 else None
    digits = re.findall(r"\d{1,3}(?:\.\d{3})+|\d+", as_text(cell))
    if not digits or len(digits[-1]) > 9:
        return None
    return int(digits[-1].replace(".", ""))


def as_ordinal(cell: Cell) -> int | None:
    """A running number: `7`, `07`, `7.`, `(7)`; None for anything else."""
    match = re.fullmatch(r"\(?0*(\d{1,7})\)?\.?", as_text(cell))
    return int(match[1]) if match else None


def number_of(notation: str) -> str | None:
    """The number at the beginning of a notation: `638-KH/TU` → `638`."""
    match = _LEADING.match(fold(notation))
    return match[1].replace(" ", "") if match else None


def whole_notation(number: str, symbol: str) -> str:
    """Number and symbol of two columns in one: `638` and `KH/TU` → `638-KH/TU`, `75` and `KH-UBND` → `75/KH-UBND`."""
    if not symbol or not number:
        return symbol or number
    if number in re.split(r"[-/\s]", symbol)[0:1]:
        return symbol
    if symbol[0] in "-/":
        return number + symbol
    # A year leads a State symbol (2020/NĐ-CP); else a slash is the Party's way of naming the body.
    party = "/" in symbol and not re.match(r"(19|20)\d\d/", symbol)
    return f"{number}{'-' if party else '/'}{symbol}"


def split_type(text: str) -> tuple[str | None, str]:
    """The type that a combined «Tên loại và trích yếu» begins with, and the rest."""
    folded = fold(text)
    for name, short in _FOLDED_TYPES:
        if folded.startswith(short) and not folded[len(short) : len(short) + 1].isalnum() and len(folded) == len(text):
            return name, strip_about(text[len(name) :]) or text
    return None, strip_about(text)


def strip_about(text: str) -> str:
    """A subject without «V/v» or «về việc» before it."""
    stripped = _ABOUT.sub("", text, count=1).strip()
    return stripped or text.strip()


def key_of(*parts: object) -> str:
    """A stable key that tells nothing of what it stands for: 16 hexadecimal digits of SHA-256."""
    text = "\0".join(fold(" ".join(str(p).split())) if p is not None else "" for p in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
