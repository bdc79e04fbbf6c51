"""A file is looked through from its headers: pages, sizes and dpi are right, hostile ones are caught in time."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import random
import signal
import struct
import threading
import time
import zlib
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from sohoa.errors import DamagedError, EncryptedError, InputError, LimitError, NotAScanError
from sohoa.intake.guard import Guard
from sohoa.intake.probe import FileFacts, hash_file, probe
from sohoa.settings import Limits

LIMITS = Limits()


def write(tmp_path: Path, data: bytes, name: str = "f.bin") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def look(tmp_path: Path, data: bytes, **limits: object) -> FileFacts:
    return probe(write(tmp_path, data), Limits(**limits))  # type: ignore[arg-type]


def picture(form: str, size: tuple[int, int] = (827, 1169), **more: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 40).save(out, form, **more)
    return out.getvalue()


def add_scan(book: pikepdf.Pdf, dpi: int = 200, *, width: int = 1654, height: int = 2339, fonts: bool = False) -> None:
    image = pikepdf.Stream(
        book,
        bytes(8),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=width,
        Height=height,
        BitsPerComponent=1,
        ColorSpace=Name.DeviceGray,
    )
    resources = Dictionary(XObject=Dictionary(Im0=image))
    if fonts:
        resources.Font = Dictionary(F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    w, h = width * 72 / dpi, height * 72 / dpi
    content = f"q {w} 0 0 {h} 0 0 cm /Im0 Do Q".encode()
    page = Dictionary(Type=Name.Page, MediaBox=[0, 0, w, h], Resources=resources, Contents=book.make_stream(content))
    book.pages.append(pikepdf.Page(book.make_indirect(page)))


def saved(book: pikepdf.Pdf, **more: object) -> bytes:
    out = io.BytesIO()
    book.save(out, **more)  # type: ignore[arg-type]
    return out.getvalue()


def scan_pdf(pages: int = 3, dpi: int = 200, **more: object) -> bytes:
    with pikepdf.new() as book:
        for _ in range(pages):
            add_scan(book, dpi)
        return saved(book, **more)


def text_pdf() -> bytes:
    with pikepdf.new() as book:
        book.add_blank_page(page_size=(595, 842))
        page = book.pages[0]
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = book.make_stream(b"BT /F1 12 Tf 50 700 Td (Quyet dinh) Tj ET")
        return saved(book)


def test_a_scanned_pdf_has_pages_pixels_and_dpi(tmp_path: Path) -> None:
    data = scan_pdf(3, 150)
    facts = look(tmp_path, data)
    assert (facts.kind, facts.pages, facts.size) == ("pdf", 3, len(data))
    assert facts.sha256 == hashlib.sha256(data).hexdigest() == hash_file(tmp_path / "f.bin")
    page = facts.page_facts[2]
    assert (page.page, page.dpi, page.pixels, page.born_digital, page.has_text) == (3, 150, (1654, 2339), False, False)
    assert page.width == pytest.approx(1654 * 72 / 150)
    assert not facts.born_digital and not facts.repaired


def test_a_scan_with_a_text_layer_is_not_born_digital(tmp_path: Path) -> None:
    with pikepdf.new() as book:
        add_scan(book, fonts=True)
        facts = look(tmp_path, saved(book))
    assert facts.page_facts[0].has_text and not facts.page_facts[0].born_digital
    assert look(tmp_path, text_pdf()).born_digital


def test_a_logo_does_not_make_a_scan(tmp_path: Path) -> None:
    with pikepdf.new() as book:
        add_scan(book, fonts=True)
        page = book.pages[0]
        page.obj.Contents = book.make_stream(b"q 60 0 0 60 20 20 cm /Im0 Do Q")
        facts = look(tmp_path, saved(book))
    assert facts.page_facts[0].born_digital and facts.page_facts[0].dpi is None


def test_turned_cropped_and_scaled_pages(tmp_path: Path) -> None:
    with pikepdf.new() as book:
        for _ in range(3):
            add_scan(book, 200)
        book.pages[0].obj.Rotate = 90
        book.pages[1].obj.CropBox = Array([0, 0, 300, 400])
        book.pages[2].obj.UserUnit = 2
        facts = look(tmp_path, saved(book))
    one, two, three = facts.page_facts
    assert one.rotation == 90 and one.width > one.height
    assert (two.width, two.height) == (300, 400)
    assert three.dpi == 100


def test_a_user_password_is_needed_or_not(tmp_path: Path) -> None:
    owner = pikepdf.Encryption(owner="o", user="")
    assert look(tmp_path, scan_pdf(encryption=owner)).pages == 3
    with pytest.raises(EncryptedError):
        look(tmp_path, scan_pdf(encryption=pikepdf.Encryption(owner="o", user="u")))


def test_a_pdf_after_junk_opens(tmp_path: Path) -> None:
    assert look(tmp_path, b"\r\njunk of a mail gateway\r\n" * 20 + scan_pdf()).pages == 3


def test_a_cut_off_pdf_is_damaged_and_a_shifted_one_repaired(tmp_path: Path) -> None:
    data = scan_pdf(30, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    for share in (0.3, 0.6, 0.9, 0.98):
        with pytest.raises(DamagedError):
            look(tmp_path, data[: int(len(data) * share)])
    # A transfer as text changes the line ends, so that every offset is wrong but nothing is lost.
    shifted = data.replace(b"startxref\n", b"startxref\n9")
    facts = look(tmp_path, shifted)
    assert facts.pages == 30 and facts.repaired


def test_more_pages_than_allowed(tmp_path: Path) -> None:
    with pikepdf.new() as book:
        for _ in range(3000):
            book.add_blank_page()
        data = saved(book)
    before = time.monotonic()
    with pytest.raises(LimitError):
        look(tmp_path, data)
    assert time.monotonic() - before < 10
    assert look(tmp_path, data, pages=3000).pages == 3000


def test_a_page_of_200_inches(tmp_path: Path) -> None:
    with pikepdf.new() as book:
        book.add_blank_page(page_size=(200 * 72, 200 * 72))
        with pytest.raises(LimitError):
            look(tmp_path, saved(book))
    with pikepdf.new() as book:
        book.add_blank_page(page_size=(14400, 10))
        book.pages[0].obj.UserUnit = 75
        with pytest.raises(LimitError):
            look(tmp_path, saved(book))


def test_a_picture_that_claims_a_wall_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    with pikepdf.new() as book:
        add_scan(book, width=100_000, height=100_000, dpi=6000)
        with pytest.raises(LimitError):
            look(tmp_path, saved(book))


def test_page_trees_that_loop_end(tmp_path: Path) -> None:
    with pikepdf.new() as book:
        add_scan(book)
        book.Root.Pages.Kids.append(book.Root.Pages)
        data = saved(book)
    with Guard(Limits(file_seconds=10)) as guard:
        before = time.monotonic()
        with pytest.raises(InputError):
            guard.probe(write(tmp_path, data))
        assert time.monotonic() - before < 15


def test_parents_that_loop_end(tmp_path: Path) -> None:
    with pikepdf.new() as book:
        book.add_blank_page()
        data = saved(book, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    data = data.replace(b"/MediaBox [ 0 0 612 792 ]", b"                         ")
    assert look(tmp_path, data).page_facts[0].width == 612


@pytest.mark.parametrize("packed", ["one", "two"])
def test_a_stream_that_inflates_to_gigabytes_is_bounded(tmp_path: Path, packed: str) -> None:
    packer = zlib.compressobj(6)
    first = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = first + again * 4096 + packer.flush()
    with pikepdf.new() as book:
        add_scan(book)
        stream = book.pages[0].obj.Contents
        data_of = {"one": (bomb, [Name.FlateDecode]), "two": (zlib.compress(bomb, 9), [Name.FlateDecode] * 2)}[packed]
        stream.write(data_of[0], filter=Array(data_of[1]))
        data = saved(book, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    assert len(data) < 6_000_000
    limits = Limits(file_seconds=20, worker_memory_mb=1024)
    with Guard(limits) as guard:
        before = time.monotonic()
        with contextlib.suppress(InputError):
            guard.probe(write(tmp_path, data))
        assert time.monotonic() - before < 10
        # The guard serves the next file whatever became of this one.
        assert guard.probe(write(tmp_path, scan_pdf(), "g.bin")).pages == 3


def test_the_guard_ends_what_hangs_and_goes_on(tmp_path: Path) -> None:
    good = write(tmp_path, scan_pdf(), "good.pdf")
    with Guard(Limits(file_seconds=1)) as guard:
        assert guard.probe(good).pages == 3
        assert guard._process is not None
        os.kill(guard._process.pid, signal.SIGSTOP)
        with pytest.raises(LimitError):
            guard.probe(good)
        assert guard.probe(good).pages == 3
        os.kill(guard._process.pid, signal.SIGKILL)
        time.sleep(0.3)
        assert guard.probe(good).pages == 3


def test_the_guard_ends_with_a_sentence_when_a_file_kills_the_reader(tmp_path: Path) -> None:
    good = write(tmp_path, scan_pdf(), "good.pdf")
    with Guard(LIMITS) as guard:
        guard.probe(good)
        assert guard._process is not None
        os.kill(guard._process.pid, signal.SIGSTOP)
        threading.Timer(0.3, os.kill, (guard._process.pid, signal.SIGKILL)).start()
        with pytest.raises(DamagedError):
            guard.probe(good)
    with Guard(LIMITS) as guard, pytest.raises(NotAScanError):
        guard.probe(write(tmp_path, b"", "empty"))


@pytest.mark.parametrize("dpi", [100, 200, 300])
@pytest.mark.parametrize(("form", "kind"), [("JPEG", "jpeg"), ("PNG", "png"), ("TIFF", "tiff")])
def test_pictures_have_one_page_with_their_dpi(tmp_path: Path, form: str, kind: str, dpi: int) -> None:
    facts = look(tmp_path, picture(form, dpi=(dpi, dpi)))
    (page,) = facts.page_facts
    assert (facts.kind, facts.pages, page.dpi, page.pixels) == (kind, 1, dpi, (827, 1169))
    assert page.width == pytest.approx(827 * 72 / dpi, rel=0.01)


def test_jpeg_2000_and_a_picture_without_dpi(tmp_path: Path) -> None:
    assert look(tmp_path, picture("JPEG2000")).kind == "jp2"
    page = look(tmp_path, picture("PNG")).page_facts[0]
    assert page.dpi is None and page.width == pytest.approx(827 * 72 / 200)


def test_a_camera_that_writes_72_dpi_is_not_believed(tmp_path: Path) -> None:
    assert look(tmp_path, picture("JPEG", (3000, 4000), dpi=(72, 72))).page_facts[0].dpi is None


def test_exif_orientation_turns_the_page(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    page = look(tmp_path, picture("JPEG", exif=exif, dpi=(200, 200))).page_facts[0]
    assert page.rotation == 90 and page.width > page.height


def many_page_tiff(pages: int, **more: object) -> bytes:
    frames = [Image.new("1", (800, 1000), 1) for _ in range(pages)]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:], dpi=(200, 200), **more)
    return out.getvalue()


@pytest.mark.parametrize("more", [{}, {"compression": "group4"}, {"big_tiff": True}])
def test_tiff_pages_are_counted(tmp_path: Path, more: dict[str, object]) -> None:
    facts = look(tmp_path, many_page_tiff(5, **more))
    assert facts.pages == 5 and {p.dpi for p in facts.page_facts} == {200}


def test_tiff_in_motorola_order(tmp_path: Path) -> None:
    entries = [(256, 4, 1, 100), (257, 4, 1, 50), (273, 4, 1, 8), (279, 4, 1, 20)]
    body = b"".join(struct.pack(">HHII", *e) for e in entries)
    data = b"MM\0*" + struct.pack(">I", 30) + bytes(22) + struct.pack(">H", 4) + body + struct.pack(">I", 0)
    assert look(tmp_path, data).page_facts[0].pixels == (100, 50)


def test_a_tiff_that_runs_in_a_circle_or_is_cut(tmp_path: Path) -> None:
    data = bytearray(many_page_tiff(2))
    first = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, first)[0]
    struct.pack_into("<I", data, first + 2 + 12 * count, first)
    with pytest.raises(DamagedError) as caught:
        look(tmp_path, bytes(data))
    assert "quay vòng" in caught.value.sentence.vi
    whole = picture("TIFF")
    with pytest.raises(DamagedError):
        look(tmp_path, whole[: len(whole) // 2])


def test_tiff_over_the_limits(tmp_path: Path) -> None:
    with pytest.raises(LimitError):
        look(tmp_path, many_page_tiff(6), pages=5)
    entries = [(256, 4, 1, 100_000), (257, 4, 1, 100_000), (273, 4, 1, 8), (279, 4, 1, 20)]
    body = b"".join(struct.pack("<HHII", *e) for e in entries)
    data = b"II*\0" + struct.pack("<I", 30) + bytes(22) + struct.pack("<H", 4) + body + struct.pack("<I", 0)
    with pytest.raises(LimitError):
        look(tmp_path, data)


def test_a_png_that_claims_a_wall(tmp_path: Path) -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    with pytest.raises(LimitError):
        look(tmp_path, data + b"\0\0\0\0IEND\xaeB`\x82")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "JPEG2000"])
def test_cut_off_pictures_are_damaged(tmp_path: Path, form: str) -> None:
    data = picture(form)
    for share in (0.2, 0.5, 0.9):
        with pytest.raises(DamagedError):
            look(tmp_path, data[: int(len(data) * share)])


def test_a_zip_is_not_probed(tmp_path: Path) -> None:
    with pytest.raises(NotAScanError):
        look(tmp_path, b"PK\x05\x06" + bytes(18))


@pytest.mark.parametrize("seed", range(60))
def test_flipped_bytes_end_in_facts_or_a_sentence(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    make = (
        scan_pdf,
        text_pdf,
        lambda: many_page_tiff(3),
        lambda: picture("PNG", (90, 120)),
        lambda: picture("JPEG", (90, 120)),
    )
    data = bytearray(make[seed % len(make)]())
    for _ in range(rng.choice((1, 4, 30))):
        data[rng.randrange(len(data))] = rng.randrange(256)
    try:
        assert look(tmp_path, bytes(data)).pages >= 1
    except InputError as error:
        assert error.sentence.vi and error.sentence.en and str(tmp_path) not in str(error)
