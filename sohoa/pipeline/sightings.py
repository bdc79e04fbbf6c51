"""What is said of one sighting: unchanged or not, failed and why, and the places of a unit's files."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sohoa import errors
from sohoa.errors import RefusedError
from sohoa.intake.facts import too_slow
from sohoa.intake.found import Found
from sohoa.intake.probe import FileFacts
from sohoa.intake.units import Unit as FoundUnit
from sohoa.language import Sentence
from sohoa.models import Problem
from sohoa.settings import Limits
from sohoa.stores.catalogue.tables import Sighting, State

FILE_GRACE_SECONDS = 2.0
"""A worker keeps the file's own time limit; only one that hangs beyond it is killed."""
VANISHED = Problem(
    error_class="UnreadableError",
    message=str(
        Sentence(
            "Tệp không còn trong thư mục. Chép lại tệp rồi chạy lại.",
            "The file is no longer in the folder. Copy it there again and run again.",
        )
    ),
)
SIBLING = Sentence(
    "Một trang khác của cùng văn bản không đọc được; cả văn bản chờ sửa trang đó.",
    "Another page of the same record cannot be read; the whole record waits until that page is mended.",
)


MENDED_OUTSIDE = frozenset({"NotFoundError", "UnreadableError", "ChangedError", "NoRoomError"})
"""Errors that are mended without touching the file (rights, a mount, room): every run looks again."""


def state_of(problem: Problem) -> State:
    """Refused for what sohoa does not digitise, failed for what could not be read."""
    error = getattr(errors, problem.error_class, None)
    refused = isinstance(error, type) and issubclass(error, RefusedError)
    return State.refused if refused else State.failed


def problem_of_look(error: Exception, limits: Limits) -> Problem:
    """The problem of a file that could not be looked through by a worker within `file_seconds` and the grace."""
    return Problem.of(too_slow(limits) if isinstance(error, errors.EngineTimeoutError) else error)


def unit_key(hashes: Sequence[str]) -> str:
    """A unit of one file has the file's SHA-256, one of several the SHA-256 of their list."""
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def unchanged(row: Sighting, found: Found) -> bool:
    """Same size, time and inode as when it was hashed."""
    return (row.size, row.mtime_ns, row.inode) == (found.size, found.mtime_ns, found.inode)


def fail(row: Sighting, problem: Problem) -> None:
    """Failed or refused, by the class of the problem; it belongs to no unit."""
    row.state = state_of(problem)
    row.error_class, row.error_message = problem.error_class, problem.message[:2048]
    row.unit_key = row.duplicate_of = None


def places_of(unit: FoundUnit, facts: Sequence[FileFacts]) -> list[dict[str, Any]]:
    """The files of a unit in order, as `page_sources` and `keep` need them."""
    return [
        {
            "path": str(found.path),
            "kind": fact.kind,
            "pages": fact.pages,
            "sha256": fact.sha256,
            # The time of a zip member is that of its zip; its unpacked copy is ours.
            "seen": None if found.container else [found.size, found.mtime_ns, found.inode],
        }
        for found, fact in zip(unit.members, facts, strict=True)
    ]
