"""The commands put together, and errors turned into a sentence and an exit code."""

from __future__ import annotations

import errno
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sohoa import __version__
from sohoa.cli import archive, bench, bench_costs, care, denominators, files, service, targets
from sohoa.cli.printing import errors, harmless, pending
from sohoa.errors import ExitCode, SohoaError
from sohoa.language import say
from sohoa.stores.oserrors import store_error


class Language(StrEnum):
    """Languages of the answers."""

    vi = "vi"
    en = "en"


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=say(
        "sohoa – số hóa: biến bản quét thành kho lưu trữ tìm được, đếm được, tin được.\n\n"
        "Mã thoát: 0 xong; 1 xong nhưng có tệp không đạt (xem: sohoa failures); 2 sai cú pháp; 3 cấu hình; 4 tệp, thư mục; "
        "5 mục lục; 6 bộ nhận dạng; 7 kho lưu; 8 máy chủ Prefect; 9 không có mã; 10 các kho không khớp; 70 lỗi chương trình; "
        "130 bị ngắt.",
        "sohoa: scanned records become a searchable, counted, trustworthy archive.\n\n"
        "Exit codes: 0 done; 1 done, but some files did not pass (see: sohoa failures); 2 usage; 3 settings; 4 files, folder; "
        "5 inventory; 6 OCR engine; 7 stores; 8 Prefect server; 9 unknown id; 10 stores disagree; 70 internal; 130 interrupted.",
    ),
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sohoa {__version__}")
        raise typer.Exit


@app.callback()
def everywhere(
    data: Annotated[
        Path | None, typer.Option(help=say("Thư mục dữ liệu (SOHOA_DATA)", "Data folder (SOHOA_DATA)"))
    ] = None,
    lang: Annotated[
        Language | None, typer.Option(help=say("Ngôn ngữ: vi hoặc en (SOHOA_LANG)", "Language: vi or en"))
    ] = None,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=say("In phiên bản", "Print the version"))
    ] = False,
) -> None:
    """Options before any command; they are handed on to the processes started from here."""
    if data is not None:
        os.environ["SOHOA_DATA"] = str(data.expanduser().resolve())
    if lang is not None:
        os.environ["SOHOA_LANG"] = lang.value


for room in (files, archive, targets, denominators, care, bench, bench_costs, service):
    room.add_to(app)


def run() -> int:
    """Run the command line; gives the exit code."""
    try:
        code = app(standalone_mode=False)
    except typer.Exit as end:
        return int(end.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        errors.print(say("Đã ngắt. Chạy lại lệnh để làm tiếp.", "Interrupted. Run the command again to go on."))
        return ExitCode.interrupted
    except SohoaError as error:
        errors.print(harmless(str(error)), style="bold red", markup=False, highlight=False)
        return error.exit_code
    except BrokenPipeError:
        return ExitCode.ok  # who reads the answer has seen enough
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            # Of a folder that no store guards: temporary files, a report being written.
            told = store_error(error)
            errors.print(str(told), style="bold red", markup=False, highlight=False)
            return told.exit_code
        if type(error).__name__ in ("Abort", "CancelledRun", "TerminationSignal"):
            errors.print(say("Đã bị hủy. Chạy lại lệnh để làm tiếp.", "Cancelled. Run the command again to go on."))
            return ExitCode.interrupted
        if hasattr(error, "exit_code") and hasattr(error, "format_message"):
            errors.print(error.format_message(), markup=False)
            return ExitCode.usage
        errors.print_exception(show_locals=False)
        return ExitCode.internal
    return code if isinstance(code, int) and code else int(pending.code)
