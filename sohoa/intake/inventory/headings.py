"""Columns recognised by their Vietnamese headings, in one to three rows, whatever the case, marks and abbreviations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from sohoa.intake.inventory.grid import Grid
from sohoa.text.normal import fold

# Patterns over the folded heading without «và», «của», «các», abbreviations written out. The first that fits wins.
# The forms: NĐ 30/2020/NĐ-CP phụ lục V, TT 05/2025/TT-BNV, older archive inventories, the outgoing register.
_PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    ("ordinal", r"(so )?(tt|thu tu)|stt|no|so stt"),
    ("mark_top", r"tuyet mat"),
    ("mark_high", r"toi mat"),
    ("mark", r"mat"),
    ("secrecy", r"(cap |muc |dau |dau chi )*(do )?mat( van ban| tai lieu| ho so)?|(cap|muc|dau|chi).* do mat|tinh trang mat|do mat.*|.*muc do mat"),
    ("access", r"che do (su dung|tiep can|khai thac)|(muc do|tinh chat|dieu kien|quyen) tiep can|mode|rights"),
    ("docs", r"(tong )?so luong (van ban|tai lieu).*|tong so (van ban|tai lieu).*|totaldoc"),
    ("record_code", r"ma (so )?(dinh danh )?(van ban|tai lieu)|doccode|docid|arcdoccode"),
    ("dossier_code", r"(so )?(ky hieu )?ho so( so)?|ma (so )?(dinh danh )?ho so|ho so so.*|(so )?don vi bao quan( so)?|(arc|paper)?filecode|so ho so.*|so ky hieu (ho so|don vi bao quan).*"),
    ("dossier_title", r"(ten )?(de muc )?(tieu de|ten) (ho so|don vi bao quan).*|ten de muc.*|noi dung ho so|ho so tieu de.*"),
    ("dossier_time", r"thoi gian( cua)?( tai lieu| ho so| hinh thanh.*)?|(thoi gian|ngay thang|ngay thang nam|ngay|nam)( tai lieu| ho so)? bat dau.* ket thuc.*|thoi gian.*bat dau ket thuc|tu ngay den ngay"),
    ("start", r"(.* )?(bat dau|tu ngay|tu nam)( tai lieu)?|startdate"),
    ("end", r"(.* )?(ket thuc|den ngay|den nam)( tai lieu)?|enddate"),
    ("retention", r"thoi han( bao quan| luu tru| luu)?( ho so)?|maintenance|han bao quan"),
    ("type_subject", r"(ten )?loai( van ban)? (trich yeu|noi dung|ve viec).*|ten loai.* trich yeu.*|ten van ban trich yeu.*"),
    ("subject", r"trich yeu.*|noi dung( van ban| trich yeu| tai lieu)?|ve viec|subject|(tieu de|ten) (van ban|tai lieu)|tom tat noi dung.*"),
    ("title", r"tieu de|title|ten goi"),
    ("type", r"(ten |the )?loai( van ban| tai lieu)?|typename|hinh thuc van ban"),
    ("notation", r"so( hieu)? ky hieu( van ban| tai lieu)?( .*)?|so hieu( van ban)?|ky hieu so( van ban)?"),
    ("number", r"so( van ban)?|codenumber|so di|so den"),
    ("symbol", r"ky hieu( van ban)?|codenotation"),
    ("date", r"ngay( thang)?( nam)?( ban hanh| ky| phat hanh| cua)?( van ban| tai lieu)?( ban hanh| ky)?|issueddate|thoi gian (van ban|ban hanh).*"),
    ("author", r"tac gia.*|(ten )?(co quan|don vi|noi)( to chuc| don vi)* ban hanh.*|noi ban hanh|organname|co quan ban hanh.*"),
    ("signer", r"nguoi ky( van ban)?|ho ten nguoi ky"),
    ("page_ref", r"to so.*|trang so.*|tu (to|trang)( so)? den (to|trang)( so)?|vi tri (to|trang).*|so thu tu to.*"),
    ("sheets_pages", r"so( luong)? to( tai lieu)?( so( luong)?)? trang.*|so to trang"),
    ("sheets", r"(tong )?so( luong)? to( tai lieu)?|numberofpaper|so to ho so"),
    ("pages", r"(tong )?so( luong)? trang( van ban| tai lieu| a4)?|numberofpages?|pageamount|so trang.*"),
    ("file_name", r"ten (file|tep|tap)( tin)?.*|(file|tep|tap tin)( tin)?( pdf| scan| quet| anh| dinh kem| so hoa)*|duong dan.*|link.*|filename|ten anh"),
    ("box", r"(cap )?(so )?hop( so)?|(so )?cap( so)?|cap hop( so)?|hop cap( so)?|so cap hop"),
    ("shelf", r"(so )?(gia|ke|tu)( so)?|gia ke( so)?|(kho )?gia.*|vi tri luu.*"),
    ("note", r"ghi chu.*|description|chu thich|mo ta|note"),
    ("year", r"nam( ban hanh| hinh thanh.*| van ban| tai lieu| ho so)?|year"),
    ("agency", r"(ten |ma )*(co quan|don vi)( to chuc)?( nop luu| hinh thanh.*| luu tru)?|ma dinh danh|phong( luu tru)?|ten phong"),
    ("ignored", r"ngon ngu|do khan|muc do khan|tu khoa|keyword|language|so (luong )?ban|noi nhan.*|nguoi (lap|nhan).*|ky nhan|ngay chuyen|tinh trang.*|format|but tich|autograph|don vi nguoi nhan.*|chuc vu.*|do tin cay|loai ban"),
)  # fmt: skip
_COMPILED: Final = tuple((role, re.compile(pattern)) for role, pattern in _PATTERNS)
_LONG: Final = {
    "vb": "van ban", "vban": "van ban", "hs": "ho so", "hso": "ho so", "tl": "tai lieu", "bq": "bao quan",
    "thbq": "thoi han bao quan", "dvbq": "don vi bao quan", "cq": "co quan", "dv": "don vi", "skh": "so ky hieu",
    "sokyhieu": "so ky hieu", "khvb": "ky hieu van ban", "tg": "thoi gian", "gc": "ghi chu", "s": "so", "nd": "noi dung",
    "ty": "trich yeu", "sl": "so luong", "qlvb": "van ban", "trichyeu": "trich yeu", "ngaythang": "ngay thang", "bh": "ban hanh",
}  # fmt: skip
_FILLERS: Final = frozenset({"va", "cua", "cac", "hoac", "theo", "trong", "la"})
# A misspelt heading («Trich yéu») is still known when it is this near to one of these.
_EXAMPLES: Final = (
    ("dossier_title", "tieu de ho so"), ("retention", "thoi han bao quan"), ("notation", "so ky hieu van ban"),
    ("date", "ngay thang nam van ban"), ("type_subject", "ten loai trich yeu noi dung"), ("subject", "trich yeu noi dung"),
    ("author", "tac gia van ban"), ("note", "ghi chu"), ("secrecy", "muc do mat"), ("author", "co quan ban hanh"),
)  # fmt: skip
_NEAR: Final = 88.0

_RECORD_ROLES: Final = frozenset({"subject", "type_subject", "notation", "file_name", "record_code"})
_SCANNED_ROWS: Final = 60


@dataclass(frozen=True)
class Heading:
    """Where a table begins: `columns` maps a role to its column (from 0); the body starts at row `end`."""

    start: int
    end: int
    columns: dict[str, int]

    @property
    def is_record_table(self) -> bool:
        """Lines are records; else they are dossiers."""
        return bool(_RECORD_ROLES & self.columns.keys()) or {"number", "symbol"} <= self.columns.keys()


@lru_cache(maxsize=20_000)
def role_of(text: str) -> str | None:
    """The role of a column by its heading, or None."""
    if not text or len(text) > 120:
        return None
    whole = _normal(text)
    short = _normal(re.sub(r"\(.*?\)|\[.*?\]", " ", text))
    for form in dict.fromkeys((whole, short)):
        for role, pattern in _COMPILED:
            if form and pattern.fullmatch(form):
                return role
    if len(short) >= 6:
        score, role = max((fuzz.ratio(short, example), role) for role, example in _EXAMPLES)
        if score >= _NEAR:
            return role
    return None


def _normal(text: str) -> str:
    words = re.sub(r"[^a-z0-9]+", " ", fold(text)).split()
    out: list[str] = []
    for i, word in enumerate(words):
        if word in _FILLERS or word.isdigit():
            continue
        if word == "kh" and "so" in words[:i]:
            word = "ky hieu"  # noqa: PLW2901
        out.append(_LONG.get(word, word))
    return " ".join(out)


def find_heading(grid: Grid, start: int, stop: int) -> Heading | None:
    """The best heading that begins in rows `start` … `stop`, of one to three rows; None when no table is there."""
    best: tuple[int, Heading] | None = None
    for row in range(start, min(stop, start + _SCANNED_ROWS, len(grid.rows))):
        for height in (1, 2, 3):
            heading = heading_at(grid, row, height)
            if heading is not None and (best is None or _worth(heading) > best[0]):
                best = (_worth(heading), heading)
    return best[1] if best else None


def _worth(heading: Heading) -> int:
    return 10 * len(heading.columns) - (heading.end - heading.start)


def heading_at(grid: Grid, row: int, height: int) -> Heading | None:
    """The heading of rows `row` … `row + height - 1`, or None when they are none."""
    if row + height > len(grid.rows):
        return None
    rows = [grid.texts(row + i) for i in range(height)]
    if any(not any(r) for r in rows):
        return None
    columns: dict[str, int] = {}
    filled = 0
    for column in range(max(map(len, rows))):
        parts = _parts(rows, column)
        filled += bool(parts)
        role = _column_role(parts)
        if role is not None and role not in columns:
            columns[role] = column
    columns = _settle(columns)
    known = {r for r in columns if r != "ignored"}
    table = Heading(row, row + height, columns)
    has_dossier = bool(known & {"dossier_title", "dossier_code"})
    if not (table.is_record_table or has_dossier) or len(known) < 2 or 2 * len(columns) < filled - 1:
        return None
    if len(known) == 2 and not known & {"file_name", "notation", "subject", "type_subject", "dossier_title"}:
        return None
    if height > 1:
        # A title or a line above a heading is no part of it.
        lower = heading_at(grid, row + 1, height - 1)
        if lower is not None and len(lower.columns) >= len(columns):
            return None
    return table


def _parts(rows: list[list[str]], column: int) -> list[str]:
    """The heading texts of a column from top to bottom, an upper one that spans to the right carried along."""
    parts: list[str] = []
    for i, texts in enumerate(rows):
        text = texts[column] if column < len(texts) else ""
        if not text and i + 1 < len(rows) and column < len(rows[i + 1]) and rows[i + 1][column]:
            left = next((c for c in range(min(column, len(texts)) - 1, -1, -1) if texts[c]), None)
            # Only a group heading has something under itself and under its neighbours.
            if left is not None and left < len(rows[i + 1]) and rows[i + 1][left]:
                text = texts[left]
        if text and (not parts or parts[-1] != text):
            parts.append(text)
    return parts


def _column_role(parts: list[str]) -> str | None:
    if not parts:
        return None
    for text in dict.fromkeys((" ".join(parts), parts[-1], parts[0])):
        role = role_of(text)
        if role is not None:
            return role
    return None


def _settle(columns: dict[str, int]) -> dict[str, int]:
    """Headings that mean one thing in a list of dossiers and another in a list of records."""
    settled = dict(columns)

    def rename(old: str, new: str) -> None:
        if old in settled and new not in settled:
            settled[new] = settled.pop(old)

    records = bool({"subject", "type_subject", "file_name", "record_code"} & settled.keys()) or (
        "notation" in settled and "dossier_title" not in settled
    )
    if not records:
        if "dossier_code" in settled or "retention" in settled:
            rename("title", "dossier_title")
        if "dossier_title" in settled:
            rename("notation", "dossier_code")
            rename("symbol", "dossier_code")
            rename("number", "dossier_code")
            rename("date", "dossier_time")
    if "dossier_title" not in settled or records:
        rename("title", "subject")
    if Heading(0, 0, settled).is_record_table and not {"dossier_title"} & settled.keys():
        rename("dossier_time", "date")
    return settled
