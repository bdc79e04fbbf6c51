"""Runs that died without saying so: found at the start, and by an automation that misses their heartbeat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from prefect.automations import AutomationCore, EventTrigger, Posture
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.states import Cancelled, Crashed

from flows.server import HEARTBEAT_SECONDS

ZOMBIE_AUTOMATION = "sohoa: lượt chạy mất tín hiệu / run without a sign of life"
MISSED_HEARTBEATS = 4
"""A busy machine may lose one or two; four in a row (2 minutes) are a dead process."""
ENDS = ("Completed", "Failed", "Cancelled", "Crashed")
OPEN = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
PAGE = 200


async def install_zombie_automation() -> None:
    """Make the automation that marks a run Crashed when its heartbeat stops; bring an older one up to date."""
    wanted = AutomationCore(
        name=ZOMBIE_AUTOMATION,
        description="Đánh dấu Crashed khi tiến trình của lượt chạy đã chết. Chạy lại lượt đó: phần đã xong không đọc lại.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.heartbeat", *(f"prefect.flow-run.{end}" for end in ENDS)},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=MISSED_HEARTBEATS * HEARTBEAT_SECONDS),
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                message="Tiến trình của lượt chạy đã chết; hãy chạy lại / the process of the run died; run it again",
            )
        ],
    )
    async with get_client() as client:
        known = await client.read_automations_by_name(ZOMBIE_AUTOMATION)
        if not known:
            await client.create_automation(wanted)
            return
        await client.update_automation(known[0].id, wanted)
        for double in known[1:]:
            await client.delete_automation(double.id)


async def crash_stale_runs() -> tuple[int, int]:
    """End the runs that a server left open when it stopped; how many flow runs and task runs those were.

    Only right just after this server was started and before anything is served: then nothing open can be alive.
    """
    message = "Còn dở khi máy chủ dừng; hãy chạy lại / left open when the server stopped; run it again"
    flows = tasks = 0
    async with get_client() as client:
        async for run in _open_flow_runs(client):
            # A cancellation that was under way has reached its goal.
            cancelling = run.state is not None and run.state.is_cancelling()
            state: State[Any] = Cancelled(message=message) if cancelling else Crashed(message=message)
            await client.set_flow_run_state(run.id, state, force=True)
            flows += 1
        async for task in _open_task_runs(client):
            await client.set_task_run_state(task.id, Crashed(message=message), force=True)
            tasks += 1
    return flows, tasks


async def _open_flow_runs(client: PrefectClient) -> AsyncIterator[Any]:
    wanted = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=OPEN)))
    seen: set[object] = set()
    while page := [
        one for one in await client.read_flow_runs(flow_run_filter=wanted, limit=PAGE) if one.id not in seen
    ]:
        for run in page:
            seen.add(run.id)
            yield run


async def _open_task_runs(client: PrefectClient) -> AsyncIterator[Any]:
    wanted = TaskRunFilter(state=TaskRunFilterState(type=TaskRunFilterStateType(any_=OPEN)))
    seen: set[object] = set()
    while page := [
        one for one in await client.read_task_runs(task_run_filter=wanted, limit=PAGE) if one.id not in seen
    ]:
        for run in page:
            seen.add(run.id)
            yield run
