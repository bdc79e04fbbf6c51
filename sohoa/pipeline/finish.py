"""The end of a batch: its time is noted once nothing waits, and what the vault need not know any more goes."""

from __future__ import annotations

from sqlalchemy import func, select

from sohoa.pipeline.house import House, forget_judged, note
from sohoa.pipeline.presence import others_are_at_work
from sohoa.stores.catalogue.tables import Batch, Sighting, State, now


def close_batch(house: House, batch_id: str) -> None:
    """Note the end of a batch in which no sighting waits any more."""
    with house.catalogue.write() as session:
        query = select(func.count()).where(Sighting.batch_id == batch_id, Sighting.state == State.waiting)
        if session.scalar(query) == 0:
            session.get_one(Batch, batch_id).finished = now()
            note(session, house, "batch-finished", batch_id)
    forget_judged(house)
    if not others_are_at_work(house):
        house.vault.drop_scratch(batch_id)  # else they may read from it, and who goes last sweeps
