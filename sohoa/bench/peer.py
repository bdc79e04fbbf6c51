"""The peer: bare `tesseract IMAGE out -l vie` writing text, from page images made before the clock runs."""

from __future__ import annotations

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from sohoa.bench.corpus import Corpus
from sohoa.bench.measure import Cost, Meter, descendants
from sohoa.errors import EngineCrashError, EngineError, EngineTimeoutError, SohoaError
from sohoa.imaging.bounded import bounded_program, missing
from sohoa.imaging.pdf import open_page
from sohoa.imaging.source import PageSource
from sohoa.settings import Settings

LANGUAGE = "vie"
DRAWN_DPI = 300
_DRAWN_QUALITY = 95


@dataclass(frozen=True, slots=True)
class PeerRun:
    """What a run cost and gave; the text of page i lies in `texts[i]`."""

    cost: Cost
    texts: tuple[str, ...]


def page_images(corpus: Corpus, settings: Settings, folder: Path) -> tuple[Path, ...]:
    """A picture of every page: the embedded scan as it is stored, else the page drawn at 300 dpi."""
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_image(page.source, settings, folder / str(index)) for index, page in enumerate(corpus.pages))


def version() -> str:
    """«tesseract 5.3.0». EngineMissingError where it is not installed."""
    done = _call([_program(), "--version"], 30.0)
    return " ".join(done.stdout.split()[:2])


def run_peer(images: tuple[Path, ...], settings: Settings, count: int, folder: Path) -> PeerRun:
    """One program a page, `count` at a time, each on one core (its threads only get in each other's way)."""
    folder.mkdir(parents=True, exist_ok=True)
    bases = [folder / str(index) for index in range(len(images))]
    command, seconds = _program(), settings.limits.page_seconds

    def read(image: Path, base: Path) -> None:
        _call([command, str(image), str(base), "-l", LANGUAGE], seconds)

    with Meter(without=descendants() | {os.getpid()}) as meter, ThreadPoolExecutor(count) as threads:
        for done in [threads.submit(read, image, base) for image, base in zip(images, bases, strict=True)]:
            done.result()
    texts = []
    for base in bases:
        written = base.with_suffix(".txt")
        texts.append(written.read_text(encoding="utf-8", errors="replace"))
        written.unlink()
    return PeerRun(meter.cost, tuple(texts))


def _program() -> str:
    found = shutil.which("tesseract")
    if found is None:
        raise missing("tesseract")
    return found


def _call(command: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        return subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=seconds, check=True, env=environment
        )
    except subprocess.TimeoutExpired:
        raise EngineTimeoutError(
            "Tesseract để so sánh quá thời gian cho phép (limits.page_seconds).",
            "The Tesseract compared with took longer than allowed (limits.page_seconds).",
        ) from None
    except subprocess.CalledProcessError as error:
        raise EngineCrashError(
            f"Tesseract để so sánh báo lỗi {error.returncode}. Chạy sohoa doctor để xem thiếu gì.",
            f"The Tesseract compared with failed with status {error.returncode}. Run sohoa doctor to see what is missing.",
        ) from None
    except OSError as error:
        raise EngineError(
            f"Không chạy được Tesseract để so sánh (lỗi {error.errno}).",
            f"The Tesseract compared with cannot be run (error {error.errno}).",
        ) from None


def _image(source: PageSource, settings: Settings, base: Path) -> Path:
    if source.kind == "pdf":
        return _embedded(source, base) or _drawn(source, settings, base)
    if source.kind in ("jpeg", "png"):
        return source.path
    target = base.with_suffix(".tif")
    with Image.open(source.path) as image:
        image.seek(source.page - 1)
        dpi = image.info.get("dpi", (DRAWN_DPI, DRAWN_DPI))
        image.save(target, compression="group4" if image.mode == "1" else "raw", dpi=dpi)
    return target


def _embedded(source: PageSource, base: Path) -> Path | None:
    """The scan inside the PDF page: JPEG bytes untouched, anything else without loss; None where it is not the whole page."""
    try:
        with open_page(source.path, source.page) as page:
            whole = page.whole_image
            if whole is None or page.rotate:
                return None
            if whole.handle.get_filters() == ["DCTDecode"]:
                target = base.with_suffix(".jpg")
                target.write_bytes(bytes(whole.handle.get_data()))
                return target
            target = base.with_suffix(".png")
            dpi = round(72 * whole.width / page.size[0])
            whole.handle.get_bitmap(render=False).to_pil().save(target, dpi=(dpi, dpi), compress_level=1)
            return target
    except SohoaError:
        return None


def _drawn(source: PageSource, settings: Settings, base: Path) -> Path:
    program = str(bounded_program("pdftoppm", settings))
    page = str(source.page)
    options = ["-jpeg", "-jpegopt", f"quality={_DRAWN_QUALITY}", "-r", str(DRAWN_DPI), "-singlefile"]
    _call([program, "-f", page, "-l", page, *options, str(source.path), str(base)], settings.limits.page_seconds)
    return base.with_suffix(".jpg")
