"""A tiny writer of XLS files for the tests: BIFF8 in an OLE container, as Excel 97–2003 writes it, and BIFF2 without one."""

from __future__ import annotations

import datetime as dt
import struct


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def cell(row: int, column: int, value: object) -> bytes:
    if isinstance(value, dt.date):
        serial = float((value - dt.date(1899, 12, 30)).days)
        return record(0x0203, struct.pack("<HHHd", row, column, 16, serial))
    if isinstance(value, int | float):
        return record(0x0203, struct.pack("<HHHd", row, column, 15, float(value)))
    text = str(value)
    return record(0x0204, struct.pack("<HHHHB", row, column, 15, len(text), 1) + text.encode("utf-16-le"))


def workbook(rows: list[list[object]], merges: list[tuple[int, int, int, int]] = (), name: str = "Sheet1") -> bytes:  # type: ignore[assignment]
    """A BIFF8 stream. `merges`: first row, last row, first column, last column, inclusive."""
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 6))
    start += record(0x0042, struct.pack("<H", 1200))
    font = struct.pack("<HHHHHBBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 5, 0) + b"Arial"
    start += record(0x0031, font) * 4
    for index in range(17):
        # XF 16 shows its number as a date (built-in format 14).
        form = 14 if index == 16 else 0
        start += record(0x00E0, struct.pack("<HHHBBBBIIH", 0, form, 1 if index >= 15 else 0xFFF5, 0, 0, 0, 0, 0, 0, 0))
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 6))
    width = max(map(len, rows))
    sheet += record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for r, values in enumerate(rows):
        for c, value in enumerate(values):
            if value is not None:
                sheet += cell(r, c, value)
    if merges:
        sheet += record(0x00E5, struct.pack("<H", len(merges)) + b"".join(struct.pack("<HHHH", *m) for m in merges))
    sheet += record(0x000A)
    label = name.encode("utf-16-le")
    size = 4 + 4 + 2 + 1 + 1 + len(label)
    place = len(start) + size + len(record(0x000A))
    bound = record(0x0085, struct.pack("<IHBB", place, 0, len(name), 1) + label)
    return start + bound + record(0x000A) + sheet


def ole(stream: bytes, stream_name: str = "Workbook") -> bytes:
    """The stream in a compound file of 512-byte sectors."""
    stream = stream.ljust(4096, b"\0")
    stream += bytes(-len(stream) % 512)
    sectors = len(stream) // 512
    end, free, fat_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    fat = [fat_mark, end, *range(3, 2 + sectors), end]
    assert len(fat) <= 128
    fat += [free] * (128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += (
        struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
        + struct.pack("<I", 0)
        + struct.pack("<I", free) * 108
    )
    directory = entry("Root Entry", 5, 1, end, 0) + entry(stream_name, 2, free, 2, len(stream)) + bytes(256)
    return header + struct.pack("<128I", *fat) + directory + stream


def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    free = 0xFFFFFFFF
    text = name.encode("utf-16-le")
    data = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
    return data + struct.pack("<III", free, free, child) + bytes(36) + struct.pack("<IQ", start, size)


def biff2(rows: list[list[str]], encoding: str = "latin-1") -> bytes:
    """The oldest form: labels of single bytes, no container."""
    out = record(0x0009, struct.pack("<HH", 2, 0x10)) + record(0x0042, struct.pack("<H", 1252))
    for r, values in enumerate(rows):
        for c, value in enumerate(values):
            if value:
                raw = value.encode(encoding)
                out += record(0x0004, struct.pack("<HH3sB", r, c, bytes(3), len(raw)) + raw)
    return out + record(0x000A)
