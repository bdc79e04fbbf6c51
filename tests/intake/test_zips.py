"""Zips are opened in place; no member escapes, explodes, or hides."""

from __future__ import annotations

import io
import os
import random
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from sohoa.intake.walk import Found, walk
from sohoa.settings import Limits

PDF = b"%PDF-1.4\nsome bytes"


def packed(members: list[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def see(tmp_path: Path, data: bytes, **limits: object) -> list[Found]:
    root, scratch = tmp_path / "in", tmp_path / "scratch"
    root.mkdir(exist_ok=True)
    (root / "a.zip").write_bytes(data)
    found = list(walk(root, Limits(**limits), scratch))  # type: ignore[arg-type]
    assert len({f.name for f in found}) == len(found)
    for path in scratch.rglob("*"):
        assert path.is_dir() or path.suffix == ".bin", "members lie under counted names"
    assert {p.name for p in tmp_path.iterdir()} <= {"in", "scratch"}
    return found


def problems(found: list[Found]) -> dict[str, str]:
    return {f.name: f.problem.error_class for f in found if f.problem}


def test_the_zip_and_its_members_are_sightings_in_natural_order(tmp_path: Path) -> None:
    found = see(
        tmp_path, packed([("hs/trang 10.pdf", PDF), ("hs/trang 2.pdf", PDF + b"2"), ("hs/.x", b""), ("leer/", b"")])
    )
    assert [f.name for f in found] == ["a.zip", "a.zip/hs/trang 2.pdf", "a.zip/hs/trang 10.pdf"]
    zip_, second, _ = found
    assert zip_.is_container and zip_.kind == "zip" and zip_.container is None
    assert second.container == "a.zip" and second.kind == "pdf" and second.size == len(PDF) + 1
    assert second.path is not None and second.path.read_bytes() == PDF + b"2"
    assert (second.mtime_ns, second.inode) == (zip_.mtime_ns, zip_.inode)
    assert stat.S_IMODE(second.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(second.path.parent.stat().st_mode) == 0o700


def test_a_zip_in_a_zip_is_opened_to_the_limit(tmp_path: Path) -> None:
    deep = packed([("c.pdf", PDF)])
    for name in ("c.zip", "b.zip"):
        deep = packed([(name, deep)])
    found = see(tmp_path, deep, zip_depth=3)
    assert [f.name for f in found] == ["a.zip", "a.zip/b.zip", "a.zip/b.zip/c.zip", "a.zip/b.zip/c.zip/c.pdf"]
    assert [f.is_container for f in found] == [True, True, True, False]
    found = see(tmp_path, deep, zip_depth=2)
    assert problems(found) == {"a.zip/b.zip/c.zip": "LimitError"}
    assert len(found) == 3


def test_members_that_point_outside_are_refused_one_by_one(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.pdf")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    found = see(
        tmp_path,
        packed(
            [
                ("../../up.pdf", PDF),
                ("/etc/abs.pdf", PDF),
                ("C:\\x.pdf", PDF),
                ("..\\w.pdf", PDF),
                (link, b"/etc/passwd"),
                ("ok.pdf", PDF),
            ]
        ),
    )
    assert set(problems(found).values()) == {"RefusedError"}
    assert len(problems(found)) == 5
    assert [f.name for f in found if f.kind == "pdf"] == ["a.zip/ok.pdf"]
    assert not (tmp_path / "up.pdf").exists() and not (tmp_path / "in" / "up.pdf").exists()


def test_a_bomb_is_refused_as_a_whole(tmp_path: Path) -> None:
    found = see(tmp_path, packed([("ok.pdf", PDF), ("big.tif", bytes(30 * 1024**2))]))
    assert [f.name for f in found] == ["a.zip"]
    assert problems(found) == {"a.zip": "LimitError"}
    assert not (tmp_path / "scratch").exists()


def test_overlapping_members_count_each_time(tmp_path: Path) -> None:
    # The kernel of D. Fifield's zip bomb: many directory entries over the same bytes.
    one = packed([("x", bytes(5 * 1024**2))])
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        start = archive.start_dir
    end = one.rindex(b"PK\x05\x06")
    entry, body = one[start:end], one[:start]
    many = entry * 500
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 500, 500, len(many), len(body), 0)
    assert problems(see(tmp_path, body + many + tail)) == {"a.zip": "LimitError"}


def test_limits_on_members_bytes_and_file_size(tmp_path: Path) -> None:
    many = packed([(f"{i}.pdf", PDF) for i in range(30)])
    assert problems(see(tmp_path, many, zip_members=20)) == {"a.zip": "LimitError"}
    noise = os.urandom(200_000)
    assert problems(see(tmp_path, packed([("n", noise)]), zip_bytes=100_000)) == {"a.zip": "LimitError"}


def test_a_member_over_the_size_of_a_file_is_refused_alone(tmp_path: Path) -> None:
    data = packed([("n.pdf", PDF + bytes(50_000)), ("m.pdf", PDF)])
    assert problems(see(tmp_path, data, file_bytes=20_000)) == {"a.zip/n.pdf": "LimitError"}


def test_the_budget_is_shared_by_nested_zips(tmp_path: Path) -> None:
    inner = packed([("x.pdf", PDF + os.urandom(80_000))])
    found = see(tmp_path, packed([("1.zip", inner), ("2.zip", inner)]), zip_bytes=270_000)
    assert problems(found) == {"a.zip/2.zip": "LimitError"}


def test_encrypted_members_are_told_apart(tmp_path: Path) -> None:
    data = bytearray(packed([("secret.pdf", PDF), ("open.pdf", PDF)]))
    # The flag alone: what matters is that nobody tries to read it.
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    assert problems(see(tmp_path, bytes(data))) == {"a.zip/secret.pdf": "EncryptedError"}


def test_broken_members_and_broken_zips(tmp_path: Path) -> None:
    good = packed([("a.pdf", PDF), ("b.pdf", PDF)], zipfile.ZIP_STORED)
    bad = bytearray(good)
    bad[bad.index(PDF) + 12] ^= 0xFF
    assert problems(see(tmp_path, bytes(bad))) == {"a.zip/a.pdf": "DamagedError"}
    assert problems(see(tmp_path, good[:-30])) == {"a.zip": "DamagedError"}
    assert problems(see(tmp_path, b"PK\x03\x04" + bytes(500))) == {"a.zip": "DamagedError"}


@pytest.mark.parametrize("seed", range(40))
def test_flipped_bytes_never_raise(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    data = bytearray(packed([(f"{i}.pdf", PDF * i) for i in range(1, 6)]))
    for _ in range(6):
        data[rng.randrange(4, len(data))] = rng.randrange(256)
    assert see(tmp_path, bytes(data))


def test_names_twice_in_one_zip_are_two_sightings(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = packed([("x.pdf", PDF), ("x.pdf", PDF + b"2")])
    found = see(tmp_path, data)
    assert [f.name for f in found] == ["a.zip", "a.zip/x.pdf", "a.zip/x~2.pdf"]
    assert [f.path.read_bytes() for f in found[1:] if f.path] == [PDF, PDF + b"2"]


def raw_name(name: bytes, flag: int = 0) -> bytes:
    placeholder = b"Q" * len(name)
    data = packed([(placeholder.decode(), PDF)]).replace(placeholder, name)
    mutable = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", mutable, mutable.index(mark) + offset, flag)
    return bytes(mutable)


def test_member_names_are_readable_whatever_packed_them(tmp_path: Path) -> None:
    name = "Quyết định số 5.pdf"
    tcvn3 = "QuyÕt ®Þnh sè 5.pdf".encode("latin-1")
    for raw, flag in ((name.encode(), 0x800), (name.encode(), 0), (tcvn3, 0)):
        assert see(tmp_path, raw_name(raw, flag))[1].name == f"a.zip/{name}"
    cp1258 = "Quyê\u0301t đi\u0323nh sô\u0301 5.pdf".encode("cp1258")
    assert see(tmp_path, raw_name(cp1258))[1].name == f"a.zip/{name}"
    assert see(tmp_path, raw_name(b"caf\x82.pdf"))[1].name == "a.zip/café.pdf"


def test_a_directory_that_claims_to_be_huge_is_not_read(tmp_path: Path) -> None:
    data = bytearray(packed([("a.pdf", PDF)]))
    end = data.rindex(b"PK\x05\x06")
    struct.pack_into("<I", data, end + 12, 900_000_000)
    assert problems(see(tmp_path, bytes(data))) == {"a.zip": "LimitError"}
