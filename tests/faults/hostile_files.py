"""Files whose contents are broken, lying, oversized or of another kind than their name says: a maker each, all small.

`KINDS` maps a file's name to its maker and to the error class it must end with, None where it must be read.
"""

from __future__ import annotations

import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

from tests.conftest import FONT
from tests.ocr import pdfs

TEXT = "Ủy ban nhân dân tỉnh giao Văn phòng"
"""What is written on the pages that can be read."""
OTHER_TEXT = "Nghị quyết về việc hoàn toàn khác của Hội đồng nhân dân"
BOMB_BYTES = 3 << 30


@cache
def drawn(mark: str = "") -> Image.Image:
    """A small page of two lines: 8 × 2.4 inches at 100 dpi, gray."""
    image = Image.new("L", (800, 240), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 34)
    draw.text((60, 50), TEXT, 0, font)
    draw.text((60, 120), f"theo dõi việc này trong năm {mark}", 0, font)
    return image


def picture(form: str, image: Image.Image | None = None, mark: str = "", **more: Any) -> bytes:
    """A picture file, the page drawn above unless another image is given."""
    out = io.BytesIO()
    (image or drawn(mark)).save(out, form, dpi=(100, 100), **more)
    return out.getvalue()


def scan(mark: str, pages: int = 1) -> bytes:
    """A PDF whose pages are one JPEG each."""
    out = io.BytesIO()
    drawn(mark).save(out, "PDF", save_all=True, append_images=[drawn(mark)] * (pages - 1), resolution=100)
    return out.getvalue()


def pages_tiff(mark: str, pages: int) -> bytes:
    return picture("TIFF", mark=mark, save_all=True, append_images=[drawn(mark)] * (pages - 1), compression="raw")


def changed(data: bytes, change: Callable[[pikepdf.Pdf], None], **more: Any) -> bytes:
    """A PDF after a change to its objects."""
    with pikepdf.open(io.BytesIO(data)) as book:
        change(book)
        return saved(book, **more)


def saved(book: pikepdf.Pdf, **more: Any) -> bytes:
    out = io.BytesIO()
    book.save(out, static_id=True, **more)
    return out.getvalue()


def cut(data: bytes, tenth: int) -> bytes:
    """The file without what follows so many elevenths of it."""
    return data[: len(data) * tenth // 11]


# PDF


def encrypted(user: str) -> bytes:
    return changed(scan(f"mật {user}"), lambda book: None, encryption=pikepdf.Encryption(owner="o", user=user))


def boxed(mark: str, box: list[Any]) -> bytes:
    """A page with another MediaBox; what is no number is written as it stands."""

    def change(book: pikepdf.Pdf) -> None:
        book.pages[0].obj.MediaBox = Array([7777 if isinstance(value, str) else value for value in box])

    data = changed(scan(mark), change, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    for value in box:
        if isinstance(value, str):
            data = data.replace(b"7777", value.encode().ljust(4), 1)
    return data


def turned(mark: str, degrees: int) -> bytes:
    """/Rotate, and the picture turned so that the page is upright."""

    def change(book: pikepdf.Pdf) -> None:
        book.pages[0].obj.Rotate = degrees

    out = io.BytesIO()
    drawn(mark).rotate(degrees, expand=True).save(out, "PDF", resolution=100)
    return changed(out.getvalue(), change)


def many_pages(count: int) -> bytes:
    """One tiny picture on every page."""
    with pikepdf.new() as book:
        image = book.make_indirect(
            Stream(book, b"\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=1, ColorSpace=Name.DeviceGray)
        )  # fmt: skip
        content = book.make_stream(b"q 595 0 0 842 0 0 cm /I Do Q")
        for _ in range(count):
            page = Dictionary(Type=Name.Page, MediaBox=[0, 0, 595, 842], Resources=Dictionary(XObject=Dictionary(I=image)), Contents=content)  # fmt: skip
            book.pages.append(pikepdf.Page(book.make_indirect(page)))
        return saved(book)


def looping_tree() -> bytes:
    def change(book: pikepdf.Pdf) -> None:
        book.Root.Pages.Kids.append(book.Root.Pages)
        book.Root.Pages.Count = 2

    return changed(scan("vòng"), change)


def deep_tree(depth: int) -> bytes:
    """A page under so many nodes."""

    def change(book: pikepdf.Pdf) -> None:
        top = book.Root.Pages
        for _ in range(depth):
            top = book.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([top]), Count=1))
            top.Kids[0].Parent = top
        book.Root.Pages = top

    return changed(scan("sâu"), change)


def deep_arrays(depth: int) -> bytes:
    """Arrays in arrays, for readers that recurse."""
    return scan("mảng").replace(b"/Type /Catalog", b"/Type /Catalog /X " + b"[" * depth + b"]" * depth, 1)


def typed(lines: list[str], mode: int = 0) -> bytes:
    """A born-digital page of these lines; `mode` 3 is invisible."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 300))
    text = canvas.beginText(50, 240)
    text.setFont("Tinos", 13, 20)
    text.setTextRenderMode(mode)
    for line in lines:
        text.textLine(line)
    canvas.drawText(text)
    canvas.save()
    return out.getvalue()


def lying_layer() -> bytes:
    """A scan with an invisible text layer that says something else than the picture."""
    with tempfile.TemporaryDirectory() as folder:
        return pdfs.scanned(Path(folder) / "f", drawn("lớp chữ"), 100, [OTHER_TEXT] * 2).read_bytes()


def bomb(size: int) -> bytes:
    """Zeros that inflate to this size from a thousandth of it; the same block over and over."""
    packer = zlib.compressobj(9)
    first = packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (size // (1 << 24) - 1) + packer.flush()


def content_bomb() -> bytes:
    def change(book: pikepdf.Pdf) -> None:
        stream = book.pages[0].obj.Contents
        stream.write(zlib.compress(bomb(BOMB_BYTES), 9), filter=Array([Name.FlateDecode, Name.FlateDecode]))

    return changed(scan("bom"), change, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def image_bomb() -> bytes:
    """A small picture whose packed bytes inflate to gigabytes."""

    def change(book: pikepdf.Pdf) -> None:
        image = book.pages[0].obj.Resources.XObject.image
        image.write(zlib.compress(bomb(BOMB_BYTES), 9), filter=Array([Name.FlateDecode, Name.FlateDecode]))

    return changed(scan("bom ảnh"), change, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def form_bomb() -> bytes:
    """Forms that each draw the next one ten times: 10^12 drawings."""
    with pikepdf.new() as book:
        inner = book.make_stream(b"0 0 1 1 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        for _ in range(12):
            resources = Dictionary(XObject=Dictionary(F=inner))
            inner = book.make_stream(b"/F Do " * 10, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], Resources=resources)  # fmt: skip
        page = Dictionary(Type=Name.Page, MediaBox=[0, 0, 595, 842], Resources=Dictionary(XObject=Dictionary(F=inner)), Contents=book.make_stream(b"/F Do"))  # fmt: skip
        book.pages.append(pikepdf.Page(book.make_indirect(page)))
        return saved(book)


def form_of_itself() -> bytes:
    with pikepdf.new() as book:
        form = book.make_stream(b"/F Do 9 9 30 30 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 90, 90])
        form.Resources = Dictionary(XObject=Dictionary(F=form))
        page = Dictionary(Type=Name.Page, MediaBox=[0, 0, 595, 842], Resources=Dictionary(XObject=Dictionary(F=form)), Contents=book.make_stream(b"/F Do"))  # fmt: skip
        book.pages.append(pikepdf.Page(book.make_indirect(page)))
        return saved(book)


def endless_paths() -> bytes:
    """Half a million curves over the whole page: minutes of drawing in few bytes."""

    def change(book: pikepdf.Pdf) -> None:
        curve = b"0 0 m 9000 9000 -9000 9000 595 842 c 1 w [1 2] 0 d S\n"
        book.pages[0].obj.Contents = book.make_stream(zlib.compress(curve * 500_000, 9), Filter=Name.FlateDecode)

    return changed(scan("đường"), change, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def lively() -> bytes:
    """JavaScript, an embedded program, a launch action, a form field: nothing of it runs, the page is read."""

    def change(book: pikepdf.Pdf) -> None:
        script = Dictionary(S=Name.JavaScript, JS="app.launchURL('http://127.0.0.1:9'); while(true){}")
        book.Root.OpenAction = Dictionary(S=Name.Launch, F="/bin/false", Next=script)
        book.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", script])))
        book.attachments["setup.exe"] = b"MZ" + bytes(100)
        field = Dictionary(FT=Name.Tx, T="tên", V="giá trị", Type=Name.Annot, Subtype=Name.Widget, Rect=[9, 9, 99, 29])
        fields = Array([book.make_indirect(field)])
        book.Root.AcroForm = Dictionary(Fields=fields, NeedAppearances=True)
        book.pages[0].obj.Annots = fields
        book.pages[0].obj.AA = Dictionary(O=script)

    return changed(scan("sống động"), change)


def huge_picture_claim() -> bytes:
    """A picture in a page that claims 100,000 × 100,000 pixels and holds eight bytes."""

    def change(book: pikepdf.Pdf) -> None:
        image = book.pages[0].obj.Resources.XObject.image
        image.Width = image.Height = 100_000

    return changed(scan("tường"), change)


def without_picture() -> bytes:
    def change(book: pikepdf.Pdf) -> None:
        book.pages[0].obj.Resources.XObject = Dictionary()

    return changed(scan("mất ảnh"), change)


def big_page(inches: int) -> bytes:
    with pikepdf.new() as book:
        book.add_blank_page(page_size=(inches * 72, inches * 72))
        return saved(book)


def no_pages() -> bytes:
    with pikepdf.new() as book:
        return saved(book)


def xref_shifted() -> bytes:
    """Every offset is wrong, as after a transfer as text; nothing is lost."""
    return scan("lệch bảng").replace(b"startxref\n", b"startxref\n9")


# TIFF


def directory(entries: list[tuple[int, int, int, int]], place: int, following: int = 0) -> bytes:
    body = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return struct.pack("<H", len(entries)) + body + struct.pack("<I", following)


def plain_tiff(width: int, height: int, strip: bytes, bits: int = 1, compression: int = 1) -> bytes:
    """One strip of gray pixels."""
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, bits), (259, 3, 1, compression), (262, 3, 1, 1),
               (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, len(strip))]  # fmt: skip
    return b"II*\0" + struct.pack("<I", 8 + len(strip)) + strip + directory(entries, 0)


def many_frames(count: int) -> bytes:
    """Frames that share one strip."""
    strip, size = bytes(8), 2 + 12 * 8 + 4
    entries = [(256, 4, 1, 64), (257, 4, 1, 8), (258, 3, 1, 1), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8),
               (278, 4, 1, 8), (279, 4, 1, 8)]  # fmt: skip
    places = [16 + size * number for number in range(1, count)] + [0]
    return b"II*\0" + struct.pack("<I", 16) + strip + b"".join(directory(entries, 0, place) for place in places)


def looping_frames() -> bytes:
    data = bytearray(pages_tiff("vòng", 2))
    first = struct.unpack_from("<I", data, 4)[0]
    struct.pack_into("<I", data, first + 2 + 12 * struct.unpack_from("<H", data, first)[0], first)
    return bytes(data)


def slow_frames() -> bytes:
    """1,900 directories that each name the same half million strips: minutes of looking through two megabytes."""
    strips, count = 500_000, 1900
    table = struct.pack("<I", 8) * strips
    size = 2 + 12 * 4 + 4
    start = 8 + len(table)
    entries = [(256, 4, 1, 64), (257, 4, 1, 8), (273, 4, strips, 8), (279, 4, strips, 8)]
    places = [start + size * number for number in range(1, count)] + [0]
    return b"II*\0" + struct.pack("<I", start) + table + b"".join(directory(entries, 0, place) for place in places)


def repeated_tags() -> bytes:
    """One directory of 4,000 entries of the same tag, each with the same million values."""
    table = struct.pack("<I", 8) * 1_000_000
    entries = [(256, 4, 1, 64), (257, 4, 1, 8)] + [(273, 4, 1_000_000, 8)] * 4_000
    return b"II*\0" + struct.pack("<I", 8 + len(table)) + table + directory(entries, 0)


def deep_bits() -> bytes:
    """16 bits a pixel."""
    import numpy as np

    values = np.asarray(drawn("16 bit"), np.uint16) * 257
    return picture("TIFF", Image.fromarray(values))


# JPEG, PNG and others


def lying_jpeg(width: int, height: int) -> bytes:
    """A header that claims another size than the pixels have."""
    data = bytearray(picture("JPEG", mark=f"dối {width}"))
    place = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, place + 5, height, width)
    return bytes(data)


def cmyk(inverted: bool) -> bytes:
    """CMYK; Adobe's marker says that 255 means no ink."""
    image = drawn("CMYK đảo" if inverted else "CMYK").convert("CMYK")
    data = picture("JPEG", image)
    return data if inverted else data.replace(b"Adobe", b"Adobx", 1)


def scan_bomb() -> bytes:
    """A progressive JPEG with thousands of scans over the same pixels."""
    data = picture("JPEG", mark="tầng", progressive=True)
    start, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    return data[:start] + data[start:end] * 3000 + data[end:]


def flat_png(width: int, height: int, bits: int = 1) -> bytes:
    """White; a kilobyte or so, whatever it claims."""
    rows = (b"\0" + b"\xff" * (-(-width * bits // 8))) * min(height, 64)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(rows) for _ in range(-(-height // 64))) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def text_bomb_png() -> bytes:
    """Packed text beside the pixels that inflates to gigabytes."""
    data = picture("PNG", mark="chú thích")
    note = chunk(b"zTXt", b"note\0\0" + bomb(BOMB_BYTES))
    return data[:33] + note + data[33:]


def wrong_checksum_png() -> bytes:
    data = bytearray(picture("PNG", mark="tổng kiểm"))
    place = data.index(b"IDAT") + 40
    data[place] ^= 0xFF
    return bytes(data)


def see_through_png() -> bytes:
    image = Image.new("RGBA", (800, 240), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), mask=drawn("trong suốt").point(lambda value: 255 - value))
    return picture("PNG", image)


def office(folder: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr(f"{folder}/document.xml", "<x/>")
    return out.getvalue()


SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9"/></svg>'
TCVN3 = ["ñy ban nh©n d©n tØnh An B×nh", "VÒ viÖc trång c©y xanh trªn ®Þa bµn tØnh n¨m 2019", "Céng hoµ x· héi chñ nghÜa ViÖt Nam"]  # fmt: skip
VNI = ["UÛY BAN NHAÂN DAÂN TÆNH AN BÌNH", "Veà vieäc troàng caây xanh treân ñòa baøn tænh naêm 2019", "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam"]  # fmt: skip
MOJIBAKE = ["á»¦y ban nhÃ¢n dÃ¢n tá»‰nh An BÃ¬nh", "Vá» viá»‡c trá»“ng cÃ¢y xanh trÃªn Ä‘á»‹a bÃ n", "Cá»™ng hÃ²a xÃ£ há»™i chá»§ nghÄ©a"]  # fmt: skip
UTF16 = ["".join(f"{char}￾" for char in "Uy ban nhan dan tinh")] * 3

Maker = Callable[[], bytes]
Ends = str | None | tuple[str | None, ...]

DAMAGED, LIMIT, NO_SCAN = "DamagedError", "LimitError", "NotAScanError"

KINDS: dict[str, tuple[Maker, Ends]] = {
    "zero.pdf": (bytes, NO_SCAN),
    "one-byte.pdf": (lambda: b"%", NO_SCAN),
    "only-head.pdf": (lambda: b"%PDF-1.7\n", DAMAGED),
    "zeros.pdf": (lambda: bytes(5000), DAMAGED),
    "jpeg-in-name.pdf": (partial(picture, "JPEG", mark="tên pdf"), None),
    "pdf-in-name.jpg": (partial(scan, "tên jpg"), None),
    "pdf-in-name.txt": (partial(scan, "tên txt"), None),
    "tiff-in-name.png": (partial(picture, "TIFF", mark="tên png"), None),
    "svg-in-name.pdf": (lambda: SVG, NO_SCAN),
    "docx-in-name.pdf": (partial(office, "word"), "RefusedError"),
    "text-in-name.pdf": (lambda: "Kính gửi: Văn phòng\n".encode() * 9, NO_SCAN),
    "program-in-name.pdf": (lambda: b"MZ\x90\0\x03" + bytes(range(256)) * 20, NO_SCAN),
    "elf-in-name.tif": (lambda: b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20, NO_SCAN),
    "page.html": (lambda: b"<!doctype html><html><body>x</body></html>", NO_SCAN),
    "moving.gif": (lambda: picture("GIF", save_all=True, append_images=[drawn("b")]), NO_SCAN),
    "moving.webp": (lambda: picture("WEBP", save_all=True, append_images=[drawn("b")]), NO_SCAN),
    "phone.heic": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(500), NO_SCAN),
    "notes.txt": (lambda: "Ghi chú của người quét".encode(), NO_SCAN),
    "archive.7z": (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(300), "RefusedError"),
    "encrypted.pdf": (partial(encrypted, "u"), "EncryptedError"),
    "owner-password.pdf": (partial(encrypted, ""), None),
    "broken-xref.pdf": (xref_shifted, None),
    "after-junk.pdf": (lambda: b"junk of a mail gateway\r\n" * 9 + scan("rác"), None),
    "no-pages.pdf": (no_pages, DAMAGED),
    "3000-pages.pdf": (partial(many_pages, 3000), LIMIT),
    "looping-tree.pdf": (looping_tree, DAMAGED),
    "deep-tree.pdf": (partial(deep_tree, 400), DAMAGED),
    "deep-arrays.pdf": (partial(deep_arrays, 200_000), DAMAGED),
    "200-inches.pdf": (partial(big_page, 200), LIMIT),
    "huge-picture-claim.pdf": (huge_picture_claim, LIMIT),
    "without-picture.pdf": (without_picture, DAMAGED),
    "content-bomb.pdf": (content_bomb, (LIMIT, "EngineCrashError", "EngineTimeoutError")),
    "image-bomb.pdf": (image_bomb, (DAMAGED, LIMIT)),
    "form-bomb.pdf": (form_bomb, (LIMIT, "EngineCrashError", "EngineTimeoutError")),
    "form-of-itself.pdf": (form_of_itself, "EngineError"),
    "endless-paths.pdf": (endless_paths, ("EngineTimeoutError", "EngineError")),
    "lively.pdf": (lively, None),
    "box-zero.pdf": (partial(boxed, "hộp không", [0, 0, 0, 0]), DAMAGED),
    "box-negative.pdf": (partial(boxed, "hộp âm", [576, 173, 0, 0]), None),
    "box-nan.pdf": (partial(boxed, "hộp nan", [0, 0, "nan", 173]), DAMAGED),
    "box-huge.pdf": (partial(boxed, "hộp lớn", [0, 0, 10**12, 10**12]), LIMIT),
    "box-thin.pdf": (partial(boxed, "hộp mỏng", [0, 0, 4000, 1]), DAMAGED),
    "box-far.pdf": (partial(boxed, "hộp xa", [10**7, 10**7, 10**7 + 576, 10**7 + 173]), DAMAGED),
    "turned.pdf": (partial(turned, "xoay", 90), None),
    "turned-oddly.pdf": (partial(turned, "xoay lẻ", 45), "EngineError"),
    "tcvn3.pdf": (partial(typed, TCVN3), None),
    "vni.pdf": (partial(typed, VNI), None),
    "mojibake.pdf": (partial(typed, MOJIBAKE), None),
    "utf16.pdf": (partial(typed, UTF16), None),
    "lying-layer.pdf": (lying_layer, None),
    "only-invisible.pdf": (partial(typed, [TEXT] * 3, 3), DAMAGED),
    "20000.png": (partial(flat_png, 20_000, 20_000), LIMIT),
    "20000.tif": (lambda: picture("TIFF", Image.new("1", (20_000, 20_000), 1), compression="group4"), LIMIT),
    "60000-by-1.png": (partial(flat_png, 60_000, 1), DAMAGED),
    "1-by-60000.tif": (partial(plain_tiff, 1, 60_000, bytes(60_000)), DAMAGED),
    "no-size.png": (partial(flat_png, 0, 0), DAMAGED),
    "text-bomb.png": (text_bomb_png, DAMAGED),
    "wrong-checksum.png": (wrong_checksum_png, DAMAGED),
    "see-through.png": (see_through_png, None),
    "3000-frames.tif": (partial(many_frames, 3000), LIMIT),
    "looping-frames.tif": (looping_frames, DAMAGED),
    "slow-frames.tif": (slow_frames, LIMIT),
    "repeated-tags.tif": (repeated_tags, DAMAGED),
    "16-bit.tif": (deep_bits, None),
    "short-strip.tif": (partial(plain_tiff, 800, 240, bytes(100)), DAMAGED),
    "lzw-garbage.tif": (partial(plain_tiff, 800, 240, bytes(range(256)) * 4, 8, 5), DAMAGED),
    "jpeg-in-tiff.tif": (lambda: picture("TIFF", mark="nén jpeg", compression="jpeg"), None),
    "lying-large.jpg": (partial(lying_jpeg, 60_000, 60_000), LIMIT),
    "lying-tall.jpg": (partial(lying_jpeg, 800, 4_800), DAMAGED),
    "lying-none.jpg": (partial(lying_jpeg, 0, 0), DAMAGED),
    "cmyk.jpg": (partial(cmyk, False), None),
    "cmyk-inverted.jpg": (partial(cmyk, True), None),
    "scan-bomb.jpg": (scan_bomb, (None, "EngineTimeoutError")),
    "jpeg2000.jp2": (lambda: picture("JPEG2000", mark="jp hai nghìn"), None),
    "text-after.jpg": (lambda: picture("JPEG", mark="đuôi") + b"trailing text " * 20, None),
    **{f"cut-{n:02d}-x.pdf": (partial(lambda n: cut(scan("cụt", 2), n), n), DAMAGED) for n in range(1, 11)},
    **{f"cut-{n:02d}-x.tif": (partial(lambda n: cut(pages_tiff("cụt", 2), n), n), DAMAGED) for n in range(1, 11)},
    **{f"cut-{n:02d}-x.jpg": (partial(lambda n: cut(picture("JPEG", mark="cụt"), n), n), DAMAGED) for n in range(1, 11)},
}  # fmt: skip
