"""What the tasks of one flow run share: the open house and the worker pool of this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE

from sohoa.errors import StoreUnreachableError
from sohoa.pipeline.house import House
from sohoa.pipeline.workers import Workers

P = ParamSpec("P")
R = TypeVar("R")


def stage(**options: Any) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A Prefect task that takes and gives ids and counts only.

    The catalogue is the record of what was done, and no text may reach Prefect's database: no cache, no stored result.
    """
    return task(cache_policy=NO_CACHE, persist_result=False, **options)


def only_unreachable(_task: Any, _run: Any, state: Any) -> bool:
    """Try again only what waiting can mend: a server that does not answer."""
    try:
        state.result()
    except StoreUnreachableError:
        return True
    except Exception:
        return False
    return False


def store_stage(**options: Any) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A task that writes to the stores: tried again, with jitter, while a server does not answer."""
    return stage(
        retries=3,
        retry_delay_seconds=[2, 10, 30],
        retry_jitter_factor=0.5,
        retry_condition_fn=only_unreachable,
        **options,
    )


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
