"""The catalogue's tables: what the migrations make is what the models say, and an older catalogue keeps its rows."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from sohoa.settings import load
from sohoa.stores.catalogue import database
from sohoa.stores.catalogue.database import open_catalogue
from sohoa.stores.catalogue.tables import Meta, Page, Record, Sighting, Table


def test_the_migrations_make_what_the_models_say(tmp_path: Path) -> None:
    catalogue = open_catalogue(load(data=tmp_path))
    with catalogue.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []
    catalogue.close()


def test_an_error_of_the_catalogue_quotes_no_row(tmp_path: Path) -> None:
    catalogue = open_catalogue(load(data=tmp_path))
    with pytest.raises(IntegrityError) as caught, catalogue.write() as session:
        session.add(Sighting(path_hash="0", state="done", path="Ong Nguyen Van Kin.pdf"))
    assert "sighting" in str(caught.value) and "Kin" not in str(caught.value)
    catalogue.close()


def test_a_catalogue_of_the_first_revision_is_taken_over(tmp_path: Path) -> None:
    old = sa.create_engine(f"sqlite:///{tmp_path / 'catalogue.db'}")
    with old.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in (
            "INSERT INTO meta VALUES ('salt', 'abc')",
            "INSERT INTO batch VALUES ('b1', '/kho', 'PH01', 'CQ01', '{}', '2026-01-01', NULL)",
            "INSERT INTO unit (key, batch_id, first_sighting, state, pages) VALUES ('u1', 'b1', 1, 'done', 1)",
            "INSERT INTO page (unit_key, page, outcome, source, words, confidence, rotation) "
            "VALUES ('u1', 1, 'text', 'ocr', 9, 0.9, 0)",
            "INSERT INTO record (id, unit_key, state, fonds_code, agency_code, pages, revision) "
            "VALUES ('r1', 'u1', 'open', 'PH01', 'CQ01', 1, 1)",
        ):
            connection.execute(sa.text(statement))
    old.dispose()
    catalogue = open_catalogue(load(data=tmp_path))
    with catalogue.read() as session:
        assert session.scalars(sa.select(Page.batch_id)).all() == ["b1"]
        assert session.scalars(sa.select(Record.batch_id)).all() == ["b1"]
    catalogue.close()
    assert len(list(tmp_path.glob("catalogue.db.0001-*"))) == 1, "the copy kept before a migration"


class _Stop(BaseException):
    """As Prefect's TerminationSignal: raised by a signal handler, anywhere."""


def test_a_cancel_inside_a_statement_stays_a_cancel(tmp_path: Path) -> None:
    """It is no error of the row that was being written, for which a file would be blamed."""
    catalogue = open_catalogue(load(data=tmp_path))

    @sa.event.listens_for(catalogue.engine, "do_execute")
    def strike(_cursor: object, statement: str, *_: object) -> None:
        if "strike" in statement:
            raise _Stop

    with pytest.raises(_Stop), catalogue.write() as session:
        session.add(Meta(key="x", value="1"))
        session.flush()
        session.execute(sa.text("SELECT 'strike'"))
    with catalogue.write() as session:
        assert session.get(Meta, "x") is None
    catalogue.close()
