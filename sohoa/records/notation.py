"""Number and notation (số, ký hiệu): the printed notation repaired towards the closed list of abbreviations.

Shapes of NĐ 30/2020 («75/KH-UBND», «575/UBND-KTTH») and of the Party («638-KH/TU»); the number is mostly handwritten.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import Levenshtein

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
# Letters that the engine takes for one another in capitals.
_ALIKE = ("DĐPBO0Q", "I1LTJĨÌÍỈ7", "UƯÙÚỦŨỤV", "HNKM", "CGO0", "BE8", "S5", "KH", "TYP")


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


def find_notation(
    text: str,
    rules: Rules,
    initials: Sequence[str] = (),
    titled: TypeRule | None = None,
    form: Form | None = None,
) -> Notation | None:
    """The best reading of a number line, or None.

    `initials` are those of the bodies in the header («UBND»); `titled` the type that the page's title names, towards
    whose abbreviation one with a letter lost or doubled is mended.
    """
    known = Known(rules, tuple(initials), titled, form)
    line = tidy(text)
    label = _LABEL.match(line)
    start = label.end() if label else 0
    bonus = 0.0 if label else -0.12
    best: Notation | None = None
    for at in range(start, len(line)):
        for found in _readings(line, start, at, known):
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


def _readings(line: str, start: int, at: int, known: Known) -> list[Notation]:
    found: list[Notation] = []
    head = line[start:at]
    digits = _number(head, start)
    # A slash far from any number is a citation or noise.
    if line[at] == "/" and len(head) <= 14:
        match = _STATE.match(line, at + 1)
        if match:
            year, body = match.group(1), match.group(2)
            value, rule, score = _state(body, known)
            if value and known.form == "party":
                value, rule, score = _titled_party(value, rule, score, known)
            if value:
                value = f"{year}/{value}" if year else value
                found.append(Notation(*digits, value, (match.start(), match.end()), "state", rule, score))
    if line[at] in "-~_." and len(head) <= 14:
        match = _PARTY.match(line, at + 1)
        if match:
            value, rule, score = _party(match.group(1), match.group(2), known)
            if value:
                found.append(Notation(*digits, value, (match.start(), match.end()), "party", rule, score))
    return found


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
        if org:
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
    if not org:
        return "", None, 0.0
    value = f"{abbreviation}/{'-'.join([org, *(_unit(p, known) for p in parts[1:])])}"
    return value, rule, 0.5 * sure + 0.5 * org_sure


def _type(read: str, known: Known, form: Form) -> tuple[TypeRule, str, float] | None:
    """The type whose abbreviation this is: exactly, without marks and case, or with one letter misread."""
    best: tuple[TypeRule, str, float] | None = None
    for rule in known.rules.types:
        for code in rule.party if form == "party" else rule.state:
            sure = _agreement(read, code)
            if sure and (best is None or sure > best[2]):
                best = (rule, code, sure)
    if best is None and known.titled and any(c.isupper() for c in read):
        for code in known.titled.party if form == "party" else known.titled.state:
            if Levenshtein.distance(_bare(read), _bare(code)) == 1:
                return known.titled, code, 0.65
    return best


def _agreement(read: str, wanted: str) -> float:
    """1 exact, 0.93 but for marks and case, 0.7 with one look-alike letter; else 0."""
    if read == wanted:
        return 1.0
    if _bare(read) == _bare(wanted):
        return 0.93
    if len(wanted) < 2 or len(read) > len(wanted) + 1 or not any(c.isupper() for c in read):
        return 0.0
    a, b = _bare(read), _bare(wanted)
    if _single(a) == _single(b):
        return 0.85
    if len(a) == len(b):
        wrong = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
        if len(wrong) == 1 and _look_alike(*wrong[0]):
            return 0.7
        if len(wrong) == 1 and len(b) >= 4:
            return 0.6
    return 0.55 if len(b) >= 4 and Levenshtein.distance(a, b) == 1 else 0.0


def _look_alike(a: str, b: str) -> bool:
    return any(a in group and b in group for group in _ALIKE)


def _single(bare: str) -> str:
    """Without letters read twice: QDD → QD."""
    return "".join(c for i, c in enumerate(bare) if i == 0 or c != bare[i - 1])


@lru_cache(maxsize=8192)
def _bare(text: str) -> str:
    """Capitals without tones; Đ as D, Ư as U."""
    decomposed = unicodedata.normalize("NFD", text.upper().replace("Đ", "D"))
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn")


def _organ(read: str, known: Known) -> tuple[str, float]:
    """The abbreviation of a body: a known one, the initials of the header's body, or letters of the right shape."""
    for wanted in (*known.rules.bodies.abbreviations, *known.initials):
        if read == wanted:
            return wanted, 1.0
    stem, tail = re.fullmatch(r"(.*?)(\d*)", read, re.DOTALL).groups()  # type: ignore[union-attr]
    best, sure = "", 0.0
    for wanted in (*known.initials, *known.rules.bodies.abbreviations):
        agreed = _agreement(stem, wanted)
        if agreed > sure:
            best, sure = wanted + tail, agreed
    if sure >= 0.9 or (sure >= 0.55 and len(stem) >= 3):
        return best, sure
    letters = [c for c in read if c.isalpha()]
    if len(letters) >= 2 and len(read) <= 16 and sum(c.isupper() for c in letters) >= 0.6 * len(letters):
        return _plain(read), 0.62
    return "", 0.0


def _unit(read: str, known: Known) -> str:
    """The unit after the body: a known one where only marks differ, otherwise as it stands."""
    for wanted in (*known.rules.bodies.units, *known.rules.bodies.abbreviations):
        if read == wanted or _bare(read) == _bare(wanted):
            return wanted
    return _plain(read)


def _plain(read: str) -> str:
    """Tones fall away (no abbreviation carries one); Đ, Ư and lower-case letters stay."""
    kept = []
    for letter in read:
        if letter in "ĐđƯư":
            kept.append(letter)
        else:
            kept.append(unicodedata.normalize("NFD", letter)[0])
    return "".join(kept)


def _unglue(read: str, known: Known, form: Form) -> tuple[TypeRule, str, str] | None:
    """«KHLUBND» or «QĐUBND»: a type and a known body whose hyphen was lost or taken for a letter."""
    bare = _bare(read)
    organs = [o for o in (*known.initials, *known.rules.bodies.abbreviations) if len(o) >= 3]
    if any(bare == _bare(o) for o in organs):
        return None
    for organ in sorted(organs, key=len, reverse=True):
        end = _bare(organ)
        if not bare.endswith(end):
            continue
        front = bare[: len(bare) - len(end)]
        for rule in known.rules.types:
            for code in rule.party if form == "party" else rule.state:
                if front in (_bare(code), _bare(code) + "L", _bare(code) + "I", _bare(code) + "1"):
                    return rule, code, organ
    return None
