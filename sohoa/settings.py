"""All settings, read once at the edge into one typed object that is passed down.

Sources, the later winning: `config/settings.toml`, the file named by `SOHOA_SETTINGS`, environment variables
`SOHOA_…` (nested with `__`, as `SOHOA_LIMITS__PAGES`), arguments of the call. Secrets come from the environment
or from `secrets.env` in the data folder, which must be readable by its owner only.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from sohoa.errors import SettingsError

NOT_SETTINGS = frozenset({"SOHOA_SETTINGS"})
CONFIG_DIR = Path(__file__).resolve().parent.parent / "config"


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(Part):
    """Scanned files are hostile input: over a limit, a file is refused or a page fails, with the limit named."""

    file_bytes: int = 2 * 1024**3
    pages: int = 2_000
    """Pages in one file."""
    page_pixels: int = 150_000_000
    """Pixels of one page image; A0 at 300 dpi has 139 million."""
    page_inches: float = 60.0
    """Longest side of a page; A0 is 47 inches."""
    zip_depth: int = 2
    zip_members: int = 20_000
    zip_ratio: float = 200.0
    """Unpacked bytes over packed bytes of one zip."""
    zip_bytes: int = 20 * 1024**3
    name_bytes: int = 255
    page_seconds: float = 120.0
    """Wall time for reading one page, all attempts together."""
    bad_pages: int = 10
    """Pages of one file that may crash their reader or use up their time; after them the rest is not tried."""
    file_seconds: float = 60.0
    """Wall time for validating one file (page tree, header, hash)."""
    worker_memory_mb: int = 4_096
    """Address space of one worker process and of each program it calls."""
    page_text_bytes: int = 1_000_000


class Reading(Part):
    """How pages are cleaned and read; every value is part of the version of a reading."""

    languages: str = "vie"
    dpi: int = 200
    """Pages are scaled down to this before reading; measured best between 175 and 200, never scaled up."""
    psm: int = 3
    text_layer: bool = True
    """Use the text layer of a born-digital PDF when it is sound."""
    orient_below: float = 0.60
    """Mean word confidence (0–1) under which the other orientations are tried."""
    blank_ink: float = 0.0005
    """Share of ink pixels under which a page is blank."""


class ServerSettings(Part):
    """The Prefect server that `sohoa up` and `sohoa digitise` start or use."""

    host: str = "127.0.0.1"
    port: int = 4200
    database_url: str | None = None
    """None: SQLite in the data folder; else `postgresql+asyncpg://…`."""
    start_seconds: float = 180.0


class ObjectSettings(Part):
    """Access to the object server; used when `objects_url` begins with `s3`."""

    access_key: str = ""
    secret_key: SecretStr = SecretStr("")
    ca_file: Path | None = None
    retention_mode: Literal["GOVERNANCE", "COMPLIANCE"] = "GOVERNANCE"
    """COMPLIANCE cannot be undone by anybody before its date, not even to seal a record found secret later."""
    retention_days: int = 3650


class IndexSettings(Part):
    """Access to Elasticsearch; used when `index_url` begins with `http`."""

    name: str = "sohoa"
    user: str = ""
    password: SecretStr = SecretStr("")
    api_key: SecretStr = SecretStr("")
    ca_file: Path | None = None


class Settings(Part):
    """Everything an installation chooses. A URL chooses a back end; empty URLs mean the embedded one in `data`."""

    data: Path = Path("data")
    """Folder of the embedded stores, the vault, logs and the Prefect database."""
    catalogue_url: str = ""
    """`sqlite:///…` or `postgresql+psycopg://…`."""
    catalogue_busy_seconds: float = Field(default=60.0, gt=0)
    """How long a write waits while another program locks a SQLite catalogue."""
    objects_url: str = ""
    """`file:///…` or `s3+http://host:port/bucket`, `s3+https://…`."""
    index_url: str = ""
    """`tantivy:///…` or `http(s)://host:port`."""
    workers: int = Field(default_factory=lambda: max(1, len(os.sched_getaffinity(0))), ge=1, le=256)
    lang: Literal["vi", "en"] = "vi"
    fonds: str = "PH01"
    """Code of the fonds (mã phông) used where a batch names none."""
    agency: str = "CQ01"
    """Code of the owning agency used where a batch names none."""
    engine: str = ""
    """Another OCR engine, as `module:Class`; empty: Tesseract as a library, or as a program where its wheel is missing."""
    limits: Limits = Limits()
    reading: Reading = Reading()
    server: ServerSettings = ServerSettings()
    objects: ObjectSettings = ObjectSettings()
    index: IndexSettings = IndexSettings()

    @property
    def vault_dir(self) -> Path:
        """Folder of mode 0700 where everything stays until its secrecy verdict."""
        return self.data / "vault"

    @property
    def resolved_catalogue_url(self) -> str:
        return self.catalogue_url or f"sqlite:///{self.data / 'catalogue.db'}"

    @property
    def resolved_objects_url(self) -> str:
        return self.objects_url or f"file://{self.data / 'objects'}"

    @property
    def resolved_index_url(self) -> str:
        return self.index_url or f"tantivy://{self.data / 'index'}"


def load(**overrides: Any) -> Settings:
    """Read the settings. `SettingsError` names the file or variable and what is wrong with it.

    `overrides` (the command line's options) win over everything else; None values are ignored.
    """
    merged: dict[str, Any] = {}
    extra = os.environ.get("SOHOA_SETTINGS")
    for path in (CONFIG_DIR / "settings.toml", Path(extra) if extra else None):
        if path is None:
            continue
        if not path.is_file():
            if extra and path == Path(extra):
                raise SettingsError(
                    f"Không có tệp cấu hình {path}. Sửa biến SOHOA_SETTINGS.",
                    f"There is no settings file {path}. Correct SOHOA_SETTINGS.",
                )
            continue
        merged = _merge(merged, _read_toml(path))
    try:
        data = Path(overrides.get("data") or os.environ.get("SOHOA_DATA") or merged.get("data") or "data")
        data = data.expanduser().resolve()
        merged = _merge(merged, _nested(_read_secrets(data / "secrets.env")))
        merged = _merge(merged, _nested(os.environ.items()))
        merged = _merge(merged, {name: value for name, value in overrides.items() if value is not None})
        return Settings.model_validate({**merged, "data": data})
    except ValidationError as error:
        where = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"Cấu hình sai: {where}", f"Wrong setting: {where}") from None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"Tệp {path} không đọc được: {error}", f"Cannot read {path}: {error}") from None


def _read_secrets(path: Path) -> list[tuple[str, str]]:
    """Lines `NAME=value` of the secrets file."""
    if not path.is_file():
        return []
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsError(
            f"Tệp mật khẩu {path} mở cho người khác đọc. Chạy: chmod 600 {path}",
            f"The secrets file {path} can be read by others. Run: chmod 600 {path}",
        )
    lines = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines())
    return [(name.strip(), value.strip()) for name, found, value in lines if found and not name.startswith("#")]


def _nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`SOHOA_LIMITS__PAGES=7` → `{"limits": {"pages": "7"}}`; names of other programs are left out."""
    result: dict[str, Any] = {}
    for name, value in pairs:
        if not name.upper().startswith("SOHOA_") or name.upper() in NOT_SETTINGS:
            continue
        *outer, last = name.upper().removeprefix("SOHOA_").lower().split("__")
        place = result
        for key in outer:
            place = place.setdefault(key, {})
        place[last] = value
    return result


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merge(merged[key], value)
        else:
            merged[key] = value
    return merged
