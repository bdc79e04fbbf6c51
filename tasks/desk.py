"""What the tasks of one flow run share: the open house and the worker pool of this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE

from sohoa.pipeline.house import House
from sohoa.pipeline.workers import Workers

P = ParamSpec("P")
R = TypeVar("R")


def stage(**options: Any) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A Prefect task that takes and gives ids and counts only.

    The catalogue is the record of what was done, and no text may reach Prefect's database: no cache, no stored result.
    """
    return task(cache_policy=NO_CACHE, persist_result=False, **options)


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
