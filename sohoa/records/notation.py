"""Number and notation (số, ký hiệu): the printed notation repaired towards the closed list of abbreviations.

Shapes of NĐ 30/2020 («75/KH-UBND», «575/UBND-KTTH») and of the Party («638-KH/TU»); the number is mostly handwritten.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz.distance import Levenshtein

from sohoa.records.abbreviations import CLEAN, agreement, bare, misread, plain
from sohoa.records.letters import tidy
from sohoa.records.rules import Rules, TypeRule

Form = Literal["state", "party"]

# «Số:» as it is met: Só, Sé, S6, SO, $6, 56:, and with the number grown on («S641»).
_LABEL = re.compile(
    r"[^\w$]{0,3}(?:"
    r"[S$Š§5][oóòỏõọôốồổỗộơớờởỡợöéèêếềa]{1,2}(?=\s*(?:[:;.,!]|\d|\W*\w{0,6}\s?[/-]|\W*$))\s{0,2}[:;.,!]*"
    r"|[S$5]\s?[60]\s?[:;.,!]+"
    r"|[S$]\s?(?=\d))",
    re.IGNORECASE,
)
_SEGMENT = r"[A-Za-zÀ-ỹĐđ0-9]+"
_STATE = re.compile(rf"\s*(?:((?:19|20)\d\d)\s*/\s*)?({_SEGMENT}(?:\s?[-.~_]\s?{_SEGMENT})*)")
_PARTY = re.compile(rf"\s*({_SEGMENT})\s?[/|]\s?({_SEGMENT}(?:\s?[-.~]\s?{_SEGMENT})*)")
_DIGITS = re.compile(r"\d{1,5}[a-z]?(?![a-z\d])|\d{1,5}")
# Bodies whose hyphen is so often lost that a type before them is told apart without further evidence.
_GLUED = ("UBND", "HĐND")


@dataclass(frozen=True, slots=True)
class Notation:
    """What was read: where number and notation stand in the text, the notation mended, and how sure (0–1)."""

    digits: str
    number_span: tuple[int, int]
    value: str
    span: tuple[int, int]
    form: Form
    rule: TypeRule | None
    """By the abbreviation; None where the notation names no type (công văn)."""
    score: float


@dataclass(frozen=True, slots=True)
class Known:
    """What a notation is mended towards."""

    rules: Rules
    initials: tuple[str, ...]
    titled: TypeRule | None
    form: Form | None = None
    """Of the header: a Party heading asks for a Party notation."""
    doubtful: bool = False
    """The words of the notation were read with low confidence."""


def find_notation(
    text: str,
    rules: Rules,
    initials: Sequence[str] = (),
    titled: TypeRule | None = None,
    form: Form | None = None,
    doubts: Sequence[tuple[int, int]] = (),
) -> Notation | None:
    """The best reading of a number line, or None.

    `initials` are those of the bodies in the header («UBND»); `titled` the type that the page's title names, towards
    whose abbreviation one with a letter lost or doubled is mended; `doubts` the places of the text that were read with
    low confidence. Organisations that no list knows are normal: an abbreviation cleanly read stays as it was read.
    """
    known = Known(rules, tuple(initials), titled, form)
    line = tidy(text)
    label = _LABEL.match(line)
    start = label.end() if label else 0
    bonus = 0.0 if label else -0.12
    best: Notation | None = None
    for at in range(start, len(line)):
        for found in _readings(line, start, at, known, doubts):
            scored = found.score + bonus
            if best is None or scored > best.score:
                best = _with_score(found, scored)
    return best


def has_label(text: str) -> bool:
    """Whether the line begins like «Số:»."""
    return _LABEL.match(tidy(text)) is not None


def number_after_label(text: str) -> tuple[str, tuple[int, int]] | None:
    """Digits right after «Số:» where no notation is legible."""
    line = tidy(text)
    label = _LABEL.match(line)
    digits = _DIGITS.search(line, label.end()) if label else None
    return (digits.group(), digits.span()) if digits and label and digits.start() - label.end() < 4 else None


def _with_score(found: Notation, score: float) -> Notation:
    return Notation(
        found.digits, found.number_span, found.value, found.span, found.form, found.rule, max(0.0, min(1.0, score))
    )


def _readings(line: str, start: int, at: int, known: Known, doubts: Sequence[tuple[int, int]]) -> list[Notation]:
    found: list[Notation] = []
    head = line[start:at]
    digits = _number(head, start)
    # A slash far from any number is a citation or noise.
    if line[at] == "/" and len(head) <= 14:
        match = _STATE.match(line, at + 1)
        if match:
            year, body = match.group(1), match.group(2)
            known = _doubted(known, match, doubts)
            value, rule, score = _state(body, known)
            if value and known.form == "party":
                value, rule, score = _titled_party(value, rule, score, known)
            if value:
                value = f"{year}/{value}" if year else value
                found.append(Notation(*digits, value, (match.start(), match.end()), "state", rule, score))
    if line[at] in "-~_." and len(head) <= 14:
        match = _PARTY.match(line, at + 1)
        if match:
            known = _doubted(known, match, doubts)
            value, rule, score = _party(match.group(1), match.group(2), known)
            if value:
                found.append(Notation(*digits, value, (match.start(), match.end()), "party", rule, score))
    return found


def _doubted(known: Known, match: re.Match[str], doubts: Sequence[tuple[int, int]]) -> Known:
    return replace(known, doubtful=any(a < match.end() and b > match.start() for a, b in doubts))


def _titled_party(value: str, rule: TypeRule | None, score: float, known: Known) -> tuple[str, TypeRule | None, float]:
    """Under a Party heading «…11/HU» is no letter of a State body: the title says which abbreviation was lost."""
    if rule is not None:
        return value, rule, 0.75 * score
    organ = value.split("-", maxsplit=1)[0]
    if known.titled and known.titled.party and organ in known.rules.bodies.abbreviations:
        return f"{known.titled.party[0]}/{value}", known.titled, 0.5
    return value, None, 0.5 * score


def _number(head: str, offset: int) -> tuple[str, tuple[int, int]]:
    matches = list(_DIGITS.finditer(head))
    if not matches:
        return "", (offset, offset)
    last = matches[-1]
    return last.group(), (offset + last.start(), offset + last.end())


def _state(body: str, known: Known) -> tuple[str, TypeRule | None, float]:
    parts = [p for p in re.split(r"\s?[-.~_]\s?", body) if p]
    glued = _unglue(parts[0], known, "state")
    if glued and (len(parts) == 1 or _type(parts[0], known, "state") is None):
        rule, code, org = glued
        return "-".join([code, org, *(_unit(p, known) for p in parts[1:])]), rule, 0.72
    typed = _type(parts[0], known, "state")
    # «TTr» alone is an inspection body; a type needs a body after it.
    if typed and len(parts) > 1:
        rule, code, sure = typed
        org, org_sure = _organ(parts[1], known)
        if org and _may_be(parts[0], sure, org_sure, known):
            return "-".join([code, org, *(_unit(p, known) for p in parts[2:])]), rule, 0.5 * sure + 0.5 * org_sure
    org, org_sure = _organ(parts[0], known)
    if not org:
        return "", None, 0.0
    units = [_unit(p, known) for p in parts[1:]]
    strength = 0.92 if units else 0.75
    return "-".join([org, *units]), None, strength * org_sure


def _party(code: str, organ: str, known: Known) -> tuple[str, TypeRule | None, float]:
    typed = _type(code, known, "party")
    if not typed:
        return "", None, 0.0
    rule, abbreviation, sure = typed
    parts = [p for p in re.split(r"\s?[-.~]\s?", organ) if p]
    org, org_sure = _organ(parts[0], known)
    if not org or not _may_be(code, sure, org_sure, known):
        return "", None, 0.0
    value = f"{abbreviation}/{'-'.join([org, *(_unit(p, known) for p in parts[1:])])}"
    return value, rule, 0.5 * sure + 0.5 * org_sure


def _may_be(read: str, sure: float, org_sure: float, known: Known) -> bool:
    """Whether a type so like what was read may be it: «KT-XD» is no «KL-XD», but «CI-UBND» is a «CT-UBND»."""
    if sure >= 0.93:
        return True
    if read in known.rules.bodies.abbreviations:
        return False
    return known.doubtful or not CLEAN.fullmatch(read) or org_sure >= 0.93


def _type(read: str, known: Known, form: Form) -> tuple[TypeRule, str, float] | None:
    """The type whose abbreviation this is: exactly, without marks and case, or with one letter misread."""
    best: tuple[TypeRule, str, float] | None = None
    for rule in known.rules.types:
        for code in rule.party if form == "party" else rule.state:
            sure = agreement(read, code)
            if sure and (best is None or sure > best[2]):
                best = (rule, code, sure)
    if best is None and known.titled and any(c.isupper() for c in read):
        for code in known.titled.party if form == "party" else known.titled.state:
            if Levenshtein.distance(bare(read), bare(code)) == 1:
                return known.titled, code, 0.65
    return best


def _organ(read: str, known: Known) -> tuple[str, float]:
    """The abbreviation of a body: a known one, the initials of the header's body, or letters of the right shape."""
    for wanted in (*known.rules.bodies.abbreviations, *known.initials):
        if read == wanted:
            return wanted, 1.0
    stem, tail = re.fullmatch(r"(.*?)(\d*)", read, re.DOTALL).groups()  # type: ignore[union-attr]
    candidates = (*known.initials, *known.rules.bodies.abbreviations)
    for wanted in candidates:
        if bare(stem) == bare(wanted):
            return wanted + tail, 0.93
    for wanted in candidates:
        if len(wanted) >= 3 and misread(stem, wanted, known.doubtful):
            return wanted + tail, 0.7
    letters = [c for c in read if c.isalpha()]
    if len(letters) >= 2 and len(read) <= 16 and sum(c.isupper() for c in letters) >= 0.6 * len(letters):
        return plain(read), 0.62
    return "", 0.0


def _unit(read: str, known: Known) -> str:
    """The unit after the body: a known one where only marks differ, otherwise as it stands."""
    for wanted in (*known.rules.bodies.units, *known.rules.bodies.abbreviations):
        if read == wanted or bare(read) == bare(wanted):
            return wanted
    return plain(read)


def _unglue(read: str, known: Known, form: Form) -> tuple[TypeRule, str, str] | None:
    """«KHLUBND» or «QĐUBND»: a type and a known body whose hyphen was lost or taken for a letter."""
    letters = bare(read)
    every = [o for o in (*known.initials, *known.rules.bodies.abbreviations) if len(o) >= 3]
    if any(letters == bare(o) for o in every):
        return None
    # «TTVHTT» is a centre of its own: only the header's body and the commonest ones tell a type apart in it.
    organs = [*(o for o in known.initials if len(o) >= 3), *_GLUED]
    for organ in sorted(organs, key=len, reverse=True):
        end = bare(organ)
        if not letters.endswith(end):
            continue
        front = letters[: len(letters) - len(end)]
        for rule in known.rules.types:
            for code in rule.party if form == "party" else rule.state:
                if front in (bare(code), bare(code) + "L", bare(code) + "I", bare(code) + "1"):
                    return rule, code, organ
    return None
