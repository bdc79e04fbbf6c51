"""Which files are read together: a unit is one file, or the page images of one record in order.

The rule:
- A PDF, and a TIFF of several pages, is a unit alone.
- Pictures (JPEG, PNG, JPEG 2000, TIFF of one page) of one folder whose names end in a number belong together when what
  stands before the number is the same: `VB01_001.jpg VB01_002.jpg VB02_001.jpg` are two units; `1.jpg 2.jpg 10.jpg` or
  `trang 1.jpg …` in a folder of their own are one. The number may stand in parentheses and carry a letter for the side
  (`003a`, `003b`). The order is that of the numbers.
- A picture whose name does not end in a number is a unit alone (`638-KH-TU.jpg`), and so are pictures whose last number
  is a year (`BC 2019.jpg BC 2020.jpg`).
- When one page number occurs twice in two kinds (`001.jpg 001.tif`), each kind is its own unit.
- Sightings with a problem and zip containers are in no unit: the caller accounts for them. A picture with a problem whose
  name belongs to a series is kept in it, so that the record is never taken for complete.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, Literal

from sohoa.intake.found import Found
from sohoa.intake.names import NaturalKey, natural_key
from sohoa.intake.tiff import is_single_page
from sohoa.text.normal import fold

if TYPE_CHECKING:
    from sohoa.intake.inventory import Inventory

_NUMBERED: Final = re.compile(r"^(?P<prefix>.*?)\(?(?P<number>[0-9]+)(?P<side>[a-dA-D]?)\)?$")
_PAGE_WORDS: Final = frozenset(
    {
        "",
        "trang",
        "tr",
        "page",
        "pages",
        "p",
        "pg",
        "to",
        "anh",
        "hinh",
        "img",
        "image",
        "scan",
        "scan to",
        "doc",
        "dsc",
    }
)
_PICTURE_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".jpe", ".png", ".jp2", ".j2k", ".jpf", ".tif", ".tiff"})
_EDGE: Final = re.compile(r"[\s_.,#-]+$")


@dataclass(frozen=True, slots=True)
class Unit:
    """Files read together, in order. `name` is for display, different from every other unit's of the folder."""

    name: str
    members: tuple[Found, ...]
    kind: Literal["file", "images"]
    """`file`: one file; `images`: the page images of one record."""

    def dossier_hint(self, inventory: Inventory | None) -> str | None:
        """The code of the inventory's dossier that the unit's path names, if it names one."""
        if inventory is None:
            return None
        from sohoa.intake.matching import dossier_in_path

        return dossier_in_path(self.name, inventory) or dossier_in_path(self.members[0].name, inventory)


@dataclass(frozen=True, slots=True)
class _Page:
    found: Found
    prefix: str
    number: tuple[int, str, str]
    """Length and digits of the page number, then its side: ordered without the limits of int()."""


def group(found: Sequence[Found]) -> list[Unit]:
    """Units in natural order of their first files; the rule stands at the head of this file."""
    series: dict[tuple[str, str], list[_Page]] = {}
    alone: list[Found] = []
    for one in found:
        page = _page(one)
        if page is None:
            if one.problem is None and not one.is_container:
                alone.append(one)
        else:
            series.setdefault((one.folder, page.prefix), []).append(page)
    units = [Unit(f.name, (f,), "file") for f in alone]
    for pages in series.values():
        units.extend(_split(pages))
    taken = {f.name for f in alone}
    return [_unit(members, taken) for members in sorted((u.members for u in units), key=_order)]


def _order(members: tuple[Found, ...]) -> NaturalKey:
    return natural_key(members[0].name)


def _unit(members: tuple[Found, ...], taken: set[str]) -> Unit:
    """The unit with its name: the file's own; else the folder's, with what its page names have in common."""
    first = members[0]
    if len(members) == 1:
        return Unit(first.name, members, "file")
    match = _NUMBERED.match(PurePosixPath(first.base).stem)
    common = _EDGE.sub("", match["prefix"]) if match else ""
    folder = first.folder
    name = folder if fold(common) in _PAGE_WORDS and folder else f"{folder}/{common}" if folder else common
    if not name or name in taken:
        name = first.name
    taken.add(name)
    return Unit(name, members, "images")


def _page(found: Found) -> _Page | None:
    """The place of a picture in a series, or None for everything that stands alone."""
    path = PurePosixPath(found.base)
    if found.is_container:
        return None
    if found.problem is not None:
        if path.suffix.lower() not in _PICTURE_SUFFIXES:
            return None
    elif found.kind == "tiff":
        if not _is_single(found):
            return None
    elif found.kind not in ("jpeg", "png", "jp2"):
        return None
    match = _NUMBERED.match(path.stem)
    if match is None:
        return None if found.problem is not None else _Page(found, f"\0{found.base}", (0, "", ""))
    digits = match["number"].lstrip("0")
    return _Page(found, _EDGE.sub("", match["prefix"]).casefold(), (len(digits), digits, match["side"].lower()))


def _is_single(found: Found) -> bool:
    if found.pages is not None:
        return found.pages == 1
    return found.path is not None and is_single_page(found.path)


def _split(pages: list[_Page]) -> list[Unit]:
    """The units of one prefix in one folder."""
    pages = sorted(pages, key=lambda p: (p.number, natural_key(p.found.name)))
    if all(p.found.problem is not None for p in pages):
        return []
    if fold(pages[0].prefix) not in _PAGE_WORDS and len(pages) > 1 and all(_is_year(p) for p in pages):
        return [Unit(p.found.name, (p.found,), "file") for p in pages if p.found.problem is None]
    numbers = [p.number for p in pages]
    if len(set(numbers)) < len(numbers):
        by_kind: dict[str, list[_Page]] = {}
        for page in pages:
            by_kind.setdefault(PurePosixPath(page.found.base).suffix.lower(), []).append(page)
        groups = list(by_kind.values()) if len(by_kind) > 1 else [pages]
    else:
        groups = [pages]
    return [Unit("", tuple(p.found for p in g), "images") for g in groups if any(p.found.problem is None for p in g)]


def _is_year(page: _Page) -> bool:
    length, digits, side = page.number
    return length == 4 and "1930" <= digits <= "2100" and not side
