"""Small scans with random damage, through the whole way: each ends as text, as blank, or with a reason and what to do."""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from sohoa.pipeline.accounts import status
from sohoa.pipeline.house import open_house
from sohoa.pipeline.verify import verify
from sohoa.settings import Limits
from sohoa.stores.catalogue.tables import State
from tests.faults.hostile_files import TEXT, changed, drawn, pages_tiff, picture, scan, typed
from tests.faults.whole_way import check_end, digitised

SEED = int(os.environ.get("FAULT_SEED", "0")) or 20_261_123
"""Printed by every test; give another as FAULT_SEED."""
LIMITS = Limits(
    file_bytes=16 * 1024**2,
    page_pixels=40_000_000,
    page_seconds=10,
    file_seconds=5,
    worker_memory_mb=1536,
    page_text_bytes=100_000,
)


def bilevel(form: str, **more: object) -> bytes:
    return picture(form, drawn("hai màu").point(lambda value: 255 * (value > 128)).convert("1"), **more)


def plain_objects(data: bytes) -> bytes:
    """The PDF without object streams, so that damage strikes its structure and not only packed bytes."""
    import pikepdf

    return changed(data, lambda book: None, object_stream_mode=pikepdf.ObjectStreamMode.disable)


BASES: dict[str, Callable[[], bytes]] = {
    "scan.pdf": lambda: plain_objects(scan("gốc", 2)),
    "fax.pdf": lambda: bilevel("PDF", resolution=100),
    "typed.pdf": lambda: plain_objects(typed([f"{TEXT} theo dõi việc này trong năm 2019"] * 3)),
    "raw.tif": partial(pages_tiff, "gốc", 2),
    "group4.tif": partial(bilevel, "TIFF", compression="group4"),
    "lzw.tif": lambda: picture("TIFF", mark="lzw", compression="tiff_lzw"),
    "plain.jpg": lambda: picture("JPEG", mark="gốc"),
    "progressive.jpg": lambda: picture("JPEG", mark="gốc", progressive=True),
    "plain.png": lambda: picture("PNG", mark="gốc"),
    "plain.jp2": lambda: picture("JPEG2000", mark="gốc"),
}


def mutated(data: bytes, drawn_: random.Random) -> bytes:
    """One kind of damage: bits, extreme numbers, a stretch lost, doubled, zeroed or moved, or the end of another file."""
    out = bytearray(data)
    place, length = drawn_.randrange(len(out)), drawn_.choice((1, 4, 32, 300))
    stretch = slice(place, place + length)
    match drawn_.randrange(8):
        case 0:
            for _ in range(drawn_.choice((1, 5, 40))):
                out[drawn_.randrange(len(out))] = drawn_.randrange(256)
        case 1:
            del out[stretch]
        case 2:
            out[place:place] = out[stretch] * drawn_.choice((1, 20))
        case 3:
            out[stretch] = bytes(len(out[stretch]))
        case 4:
            extreme = drawn_.choice(
                (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\x01", b"\x80\0\0\0")
            )
            head = drawn_.randrange(min(len(out), 400))
            out[head : head + 4] = extreme
        case 5:
            numbers = list(re.finditer(rb"(?<=[ \[/])-?\d+", bytes(out))) or [re.match(b"", b"")]
            number = drawn_.choice(numbers)
            extreme = drawn_.choice((b"-1", b"0", b"99999999999", b"2147483648", b"1e9", b"null", b"[0]", b"<<>>"))
            assert number is not None
            out[number.start() : number.end()] = extreme
        case 6:
            out[place:] = data[-(len(data) // 8) :]
        case _:
            other = drawn_.randrange(len(out))
            out[other : other + length] = out[stretch]
    return bytes(out)


@pytest.mark.parametrize("count", [60, pytest.param(2000, marks=[pytest.mark.proof, pytest.mark.timeout(7200)])])
def test_damaged_scans_end_with_a_reason_and_stop_nothing(count: int, tmp_path: Path) -> None:
    print(f"\nFAULT_SEED={SEED}")
    drawn_ = random.Random(SEED)
    folder = tmp_path / "in"
    folder.mkdir()
    bases = {name: make() for name, make in BASES.items()}
    for number in range(count):
        name = list(bases)[number % len(bases)]
        (folder / f"m{number:04d}-{name}").write_bytes(mutated(bases[name], drawn_))
    (folder / "good.pdf").write_bytes(scan("tốt", 1))
    run = digitised(folder, tmp_path, LIMITS)
    assert len(run.files) == count + 1
    assert run.files["good.pdf"].state == State.done and TEXT in run.files["good.pdf"].text
    for name, ended in run.files.items():
        if ended.state != State.duplicate:  # damage that hit nothing twice the same
            check_end(name, ended)
    print(Counter((ended.state.value, ended.error_class) for ended in run.files.values()))
    assert run.seen.peak_mb < LIMITS.worker_memory_mb
    with open_house(run.settings) as house:
        (batch,) = status(house, run.batch)
        assert batch.finished
        assert verify(house, deep=True).disagreements == []
