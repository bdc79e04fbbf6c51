"""Commands that look after the archive: seal, verify, reindex, doctor."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from sohoa.cli.files import JsonOption
from sohoa.cli.printing import as_json, console, pending, table
from sohoa.errors import ExitCode
from sohoa.language import say
from sohoa.settings import load


class Level(Enum):
    """Levels of secrecy."""

    mat = "Mật"
    toi_mat = "Tối mật"
    tuyet_mat = "Tuyệt mật"


def seal(
    record: Annotated[str, typer.Argument(help=say("Mã văn bản (vb-…)", "Record id (vb-…)"))],
    level: Annotated[Level, typer.Option(help=say("Độ mật", "Level"))] = Level.mat,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=say("Không hỏi lại", "Do not ask"))] = False,
    json_: JsonOption = False,
) -> None:
    """Withdraw a record found secret from every store."""
    from sohoa.pipeline.house import open_house
    from sohoa.pipeline.secrecy import records_together
    from sohoa.pipeline.secrecy import seal as seal_record
    from sohoa.pipeline.sharing import sharing

    with open_house(load()) as house:
        together = records_together(house, record)
        if not yes:
            names = ", ".join(together)
            typer.confirm(
                say(
                    f"Rút {len(together)} văn bản cùng tệp khỏi mọi kho, không lấy lại được: {names}. Tiếp tục?",
                    f"Withdraw {len(together)} records of the same files from every store, for good: {names}. Go on?",
                ),
                abort=True,
            )
        with house.catalogue.read() as session:
            others = sharing(session, together)
        ids = seal_record(house, record, level.value)
    if json_:
        as_json({"sealed": ids, "sharing": others})
    else:
        console.print(
            say(
                f"Đã rút {len(ids)} văn bản khỏi danh mục, kho tệp và chỉ mục: {', '.join(ids)}. Bản sao lưu phải xử lý riêng.",
                f"Withdrew {len(ids)} records from catalogue, objects and index: {', '.join(ids)}. Backups must be dealt with apart.",
            )
        )
        if others:
            console.print(
                say(
                    f"Có trang giống hệt trong văn bản khác còn mở, trang đó vẫn giữ. Xem từng văn bản, nếu cũng mật thì sohoa seal: {', '.join(others)}.",
                    f"Open records have a page that is the same byte for byte, and it was kept. Look at each, and sohoa seal it if it is secret too: {', '.join(others)}.",
                ),
                style="bold yellow",
            )


def verify(
    deep: Annotated[bool, typer.Option(help=say("Đọc và băm lại từng tệp", "Read and hash every object"))] = False,
    json_: JsonOption = False,
) -> None:
    """Compare catalogue, objects and index both ways."""
    from sohoa.pipeline.house import open_house
    from sohoa.pipeline.verify import verify as compare

    with open_house(load()) as house:
        verdict = compare(house, deep=deep)
    if json_:
        as_json(verdict.model_dump())
    else:
        console.print(
            say(
                f"{verdict.records} văn bản, {verdict.objects} tệp, {verdict.index_entries} mục trong chỉ mục, {verdict.outbox} chờ cập nhật.",
                f"{verdict.records} records, {verdict.objects} objects, {verdict.index_entries} index entries, {verdict.outbox} waiting.",
            )
        )
        if verdict.disagreements:
            rows = [(d.kind, d.subject, d.message) for d in verdict.disagreements]
            table(
                say("Không khớp", "Disagreements"),
                (say("Loại", "Kind"), say("Mã", "Subject"), say("Việc cần làm", "What to do")),
                rows,
            )
        else:
            console.print(say("Các kho khớp nhau.", "The stores agree."))
    if verdict.disagreements:
        pending.code = ExitCode.disagreement


def reindex(json_: JsonOption = False) -> None:
    """Rebuild the index beside the serving one and switch."""
    from sohoa.pipeline.house import open_house
    from sohoa.pipeline.indexing import reindex as rebuild

    with open_house(load()) as house:
        count = rebuild(house)
    if json_:
        as_json({"records": count})
    else:
        console.print(say(f"Đã lập lại chỉ mục: {count} văn bản.", f"Rebuilt the index: {count} records."))


def doctor(json_: JsonOption = False) -> None:
    """Name what is missing and the command that mends it."""
    from sohoa.pipeline.doctor import examine

    findings = examine(load())
    if json_:
        as_json([f.model_dump() for f in findings])
    else:
        headings = (say("Mục", "What"), "", say("Tình trạng", "Found"), say("Cách sửa", "How to mend"))
        table("sohoa doctor", headings, [(f.what, "✓" if f.ok else "✗", f.found, f.cure) for f in findings])
    if not all(f.ok for f in findings):
        pending.code = ExitCode.settings


def add_to(app: typer.Typer) -> None:
    """Register the commands of this file."""
    app.command(help=say("Rút một văn bản mật khỏi mọi kho", "Withdraw a secret record everywhere"))(seal)
    app.command(help=say("Đối chiếu danh mục, kho tệp, chỉ mục", "Compare the stores both ways"))(verify)
    app.command(help=say("Lập lại chỉ mục", "Rebuild the index"))(reindex)
    app.command(help=say("Kiểm tra máy này còn thiếu gì", "Say what this machine lacks"))(doctor)
