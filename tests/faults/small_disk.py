"""Small disks for tests: a tmpfs mounted where a store lies, filled up, set read-only, and given back."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEGABYTE = 1 << 20


class SmallDisk:
    """A tmpfs of its own. Needs root."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._ballast = place / ".ballast"

    def leave(self, room: int) -> None:
        """Fill the disk until only `room` bytes are free."""
        self._ballast.unlink(missing_ok=True)
        facts = os.statvfs(self.place)
        wanted = facts.f_bavail * facts.f_frsize - room
        with self._ballast.open("wb") as stream:
            if wanted > 0:
                os.posix_fallocate(stream.fileno(), 0, wanted)

    def give_back(self) -> None:
        """Free what was filled."""
        self._ballast.unlink(missing_ok=True)

    def remount(self, options: str) -> None:
        """Change an option of the mounted disk, such as `ro`, `rw` or `nr_inodes=9`."""
        subprocess.run(["mount", "-o", f"remount,{options}", str(self.place)], check=True, capture_output=True)

    def inodes_used(self) -> int:
        """Files and folders on it."""
        facts = os.statvfs(self.place)
        return facts.f_files - facts.f_ffree


def why_not() -> str | None:
    """Why no disk can be mounted here; None where it can."""
    if os.getuid() != 0:
        return "no small disk can be mounted: not root"
    tried = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "-o", "size=1m", "none", "/mnt"],
        capture_output=True,
        text=True,
        check=False,
    )
    return f"no small disk can be mounted: {tried.stderr.strip()}" if tried.returncode else None


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mount a tmpfs at `place` (made here) while the block lasts."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "sohoa-test", str(place)], check=True)
    try:
        yield SmallDisk(place)
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
