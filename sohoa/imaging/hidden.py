"""A PDF page that looks blank: is it, or does it only not show what it holds?"""

from __future__ import annotations

import pypdfium2 as pdfium

from sohoa.errors import DamagedError
from sohoa.imaging.pdf import PdfPage, share
from sohoa.imaging.picture import Pixels

_SPREAD = 32
_LETTERS = 20
"""So many letters are no page number and no garbage of a machine that read specks."""


def check_nothing_is_hidden(page: PdfPage, drawn: Pixels) -> None:
    """DamagedError where a page on which nothing is seen has a broken picture, one out of view, or unseen text.

    `drawn` is the page as it was drawn, HxW or HxWx3.
    """
    for image in page.images:
        if share(image.box, page.box) <= 0:
            raise _hidden("một ảnh nằm ngoài khổ giấy", "a picture lies off the page")
        try:
            inside = _spread(image.handle.get_bitmap(render=False).to_numpy())
        except pdfium.PdfiumError:
            raise _hidden("một ảnh bị hỏng", "a picture is broken") from None
        if inside > _SPREAD and _spread(drawn) == 0:
            raise _hidden("một ảnh không vẽ ra được", "a picture was not drawn")
    textpage = page.handle.get_textpage()
    try:
        letters = sum(char.isalnum() for char in textpage.get_text_range())
    finally:
        textpage.close()
    if letters >= _LETTERS:
        raise _hidden(f"có {letters} chữ ẩn", f"it has {letters} unseen letters")


def _spread(pixels: Pixels) -> int:
    return int(pixels.max()) - int(pixels.min())


def _hidden(vi: str, en: str) -> DamagedError:
    return DamagedError(
        f"Trang PDF trông như trắng nhưng {vi}. Xuất lại PDF từ nguồn hoặc quét lại trang.",
        f"The PDF page looks blank, but {en}. Export the PDF again from its source or scan the page again.",
    )
