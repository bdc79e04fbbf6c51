"""Paths of units in a sample archive, as archives, offices and scanners name files."""

from __future__ import annotations

import re
import unicodedata

from sohoa.sample.content import Content
from sohoa.sample.markers import Markers
from sohoa.sample.plan import Dossier, Unit

_SUFFIX = {"pdf": ".pdf", "tiff": ".tif", "jpeg-folder": ""}


class Names:
    """Gives every unit a path of its own, relative to `kho/` (members of the zip with the zip's name before them)."""

    def __init__(self, markers: Markers | None, zip_name: str) -> None:
        self._markers = markers
        self._zip = zip_name
        self._taken: set[str] = set()
        self._scans = 0

    def path(self, dossier: Dossier, unit: Unit, ordinal: int, content: Content | None) -> str:
        """The path of a unit; `content` is that of its first record."""
        suffix = _SUFFIX[unit.container]
        folder = f"{dossier.owner.code}/{dossier.file_code}"
        if unit.zipped:
            folder = f"{self._zip}/{dossier.file_code}"
        stem = self._stem(dossier, unit, ordinal, content)
        path = f"{folder}/{stem}{suffix}"
        extra = 2
        while path.casefold() in self._taken:
            path = f"{folder}/{stem} ({extra}){suffix}"
            extra += 1
        self._taken.add(path.casefold())
        return path

    def _stem(self, dossier: Dossier, unit: Unit, ordinal: int, content: Content | None) -> str:
        planted = planted_name(unit, self._markers)
        if planted is not None:
            return planted
        if unit.kind in ("dossier", "secret-page"):
            return dossier.file_code
        if unit.source is not None and unit.kind != "duplicate-line":
            old = unit.source.path.rsplit("/", 1)[-1]
            old = re.sub(r"\.(pdf|tif)$", "", old)
            return f"{old} - Copy" if unit.kind == "duplicate" else f"{old}_quet lai"
        if dossier.naming == "scanner":
            self._scans += 1
            return f"SCAN{self._scans:04d}"
        if dossier.naming == "notation" and content is not None:
            return content.reference.replace("/", "-")
        if dossier.naming == "words" and content is not None:
            day = content.issued
            return unicodedata.normalize(
                "NFC", f"{content.type.name} số {content.number} ngày {day.day}-{day.month}-{day.year}"
            )
        return f"{dossier.file_code}.{ordinal:07d}"


def ordinals(dossier: Dossier) -> list[int]:
    """The ordinal of each unit in its dossier, which its file name of the form `fileCode.ordinal` carries.

    It is the STT of the unit's first line in the inventory; scans without a line are numbered after the last one.
    """
    lines = [_lines(unit) for unit in dossier.units]
    listed, unlisted = 1, 1 + sum(lines)
    result = []
    for count in lines:
        if count:
            result.append(listed)
            listed += count
        else:
            result.append(unlisted)
            unlisted += 1
    return result


def _lines(unit: Unit) -> int:
    records = unit.source.records if unit.kind == "duplicate-line" and unit.source else unit.records
    return sum(record.listed for record in records)


def planted_name(unit: Unit, markers: Markers | None) -> str | None:
    """The marker that this unit's file name is, if any."""
    if markers is None:
        return None
    if unit.kind == "secret-inventory":
        return markers.secret_file_name
    return markers.control_file_name if unit.control else None
