"""The tables of the catalogue.

A name or title of something whose secrecy is not yet judged is never in these tables: it waits in the vault.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Index, Integer, MetaData, String, UniqueConstraint, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

ID = String(64)
NAME = String(1024)
BIG = BigInteger().with_variant(Integer, "sqlite")


class UtcTime(TypeDecorator[datetime]):
    """A moment, stored in UTC and given back with its zone on every back end."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


class State(StrEnum):
    """Where a sighting or unit stands. All but `waiting` are ends; a person can list each."""

    waiting = "waiting"
    done = "done"
    duplicate = "duplicate"
    quarantined = "quarantined"
    failed = "failed"
    refused = "refused"
    unpacked = "unpacked"
    """A zip whose members are sightings of their own."""


class RecordState(StrEnum):
    """What may be seen of a record."""

    open = "open"
    quarantined = "quarantined"
    """Held for secrecy: no title, text or name here, only the place of the paper."""
    sealed = "sealed"
    """Found secret later and withdrawn everywhere."""
    superseded = "superseded"
    """A rescan whose pages now stand as the newest part of another record."""


INVENTORY = "inventory"
REGISTER = "register"
DECLARED = "declared"
"""Origins of denominators."""

HELD = "held"
"""In `matched_by` of an inventory line: it may belong to a file held for secrecy, so it is silent and not counted."""


class StageState(StrEnum):
    running = "running"
    done = "done"
    failed = "failed"


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Agency(Table):
    """Cơ quan. A dissolved body points to its successor."""

    __tablename__ = "agency"
    code: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str | None] = mapped_column(NAME)
    parent_code: Mapped[str | None] = mapped_column(ID)
    valid_from: Mapped[str | None] = mapped_column(String(10))
    valid_to: Mapped[str | None] = mapped_column(String(10))
    successor_code: Mapped[str | None] = mapped_column(ID)


class Fonds(Table):
    """Phông."""

    __tablename__ = "fonds"
    code: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str | None] = mapped_column(NAME)
    agency_code: Mapped[str] = mapped_column(ID)


class Dossier(Table):
    """Hồ sơ. `title` stays empty until a record in it was judged open."""

    __tablename__ = "dossier"
    key: Mapped[str] = mapped_column(ID, primary_key=True)
    fonds_code: Mapped[str] = mapped_column(ID, index=True)
    code: Mapped[str] = mapped_column(String(100), index=True)
    title: Mapped[str | None] = mapped_column(NAME)
    period: Mapped[str | None] = mapped_column(String(64))
    retention: Mapped[str | None] = mapped_column(String(64))
    sheets: Mapped[int | None]
    pages: Mapped[int | None]
    box: Mapped[str | None] = mapped_column(String(64))
    shelf: Mapped[str | None] = mapped_column(String(64))
    access_class: Mapped[str | None] = mapped_column(String(64))
    secrecy: Mapped[str | None] = mapped_column(String(16))
    batch_id: Mapped[str] = mapped_column(ID, server_default="", index=True)
    """Whose inventory lists it."""
    year: Mapped[int | None]
    """Year of origin: of the file code, else the first of the period."""
    group_id: Mapped[str | None] = mapped_column(ID)
    withdrawn: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The newest version of its inventory does not list it any more."""


class Batch(Table):
    """Lô: one folder that came in, with who scanned it on what. A second run of the folder goes on with it."""

    __tablename__ = "batch"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    folder: Mapped[str] = mapped_column(String(4096))
    fonds_code: Mapped[str] = mapped_column(ID)
    agency_code: Mapped[str] = mapped_column(ID)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Who, scanner, operator, shift, box, shelf, settings."""
    created: Mapped[datetime] = mapped_column(UtcTime, default=now)
    finished: Mapped[datetime | None] = mapped_column(UtcTime)


class File(Table):
    """The bytes that came in, by their SHA-256."""

    __tablename__ = "file"
    sha256: Mapped[str] = mapped_column(ID, primary_key=True)
    size: Mapped[int] = mapped_column(BIG)
    kind: Mapped[str] = mapped_column(String(8))
    pages: Mapped[int]


class Unit(Table):
    """Đơn vị quét: the files that are read together: one PDF, or a folder of page images."""

    __tablename__ = "unit"
    key: Mapped[str] = mapped_column(ID, primary_key=True)
    """SHA-256 of the file, or of the list of its files' SHA-256."""
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), index=True)
    first_sighting: Mapped[int] = mapped_column(BIG)
    state: Mapped[str] = mapped_column(String(16), index=True)
    pages: Mapped[int]
    line_key: Mapped[str | None] = mapped_column(ID)
    """The inventory line found by name."""
    dossier_code: Mapped[str | None] = mapped_column(String(100))
    secrecy: Mapped[str | None] = mapped_column(String(16))
    secrecy_reason: Mapped[str | None] = mapped_column(String(255))
    kept_version: Mapped[str | None] = mapped_column(String(64))
    """Version of the readings that are served now."""


class UnitFile(Table):
    __tablename__ = "unit_file"
    unit_key: Mapped[str] = mapped_column(ForeignKey("unit.key"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("file.sha256"), index=True)


class Sighting(Table):
    """What came in: a path in a batch. Exactly one state each."""

    __tablename__ = "sighting"
    __table_args__ = (
        UniqueConstraint("batch_id", "path_hash"),
        Index("ix_sighting_state_id", "state", "id"),
        Index("ix_sighting_batch_id_state", "batch_id", "state"),
    )
    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"))
    path_hash: Mapped[str] = mapped_column(ID)
    """Keyed hash of the name: recognises the path without telling it."""
    path: Mapped[str | None] = mapped_column(String(4096))
    """Name inside the folder, only after an open verdict; until then the vault knows it."""
    size: Mapped[int] = mapped_column(BIG)
    mtime_ns: Mapped[int] = mapped_column(BIG)
    inode: Mapped[int] = mapped_column(BIG)
    sha256: Mapped[str | None] = mapped_column(ID, index=True)
    unit_key: Mapped[str | None] = mapped_column(ID, index=True)
    state: Mapped[str] = mapped_column(String(16))
    duplicate_of: Mapped[int | None] = mapped_column(BIG)
    line_key: Mapped[str | None] = mapped_column(ID)
    dossier_code: Mapped[str | None] = mapped_column(String(100))
    """The dossier that the path names: a duplicate may lie in another one than the first scan."""
    error_class: Mapped[str | None] = mapped_column(String(64))
    error_message: Mapped[str | None] = mapped_column(String(2048))


class Record(Table):
    """Văn bản: one record with its own stable id."""

    __tablename__ = "record"
    __table_args__ = (Index("ix_record_batch_id_state", "batch_id", "state"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    unit_key: Mapped[str] = mapped_column(ForeignKey("unit.key"), index=True)
    batch_id: Mapped[str] = mapped_column(ID, server_default="")
    """That of its unit, so that a batch's records are counted without looking at the units."""
    state: Mapped[str] = mapped_column(String(16), index=True)
    fonds_code: Mapped[str] = mapped_column(ID)
    agency_code: Mapped[str] = mapped_column(ID, index=True)
    dossier_key: Mapped[str | None] = mapped_column(ID, index=True)
    line_key: Mapped[str | None] = mapped_column(ID, index=True)
    superseded_by: Mapped[str | None] = mapped_column(ID)
    type: Mapped[str | None] = mapped_column(String(64))
    type_code: Mapped[str | None] = mapped_column(String(2))
    type_confidence: Mapped[float | None]
    year: Mapped[int | None]
    title: Mapped[str | None] = mapped_column(String(2048))
    retention: Mapped[str | None] = mapped_column(String(64))
    access_class: Mapped[str | None] = mapped_column(String(64))
    box: Mapped[str | None] = mapped_column(String(64))
    shelf: Mapped[str | None] = mapped_column(String(64))
    pages: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    """Grows with every change that the index must learn."""


class Part(Table):
    """Which pages of which file make up a record. The highest version is the newest scan."""

    __tablename__ = "part"
    record_id: Mapped[str] = mapped_column(ForeignKey("record.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("file.sha256"), index=True)
    first_page: Mapped[int]
    last_page: Mapped[int]
    unit_key: Mapped[str] = mapped_column(ID, index=True)
    unit_page: Mapped[int]
    """Where `first_page` stands among the unit's pages, from 1."""


class Page(Table):
    """How one page of a unit ended: text, blank or failed. Its text is in the derived object."""

    __tablename__ = "page"
    __table_args__ = (Index("ix_page_batch_id_outcome", "batch_id", "outcome"),)
    unit_key: Mapped[str] = mapped_column(ForeignKey("unit.key"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[str] = mapped_column(ID, server_default="")
    """That of its unit, so that a batch's pages are counted without looking at the units."""
    outcome: Mapped[str] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(16))
    words: Mapped[int]
    confidence: Mapped[float]
    rotation: Mapped[int]
    dpi: Mapped[int | None]
    blank_reason: Mapped[str | None] = mapped_column(String(64))
    error_class: Mapped[str | None] = mapped_column(String(64))
    error_message: Mapped[str | None] = mapped_column(String(2048))


class StageRun(Table):
    """One stage of one subject under one version of its settings and engine."""

    __tablename__ = "stage_run"
    subject: Mapped[str] = mapped_column(ID, primary_key=True)
    stage: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(128))
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    error_class: Mapped[str | None] = mapped_column(String(64))
    error_message: Mapped[str | None] = mapped_column(String(2048))
    started: Mapped[datetime | None] = mapped_column(UtcTime)
    finished: Mapped[datetime | None] = mapped_column(UtcTime)
    seconds: Mapped[float | None]


class ValueRow(Table):
    """One extracted component; what a person confirmed is never overwritten by a machine."""

    __tablename__ = "value"
    record_id: Mapped[str] = mapped_column(ForeignKey("record.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(String(4096))
    confidence: Mapped[float]
    page: Mapped[int | None]
    box: Mapped[list[float] | None] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(16))
    """`machine`, `inventory` or `person`."""
    review: Mapped[bool]
    confirmed_by: Mapped[str | None] = mapped_column(String(128))


class InventoryLineRow(Table):
    """One line of an inventory. Its text columns stay empty until the record it names was judged open."""

    __tablename__ = "inventory_line"
    key: Mapped[str] = mapped_column(ID, primary_key=True)
    batch_id: Mapped[str] = mapped_column(ID, index=True)
    position: Mapped[int]
    """Order in the inventory, over all its sheets."""
    fonds_code: Mapped[str] = mapped_column(ID)
    agency_code: Mapped[str] = mapped_column(ID, index=True)
    dossier_key: Mapped[str | None] = mapped_column(ID, index=True)
    year: Mapped[int | None]
    type: Mapped[str | None] = mapped_column(String(64))
    pages: Mapped[int | None]
    retention: Mapped[str | None] = mapped_column(String(64))
    secrecy: Mapped[str | None] = mapped_column(String(16))
    record_id: Mapped[str | None] = mapped_column(ID, index=True)
    matched_by: Mapped[str | None] = mapped_column(String(16))
    number: Mapped[str | None] = mapped_column(String(32))
    notation: Mapped[str | None] = mapped_column(String(128))
    issued_date: Mapped[str | None] = mapped_column(String(10))
    subject: Mapped[str | None] = mapped_column(String(2048))
    origin: Mapped[str] = mapped_column(String(16), default=INVENTORY, server_default=INVENTORY)
    """`inventory`, or `register` for a line of a register of outgoing documents."""
    group_id: Mapped[str | None] = mapped_column(ID)
    """Group of documents of its dossier, by the rules of the day it was read."""
    withdrawn: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The newest version of its inventory does not list it any more; it counts no longer."""


class Denominator(Table):
    """One version of what says how much there is: an inventory, a register, or a number that an agency declared.

    Rows are only ever added; of a series the highest version holds. Secret lines are in no number.
    """

    __tablename__ = "denominator"
    __table_args__ = (UniqueConstraint("series", "version"),)
    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=True)
    series: Mapped[str] = mapped_column(ID)
    """What the versions have in common: a batch's inventory, an agency's register of a year, an agency's estimate."""
    version: Mapped[int]
    origin: Mapped[str] = mapped_column(String(16))
    """`inventory`, `register` or `declared`."""
    quality: Mapped[str] = mapped_column(String(16))
    """`counted`, `declared` or `estimated`."""
    agency_code: Mapped[str] = mapped_column(ID)
    year: Mapped[int | None]
    unit: Mapped[str] = mapped_column(String(16))
    """`record` or `page`."""
    count: Mapped[int] = mapped_column(BIG)
    stated: Mapped[str] = mapped_column(String(10))
    """Day of the statement, ISO 8601."""
    entered: Mapped[datetime] = mapped_column(UtcTime, default=now)
    who: Mapped[str] = mapped_column(String(128))
    digest: Mapped[str] = mapped_column(ID)
    """Of its non-secret lines, so that the same version read again is known."""
    change: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Against the version before: numbers of lines added, removed and changed."""


class Outbox(Table):
    """What the index must still learn, in order."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=True)
    record_id: Mapped[str] = mapped_column(ID, index=True)
    created: Mapped[datetime] = mapped_column(UtcTime, default=now)


class Event(Table):
    """What happened, when, by whom. Rows are only ever added."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=True)
    time: Mapped[datetime] = mapped_column(UtcTime, default=now)
    who: Mapped[str] = mapped_column(String(128))
    what: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(ID, index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Lease(Table):
    """A role only one process may hold, such as the indexer."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(128))
    until: Mapped[datetime] = mapped_column(UtcTime)


class Meta(Table):
    __tablename__ = "meta"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String(255))
