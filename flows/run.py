"""Run a flow from the command line: a real Prefect server beside it, the flow in this process, progress on the screen."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from flows.keeping import kept_alive
from flows.server import connected, ensure_server
from sohoa.errors import ExitCode, ServerError, StoreError
from sohoa.language import say
from sohoa.pipeline.batches import batch_id_of
from sohoa.settings import Settings

if TYPE_CHECKING:
    from flows.result import DigitiseResult

POLL_SECONDS = 1.0


def run_digitise(settings: Settings, parameters: dict[str, Any], *, show_progress: bool) -> DigitiseResult:
    """Run the flow `digitise` under the data folder's Prefect server, started here when none runs."""
    console = Console(stderr=True, quiet=not show_progress)
    # What goes wrong is told once, as a sentence; Prefect's own account of it is in its pages.
    for handler in ("CONSOLE", "CONSOLE_FLOW_RUNS", "CONSOLE_TASK_RUNS", "DEBUG"):
        os.environ.setdefault(f"PREFECT_LOGGING_HANDLERS_{handler}_LEVEL", "CRITICAL")
    with console.status(say("Khởi động máy chủ Prefect…", "Starting the Prefect server…")):
        server = ensure_server(settings, any_port=True)

    def lost(error: ServerError) -> None:
        # The flow hangs on a server that never answers again. Whatever ends here goes on with the next run.
        Console(stderr=True).print(
            say(
                f"Máy chủ Prefect đã dừng và không chạy lại được: {error} Việc đã xong không mất; chạy lại lệnh để làm tiếp.",
                f"The Prefect server died and cannot be started again: {error} Finished work is kept; run the command again to go on.",
            ),
            style="bold red",
            markup=False,
            highlight=False,
        )
        console.show_cursor()  # the progress bar hides it
        os._exit(ExitCode.server)

    with server, connected(settings, server.api_url), kept_alive(settings, server, lost):
        console.print(
            say(f"Theo dõi trên trang Prefect: {server.ui_url}", f"Watch it in the Prefect UI: {server.ui_url}")
        )
        from prefect.logging.handlers import APILogHandler

        from flows.digitise import digitise

        try:
            with _watched(
                settings, console, batch_id_of(Path(parameters["folder"]), parameters.get("fonds") or settings.fonds)
            ):
                result: DigitiseResult = digitise(**parameters)
                return result
        finally:
            # The server stops after this; the last lines must have reached it.
            APILogHandler().flush()


@contextmanager
def _watched(settings: Settings, console: Console, batch: str) -> Iterator[None]:
    """A progress bar fed from the catalogue, which is the truth, while the flow runs."""
    from sohoa.pipeline.accounts import work_left
    from sohoa.stores.catalogue.database import open_catalogue

    catalogue = open_catalogue(settings)
    stop = threading.Event()
    bar = Progress(
        TextColumn(say("Đơn vị quét", "Units")),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )

    def feed() -> None:
        task = bar.add_task("", total=None)
        while not stop.wait(POLL_SECONDS):
            with suppress(StoreError):  # the run itself says what is wrong
                done, total = work_left(catalogue, batch)
                bar.update(task, completed=done, total=total or None)

    thread = threading.Thread(target=feed, name="progress", daemon=True)
    try:
        with bar:
            thread.start()
            try:
                yield
            finally:
                stop.set()
                thread.join()
    finally:
        catalogue.close()
