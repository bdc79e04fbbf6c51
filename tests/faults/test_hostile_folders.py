"""Hostile folders and names go the whole way: each entry ends once, with a reason; good files beside them are done."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from sohoa.errors import ChangedError, ExitCode, InputError
from sohoa.intake.probe import hash_file
from sohoa.pipeline import arrive as arriving
from sohoa.pipeline import work
from sohoa.pipeline.accounts import status
from sohoa.pipeline.house import House, open_house
from sohoa.pipeline.inspect import inspect
from sohoa.pipeline.inventory import find_inventory
from sohoa.pipeline.workers import Workers
from sohoa.settings import load
from sohoa.stores.catalogue.tables import Sighting
from tests.conftest import digitise_with
from tests.faults.accounting import CONTROL, Digitise, accounts, blank_page, run
from tests.faults.children import ROOT, SOHOA
from tests.faults.hostile_tree import NAMES, deep, name_all, oddities


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "kho"
    made.mkdir()
    return made


def ends(named: dict[str, Sighting]) -> dict[str, str]:
    """The state, or the class of the error, by name."""
    return {name: row.error_class or str(row.state) for name, row in named.items()}


def test_every_name_is_read_and_shown_without_what_a_terminal_obeys(
    tmp_path: Path, folder: Path, house: House, digitise_bare: Digitise
) -> None:
    count = name_all(folder)
    named = run(digitise_bare, house, folder, around=tmp_path)
    assert len(named) == count
    assert set(ends(named).values()) == {"done"}
    assert not list(tmp_path.rglob("pwned")) and not Path("pwned").exists()
    again = run(digitise_bare, house, folder, around=tmp_path)
    assert {n: row.id for n, row in again.items()} == {n: row.id for n, row in named.items()}, "the same names again"


def test_inspect_on_the_command_line_answers_once_for_each_odd_name(tmp_path: Path, folder: Path) -> None:
    name_all(folder)
    given = [os.fsencode(folder) + b"/" + name for name in NAMES[::2]]
    missing = [b"/gone\x1b[2J\xff", os.fsencode(folder) + b"/" + b"x" * 300, b"relative\n"]
    environment = {**os.environ, "SOHOA_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT), "SOHOA_WORKERS": "2"}
    answer = subprocess.run(
        [os.fsencode(SOHOA), b"inspect", b"--json", b"--", *given, *missing],
        capture_output=True, check=False, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert answer.returncode == 1, answer.stderr
    text = answer.stdout.decode("utf-8")
    assert not (CONTROL - {10}) & set(map(ord, text)), "nothing a terminal obeys"
    answers = json.loads(text)
    assert [os.fsencode(one["file"]) for one in answers] == [*given, *missing], "each once, in order, its very name"
    assert [one["error"]["class"] if one["error"] else None for one in answers] == [None] * len(given) + [
        "NotFoundError", "UnreadableError", "NotFoundError",
    ]  # fmt: skip
    shown = subprocess.run(
        [os.fsencode(SOHOA), b"--lang", b"en", b"inspect", b"--", *given[:4], *missing],
        capture_output=True, check=False, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert shown.returncode == 1
    assert not (CONTROL - {10}) & set(map(ord, shown.stdout.decode("utf-8")))


def test_what_is_no_file_is_refused_and_nothing_outside_is_read(
    tmp_path: Path, folder: Path, house: House, digitise_bare: Digitise
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    wanted = oddities(folder, outside)
    if "zero.png" not in wanted:
        print("not root: no device nodes were made")
    (folder / "empty").mkdir()
    before = {path: path.stat().st_atime_ns for path in outside.rglob("*.png")}
    assert ends(run(digitise_bare, house, folder, around=tmp_path)) == wanted
    assert {path: path.stat().st_atime_ns for path in before} == before
    answers = list(inspect([folder], house.settings))
    errors = {Path(a["file"]).name: a["error"]["class"] if a["error"] else None for a in answers}
    assert errors == {n: None if e in ("done", "duplicate") else e for n, e in wanted.items()}
    alone = list(
        inspect([folder / "pipe.png", folder / "dangling", folder / "loop", folder / "to-file"], house.settings)
    )
    assert [a["error"]["class"] if a["error"] else None for a in alone] == [
        "RefusedError", "NotFoundError", "UnreadableError", None,
    ]  # fmt: skip
    assert [a["file"] for a in alone] == [str(folder / n) for n in ("pipe.png", "dangling", "loop", "to-file")]


def test_very_deep_folders(tmp_path: Path, folder: Path, house: House, digitise_bare: Digitise) -> None:
    deep(folder, 200, "d", blank_page("deep"))
    deep(folder, 13, "long" * 60, blank_page("long"))
    deep(folder, 1, "empty")
    deep(folder, 1400, "abc", blank_page("beyond"))
    (folder / "good.png").write_bytes(blank_page("good"))
    try:
        found = ends(run(digitise_bare, house, folder, around=tmp_path))
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)
    assert found.pop("/".join(["d"] * 200) + "/p.png") == "done"
    assert found.pop("/".join(["long" * 60] * 13) + "/p.png") == "done"
    assert found.pop("good.png") == "done"
    assert list(found.values()) == ["UnreadableError"], "where the path is longer than the system takes"


def test_a_batch_whose_own_folder_has_an_odd_name(tmp_path: Path, house: House, digitise_bare: Digitise) -> None:
    for number, name in enumerate((b"kho\x1b[2J", b"kho\nhai", b"-kho", "kho\u202e".encode())):
        folder = tmp_path / os.fsdecode(name)
        folder.mkdir()
        (folder / "a.png").write_bytes(blank_page(f"folder {number}"))
        (folder / "b.pdf").write_bytes(b"%PDF-1.4 broken")
        assert ends(run(digitise_bare, house, folder, around=tmp_path)) == {"a.png": "done", "b.pdf": "DamagedError"}
        assert ends(run(digitise_bare, house, folder, around=tmp_path)) == {"a.png": "done", "b.pdf": "DamagedError"}


def test_a_folder_that_cannot_be_named_or_reached_is_one_clear_error(
    tmp_path: Path, house: House, digitise_bare: Digitise
) -> None:
    foreign = Path(os.fsdecode(os.fsencode(tmp_path) + b"/kho\xff"))
    foreign.mkdir()
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "loop").symlink_to("loop")
    for folder in (foreign, tmp_path / "gone", tmp_path / "file", tmp_path / "loop", tmp_path / ("x" * 300)):
        with pytest.raises(InputError) as caught:
            digitise_bare(house, folder)
        assert caught.value.exit_code == ExitCode.input
    assert status(house) == []


def test_an_inventory_that_is_a_link_is_not_read_and_one_named_in_nfd_is(
    tmp_path: Path, folder: Path, house: House, digitise_bare: Digitise
) -> None:
    (tmp_path / "outside.csv").write_text("Số, ký hiệu;Tên tệp;Độ mật\n1/KH;a.png;Mật\n", encoding="utf-8")
    (folder / "a.png").write_bytes(blank_page("a"))
    (folder / "muc-luc.csv").symlink_to(tmp_path / "outside.csv")
    os.mkfifo(folder / "mục lục.xlsx")
    assert find_inventory(folder) is None
    assert ends(run(digitise_bare, house, folder, around=tmp_path)) == {
        "a.png": "done", "muc-luc.csv": "RefusedError", "mục lục.xlsx": "RefusedError",
    }  # fmt: skip
    decomposed = folder / unicodedata.normalize("NFD", "Mục lục.csv")
    decomposed.write_bytes((tmp_path / "outside.csv").read_bytes())
    assert find_inventory(folder) == decomposed
    assert find_inventory(folder / "none") is None


UNPRIVILEGED = """
import sys
from pathlib import Path
from tests.faults.test_hostile_folders import as_anybody
as_anybody(Path(sys.argv[1]))
"""
BOUND_BY_RIGHTS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
"""Before a program of root: the bits of files bind it as they bind everybody."""


def as_anybody(place: Path) -> None:
    """The run of an account without rights over everything; `place` is its own."""
    folder = place / "kho"
    (folder / "shut").mkdir(parents=True)
    (folder / "unlisted").mkdir()
    for name in ("shut/x.png", "unlisted/y.png", "closed.png", "open.png"):
        (folder / name).write_bytes(blank_page(name))
    rights = {"shut": 0, "unlisted": 0o600, "closed.png": 0}
    for name, mode in rights.items():
        (folder / name).chmod(mode)
    settings = load(data=place / "data", workers=1)
    with open_house(settings) as house, Workers(load(data=place / "workers", workers=1)) as workers:

        def digitise(*given: object, **more: object) -> dict[str, object]:
            return digitise_with(workers, *given, **more)  # type: ignore[arg-type]

        first = ends(run(digitise, house, folder, around=folder))
        assert first == {
            "shut": "UnreadableError", "unlisted/y.png": "UnreadableError", "closed.png": "UnreadableError",
            "open.png": "done",
        }, first  # fmt: skip
        answered = sorted(Path(a["file"]).name for a in inspect([folder], settings))
        assert answered == ["closed.png", "open.png", "shut", "y.png"], answered
        for name in rights:
            (folder / name).chmod(0o700)
        second = ends(run(digitise, house, folder, around=folder))
        assert {second[n] for n in ("shut/x.png", "unlisted/y.png", "closed.png", "open.png")} == {"done"}, second
    print("as told")


def test_unreadable_files_and_folders_are_failed_and_read_once_they_can_be(tmp_path: Path) -> None:
    command = [*(BOUND_BY_RIGHTS if os.getuid() == 0 else []), sys.executable, "-c", UNPRIVILEGED, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert answer.stdout.endswith("as told\n"), answer.stdout + answer.stderr


Meddle = Callable[[Path], None]


def replaced_by_link(page: Path) -> None:
    other = page.parents[2] / "outside" / "secret.png"
    page.unlink()
    page.symlink_to(other)


def folder_replaced_by_link(page: Path) -> None:
    aside = page.parents[2] / "aside"
    page.parent.rename(aside)
    page.parent.symlink_to(page.parents[2] / "outside" / "folder")


def replaced_by_pipe(page: Path) -> None:
    page.unlink()
    os.mkfifo(page)


def rewritten(page: Path) -> None:
    page.write_bytes(blank_page("another") + bytes(9))


def grown(page: Path) -> None:
    with page.open("ab") as stream:
        stream.write(bytes(100_000))


def cut(page: Path) -> None:
    os.truncate(page, 100)


def swapped_for_a_moment(page: Path) -> None:
    """Other bytes while it is read, the first ones again when it is stored."""
    facts = page.stat()
    data = page.read_bytes()
    page.write_bytes(blank_page("x" * 40))
    page.write_bytes(data)
    os.utime(page, ns=(facts.st_atime_ns, facts.st_mtime_ns + 1))


MEDDLING: list[tuple[Meddle, set[str]]] = [
    (Path.unlink, {"NotFoundError"}),
    (replaced_by_link, {"ChangedError"}),
    (folder_replaced_by_link, {"ChangedError"}),
    (replaced_by_pipe, {"RefusedError"}),
    (rewritten, {"ChangedError", "DamagedError"}),
    (grown, {"ChangedError", "DamagedError"}),
    (cut, {"ChangedError", "DamagedError"}),
    (swapped_for_a_moment, {"ChangedError", "DamagedError"}),
]


@pytest.mark.parametrize("moment", ["examined", "read", "kept"])
@pytest.mark.parametrize(("meddle", "errors"), MEDDLING, ids=lambda m: getattr(m, "__name__", ""))
def test_a_file_meddled_with_between_two_looks(
    tmp_path: Path,
    folder: Path,
    house: House,
    digitise_bare: Digitise,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    meddle: Meddle,
    errors: set[str],
) -> None:
    (tmp_path / "outside" / "folder").mkdir(parents=True)
    for place in ("outside/secret.png", "outside/folder/victim.png"):
        (tmp_path / place).write_bytes(blank_page("outside"))
    victim = folder / "sub" / "victim.png"
    victim.parent.mkdir()
    victim.write_bytes(original := blank_page("victim"))
    (folder / "good.png").write_bytes(blank_page("good"))
    done: list[str] = []

    def before(module: object, name: str) -> None:
        function = getattr(module, name)

        def meddled(*given: object, **more: object) -> object:
            if not done:
                done.append(moment)
                meddle(victim)
            return function(*given, **more)

        monkeypatch.setattr(module, name, meddled)

    where = {"examined": (arriving, "group"), "read": (work, "read_unit"), "kept": (work, "keep_unit")}
    before(*where[moment])
    batch = digitise_bare(house, folder)["batch"]
    named = ends(accounts(house, batch))
    assert done and named.pop("good.png") == "done"
    end = named.pop("sub/victim.png")
    assert named == {}
    harmless = moment == "examined" and meddle in (rewritten, swapped_for_a_moment)
    assert end in errors or (harmless and end == "done"), end
    assert hashlib.sha256(blank_page("outside")).hexdigest() not in str(list(house.objects.keys()))
    # Whoever mends it needs no special command.
    if victim.parent.is_symlink():
        victim.parent.unlink()
        (tmp_path / "aside").rename(victim.parent)
    else:
        victim.unlink(missing_ok=True)
        victim.write_bytes(original)
    assert ends(run(digitise_bare, house, folder, around=tmp_path)) == {"good.png": "done", "sub/victim.png": "done"}
    assert f"originals/{hashlib.sha256(original).hexdigest()[:2]}/{hashlib.sha256(original).hexdigest()}" in set(
        house.objects.keys()
    )


def test_a_file_that_grows_while_it_is_hashed_is_told(folder: Path) -> None:
    page = folder / "grows.png"
    page.write_bytes(blank_page("grows") + bytes(30_000_000))
    stop = threading.Event()

    def write() -> None:
        with page.open("ab") as stream:
            while not stop.is_set():
                stream.write(bytes(10_000))
                stream.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with pytest.raises(ChangedError):
            hash_file(page)
    finally:
        stop.set()
        writer.join()


def test_a_disk_that_vanishes_and_comes_back(
    tmp_path: Path, folder: Path, house: House, digitise_bare: Digitise, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        (folder / f"{number}-x.png").write_bytes(blank_page(str(number)))
    (folder / "p").mkdir()
    for number in range(3):
        (folder / "p" / f"{number}.png").write_bytes(blank_page(f"p{number}"))
    read = work.read_unit
    hidden, alone = tmp_path / "hidden", threading.Lock()

    def unplugged(house: House, workers: Workers, key: str) -> object:
        with alone:
            if not hidden.exists():
                folder.rename(hidden)
                folder.mkdir()
        return read(house, workers, key)

    with monkeypatch.context() as patch:
        patch.setattr(work, "read_unit", unplugged)
        first = ends(accounts(house, digitise_bare(house, folder)["batch"]))
    assert len(first) == 7 and set(first.values()) == {"NotFoundError"}
    assert ends(accounts(house, digitise_bare(house, folder)["batch"])) == first, "still away: nothing is forgotten"
    folder.rmdir()
    with pytest.raises(InputError):
        digitise_bare(house, folder)
    hidden.rename(folder)
    assert set(ends(run(digitise_bare, house, folder, around=tmp_path)).values()) == {"done"}
