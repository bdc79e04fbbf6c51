"""The two type families of the sample pages (Tinos, Arimo) and text widths in points."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont

from sohoa.errors import EngineMissingError

Family = Literal["Tinos", "Arimo"]
Style = Literal["Regular", "Bold", "Italic", "BoldItalic"]
Face = tuple[Family, Style]

FOLDERS = (
    Path("/usr/share/fonts/truetype/croscore"),
    Path("/usr/share/fonts/croscore"),
    Path("/usr/share/fonts/google-croscore"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts"),
    Path("~/.fonts"),
)
_MEASURE = 200
"""Pixels per em at which widths are taken, so that line breaks are the same at every resolution."""


@lru_cache(maxsize=32)
def font_path(face: Face) -> Path:
    """The file of a face; `EngineMissingError` when the fonts are not installed."""
    name = f"{face[0]}-{face[1]}.ttf"
    for folder in FOLDERS:
        path = folder.expanduser() / name
        if path.is_file():
            return path
    raise EngineMissingError(
        "Thiếu phông chữ Tinos và Arimo để vẽ kho mẫu. Chạy: sudo apt-get install fonts-croscore",
        "The fonts Tinos and Arimo, which the sample archive is drawn with, are missing."
        " Run: sudo apt-get install fonts-croscore",
    )


@lru_cache(maxsize=256)
def font(face: Face, pixels: int) -> ImageFont.FreeTypeFont:
    """The face at a size in pixels."""
    return ImageFont.truetype(str(font_path(face)), pixels, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=60_000)
def _unit_width(text: str, face: Face) -> float:
    return font(face, _MEASURE).getlength(text) / _MEASURE


def width(text: str, face: Face, size: float) -> float:
    """Width of a text in points at `size` points."""
    return _unit_width(text, face) * size


def wrap(text: str, face: Face, size: float, limit: float, first_indent: float = 0.0) -> list[list[str]]:
    """Break a text into lines of words no wider than `limit` points; the first line is shorter by `first_indent`."""
    space = width(" ", face, size)
    lines: list[list[str]] = []
    words: list[str] = []
    used = first_indent
    for word in text.split():
        wide = width(word, face, size)
        if words and used + wide > limit:
            lines.append(words)
            words, used = [], 0.0
        words.append(word)
        used += wide + space
    if words:
        lines.append(words)
    return lines
