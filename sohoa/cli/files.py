"""Commands about files outside the archive: sample, check, inspect."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sohoa.cli.printing import as_json, console, harmless, pending, table
from sohoa.errors import ExitCode
from sohoa.language import say
from sohoa.settings import load

JsonOption = Annotated[bool, typer.Option("--json", help=say("In JSON cho chương trình khác", "Print JSON"))]


def sample(
    target: Annotated[Path, typer.Argument(help=say("Thư mục sẽ tạo", "Folder to make"))],
    documents: Annotated[int, typer.Option(min=1, help=say("Số văn bản", "How many documents"))] = 60,
    seed: Annotated[int, typer.Option(help=say("Cùng số này, cùng từng byte", "Same seed, same bytes"))] = 1,
) -> None:
    """Make a sample archive."""
    from sohoa.sample.archive import generate

    made = generate(target, documents=documents, seed=seed)
    console.print(
        say(
            f"Đã tạo {made.documents} đơn vị, {made.pages} trang trong {made.archive}. Sự thật để đối chiếu: {made.truth}",
            f"Made {made.documents} units, {made.pages} pages in {made.archive}. The truth to compare with: {made.truth}",
        )
    )


def check(
    folder: Annotated[Path, typer.Argument(help=say("Thư mục bản quét", "Folder of scans"))],
    inventory: Annotated[Path | None, typer.Option(help=say("Mục lục (.xlsx, .xls, .csv)", "Inventory"))] = None,
    xlsx: Annotated[
        Path | None, typer.Option(help=say("Ghi bảng lỗi để gửi đơn vị quét", "Write a workbook for the contractor"))
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Say before the start what is wrong with a folder."""
    from sohoa.imaging.look import look
    from sohoa.intake.check import check as check_folder
    from sohoa.intake.inventory import read_inventory
    from sohoa.pipeline.inventory import find_inventory
    from sohoa.pipeline.pace import seconds_a_page

    settings = load()
    path = inventory or find_inventory(folder)
    lines = read_inventory(path) if path else None
    report = check_folder(folder, lines, settings, look, seconds_a_page(settings), exclude=[path] if path else [])
    if xlsx is not None:
        report.write_xlsx(xlsx)
    if json_:
        as_json(report.to_json())
    else:
        headings = (
            say("Loại", "Kind"),
            say("Tệp", "File"),
            say("Trang", "Page"),
            say("Lỗi", "What"),
            say("Việc cần làm", "What to do"),
        )
        table(say("Kết quả kiểm tra", "Check"), headings, report.rows())
        for sentence in report.summary():
            console.print(harmless(sentence), markup=False)
    if report.has_problems:
        pending.code = ExitCode.some_failed


def inspect(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE…", help=say("Tệp cần đọc", "Files to read"))],
    json_: JsonOption = False,
) -> None:
    """Read files without storing anything."""
    from sohoa.pipeline.inspect import inspect as read_files

    answers = read_files(paths, load())
    if json_:
        collected = list(answers)
        as_json(collected)
    else:
        collected = []
        for answer in answers:
            collected.append(answer)
            _show(answer)
    if any(a["error"] or any(p["error"] for p in a["pages"]) for a in collected):
        pending.code = ExitCode.some_failed


def _show(answer: dict[str, object]) -> None:
    rows: list[tuple[str, object, object]] = []
    error, type_, secrecy = answer["error"], answer["type"], answer["secrecy"]
    if isinstance(error, dict):
        rows.append((say("Lỗi", "Error"), error["message"], ""))
    if isinstance(type_, dict) and isinstance(secrecy, dict):
        rows.append((say("Loại", "Type"), type_["value"], type_["confidence"]))
        rows.append((say("Độ mật", "Secrecy"), secrecy["value"] or "–", secrecy["confidence"]))
    fields = answer["fields"]
    if isinstance(fields, dict):
        rows += [(name, f["value"], f["confidence"]) for name, f in fields.items() if f]
    pages = answer["pages"]
    if isinstance(pages, list):
        words = sum(p["words"] for p in pages)
        rows.append((say("Trang, từ", "Pages, words"), f"{len(pages)}, {words}", ""))
        rows += [
            (say(f"Trang {p['page']}", f"Page {p['page']}"), p["error"]["message"], "") for p in pages if p["error"]
        ]
    table(
        str(answer["file"]),
        (say("Thành phần", "Component"), say("Giá trị", "Value"), say("Tin cậy", "Confidence")),
        rows,
    )


def add_to(app: typer.Typer) -> None:
    """Register the commands of this file."""
    app.command(help=say("Tạo kho mẫu để thử", "Make a sample archive to try with"))(sample)
    app.command(help=say("Kiểm tra thư mục trước khi số hóa", "Check a folder before the start"))(check)
    app.command(help=say("Đọc thử tệp, không lưu gì", "Read files without storing anything"))(inspect)
