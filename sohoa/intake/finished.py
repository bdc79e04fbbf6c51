"""Recognising a finished file without reading it again: its size, time and inode."""

from __future__ import annotations

from pathlib import Path

from sohoa.intake.found import Found
from sohoa.intake.regular import unreadable
from sohoa.models import Value


class Fingerprint(Value):
    """What stays the same as long as nobody writes to a file. Cheap, not proof: `--rehash` reads the bytes again."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, found: Found) -> Fingerprint:
        """The fingerprint of a sighting; for a zip member its own size with the time and inode of the outermost zip."""
        return cls(size=found.size, mtime_ns=found.mtime_ns, inode=found.inode)

    @classmethod
    def of_path(cls, path: Path) -> Fingerprint:
        """The fingerprint of a file on disk; `UnreadableError` when it is gone."""
        try:
            status = path.stat()
        except OSError as error:
            raise unreadable(error) from None
        return cls(size=status.st_size, mtime_ns=status.st_mtime_ns, inode=status.st_ino)
