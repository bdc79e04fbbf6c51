"""Which page of which file is meant: the handle every reader of pages is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sohoa.models import Kind


@dataclass(frozen=True, slots=True)
class PageSource:
    """One page of one file. `kind` is what the content is, whatever the name says; `page` counts from 1 in the file."""

    path: Path
    kind: Kind
    page: int = 1
