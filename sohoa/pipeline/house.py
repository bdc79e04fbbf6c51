"""The house: everything an installation has open, handed to every stage as one value."""

from __future__ import annotations

import getpass
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from sohoa.ocr.engine import load_engine
from sohoa.ocr.version import reading_version
from sohoa.records.rules import Rules, load_rules, recognition_version
from sohoa.settings import CONFIG_DIR, Settings
from sohoa.stores.catalogue.database import Catalogue, open_catalogue
from sohoa.stores.catalogue.leases import live_owners, this_process
from sohoa.stores.catalogue.tables import Event, InventoryLineRow, Record, RecordState, Sighting, State, Unit
from sohoa.stores.index import Index, open_index
from sohoa.stores.objects import ObjectStore, open_objects
from sohoa.stores.vault import Vault

KEEP_CODE = 1
"""Grows when `keep` derives something else from the same reading."""


@dataclass(frozen=True)
class Versions:
    """Versions of the stages: each includes the one before it."""

    read: str
    keep: str


@dataclass(frozen=True)
class House:
    """Settings and open stores of one installation."""

    settings: Settings
    catalogue: Catalogue
    vault: Vault
    objects: ObjectStore
    index: Index
    rules: Rules
    versions: Versions
    owner: str
    """Lease holder: this process."""
    who: str
    """Name of the person or service, for the events."""


@contextmanager
def open_house(settings: Settings) -> Iterator[House]:
    """Open catalogue, vault and stores, and close them at the end. Raises `StoreError`, `SettingsError`, `EngineError`."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    rules = load_rules(CONFIG_DIR)
    read = reading_version(settings, load_engine(settings.engine or None, settings))
    keep = hashlib.sha256(f"{KEEP_CODE}|{recognition_version(rules)}|{read}".encode()).hexdigest()[:16]
    catalogue = open_catalogue(settings)
    vault = Vault(settings.vault_dir)
    objects = open_objects(settings)
    index = open_index(settings)
    try:
        yield House(
            settings=settings,
            catalogue=catalogue,
            vault=vault,
            objects=objects,
            index=index,
            rules=rules,
            versions=Versions(read=read, keep=keep),
            owner=this_process(),
            who=getpass.getuser(),
        )
    finally:
        index.close()
        vault.close()
        catalogue.close()


def sweep_vault(house: House) -> int:
    """Empty the vault of orphans, unless another live run may need them; gives how many were removed."""
    with house.catalogue.read() as session:
        if live_owners(session) - {house.owner}:
            return 0
        in_work = session.scalars(select(Unit.key).where(Unit.state.in_((State.waiting, State.failed)))).all()
    forget_judged(house)
    wanted = {f"unit:{key}" for key in in_work}
    house.vault.names.drop([key for key, _ in house.vault.names.entries("unit:") if key not in wanted])
    return house.vault.sweep(in_work)


def forget_judged(house: House) -> None:
    """Take out of the vault the names and titles whose verdict has fallen, such as a run that was killed leaves there."""
    names = house.vault.names
    kept = {prefix: {key.removeprefix(prefix) for key, _ in names.entries(prefix)} for prefix in ("name:", "line:")}
    if not any(kept.values()):
        return
    with house.catalogue.read() as session:
        judged = (Sighting.state == State.quarantined) | Sighting.path.is_not(None)
        told = set(session.scalars(select(Sighting.path_hash).where(judged)))
        lines = select(InventoryLineRow.key).outerjoin(Record, Record.id == InventoryLineRow.record_id)
        open_ = (InventoryLineRow.secrecy.is_(None)) & InventoryLineRow.subject.is_(None)
        closed = set(session.scalars(lines.where(~open_ | (Record.state != RecordState.open))))
    names.drop([f"name:{key}" for key in kept["name:"] & told] + [f"line:{key}" for key in kept["line:"] & closed])


def note(session: Session, house: House, what: str, subject: str, **detail: object) -> None:
    """Add an event; `detail` never holds a name, title or text."""
    session.add(Event(who=house.who, what=what, subject=subject, detail=detail))
