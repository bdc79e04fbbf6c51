"""What must hold after every run over a hostile folder: everything is accounted for once, and nothing lies elsewhere."""

from __future__ import annotations

import io
import json
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, PngImagePlugin
from sqlalchemy import select

from sohoa import errors
from sohoa.pipeline.accounts import failures, names_of, status
from sohoa.pipeline.house import House
from sohoa.pipeline.verify import verify
from sohoa.stores.catalogue.tables import Batch, Sighting, State

ENDS = {State.done, State.duplicate, State.quarantined, State.failed, State.refused, State.unpacked}
CONTROL = {*range(32), 127, *range(0x80, 0xA0), 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x200E, 0x200F, 0x2028, 0x2029}
CONTROL |= {*range(0xD800, 0xE000), *range(0x2066, 0x206A)}
Digitise = Callable[..., dict[str, Any]]


def blank_page(mark: str) -> bytes:
    """A white page as PNG of 200 dpi, different for each mark; read in a moment."""
    facts = PngImagePlugin.PngInfo()
    facts.add_text("mark", mark)
    out = io.BytesIO()
    Image.new("L", (320, 440), 255).save(out, "PNG", dpi=(200, 200), pnginfo=facts)
    return out.getvalue()


def accounts(house: House, batch: str) -> dict[str, Sighting]:
    """The batch's sightings by shown name, after checking that each ended, with a sentence where it did not pass."""
    with house.catalogue.read() as session:
        rows = list(session.scalars(select(Sighting).where(Sighting.batch_id == batch)))
        assert session.get_one(Batch, batch).finished is not None, "the batch is closed"
    told = {row.sighting: row for row in failures(house, batch)}
    named: dict[str, Sighting] = {}
    for row in rows:
        assert State(row.state) in ENDS, row.state
        name = told[row.id].name if row.id in told else names_of(house, [row])[row.id]
        assert name not in named, f"twice: {name!r}"
        assert not CONTROL & set(map(ord, name)), f"a name that a terminal obeys: {name!r}"
        named[name] = row
        if row.state in (State.failed, State.refused):
            kind = getattr(errors, row.error_class or "", None)
            assert isinstance(kind, type) and issubclass(kind, errors.SohoaError), (name, row.error_class)
            assert row.error_message and len(row.error_message) > 30, (name, row.error_message)
        else:
            assert row.error_class is None and row.error_message is None
    counted = Counter(row.state for row in rows)
    (said,) = status(house, batch)
    assert {k: v for k, v in said.sightings.items() if v} == dict(counted)
    verdict = verify(house, deep=True)
    assert verdict.disagreements == [] and verdict.outbox == 0
    return named


def states(named: dict[str, Sighting]) -> dict[str, str]:
    """State by name."""
    return {name: str(row.state) for name, row in named.items()}


def faults(named: dict[str, Sighting]) -> dict[str, str]:
    """Class of error by name, of what did not pass."""
    return {name: row.error_class for name, row in named.items() if row.error_class}


Tree = dict[bytes, tuple[int, int, int]]


def tree(*roots: Path, without: Iterable[Path] = ()) -> Tree:
    """Every entry below the roots: its type, size and time of change."""
    left_out = {os.fsencode(path) for path in without}
    seen: Tree = {}
    pending = [os.fsencode(root) for root in roots]
    while pending:
        folder = pending.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            if entry.path in left_out:
                continue
            try:
                facts = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            kind = stat.S_IFMT(facts.st_mode)
            seen[entry.path] = (kind, 0 if kind == stat.S_IFDIR else facts.st_size, facts.st_mtime_ns)
            if kind == stat.S_IFDIR:
                pending.append(entry.path)
    return seen


@contextmanager
def nothing_written(*roots: Path, without: Iterable[Path] = ()) -> Iterator[None]:
    """The trees are afterwards what they were before."""
    before = tree(*roots, without=without)
    yield
    after = tree(*roots, without=without)
    assert {k: v for k, v in after.items() if before.get(k) != v} == {}, "changed or new"
    assert before.keys() - after.keys() == set(), "gone"


def run(digitise: Digitise, house: House, folder: Path, *, around: Path, **more: Any) -> dict[str, Sighting]:
    """Digitise the folder and give its accounts; outside the data folder nothing may change."""
    with nothing_written(around, without=[house.settings.data]):
        done = digitise(house, folder, **more)
    named = accounts(house, done["batch"])
    json.dumps(list(named), ensure_ascii=False).encode("utf-8")
    assert done["seen"] == len(named), "every file has exactly one sighting"
    assert not any((house.settings.vault_dir / "scratch").rglob("*.bin")), "nothing unpacked stays"
    return named
