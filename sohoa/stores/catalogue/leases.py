"""Who is working on what: stage rows with leases, and roles that only one process may hold."""

from __future__ import annotations

import socket
from datetime import timedelta

import psutil
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from sohoa.models import Problem
from sohoa.stores.catalogue.tables import Lease, StageRun, StageState, now

LEASE = timedelta(minutes=3)
"""A lease is renewed every minute while its holder lives; after this it may be taken over."""


def this_process() -> str:
    """Name of the lease holder: machine, process and its start, so that a dead holder is recognised at once."""
    process = psutil.Process()
    return f"{socket.gethostname()}:{process.pid}:{process.create_time():.2f}"


def holder_is_dead(owner: str) -> bool:
    """True only when the holder ran on this machine and is gone; another machine's holder is believed alive."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    started = owner.rpartition(":")[2]
    if host != socket.gethostname():
        return False
    try:
        process = psutil.Process(int(rest))
        return f"{process.create_time():.2f}" != started or process.status() == psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, ValueError):
        return True


def claim(session: Session, subject: str, stage: str, version: str, owner: str) -> bool:
    """Take one stage of one subject for this owner; False when it is done or another live owner holds it."""
    row = session.get(StageRun, (subject, stage, version), with_for_update=True)
    if row is None:
        row = StageRun(subject=subject, stage=stage, version=version, attempts=0, state=StageState.running)
        session.add(row)
    elif row.state == StageState.done or (
        row.state == StageState.running and row.lease_owner != owner and _is_held(row.lease_owner, row)
    ):
        return False
    row.state, row.lease_owner, row.lease_until = StageState.running, owner, now() + LEASE
    row.attempts += 1
    row.started, row.finished, row.error_class, row.error_message = now(), None, None, None
    return True


def _is_held(owner: str | None, row: StageRun | Lease) -> bool:
    until = row.lease_until if isinstance(row, StageRun) else row.until
    return owner is not None and until is not None and until > now() and not holder_is_dead(owner)


def is_held(session: Session, subject: str, owner: str) -> bool:
    """Whether another live owner works on a stage of this subject."""
    running = select(StageRun).where(StageRun.subject == subject, StageRun.state == StageState.running)
    return any(row.lease_owner != owner and _is_held(row.lease_owner, row) for row in session.scalars(running))


def finish(session: Session, subject: str, stage: str, version: str, problem: Problem | None = None) -> None:
    """Close a claimed stage as done, or as failed with its problem."""
    row = session.get_one(StageRun, (subject, stage, version))
    row.state = StageState.failed if problem else StageState.done
    row.error_class = problem.error_class if problem else None
    row.error_message = problem.message[:2048] if problem else None
    row.lease_owner, row.lease_until, row.finished = None, None, now()
    row.seconds = (row.finished - row.started).total_seconds() if row.started else None


def renew(session: Session, owner: str) -> None:
    """Prolong every lease of this owner."""
    session.execute(update(StageRun).where(StageRun.lease_owner == owner).values(lease_until=now() + LEASE))
    session.execute(update(Lease).where(Lease.owner == owner).values(until=now() + LEASE))


def live_owners(session: Session) -> set[str]:
    """Owners that hold a lease now and are not known to be dead."""
    rows = session.scalars(select(StageRun).where(StageRun.lease_owner.is_not(None)))
    owners = {row.lease_owner for row in rows if row.lease_owner and _is_held(row.lease_owner, row)}
    owners |= {row.owner for row in session.scalars(select(Lease)) if _is_held(row.owner, row)}
    return owners


def take_role(session: Session, name: str, owner: str) -> bool:
    """Take a role such as `indexer`; False while another live process holds it."""
    row = session.get(Lease, name, with_for_update=True)
    if row is None:
        session.add(Lease(name=name, owner=owner, until=now() + LEASE))
        return True
    if row.owner != owner and _is_held(row.owner, row):
        return False
    row.owner, row.until = owner, now() + LEASE
    return True


def leave_role(session: Session, name: str, owner: str) -> None:
    """Give a role back."""
    row = session.get(Lease, name)
    if row is not None and row.owner == owner:
        session.delete(row)
