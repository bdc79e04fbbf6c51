"""Sets the upper part of a first page: bodies, motto, number, date, title, subject, addressees, stamps near them."""

from __future__ import annotations

from sohoa.sample.fonts import Style, width, wrap
from sohoa.sample.grammar import upper_first
from sohoa.sample.setter import Setter
from sohoa.sample.sheet import Mark, PlacedText, Rule, Run

Piece = str | tuple[str]
"""A printed word, or a handwritten one (in a tuple)."""


def set_head(pen: Setter) -> None:
    """Everything above the body of a first page."""
    lay, top = pen.layout, pen.y
    left_width = lay.split * pen.measure
    left_mid = pen.left + left_width / 2
    right_mid = pen.left + left_width + (pen.measure - left_width) / 2
    right_width = pen.measure - left_width
    y_left = _bodies(pen, left_mid, left_width - 6, top)
    y_right = _motto(pen, right_mid, right_width, top)
    base = max(y_left, y_right) + 6
    y = _regarding(pen, left_mid, left_width, _number(pen, left_mid, base))
    # The right column is read after the left one.
    pen.sheet.note("motto", pen.motto)
    below = lay.date_at == "below"
    if below:
        y += lay.header_size * 1.5
    _date(pen, None if below else right_mid, right_width, y if below else base + lay.header_size * 1.2)
    pen.y = _stamps(pen, y) + 14
    _title(pen)
    _addressees(pen)


def _centred(
    pen: Setter, text: str, mid: float, limit: float, y: float, style: Style, size: float
) -> tuple[float, list[Run]]:
    runs = []
    for words in wrap(text, pen.face(style), size, limit):
        y += size * 1.2
        runs.append(pen.sheet.line(words, mid, y, pen.face(style), size, "centre", 0))
    return y, runs


def _bodies(pen: Setter, mid: float, limit: float, y: float) -> float:
    lay, author = pen.layout, pen.content.author
    for kind, lines, style in (
        ("parent_body", author.parent_lines, "Regular"),
        ("issuing_body", author.body_lines, "Bold"),
    ):
        runs: list[Run] = []
        for line in lines:
            face: Style = "Bold" if style == "Bold" else "Regular"
            y, more = _centred(pen, line, mid, limit, y, face, pen.fit(line, face, lay.header_size, limit))
            runs += more
        pen.sheet.note(kind, runs)
    if lay.body_rule == "star":
        y, runs = _centred(pen, "*", mid, limit, y, "Regular", lay.header_size)
        pen.sheet.note("ornament", runs)
    elif lay.body_rule != "none":
        half = limit * (0.16 if lay.body_rule == "short" else 0.33)
        y += 4
        pen.sheet.rules.append(Rule(mid - half, y, mid + half, y))
    return y


def _motto_lines(pen: Setter) -> tuple[tuple[str, float], ...]:
    size = pen.layout.header_size
    if pen.layout.party:
        return (("ĐẢNG CỘNG SẢN VIỆT NAM", size + 1.5),)
    return (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size), ("Độc lập - Tự do - Hạnh phúc", size + 0.7))


def _motto(pen: Setter, mid: float, limit: float, y: float) -> float:
    runs: list[Run] = []
    size = 0.0
    for text, wanted in _motto_lines(pen):
        size = pen.fit(text, "Bold", wanted, limit)
        y += size * 1.2
        runs.append(pen.sheet.line(text.split(), mid, y, pen.face("Bold"), size, "centre", 0))
    if pen.layout.motto_rule:
        half = width(runs[-1].text, pen.face("Bold"), size) / 2
        y += 4
        pen.sheet.rules.append(Rule(mid - half, y, mid + half, y))
    pen.motto = runs
    return y


def _date(pen: Setter, mid: float | None, limit: float, y: float) -> None:
    """Place and date about `mid`, or at the right margin."""
    pieces, size = _date_pieces(pen), pen.layout.body_size
    size = min(size, size * limit / _pieces_width(pen, pieces, "Italic", size))
    wide = _pieces_width(pen, pieces, "Italic", size)
    left = pen.right - wide if mid is None else mid - wide / 2
    pen.sheet.note("date", _pieces(pen, pieces, left, y, "Italic", size), _plain(pieces))


def _number_pieces(pen: Setter) -> list[Piece]:
    content = pen.content
    tail = content.reference[len(content.number) :]
    if content.handwritten_number:
        return ["Số" if pen.layout.party else "Số:", (content.number,), tail]
    return ["Số" if pen.layout.party else "Số:", content.number + tail]


def _date_pieces(pen: Setter) -> list[Piece]:
    content = pen.content
    day = f"{content.issued.day:02d}"
    # Days under 10 and the months January and February take a leading zero (NĐ 30/2020, annex I).
    month = f"{content.issued.month:02d}" if content.issued.month < 3 else str(content.issued.month)
    place = f"{content.place},".split()
    return [*place, "ngày", (day,) if content.handwritten_day else day, "tháng", month, "năm", str(content.issued.year)]


def _plain(pieces: list[Piece]) -> str:
    text = " ".join(p if isinstance(p, str) else p[0] for p in pieces)
    for index, piece in enumerate(pieces[:-1]):
        after = pieces[index + 1]
        if isinstance(piece, tuple) and isinstance(after, str) and after[:1] in "/-":
            text = text.replace(f"{piece[0]} {after}", f"{piece[0]}{after}")
    return text


def _piece_width(pen: Setter, piece: Piece, style: Style, size: float) -> float:
    return width(piece, pen.face(style), size) if isinstance(piece, str) else size * 0.62 * len(piece[0]) + 6


def _pieces_width(pen: Setter, pieces: list[Piece], style: Style, size: float) -> float:
    space = width(" ", pen.face(style), size)
    return sum(_piece_width(pen, p, style, size) for p in pieces) + space * (len(pieces) - 1)


def _pieces(pen: Setter, pieces: list[Piece], x: float, y: float, style: Style, size: float) -> list[Run]:
    """Set printed words and leave room for handwritten ones, which become marks."""
    space, rng = width(" ", pen.face(style), size), pen.rng
    printed: list[tuple[float, str]] = []
    for piece in pieces:
        wide = _piece_width(pen, piece, style, size)
        if isinstance(piece, str):
            printed.append((x, piece))
        else:
            pen.sheet.marks.append(
                Mark("digits", x + wide / 2, y - size * 0.35 + rng.uniform(-1.5, 1), size * rng.uniform(1.0, 1.25), (piece[0],),
                     rng.uniform(-4, 4), rng.getrandbits(30), pen.ink)
            )  # fmt: skip
        x += wide + space
    run = Run(tuple(printed), y, pen.face(style), size)
    pen.sheet.runs.append(run)
    return [run]


def _number(pen: Setter, mid: float, y: float) -> float:
    lay = pen.layout
    size = lay.header_size + 0.5
    y = y + lay.header_size * 1.2
    pieces = _number_pieces(pen)
    wide = _pieces_width(pen, pieces, "Regular", size)
    limit = lay.split * pen.measure - 4
    if wide > limit:
        size *= limit / wide
        wide = _pieces_width(pen, pieces, "Regular", size)
    x = pen.left if lay.number_at == "left" else mid - wide / 2
    pen.sheet.note("number", _pieces(pen, pieces, x, y, "Regular", size), _plain(pieces))
    return y


def _regarding(pen: Setter, mid: float, column: float, y: float) -> float:
    content, lay = pen.content, pen.layout
    if not content.dispatch or lay.regarding_at != "left":
        return y
    style: Style = "Italic" if lay.party else "Regular"
    y, runs = _centred(
        pen, f"{lay.regarding_word} {content.subject}", mid, column - 14, y + 2, style, lay.header_size - 0.5
    )
    pen.sheet.note("subject", runs)
    return y


def _stamps(pen: Setter, y: float) -> float:
    """Secrecy, urgency and incoming stamps left under the number, with room made for them."""
    content, rng = pen.content, pen.rng
    x = pen.left + pen.layout.split * pen.measure * 0.45
    for text, turn in ((content.secrecy, 4.0), (content.urgency, rng.choice((3.0, 3.0, 42.0)))):
        if text is None:
            continue
        size = rng.uniform(14, 17)
        y += 26 if turn < 10 else 38
        angle = rng.uniform(-turn, turn)
        pen.sheet.marks.append(
            Mark("box", x + rng.uniform(-12, 12), y, size, (text.upper(),), angle, rng.getrandbits(30))
        )
        pen.sheet.blocks.append(PlacedText("stamp", text.upper(), _around(x, y, size * 3.2, size)))
        y += 12 if turn < 10 else 24
    if content.incoming is not None:
        stamp = content.incoming
        lines = (stamp.body, rng.choice(("CÔNG VĂN ĐẾN", "CV ĐẾN", "ĐẾN")), stamp.number, stamp.day)
        at = y + rng.uniform(31, 52)
        colour = rng.choice(((190, 30, 60), (40, 50, 150), (120, 40, 140)))
        pen.sheet.marks.append(Mark("incoming", x - 8, at, 9.0, lines, rng.uniform(-5, 5), rng.getrandbits(30), colour))
        said = f"{lines[0]} {lines[1]} Số: {stamp.number} Ngày: {stamp.day}"
        pen.sheet.blocks.append(PlacedText("stamp", said, _around(x - 8, at, 62, 30)))
        if rng.random() < 0.65:
            y = at + 34
    return y


def _around(x: float, y: float, half_wide: float, half_tall: float) -> tuple[float, float, float, float]:
    return (round(x - half_wide, 1), round(y - half_tall, 1), round(x + half_wide, 1), round(y + half_tall, 1))


def _title(pen: Setter) -> None:
    content, lay = pen.content, pen.layout
    mid = (pen.left + pen.right) / 2
    style: Style = "Bold" if lay.subject_bold else "Regular"
    if content.dispatch:
        if lay.regarding_at == "centre":
            text = f"{lay.regarding_word} {content.subject}"
            pen.y, runs = _centred(pen, text, mid, pen.measure * 0.8, pen.y, style, lay.body_size)
            pen.sheet.note("subject", runs)
            pen.y += 6
        return
    pen.y, runs = _centred(pen, content.type.name.upper(), mid, pen.measure, pen.y, "Bold", lay.title_size)
    pen.sheet.note("type", runs)
    pen.y, runs = _centred(pen, upper_first(content.subject), mid, pen.measure * 0.82, pen.y + 1, style, lay.body_size)
    pen.sheet.note("subject", runs)
    if lay.subject_rule == "line":
        pen.y += 6
        pen.sheet.rules.append(Rule(mid - 42, pen.y, mid + 42, pen.y))
    elif lay.subject_rule == "dashes":
        pen.y, runs = _centred(pen, "-----", mid, 100, pen.y, "Regular", lay.body_size)
        pen.sheet.note("ornament", runs)
    pen.y += 8
    if content.type.short == "QĐ" and not lay.party:
        who = (
            f"{content.author.head} {content.author.name.upper()}"
            if content.author.on_behalf
            else content.author.name.upper()
        )
        pen.y, runs = _centred(pen, who, mid, pen.measure, pen.y, "Bold", lay.body_size - 0.5)
        pen.sheet.note("authority", runs)
        pen.y += 6


def _addressees(pen: Setter) -> None:
    content, lay = pen.content, pen.layout
    if not content.to:
        return
    size, mid = lay.body_size, (pen.left + pen.right) / 2
    pen.y += 6
    if len(content.to) == 1:
        pen.y, runs = _centred(pen, f"Kính gửi: {content.to[0]}", mid, pen.measure * 0.9, pen.y, "Regular", size)
        pen.sheet.note("to", runs)
    else:
        pen.y += size * 1.2
        runs = [pen.sheet.line(["Kính", "gửi:"], pen.left + 90, pen.y, pen.face("Regular"), size, "left", 0)]
        for index, name in enumerate(content.to):
            end = "." if index == len(content.to) - 1 else ";"
            for words in wrap(f"- {name}{end}", pen.face("Regular"), size, pen.right - pen.left - 110):
                pen.y += size * 1.2
                runs.append(pen.sheet.line(words, pen.left + 110, pen.y, pen.face("Regular"), size, "left", 0))
        pen.sheet.note("to", runs)
    pen.y += 8
