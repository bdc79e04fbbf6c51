"""Holds an archive that was digitised against the truth of its sample."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from sohoa.models import EVERYTHING
from sohoa.pipeline.accounts import names_of
from sohoa.pipeline.house import House
from sohoa.sample.phrases import draw_phrases
from sohoa.sample.truth import Truth
from sohoa.stores.catalogue.tables import InventoryLineRow, Part, Record, Sighting
from sohoa.targets.percentages import percentages


def wrong_states(house: House, truth: Truth) -> dict[str, tuple[str, str]]:
    """Sightings that ended otherwise than expected: name → (is, should be). Of equal files either may be the duplicate."""
    expected = {name: file.state for file in truth.files for name in file.sightings}
    twins = {file.path for file in truth.files if file.duplicate_of} | {
        file.duplicate_of for file in truth.files if file.duplicate_of
    }
    either = {name for file in truth.files if file.path in twins for name in file.sightings}
    is_: dict[str, str] = {}
    hidden: list[str] = []
    with house.catalogue.read() as session:
        for row in session.scalars(select(Sighting).where(Sighting.state != "unpacked")):
            name = names_of(house, [row])[row.id]
            if name == "(kín)":
                hidden.append(row.state)
            else:
                is_[name] = row.state
    wrong = {
        name: (is_.get(name, "hidden"), state)
        for name, state in expected.items()
        if is_.get(name, "hidden") != state and not (state == "quarantined" and name not in is_)
        and not (name in either and is_.get(name) in ("done", "duplicate"))
    }  # fmt: skip
    secret = sum(1 for state in expected.values() if state == "quarantined")
    if len(hidden) != secret:
        wrong["(hidden)"] = (str(len(hidden)), str(secret))
    return wrong


def wrong_shares(house: House, truth: Truth) -> list[tuple[object, ...]]:
    """Rows of the table of percentages that differ from the count over the truth."""
    with house.catalogue.read() as session:
        ours = {(s.agency, s.year): (s.digitised, s.lines) for s in percentages(session)}
    theirs = {(p.agency, p.year): (p.done, p.lines - p.withheld) for p in truth.percentages if p.lines > p.withheld}
    return [
        (key, ours.get(key), theirs.get(key))
        for key in sorted(set(ours) | set(theirs))
        if ours.get(key) != theirs.get(key)
    ]


@dataclass
class Queries:
    """How the queries went."""

    asked: int = 0
    found: int = 0
    right_page: int = 0
    missed: list[tuple[str, str]] = field(default_factory=list)


def ask(house: House, truth: Truth, *, count: int, seed: int, at_most: int | None) -> Queries:
    """Three consecutive words of random pages, folded: is the record in the first three, with the right page?

    `at_most` leaves out phrases that more records hold, of which none is "the right one"; None keeps all.
    """
    places = _places(house, truth)
    result = Queries()
    for phrase in draw_phrases(truth, count, seed, at_most=at_most):
        right = places.get((phrase.path, phrase.page), set())
        hits = house.index.search(phrase.text, EVERYTHING, limit=3).hits
        result.asked += 1
        if {hit.record_id for hit in hits} & {record for record, _ in right}:
            result.found += 1
            result.right_page += any((hit.record_id, number) in right for hit in hits for number in hit.pages)
        else:
            result.missed.append((phrase.text, f"{phrase.path} {phrase.page}"))
    return result


def _places(house: House, truth: Truth) -> dict[tuple[str, int], set[tuple[str, int]]]:
    """(file, page of the truth) → (record id, page in the record) of the archive."""
    places: dict[tuple[str, int], set[tuple[str, int]]] = {}
    with house.catalogue.read() as session:
        names: dict[str, list[str]] = {}
        for row in session.scalars(select(Sighting).where(Sighting.unit_key.is_not(None), Sighting.path.is_not(None))):
            names.setdefault(row.unit_key or "", []).append(row.path or "")
        units: dict[str, str] = {}
        for file in truth.files:
            for key, paths in names.items():
                if file.sightings[0] in paths:
                    units[key] = file.path
        for part in session.scalars(select(Part)):
            record = session.get_one(Record, part.record_id)
            for offset in range(part.last_page - part.first_page + 1):
                path = units.get(part.unit_key)
                if path is not None and record.state == "open":
                    first = _first_unit_page(session, part)
                    place = (record.id, part.unit_page + offset - first + 1)
                    places.setdefault((path, part.unit_page + offset), set()).add(place)
    return places


def _first_unit_page(session, part: Part) -> int:  # type: ignore[no-untyped-def]
    query = select(Part.unit_page).where(Part.record_id == part.record_id, Part.version == part.version)
    return min(session.scalars(query))


def unlinked(house: House) -> list[tuple[object, ...]]:
    """Inventory lines without a record, for a look at what went wrong."""
    with house.catalogue.read() as session:
        rows = session.scalars(select(InventoryLineRow).where(InventoryLineRow.record_id.is_(None))).all()
        return [(row.position + 1, row.agency_code, row.year) for row in rows]
