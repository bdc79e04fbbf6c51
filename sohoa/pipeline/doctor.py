"""What this machine lacks, and the command that mends it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

from sohoa.errors import SohoaError
from sohoa.language import say
from sohoa.models import Value
from sohoa.ocr.engine import load_engine
from sohoa.records.rules import load_rules
from sohoa.settings import CONFIG_DIR, Settings
from sohoa.stores.catalogue.database import open_catalogue
from sohoa.stores.index import open_index
from sohoa.stores.objects import open_objects

ENOUGH_BYTES = 5 * 1024**3
ENOUGH = (3, 11)


class Finding(Value):
    """One thing looked at: what, whether it is well, what was found, and the cure when it is not."""

    what: str
    ok: bool
    found: str
    cure: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Look at programs, stores, disk and settings; never raises for what it finds."""
    looks: list[tuple[str, Callable[[], str], str]] = [
        ("Python", _python, "sudo apt-get install python3"),
        (
            "Tesseract",
            lambda: _engine(settings),
            "sudo apt-get install tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd",
        ),
        ("Poppler", lambda: _program("pdftoppm"), "sudo apt-get install poppler-utils"),
        ("setpriv", lambda: _program("setpriv"), "sudo apt-get install util-linux"),
        (
            say("Quy tắc nhận dạng", "Recognition rules"),
            lambda: load_rules(CONFIG_DIR).version,
            say("sửa tệp trong config/", "mend the file in config/"),
        ),
        (
            say("Thư mục dữ liệu", "Data folder"),
            lambda: _disk(settings),
            say("giải phóng đĩa hoặc đổi SOHOA_DATA", "free the disk or change SOHOA_DATA"),
        ),
        (say("Danh mục", "Catalogue"), lambda: _catalogue(settings), "SOHOA_CATALOGUE_URL"),
        (say("Kho tệp", "Objects"), lambda: _objects(settings), "SOHOA_OBJECTS_URL"),
        (say("Chỉ mục", "Index"), lambda: _index(settings), "SOHOA_INDEX_URL"),
    ]
    return [_look(what, look, cure) for what, look, cure in looks]


def _look(what: str, look: Callable[[], str], cure: str) -> Finding:
    try:
        return Finding(what=what, ok=True, found=look())
    except (SohoaError, OSError) as error:
        return Finding(what=what, ok=False, found=str(error), cure=cure)


def _python() -> str:
    if sys.version_info < ENOUGH:
        raise OSError(say("cần Python 3.11 trở lên", "needs Python 3.11 or newer"))
    return sys.version.split()[0]


def _engine(settings: Settings) -> str:
    engine = load_engine(settings.engine or None, settings)
    engine.fingerprint()
    return engine.name


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise OSError(say(f"không có {name}", f"{name} is missing"))
    return path


def _disk(settings: Settings) -> str:
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    free = shutil.disk_usage(settings.data).free
    found = say(f"còn {free / 1024**3:.1f} GB", f"{free / 1024**3:.1f} GB free")
    if free < ENOUGH_BYTES:
        raise OSError(found)
    return found


def _catalogue(settings: Settings) -> str:
    open_catalogue(settings).close()
    return _shown(settings.resolved_catalogue_url)


def _objects(settings: Settings) -> str:
    store = open_objects(settings)
    store.check()
    return "; ".join([_shown(settings.resolved_objects_url), *map(str, store.notices)])


def _index(settings: Settings) -> str:
    index = open_index(settings)
    try:
        index.check()
        return _shown(settings.resolved_index_url)
    finally:
        index.close()


def _shown(url: str) -> str:
    """A URL without what stands before its host: it may hold a password."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
