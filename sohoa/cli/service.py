"""Commands that run long: up, bench."""

from __future__ import annotations

import typer

from sohoa.language import say
from sohoa.settings import load


def up() -> None:
    """Start the Prefect server with its UI and serve the flows until stopped."""
    from flows.serve import up as serve

    serve(load())


def add_to(app: typer.Typer) -> None:
    """Register the commands of this file."""
    app.command(help=say("Chạy máy chủ Prefect và phục vụ các luồng", "Run the Prefect server and serve the flows"))(up)
