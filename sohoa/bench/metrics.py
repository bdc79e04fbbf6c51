"""Character and word error rates of a page, with the order of header and footer left free.

1. Both texts: NFC, every run of white space one blank. Nothing else is forgiven.
2. The words read are aligned with the running text of the truth: equal words first (longest common subsequence),
   between these the cheapest pairing in order, where two words are the same word misread if their edit distance is at
   most half of the longer one. What is left over before, behind, or in runs of three or more words between is taken
   to be header and footer.
3. Running text: edit distance in order, of characters and of words.
4. Header and footer: the words as a multiset. Equal words are paired, then the most similar ones, the same half as
   limit; a pair costs its edit distance, a word without partner its length, on either side.
5. Errors of both over the characters (words) of the truth; groups of pages are summed, so that long pages weigh more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, Self

from rapidfuzz import process
from rapidfuzz.distance import LCSseq, Levenshtein

from sohoa.bench.zones import Zoned
from sohoa.text.normal import one_line

_RUN = 3
"""Fewer extra words inside the running text are errors there: split words, specks read as letters."""
_NEVER = float("inf")


class Score(NamedTuple):
    """Errors and what they are counted over. Sum scores, then ask for the rates."""

    letters: int = 0
    letter_errors: int = 0
    words: int = 0
    word_errors: int = 0
    running_letters: int = 0
    running_letter_errors: int = 0

    def plus(self, other: Score) -> Self:
        return type(self)(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def cer(self) -> float:
        """Character error rate, 1.0 = as many errors as characters; over 1 where more was invented."""
        return self.letter_errors / max(1, self.letters)

    @property
    def running_cer(self) -> float:
        """Character error rate of the running text alone: no stamps, handwriting or columns in it."""
        return self.running_letter_errors / max(1, self.running_letters)

    @property
    def wer(self) -> float:
        """Word error rate, as `cer`."""
        return self.word_errors / max(1, self.words)


def score(truth: Zoned, read: str) -> Score:
    """The errors of the text read from one page."""
    running, free = truth.running.split(), truth.free.split()
    kept, rest = _apart(running, one_line(read).split())
    free_letters, free_words = _any_order(free, rest)
    running_errors = Levenshtein.distance(truth.running, " ".join(kept))
    return Score(
        letters=len(truth.running) + sum(map(len, free)),
        letter_errors=running_errors + free_letters,
        words=len(running) + len(free),
        word_errors=Levenshtein.distance(running, kept) + free_words,
        running_letters=len(truth.running),
        running_letter_errors=running_errors,
    )


def total(scores: Sequence[Score]) -> Score:
    """The sum of scores."""
    result = Score()
    for one in scores:
        result = result.plus(one)
    return result


def _apart(running: list[str], read: list[str]) -> tuple[list[str], list[str]]:
    """The words read that belong to the running text, in order, and the others."""
    belongs = [False] * len(read)
    gap_truth: list[str] = []
    gap_read: list[int] = []
    for step in LCSseq.opcodes(running, read):
        if step.tag == "equal":
            _fill(gap_truth, gap_read, read, belongs)
            gap_truth, gap_read = [], []
            belongs[step.dest_start : step.dest_end] = [True] * (step.dest_end - step.dest_start)
        else:
            gap_truth += running[step.src_start : step.src_end]
            gap_read += range(step.dest_start, step.dest_end)
    _fill(gap_truth, gap_read, read, belongs)
    _keep_short_runs(belongs)
    kept = [word for word, mine in zip(read, belongs, strict=True) if mine]
    return kept, [word for word, mine in zip(read, belongs, strict=True) if not mine]


def _fill(truth: list[str], places: list[int], read: list[str], belongs: list[bool]) -> None:
    """Mark the words of a gap that are misread words of the truth: cheapest pairing in order (dynamic programme)."""
    if not truth or not places:
        return
    words = [read[j] for j in places]
    distances = process.cdist(truth, words, scorer=Levenshtein.distance).tolist()
    rows: list[list[float]] = [[0.0]]
    for word in words:
        rows[0].append(rows[0][-1] + len(word))
    for i, wanted in enumerate(truth):
        above, row = rows[-1], [rows[-1][0] + len(wanted)]
        for j, word in enumerate(words):
            row.append(
                min(
                    above[j + 1] + len(wanted),
                    row[j] + len(word),
                    above[j] + _price(wanted, word, distances[i][j]),
                )
            )
        rows.append(row)
    i, j = len(truth), len(words)
    while i and j:
        price = _price(truth[i - 1], words[j - 1], distances[i - 1][j - 1])
        if rows[i][j] == rows[i - 1][j - 1] + price:
            belongs[places[j - 1]] = True
            i, j = i - 1, j - 1
        elif rows[i][j] == rows[i - 1][j] + len(truth[i - 1]):
            i -= 1
        else:
            j -= 1


def _price(wanted: str, word: str, distance: int) -> float:
    return float(distance) if _same(wanted, word, distance) else _NEVER


def _same(wanted: str, word: str, distance: int) -> bool:
    return 2 * distance <= max(len(wanted), len(word))


def _keep_short_runs(belongs: list[bool]) -> None:
    """Extra words inside the running text, fewer than three together, stay there."""
    start: int | None = None
    for j, mine in enumerate(list(belongs)):
        if not mine:
            continue
        if start is not None and j - start - 1 < _RUN:
            belongs[start + 1 : j] = [True] * (j - start - 1)
        start = j


def _any_order(wanted: list[str], read: list[str]) -> tuple[int, int]:
    """Errors in characters and in words between two multisets of words."""
    count_wanted, count_read = Counter(wanted), Counter(read)
    lost = sorted((count_wanted - count_read).elements())
    extra = sorted((count_read - count_wanted).elements())
    letters = words = 0
    paired_lost: set[int] = set()
    paired_extra: set[int] = set()
    for _, i, j, distance in _candidates(lost, extra):
        if i in paired_lost or j in paired_extra:
            continue
        paired_lost.add(i)
        paired_extra.add(j)
        letters += distance
        words += 1
    alone = [word for i, word in enumerate(lost) if i not in paired_lost]
    alone += [word for j, word in enumerate(extra) if j not in paired_extra]
    return letters + sum(map(len, alone)), words + len(alone)


def _candidates(lost: list[str], extra: list[str]) -> list[tuple[float, int, int, int]]:
    if not lost or not extra:
        return []
    distances = process.cdist(lost, extra, scorer=Levenshtein.distance).tolist()
    pairs = []
    for i, wanted in enumerate(lost):
        for j, word in enumerate(extra):
            distance = distances[i][j]
            if _same(wanted, word, distance):
                pairs.append((distance / max(len(wanted), len(word)), i, j, distance))
    return sorted(pairs)
