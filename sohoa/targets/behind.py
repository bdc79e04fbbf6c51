"""What stands behind a figure: its records one by one, and where the page disagrees with the inventory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import and_, case, select

from sohoa.models import Value
from sohoa.stores.catalogue.tables import INVENTORY, InventoryLineRow, Record, RecordState, ValueRow
from sohoa.targets.counting import Counter, owners_in_scope
from sohoa.targets.lines import PAGES, counted, passed, record_passed
from sohoa.targets.plan import Scope, Stage, Target
from sohoa.targets.retention import retention_name
from sohoa.text.normal import fold


class Behind(Value):
    """One unit behind a figure. `size` is its share of the denominator: 1, or its pages."""

    line: str | None
    position: int | None
    """Row in the inventory, from 1."""
    record: str | None
    dossier: str | None
    agency: str
    year: int | None
    type: str | None
    retention: str | None
    group: str | None
    origin: str
    size: int
    done: bool


def records_behind(counter: Counter, target: Target, agency: str | None = None) -> Iterator[Behind]:
    """Every line behind the figure of a target, in the order of the inventories, then records behind declared numbers.

    Of a target in dossiers the lines of its dossiers: a dossier is done when all of its lines are. `agency` (id, code
    or name) keeps those of one agency and of those below it.
    """
    stage = target.stage or Stage.stored
    wanted = _wanted(counter, target.scope, agency)
    line = InventoryLineRow
    size = PAGES if target.unit == "page" else case((line.key == line.key, 1))
    done = case((passed(stage, counter.until), 1), else_=0)
    query = counted(line, size, done).order_by(line.agency_code, line.year, line.batch_id, line.position)
    for row, pages, through in counter.session.execute(query.execution_options(yield_per=2_000)):
        owner = counter.owner(row.agency_code, row.year)
        origin = counter.covered().get((counter.maker(row.agency_code, row.year), row.year))
        if origin == row.origin and wanted(owner) and target.scope.holds(row.year, row.retention, row.group_id):
            yield Behind(
                line=row.key, position=row.position + 1, record=row.record_id, dossier=row.dossier_key, agency=owner,
                year=row.year, type=row.type, retention=retention_name(row.retention), group=row.group_id,
                origin=row.origin, size=pages, done=bool(through),
            )  # fmt: skip
    yield from _declared(counter, target, stage, wanted)


def _wanted(counter: Counter, scope: Scope, agency: str | None) -> Callable[[str], bool]:
    in_scope = owners_in_scope(scope, counter.agencies, counter.organised_on)
    below = counter.below(agency) if agency is not None else None
    return lambda owner: in_scope(owner) and (below is None or owner in below)


def _declared(counter: Counter, target: Target, stage: Stage, wanted: Callable[[str], bool]) -> Iterator[Behind]:
    cells = [c for c in counter.cells(target.unit, stage) if c.origin == "declared"]
    told = {(counter.maker(c.code, c.year), c.year) for c in cells}
    if not told:
        return
    query = select(Record).where(Record.line_key.is_(None), record_passed(stage, counter.until)).order_by(Record.id)
    for record in counter.session.scalars(query):
        owner = counter.owner(record.agency_code, record.year)
        here = (counter.maker(record.agency_code, record.year), record.year) in told
        if here and wanted(owner) and target.scope.holds(record.year, None, None):
            yield Behind(
                line=None, position=None, record=record.id, dossier=record.dossier_key, agency=owner, year=record.year,
                type=record.type, retention=None, group=None, origin="declared",
                size=record.pages if target.unit == "page" else 1, done=True,
            )  # fmt: skip


class Disagreement(Value):
    """A record whose page says something else than its inventory line; the line is what counts."""

    record: str
    what: str
    """`type`, `year` or `agency`."""
    inventory: str
    page: str


def disagreements(counter: Counter, scope: Scope | None = None) -> Iterator[Disagreement]:
    """Records whose page and line disagree about type, year or agency, open ones only."""
    line, dated, issued = InventoryLineRow, ValueRow.__table__.alias("dated"), ValueRow.__table__.alias("issued")
    query = (
        counted(line, Record, dated.c.value, issued.c.value)
        .outerjoin(
            dated,
            and_(dated.c.record_id == Record.id, dated.c.name == "issued_date", dated.c.source == "machine"),
        )
        .outerjoin(issued, and_(issued.c.record_id == Record.id, issued.c.name == "issuing_body"))
        .where(Record.state == RecordState.open, line.origin == INVENTORY)
        .order_by(line.agency_code, line.year, line.position)
    )
    wanted = owners_in_scope(scope, counter.agencies, counter.organised_on) if scope else None
    for row, record, written, body in counter.session.execute(query.execution_options(yield_per=2_000)):
        owner = counter.owner(row.agency_code, row.year)
        if wanted is not None and not wanted(owner):
            continue
        if row.type and record.type and record.type != "unknown" and fold(row.type) != fold(record.type):
            yield Disagreement(record=record.id, what="type", inventory=row.type, page=record.type)
        if row.year and written and written[:4].isdigit() and int(written[:4]) != row.year:
            yield Disagreement(record=record.id, what="year", inventory=str(row.year), page=written[:4])
        named = counter.agencies.find(body) if body else None
        maker = counter.maker(row.agency_code, row.year)
        if named is not None and counter.agencies.get(maker) is not None and named.id != maker:
            yield Disagreement(record=record.id, what="agency", inventory=maker, page=named.id)
