"""How answers are printed: tables for people, JSON for programs, an exit code that survives both."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sohoa.errors import ExitCode

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


class _Pending:
    """The exit code of a command that printed its answer and yet has something to say to the shell."""

    code: ExitCode = ExitCode.ok


pending = _Pending()


_OBEYED: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys or cannot show: control characters (not the end of a line), marks of direction, foreign bytes."""


def harmless(text: str) -> str:
    """The text with everything that a terminal would obey escaped as \\xNN or \\uNNNN; a byte that is no UTF-8 as \\xNN."""
    return _OBEYED.sub(lambda match: _escaped(ord(match[0])), text)


def same_length(text: str) -> str:
    """As `harmless`, but each such character becomes one sign of replacement, so that places in the text stay."""
    return _OBEYED.sub("\ufffd", text)


def _escaped(code: int) -> str:
    code = code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def as_json(value: Any) -> None:
    """Print JSON on standard output, UTF-8, one value; what a terminal would obey is escaped as JSON does."""
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write(_OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n")


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; cells are shown as they are, markup in them has no effect."""
    shown = Table(title=_plain(title), title_justify="left")
    for heading in headings:
        shown.add_column(heading, overflow="fold")
    for row in rows:
        shown.add_row(*(_plain(cell) for cell in row))
    console.print(shown)


def _plain(cell: object) -> Text:
    return Text(harmless("" if cell is None else str(cell)))
