"""Open the catalogue: SQLite in WAL or PostgreSQL, migrated, never a newer one, never on a network share."""

from __future__ import annotations

import fcntl
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InvalidRequestError, OperationalError
from sqlalchemy.orm import Session

from sohoa.errors import (
    CatalogueTooNewError,
    CatalogueUnsafeError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreUnreachableError,
)
from sohoa.settings import Settings
from sohoa.stores.catalogue.tables import Meta

NETWORK_FILE_SYSTEMS = frozenset(
    ["nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "9p", "fuse.sshfs", "davfs", "fuse.glusterfs", "ceph"]
)


class Catalogue:
    """An open catalogue. `write()` and `read()` give sessions; `write` commits at its end or leaves no trace."""

    def __init__(self, engine: Engine, busy_seconds: float) -> None:
        self.engine = engine
        self._busy_seconds = busy_seconds
        self._writer = engine.execution_options(write=True)
        with self.read() as session:
            self.salt = session.get_one(Meta, "salt").value

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction. `StoreError` classes for a full disk, a lock held too long, a lost server."""
        with _translated(self._busy_seconds), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads one consistent state."""
        with _translated(self._busy_seconds), Session(self.engine, expire_on_commit=False) as session:
            yield session

    def forget(self) -> None:
        """Clear SQLite's log of what was overwritten, so that withdrawn text is in no file any more."""
        if self.engine.dialect.name == "sqlite":
            with _translated(self._busy_seconds), self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give up all connections."""
        self.engine.dispose()


@contextmanager
def _translated(busy_seconds: float) -> Iterator[None]:
    try:
        yield
    except InvalidRequestError as error:
        # A cancel strikes anywhere, also inside a statement; SQLAlchemy then complains of its connection instead.
        cancelled = _interruption(error)
        if cancelled is None:
            raise
        raise cancelled from None
    except OperationalError as error:
        text = str(error.orig)
        if "disk is full" in text or "disk I/O" in text or "No space" in text:
            raise StoreFullError(
                "Đĩa chứa danh mục đã đầy. Giải phóng chỗ rồi chạy lại; việc đã xong không mất.",
                "The disk of the catalogue is full. Free some room and run again; finished work is kept.",
            ) from error
        if "locked" in text:
            raise StoreBusyError(
                f"Danh mục bị chương trình khác khóa quá {busy_seconds:g} giây. Đóng chương trình đó rồi chạy lại; việc đã xong không mất.",
                f"Another program locked the catalogue for over {busy_seconds:g} s. Close it and run again; finished work is kept.",
            ) from error
        if "readonly" in text or "unable to open" in text:
            raise StoreError(
                "Không ghi được danh mục. Kiểm tra quyền ghi của thư mục dữ liệu.",
                "The catalogue cannot be written. Check the rights on the data folder.",
            ) from error
        raise StoreUnreachableError(
            "Không nối được máy chủ danh mục. Kiểm tra SOHOA_CATALOGUE_URL và chạy: sohoa doctor",
            "The catalogue's server does not answer. Check SOHOA_CATALOGUE_URL and run: sohoa doctor",
        ) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreUnreachableError(
                "Mất nối với máy chủ danh mục. Chạy lại khi máy chủ hoạt động; việc đã xong không mất.",
                "The connection to the catalogue was lost. Run again when it answers; finished work is kept.",
            ) from error
        raise


def _interruption(error: BaseException | None) -> BaseException | None:
    """What stopped the program while the error's block ran: a signal's exception, which is no `Exception`."""
    while isinstance(error, Exception):
        error = error.__context__
    return error


def open_catalogue(settings: Settings) -> Catalogue:
    """Open and, where needed, create or migrate the catalogue that the settings name.

    A copy of a SQLite catalogue is kept beside it before every migration. Raises `CatalogueTooNewError`,
    `CatalogueUnsafeError`, `StoreUnreachableError`.
    """
    url = make_url(settings.resolved_catalogue_url)
    path = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    # Without `hide_parameters` an error quotes the row's names and titles, and is logged wherever it passes.
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        refuse_network_share(path.parent)
        waits = {"timeout": settings.catalogue_busy_seconds, "isolation_level": None}
        engine = create_engine(url, connect_args=waits, hide_parameters=True)
        _prepare_sqlite(engine)
    else:
        engine = create_engine(url, pool_pre_ping=True, pool_size=10, hide_parameters=True)
    with _alone(path), _translated(settings.catalogue_busy_seconds), engine.connect() as connection:
        _migrate(connection, path)
    return Catalogue(engine, settings.catalogue_busy_seconds)


@contextmanager
def _alone(path: Path | None) -> Iterator[None]:
    """Two programs that open a new SQLite catalogue at once must not both make it: one waits for the other."""
    if path is None:
        yield
        return
    try:
        lock = path.with_name(f"{path.name}.lock").open("w")
    except OSError:
        yield  # the catalogue itself will say what is wrong
        return
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def refuse_network_share(folder: Path) -> None:
    """SQLite's locks do not hold on network file systems (sqlite.org/wal.html): `CatalogueUnsafeError` there."""
    folder = folder.resolve()
    mounts = sorted(psutil.disk_partitions(all=True), key=lambda m: len(m.mountpoint), reverse=True)
    for mount in mounts:
        if folder.is_relative_to(mount.mountpoint):
            if mount.fstype.lower() in NETWORK_FILE_SYSTEMS:
                raise CatalogueUnsafeError(
                    f"Thư mục dữ liệu nằm trên ổ mạng ({mount.fstype}); danh mục SQLite ở đó có thể hỏng. "
                    "Đặt SOHOA_DATA trên đĩa trong máy, hoặc dùng PostgreSQL.",
                    f"The data folder is on a network share ({mount.fstype}), where SQLite can break. "
                    "Put SOHOA_DATA on a local disk, or use PostgreSQL.",
                )
            return


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def pragmas(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # What is withdrawn must not stay readable in free pages.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def immediate(connection: Connection) -> None:
        # Taking the write lock at once makes two writers queue; upgrading a read lock would fail instead.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN")

    @event.listens_for(engine, "commit")
    def commit(connection: Connection) -> None:
        connection.exec_driver_sql("COMMIT")

    @event.listens_for(engine, "rollback")
    def rollback(connection: Connection) -> None:
        held = connection.connection.dbapi_connection
        if held is None or not held.in_transaction:  # a BEGIN that found the catalogue locked began nothing
            return
        connection.exec_driver_sql("ROLLBACK")


def _migrate(connection: Connection, path: Path | None) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    current, head = MigrationContext.configure(connection).get_current_revision(), scripts.get_current_head()
    connection.rollback()
    if current == head:
        return
    if current is not None and current not in {s.revision for s in scripts.walk_revisions()}:
        raise CatalogueTooNewError(
            f"Danh mục do bản sohoa mới hơn tạo ra (bản {current}). Cập nhật sohoa rồi chạy lại.",
            f"The catalogue was written by a newer sohoa (revision {current}). Update sohoa and run again.",
        )
    if path is not None and current is not None:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.rollback()  # the migration commits only a transaction that it began itself
        shutil.copy2(path, path.with_name(f"{path.name}.{current}-{datetime.now():%Y%m%dT%H%M%S}"))
    command.upgrade(config, "head")
    with Session(connection) as session:
        if session.scalar(select(Meta).where(Meta.key == "salt")) is None:
            session.add(Meta(key="salt", value=secrets.token_hex(32)))
        session.commit()
