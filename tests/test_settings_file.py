"""`config/settings.toml` shows every setting with its default; keys and passwords are named, never shown."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from sohoa.settings import CONFIG_DIR, Settings

EXAMPLES = {"objects_url", "index_url", "server.database_url", "objects.ca_file", "index.ca_file"}
"""Shown with an example: their default is nothing."""
OF_THE_MACHINE = {"workers"}
FILE = (CONFIG_DIR / "settings.toml").read_text(encoding="utf-8")


def flat(told: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in told.items():
        yield from flat(value, f"{above}{name}.") if isinstance(value, dict) else [(above + name, value)]


def defaults(part: BaseModel, above: str = "") -> Iterator[tuple[str, Any]]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        yield from defaults(value, f"{above}{name}.") if isinstance(value, BaseModel) else [(above + name, value)]


def test_the_settings_file_shows_every_setting_with_its_default() -> None:
    lines = [line.removeprefix("# ") for line in FILE.splitlines() if re.match(r"# (\[|[a-z_]+ = )", line)]
    shown, known = dict(flat(tomllib.loads("\n".join(lines)))), dict(defaults(Settings()))
    unshown = set(known) - set(shown)
    assert all(f"SOHOA_{name.upper().replace('.', '__')}" in FILE for name in unshown), unshown
    assert set(shown) <= set(known)
    for name in set(shown) - EXAMPLES - OF_THE_MACHINE:
        assert str(shown[name]) == str(known[name]), name
