"""Marks of one to four words in capitals that stand alone: how stamps are found among the words of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from sohoa.models import BoxTuple, StampReading, Word
from sohoa.records.layout import Piece, rows_of, union
from sohoa.records.letters import capitals, key, tidy
from sohoa.records.rules import SecrecyLevel, SecrecyRules, UrgencyLevel, UrgencyRules
from sohoa.text.normal import fold

_FRAME = re.compile(r"^[\W_Il1|]+|[\W_Il1|]+$")
_LETTERS = str.maketrans({"0": "o", "1": "i", "5": "s", "7": "t", "4": "a", "8": "b"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark found: its level, how sure (0–1), where, and what was read there."""

    level: str
    rank: int
    confidence: float
    box: BoxTuple
    isolated: bool


class Marker:
    """Finds the marks of one kind (secrecy or urgency) in pieces of lines and in stamps."""

    def __init__(self, rules: SecrecyRules | UrgencyRules) -> None:
        levels: Sequence[SecrecyLevel | UrgencyLevel] = rules.levels
        self._levels = [(rank, level.level, mark) for rank, level in enumerate(levels) for mark in level.marks]
        # Longest first: TỐI MẬT is no MẬT.
        self._levels.sort(key=lambda item: len(key(item[2])), reverse=True)
        self._before = {key(w) for w in rules.before}
        self._after = {key(w) for w in rules.after}
        self._labels = [fold(label) for label in rules.labels]

    def in_pieces(self, pieces: Sequence[Piece], zone: float) -> list[Mark]:
        """Marks among the words; above `zone` (points from the top) a mark need not be in capitals."""
        found: list[Mark] = []
        for row in rows_of(pieces):
            of_row = [m for piece in row for m in self._in_piece(piece, zone)]
            # All levels side by side are the headings of a table; where stamps stand, two may be one read twice.
            if len({m.level for m in of_row}) < (3 if row[0].middle_y < zone else 2):
                found += of_row
        found += self._stacked(pieces)
        return found

    def in_stamps(self, stamps: Sequence[StampReading]) -> list[Mark]:
        """Marks among stamps read apart; a stamp need not be read well to be taken for one."""
        found = []
        for stamp in stamps:
            hit = self.level_of(stamp.text, loose=True)
            if hit:
                rank, level, sure = hit
                found.append(Mark(level, rank, min(0.97, 0.35 + 0.6 * max(sure, stamp.confidence)), stamp.box, True))
        return found

    def level_of(self, text: str, *, loose: bool = False) -> tuple[int, str, float] | None:
        """The level that a whole text says, with likeness 0–1; the frame of a stamp and wide letters do not matter."""
        for framed in (text, _FRAME.sub("", tidy(text))):
            bare = key(framed.translate(_LETTERS) if _capital_digits(framed) else framed)
            for rank, level, mark in self._levels:
                wanted = key(mark)
                if bare == wanted:
                    return rank, level, 1.0
            for rank, level, mark in self._levels:
                if _near(bare, key(mark), loose):
                    return rank, level, 0.75
        if loose:
            return self._inside(text)
        return None

    def _inside(self, text: str) -> tuple[int, str, float] | None:
        """A mark among other letters of a stamp, as where its frame was read along."""
        bare = key(text)
        if len(bare) > 30:
            return None
        for rank, level, mark in self._levels:
            wanted = key(mark)
            if wanted in bare and (len(wanted) > 3 or len(bare) <= 8):
                return rank, level, 0.7
        return None

    def _in_piece(self, piece: Piece, zone: float) -> Iterator[Mark]:
        labelled = self._labelled(piece)
        if labelled:
            yield labelled
            return
        whole = self.level_of(piece.text)
        upper = capitals(piece.text) > 0.75
        if whole and len(piece.key) <= 40 and (upper or piece.middle_y < zone):
            rank, level, sure = whole
            toned = 1.0 if upper else 0.75
            yield Mark(level, rank, toned * sure * (0.6 + 0.4 * piece.confidence), piece.box, True)
            return
        yield from self._among(piece, zone)

    def _among(self, piece: Piece, zone: float) -> Iterator[Mark]:
        """A mark in capitals among words that are not: a stamp over a line of text, or beside it."""
        words = piece.words
        for rank, level, mark in self._levels:
            size = len(mark.split())
            for at in range(len(words) - size + 1):
                run = words[at : at + size]
                read = " ".join(w.text for w in run)
                if key(read) != key(mark) or capitals(read) < 0.99:
                    continue
                before = _beside(words, at - 1, at, piece.height)
                after = _beside(words, at + size, at + size - 1, piece.height)
                if self._in_phrase(before, after):
                    continue
                sure = 0.55 + 0.2 * (piece.middle_y < zone)
                yield Mark(level, rank, sure, union(w.box for w in run), False)
                return

    def _in_phrase(self, before: str, after: str) -> bool:
        if key(before) in self._before or key(after) in self._after:
            return True
        # A line in capitals is a heading; a stamp beside it stands apart.
        shouted = [
            w for w in (before, after) if len(key(w)) > 1 and capitals(w) > 0.9 and not any(c.isdigit() for c in w)
        ]
        return bool(shouted) and not any("/" in w for w in shouted)

    def _labelled(self, piece: Piece) -> Mark | None:
        text = fold(piece.text).strip(" -*.+(")
        for label in self._labels:
            if not text.startswith(label):
                continue
            rest = text[len(label) :].strip()
            if not rest.startswith(":"):
                continue
            hit = self.level_of(rest)
            if hit:
                return Mark(hit[1], hit[0], 0.7 * (0.6 + 0.4 * piece.confidence), piece.box, True)
        return None

    def _stacked(self, pieces: Sequence[Piece]) -> Iterator[Mark]:
        """A stamp of two lines: TUYỆT over MẬT."""
        short = [p for p in pieces if len(p.key) <= 8 and capitals(p.text) > 0.75]
        for upper in short:
            for lower in short:
                below = 0 < lower.middle_y - upper.middle_y < 2.2 * max(upper.height, lower.height)
                if not below or abs(lower.middle_x - upper.middle_x) > 30:
                    continue
                hit = self.level_of(f"{upper.text} {lower.text}")
                if hit and not self.level_of(upper.text):
                    yield Mark(hit[1], hit[0], 0.85 * hit[2], union([upper.box, lower.box]), True)


def _beside(words: Sequence[Word], at: int, of: int, height: float) -> str:
    """The word at one side of another; "" where there is none, or more than a blank between them."""
    if not 0 <= at < len(words):
        return ""
    left, right = sorted((words[at], words[of]), key=lambda w: w.box[0])
    return words[at].text if right.box[0] - left.box[2] < 0.75 * height else ""


def _capital_digits(text: str) -> bool:
    """Whether digits in it are letters misread: there are letters, and all are capitals."""
    return any(c.isdigit() for c in text) and capitals(text) > 0.9 and sum(c.isdigit() for c in text) <= 2


def _near(read: str, wanted: str, loose: bool) -> bool:
    """One letter of six or two of eight misread; three letters must agree, or come from a stamp."""
    if not read or abs(len(read) - len(wanted)) > 2:
        return False
    distance = Levenshtein.distance(read, wanted)
    if len(wanted) <= 3:
        # MẬT as MẬI, MẬL, NẬT, WẬT: the vowel stays.
        return (
            distance == 1
            and len(read) == 3
            and read[1] == "a"
            and (loose or read in ("mai", "mal", "nat", "wat", "maf"))
        )
    allowed = 2 if len(wanted) >= 8 else 1
    return distance <= allowed + (1 if loose else 0)
