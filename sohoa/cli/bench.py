"""The command bench: how fast and how well pages are read, against bare Tesseract."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sohoa.cli.files import JsonOption
from sohoa.cli.printing import as_json, console, errors, pending, table
from sohoa.errors import ExitCode
from sohoa.language import say
from sohoa.settings import load

if TYPE_CHECKING:
    from sohoa.bench.result import Accuracy, Result


def bench(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]",
            help=say(
                "Kho mẫu, hoặc thư mục có sự thật (tên_p01.txt cạnh tên.pdf); bỏ trống thì tạo kho mẫu",
                "A sample archive or a folder with truth (name_p01.txt beside name.pdf); without it a sample is made",
            ),
        ),
    ] = None,
    documents: Annotated[int, typer.Option(min=1, help=say("Số văn bản của kho mẫu", "Documents of the sample"))] = 24,
    seed: Annotated[int, typer.Option(help=say("Cùng số này, cùng các trang", "Same seed, same pages"))] = 2015,
    pairs: Annotated[
        int,
        typer.Option(min=1, help=say("Số cặp lượt đo; kết luận cần ít nhất 3", "Pairs of runs; 3 for a conclusion")),
    ] = 3,
    baseline: Annotated[
        Path | None, typer.Option(help=say("Tệp mốc so sánh", "Baseline to compare with"), metavar="FILE")
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help=say("Ghi kết quả làm mốc mới", "Write the result as new baseline"))
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Measure speed and accuracy against bare Tesseract."""
    from sohoa.bench.baseline import falls
    from sohoa.bench.result import load_result, write_result
    from sohoa.bench.run import bench as measure

    if write_baseline and baseline is None:
        raise typer.BadParameter(say("--write-baseline cần --baseline FILE", "--write-baseline needs --baseline FILE"))
    before = load_result(baseline) if baseline is not None and not write_baseline else None
    with errors.status("…", refresh_per_second=1) as status:
        result = measure(
            folder, load(), documents=documents, seed=seed, pairs=pairs, tell=status.update, baseline=before
        )
    losses = falls(result, before) if before is not None else []
    if baseline is not None and write_baseline:
        write_result(result, baseline)
    if json_:
        as_json({**result.model_dump(), "falls": [str(loss) for loss in losses]})
    else:
        _show(result)
        for loss in losses:
            console.print(str(loss), style="bold red", markup=False)
    if losses:
        pending.code = ExitCode.some_failed


def _show(result: Result) -> None:
    _show_accuracy(result)
    _show_speed(result)
    _show_stages(result)
    for failure in result.failures:
        console.print(
            say(
                f"{failure.pages} trang không đọc được: {failure.error_class}",
                f"{failure.pages} pages not read: {failure.error_class}",
            ),
            markup=False,
        )
    if result.left_out:
        console.print(
            say(
                f"{result.left_out} trang có sẵn lớp chữ, không tính.",
                f"{result.left_out} pages with a text layer of their own are not counted.",
            )
        )


def _show_accuracy(result: Result) -> None:
    table(
        say("Tỷ lệ lỗi: sohoa / tesseract", "Error rates: sohoa / tesseract"),
        (say("Nhóm", "Group"), say("Trang", "Pages"), "CER", "WER", say("CER thân bài", "CER running text")),
        [
            (
                _group(one),
                one.pages,
                _two(one.cer, one.peer_cer),
                _two(one.wer, one.peer_wer),
                _two(one.running_cer, one.peer_running_cer),
            )
            for one in result.accuracy
        ],
    )


def _two(rate: float, peer: float) -> str:
    return f"{rate:.2%} / {peer:.2%}"


def _show_speed(result: Result) -> None:
    sides = (result.sohoa, result.peer)
    ratios = ", ".join(f"{pair.ratio:.2f}" for pair in result.pairs)
    table(
        say(
            f"Tốc độ: {result.pages} trang, {result.workers} tiến trình, trung vị của {len(result.pairs)} cặp",
            f"Speed: {result.pages} pages, {result.workers} workers, medians of {len(result.pairs)} pairs",
        ),
        ("", "sohoa", f"{result.peer.engine} -l vie"),
        [
            (say("Trang/phút", "Pages a minute"), *(f"{one.pages_per_minute:.1f}" for one in sides)),
            (say("Giây CPU/trang", "CPU seconds a page"), *(f"{one.cpu_seconds_per_page:.2f}" for one in sides)),
            (say("Bộ nhớ cao nhất (PSS, MB)", "Peak memory (PSS, MB)"), *(f"{one.peak_mb:.0f}" for one in sides)),
            (say("Tỷ lệ tốc độ (từng cặp)", "Speed ratio (each pair)"), f"{result.ratio:.2f} ({ratios})", "1"),
        ],
    )


def _show_stages(result: Result) -> None:
    names = {
        "rasterise": say("Lấy ảnh", "Rasterise"),
        "clean": say("Làm sạch", "Clean"),
        "ocr": say("Nhận dạng", "OCR"),
        "rest": say("Còn lại", "Rest"),
        "idle": say("Tiến trình chờ", "Workers idle"),
    }
    table(
        say("Thời gian của sohoa theo công đoạn", "sohoa's time by stage"),
        (say("Công đoạn", "Stage"), say("Giây/trang", "Seconds a page"), say("Phần", "Share")),
        [(names[one.name], f"{one.seconds_per_page:.3f}", f"{one.share:.1%}") for one in result.stages],
    )


def _group(one: Accuracy) -> str:
    names = {
        "clean": say("sạch", "clean"),
        "light": say("nhẹ", "light"),
        "medium": say("vừa", "medium"),
        "heavy": say("nặng", "heavy"),
        "turned": say("bị xoay", "turned"),
        "folder": say("thư mục", "folder"),
        "all": say("tất cả", "all"),
    }
    held = {None: "", True: say(" – bố cục để riêng", " – held-out layouts"), False: ""}
    plain = one.group == "all" and one.held_out is False
    return names[one.group] + (say(" – bố cục thường", " – ordinary layouts") if plain else held[one.held_out])


def add_to(app: typer.Typer) -> None:
    """Register the command of this file."""
    app.command(help=say("Đo tốc độ và tỷ lệ lỗi so với Tesseract", "Measure speed and errors against Tesseract"))(
        bench
    )
