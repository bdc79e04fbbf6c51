"""The pages of a record as they are served: the readings of its newest part."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from sohoa.models import PageReading
from sohoa.ocr.storage import load_readings
from sohoa.pipeline.house import House
from sohoa.stores.catalogue.tables import Part, Unit
from sohoa.stores.objects.keys import derived_key


def newest_parts(session: Session, record_id: str) -> list[Part]:
    """The parts of the newest scan of a record, in order."""
    parts = session.scalars(select(Part).where(Part.record_id == record_id).order_by(Part.version, Part.position)).all()
    return [part for part in parts if part.version == parts[-1].version]


def record_pages(house: House, session: Session, record_id: str) -> list[PageReading]:
    """Readings of a record's pages, numbered from 1 in the record. Raises `StoreError` when the object is not there."""
    pages: list[PageReading] = []
    for part in newest_parts(session, record_id):
        version = session.get_one(Unit, part.unit_key).kept_version
        readings = load_readings(house.objects.get(derived_key(part.unit_key, version or "")))
        last = part.unit_page + part.last_page - part.first_page
        pages += [r for r in readings if part.unit_page <= r.page <= last]
    return [page.model_copy(update={"page": number}) for number, page in enumerate(pages, start=1)]
