"""The text layer of a born-digital PDF page, read in place of OCR where it can be trusted."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from sohoa.imaging.pdf import PdfPage, share
from sohoa.models import Word
from sohoa.text.legacy import detect_legacy, is_mojibake, looks_vietnamese
from sohoa.text.normal import nfc

_LEAST_LETTERS = 20
_LINE_END_HYPHEN = "\x02"
"""pdfium's own sign for a hyphen at the end of a line."""
_LEAST_VIETNAMESE = 0.6
_LOOK_DPI = 75
_ANGLES_LOOKED_AT = 500
_PIECE_WORDS, _NEAR = 4, 40.0
"""An overlay of so few words, so many points from a word of a line, belongs to that line."""
_GARBAGE = re.compile("[\ufffd\ue000-\uf8ff\u0000-\u0008\u000e-\u001f\u0080-\u009f]")


class TextLayer(NamedTuple):
    """Text in reading order and its words; boxes, width and height in points of the upright page.

    `rotation`: clockwise degrees that make the page, as a viewer shows it, upright.
    """

    text: str
    words: tuple[Word, ...]
    rotation: int
    width: float
    height: float


def usable_text_layer(page: PdfPage) -> TextLayer | None:
    """The page's text where it was typed, not recognised: None for scans, invisible, garbled or legacy-encoded text,
    and for text that does not stand where ink is seen."""
    if page.is_scan or not page.visible_texts or page.invisible_texts > page.visible_texts // 20:
        return None
    if sum(share(image.box, page.box) for image in page.images) > 0.35:
        return None
    try:
        shown, page = page, _upright(page)
        lines, count = _lines(page, 0)
        layer = _compose(lines, page, (page.rotate - shown.rotate) % 360)
        if not sound_text(layer.text) or not _stands_on_ink(layer.words, page):
            return None
        # Last, because it changes the page: numbers and dates of digitally issued records are annotations.
        overlay = _overlay_lines(page, count) if page.annotations else []
    except pdfium.PdfiumError:
        return None
    return _compose(_merged(lines, overlay), page, layer.rotation) if overlay else layer


def sound_text(text: str) -> bool:
    """True where the text is readable Unicode Vietnamese: no garbage, no mojibake, no TCVN3 or VNI."""
    letters = sum(char.isalpha() for char in text)
    if letters < _LEAST_LETTERS or len(_GARBAGE.findall(text)) > 0.005 * len(text):
        return False
    return detect_legacy(text) is None and not is_mojibake(text) and looks_vietnamese(text) >= _LEAST_VIETNAMESE


def _upright(page: PdfPage) -> PdfPage:
    """The page turned (in memory) so that most of its text runs from left to right.

    pdfium puts lines in order as they are shown, and shown sideways that order is wrong.
    """
    textpage = page.handle.get_textpage()
    try:
        count = min(textpage.count_chars(), _ANGLES_LOOKED_AT)
        angles = [raw.FPDFText_GetCharAngle(textpage.raw, index) for index in range(count)]
    finally:
        textpage.close()
    # pdfium measures the angle clockwise; a page is turned back by as much as its text is turned.
    turns = Counter(-round(math.degrees(angle) / 90) % 4 * 90 for angle in angles if angle >= 0)
    upright = turns.most_common(1)[0][0] if turns else page.rotate
    if upright == page.rotate:
        return page
    page.handle.set_rotation(upright)
    return page.turned_to(upright)


class _Char(NamedTuple):
    text: str
    box: tuple[float, float, float, float]


_Line = list[list[_Char]]
"""A line: its words, each a list of characters."""


def _lines(page: PdfPage, start: int) -> tuple[list[_Line], int]:
    """Lines from character `start` on in the order of the page's content, boxes as shown from the top left; and the
    number of all characters."""
    textpage = page.handle.get_textpage()
    try:
        count = textpage.count_chars()
        lines: list[_Line] = [[[]]]
        for index in range(start, count):
            char = chr(raw.FPDFText_GetUnicode(textpage.raw, index)).replace(_LINE_END_HYPHEN, "-")
            if char in "\r\n":
                lines.append([[]])
            elif char.isspace():
                lines[-1].append([])
            else:
                box = _shown(textpage.get_charbox(index, loose=True), page)
                if -2 <= box[0] <= page.size[0] + 2 and -2 <= box[1] <= page.size[1] + 2:
                    lines[-1][-1].append(_Char(char, box))
    finally:
        textpage.close()
    kept = [[word for word in line if word] for line in lines]
    return [line for line in kept if line], count


def _overlay_lines(page: PdfPage, count: int) -> list[_Line]:
    """What annotations write on the page: flattened (in memory only), their characters follow the page's own `count`."""
    if raw.FPDFPage_Flatten(page.handle.raw, raw.FLAT_NORMALDISPLAY) != raw.FLATTEN_SUCCESS:
        return []
    # pdfium sees the flattened content only when the page is loaded anew.
    number = page.number - 1
    fresh = page.handle.pdf[number]
    try:
        return _lines(page.reloaded(fresh), count)[0]
    finally:
        fresh.close()


def _merged(lines: list[_Line], overlay: list[_Line]) -> list[_Line]:
    """Short overlay pieces (a number, a day) set into the line in whose gap they stand; the rest follows as lines."""
    merged = [list(line) for line in lines]
    rest: list[_Line] = []
    for line in overlay:
        words = []
        for word in line:
            home = _home(word, merged) if len(line) <= _PIECE_WORDS else None
            if home is None:
                words.append(word)
            else:
                home.append(word)
                home.sort(key=lambda placed: placed[0].box[0])
        if words:
            rest.append(words)
    return merged + rest


def _home(word: list[_Char], lines: list[_Line]) -> _Line | None:
    """The line at whose height the word stands, beside or between its words."""
    x0, x1 = word[0].box[0], word[-1].box[2]
    middle = (word[0].box[1] + word[0].box[3]) / 2
    for line in lines:
        level = any(chars[0].box[1] <= middle <= chars[0].box[3] for chars in line)
        apart = min(max(chars[0].box[0] - x1, x0 - chars[-1].box[2]) for chars in line)
        if level and -2 <= apart <= _NEAR:
            return line
    return None


def _shown(box: tuple[float, float, float, float], page: PdfPage) -> tuple[float, float, float, float]:
    """left, bottom, right, top of the page's space → x0, y0, x1, y1 from the top left as a viewer shows it."""
    left, bottom, right, top = box
    x0, y0, x1, y1 = page.box
    if page.rotate == 90:
        return bottom - y0, left - x0, top - y0, right - x0
    if page.rotate == 180:
        return x1 - right, bottom - y0, x1 - left, top - y0
    if page.rotate == 270:
        return y1 - top, x1 - right, y1 - bottom, x1 - left
    return left - x0, y1 - top, right - x0, y1 - bottom


def _compose(lines: Sequence[_Line], page: PdfPage, rotation: int) -> TextLayer:
    """Text and words; an empty line where the gap to the next line is wider than a line is high."""
    words: list[Word] = []
    rows: list[str] = []
    below: float | None = None
    for number, line in enumerate(lines):
        texts = []
        for chars in line:
            boxes = np.array([char.box for char in chars])
            box = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
            text = nfc("".join(char.text for char in chars))
            words.append(
                Word(text, (round(box[0], 2), round(box[1], 2), round(box[2], 2), round(box[3], 2)), 1.0, number)
            )
            texts.append(text)
        top = min(char.box[1] for chars in line for char in chars)
        bottom = max(char.box[3] for chars in line for char in chars)
        if below is not None and not -0.5 * (bottom - top) < top - below < 0.6 * (bottom - top):
            rows.append("")
        rows.append(" ".join(texts))
        below = bottom
    return TextLayer("\n".join(rows), tuple(words), rotation, round(page.size[0], 2), round(page.size[1], 2))


def _stands_on_ink(words: Sequence[Word], page: PdfPage) -> bool:
    """Drawn small, nearly every word must show ink in its box, and most ink must lie in boxes.

    White text, text under a picture and text whose letters are drawn elsewhere as outlines fail here.
    """
    scale = _LOOK_DPI / 72
    if max(page.size) * scale > 6000:
        return False
    drawn = page.handle.render(scale=scale, grayscale=True, may_draw_forms=False).to_numpy()
    ink = np.asarray(drawn).reshape(drawn.shape[0], drawn.shape[1]) < 200
    covered = np.zeros_like(ink)
    seen = 0
    for word in words:
        x0, y0, x1, y1 = (round(value * scale) for value in word.box)
        area = (slice(max(0, y0), max(0, y1) + 1), slice(max(0, x0), max(0, x1) + 1))
        seen += bool(ink[area].any())
        covered[area] = True
    for image in page.images:
        x0, y0, x1, y1 = (round(value * scale) for value in _shown(image.box, page))
        covered[max(0, y0) : max(0, y1) + 1, max(0, x0) : max(0, x1) + 1] = True
    outside = int((ink & ~covered).sum())
    return seen >= 0.95 * len(words) and outside <= max(0.35 * int(ink.sum()), 200)
