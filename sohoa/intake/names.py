"""Names of files: how they are shown, and the natural Vietnamese order in which they are read."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final

_ALPHABET: Final = {c: i for i, c in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", start=1000)}
_TONE_ORDER: Final = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_CHUNKS: Final = re.compile(r"([0-9]+)")

LONGEST: Final = 4000
"""Characters of a display name; the catalogue has room for 4,096."""

SKIPPED: Final = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})

Taken = dict[str, int]
"""Names given so far, each with the highest number that was tried for its twins."""

NaturalKey = tuple[tuple[tuple[tuple[int, ...], ...], tuple[int, ...], str], ...]


def is_skipped(name: str) -> bool:
    """True for the names intake passes over: dotfiles, Thumbs.db, desktop.ini, .DS_Store. Nothing else is passed over."""
    return name.startswith(".") or name.lower() in SKIPPED


def shown(name: str) -> str:
    """One path component fit for display: NFC, control characters, line breaks and bytes that are no UTF-8 as \\xNN."""
    raw = os.fsencode(name)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "backslashreplace")
    return "".join(_shown_char(c) for c in unicodedata.normalize("NFC", text))


def _shown_char(char: str) -> str:
    # Cf holds the marks that turn the direction of writing, with which a name can pose as another.
    if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Cn", "Co"):
        code = ord(char)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return char


def shown_all(names: Iterable[str]) -> dict[str, str]:
    """Display names of one folder's entries, all different: of twins (NFC and NFD) the later one gets `~2`."""
    result: dict[str, str] = {}
    taken: Taken = {}
    # Names that are shown as they are come first, so that a twin never takes the name of its sibling.
    for name in sorted(names, key=lambda n: (shown(n) != n, natural_key(n), os.fsencode(n))):
        result[name] = unique(shown(name), taken)
    return result


def unique(name: str, taken: Taken) -> str:
    """The name, or the name with `~2`, `~3` … before its suffix when it is taken; adds it to `taken`."""
    suffix = PurePosixPath(name).suffix
    candidate = name
    while candidate in taken:
        taken[name] += 1
        candidate = f"{name.removesuffix(suffix)}~{taken[name]}{suffix}"
    taken[candidate] = 1
    return candidate


def fitted(name: str) -> str:
    """A display name that the catalogue has room for: of a longer one the beginning, its hash and the last component's end."""
    if len(name) <= LONGEST:
        return name
    mark = hashlib.sha256(name.encode("utf-8")).hexdigest()[:16]
    return f"{name[: LONGEST - 300].rstrip('/')}…{mark}…{name.rpartition('/')[2][-200:]}"


def natural_key(path: str) -> NaturalKey:
    """Sort key: folders by folders, numbers as numbers (trang 2 before trang 10), letters as in the Vietnamese alphabet."""
    return tuple(_part_key(part) for part in path.split("/"))


def _part_key(part: str) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...], str]:
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFC", part).lower())
    letters: list[tuple[int, ...]] = []
    tones: list[int] = []
    for chunk in _CHUNKS.split(unicodedata.normalize("NFC", "".join(c for c in text if c not in _TONE_ORDER))):
        if chunk.isascii() and chunk.isdigit():
            # Compared by length, then digit by digit: int() refuses very long numbers. Numbers sort before letters.
            bare = chunk.lstrip("0")
            letters.append((500, len(bare), *map(ord, bare)))
        else:
            letters.extend(map(_letter, chunk))
    tones = [_TONE_ORDER[c] for c in text if c in _TONE_ORDER]
    return tuple(letters), tuple(tones), part


@lru_cache(maxsize=4096)
def _letter(char: str) -> tuple[int, ...]:
    """The place of a letter; one value for all its uses, since names from strangers may be long and many."""
    return (_ALPHABET.get(char, ord(char) if ord(char) < 0x80 else 2000 + ord(char)),)
