"""Bytes that records have in common: the same page image may lie in two of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from sohoa.stores.catalogue.tables import Part, Record, RecordState


def shared_originals(session: Session, hashes: Sequence[str], *, besides: str) -> set[str]:
    """Those of the originals that are pages of open records of another unit than `besides`."""
    query = (
        select(Part.sha256)
        .join(Record, Record.id == Part.record_id)
        .where(Part.sha256.in_(hashes), Part.unit_key != besides, Record.state == RecordState.open)
    )
    return set(session.scalars(query))


def sharing(session: Session, records: Collection[str]) -> list[str]:
    """Ids of open records, besides these, that have a page image of theirs, byte for byte."""
    theirs = select(Part.sha256).where(Part.record_id.in_(records))
    query = (
        select(Record.id)
        .join(Part, Part.record_id == Record.id)
        .where(Part.sha256.in_(theirs), Record.id.not_in(records), Record.state == RecordState.open)
    )
    return sorted(set(session.scalars(query)))
