"""`sohoa up`: the Prefect server with its pages, and the flows that can be started from them."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from flows.forms import entitle
from flows.server import ServerHandle, connected, ensure_server, find_server
from sohoa.errors import ServerError
from sohoa.settings import Settings

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.runner import Runner

STOP_SECONDS = 8.0
CANCEL_SECONDS = 3.0


@dataclass(frozen=True)
class Served:
    """One flow offered in the pages: the function `function` of `module`, as deployment `name`."""

    name: str
    module: str
    function: str
    batch: bool
    """True when it reads documents: batches wait for each other; the rest runs beside them."""


SERVED = (
    Served("digitise", "flows.digitise", "digitise", True),
    Served("retry-failed", "flows.retry_failed", "retry_failed", True),
    Served("watch", "flows.watch", "watch", False),
    Served("reindex", "flows.reindex", "reindex", False),
)


def up(
    settings: Settings,
    *,
    batches: int = 1,
    served: Sequence[Served] = SERVED,
    announce: Callable[[str], None] = print,
) -> None:
    """Start the server, serve the flows, come back after SIGTERM or SIGINT with every process ended.

    `batches` is how many batches run at a time; further ones wait. `announce` gets the address of the pages once all
    is ready. `ServerError` when the server does not start or one already runs for this data folder.
    """
    if (running := find_server(settings)) is not None:
        raise ServerError(
            f"Thư mục dữ liệu này đã có máy chủ Prefect (tiến trình {running.pid}): {running.ui_url}. "
            "Dùng máy chủ đó, hoặc chờ lượt đang chạy xong rồi chạy lại sohoa up.",
            f"This data folder has a Prefect server already (process {running.pid}): {running.ui_url}. "
            "Use it, or wait for the run in progress and run sohoa up again.",
        )
    with ensure_server(settings) as server, connected(settings, server.api_url):
        os.environ.update(_environment(settings))
        asyncio.run(_serve(server, served, batches, announce))


def _environment(settings: Settings) -> dict[str, str]:
    """What options of the command line changed must reach the processes of the runs."""
    values = {
        "SOHOA_DATA": str(settings.data),
        "SOHOA_LANG": settings.lang,
        "SOHOA_WORKERS": str(settings.workers),
        "SOHOA_CATALOGUE_URL": settings.catalogue_url,
        "SOHOA_OBJECTS_URL": settings.objects_url,
        "SOHOA_INDEX_URL": settings.index_url,
        "SOHOA_FONDS": settings.fonds,
        "SOHOA_AGENCY": settings.agency,
    }
    return {name: value for name, value in values.items() if value}


async def _serve(server: ServerHandle, served: Sequence[Served], batches: int, announce: Callable[[str], None]) -> None:
    # Prefect reads the environment when it is imported, so these come after `connected`.
    from prefect.runner import Runner

    from flows.housekeeping import crash_stale_runs, install_zombie_automation

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    await crash_stale_runs()
    await install_zombie_automation()
    # Two runners: a batch that takes hours must not keep the watched folder or the index waiting.
    runners = []
    for name, wanted, limit in (("sohoa-batches", True, batches), ("sohoa-beside", False, 4)):
        # Schedules that people made in the pages stay as they are over a restart.
        runner = Runner(name=name, limit=limit, pause_on_shutdown=False)
        for one in served:
            if one.batch == wanted:
                await runner.aadd_deployment(await _deployment(one))
        runners.append(runner)
    works = [asyncio.create_task(runner.start()) for runner in runners]
    while not all(runner.started for runner in runners) and not any(work.done() for work in works):
        await asyncio.sleep(0.05)
    for runner in runners:
        _hurry(runner)
    # After `start`, which sets handlers of its own that wait for this very loop.
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    announce(server.ui_url)
    watch = asyncio.create_task(stop.wait())
    guard = asyncio.create_task(_until_dead(server))
    await asyncio.wait([watch, guard, *works], return_when=asyncio.FIRST_COMPLETED)
    died = guard.done()
    await _stop(runners, works)
    guard.cancel()
    watch.cancel()
    if died:
        raise ServerError(
            "Máy chủ Prefect đã dừng đột ngột. Xem logs/prefect-server.log trong thư mục dữ liệu rồi chạy lại sohoa up.",
            "The Prefect server has died. See logs/prefect-server.log in the data folder, then run sohoa up again.",
        )
    for work in works:
        if work.done() and not work.cancelled() and (error := work.exception()) is not None:
            raise error


def _hurry(runner: Runner) -> None:
    """Kill a cancelled run after `CANCEL_SECONDS` and look every second whether it ended.

    Prefect 3.8.8 fixes 30 s and 3 s in its cancellation manager and has no setting for them. Runs that close by
    themselves (`killing_on_termination`) are gone before; this is for a run that hangs outside of it.
    """
    manager = runner._process_manager
    kill = manager.kill

    async def sooner(flow_run_id: UUID, grace_seconds: float = CANCEL_SECONDS, *, force: bool = False) -> None:
        await kill(flow_run_id, min(grace_seconds, CANCEL_SECONDS), force=force)

    manager.kill = sooner  # type: ignore[method-assign]


async def _stop(runners: Sequence[Runner], works: Sequence[asyncio.Task[None]]) -> None:
    """Cancel what runs, then end the runners; after `STOP_SECONDS` without more waiting."""

    async def gently() -> None:
        await asyncio.gather(*(one.astop() for one in runners if one.started), return_exceptions=True)
        await asyncio.gather(*works, return_exceptions=True)

    with suppress(TimeoutError):
        await asyncio.wait_for(gently(), STOP_SECONDS)
    for work in works:
        work.cancel()


async def _until_dead(server: ServerHandle) -> None:
    while await asyncio.to_thread(server.process_lives):
        await asyncio.sleep(1)


async def _deployment(one: Served) -> RunnerDeployment:
    from prefect.types.entrypoint import EntrypointType

    flow = getattr(importlib.import_module(one.module), one.function)
    # By module, so that a run starts from any working folder.
    deployment: RunnerDeployment = await flow.ato_deployment(name=one.name, entrypoint_type=EntrypointType.MODULE_PATH)
    entitle(deployment._parameter_openapi_schema.properties)
    return deployment
