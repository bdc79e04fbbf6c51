"""Place and date of issue (địa danh, ngày tháng năm): «Quảng Ngãi, ngày 04 tháng 02 năm 2025»."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from sohoa.records.letters import key, tidy, trim
from sohoa.records.rules import Rules
from sohoa.text.normal import fold

# «ngày» and its neighbours as they are met: ngảy, ngay, ngiy, ngäy; tháng, thang, thăng; năm, nam, ndm, nãm.
_LONG = re.compile(
    r"\bng[a-z]{1,2}y?\s*(?P<day>[^a-z\n]{0,10}?|[^\s]{1,4}\s?)\s*th[a-z]{1,2}ng\s*(?P<month>[^\n]{1,6}?)\s*n[a-z]m\s*(?P<year>[^\n]{0,5})"
)
_SHORT = re.compile(
    r"\bng[a-z]{1,2}y?\s*(?P<day>\d{1,2})\s?[/.-]\s?(?P<month>\d{1,2})\s?[/.-]\s?(?P<year>(?:19|20)\d\d)\b"
)
_YEAR = re.compile(r"(?:19|20)\d\d")

_TAKEN_FOR = tuple(map(frozenset, ("dpb", "ao", "oa0", "il1t", "nuh", "ec", "gq", "dy", "rt")))


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date as read. `value` is ISO 8601, shortened where a part is illegible; spans point into the text."""

    value: str
    start: int
    end: int
    day_legible: bool
    strength: float


def find_date(text: str) -> DateLine | None:
    """The date of issue in a line, or None. The day is None-legible unless it is one clean number."""
    flat = _flat(text)
    match = _LONG.search(flat) or _SHORT.search(flat)
    if not match:
        return None
    year = _YEAR.search(match["year"].replace("o", "0").replace("l", "1"))
    if not year or not 1945 <= int(year.group()) <= date.today().year + 1:
        return None
    month = _number(match["month"], 12)
    end = match.start("year") + year.end()
    if month is None:
        return DateLine(year.group(), match.start(), end, False, 0.5)
    day = _number(match["day"], 31)
    value = f"{year.group()}-{month:02d}"
    try:
        if day is not None:
            return DateLine(date(int(year.group()), month, day).isoformat(), match.start(), end, True, 0.95)
    except ValueError:
        pass
    return DateLine(value, match.start(), end, False, 0.85)


def looks_dated(text: str) -> bool:
    """Whether the line holds «ngày … tháng …», filled in or not."""
    return _LONG.search(_flat(text)) is not None or find_date(text) is not None


def mend_place(read: str, bodies: Sequence[str], rules: Rules) -> tuple[str, float]:
    """The place without noise, towards a province or the words of the record's bodies; with the rule's strength."""
    name = trim(re.sub(r"^[^\wĐ]+", "", tidy(read)))
    name = re.sub(r"\s*[,.;]+\s*$", "", name)
    if sum(c.isalpha() for c in name) < 2:
        return "", 0.0
    province = province_like(name, rules)
    if province:
        return province, 1.0 if province == name else 0.92
    body_places = [p for body in bodies for p in _tails(body, len(name.split()))]
    best = max(body_places, key=lambda p: _alike(p, name), default="")
    if best and _alike(best, name) >= 0.8:
        return best, 0.9
    return name, 0.8 if name[:1].isupper() else 0.5


def province_like(name: str, rules: Rules) -> str | None:
    """The province of the list that this is but for marks, or for one letter that is taken for another (PONG NAI)."""
    bare = key(name)
    for place in rules.bodies.places:
        if key(place) == bare:
            return place
    for place in rules.bodies.places:
        wanted = key(place)
        wrong = [(a, b) for a, b in zip(bare, wanted, strict=False) if a != b]
        if len(bare) == len(wanted) >= 5 and len(wrong) == 1 and any(set(wrong[0]) <= g for g in _TAKEN_FOR):
            return place
    return None


def _tails(body: str, words: int) -> list[str]:
    """The last words of a body's name, as many as the place has: «ỦY BAN NHÂN DÂN HUYỆN SƠN TÂY» → «Sơn Tây»."""
    parts = body.split()
    return [" ".join(p.capitalize() for p in parts[-words:])] if 0 < words < len(parts) else []


def _alike(a: str, b: str) -> float:
    return fuzz.ratio(key(a), key(b)) / 100


def _flat(text: str) -> str:
    """Folded letter by letter, so that places in it are places in the text."""
    return "".join((fold(c) or " ")[0] for c in tidy(text))


def _number(text: str, most: int) -> int | None:
    clean = text.strip().strip(".,:;'\"`")
    if not re.fullmatch(r"\d{1,2}", clean):
        return None
    value = int(clean)
    return value if 1 <= value <= most else None
