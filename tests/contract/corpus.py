"""A corpus of made-up records, queries drawn from it, a near-miss for each, and an oracle that shares no code with the index.

The words come in groups that differ in diacritics only (bàn, bán, bạn), so that exact and folded search differ.
"""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

from sohoa.stores.index import Filters, IndexDocument, PageEntry, RecordEntry

GROUPS = (
    "bàn bán bạn ban bản", "kế kê kẻ", "hoạch hoach", "chuyển chuyên chuyện", "đổi đội dối", "số sổ so", "tỉnh tình tính",
    "hoà hoa hóa hỏa", "thuý thủy thuỷ thụy", "quý quy quỹ", "đảng dâng đang", "bộ bố bơ", "ủy uy úy", "xây xay",
    "dựng dung dũng đúng", "nông nóng", "thôn thon", "mới mời mọi", "đường dương đương", "nước nuốc", "sạch sách sach",
    "trường trưởng", "học hóc", "giáo giao", "dục đức", "y ý", "tế tê", "ngân ngắn ngăn", "sách sạch", "đất dắt dat",
    "rừng rung", "biển bien biện", "cầu câu cậu", "phòng phong phỏng", "chống chong chồng", "lụt lut", "bão bao báo",
    "kiểm kiếm kiệm", "tra trà trả", "quyết quyet", "định đỉnh dinh", "phê phế", "duyệt duyet", "điều dieu", "lệ lễ le",
    "nhân nhan nhẫn", "dân dan dần", "đại dài dai", "hội hồi hơi", "biểu bieu", "tổng tong tống", "kết ket", "năm nam nấm",
    "tháng thang thẳng", "khoá khoa khỏa", "nghị nghi nghỉ", "quyền quyển", "công cong cống", "an ăn ân", "ninh nình",
)  # fmt: skip
WORDS = [word for group in GROUPS for word in group.split()]
WEIGHTS = [1.0 / (1 + n % 17) for n in range(len(WORDS))]
AGENCIES = ("CQ01", "CQ02", "CQ03", "CQ04")
CLASSES = ("open", "restricted")
TYPES = (("Kế hoạch", "KH", "10"), ("Quyết định", "QĐ", "02"), ("Báo cáo", "BC", "14"), ("Tờ trình", "TTr", "15"))
BODIES = ("TU", "UBND", "HĐND", "BTGDVTU", "ĐU")


@dataclass(frozen=True)
class Case:
    """A query, with what the index is asked besides, and the id of the near-miss that must not be found."""

    kind: str
    query: str
    near_miss: str
    filters: Filters = field(default_factory=Filters)

    def __str__(self) -> str:
        return f"{self.kind}: {self.query}"


def records(count: int, seed: int) -> list[IndexDocument]:
    """So many records, always the same for a seed."""
    chance = random.Random(seed)
    return [_record(chance, f"r{n:05}") for n in range(count)]


def _record(chance: random.Random, id_: str, text: str | None = None, **entry: Any) -> IndexDocument:
    kind, short, code = chance.choice(TYPES)
    year = chance.randint(2015, 2025)
    day = f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    sizes = [chance.randint(30, 220) for _ in range(chance.randint(1, 5))]
    texts = [_text(chance, size) for size in sizes] if text is None else [text]
    facts = {
        "record_id": id_,
        "revision": 1,
        "agency": chance.choice(AGENCIES),
        "access_class": chance.choices(CLASSES, (4, 1))[0],
        "fonds": "PH01",
        "type": kind,
        "type_code": code,
        "notation": f"{chance.randint(1, 900)}-{short}/{chance.choice(BODIES)}",
        "issued_date": chance.choice([day, day, day, day[:7], None]),
        "year": year,
        "signer": chance.choice(["Nguyễn Văn An", "Trần Thị Bình", None]),
        "subject": None if text is not None else _text(chance, 6),
        "pages": len(texts),
    }
    pages = tuple(PageEntry(page=n, text=t) for n, t in enumerate(texts, 1))
    return IndexDocument(record=RecordEntry.model_validate(facts | entry), pages=pages)


def _text(chance: random.Random, size: int) -> str:
    words = chance.choices(WORDS, WEIGHTS, k=size)
    return "".join(word + chance.choice([" "] * 8 + [", ", ".\n", "; ", "\n"]) for word in words).strip()


def cases(documents: list[IndexDocument], seed: int) -> tuple[list[Case], list[IndexDocument]]:
    """Sixty queries drawn from the records, and the near-misses to plant, one a query."""
    chance = random.Random(seed)
    maker = _Maker(chance, documents)
    plan = (
        ("words", 10), ("folded", 6), ("phrase", 10), ("folded phrase", 6), ("prefix", 6), ("notation", 6), ("filter", 4),
        ("dates", 2), ("paging", 2), ("quotes", 2), ("punctuation", 2), ("nfd", 2), ("tone", 2),
    )  # fmt: skip
    for kind, times in plan:
        for _ in range(times):
            maker.make(kind)
    return maker.cases, maker.planted


class _Maker:
    def __init__(self, chance: random.Random, documents: list[IndexDocument]) -> None:
        self.chance, self.documents = chance, documents
        self.cases: list[Case] = []
        self.planted: list[IndexDocument] = []

    def make(self, kind: str) -> None:
        document = self.chance.choice(self.documents)
        words = split(self.chance.choice(document.pages).text)
        at = self.chance.randrange(len(words) - 3)
        three = words[at : at + 3]
        two = self.chance.sample(words, 2)
        getattr(self, "_" + kind.replace(" ", "_"))(kind, document, three, two)

    def _add(self, kind: str, query: str, near: str, filters: Filters | None = None, **entry: Any) -> None:
        id_ = f"near{len(self.cases):02}"
        self.planted.append(_record(self.chance, id_, near, **entry))
        self.cases.append(Case(kind, query, id_, filters or Filters()))

    def _words(self, kind: str, _document: IndexDocument, _three: list[str], two: list[str]) -> None:
        self._add(kind, " ".join(two), f"{two[0]} x{two[1]} {two[1]}x")

    def _folded(self, kind: str, _document: IndexDocument, three: list[str], _two: list[str]) -> None:
        # A word that occurs twice must be left out once, or the near-miss would be a hit.
        missing = next(w for w in three if bare(w) != bare(three[0]) or w is three[-1])
        rest = " ".join(w for w in three if bare(w) != bare(missing))
        self._add(kind, bare(" ".join(three)), f"{rest} {missing}x")

    def _phrase(self, kind: str, _document: IndexDocument, three: list[str], two: list[str]) -> None:
        if bare(" ".join(three)) == " ".join(three):
            self.make(kind)
            return
        other = bare(" ".join(three))
        self._add(kind, f'"{" ".join(three)}"', f"{other} {three[0]} {two[0]}x {three[1]} {three[2]}")

    def _folded_phrase(self, kind: str, _document: IndexDocument, three: list[str], _two: list[str]) -> None:
        query = bare(" ".join(three))
        self._add(kind, f'"{query}"', f"{three[0]} {three[1]} xen {three[2]} {three[0]}. xen {three[1]}")

    def _prefix(self, kind: str, _document: IndexDocument, three: list[str], _two: list[str]) -> None:
        word = max(three, key=len)
        stem = word[: max(2, len(word) - 1)]
        self._add(kind, f"{stem}*", f"x{word} q{bare(word)}")

    def _notation(self, kind: str, document: IndexDocument, _three: list[str], _two: list[str]) -> None:
        notation = document.record.notation or ""
        number, _, rest = notation.partition("-")
        near = f"9{number}-{rest} {rest} {number} {number}-x{rest}"
        self._add(kind, self.chance.choice([notation, notation.lower(), bare(notation)]), near, notation="1-KH/X")

    def _filter(self, kind: str, document: IndexDocument, _three: list[str], two: list[str]) -> None:
        entry = document.record
        filters = Filters(values={"agency": (entry.agency,), "year": (str(entry.year), "1999")})
        self._add(kind, two[0], two[0], filters, agency=entry.agency, year=(entry.year or 0) + 20)

    def _dates(self, kind: str, document: IndexDocument, _three: list[str], two: list[str]) -> None:
        year = document.record.year
        filters = Filters(issued_from=f"{year}-02-15", issued_to=f"{(year or 0) + 1}-06-30")
        if not any(lies_within(d.record, filters) and holds(d, two[0]) for d in self.documents):
            self.make(kind)
            return
        self._add(kind, two[0], two[0], filters, issued_date=f"{year}-02-14", year=year)

    def _paging(self, kind: str, _document: IndexDocument, _three: list[str], _two: list[str]) -> None:
        word = self.chance.choice(WORDS[:8])
        self._add(kind, word, f"x{word}")

    def _quotes(self, kind: str, _document: IndexDocument, _three: list[str], two: list[str]) -> None:
        self._add(kind, f'{two[0]} " {two[1]}', f"{two[0]} {two[1]}x")

    def _punctuation(self, kind: str, _document: IndexDocument, _three: list[str], two: list[str]) -> None:
        self._add(kind, f"(({two[0]}!!), *** — {two[1]}? \\ : ~ AND^", f"{two[0]} {two[1]}x")
        self.cases[-1] = Case(kind, self.cases[-1].query.replace("AND^", "^"), self.cases[-1].near_miss)

    def _nfd(self, kind: str, _document: IndexDocument, three: list[str], two: list[str]) -> None:
        if bare(" ".join(three)) == " ".join(three):
            self.make(kind)
            return
        query = unicodedata.normalize("NFD", f'"{" ".join(three)}"')
        self._add(kind, query, f"{bare(' '.join(three))} {two[0]}")

    def _tone(self, kind: str, *_: Any) -> None:
        old, new, near = [("hoà", "hòa", "hoa"), ("thuý", "thúy", "thụy")][len(self.cases) % 2]
        following = self.chance.choice([w for d in self.documents for p in d.pages for w in _after(p.text, old)])
        self._add(kind, f'"{new} {following}"', f"{near} {following}")


def _after(text: str, word: str) -> list[str]:
    words = split(text)
    return [b for a, b in pairwise(words) if a == word]


# The oracle: the same questions answered by comparing words one by one.


def split(text: str) -> list[str]:
    """Words of a text in NFC and lower case."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).lower())


@cache
def bare(text: str) -> str:
    """Without diacritics."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c)).replace(
        "đ", "d"
    )


def same_tone(word: str) -> str:
    """One spelling for the pairs that the corpus has."""
    pairs = {"hoà": "hòa", "thuý": "thúy", "thuỷ": "thủy", "khoá": "khóa"}
    return pairs.get(word, word)


def texts(document: IndexDocument) -> list[list[str]]:
    """The words of each text of a record, in the exact spelling."""
    id_ = document.record.record_id
    if id_ not in _KNOWN:
        entry = document.record
        own = [entry.type, entry.notation, entry.subject, entry.signer]
        _KNOWN[id_] = [
            [same_tone(w) for w in split(t)] for t in [*(v for v in own if v), *(p.text for p in document.pages)]
        ]
    return _KNOWN[id_]


_KNOWN: dict[str, list[list[str]]] = {}


def holds(document: IndexDocument, query: str, *, exact: bool = False) -> bool:
    """Does the record meet the query? With `exact`: as it is typed."""
    query = unicodedata.normalize("NFC", query)
    quoted = re.findall(r'"([^"]*)"', query)
    loose = re.sub(r'"[^"]*"', " ", query)
    found = texts(document)
    if not all(_has_run(found, [same_tone(w) for w in split(q)], exact or bare(q) != q) for q in quoted):
        return False
    for chunk in loose.split():
        run = [same_tone(w) for w in split(chunk)]
        if chunk.endswith("*") and len(run) == 1:
            stem = run[0] if exact else bare(run[0])
            if not any((w if exact else bare(w)).startswith(stem) for t in found for w in t):
                return False
        elif run and not _has_run(found, run, exact):
            return False
    return True


def _has_run(found: list[list[str]], run: list[str], exact: bool) -> bool:
    wanted = run if exact else [bare(w) for w in run]
    for text in found:
        spelled = text if exact else [bare(w) for w in text]
        if any(spelled[at : at + len(wanted)] == wanted for at in range(len(spelled))):
            return True
    return False


def lies_within(entry: RecordEntry, filters: Filters) -> bool:
    """Does the record pass the filters?"""
    for name, values in filters.values.items():
        if str(getattr(entry, name)) not in values:
            return False
    if filters.issued_from or filters.issued_to:
        if not entry.issued_date:
            return False
        whole = len(entry.issued_date) == 10
        first, last = (entry.issued_date + ("" if whole else day) for day in ("-01", "-31"))
        if filters.issued_from and last < filters.issued_from:
            return False
        if filters.issued_to and first > filters.issued_to:
            return False
    return True
