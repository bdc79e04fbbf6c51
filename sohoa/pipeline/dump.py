"""The canonical dump: everything that must be equal after a killed and an undisturbed run, in one sorted text.

Left out: times, attempts, leases, durations, the salt and what is keyed with it, inodes, row counters, events.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from sohoa.models import EVERYTHING
from sohoa.pipeline.house import House
from sohoa.stores.catalogue import tables

LEFT_OUT = frozenset(
    [
        "created",
        "finished",
        "started",
        "seconds",
        "attempts",
        "lease_owner",
        "lease_until",
        "path_hash",
        "inode",
        "mtime_ns",
        "folder",
        "time",
        "who",
    ]
)
TABLES: tuple[type[tables.Table], ...] = (
    tables.Agency, tables.Fonds, tables.Dossier, tables.Batch, tables.File, tables.Unit, tables.UnitFile,
    tables.Sighting, tables.Record, tables.Part, tables.Page, tables.StageRun, tables.ValueRow,
    tables.InventoryLineRow, tables.Outbox,
)  # fmt: skip


def dump(house: House) -> Iterator[str]:
    """Lines of JSON: catalogue rows, objects with version counts and hashes, index entries."""
    for table in TABLES:
        with house.catalogue.read() as session:
            rows = sorted(_row(row) for row in session.scalars(select(table)))
        yield from (f"{table.__tablename__} {row}" for row in rows)
    for key in sorted(house.objects.keys()):
        facts = house.objects.stat(key)
        yield f"object {key} {facts.sha256 if facts else None} {facts.versions if facts else 0}"
    for entry in sorted(house.index.entries()):
        yield f"index {json.dumps(entry)}"
    yield f"index total {house.index.search('', EVERYTHING, limit=1).total}"


def _row(row: tables.Table) -> str:
    columns = [column.key for column in row.__table__.columns if column.key not in LEFT_OUT]
    values: dict[str, Any] = {name: getattr(row, name) for name in columns}
    return json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
