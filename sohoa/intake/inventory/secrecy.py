"""Secrecy marks (độ mật) in an inventory: in their column, in the note, in a title, in a heading. None may be missed.

What cannot be understood in a secrecy column counts as «Mật»: a person can say that it is not, a leak cannot be undone.
"""

from __future__ import annotations

import re
from typing import Final

from sohoa.models import Secrecy
from sohoa.text.normal import fold, nfc

_LEVELS: Final[tuple[Secrecy, ...]] = ("Mật", "Tối mật", "Tuyệt mật")
_OPEN: Final = frozenset(
    {"", "khong", "ko", "k", "khong mat", "khong do mat", "thuong", "binh thuong", "0", "o", "-", "–", "—", "/", "n/a", "cong khai", "khong co", "none", "no", "01", "1", "van ban thuong", "tai lieu thuong"}
)  # fmt: skip
_CODES: Final[dict[str, Secrecy]] = {
    "m": "Mật", "c": "Mật", "03": "Mật", "3": "Mật", "b": "Tối mật", "a": "Tuyệt mật", "tom": "Tối mật", "tum": "Tuyệt mật",
    "t.mat": "Tối mật", "t. mat": "Tối mật", "tm": "Tuyệt mật",
}  # fmt: skip
_DECLASSIFIED: Final = re.compile(r"\bda (duoc )?giai mat\b|\bhet mat\b")
_NO: Final = re.compile(r"\b(khong|ko|chua) (phai |co |thuoc )*(do |danh muc )?(tai lieu |bi )?mat\b")
# «mật» as the last word of a phrase of its own, never «mật độ», «mật khẩu», «bảo mật»; «mất» is another word.
_MARK: Final = re.compile(
    r"(?<!\w)(?:(tuyệt|tối)\s*)?(?<!bảo )(?<!nội )(?<!thân )(?<!cơ )mật(?!\w)(?!\s+(?:độ|khẩu|mã|ong|thiết|thám|vụ|danh|nghị|gấu))",
    re.IGNORECASE,
)
_ASCII_MARK: Final = re.compile(
    r"\b(tuyet|toi) mat\b|\b(?:do|tai lieu|van ban|ho so|dau|che do) mat\b|^\W*mat\W*$|[(\[]\s*mat\s*[)\]]"
)
_TITLE_MARK: Final = re.compile(
    r"[(\[]\s*(?:độ\s*)?(tuyệt mật|tối mật|mật)\s*[)\]]|(?:độ mật|dấu độ mật)\s*:?\s*(tuyệt mật|tối mật|mật)(?!\w)"
    r"|[-–—;.]\s*(tuyệt mật|tối mật|mật)\s*$|^\s*(tuyệt mật|tối mật|mật)\s*$",
    re.IGNORECASE,
)
# A cheap first look: every cell of every row is asked.
_MAYBE: Final = re.compile(r"m\w{1,4}t", re.IGNORECASE)
_HEADING: Final = re.compile(
    r"(?<!\w)(?:tài liệu|hồ sơ|văn bản|độ|mức)\s+(?:độ\s+)?(tuyệt |tối )?mật(?!\w)(?!\s+(?:độ|khẩu|mã|thiết))",
    re.IGNORECASE,
)
_HEADING_FOLDED: Final = re.compile(
    r"\b(?:tai lieu|ho so|van ban|do|muc)\s+(?:do\s+)?(tuyet |toi )?mat\b(?! (?:do|khau|ma|thiet)\b)"
)
_CAPITALS: Final = re.compile(r"(?<!\w)(?:(TUYỆT|TỐI)\s+)?MẬT(?!\w)")


def highest(*marks: Secrecy | None) -> Secrecy | None:
    """The highest of the marks, None when there is none."""
    given = [m for m in marks if m is not None]
    return max(given, key=_LEVELS.index) if given else None


def from_column(text: str) -> tuple[Secrecy | None, bool]:
    """The mark in a secrecy column, and whether it was understood; what is not understood is «Mật»."""
    folded = fold(nfc(text)).strip(" .,;:*()[]")
    if folded in _OPEN or _NO.search(folded):
        return None, True
    if _DECLASSIFIED.search(folded):
        return None, True
    if folded in _CODES:
        return _CODES[folded], folded != "tm"
    if "tuyet mat" in folded:
        return "Tuyệt mật", True
    if "toi mat" in folded:
        return "Tối mật", True
    return "Mật", bool(re.search(r"\bmat\b", folded))


def from_access(text: str) -> Secrecy | None:
    """The mark in a column of the terms of use (chế độ sử dụng): «Mật» or its code 03 (TT 05/2025), else None."""
    folded = fold(nfc(text)).strip(" .,;:*()[]")
    if folded in ("03", "3", "m"):
        return "Mật"
    return from_note(text)


def from_tick(text: str, level: Secrecy) -> Secrecy | None:
    """The mark in a column that is itself headed «Mật», «Tối mật», «Tuyệt mật»: any tick counts."""
    if fold(text).strip() in _OPEN - {"1", "01"}:
        return None
    return highest(level, from_note(text))


def from_note(text: str) -> Secrecy | None:
    """The mark in a note: the word «mật» standing for itself, with or without diacritics."""
    text = nfc(text)
    folded = fold(text)
    if "mat" not in folded:
        return None
    if _DECLASSIFIED.search(folded) or _NO.search(folded):
        # «không mật» speaks of one thing; a mark beside it still counts.
        text = re.sub(
            r"(?i)(đã (được )?giải|hết|(không|ko|chưa) (phải |có |thuộc )*(độ |danh mục )?(tài liệu |bí )?)\s*mật",
            " ",
            text,
        )
        folded = _NO.sub(" ", _DECLASSIFIED.sub(" ", folded))
    if match := _MARK.search(text):
        return _level(match[1])
    if text.isascii() and (match := _ASCII_MARK.search(folded)):
        return _level(match[1])
    return None


def from_title(text: str) -> Secrecy | None:
    """The mark in a title or subject: in parentheses, at its end after a sign, or in capitals of its own.

    Titles speak about secrecy («bảo vệ bí mật nhà nước») far more often than they bear a mark.
    """
    if not _MAYBE.search(text):
        return None
    text = nfc(text)
    if match := _TITLE_MARK.search(text):
        return _level(next(filter(None, match.groups()), ""))
    if not text.isupper() and (match := _CAPITALS.search(text)):
        return _level(match[1])
    folded = fold(text)
    if text.isascii() and (match := re.search(r"[(\[]\s*(tuyet |toi )?mat\s*[)\]]", folded)):
        return _level(match[1])
    return None


def from_heading(text: str) -> Secrecy | None:
    """The mark that a section or title row puts on the lines below: «TÀI LIỆU MẬT», «Danh mục hồ sơ tối mật»."""
    text = nfc(text)
    folded = fold(text)
    if "mat" not in folded or _NO.search(folded) or _DECLASSIFIED.search(folded):
        return None
    # «tài liệu mất» (lost) folds to the same letters, so only text without any diacritics is judged folded.
    match = _HEADING_FOLDED.search(folded) if text.isascii() else _HEADING.search(text)
    return _level(match[1]) if match else from_title(text)


def _level(word: str | None) -> Secrecy:
    folded = fold(word or "")
    return "Tuyệt mật" if folded.startswith("tuyet") else "Tối mật" if folded.startswith("toi") else "Mật"
