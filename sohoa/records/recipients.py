"""Recipients (nơi nhận): the list at the lower left of the signature page, and «Kính gửi» of the first page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sohoa.models import Field
from sohoa.records.layout import Piece, field
from sohoa.records.letters import capitals, has_letters, tidy
from sohoa.records.rules import Rules
from sohoa.records.signer import read_name
from sohoa.text.normal import fold

_TO = re.compile(r"^\W{0,3}kinh\s?(gui|giri|giti|gli|qui|gai)\s*[:;.]?\s*")
_LIST = re.compile(r"^\W{0,3}\w{0,2}[o0]i\s?nh.n\s*(?:[:;.,]|$)")
_ABOVE = re.compile(r"^\W*nhu (tren|kinh gui|dieu)")
_BODY = re.compile(r"^\W{0,3}(can cu|thuc hien|theo |xet |tren co so|ngay |de |nham |trong |tiep )")
_BULLET = re.compile(r"^[\s\-–—_*•·+.,:'ˆ`~]+")
_FILED = re.compile(r"^\W*l[uư]u\b\W")
_MOST = 40


def find_recipients(pages: Sequence[Sequence[Piece]], rules: Rules) -> Field | None:
    """Everybody named in «Kính gửi» and «Nơi nhận», joined with «; ». Box and page are those of the longer list."""
    address, address_pieces = _address(pages[0]) if pages else ([], [])
    copies: list[str] = []
    copy_pieces: list[Piece] = []
    for pieces in pages:
        found, used = _list(pieces, rules)
        if found:
            copies, copy_pieces = found, used
            break
    if address:
        copies = [c for c in copies if not _ABOVE.match(fold(c))]
    names = list(dict.fromkeys([*address, *copies]))
    used = copy_pieces or address_pieces
    if not names or not used:
        return None
    return field("; ".join(names), used, 0.88)


def _address(pieces: Sequence[Piece]) -> tuple[list[str], list[Piece]]:
    start = next((i for i, p in enumerate(pieces) if _TO.match(fold(p.text))), None)
    if start is None:
        return [], []
    first = pieces[start]
    prefix = _TO.match(fold(first.text))
    rest = tidy(first.text)[prefix.end() :] if prefix else ""
    lines, used, last = ([rest] if has_letters(rest, 3) else []), [first], first
    for piece in pieces[start + 1 :]:
        same = abs(piece.middle_y - last.middle_y) < 0.5 * first.height
        if piece.box[1] - last.box[3] > 0.9 * first.height or len(used) > _MOST or _BODY.match(fold(piece.text)):
            break
        # A paragraph of the body begins left of the address.
        if not same and piece.x0 < first.x0 - 12:
            break
        if has_letters(piece.text, 3):
            lines.append(piece.text)
            used.append(piece)
            last = piece
    return _items(lines), used


def _list(pieces: Sequence[Piece], rules: Rules) -> tuple[list[str], list[Piece]]:
    start = next((i for i, p in enumerate(pieces) if _LIST.match(fold(p.text)) and len(p.text) < 60), None)
    if start is None:
        return _list_by_its_end(pieces)
    first = pieces[start]
    lines: list[str] = []
    used = [first]
    last = first
    edge = _right_edge(pieces[start:], first)
    for piece in pieces[start + 1 :]:
        if piece.x0 > edge or piece.x0 < first.x0 - 30 or not has_letters(piece.text, 2):
            continue
        if piece.middle_y < first.middle_y + 0.5 * first.height:
            continue
        if piece.box[1] - last.box[3] > 2.2 * first.height or len(used) > _MOST:
            break
        if piece.x0 > first.x0 + 120 and not _BULLET.match(piece.text) and read_name(piece.text, rules)[1] > 0.6:
            continue
        if capitals(piece.text) > 0.95 and len(piece.key) > 8 and not _BULLET.match(piece.text):
            continue
        lines.append(piece.text)
        used.append(piece)
        last = piece
        if _FILED.match(tidy(piece.text).lower()):
            break
    return _items(lines), used


def _list_by_its_end(pieces: Sequence[Piece]) -> tuple[list[str], list[Piece]]:
    """The list whose heading, small, slanted and underlined, was lost: it ends with «Lưu: VT»."""
    last = next((p for p in pieces if _FILED.match(tidy(p.text).lower())), None)
    if last is None:
        return [], []
    used = [last]
    for piece in sorted((p for p in pieces if p.middle_y < last.middle_y), key=lambda p: -p.middle_y):
        top = used[-1]
        if top.box[1] - piece.box[3] > 1.2 * top.height or len(used) > _MOST:
            break
        if abs(piece.x0 - last.x0) > 14 or piece.x1 - piece.x0 > 260 or not has_letters(piece.text, 3):
            continue
        used.append(piece)
    used.reverse()
    if len(used) < 2:
        return [], []
    return _items([p.text for p in used]), used


def _right_edge(pieces: Sequence[Piece], first: Piece) -> float:
    """Where the signature's column begins: left of the capitals beside the list."""
    beside = [p.x0 for p in pieces if p.x0 > first.x1 + 20 and capitals(p.text) > 0.8 and len(p.key) > 4]
    return min(beside, default=first.x0 + 230) - 5


def _items(lines: Sequence[str]) -> list[str]:
    """Lines that begin with a hyphen begin an item; other lines go on with the one before."""
    bulleted = any(_BULLET.match(line) for line in lines)
    items: list[str] = []
    for line in lines:
        text = _BULLET.sub("", tidy(line)).strip()
        # A list without hyphens ends its items with a semicolon or a full stop.
        open_item = items and not items[-1].endswith((";", ".", ":"))
        if items and not _BULLET.match(line) and (bulleted or open_item) and open_item:
            items[-1] += " " + text
        else:
            items.append(text)
    return [clean for item in items if has_letters(clean := item.strip(" ;.,/:-_"), 2)]
