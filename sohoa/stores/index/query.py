"""The query language: words, "exact phrases", prefixes with a star, notations. No input ever raises.

- Words must all occur in the record, in any order, on any page. Without diacritics a word finds every spelling;
  with diacritics it finds the same records, those with the exact word first.
- "A phrase" must occur as it stands; if any of its words carries diacritics, with exactly these.
- `chuyển*` finds words that begin so. 638-KH/TU is found whole; its parts are words like any others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sohoa.text.normal import fold, nfc, one_tone_place
from sohoa.text.tokens import Token, has_diacritics, tokens

MOST_CLAUSES = 64
"""Clauses of one query that are used; the rest of an over-long one is ignored."""

# The quotes of keyboards and of word processors alike.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″〃＂", '"'))
_PHRASE = re.compile(r'"([^"]*)"')
_STAR = re.compile(r"[*＊]+\Z")

Kind = Literal["word", "phrase", "prefix"]


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that must occur. `exact` and `folded` hold its words, one for a word or prefix.

    `meant`: diacritics were typed, so words that have them are preferred. `strict`: the folded spelling does not
    suffice. `stems`: the exact beginnings a prefix may have.
    """

    kind: Kind
    exact: tuple[str, ...]
    folded: tuple[str, ...]
    meant: bool = False
    strict: bool = False
    stems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: all clauses must be met; none at all means browsing.

    `run`: the words as one phrase, where several were typed without quotes; who meets it ranks first.
    """

    clauses: tuple[Clause, ...]
    run: Clause | None = None


def parse(text: str) -> Query:
    """Read what a person typed. Stray quotes and punctuation are ignored."""
    text = nfc(text).translate(_QUOTES)
    clauses: list[Clause] = []
    at = 0
    for match in _PHRASE.finditer(text):
        clauses += _words(text[at : match.start()])
        clauses += _phrase(tokens(match.group(1)), quoted=True)
        at = match.end()
    clauses += _words(text[at:])
    return Query(tuple(dict.fromkeys(clauses))[:MOST_CLAUSES], _run(clauses[:MOST_CLAUSES]))


def _run(clauses: list[Clause]) -> Clause | None:
    if len(clauses) < 2 or any(clause.strict or clause.kind == "prefix" for clause in clauses):
        return None
    exact = tuple(word for clause in clauses for word in clause.exact)
    folded = tuple(word for clause in clauses for word in clause.folded)
    return Clause("phrase", exact, folded, any(clause.meant for clause in clauses))


def _words(text: str) -> list[Clause]:
    clauses: list[Clause] = []
    for chunk in text.split():
        star = _STAR.search(chunk)
        found = tokens(chunk)
        if star and found and found[-1].end == star.start():
            clauses += _phrase(found[:-1], quoted=False)
            clauses.append(_prefix(chunk[found[-1].start : found[-1].end]))
        else:
            clauses += _phrase(found, quoted=False)
    return clauses


def _phrase(found: list[Token], *, quoted: bool) -> list[Clause]:
    """A word, a phrase, or nothing; what is written together (638-KH/TU) is a phrase without quotes."""
    if not found:
        return []
    exact, folded = tuple(t.exact for t in found), tuple(t.folded for t in found)
    meant = any(has_diacritics(word) for word in exact)
    return [Clause("word" if len(found) == 1 else "phrase", exact, folded, meant, strict=quoted and meant)]


def _prefix(word: str) -> Clause:
    # hoà* must find hoàn too, whose tone has only one place.
    stems = tuple(dict.fromkeys((one_tone_place(word), nfc(word.lower()))))
    return Clause("prefix", stems[:1], (fold(word) or word.lower(),), has_diacritics(word), stems=stems)
