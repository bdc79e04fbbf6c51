"""The version of a reading: changes whenever reading the same page again may give another result."""

from __future__ import annotations

import hashlib

from sohoa.ocr.engine import Engine
from sohoa.settings import Settings

CODE = 3
"""Raised with every change of `imaging` or `ocr` that changes what is read."""


def reading_version(settings: Settings, engine: Engine) -> str:
    """Twelve hex digits from the reading settings, the code number and the engine with its models."""
    parts = f"{CODE}\n{settings.reading.model_dump_json()}\n{engine.fingerprint()}"
    return hashlib.sha256(parts.encode()).hexdigest()[:12]
