"""A record's content becomes typeset pages: head, body over the planned pages, signature block, recipients."""

from __future__ import annotations

import random

from sohoa.sample.content import Block, Content, body, closing
from sohoa.sample.fonts import wrap
from sohoa.sample.header import set_head
from sohoa.sample.layouts import LAYOUTS
from sohoa.sample.setter import Setter
from sohoa.sample.sheet import Mark, Run, Sheet

_SIGN_ROOM = 80.0
"""Points between the position and the name, for seal and signature."""
_NEEDS_MORE = ("heading", "section", "basis", "verdict", "marker")
"""Kinds of block after which the body cannot end."""


def set_record(content: Content, pages: int, rng: random.Random) -> list[Sheet]:
    """Set a record on `pages` sheets (one more only where a single page cannot hold its fixed parts)."""
    pen = Setter(content, LAYOUTS[content.author.layout], rng)
    set_head(pen)
    last_words = closing(content, rng)
    foot = _foot_height(pen) + pen.height(Block("para", last_words)) + 10
    limit = pen.bottom - foot
    stop = pen.top + (limit - pen.top) * rng.uniform(0.25, 0.9) if pages > 1 else limit - 40
    last = "verdict"
    for block in body(content, rng):
        on_last = len(pen.sheets) >= pages
        needed = pen.height(block) + (70 if block.kind in ("heading", "section") else 0)
        if on_last and last not in _NEEDS_MORE and (pen.y > stop or pen.y + needed > limit):
            break
        fitting = block
        if on_last and block.kind == "para" and pen.y + needed > limit:
            fitting = Block("para", _shortened(block.text))
        if pen.y + needed > pen.bottom and block.kind in ("heading", "section"):
            pen.new_sheet()
        pen.put(fitting)
        last = block.kind
    pen.put(Block("para", last_words))
    if pen.y + _foot_height(pen) > pen.bottom:
        pen.new_sheet()
    _foot(pen)
    _page_numbers(pen)
    return pen.sheets


def _shortened(text: str) -> str:
    """The first sentence of a paragraph, with its article or item number."""
    head, _, rest = text.partition(". ")
    return f"{head}. {rest.partition('. ')[0]}.".replace("..", ".") if len(head) < 9 else f"{head}."


def _recipient_lines(pen: Setter, limit: float) -> list[list[str]]:
    size = _recipient_size(pen)
    names = pen.content.recipients
    lines: list[list[str]] = []
    for index, name in enumerate(names):
        end = "." if index == len(names) - 1 else ";"
        lines += wrap(f"- {name}{end}", pen.face("Regular"), size, limit)
    return lines


def _recipient_size(pen: Setter) -> float:
    return max(9.5, pen.layout.body_size - 3)


def _recipient_limit(pen: Setter) -> float:
    match pen.layout.recipients:
        case "left":
            return pen.measure * 0.45
        case "below":
            return pen.measure * 0.8
        case _:
            return pen.measure * 0.46


def _foot_height(pen: Setter) -> float:
    size = pen.layout.body_size
    sign = len(pen.content.authority) * size * 1.2 + _SIGN_ROOM + size * 1.3 + 8
    lines = len(_recipient_lines(pen, _recipient_limit(pen)))
    step = _recipient_size(pen) * 1.18
    match pen.layout.recipients:
        case "left":
            return max(sign, step * (lines + 1.5))
        case "below":
            return sign + step * (lines + 1.5)
        case _:
            return sign + step * ((lines + 1) // 2 + 1.5)


def _foot(pen: Setter) -> None:
    start = pen.y + 6
    if pen.layout.recipients == "left":
        _recipients(pen, start, 1)
        pen.y = start
        _signature(pen, start)
        return
    end = _signature(pen, start)
    _recipients(pen, end, 2 if pen.layout.recipients == "below-two" else 1)


def _recipients(pen: Setter, y: float, columns: int) -> None:
    if not pen.content.recipients:
        return
    size = _recipient_size(pen)
    step = size * 1.18
    y += step
    runs = [pen.sheet.line(["Nơi", "nhận:"], pen.left, y, pen.face("BoldItalic"), size, "left", 0)]
    lines = _recipient_lines(pen, _recipient_limit(pen))
    half = (len(lines) + columns - 1) // columns
    for index, words in enumerate(lines):
        x = pen.left + (index // half) * pen.measure * 0.5
        runs.append(pen.sheet.line(words, x, y + step * (index % half + 1), pen.face("Regular"), size, "left", 0))
    pen.sheet.note("recipients", runs)


def _signature(pen: Setter, y: float) -> float:
    """The block on the right: authority, position, room for seal and signature, name. Returns where it ends."""
    content, size, rng = pen.content, pen.layout.body_size, pen.rng
    mid = pen.left + pen.measure * pen.layout.sign_centre
    column = 2 * (pen.right - mid)
    if content.secretary is not None:
        _signed(pen, y, pen.left + pen.measure * 0.2, "THƯ KÝ", content.secretary, "secretary")
    runs: list[Run] = []
    for line in content.authority:
        y += size * 1.2
        line_size = pen.fit(line, "Bold", size - 0.5, column)
        runs.append(pen.sheet.line(line.split(), mid, y, pen.face("Bold"), line_size, "centre", 0))
    pen.sheet.note("position", runs)
    at = y + _SIGN_ROOM * 0.5
    pen.sheet.marks.append(
        Mark(
            "signature",
            mid + rng.uniform(-8, 12),
            at,
            rng.uniform(75, 105),
            (),
            rng.uniform(-8, 6),
            rng.getrandbits(30),
            pen.ink,
        )
    )
    ring = content.author.name.upper()
    seal_at = at + rng.uniform(-8, 4)
    pen.sheet.marks.append(
        Mark(
            "seal",
            mid - rng.uniform(38, 50),
            seal_at,
            rng.uniform(94, 104),
            (ring,),
            rng.uniform(-25, 25),
            rng.getrandbits(30),
        )
    )
    y += _SIGN_ROOM + size
    name = pen.sheet.line(content.signer.split(), mid, y, pen.face("Bold"), size, "centre", 0)
    pen.sheet.note("signer", [name])
    return y + 8


def _signed(pen: Setter, y: float, mid: float, position: str, name: str, kind: str) -> None:
    size, rng = pen.layout.body_size, pen.rng
    y += size * 1.2
    runs = [pen.sheet.line(position.split(), mid, y, pen.face("Bold"), size - 0.5, "centre", 0)]
    pen.sheet.marks.append(
        Mark("signature", mid, y + _SIGN_ROOM * 0.5, 80, (), rng.uniform(-8, 6), rng.getrandbits(30), pen.ink)
    )
    runs.append(pen.sheet.line(name.split(), mid, y + _SIGN_ROOM + size, pen.face("Bold"), size, "centre", 0))
    pen.sheet.note(kind, runs)


def _page_numbers(pen: Setter) -> None:
    if pen.layout.page_number == "none":
        return
    size = pen.layout.body_size - 1
    for index, sheet in enumerate(pen.sheets[1:], start=2):
        at_top = pen.layout.page_number == "top"
        y = pen.top - 16 if at_top else pen.bottom + 22
        right = pen.layout.page_number == "bottom-right"
        x = pen.right if right else (pen.left + pen.right) / 2
        run = sheet.line([str(index)], x, y, pen.face("Regular"), size, "right" if right else "centre", 0)
        sheet.note("page_number", [run])
        if at_top:
            sheet.blocks.insert(0, sheet.blocks.pop())
