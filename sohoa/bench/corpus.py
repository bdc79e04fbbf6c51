"""The pages that are measured, with their truth: a sample archive, or any folder that has truth beside its files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sohoa.bench.zones import Zoned, zones_of_blocks, zones_of_text
from sohoa.errors import InputError, NotFoundError, SohoaError
from sohoa.imaging.pdf import open_page
from sohoa.imaging.source import PageSource
from sohoa.intake.kinds import sniff
from sohoa.ocr.textlayer import usable_text_layer

TRUTH = "su-that.json"
ARCHIVE = "kho"
SCANS = frozenset({".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".jp2", ".j2k"})
TURNED = "turned"
FOLDER = "folder"
_NUMBERED = re.compile(r"(?P<stem>.+)_p(?P<page>\d+)")


@dataclass(frozen=True, slots=True)
class BenchPage:
    """A page and what should be read on it. `group`: damage level, `turned` where it lay sideways or upside down, `folder`."""

    source: PageSource
    truth: Zoned
    group: str
    held_out: bool = False


@dataclass(frozen=True, slots=True)
class Corpus:
    """Pages in a fixed order; `left_out` counts pages whose text layer is used, where nothing is recognised."""

    pages: tuple[BenchPage, ...]
    left_out: int
    fingerprint: str
    """Hash of the files' bytes and the truth: two results are comparable where it is equal."""


def load_corpus(folder: Path) -> Corpus:
    """The pages of a sample archive (`su-that.json` in it) or of a folder with truth.

    Truth of FILE.pdf, page 2: `FILE_p02.txt` beside it or in a folder beside it; `FILE.txt` for page 1.
    `NotFoundError` without the folder, `InputError` where no page has truth.
    """
    if not folder.is_dir():
        raise NotFoundError("Không có thư mục này. Kiểm tra đường dẫn.", "There is no such folder. Check the path.")
    pages = list(_sample_pages(folder) if (folder / TRUTH).is_file() else _folder_pages(folder))
    scanned = [page for page in pages if not _has_text_layer(page.source)]
    if not scanned:
        raise InputError(
            "Không có trang quét nào có sự thật để so. Đặt cạnh mỗi tệp một tệp .txt cùng tên (tên_p01.txt cho trang 1).",
            "No scanned page has truth to compare with. Put a .txt of the same name beside each file (name_p01.txt for page 1).",
        )
    return Corpus(tuple(scanned), len(pages) - len(scanned), _fingerprint(scanned))


def _sample_pages(folder: Path) -> Iterator[BenchPage]:
    from sohoa.sample.truth import load_truth

    truth = load_truth(folder)
    held_out = {record.id: record.held_out for record in truth.records}
    for file in truth.files:
        if file.level is None or file.state in ("failed", "refused", "duplicate"):
            continue
        for page in file.pages:
            apart = file.container == "jpeg-folder"
            path = folder / ARCHIVE / (file.sightings[page.page - 1] if apart else file.path)
            if not path.is_file():
                continue  # a member of the zip
            yield BenchPage(
                source=PageSource(path, sniff(path), 1 if apart else page.page),
                truth=zones_of_blocks((block.kind, block.text) for block in page.blocks),
                group=TURNED if page.rotation else file.level,
                held_out=held_out.get(page.record, False),
            )


def _folder_pages(folder: Path) -> Iterator[BenchPage]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in SCANS or not path.is_file():
            continue
        for page, text in sorted(_truths(path).items()):
            zones = zones_of_text(text.read_text(encoding="utf-8-sig"))
            yield BenchPage(PageSource(path, sniff(path), page), zones, FOLDER)


def _truths(path: Path) -> dict[int, Path]:
    """Truth files of a scan by page."""
    found: dict[int, Path] = {}
    for near in (path.parent, *sorted(p for p in path.parent.iterdir() if p.is_dir())):
        for text in sorted(near.glob("*.txt")):
            numbered = _NUMBERED.fullmatch(text.stem)
            if text.stem == path.stem:
                found.setdefault(1, text)
            elif numbered is not None and numbered["stem"] == path.stem and int(numbered["page"]) > 0:
                found.setdefault(int(numbered["page"]), text)
    return found


def _has_text_layer(source: PageSource) -> bool:
    if source.kind != "pdf":
        return False
    try:
        with open_page(source.path, source.page) as page:
            return usable_text_layer(page) is not None
    except SohoaError:
        return False  # reading it will say what is wrong


def _fingerprint(pages: Sequence[BenchPage]) -> str:
    whole = hashlib.sha256()
    files: dict[Path, bytes] = {}
    for page in pages:
        path = page.source.path
        if path not in files:
            files[path] = hashlib.sha256(path.read_bytes()).digest()
        whole.update(files[path])
        whole.update(f"{page.source.page}\0{page.truth.running}\0{page.truth.free}\0".encode())
    return whole.hexdigest()[:16]
