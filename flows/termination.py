"""Cancelling a run: on SIGTERM the pool dies at once, the server learns it within seconds, nothing stays behind.

Prefect's runner sends SIGTERM to the process of the run, looks again only every 3 s, and kills after 30 s; workers and
their programs would go on. Prefect's own handler must stay in place, because the runner's request counts as a
cancellation only then; so the signal is watched beside it, through Python's wake-up descriptor.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext
from prefect.exceptions import Abort, TerminationSignal
from prefect.states import Cancelled

from sohoa.pipeline.workers import Workers, WorkersStoppedError

GRACE_SECONDS = 2.0
"""After SIGTERM, a run that the runner started may close for so long; then its process ends, whatever it is doing."""
ASK_SECONDS = 1.0
PR_SET_PDEATHSIG = 1
EXIT_CODE = 128 + signal.SIGTERM

_log = logging.getLogger("sohoa.flows")


@contextmanager
def killing_on_termination(workers: Workers) -> Iterator[None]:
    """Around the work of a flow, inside `with Workers(…)`: cancelling the run kills the workers and reports Cancelled.

    Must be entered in the main thread to see the signal. A run that no runner serves (`sohoa digitise`) asks the
    server itself whether somebody cancelled it, and then ends with `prefect.exceptions.Abort`, which leaves the state.
    """
    run_id = _flow_run_id()
    served = os.environ.get("PREFECT__FLOW_RUN_ID")
    by_runner = served is not None
    # Under `watch` this flow is a part of the run that the runner knows; what is cancelled is the whole.
    runs = list(dict.fromkeys(UUID(str(one)) for one in (served, run_id) if one))
    cancelled, over = threading.Event(), threading.Event()
    if by_runner:
        _die_with_parent()
    elif run_id is not None:
        threading.Thread(target=_ask, args=(workers, run_id, cancelled, over), name="cancelled", daemon=True).start()
    undo = _watch_signal(workers, runs, hard=by_runner)
    try:
        yield
    except BaseException as error:
        if cancelled.is_set():
            raise Abort("Đã huỷ / cancelled") from error
        if isinstance(error, TerminationSignal | WorkersStoppedError):
            workers.kill()
            _report_cancelled(runs)
        if isinstance(error, WorkersStoppedError):
            # The pool may fall before Prefect's handler has run; the reason is the same.
            raise TerminationSignal(signal.SIGTERM) from error
        raise
    finally:
        over.set()
        undo()


def _flow_run_id() -> UUID | None:
    context = FlowRunContext.get()
    return context.flow_run.id if context is not None and context.flow_run is not None else None


def _die_with_parent() -> None:
    """A run must not outlive the program that serves it, not even when that is killed."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _ask(workers: Workers, run_id: UUID, cancelled: threading.Event, over: threading.Event) -> None:
    """Ask the server every `ASK_SECONDS` whether this run is to be cancelled, as a runner does for the runs it serves."""
    with get_client(sync_client=True) as client:
        while not over.wait(ASK_SECONDS):
            try:
                state = client.read_flow_run(run_id).state
            except Exception as error:
                _log.warning("the server did not answer: %s", type(error).__name__)
                continue
            if state is not None and state.is_cancelling():
                cancelled.set()
                workers.kill()
                _report_cancelled([run_id])
                return


def _watch_signal(workers: Workers, runs: Sequence[UUID], *, hard: bool) -> Callable[[], None]:
    """Watch for SIGTERM in a thread that needs nothing from the main one; the answer undoes it."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    ours, pythons = socket.socketpair()
    pythons.setblocking(False)
    before = signal.set_wakeup_fd(pythons.fileno(), warn_on_full_buffer=False)

    def watch() -> None:
        while numbers := ours.recv(64):
            if signal.SIGTERM in numbers:
                break
        else:
            return
        workers.kill()
        if hard:
            time.sleep(GRACE_SECONDS)
            _report_cancelled(runs)
            os._exit(EXIT_CODE)

    threading.Thread(target=watch, name="termination", daemon=True).start()

    def undo() -> None:
        signal.set_wakeup_fd(before)
        pythons.close()

    return undo


def _report_cancelled(runs: Sequence[UUID]) -> None:
    """Tell the server that these runs are over, if somebody asked to cancel the first; another end is not touched."""
    if not runs:
        return
    try:
        with get_client(sync_client=True) as client:
            state = client.read_flow_run(runs[0]).state
            if state is None or not state.is_cancelling():
                return
            message = "Đã huỷ: mọi tiến trình đã dừng / Cancelled: all processes stopped"
            for run in runs:
                client.set_flow_run_state(run, Cancelled(message=message), force=True)
    except Exception as error:
        # The runner reports it too, a little later.
        _log.warning("cancelled state not reported: %s", type(error).__name__)
