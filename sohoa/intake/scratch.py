"""The folder to which a check unpacks zips: in the vault, locked while the check lives, so that a killed one's is known."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_PREFIX: Final = "check-"


@contextmanager
def check_folder(vault: Path) -> Iterator[Path]:
    """A folder of mode 0700 in the vault, gone afterwards; among the system's temporary files where there is no vault."""
    parent = vault if vault.is_dir() else None
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=parent, ignore_cleanup_errors=True) as folder:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            yield Path(folder)
        finally:
            os.close(descriptor)


def left_behind(vault: Path) -> list[Path]:
    """The folders of checks that were killed."""
    return [folder for folder in vault.glob(f"{_PREFIX}*") if not _is_locked(folder)]


def _is_locked(folder: Path) -> bool:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
