"""What the tasks of one flow run share: the open house and the worker pool of this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from prefect import task
from prefect.cache_policies import NO_CACHE

from sohoa.pipeline.house import House
from sohoa.pipeline.workers import Workers

stage = partial(task, cache_policy=NO_CACHE, persist_result=False)
"""Tasks take and give ids and counts only: the catalogue is the record, and no text reaches Prefect's database."""


@dataclass(frozen=True)
class Desk:
    house: House
    workers: Workers | None


_desk: list[Desk] = []


@contextmanager
def working_at(house: House, workers: Workers | None) -> Iterator[Desk]:
    """Let the tasks of this process use house and workers."""
    _desk.append(Desk(house, workers))
    try:
        yield _desk[-1]
    finally:
        _desk.pop()


def desk() -> Desk:
    """The desk of the running flow."""
    return _desk[-1]
