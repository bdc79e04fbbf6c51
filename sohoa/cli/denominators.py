"""The commands `denominator list|declare|register`: how much there is to digitise, by whom it is said, and what changed."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sohoa.cli.files import JsonOption
from sohoa.cli.printing import as_json, console, harmless, table
from sohoa.cli.targets import QUALITIES, UNITS, parse_day
from sohoa.language import say
from sohoa.settings import load

if TYPE_CHECKING:
    from sohoa.stores.catalogue.tables import Denominator

ORIGINS = {
    "inventory": ("mục lục", "inventory"),
    "register": ("sổ đăng ký văn bản đi", "register"),
    "declared": ("số khai", "declared"),
}


class DeclaredUnit(Enum):
    """What a declared number counts."""

    record = "record"
    page = "page"


class DeclaredQuality(Enum):
    """Whether an agency counted or guessed."""

    declared = "declared"
    estimated = "estimated"


denominators = typer.Typer(
    no_args_is_help=True,
    help=say("Mẫu số: có bao nhiêu tài liệu phải số hóa", "Denominators: how much there is to digitise"),
)
DayOption = Annotated[
    str | None, typer.Option("--date", help=say("Ngày của số liệu, ví dụ 2026-01-10", "Day of the statement"))
]


@denominators.command("list", help=say("Các mẫu số và thay đổi giữa các bản", "All versions, and what each changed"))
def list_(json_: JsonOption = False) -> None:
    """All denominators, the newest version of each first."""
    from sohoa.stores.catalogue.database import open_catalogue
    from sohoa.targets.denominators import history

    catalogue = open_catalogue(load())
    try:
        with catalogue.read() as session:
            rows = history(session)
    finally:
        catalogue.close()
    _show(rows, json_=json_)


@denominators.command(help=say("Khai số tài liệu của một cơ quan, một năm", "Declare the number of an agency and year"))
def declare(
    agency: Annotated[str, typer.Option(help=say("Mã cơ quan", "Code of the agency"))],
    year: Annotated[int, typer.Option(min=1800, max=2100, help=say("Năm hình thành", "Year of origin"))],
    count: Annotated[int, typer.Option(min=0, help=say("Số tài liệu không mật", "How many, without secret ones"))],
    unit: Annotated[
        DeclaredUnit, typer.Option(help=say("Văn bản hay trang", "Records or pages"))
    ] = DeclaredUnit.record,
    quality: Annotated[
        DeclaredQuality, typer.Option(help=say("declared: đã kiểm đếm; estimated: ước tính", "Counted or guessed"))
    ] = DeclaredQuality.estimated,
    who: Annotated[str, typer.Option(help=say("Người khai", "Who says so"))] = "",
    day: DayOption = None,
    json_: JsonOption = False,
) -> None:
    """Put down what an agency says it has. It counts only where no inventory or register lists the year."""
    import getpass

    from sohoa.stores.catalogue.database import open_catalogue
    from sohoa.targets.denominators import declare as put
    from sohoa.targets.denominators import today

    stated = parse_day(day) or today()
    catalogue = open_catalogue(load())
    try:
        with catalogue.write() as session:
            made = put(
                session,
                agency=agency,
                year=year,
                unit=unit.value,
                count=count,
                quality=quality.value,
                stated=stated,
                who=who or getpass.getuser(),
            )
            session.flush()
            _show([made] if made is not None else [], json_=json_)
    finally:
        catalogue.close()


@denominators.command(help=say("Đọc sổ đăng ký văn bản đi", "Read a register of outgoing documents"))
def register(
    file: Annotated[Path, typer.Argument(help=say("Sổ (.xlsx, .xls, .csv)", "Register (.xlsx, .xls, .csv)"))],
    agency: Annotated[str | None, typer.Option(help=say("Mã cơ quan", "Code of the agency"))] = None,
    fonds: Annotated[str | None, typer.Option(help=say("Mã phông", "Code of the fonds"))] = None,
    day: DayOption = None,
    json_: JsonOption = False,
) -> None:
    """Bring a register up to date; records already digitised find their lines."""
    from sohoa.intake.inventory import read_inventory
    from sohoa.pipeline.house import open_house
    from sohoa.pipeline.indexing import drain
    from sohoa.pipeline.link import link
    from sohoa.pipeline.registers import batches_of, import_register

    settings, stated = load(), parse_day(day)
    book = read_inventory(file)
    with open_house(settings) as house:
        chosen = fonds or settings.fonds
        made = import_register(house, book, fonds=chosen, agency=agency or settings.agency, stated=stated)
        for batch in batches_of(house, chosen):
            link(house, batch, None)
        drain(house, refresh=True)
    _show(made, json_=json_)
    if not json_:
        for note in book.notes:
            place = " ".join(str(x) for x in (note.sheet, note.row) if x)
            console.print(harmless(f"{place}: {note}"), markup=False)


def _show(rows: list[Denominator], *, json_: bool) -> None:
    from sohoa.targets.denominators import Change

    changes = [Change.model_validate(row.change).explain() if row.change else "" for row in rows]
    if json_:
        names = (
            "series",
            "version",
            "origin",
            "quality",
            "agency_code",
            "year",
            "unit",
            "count",
            "stated",
            "who",
            "change",
        )
        as_json({"denominators": [{name: getattr(row, name) for name in names} for row in rows]})
        return
    if not rows:
        console.print(say("Không có gì thay đổi.", "Nothing changed."))
        return
    headings = (
        say("Nguồn", "Origin"),
        say("Bản", "Version"),
        say("Cơ quan", "Agency"),
        say("Năm", "Year"),
        say("Số lượng", "How many"),
        say("Chất lượng", "Quality"),
        say("Ngày", "Day"),
        say("So với bản trước", "Against the version before"),
    )
    shown = [
        (say(*ORIGINS[r.origin]), r.version, r.agency_code, r.year, f"{r.count} {say(*UNITS[r.unit])}",
         say(*QUALITIES[r.quality]), r.stated, change)
        for r, change in zip(rows, changes, strict=True)
    ]  # fmt: skip
    table(say("Mẫu số (không kể tài liệu mật)", "Denominators (without secrets)"), headings, shown)


def add_to(app: typer.Typer) -> None:
    """Register the commands of this file."""
    app.add_typer(denominators, name="denominator")
