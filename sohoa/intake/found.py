"""One thing that came in: a sighting, before anything is known of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sohoa.models import Kind, Problem


@dataclass(frozen=True, slots=True)
class Found:
    """A file, or something that should have been one. Every entry of the folder that is not passed over becomes one.

    `name` is fit for display and different from every other name of the walk: the relative path in NFC, `ZIP/MEMBER`
    for members, control characters and foreign bytes escaped. `path` opens the bytes (for a member, its extracted copy)
    and is None when there is nothing to open, or no need. For members `mtime_ns` and `inode` are those of the outermost zip.
    """

    name: str
    path: Path | None
    size: int
    mtime_ns: int
    inode: int
    container: str | None = None
    """Display name of the zip it came from."""
    problem: Problem | None = None
    """Why it cannot be read; such a sighting is failed or refused at once."""
    kind: Kind | None = None
    """By content; None where there is a problem."""
    pages: int | None = None
    """Known from an earlier run; None where it was not asked."""
    is_container: bool = False
    """A zip: counted, but its members are what is read."""

    @property
    def folder(self) -> str:
        """The display name without its last component; empty at the root."""
        return self.name.rpartition("/")[0]

    @property
    def base(self) -> str:
        """The last component of the display name."""
        return self.name.rpartition("/")[2]
