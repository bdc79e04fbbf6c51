"""Number and notation together, as they are printed and asked for."""

from __future__ import annotations

import re

_PARTY = re.compile(r"[^\W\d_]+\s*/")
"""A Party notation names the type, then the body behind a stroke: KH/TU; a State one has a hyphen: KH-UBND."""


def reference(number: str | None, notation: str | None) -> str | None:
    """`638-KH/TU` (Party), `75/KH-UBND`, `30/2020/NĐ-CP` (State); whatever is there when one is missing."""
    if not number or not notation:
        return number or notation
    return f"{number}-{notation}" if _PARTY.match(notation) else f"{number}/{notation}"
