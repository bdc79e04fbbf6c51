"""The file code of a dossier (mã hồ sơ): agency code, year of origin, number (TT 05/2025/TT-BNV)."""

from __future__ import annotations

import re
from typing import NamedTuple

_CODE = re.compile(r"([A-Z]{1,3}\d*(?:\.\d{1,3})*)\.((?:19|20)\d{2})\.\S+")


class FileCode(NamedTuple):
    """What a file code says: `H49.64.33.2001.160` is agency `H49.64.33`, year 2001."""

    agency: str
    year: int


def parse_file_code(code: str) -> FileCode | None:
    """The parts of a file code, or None where it has another form."""
    match = _CODE.fullmatch(code.strip())
    return FileCode(match[1], int(match[2])) if match else None
