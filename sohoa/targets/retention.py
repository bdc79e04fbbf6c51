"""Retention periods (thời hạn bảo quản) in one form, however an inventory writes them."""

from __future__ import annotations

import re
from functools import lru_cache

from sohoa.text.normal import fold

# maintenance of TT 05/2025/TT-BNV
_CODES = {"1": "Vĩnh viễn", "2": "70 năm", "3": "50 năm", "4": "30 năm", "5": "20 năm", "6": "10 năm", "7": "Khác"}


@lru_cache(maxsize=4096)
def retention_name(text: str | None) -> str | None:
    """`Vĩnh viễn`, `20 năm` … of «VV», «vĩnh viễn», «01», «20 năm (từ 2015)»; other words as they are; None of nothing."""
    folded = fold(text or "").strip(" .;:")
    if not folded:
        return None
    if re.fullmatch(r"0?[1-7]", folded):
        return _CODES[folded[-1]]
    if folded.startswith("vinh vien") or folded in ("vv", "v/v", "v.v"):
        return "Vĩnh viễn"
    years = re.match(r"(?:co thoi han\s*:?\s*)?(\d{1,3})\s*(?:nam|n\b|$)", folded)
    return f"{int(years[1])} năm" if years else (text or "").strip()
