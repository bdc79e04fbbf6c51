"""A register of outgoing documents (sổ đăng ký văn bản đi) enters the catalogue: a denominator where no inventory is.

Its lines are treated as an inventory's: what they count is in the catalogue at once, their sentences stay in the vault
until the record they name was judged open, and secret ones are nowhere.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from sohoa.intake.inventory import Inventory, InventoryLine
from sohoa.intake.inventory.cells import key_of
from sohoa.pipeline.chunks import in_chunks
from sohoa.pipeline.house import House, note
from sohoa.pipeline.inventory import line_key, line_texts, withdraw
from sohoa.settings import CONFIG_DIR
from sohoa.stores.catalogue.tables import HELD, REGISTER, Agency, Batch, Denominator, Fonds, InventoryLineRow
from sohoa.targets.agencies import Agencies, load_agencies
from sohoa.targets.denominators import COMPARED, add_version, compare, digest_of
from sohoa.targets.groups import load_groups


@lru_cache(maxsize=1)
def _agencies() -> Agencies:
    return load_agencies(CONFIG_DIR)


def series_of(agency: str, year: int | None) -> str:
    """What the versions of an agency's register of one year have in common."""
    return "register:" + hashlib.sha256(f"{agency}\0{year or ''}".encode()).hexdigest()[:32]


def import_register(
    house: House, register: Inventory, *, fonds: str, agency: str, stated: date | None = None
) -> list[Denominator]:
    """Bring the years of an agency's register up to date; gives the versions that are new, by year."""
    lines = _own_keys(register, agency)
    years = sorted({line.year for line in lines}, key=lambda year: year or 0)
    with house.catalogue.write() as session:
        if session.get(Agency, agency) is None:
            session.add(Agency(code=agency))
        if session.get(Fonds, fonds) is None:
            session.add(Fonds(code=fonds, agency_code=agency))
    made = []
    for year in years:
        added = _import_year(house, [x for x in lines if x.year == year], year, fonds, agency, stated)
        if added is not None:
            made.append(added)
    return made


def _own_keys(register: Inventory, agency: str) -> list[InventoryLine]:
    """The lines with keys that neither a sheet's name nor an inventory shares; two equal lines are two."""
    used: Counter[str] = Counter()
    lines = []
    for line in register.lines:
        key = key_of("register", agency, line.notation, line.issued_date, line.subject)
        used[key] += 1
        own = f"register-{key}-{used[key]}"
        lines.append(line.model_copy(update={"key": own, "dossier_code": None}))
    return lines


def _import_year(
    house: House, lines: list[InventoryLine], year: int | None, fonds: str, agency: str, stated: date | None
) -> Denominator | None:
    series = series_of(agency, year)
    group = load_groups(CONFIG_DIR).of_registers
    facts = {line_key(fonds, x): _facts(x, agency, group) for x in lines}
    public = {line_key(fonds, x): facts[line_key(fonds, x)] for x in lines if x.secrecy is None}
    with house.catalogue.write() as session:
        note(session, house, "register-read", series, lines=len(public))
        mine = InventoryLineRow.batch_id == series, InventoryLineRow.withdrawn.is_(False)
        old = session.scalars(select(InventoryLineRow).where(*mine)).all()
        before = {r.key: {name: getattr(r, name) for name in COMPARED} for r in old if r.secrecy is None}
        added = add_version(
            session,
            series,
            origin=REGISTER,
            quality="counted",
            agency=agency,
            year=year,
            count=len(public),
            digest=digest_of(public),
            who=house.who,
            stated=stated,
            change=compare(before, public),
        )
    private: dict[str, dict[str, Any]] = {}
    for some in in_chunks(list(enumerate(lines)), 500):
        with house.catalogue.write() as session:
            for position, line in some:
                key = line_key(fonds, line)
                row = session.get(InventoryLineRow, key)
                if row is None:
                    row = InventoryLineRow(key=key, origin=REGISTER)
                    session.add(row)
                row.batch_id, row.position, row.fonds_code, row.withdrawn = series, position, fonds, False
                for name, value in facts[key].items():
                    setattr(row, name, value)
                row.secrecy = line.secrecy
                if line.secrecy is not None or row.matched_by == HELD:
                    row.number = row.notation = row.issued_date = row.subject = None
                    house.vault.names.drop([f"line:{key}"])
                elif row.subject is None:
                    private[f"line:{key}"] = {**line_texts(line), "key": line.key}
    house.vault.names.put(private)
    with house.catalogue.write() as session:
        rows = session.scalars(select(InventoryLineRow).where(*mine)).all()
        gone = withdraw(session, rows, facts)
    house.vault.names.drop(f"line:{key}" for key in gone)
    return added


def _facts(line: InventoryLine, agency: str, group: str | None) -> dict[str, Any]:
    return {
        "agency_code": agency,
        "year": line.year,
        "type": line.type,
        "pages": line.pages,
        "retention": line.retention,
        "group_id": None if line.secrecy else group,
    }


def open_lines(house: House, batch_id: str) -> dict[str, InventoryLine]:
    """Lines, by key, of the registers of a batch's agency and fonds that no record was found for yet."""
    row = InventoryLineRow
    waiting = row.origin == REGISTER, row.record_id.is_(None), row.withdrawn.is_(False), row.secrecy.is_(None)
    with house.catalogue.read() as session:
        batch = session.get_one(Batch, batch_id)
        query = select(row).where(*waiting, row.fonds_code == batch.fonds_code).order_by(row.batch_id, row.position)
        rows = [r for r in session.scalars(query) if r.matched_by != HELD]
    rows = [r for r in rows if _maker(r.agency_code) == _maker(batch.agency_code)]
    found: dict[str, InventoryLine] = {}
    for one in rows:
        told = house.vault.names.get(f"line:{one.key}")
        if told is not None and "key" in told:
            found[one.key] = InventoryLine(**told, year=one.year, type=one.type, pages=one.pages)
    return found


def batches_of(house: House, fonds: str) -> list[str]:
    """Batches of a fonds, whose records a new register may list."""
    with house.catalogue.read() as session:
        return list(session.scalars(select(Batch.id).where(Batch.fonds_code == fonds).order_by(Batch.created)))


def _maker(code: str) -> str:
    agency = _agencies().find(code)
    return agency.id if agency else code
