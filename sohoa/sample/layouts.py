"""The page layouts of the sample archives, as data. Three are held out: nobody tunes on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sohoa.sample.fonts import Family


@dataclass(frozen=True)
class Layout:
    """How a body sets its pages; lengths in points unless said."""

    id: str
    family: Family = "Tinos"
    party: bool = False
    held_out: bool = False
    margins_mm: tuple[float, float, float, float] = (30, 17, 20, 20)
    """Left, right, top, bottom."""
    split: float = 0.42
    """Share of the text width that the left header column takes."""
    header_size: float = 12.5
    body_size: float = 14.0
    leading: float = 1.18
    para_gap: float = 5.0
    indent: float = 32.0
    justify: bool = True
    body_rule: Literal["short", "long", "star", "none"] = "short"
    motto_rule: bool = True
    number_at: Literal["centre", "left"] = "centre"
    date_at: Literal["right", "below"] = "right"
    """Beside the number, or on a line of its own under both columns."""
    regarding_at: Literal["left", "centre"] = "left"
    """Where the V/v of a công văn stands."""
    regarding_word: Literal["V/v", "Về việc"] = "V/v"
    title_size: float = 14.0
    subject_bold: bool = True
    subject_rule: Literal["line", "dashes", "none"] = "line"
    page_number: Literal["top", "bottom", "bottom-right", "none"] = "top"
    recipients: Literal["left", "below", "below-two"] = "left"
    """Beside the signature, below it, or below it in two columns."""
    sign_centre: float = 0.75
    """Where the signature block is centred, as a share of the text width."""


LAYOUTS: dict[str, Layout] = {
    layout.id: layout
    for layout in (
        Layout("s-tinh"),
        Layout("s-so", margins_mm=(30, 20, 20, 20), body_size=13.5, number_at="centre", split=0.40, page_number="top"),
        Layout("s-so2", family="Arimo", header_size=11, body_size=12, title_size=13, split=0.45, leading=1.3, justify=False, indent=28),
        Layout("s-huyen", margins_mm=(33, 15, 17, 18), header_size=13, body_size=14, leading=1.25, para_gap=6, split=0.40, page_number="bottom"),
        Layout("s-hdnd", margins_mm=(30, 15, 22, 20), title_size=15, body_size=14, para_gap=7, indent=36, split=0.42, subject_rule="line", page_number="top", sign_centre=0.72),
        Layout("s-xa", family="Arimo", header_size=11.5, body_size=12.5, title_size=14, number_at="left", date_at="below", page_number="none", leading=1.35, motto_rule=False, body_rule="none", indent=24),
        Layout("s-phong", held_out=True, margins_mm=(35, 15, 15, 15), header_size=12, body_size=13, regarding_at="centre", page_number="bottom-right", recipients="below", sign_centre=0.70, subject_bold=False),
        Layout("s-ban", held_out=True, family="Arimo", margins_mm=(25, 20, 18, 18), header_size=10.5, body_size=12, split=0.47, title_size=15, recipients="below-two", page_number="bottom", subject_rule="none", number_at="left", indent=0, para_gap=8),
        Layout("d-tinh", party=True, body_rule="star", header_size=14, body_size=14.5, split=0.44, title_size=16, subject_rule="dashes", motto_rule=True, leading=1.22, page_number="top"),
        Layout("d-huyen", party=True, body_rule="star", header_size=13.5, body_size=14, title_size=15, subject_rule="dashes", split=0.42, margins_mm=(30, 15, 20, 20), page_number="bottom"),
        Layout("d-ban", party=True, body_rule="star", header_size=13, body_size=14, title_size=15, subject_rule="line", split=0.43, regarding_word="Về việc", para_gap=6, page_number="top"),
        Layout("d-dang", party=True, family="Arimo", body_rule="star", header_size=12, body_size=12.5, title_size=14, subject_rule="dashes", split=0.46, leading=1.3, date_at="right", recipients="left", page_number="bottom-right"),
        Layout("m-ttq", body_rule="short", header_size=12, body_size=13.5, split=0.47, title_size=15, subject_bold=True, number_at="centre", recipients="left", page_number="top", margins_mm=(28, 18, 20, 18)),
        Layout("d-vp", party=True, body_rule="star", header_size=13.5, body_size=14, split=0.40, regarding_at="left", date_at="below", title_size=15, subject_bold=True, subject_rule="none", recipients="below-two", page_number="top", indent=38),
        Layout("d-bcd", party=True, held_out=True, body_rule="long", header_size=12.5, body_size=13, split=0.38, margins_mm=(25, 25, 25, 20), number_at="left", regarding_at="centre", title_size=17, subject_bold=False, subject_rule="dashes", recipients="below", page_number="bottom", sign_centre=0.68, leading=1.4),
    )
}  # fmt: skip
