"""Bytes that two units have in common: the same page image may lie in two records."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from sohoa.stores.catalogue.tables import Part, Record, RecordState


def records_with(session: Session, hashes: Sequence[str], *, besides: str) -> dict[str, list[str]]:
    """Which of these originals are pages of open records of other units than `besides`: ids of records by hash."""
    query = (
        select(Part.sha256, Part.record_id)
        .join(Record, Record.id == Part.record_id)
        .where(Part.sha256.in_(hashes), Part.unit_key != besides, Record.state == RecordState.open)
        .order_by(Part.record_id)
    )
    found: dict[str, list[str]] = {}
    for sha256, record in session.execute(query):
        found.setdefault(sha256, []).append(record)
    return found
