"""A walk sees everything once, in natural order, and touches nothing outside the folder."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

import pytest

from sohoa.errors import NotFoundError
from sohoa.intake.names import natural_key, shown, unique
from sohoa.intake.walk import Found, walk
from sohoa.settings import Limits

PDF = b"%PDF-1.4\n"


def names(root: Path, **more: object) -> list[str]:
    return [f.name for f in walk(root, Limits(), root.parent / "scratch", **more)]  # type: ignore[arg-type]


def see(root: Path) -> dict[str, Found]:
    found = list(walk(root, Limits(), root.parent / "scratch"))
    assert len({f.name for f in found}) == len(found), "every sighting has a name of its own"
    return {f.name: f for f in found}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


def test_numbers_are_numbers_and_letters_vietnamese(root: Path) -> None:
    wanted = [
        "1.pdf",
        "2.pdf",
        "10.pdf",
        "an.pdf",
        "ăn.pdf",
        "ân.pdf",
        "da.pdf",
        "đa.pdf",
        "trang 2.pdf",
        "trang 10.pdf",
    ]
    for name in random.Random(1).sample(wanted, len(wanted)):
        (root / name).write_bytes(PDF)
    assert names(root) == wanted


def test_tones_come_in_their_order() -> None:
    words = ["ma", "mà", "mả", "mã", "má", "mạ", "mac"]
    assert sorted(random.Random(3).sample(words, 7), key=natural_key) == words


def test_folders_are_walked_in_place(root: Path) -> None:
    for name in ("hs 10/1.pdf", "hs 2/10.pdf", "hs 2/9.pdf", "z.pdf", "a.pdf"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(PDF)
    assert names(root) == ["a.pdf", "hs 2/9.pdf", "hs 2/10.pdf", "hs 10/1.pdf", "z.pdf"]


def test_only_what_is_documented_is_passed_over(root: Path) -> None:
    for name in (
        ".hidden.pdf",
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        "muc-luc.xlsx",
        "~$muc-luc.xlsx",
        "readme.txt",
        "ok.pdf",
    ):
        (root / name).write_bytes(PDF)
    assert names(root, exclude=[root / "muc-luc.xlsx"]) == ["~$muc-luc.xlsx", "ok.pdf", "readme.txt"]


def test_strange_entries_are_sightings_with_a_problem(root: Path) -> None:
    outside = root.parent / "outside.pdf"
    outside.write_bytes(PDF)
    (root / "real.pdf").write_bytes(PDF)
    os.mkfifo(root / "pipe")
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(root / "sock"))
    (root / "broken").symlink_to(root / "gone")
    (root / "out").symlink_to(outside)
    (root / "in").symlink_to(root / "real.pdf")
    (root / "loop").symlink_to(root)
    (root / "word.pdf").write_bytes(b"Rar!\x1a\x07")
    found = see(root)
    server.close()
    assert set(found) == {"real.pdf", "pipe", "sock", "broken", "out", "in", "loop", "word.pdf"}
    problems = {n: f.problem.message for n, f in found.items() if f.problem}
    assert set(problems) == set(found) - {"real.pdf"}
    assert all(found[n].path is None for n in ("pipe", "sock", "broken", "out", "in", "loop"))
    assert "hỏng" in problems["broken"] and "ra ngoài" in problems["out"] and "cùng thư mục" in problems["in"]
    assert found["real.pdf"].kind == "pdf"


def test_unreadable_files_and_folders_are_sightings() -> None:
    # Outside the test's own folder, whose parents are closed to other accounts. Root reads everything, so a child
    # gives its rights up first.
    program = (
        "import os,sys\nfrom pathlib import Path\nfrom sohoa.intake.walk import walk\nfrom sohoa.settings import Limits\n"
        "if os.getuid()==0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "for f in walk(Path(sys.argv[1]), Limits(), Path('/nonexistent')):\n"
        "    print(f.name, f.problem.error_class if f.problem else '-')\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        (root / "shut").mkdir()
        for name in ("shut/x.pdf", "closed.pdf", "open.pdf"):
            (root / name).write_bytes(PDF)
        (root / "closed.pdf").chmod(0)
        (root / "shut").chmod(0)
        answer = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=False)
        (root / "shut").chmod(0o700)
    assert answer.stdout.splitlines() == ["closed.pdf UnreadableError", "open.pdf -", "shut UnreadableError"], (
        answer.stderr
    )


def test_hostile_names_are_shown_escaped_and_still_open(root: Path) -> None:
    raw = [
        b"a\nb.pdf",
        b"c\x1b[31m.pdf",
        b"caf\xe9.pdf",
        "rtl\u202efdp.pdf".encode(),
        b"quote'\"$(x).pdf",
        b"-rf.pdf",
        b"b\\x0a.pdf",
    ]
    for name in raw:
        (root / os.fsdecode(name)).write_bytes(PDF)
    found = see(root)
    assert set(found) == {
        "a\\x0ab.pdf", "c\\x1b[31m.pdf", "caf\\xe9.pdf", "rtl\\u202efdp.pdf", "quote'\"$(x).pdf", "-rf.pdf", "b\\x0a.pdf",
    }  # fmt: skip
    for one in found.values():
        assert one.problem is None and one.path is not None and one.path.read_bytes() == PDF
        one.name.encode("utf-8")


def test_twins_in_two_normal_forms_are_two_sightings(root: Path) -> None:
    name = "Quyết định.pdf"
    (root / name).write_bytes(PDF)
    (root / unicodedata.normalize("NFD", name)).write_bytes(PDF + b"2")
    found = see(root)
    assert list(found) == ["Quyết định.pdf", "Quyết định~2.pdf"]
    assert {f.path.read_bytes() for f in found.values() if f.path} == {PDF, PDF + b"2"}


def test_an_escaped_name_does_not_take_the_name_of_a_sibling(root: Path) -> None:
    (root / "a\nb.pdf").write_bytes(PDF)
    (root / "a\\x0ab.pdf").write_bytes(PDF + b"2")
    found = see(root)
    plain = found["a\\x0ab.pdf"].path
    assert plain is not None and plain.read_bytes() == PDF + b"2"


def test_the_same_folder_gives_the_same_order(root: Path) -> None:
    rng = random.Random(7)
    for i in range(200):
        (root / f"{rng.choice('aăâbdđeê ')}{rng.randrange(50)}{rng.choice(['', '_', ' '])}{i}.pdf").write_bytes(PDF)
    assert names(root) == names(root)


def test_very_deep_folders_end_in_a_sighting(root: Path) -> None:
    place = root
    here = Path.cwd()
    try:
        os.chdir(root)
        for _ in range(1500):
            Path("d").mkdir()
            os.chdir("d")
        Path("x.pdf").write_bytes(PDF)
    finally:
        os.chdir(here)
    found = list(walk(place, Limits(), root.parent / "scratch"))
    assert len(found) == 1
    subprocess.run(["rm", "-rf", str(root / "d")], check=True)


def test_a_single_file_can_be_the_root(root: Path) -> None:
    (root / "one.pdf").write_bytes(PDF)
    assert names(root / "one.pdf") == ["one.pdf"]
    with pytest.raises(NotFoundError):
        names(root / "none")


def test_files_over_the_limit_are_refused_unread(root: Path) -> None:
    (root / "big.pdf").write_bytes(PDF * 100)
    (found,) = walk(root, Limits(file_bytes=50), root / "s")
    assert found.problem is not None and found.problem.error_class == "LimitError"


def test_names_are_never_empty_or_alike() -> None:
    taken: dict[str, int] = {}
    assert [unique("a.pdf", taken) for _ in range(3)] == ["a.pdf", "a~2.pdf", "a~3.pdf"]
    assert shown("a\tb") == "a\\x09b"


def test_huge_numbers_in_names_sort() -> None:
    assert natural_key("9" * 6000) < natural_key("1" + "0" * 6000)
