"""What one sample record says: its components (thành phần) and the blocks of its body, before any layout."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from sohoa.sample.agencies import AGENCIES, TYPES, Agency, RecordType
from sohoa.sample.domains import DOMAINS
from sohoa.sample.grammar import Grammar, Memory, upper_first
from sohoa.sample.places import person

BlockKind = Literal["heading", "section", "para", "basis", "verdict", "table", "marker"]


@dataclass(frozen=True)
class Block:
    """A piece of body. `rows` for a table, the first being its heading."""

    kind: BlockKind
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Incoming:
    """The stamp of the body that received the record."""

    body: str
    number: str
    day: str


@dataclass
class Content:
    """One record to be set. `number` and `notation` as in fields-and-codes.md G; `reference` as printed together."""

    author: Agency
    type: RecordType
    number: str
    notation: str
    reference: str
    issued: dt.date
    subject: str
    domain: str
    to: tuple[str, ...]
    recipients: tuple[str, ...]
    authority: tuple[str, ...]
    """The lines of the signature block above the signature; the last is the position."""
    signer: str
    secretary: str | None
    handwritten_number: bool
    handwritten_day: bool
    grammar: Grammar = field(repr=False)
    urgency: str | None = None
    secrecy: str | None = None
    incoming: Incoming | None = None
    markers: tuple[str, ...] = ()
    """Sentences planted in the body, set large."""

    @property
    def place(self) -> str:
        return self.author.place

    @property
    def dispatch(self) -> bool:
        """A công văn carries no type title."""
        return self.type.short == "CV"


def compose(rng: random.Random, memory: Memory, author: Agency, short: str, issued: dt.date, number: int) -> Content:
    """Draw the components of a record of one type by one body on one day."""
    kind = TYPES[short]
    grammar = Grammar(rng, memory, rng.choice(DOMAINS), issued.year)
    unit = rng.choice(author.units) if author.units and short == "CV" else ""
    printed_number = f"{number:02d}"
    if author.party:
        notation = f"{'QĐ' if short == 'QyĐ' else short}/{author.notation}"
        reference = f"{printed_number}-{notation}"
    else:
        notation = "-".join(p for p in ("" if short == "CV" else short, author.notation, unit) if p)
        reference = f"{printed_number}/{notation}"
    subject = grammar.subject()
    return Content(
        author=author,
        type=kind,
        number=printed_number,
        notation=notation,
        reference=reference,
        issued=issued,
        subject=_leading(rng, short) + subject,
        domain=grammar.domain.key,
        to=_addressees(rng, grammar, author) if short in ("CV", "TTr", "GM", "CĐ") else (),
        recipients=_recipients(rng, grammar, short, unit),
        authority=_authority(rng, author),
        signer=person(rng),
        secretary=person(rng) if short == "BB" else None,
        handwritten_number=rng.random() < 0.75,
        handwritten_day=rng.random() < 0.65,
        grammar=grammar,
        urgency=rng.choice(("KHẨN", "HỎA TỐC", "THƯỢNG KHẨN")) if rng.random() < (0.2 if short in ("CV", "CĐ") else 0.04) else None,
    )  # fmt: skip


def _leading(rng: random.Random, short: str) -> str:
    """The word a subject begins with, by type."""
    if short == "CV":
        return ""
    if short in ("BC", "KH", "CTr", "PA", "BB", "GM"):
        return rng.choice(("", "", "Về "))
    return rng.choice(("Về việc ", "Về ", "về việc "))


def _addressees(rng: random.Random, grammar: Grammar, author: Agency) -> tuple[str, ...]:
    others = [a.name for a in AGENCIES if a is not author]
    if rng.random() < 0.4:
        return (rng.choice(others),)
    return (*rng.sample(others, rng.randint(1, 2)), upper_first(grammar.team()))


def _recipients(rng: random.Random, grammar: Grammar, short: str, unit: str) -> tuple[str, ...]:
    if short == "BB":
        return ()
    first = "Như trên" if short in ("CV", "TTr") else upper_first(grammar.team())
    middle = [upper_first(grammar.team()) for _ in range(rng.randint(1, 3))]
    middle.insert(rng.randint(0, 1), rng.choice(AGENCIES).name)
    return (first, *dict.fromkeys(middle), f"Lưu: VT, {unit or rng.choice(('TH', 'NV', 'HC', 'VP'))}")


def _authority(rng: random.Random, author: Agency) -> tuple[str, ...]:
    def mark(line: str) -> str:
        return line.replace("TM.", "T/M").replace("KT.", "K/T") if author.party else line

    lines = [mark(f"TM. {author.on_behalf}")] if author.on_behalf else []
    if rng.random() < 0.45:
        if not author.on_behalf or not author.party:
            lines.append(mark(f"KT. {author.head}"))
        return (*lines, author.deputy)
    return (*lines, author.head)


def body(content: Content, rng: random.Random) -> Iterator[Block]:
    """The blocks of the body, without end: the typesetter takes as many as its pages hold.

    Planted sentences come early, so that they are there on a record of one page too.
    """
    yield from _opening(content, rng)
    yield from (Block("marker", text) for text in content.markers)
    yield from _sections(content, rng)


def _opening(content: Content, rng: random.Random) -> Iterator[Block]:
    grammar, short = content.grammar, content.type.short
    if short in ("QĐ", "NQ", "QyĐ"):
        for _ in range(rng.randint(2, 3)):
            day = content.issued - dt.timedelta(days=rng.randint(20, 900))
            number = rng.randint(3, 2900)
            yield Block(
                "basis",
                grammar.fill(f"Căn cứ {rng.choice(('Quyết định', 'Nghị quyết', 'Thông báo', 'Công văn'))} số {number} ngày {day.day}/{day.month}/{day.year}"
                             " về {v} {n}, {v2} {n2} tại {p};"),
            )  # fmt: skip
        yield Block("basis", grammar.fill("Xét đề nghị của {t} về {x},"))
        yield Block("verdict", "QUYẾT NGHỊ:" if short == "NQ" else "QUYẾT ĐỊNH:")
    elif short == "BB":
        yield Block(
            "para", grammar.fill("Hôm nay, {w}, tại {p}, {o} chủ trì cuộc họp bàn {n}, {n2}; có {o} và {t} dự.")
        )
    else:
        yield Block("para", grammar.paragraph(2, 3))


_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")


def _sections(content: Content, rng: random.Random) -> Iterator[Block]:
    grammar, short = content.grammar, content.type.short
    articles = short in ("QĐ", "NQ", "QyĐ") and not (content.author.party and short == "NQ")
    plain = short in ("CV", "GM", "CĐ", "TB", "TT")
    table_at = rng.randint(2, 4) if rng.random() < 0.3 else -1
    for index in range(10_000):
        if articles:
            yield Block("para", f"Điều {index + 1}. {grammar.paragraph(1, 3)}")
        elif plain:
            yield Block("para", f"{index + 1}. {grammar.paragraph()}")
        else:
            yield Block("section", f"{_ROMAN[index % 15]}. {grammar.heading().upper()}")
            for item in range(rng.randint(1, 3)):
                yield Block("heading", f"{item + 1}. {grammar.heading()}")
                yield Block("para", grammar.paragraph())
                if rng.random() < 0.5:
                    yield Block("para", f"- {grammar.paragraph(1, 2)}")
        if index + 1 == table_at:
            yield table(grammar, rng)


def table(grammar: Grammar, rng: random.Random) -> Block:
    """A ruled table of four columns."""
    heading = ("STT", "Nội dung", "Địa điểm", upper_first(rng.choice(grammar.domain.units)))
    rows = [
        (str(i + 1), upper_first(grammar.fill("{v} {n} {a}")), grammar.fill("{p}"), str(rng.randint(2, 9800)))
        for i in range(rng.randint(4, 8))
    ]
    return Block("table", rows=(heading, *rows))


def closing(content: Content, rng: random.Random) -> str:
    """The last sentence of the body."""
    return content.grammar.fill(
        {
            "BB": "Cuộc họp bàn {n} kết thúc sau {k2} phút, {o} đọc lại biên bản, các bên cùng ký tên.",
            "CV": "Đề nghị {t} {v} {n} {a}, trả lời {w}./.",
            "BC": "Trên đây là báo cáo về {n}, {n2}; kính trình {t} xem xét./.",
        }.get(content.type.short, rng.choice((
            "Giao {t} {v} {n}, {v2} {n2} {a}./.",
            "{T} lo {v} {n}, {v2} {n2} {w}./.",
            "Vướng {n}, {n2} ở đâu, {t} báo {p} {w}./.",
        )))
    )  # fmt: skip
