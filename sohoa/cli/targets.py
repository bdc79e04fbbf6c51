"""The command `targets`: what was promised, how far it is, on time or not, and the records behind every number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sohoa.cli.files import JsonOption
from sohoa.cli.printing import as_json, console, harmless, table
from sohoa.errors import UnknownIdError
from sohoa.language import say
from sohoa.settings import CONFIG_DIR, load

if TYPE_CHECKING:
    from sohoa.targets.agencies import Agencies
    from sohoa.targets.counting import Counter, Sum
    from sohoa.targets.plan import Plan, Promise
    from sohoa.targets.standing import Standing

ON_TIME = {
    "reached": ("đã đạt", "reached"),
    "on-course": ("đúng tiến độ", "on course"),
    "behind": ("chậm tiến độ", "behind"),
    "missed": ("quá hạn, chưa đạt", "missed"),
    "no-level": ("không đặt mức", "no level set"),
    "no-denominator": ("thiếu mẫu số", "no denominator"),
    "by-hand": ("báo cáo bằng tay", "by hand"),
}
UNITS = {
    "record": ("văn bản", "records"),
    "dossier": ("hồ sơ", "dossiers"),
    "page": ("trang", "pages"),
    "case": ("vụ việc, công việc", "cases"),
    "system": ("hệ thống", "systems"),
    "person": ("người", "persons"),
    "agency": ("cơ quan", "agencies"),
}
STAGES = {
    "scanned": ("đã quét", "scanned"),
    "read": ("đã đọc", "read"),
    "components": ("đã bóc tách", "components"),
    "verified": ("đã kiểm tra", "verified"),
    "stored": ("đã vào kho", "stored"),
    "searchable": ("tìm được", "searchable"),
}
QUALITIES = {
    "counted": ("đếm", "counted"),
    "declared": ("khai", "declared"),
    "estimated": ("ước tính", "estimated"),
}


class Dimension(StrEnum):
    """By what a figure can be split."""

    agency = "agency"
    year = "year"
    period = "period"
    group = "group"
    type = "type"
    retention = "retention"
    stage = "stage"
    origin = "origin"


def parse_day(text: str | None) -> date | None:
    """A day as 2026-02-28 or 28/02/2026."""
    if text is None:
        return None
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(say("viết như 2026-02-28 hoặc 28/02/2026", "write it as 2026-02-28")) from None


def percent(value: float | None) -> str:
    """A percentage as it is written in Vietnam, `1.234,5`, or in English; never rounded up to 100."""
    if value is None:
        return "–"
    shown = 99.9 if 99.95 <= value < 100 else value
    text = f"{shown:,.1f}"
    return say(text.translate(str.maketrans(",.", ".,")), text)


def targets(
    target: Annotated[
        str | None, typer.Argument(help=say("Chỉ tiêu (D1, T5…); không có: tất cả", "Target; none: all"))
    ] = None,
    agency: Annotated[
        str | None, typer.Option(help=say("Mã hoặc tên cơ quan, kể cả cấp dưới", "Agency, with those below it"))
    ] = None,
    on: Annotated[
        str | None, typer.Option(help=say("Tính đến hết ngày, ví dụ 2026-02-28", "By the end of a day"))
    ] = None,
    organised_on: Annotated[
        str | None,
        typer.Option(
            help=say("Theo tổ chức của ngày này, để so qua sáp nhập", "With the agencies of this day, across a merger")
        ),
    ] = None,
    by: Annotated[Dimension | None, typer.Option(help=say("Chia theo", "Split by"))] = None,
    records: Annotated[
        bool, typer.Option(help=say("Liệt kê từng văn bản sau con số", "List the records behind"))
    ] = False,
    disagreements: Annotated[
        bool, typer.Option(help=say("Liệt kê chỗ trang giấy khác mục lục", "List where page and inventory disagree"))
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Targets with percentage, due date, on time or not."""
    from sohoa.stores.catalogue.database import open_catalogue
    from sohoa.targets.agencies import load_agencies
    from sohoa.targets.behind import disagreements as list_disagreements
    from sohoa.targets.behind import records_behind
    from sohoa.targets.counting import Counter
    from sohoa.targets.denominators import today
    from sohoa.targets.plan import load_plan
    from sohoa.targets.standing import figures, standing

    plan, agencies = load_plan(CONFIG_DIR), load_agencies(CONFIG_DIR)
    day = parse_day(on) or today()
    promises = plan.on(day)
    if target is not None:
        promises = tuple(p for p in promises if p.target.id.casefold() == target.casefold())
        if not promises:
            raise _unknown(target, plan, day)
    elif records or by is not None:
        raise typer.BadParameter(
            say("ghi thêm chỉ tiêu, ví dụ: sohoa targets D4 --records", "name a target: sohoa targets D4 --records")
        )
    if agency is not None:
        _known(agency, agencies)
    catalogue = open_catalogue(load())
    try:
        with catalogue.read() as session:
            counter = Counter(session, agencies, day, parse_day(organised_on), past=day < today())
            if disagreements:
                scope = promises[0].target.scope if target is not None else None
                _show_disagreements([d.model_dump() for d in list_disagreements(counter, scope)], json_=json_)
            elif records:
                shown = _countable(promises[0])
                rows = (r.model_dump() for r in records_behind(counter, shown.target, agency))
                _show_records(shown, list(rows), counter, json_=json_)
            elif by is not None:
                shown = _countable(promises[0])
                split = figures(shown.target, counter, plan, by.value, agency)
                _show_split(shown, by, split, json_=json_)
            else:
                found = [standing(p, counter, agency) for p in promises]
                _show(plan, day, agency, found, json_=json_)
    finally:
        catalogue.close()


def _unknown(target: str, plan: Plan, day: date) -> UnknownIdError:
    there = ", ".join(p.target.id for p in plan.on(day)) or "–"
    return UnknownIdError(
        f"Ngày {day:%d/%m/%Y} không có chỉ tiêu {target}. Các chỉ tiêu: {there}",
        f"On {day} there is no target {target}. The targets: {there}",
    )


def _known(agency: str, agencies: Agencies) -> None:
    if agencies.find(agency) is None:
        raise UnknownIdError(
            f"Không có cơ quan {agency} trong agencies.yaml. Kiểm tra mã hoặc tên, hoặc bổ sung vào tệp.",
            f"There is no agency {agency} in agencies.yaml. Check the code or name, or add it to the file.",
        )


def _countable(promise: Promise) -> Promise:
    if promise.target.measured == "by-hand":
        raise UnknownIdError(
            f"Chỉ tiêu {promise.target.id} do cơ quan báo cáo bằng tay; danh mục không có văn bản nào đứng sau.",
            f"Target {promise.target.id} is reported by hand; the catalogue holds no records behind it.",
        )
    return promise


def _show(plan: Plan, day: date, agency: str | None, found: Sequence[Standing], *, json_: bool) -> None:
    if json_:
        as_json({"plan": plan.plan, "on": day, "agency": agency, "targets": [s.model_dump() for s in found]})
        return
    headings = (
        say("Chỉ tiêu", "Target"),
        say("Đơn vị", "Unit"),
        say("Phải %", "Wanted %"),
        say("Đạt %", "Is %"),
        say("Đã làm / tổng số", "Done / of"),
        say("Hạn", "Due"),
        say("Tiến độ", "On time"),
    )
    table(
        say(f"{plan.plan}; tính đến hết ngày {day:%d/%m/%Y}", f"{plan.plan}; by the end of {day}"),
        headings,
        [_row(s) for s in found],
    )
    for one in found:
        _remarks(one, whole=len(found) == 1)
    _readings(found)


def _readings(found: Sequence[Standing]) -> None:
    """How the open points of the plan were read, each once, with the targets it concerns."""
    read: dict[tuple[str, str], list[str]] = {}
    for one in found:
        for r in one.readings:
            read.setdefault((r.question, r.means), []).append(one.id)
    if read:
        console.print(say("Cách hiểu những điểm kế hoạch để ngỏ", "How the plan's open points are read"), style="bold")
    for (question, means), ids in read.items():
        console.print(harmless(f"  {', '.join(ids)}: {question} → {means}."), markup=False)


def _row(one: Standing) -> list[object]:
    unit = say(*UNITS[one.unit])
    wanted = " / ".join(percent(level.percent) for level in one.parts) if one.parts else percent(one.wanted)
    qualities = ", ".join(say(*QUALITIES[q]) for q in one.qualities)
    counts = f"{_number(one.done)} / {_number(one.count)} ({qualities})" if one.count else "–"
    due = say(f"{one.due:%d/%m/%Y}", one.due.isoformat())
    return [one.id, unit, wanted, percent(one.percent), counts, due, say(*ON_TIME[one.on_time])]


def _number(value: int | None) -> str:
    text = f"{value or 0:,}"
    return say(text.replace(",", "."), text)


def _remarks(one: Standing, *, whole: bool) -> None:
    """What a reader must know beside the number; the sentence of the plan where one target is shown."""
    lines = []
    if whole:
        lines.append(say(f"«{one.sentence}» (dòng {one.lines})", f"«{one.sentence}» (lines {one.lines})"))
        lines += [f"{level.name}: {percent(level.percent)} %" for level in one.parts]
        if one.stage:
            lines.append(say(f"Tính là xong khi {STAGES[one.stage][0]}.", f"Done means {STAGES[one.stage][1]}."))
    if one.left:
        lines.append(
            say(f"Còn {_number(one.left)} {UNITS[one.unit][0]}.", f"{_number(one.left)} {UNITS[one.unit][1]} left.")
        )
    if one.expected is not None and whole:
        lines.append(
            say(
                f"Theo đường thẳng đến hạn, nay phải đạt {percent(one.expected)} %.",
                f"On the straight line to the due date it should be {percent(one.expected)} % by now.",
            )
        )
    lines += [say(f"SAI: {fault}", f"FAULT: {fault}") for fault in one.faults]
    lines += [say(f"Thiếu: {missing}", f"Missing: {missing}") for missing in one.missing]
    if lines:
        console.print(one.id, style="bold", markup=False)
        for line in lines:
            console.print(harmless(f"  {line}"), markup=False)


def _show_split(shown: Promise, dimension: Dimension, split: dict[str, Sum], *, json_: bool) -> None:
    rows = {name: {"done": s.done, "count": s.count, "percent": s.percent} for name, s in split.items()}
    if json_:
        as_json({"target": shown.target.id, "by": dimension.value, "figures": rows})
        return
    named = {name: say(*STAGES[name]) if dimension is Dimension.stage else name for name in split}
    table(
        say(f"Chỉ tiêu {shown.target.id}", f"Target {shown.target.id}"),
        (dimension.value, say("Đã làm", "Done"), say("Tổng số", "Of"), "%"),
        [(named[name], _number(s.done), _number(s.count), percent(s.percent)) for name, s in split.items()],
    )


def _show_records(shown: Promise, rows: list[dict[str, Any]], counter: Counter, *, json_: bool) -> None:
    if json_:
        as_json({"target": shown.target.id, "records": rows})
        return
    headings = (
        say("Dòng mục lục", "Line"),
        say("Mã văn bản", "Record"),
        say("Cơ quan", "Agency"),
        say("Năm", "Year"),
        say("Tên loại", "Type"),
        say("THBQ", "Retention"),
        say("Xong", "Done"),
    )
    name = counter.agencies.name_on
    table(
        say(f"Chỉ tiêu {shown.target.id}: {len(rows)} dòng", f"Target {shown.target.id}: {len(rows)} lines"),
        headings,
        [
            (r["position"], r["record"], name(r["agency"], counter.day), r["year"], r["type"], r["retention"], "✓" if r["done"] else "")
            for r in rows
        ],
    )  # fmt: skip


def _show_disagreements(rows: list[dict[str, Any]], *, json_: bool) -> None:
    if json_:
        as_json({"disagreements": rows})
        return
    what = {"type": ("tên loại", "type"), "year": ("năm", "year"), "agency": ("cơ quan", "agency")}
    table(
        say("Trang giấy khác mục lục; tỷ lệ tính theo mục lục", "Page and inventory disagree; the inventory counts"),
        (say("Mã văn bản", "Record"), say("Mục", "What"), say("Mục lục", "Inventory"), say("Trang giấy", "Page")),
        [(r["record"], say(*what[r["what"]]), r["inventory"], r["page"]) for r in rows],
    )


def add_to(app: typer.Typer) -> None:
    """Register the commands of this file."""
    app.command(help=say("Chỉ tiêu: đạt bao nhiêu, hạn, đúng tiến độ không", "Targets, percentages, on time or not"))(
        targets
    )
