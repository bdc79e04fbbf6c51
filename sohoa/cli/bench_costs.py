"""The commands bench-cost and bench-growth: what orchestration costs, and how cost grows with the archive."""

from __future__ import annotations

from typing import Annotated

import typer

from sohoa.cli.files import JsonOption
from sohoa.cli.printing import as_json, errors, table
from sohoa.language import say
from sohoa.settings import load


def bench_cost(
    documents: Annotated[int, typer.Option(min=1, help=say("Số văn bản một lượt", "Documents of a run"))] = 200,
    pairs: Annotated[int, typer.Option(min=1, help=say("Số cặp lượt đo", "Pairs of runs"))] = 5,
    own_stores: Annotated[
        bool,
        typer.Option(
            "--own-stores",
            help=say(
                "Dùng máy chủ đã cấu hình; ngăn chứa và chỉ mục mới (…-bench-…) ở lại đó",
                "Use the configured servers; a new bucket and index (…-bench-…) stay there",
            ),
        ),
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Measure what Prefect, catalogue and stores cost beside reading."""
    from sohoa.bench.cost import measure_cost

    with errors.status("…", refresh_per_second=1) as status:
        result = measure_cost(load(), documents=documents, pairs=pairs, own_stores=own_stores, tell=status.update)
    if json_:
        as_json(result.model_dump())
        return
    rows = [
        (number, *(f"{value:.1f}" for value in (pair.bare_seconds, pair.bare_cpu, pair.seconds, pair.cpu)))
        for number, pair in enumerate(result.pairs, start=1)
    ]
    table(
        say(
            f"{documents} văn bản một trang, kho: {result.stores}",
            f"{documents} documents of one page, stores: {result.stores}",
        ),
        (
            say("Cặp", "Pair"),
            say("Vòng lặp trần, giây", "Bare loop, s"),
            say("giây CPU", "CPU s"),
            say("Cả hệ thống, giây", "Whole way, s"),
            say("giây CPU", "CPU s"),
        ),
        rows,
    )
    _numbers(
        (say("Giây CPU mỗi văn bản ngoài việc đọc", "CPU seconds a document beside reading"), result.cpu_per_document),
        (say("Thời gian so với vòng lặp trần", "Wall time over the bare loop's"), result.wall_ratio),
        (say("Trong đó khởi động, giây CPU một lần chạy", "Of it the start, CPU s a run"), result.start_cpu),
        (say("Lần khởi động đầu tiên, giây CPU", "The very first start, CPU s"), result.first_start_cpu),
    )


def bench_growth(
    documents: Annotated[
        int, typer.Option(min=0, help=say("Số văn bản để đo bộ nhớ; 0: bỏ qua", "Documents for memory; 0: leave out"))
    ] = 2_000,
    finished: Annotated[
        int, typer.Option(min=0, help=say("Số tệp đã xong khi chạy lại; 0: bỏ qua", "Finished files; 0: leave out"))
    ] = 10_000,
    sightings: Annotated[
        int,
        typer.Option(min=0, help=say("Số tệp trong danh mục lớn; 0: bỏ qua", "Files of the catalogue; 0: leave out")),
    ] = 1_000_000,
    json_: JsonOption = False,
) -> None:
    """Measure how memory and answers grow with the archive."""
    from sohoa.bench.growth import measure_growth

    with errors.status("…", refresh_per_second=1) as status:
        result = measure_growth(load(), documents=documents, finished=finished, sightings=sightings, tell=status.update)
    if json_:
        as_json(result.model_dump())
        return
    memory = result.memory_mb
    _numbers(
        (say("Bộ nhớ tăng, kB mỗi văn bản", "Memory grows, kB a document"), result.kilobytes_per_document),
        (
            say("Bộ nhớ lúc đầu và lúc cuối, MB", "Memory early and late, MB"),
            None if memory is None else f"{memory[0]:.0f} → {memory[1]:.0f}",
        ),
        (
            say(f"Quyết định lại trên {finished} tệp đã xong, giây", f"Deciding over {finished} finished files, s"),
            result.decide_seconds,
        ),
        (say("… trong đó phải làm lại, tệp", "… of them done again, files"), result.again),
        (say(f"status trên {sightings} tệp, giây", f"status over {sightings} files, s"), result.status_seconds),
        (say(f"failures trên {sightings} tệp, giây", f"failures over {sightings} files, s"), result.failures_seconds),
    )


def _numbers(*rows: tuple[str, object]) -> None:
    table("", ("", ""), [(what, value) for what, value in rows if value is not None])


def add_to(app: typer.Typer) -> None:
    """Register the commands of this file."""
    app.command(
        "bench-cost", help=say("Đo chi phí điều phối so với vòng lặp trần", "Measure what orchestration costs")
    )(bench_cost)
    app.command("bench-growth", help=say("Đo chi phí tăng theo kho", "Measure how cost grows with the archive"))(
        bench_growth
    )
