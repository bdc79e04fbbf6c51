"""Pages of a TIFF from its directories (TIFF 6.0 and BigTIFF, both byte orders), without decoding a pixel."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from sohoa.errors import DamagedError
from sohoa.intake.facts import Clock, PageFacts, broken, picture_page, too_many_pages, truncated
from sohoa.settings import Limits

_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_RATIONAL: Final = 5
_FORMATS: Final = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_WIDTH, _HEIGHT, _ORIENTATION, _X_RES, _UNIT = 256, 257, 274, 282, 296
_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES = 273, 279, 324, 325
_WANTED: Final = frozenset((_WIDTH, _HEIGHT, _ORIENTATION, _X_RES, _UNIT, _STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES))
_MAX_ENTRIES: Final = 4096
_MAX_VALUES: Final = 2_000_000
_TURNS: Final = {3: 180, 6: 90, 8: 270}

Directory = dict[int, tuple[int, ...]]


def tiff_pages(path: Path, limits: Limits, clock: Clock) -> list[PageFacts]:
    """Facts of every page (every directory of the main chain). A chain that loops, or strips past the end: `DamagedError`."""
    size = path.stat().st_size
    pages: list[PageFacts] = []
    with path.open("rb") as file:
        for directory in directories(file, size):
            if len(pages) == limits.pages:
                raise too_many_pages(limits)
            pages.append(_page(directory, len(pages) + 1, size, limits))
            clock.check()
    return pages


def is_single_page(path: Path) -> bool:
    """True when the TIFF has exactly one page; False also when it is broken."""
    try:
        with path.open("rb") as file:
            chain = directories(file, path.stat().st_size, frozenset())
            return next(chain, None) is not None and next(chain, None) is None
    except (DamagedError, OSError, struct.error):
        return False


def directories(file: BinaryIO, size: int, wanted: frozenset[int] = _WANTED) -> Iterator[Directory]:
    """The main chain of directories: of each, the values of the tags that are wanted."""
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", head, 2)[0] == 43
    place = struct.unpack_from(order + ("Q" if big else "I"), head, 8 if big else 4)[0]
    seen: set[int] = set()
    while place:
        if place in seen:
            raise DamagedError(
                "Danh sách trang trong TIFF quay vòng. Xuất lại tệp hoặc quét lại.",
                "The list of pages in the TIFF runs in a circle. Export it again or scan it again.",
            )
        seen.add(place)
        directory, place = _directory(file, size, place, order, big, wanted)
        yield directory


def _read(file: BinaryIO, size: int, place: int, length: int) -> bytes:
    if place < 0 or place + length > size:
        raise truncated()
    file.seek(place)
    data = file.read(length)
    if len(data) < length:
        raise truncated()
    return data


def _directory(
    file: BinaryIO, size: int, place: int, order: str, big: bool, wanted: frozenset[int]
) -> tuple[Directory, int]:
    counter, entry, pointer = ("Q", 20, "Q") if big else ("H", 12, "I")
    width = struct.calcsize(counter)
    entries = struct.unpack(order + counter, _read(file, size, place, width))[0]
    if not 0 < entries <= _MAX_ENTRIES:
        raise truncated()
    body = _read(file, size, place + width, entries * entry + struct.calcsize(pointer))
    result: Directory = {}
    for i in range(entries):
        tag, kind = struct.unpack_from(order + "HH", body, i * entry)
        # A tag stands once in a directory; thousands of the same would each name the same long list.
        if tag not in wanted or tag in result or kind not in _SIZES:
            continue
        count = struct.unpack_from(order + pointer, body, i * entry + 4)[0]
        field = body[i * entry + (12 if big else 8) : (i + 1) * entry]
        values = _values(file, size, order, kind, count, field, pointer)
        if values:
            result[tag] = values
    return result, struct.unpack_from(order + pointer, body, entries * entry)[0]


def _values(
    file: BinaryIO, size: int, order: str, kind: int, count: int, field: bytes, pointer: str
) -> tuple[int, ...] | None:
    if count > _MAX_VALUES or not count or (kind != _RATIONAL and kind not in _FORMATS):
        return None
    length = _SIZES[kind] * count
    data = field
    if length > len(field):
        data = _read(file, size, struct.unpack(order + pointer, field)[0], length)
    if kind == _RATIONAL:
        return struct.unpack_from(f"{order}{2 * count}I", data)
    return struct.unpack_from(f"{order}{count}{_FORMATS[kind]}", data)


def _page(directory: Directory, number: int, size: int, limits: Limits) -> PageFacts:
    if _WIDTH not in directory or _HEIGHT not in directory:
        raise broken(number)
    places = directory.get(_STRIPS) or directory.get(_TILES)
    lengths = directory.get(_STRIP_BYTES) or directory.get(_TILE_BYTES) or ()
    if not places:
        raise broken(number)
    ends = [p + n for p, n in zip(places, lengths, strict=False)] or [max(places) + 1]
    if max(ends) > size:
        raise truncated()
    resolution, unit = directory.get(_X_RES), directory.get(_UNIT, (2,))[0]
    dpi = None
    if resolution and len(resolution) >= 2 and resolution[1] and unit in (2, 3):
        dpi = resolution[0] / resolution[1] * (2.54 if unit == 3 else 1.0)
    turn = _TURNS.get(directory.get(_ORIENTATION, (1,))[0], 0)
    return picture_page(number, directory[_WIDTH][0], directory[_HEIGHT][0], dpi, turn, limits)
