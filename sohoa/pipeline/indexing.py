"""The one writer to the index: drains the outbox, and rebuilds the index beside the serving one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from sohoa.errors import StoreBusyError
from sohoa.models import Outcome
from sohoa.pipeline.chunks import in_chunks
from sohoa.pipeline.house import House, note
from sohoa.pipeline.presence import holding, present
from sohoa.pipeline.secrecy import INDEXER, INDEXER_SECONDS
from sohoa.pipeline.texts import record_pages
from sohoa.records.reference import reference
from sohoa.stores.catalogue.tables import Dossier, Outbox, Record, RecordState, ValueRow
from sohoa.stores.index.entries import IndexDocument, PageEntry, RecordEntry

DOCUMENTS_A_BULK = 50


def waiting(house: House) -> int:
    """How many outbox entries the index must still learn."""
    with house.catalogue.read() as session:
        return session.scalar(select(func.count()).select_from(Outbox)) or 0


def drain(house: House, *, refresh: bool = False) -> int:
    """Bring the index up to date with the outbox; gives how many records changed.

    0 when another live process is the indexer: it will do it, since it looks once more after it gave the role back. An
    entry leaves the outbox only after the index took it.
    """
    changed = 0
    while (more := _drain_once(house, refresh=refresh)) is not None:
        changed += more
        if not waiting(house):
            break
    return changed


def _drain_once(house: House, *, refresh: bool) -> int | None:
    """None when another live process is the indexer."""
    changed = 0
    with holding(house, INDEXER) as mine:
        while mine and (some := _next(house)):
            ids = sorted({row.record_id for row in some})
            with house.catalogue.read() as session:
                documents, gone = documents_of(house, session, ids)
            if documents:
                house.index.replace(documents)
            if gone:
                house.index.remove(gone)
            with house.catalogue.write() as session:
                session.execute(delete(Outbox).where(Outbox.id.in_([row.id for row in some])))
            changed += len(ids)
        if mine and (changed or refresh):
            house.index.refresh()
    return changed if mine else None


def _next(house: House) -> Sequence[Outbox]:
    with house.catalogue.read() as session:
        return session.scalars(select(Outbox).order_by(Outbox.id).limit(DOCUMENTS_A_BULK)).all()


def documents_of(house: House, session: Session, ids: Sequence[str]) -> tuple[list[IndexDocument], list[str]]:
    """Index documents of the open records among the ids, and the ids that must not be in the index."""
    documents, gone = [], []
    for id_ in ids:
        record = session.get(Record, id_)
        if record is None or record.state != RecordState.open:
            gone.append(id_)
        else:
            documents.append(_document(house, session, record))
    return documents, gone


def _document(house: House, session: Session, record: Record) -> IndexDocument:
    values = {v.name: v.value for v in session.scalars(select(ValueRow).where(ValueRow.record_id == record.id))}
    dossier = session.get(Dossier, record.dossier_key) if record.dossier_key else None
    entry = RecordEntry(
        record_id=record.id,
        revision=record.revision,
        agency=record.agency_code,
        access_class=record.access_class or "",
        fonds=record.fonds_code,
        dossier=dossier.code if dossier else None,
        type=record.type,
        type_code=record.type_code,
        number=values.get("number"),
        notation=values.get("notation"),
        reference=reference(values.get("number"), values.get("notation")),
        issued_date=values.get("issued_date"),
        year=record.year,
        place=values.get("place"),
        parent_body=values.get("parent_body"),
        issuing_body=values.get("issuing_body"),
        subject=record.title,
        signer=values.get("signer"),
        urgency=values.get("urgency"),
        retention=record.retention,
        group=None,
        box=record.box,
        shelf=record.shelf,
        pages=record.pages,
    )
    readings = record_pages(house, session, record.id)
    pages = tuple(PageEntry(page=r.page, text=r.text) for r in readings if r.outcome == Outcome.text)
    return IndexDocument(record=entry, pages=pages)


def reindex(house: House) -> int:
    """Build a new index from catalogue and objects beside the serving one, replay the outbox, switch. Gives its size."""
    with present(house), holding(house, INDEXER, INDEXER_SECONDS) as mine:
        if not mine:
            raise StoreBusyError(
                "Một tiến trình khác đang ghi chỉ mục. Chờ nó xong rồi chạy lại.",
                "Another process is writing the index. Wait until it is done and run again.",
            )
        with house.catalogue.read() as session:
            ids = session.scalars(select(Record.id).where(Record.state == RecordState.open).order_by(Record.id)).all()
        rebuild = house.index.rebuild()
        for some in in_chunks(ids, DOCUMENTS_A_BULK):
            with house.catalogue.read() as session:
                documents, _ = documents_of(house, session, some)
            rebuild.replace(documents)
        rebuild.switch()
        with house.catalogue.write() as session:
            note(session, house, "reindexed", "index", records=len(ids))
    # What changed meanwhile still stands in the outbox.
    drain(house, refresh=True)
    return len(ids)
