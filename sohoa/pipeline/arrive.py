"""What came in: every file of the folder becomes a sighting in exactly one state, and the units to work on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from sohoa import errors
from sohoa.intake.inventory import Inventory, InventoryLine
from sohoa.intake.matching import match_by_name
from sohoa.intake.probe import FileFacts, hash_file, probe
from sohoa.intake.units import Unit as FoundUnit
from sohoa.intake.units import group
from sohoa.intake.walk import Found, walk
from sohoa.models import Kind, Problem, Secrecy
from sohoa.pipeline.batches import path_hash
from sohoa.pipeline.chunks import in_chunks
from sohoa.pipeline.house import House, note
from sohoa.pipeline.inventory import line_key
from sohoa.pipeline.secrecy import half_sealed, quarantine_unread
from sohoa.pipeline.sightings import (
    FILE_GRACE_SECONDS,
    MENDED_OUTSIDE,
    SIBLING,
    VANISHED,
    fail,
    places_of,
    problem_of_look,
    unchanged,
    unit_key,
)
from sohoa.pipeline.workers import Workers
from sohoa.settings import Limits
from sohoa.stores.catalogue.tables import Batch, File, Sighting, State, Unit, UnitFile
from sohoa.stores.oserrors import translated

UNITS_A_COMMIT = 100


@dataclass
class Arrival:
    """What a walk through a folder found."""

    batch_id: str
    seen: int = 0
    places: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Unit key → its files in order: `path`, `kind`, `pages`, `sha256`."""
    to_seal: list[str] = field(default_factory=list)
    """Open units that the inventory now calls secret."""


@dataclass(frozen=True)
class ArrivalOptions:
    """How to look at a folder."""

    rehash: bool = False
    """Hash finished files again instead of trusting size, time and inode."""
    redo_failed: bool = False
    """Look again at files that failed or were refused."""
    redo_done: bool = False
    """Finished files are wanted too: their bytes must be there."""
    settle_seconds: float = 0.0
    """Leave alone what was written within the last seconds (an inbox still being filled)."""


def arrive(
    house: House,
    workers: Workers,
    batch_id: str,
    inventory: Inventory | None,
    exclude: Sequence[Path] = (),
    options: ArrivalOptions | None = None,
) -> Arrival:
    """Walk the batch's folder and bring sightings, files and units up to date. Idempotent; commits every 100 units."""
    desk = _Desk(house, workers, batch_id, inventory, options or ArrivalOptions())
    with (
        translated()
    ):  # of the vault's disk, where zips are unpacked; what the folder's own disk does is told by `walk`
        scratch = house.vault.scratch(batch_id)
        walked = walk(desk.folder, house.settings.limits, scratch, exclude=exclude, known=desk.known_member)
        found = [f for f in walked if desk.is_settled(f)]
    desk.arrival.seen = len(found)
    # An unreadable page image stays in its series, so that the record is not taken for whole without it.
    grouped = group([f for f in found if not f.is_container])
    members = {member.name for unit in grouped for member in unit.members}
    for some in in_chunks([f for f in found if f.name not in members], 1000):
        with house.catalogue.write() as session:
            for one in some:
                desk.register_apart(session, one)
        desk.flush_names()
    todo = [unit for unit in grouped if not desk.ended(unit)]
    for units in in_chunks(todo, UNITS_A_COMMIT):
        examined = desk.examine(units)
        with house.catalogue.write() as session:
            for unit, facts in zip(units, examined, strict=True):
                desk.register(session, unit, facts)
        desk.flush_names()
    with house.catalogue.read() as session:
        desk.arrival.to_seal += half_sealed(session, batch_id)
    desk.forget_opened(found)
    if not desk.options.settle_seconds:
        desk.register_vanished({path_hash(house, batch_id, f.name) for f in found})
    return desk.arrival


class _Desk:
    """The state of one walk."""

    def __init__(
        self, house: House, workers: Workers, batch_id: str, inventory: Inventory | None, options: ArrivalOptions
    ) -> None:
        self.house, self.workers, self.batch_id, self.options = house, workers, batch_id, options
        self.inventory = inventory
        self.arrival = Arrival(batch_id)
        with house.catalogue.read() as session:
            batch = session.get_one(Batch, batch_id)
            self.folder, self.fonds = Path(batch.folder), batch.fonds_code
            rows = session.scalars(select(Sighting).where(Sighting.batch_id == batch_id))
            self.known = {row.path_hash: row for row in rows}
            files = select(File).join(Sighting, Sighting.sha256 == File.sha256).where(Sighting.batch_id == batch_id)
            self.files = {file.sha256: file for file in session.scalars(files)}
            units = select(Unit.key, Unit.state).join(Sighting, Sighting.unit_key == Unit.key)
            self.units = dict(session.execute(units.where(Sighting.batch_id == batch_id)).all())
        self.names: dict[str, dict[str, Any]] = {}
        self.secret_dossiers: dict[str, Secrecy] = {}
        if inventory is not None:
            self.secret_dossiers = {d.code: d.secrecy for d in inventory.dossiers if d.secrecy}
        self.started = time.time()

    def is_settled(self, found: Found) -> bool:
        return self.started - found.mtime_ns / 1e9 >= self.options.settle_seconds

    def flush_names(self) -> None:
        """Hand the names gathered so far to the vault."""
        self.house.vault.names.put(self.names)
        self.names.clear()

    def ended(self, unit: FoundUnit) -> bool:
        """Whether the files are unchanged since they ended and the inventory says of them what it said then."""
        rows = [self.known.get(path_hash(self.house, self.batch_id, found.name)) for found in unit.members]
        if self.options.rehash:
            return False
        for row, found in zip(rows, unit.members, strict=True):
            if row is None or not unchanged(row, found) or row.state == State.waiting:
                return False
            if row.error_class is not None and (self.options.redo_failed or row.error_class in MENDED_OUTSIDE):
                return False
        line = self.line_of(unit)
        if line is not None and any(row is None or row.line_key != line_key(self.fonds, line) for row in rows):
            return False
        if self.secrecy_of(line) is not None and any(row is None or row.state != State.quarantined for row in rows):
            return False
        facts = [found.problem or self.known_facts(found) for found in unit.members]
        whole = [fact for fact in facts if isinstance(fact, FileFacts)]
        key = rows[0].unit_key if rows[0] is not None else None
        if key is not None and len(whole) == len(facts) and _at_hand(unit):
            self.arrival.places.setdefault(key, places_of(unit, whole))
        return True

    def examine(self, units: Sequence[FoundUnit]) -> list[list[FileFacts | Problem | str]]:
        """Facts of every file of the units: known ones from the catalogue, new ones from the workers.

        A file that the inventory calls secret is hashed, never opened: its answer is the hash alone.
        """
        answers: list[list[FileFacts | Problem | str | Future[FileFacts] | Future[str]]] = []
        limits = self.house.settings.limits
        seconds = limits.file_seconds + FILE_GRACE_SECONDS
        for unit in units:
            secret = self.secrecy_of(self.line_of(unit)) is not None
            row: list[FileFacts | Problem | str | Future[FileFacts] | Future[str]] = []
            for found in unit.members:
                known = self.known_facts(found)
                if found.problem is not None:
                    row.append(found.problem)
                elif known is not None:
                    row.append(known)
                elif found.path is None:
                    row.append(VANISHED)
                elif secret:
                    row.append(self.workers.submit(hash_file, found.path, seconds=seconds))
                else:
                    row.append(self.workers.submit(probe, found.path, limits, seconds=seconds))
            answers.append(row)
        return [[_settle(answer, limits) for answer in row] for row in answers]

    def known_facts(self, found: Found) -> FileFacts | str | None:
        """What the catalogue knows of an unchanged file, or None where it must be looked at."""
        row = self.known.get(path_hash(self.house, self.batch_id, found.name))
        if row is None or self.options.rehash or not unchanged(row, found):
            return None
        if row.sha256 is None or (row.error_class is not None and row.unit_key is None):
            return None
        file = self.files.get(row.sha256)
        if file is None:
            return row.sha256 if row.state == State.quarantined else None
        return FileFacts(kind=file.kind, size=file.size, sha256=file.sha256, pages=file.pages)

    def known_member(self, found: Found) -> Found | None:
        """A zip member that nobody needs to unpack: unchanged, ended, and not to be done again."""
        row = self.known.get(path_hash(self.house, self.batch_id, found.name))
        if row is None or self.options.rehash or not unchanged(row, found) or row.state == State.unpacked:
            return None
        if row.unit_key is None:
            if row.error_class is None or self.options.redo_failed or row.error_class in MENDED_OUTSIDE:
                return None
            return replace(found, problem=Problem(error_class=row.error_class, message=row.error_message or ""))
        file, state = self.files.get(row.sha256 or ""), self.units.get(row.unit_key)
        wanted = state == State.waiting
        wanted |= state == State.failed and (self.options.redo_failed or row.error_class in MENDED_OUTSIDE)
        wanted |= state == State.done and self.options.redo_done
        return None if file is None or wanted else replace(found, kind=cast(Kind, file.kind), pages=file.pages)

    def line_of(self, unit: FoundUnit) -> InventoryLine | None:
        return None if self.inventory is None else match_by_name(unit, self.inventory)

    def secrecy_of(self, line: InventoryLine | None) -> Secrecy | None:
        """The mark of the line or of the dossier it stands in."""
        if line is None:
            return None
        return line.secrecy or self.secret_dossiers.get(line.dossier_code or "")

    def sighting(self, session: Session, found: Found) -> tuple[Sighting, bool]:
        """The row of a file, and whether it is new or changed since."""
        key = path_hash(self.house, self.batch_id, found.name)
        row = self.known.get(key)
        fresh = row is None or not unchanged(row, found)
        # Looked up again inside the transaction: another run may have met the file since.
        own = (Sighting.batch_id == self.batch_id, Sighting.path_hash == key)
        row = session.scalars(select(Sighting).where(*own)).one_or_none()
        if row is None:
            row = Sighting(batch_id=self.batch_id, path_hash=key, state=State.waiting)
            session.add(row)
        self.known[key] = row
        if fresh:
            row.size, row.mtime_ns, row.inode = found.size, found.mtime_ns, found.inode
        session.flush()
        return row, fresh

    def register_apart(self, session: Session, found: Found) -> None:
        """A container, or something that cannot be used at all."""
        row, _ = self.sighting(session, found)
        self.keep_name(row, found, self.line_of(FoundUnit(found.name, (found,), "file")))
        if found.problem is None:
            row.state, row.error_class, row.error_message = State.unpacked, None, None
        else:
            fail(row, found.problem)

    def register(self, session: Session, unit: FoundUnit, facts: Sequence[FileFacts | Problem | str]) -> None:
        """The files of one unit: their rows, the unit, or the reason why there is none."""
        looked_up = [self.sighting(session, found) for found in unit.members]
        rows, fresh = [row for row, _ in looked_up], any(changed for _, changed in looked_up)
        problems = [fact for fact in facts if isinstance(fact, Problem)]
        line = self.line_of(unit)
        if not problems and not any(isinstance(fact, str) for fact in facts):
            problems = self.too_many_pages([f for f in facts if isinstance(f, FileFacts)])
        if problems:
            for row, found, fact in zip(rows, unit.members, facts, strict=True):
                problem = fact if isinstance(fact, Problem) else problems[0] if len(facts) == 1 else None
                fail(row, problem or Problem(error_class=problems[0].error_class, message=str(SIBLING)))
                self.keep_name(row, found, line)
            return
        hashes = [fact if isinstance(fact, str) else fact.sha256 for fact in facts if not isinstance(fact, Problem)]
        key = unit_key(hashes)
        for row, sha256 in zip(rows, hashes, strict=True):
            row.sha256, row.unit_key = sha256, key
        self.place(session, unit, rows, facts, key, line, fresh=fresh)

    def too_many_pages(self, facts: Sequence[FileFacts]) -> list[Problem]:
        limit, pages = self.house.settings.limits.pages, sum(fact.pages for fact in facts)
        if pages <= limit:
            return []
        error = errors.LimitError(
            f"Văn bản có {pages} trang, quá giới hạn {limit}. Tách tệp, hoặc nâng limits.pages.",
            f"The record has {pages} pages, over the limit of {limit}. Split it, or raise limits.pages.",
        )
        return [Problem.of(error)]

    def place(
        self,
        session: Session,
        found_unit: FoundUnit,
        rows: Sequence[Sighting],
        facts: Sequence[FileFacts | Problem | str],
        key: str,
        line: InventoryLine | None,
        *,
        fresh: bool,
    ) -> None:
        """Give the sightings their unit: a new one, their own, or the one they are a duplicate of."""
        whole = [fact for fact in facts if isinstance(fact, FileFacts)]
        secrecy = self.secrecy_of(line)
        unit = session.get(Unit, key)
        if unit is None:
            unit = self.new_unit(session, key, rows[0].id, whole, [row.sha256 or "" for row in rows])
            note(session, self.house, "unit-arrived", key)
        own = unit.first_sighting == rows[0].id
        if own and unit.state == State.failed and (fresh or rows[0].error_class in MENDED_OUTSIDE):
            unit.state = State.waiting
            if fresh:
                self.house.vault.drop_unit(key)  # what was read may be of bytes that lay there meanwhile
        if line is not None:
            stored = line_key(self.fonds, line)
            if own:
                unit.line_key, unit.dossier_code = stored, line.dossier_code
            for row in rows:
                row.line_key = stored
        elif own:
            unit.dossier_code = found_unit.dossier_hint(self.inventory)
        if secrecy is not None and unit.state != State.quarantined:
            if unit.state == State.done:
                self.arrival.to_seal.append(key)
            else:
                self.quarantine(session, unit, secrecy)
        for row, found in zip(rows, found_unit.members, strict=True):
            row.state = unit.state if own else State.duplicate
            row.dossier_code = found_unit.dossier_hint(self.inventory)
            row.duplicate_of = None if own else unit.first_sighting
            if row.state != State.failed:
                row.error_class = row.error_message = None
            self.tell_name(row, found, unit)
        if len(whole) == len(facts) and unit.state != State.quarantined and _at_hand(found_unit):
            self.arrival.places.setdefault(key, places_of(found_unit, whole))

    def new_unit(
        self, session: Session, key: str, first: int, facts: Sequence[FileFacts], hashes: Sequence[str]
    ) -> Unit:
        pages = sum(fact.pages for fact in facts)
        unit = Unit(key=key, batch_id=self.batch_id, first_sighting=first, state=State.waiting, pages=pages)
        session.add(unit)
        for fact in facts:
            if session.get(File, fact.sha256) is None:
                session.add(File(sha256=fact.sha256, size=fact.size, kind=fact.kind, pages=fact.pages))
                session.flush()
        session.flush()
        if facts:
            session.add_all(UnitFile(unit_key=key, position=i, sha256=h) for i, h in enumerate(hashes))
        return unit

    def quarantine(self, session: Session, unit: Unit, secrecy: Secrecy) -> None:
        hashes = quarantine_unread(session, self.house, unit, secrecy)
        for path_hash_ in hashes:
            self.names.pop(f"name:{path_hash_}", None)
        self.house.vault.names.drop(f"name:{h}" for h in hashes)
        self.house.vault.drop_unit(unit.key)  # what an earlier run had read of it

    def keep_name(self, row: Sighting, found: Found, line: InventoryLine | None) -> None:
        """The name of what was never read stays in the vault, for whoever must mend it; not if the inventory calls it secret."""
        if self.secrecy_of(line) is None:
            self.names[f"name:{row.path_hash}"] = {"name": found.name}
        else:
            self.house.vault.names.drop([f"name:{row.path_hash}"])

    def tell_name(self, row: Sighting, found: Found, unit: Unit) -> None:
        """A name goes to the catalogue after an open verdict, to the vault before it, nowhere when secret."""
        if unit.state == State.done:
            row.path = found.name
        elif unit.state != State.quarantined:
            self.names[f"name:{row.path_hash}"] = {"name": found.name}

    def forget_opened(self, found: Sequence[Found]) -> None:
        """Folders that could not be read and can be now: what lies in them counts, they were no files."""
        seen = {one.name for one in found}
        above = {str(place) for one in found for place in PurePosixPath(one.name).parents} - seen
        opened = {path_hash(self.house, self.batch_id, name) for name in above}
        gone = [row for key, row in self.known.items() if key in opened and row.sha256 is None]
        for rows in in_chunks(gone, 500):
            with self.house.catalogue.write() as session:
                session.execute(delete(Sighting).where(Sighting.id.in_([row.id for row in rows])))
        self.house.vault.names.drop(f"name:{row.path_hash}" for row in gone)

    def register_vanished(self, seen: set[str]) -> None:
        """A file that waited and is gone is failed, with that reason."""
        gone = [row.id for key, row in self.known.items() if key not in seen and row.state == State.waiting]
        for ids in in_chunks(gone, 500):
            with self.house.catalogue.write() as session:
                for row in session.scalars(select(Sighting).where(Sighting.id.in_(ids))):
                    if row.state == State.waiting:  # another run may have ended it since
                        fail(row, VANISHED)


def _at_hand(unit: FoundUnit) -> bool:
    """Whether the bytes of all its files can be read."""
    return all(found.path is not None for found in unit.members)


def _settle(answer: Any, limits: Limits) -> FileFacts | Problem | str:
    if not isinstance(answer, Future):
        return answer  # type: ignore[no-any-return]
    try:
        return answer.result()  # type: ignore[no-any-return]
    except errors.EngineMissingError:
        raise  # not the file's fault
    except Exception as error:
        return problem_of_look(error, limits)
