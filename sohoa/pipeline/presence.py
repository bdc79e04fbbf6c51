"""Who is at work: a run says so while it lasts, the vault is swept when nobody else is, and roles are waited for."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sohoa.errors import StoreError
from sohoa.pipeline.house import House, sweep_vault
from sohoa.stores.catalogue.leases import leave_role, live_owners, renew, take_role

RENEW_SECONDS = 60.0
ASK_SECONDS = 0.2


@contextmanager
def present(house: House) -> Iterator[None]:
    """Say that a run is under way, and prolong this process's leases in the background.

    Who comes when nobody else is there, and who goes last, empties the vault of orphans. Coming and going happen one at
    a time, so that no sweep takes away what another run has just put there.
    """
    role = f"run:{house.owner}"[-64:]
    with house.vault.alone():
        with house.catalogue.write() as session:
            take_role(session, role, house.owner)
        sweep_vault(house)
    stop = threading.Event()
    thread = threading.Thread(target=_renew, args=(house, stop), name="leases", daemon=True)
    thread.start()
    try:
        yield
    except BaseException as error:
        stop.set()
        # A catalogue that is locked or gone need not be asked again: a holder that ends is known to be dead.
        if not isinstance(error, StoreError):
            with suppress(StoreError), house.catalogue.write() as session:
                leave_role(session, role, house.owner)
        raise
    stop.set()
    with house.vault.alone():
        with house.catalogue.write() as session:
            leave_role(session, role, house.owner)
        sweep_vault(house)


def _renew(house: House, stop: threading.Event) -> None:
    while not stop.wait(RENEW_SECONDS):
        # What cannot be written now can be in a minute; a lease lasts for three.
        with suppress(StoreError), house.catalogue.write() as session:
            renew(session, house.owner)


def others_are_at_work(house: House) -> bool:
    """Whether another live process holds a lease."""
    with house.catalogue.read() as session:
        return bool(live_owners(session) - {house.owner})


@contextmanager
def holding(house: House, role: str, seconds: float = 0.0) -> Iterator[bool]:
    """Hold a role that only one process may have; yields False when another live one kept it for over `seconds`."""
    end = time.monotonic() + seconds
    while not (mine := _take(house, role)) and time.monotonic() < end:
        time.sleep(ASK_SECONDS)
    try:
        yield mine
    finally:
        if mine:
            with house.catalogue.write() as session:
                leave_role(session, role, house.owner)


def _take(house: House, role: str) -> bool:
    with house.catalogue.write() as session:
        return take_role(session, role, house.owner)
