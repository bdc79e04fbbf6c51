"""How answers are printed: tables for people, JSON for programs, an exit code that survives both."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from sohoa.errors import ExitCode

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


class _Pending:
    """The exit code of a command that printed its answer and yet has something to say to the shell."""

    code: ExitCode = ExitCode.ok


pending = _Pending()


def as_json(value: Any) -> None:
    """Print JSON on standard output, UTF-8, one value."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; cells are shown as they are, markup in them has no effect."""
    shown = Table(title=title, title_justify="left")
    for heading in headings:
        shown.add_column(heading, overflow="fold")
    for row in rows:
        shown.add_row(*(_plain(cell) for cell in row))
    console.print(shown)


def _plain(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return text.replace("[", r"\[")
