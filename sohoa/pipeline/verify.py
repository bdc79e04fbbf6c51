"""Do catalogue, objects and index agree? Both ways, and by reading every byte when asked."""

from __future__ import annotations

import time

from sqlalchemy import select

from sohoa.errors import StoreError
from sohoa.language import say
from sohoa.models import Value
from sohoa.pipeline.house import House
from sohoa.pipeline.indexing import waiting
from sohoa.pipeline.presence import others_are_at_work
from sohoa.stores.catalogue.tables import Outbox, Part, Record, RecordState, StageRun, StageState, State, Unit, UnitFile
from sohoa.stores.objects.keys import derived_key, original_key

CORRUPT = "object-corrupt"
LOOKS_AGAIN = 2
LOOK_SECONDS = 1.0


class Disagreement(Value):
    """One difference: its kind, what it is about (an id or object key), and the sentence for the operator."""

    kind: str
    subject: str
    message: str


class Verdict(Value):
    """What `verify` looked at and found."""

    records: int
    objects: int
    index_entries: int
    outbox: int
    disagreements: list[Disagreement]


def verify(house: House, *, deep: bool = False) -> Verdict:
    """Compare the three stores both ways. `deep` reads every object and checks its hash.

    Entries still in the outbox are no disagreement. Costs one listing of the objects and of the index, and memory
    for the ids of the records.
    """
    verdict = _compare(house, deep=deep)
    for _ in range(LOOKS_AGAIN):
        if not verdict.disagreements or not others_are_at_work(house):
            break
        # What a run under way was just putting in its place has come to rest since.
        time.sleep(LOOK_SECONDS)
        still = {(one.kind, one.subject) for one in _compare(house, deep=False).disagreements}
        left = [one for one in verdict.disagreements if one.kind == CORRUPT or (one.kind, one.subject) in still]
        verdict = verdict.model_copy(update={"disagreements": left})
    return verdict


def _compare(house: House, *, deep: bool) -> Verdict:
    found: list[Disagreement] = []
    with house.catalogue.read() as session:
        rows = session.execute(select(Record.id, Record.revision).where(Record.state == RecordState.open))
        open_records = dict(rows.all())
        parts = select(Part.sha256).join(Record, Record.id == Part.record_id).where(Record.state != RecordState.sealed)
        originals = {original_key(sha256): sha256 for sha256 in session.scalars(parts.distinct())}
        units = select(Unit.key, Unit.kept_version).where(Unit.state == State.done)
        derived = {derived_key(key, version or "") for key, version in session.execute(units)}
    count = _objects(house, originals, derived, found, deep=deep)
    entries = _index(house, open_records, found)
    return Verdict(
        records=len(open_records), objects=count, index_entries=entries, outbox=waiting(house), disagreements=found
    )


def _objects(
    house: House, originals: dict[str, str], derived: set[str], found: list[Disagreement], *, deep: bool
) -> int:
    wanted = set(originals) | derived
    seen: set[str] = set()
    keys = list(house.objects.keys())
    arriving = _arriving(house)
    for key in keys:
        seen.add(key)
        if key not in wanted:
            # Readings of an older version stay until they are replaced; originals must belong to a record.
            if key.startswith("originals/") and key not in arriving:
                vi = "Tệp gốc không thuộc văn bản nào; chạy lại lượt số hóa bị dừng dở (sohoa digitise, sohoa retry)"
                en = "No record owns it; run the interrupted batch again (sohoa digitise, sohoa retry)"
                found.append(_say("object-without-record", key, vi, en))
            continue
        if deep:
            try:
                house.objects.get(key)
            except StoreError as error:
                found.append(Disagreement(kind=CORRUPT, subject=key, message=str(error)))
    for key in sorted(wanted - seen):
        found.append(_say("object-missing", key, "Mất tệp; khôi phục từ bản sao lưu", "Missing; restore from backup"))
    return len(seen)


def _arriving(house: House) -> set[str]:
    """Originals of units that are being kept now: stored, while their rows are not yet written."""
    query = select(UnitFile.sha256).join(StageRun, StageRun.subject == UnitFile.unit_key)
    with house.catalogue.read() as session:
        running = query.where(StageRun.stage == "keep", StageRun.state == StageState.running)
        return {original_key(sha256) for sha256 in session.scalars(running)}


def _index(house: House, records: dict[str, int], found: list[Disagreement]) -> int:
    with house.catalogue.read() as session:
        pending = set(session.scalars(select(Outbox.record_id)))
    seen = {entry.record_id: entry.revision for entry in house.index.entries()}
    for record_id in sorted(set(seen) - set(records) - pending):
        found.append(_say("index-without-record", record_id, "Chỉ mục thừa; chạy: sohoa reindex", "Run: sohoa reindex"))
    for record_id in sorted(set(records) - set(seen) - pending):
        found.append(
            _say("record-not-in-index", record_id, "Thiếu trong chỉ mục; chạy: sohoa reindex", "Run: sohoa reindex")
        )
    for record_id in sorted((set(seen) & set(records)) - pending):
        if seen[record_id] != str(records[record_id]):
            found.append(_say("index-outdated", record_id, "Chỉ mục cũ; chạy: sohoa reindex", "Run: sohoa reindex"))
    return len(seen)


def _say(kind: str, subject: str, vi: str, en: str) -> Disagreement:
    return Disagreement(kind=kind, subject=subject, message=say(vi, en))
