"""Commands about the archive: digitise, status, failures, retry, search."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.text import Text

from sohoa.cli.files import JsonOption
from sohoa.cli.printing import as_json, console, errors, harmless, pending, same_length, table
from sohoa.errors import ExitCode
from sohoa.language import say
from sohoa.models import EVERYTHING
from sohoa.pipeline.plan import Redo
from sohoa.settings import load

STATES = {
    "waiting": ("đang chờ", "waiting"),
    "done": ("đã xong", "done"),
    "duplicate": ("trùng", "duplicate"),
    "quarantined": ("cách ly (mật)", "quarantined"),
    "failed": ("lỗi", "failed"),
    "refused": ("không nhận", "refused"),
    "unpacked": ("đã mở gói", "unpacked"),
}


class Order(StrEnum):
    """Orders of hits."""

    relevance = "relevance"
    newest = "newest"
    oldest = "oldest"
    notation = "notation"


def digitise(
    folder: Annotated[Path, typer.Argument(help=say("Thư mục bản quét", "Folder of scans"))],
    inventory: Annotated[Path | None, typer.Option(help=say("Mục lục (.xlsx, .xls, .csv)", "Inventory"))] = None,
    fonds: Annotated[str | None, typer.Option(help=say("Mã phông", "Code of the fonds"))] = None,
    agency: Annotated[str | None, typer.Option(help=say("Mã cơ quan", "Code of the agency"))] = None,
    years: Annotated[str | None, typer.Option(help=say("Giai đoạn, ví dụ 2015-2025", "Years, as 2015-2025"))] = None,
    group: Annotated[list[str] | None, typer.Option(help=say("Chỉ nhóm tài liệu này", "Only this group"))] = None,
    redo: Annotated[
        Redo, typer.Option(help=say("Làm lại: không, tệp lỗi, bản cũ, tất cả", "What to do again"))
    ] = Redo.nothing,
    limit: Annotated[int | None, typer.Option(min=1, help=say("Số văn bản tối đa", "At most so many"))] = None,
    rehash: Annotated[bool, typer.Option(help=say("Băm lại tệp đã xong", "Hash finished files again"))] = False,
    who: Annotated[str | None, typer.Option(help=say("Người phụ trách lô", "Who is in charge"))] = None,
    scanner: Annotated[str | None, typer.Option(help=say("Máy quét", "Scanner"))] = None,
    operator: Annotated[str | None, typer.Option(help=say("Người quét", "Operator"))] = None,
    shift: Annotated[str | None, typer.Option(help=say("Ca", "Shift"))] = None,
    box: Annotated[str | None, typer.Option(help=say("Hộp, cặp", "Box"))] = None,
    shelf: Annotated[str | None, typer.Option(help=say("Giá", "Shelf"))] = None,
    json_: JsonOption = False,
) -> None:
    """Digitise a folder; a second run goes on where the first ended."""
    from sohoa.pipeline.batches import refuse_unspeakable

    refuse_unspeakable(folder)
    facts = {"who": who, "scanner": scanner, "operator": operator, "shift": shift, "box": box, "shelf": shelf}
    parameters: dict[str, Any] = {
        "folder": str(folder.expanduser().resolve()),
        "inventory": str(inventory.expanduser().resolve()) if inventory else None,
        "fonds": fonds,
        "agency": agency,
        "years": _years(years),
        "groups": group or None,
        "redo": redo.value,
        "limit": limit,
        "rehash": rehash,
        "facts": {k: v for k, v in facts.items() if v},
    }
    _run(parameters, json_=json_)


def retry(
    batch: Annotated[str | None, typer.Argument(help=say("Mã lô; không có: mọi lô", "Batch; none: all"))] = None,
    json_: JsonOption = False,
) -> None:
    """Try failed files again."""
    from sohoa.pipeline.accounts import status as read_status
    from sohoa.pipeline.house import open_house

    with open_house(load()) as house:
        again = [s for s in read_status(house, batch) if s.not_passed]
    if not again:
        console.print(say("Không có tệp lỗi nào.", "Nothing failed."))
    for one in again:
        _run({"folder": one.folder, "redo": "failed", "fonds": one.fonds, "agency": one.agency}, json_=json_)


def _run(parameters: dict[str, Any], *, json_: bool) -> None:
    from flows.run import run_digitise  # the only door to Prefect, opened late: it takes seconds

    result = run_digitise(load(), parameters, show_progress=not json_)
    if json_:
        as_json(result.model_dump())
    else:
        show_counts(result.sightings, result.pages)
        show_shares(result.shares)
        console.print(
            say(
                f"Xong {result.worked} đơn vị trong {result.seconds:.0f} giây. Khớp mục lục: {result.matched}; quét lại: {result.rescans}.",
                f"Worked on {result.worked} units in {result.seconds:.0f} s. Matched: {result.matched}; rescans: {result.rescans}.",
            )
        )
    if result.sightings["failed"] + result.sightings["refused"]:
        errors.print(say("Có tệp không đạt: sohoa failures", "Some files did not pass: sohoa failures"))
        pending.code = ExitCode.some_failed


def _years(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    first, _, last = text.partition("-")
    if not (first.strip().isdigit() and (last or first).strip().isdigit()):
        raise typer.BadParameter(say("viết như 2015-2025", "write it as 2015-2025"))
    return int(first), int(last or first)


def show_counts(sightings: dict[str, int], pages: dict[str, int]) -> None:
    """The table of what came in and how its pages ended."""
    table(
        say("Tệp đã vào", "What came in"),
        [say(*STATES[s]) for s in sightings] + [say("cộng", "total")],
        [[*sightings.values(), sum(sightings.values())]],
    )
    names = {"text": ("có chữ", "text"), "blank": ("trắng", "blank"), "failed": ("lỗi", "failed")}
    table(say("Trang", "Pages"), [say(*names[o]) for o in names], [[pages.get(o, 0) for o in names]])


def show_shares(shares: list[Any]) -> None:
    """The table of percentages by agency and year, numerator and denominator beside each."""
    from sohoa.targets.percentages import total

    if not shares:
        console.print(
            say(
                "Chưa có mục lục nên chưa tính được tỷ lệ. Thêm --inventory muc-luc.xlsx.",
                "No inventory, so no percentage. Add --inventory muc-luc.xlsx.",
            )
        )
        return
    headings = (
        say("Cơ quan", "Agency"),
        say("Năm", "Year"),
        say("Đã số hóa", "Digitised"),
        say("Theo mục lục", "In inventory"),
        "%",
    )
    everything = total(shares)
    rows: list[list[object]] = [[s.agency, s.year or "?", s.digitised, s.lines, f"{s.percent:.1f}"] for s in shares]
    rows.append([say("Tất cả", "All"), "", everything.digitised, everything.lines, f"{everything.percent or 0:.1f}"])
    table(say("Tỷ lệ số hóa (không kể tài liệu mật)", "Percentage digitised (without secrets)"), headings, rows)


def status(
    batch: Annotated[str | None, typer.Argument(help=say("Mã lô", "Batch"))] = None,
    unmatched: Annotated[
        bool, typer.Option(help=say("Liệt kê chỗ không khớp mục lục", "List what has no counterpart in the inventory"))
    ] = False,
    json_: JsonOption = False,
) -> None:
    """How far each batch is."""
    from sohoa.pipeline.accounts import status as read_status
    from sohoa.pipeline.accounts import unmatched as read_unmatched
    from sohoa.pipeline.house import open_house
    from sohoa.pipeline.indexing import waiting
    from sohoa.targets.percentages import percentages

    with open_house(load()) as house:
        batches = read_status(house, batch)
        with house.catalogue.read() as session:
            shares = percentages(session)
        both = {b.batch: read_unmatched(house, b.batch).model_dump() for b in batches} if unmatched else {}
        left = waiting(house)
    if json_:
        as_json(
            {
                "batches": [b.model_dump() for b in batches],
                "shares": [{**s.model_dump(), "percent": s.percent} for s in shares],
                "outbox": left,
                "unmatched": both,
            }
        )
        return
    for one in batches:
        folder = harmless(one.folder)
        console.print(say(f"Lô {one.batch}: {folder}", f"Batch {one.batch}: {folder}"), markup=False)
        show_counts(one.sightings, one.pages)
    show_shares(shares)
    for sides in both.values():
        table(
            say("Dòng mục lục chưa có bản quét", "Inventory lines without a scan"),
            (say("Dòng", "Line"), say("Ký hiệu", "Notation"), say("Trích yếu", "Subject")),
            [(x["position"] + 1, x["notation"], x["subject"]) for x in sides["lines"]],
        )
        table(
            say("Văn bản không có trong mục lục", "Records not in the inventory"),
            (say("Mã", "Id"), say("Trích yếu", "Subject")),
            [(x["record"], x["title"]) for x in sides["records"]],
        )


def failures(
    batch: Annotated[str | None, typer.Argument(help=say("Mã lô", "Batch"))] = None,
    json_: JsonOption = False,
) -> None:
    """Which files did not pass, and why."""
    from sohoa.pipeline.accounts import failures as read_failures
    from sohoa.pipeline.house import open_house

    with open_house(load()) as house:
        rows = list(read_failures(house, batch))
    if json_:
        as_json([row.model_dump() for row in rows])
        return
    headings = (
        say("Lô", "Batch"),
        say("Số", "No."),
        say("Tệp", "File"),
        say("Trạng thái", "State"),
        say("Lý do và việc cần làm", "Why, and what to do"),
    )
    shown = [
        (r.batch, r.sighting, r.name, say(*STATES[r.state]), r.message or say("tài liệu mật", "secret")) for r in rows
    ]
    table(say("Tệp không vào kho", "Files not in the archive"), headings, shown)


def search(
    words: Annotated[
        list[str], typer.Argument(help=say("Từ cần tìm, có dấu hoặc không dấu", "Words, diacritics or not"))
    ],
    limit: Annotated[int, typer.Option(min=1, max=1000, help=say("Số kết quả", "How many hits"))] = 10,
    offset: Annotated[int, typer.Option(min=0, help=say("Bỏ qua … kết quả", "Skip so many"))] = 0,
    type_: Annotated[list[str] | None, typer.Option("--type", help=say("Tên loại", "Record type"))] = None,
    year: Annotated[list[int] | None, typer.Option(help=say("Năm", "Year"))] = None,
    agency: Annotated[list[str] | None, typer.Option(help=say("Cơ quan", "Agency"))] = None,
    sort: Annotated[Order, typer.Option(help=say("Thứ tự kết quả", "Order of the hits"))] = Order.relevance,
    json_: JsonOption = False,
) -> None:
    """Find records and the pages where the words stand."""
    from sohoa.stores.index import Filters, open_index

    chosen = {"type": type_, "year": year, "agency": agency}
    values: Any = {name: tuple(map(str, given)) for name, given in chosen.items() if given}
    index = open_index(load())
    try:
        result = index.search(
            " ".join(words),
            EVERYTHING,
            filters=Filters(values=values),
            sort=sort.value,
            offset=offset,
            limit=limit,
            facets=("type", "year", "agency"),
        )
    finally:
        index.close()
    if json_:
        hits = [
            {
                "record": h.record_id,
                "score": h.score,
                "pages": list(h.pages),
                "entry": h.entry.model_dump(),
                "snippets": [{"page": s.page, "text": s.text, "marks": [list(m) for m in s.marks]} for s in h.snippets],
            }
            for h in result.hits
        ]
        as_json({"total": result.total, "hits": hits, "facets": result.facets})
        return
    console.print(say(f"{result.total} văn bản", f"{result.total} records"))
    for number, hit in enumerate(result.hits, start=offset + 1):
        e = hit.entry
        head = " · ".join(str(x) for x in (e.type, e.reference, e.issued_date, e.issuing_body) if x)
        console.print(harmless(f"{number}. {head}"), style="bold", markup=False)
        console.print(harmless(f"   {e.subject or ''}  ({hit.record_id})"), markup=False)
        for snippet in hit.snippets:
            console.print(Padding(_marked(snippet.page, snippet.text, snippet.marks), (0, 0, 0, 3)))
    if not result.total:
        console.print(
            say("Thử bớt từ, bỏ dấu ngoặc kép, hoặc gõ không dấu.", "Try fewer words, no quotes, or no diacritics.")
        )


def _marked(page: int, text: str, marks: Iterable[tuple[int, int]]) -> Text:
    """A snippet with its page, the words found in another colour."""
    lead = say(f"tr. {page}: ", f"p. {page}: ")
    shown = Text(lead + same_length(text))
    for start, end in marks:
        shown.stylize("bold yellow", len(lead) + start, len(lead) + end)
    return shown


def add_to(app: typer.Typer) -> None:
    """Register the commands of this file."""
    app.command(help=say("Số hóa một thư mục; chạy lại thì làm tiếp", "Digitise a folder; again to go on"))(digitise)
    app.command(help=say("Tiến độ và tỷ lệ số hóa", "Progress and percentages"))(status)
    app.command(help=say("Tệp lỗi, lý do và việc cần làm", "Failed files, why, and what to do"))(failures)
    app.command(help=say("Làm lại các tệp lỗi", "Try failed files again"))(retry)
    app.command(help=say("Tìm trong kho", "Search the archive"))(search)
