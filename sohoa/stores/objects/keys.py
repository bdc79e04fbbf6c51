"""Keys of the object store: made of hashes and versions only, never of names, titles or record numbers."""

from __future__ import annotations

import re

from sohoa.errors import StoreError

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")


def original_key(sha256: str) -> str:
    """Key of an original: `originals/ab/<sha256>`, 256 folders of which none grows too large."""
    if not _HASH.match(sha256):
        raise ValueError("an original's key is made of 64 hexadecimal digits")
    return f"originals/{sha256[:2]}/{sha256}"


def derived_key(unit_key: str, version: str) -> str:
    """Key of what was derived from a unit by one version of a stage: `derived/<unit key>/<version>.json.gz`."""
    return check_key(f"derived/{unit_key}/{version}.json.gz")


def derived_prefix(unit_key: str) -> str:
    """Prefix of everything derived from a unit, in all versions."""
    return check_key(f"derived/{unit_key}") + "/"


def addressed_hash(key: str) -> str | None:
    """The SHA-256 (hex) that a content-addressed key names, None for other keys."""
    last = key.rpartition("/")[2]
    return last if _HASH.match(last) else None


def check_key(key: str) -> str:
    """The key itself; `StoreError` where it could leave the store or hold more than letters, digits, `.`, `_`, `-`."""
    parts = key.split("/")
    if len(key) > 900 or not all(_PART.match(part) for part in parts) or any(p.startswith("object-") for p in parts):
        raise StoreError(
            "Khóa đối tượng không hợp lệ: chỉ được dùng chữ cái không dấu, chữ số và các dấu . _ - /",
            "The object key is not valid: only ASCII letters, digits and . _ - / may stand in it",
        )
    return key
