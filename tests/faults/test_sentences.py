"""Every sentence about a file or page says in both languages what to do; looked for in the source, so none is left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.children import ROOT
from tests.faults.whole_way import says_what_to_do

DOING = ("copy", "scan", "remove", "export", "split", "save", "check", "try", "raise", "print", "unpack", "bring", "give",
         "open", "pack", "run", "look", "free", "restore", "install", "wait", "use", "mended", "counts by itself", "shorter",
         "choose", "correct", "set", "see", "find", "read the", "needs")  # fmt: skip
ROOMS = ("intake", "imaging", "ocr", "pipeline")


def sentences() -> Iterator[tuple[str, str, str]]:
    """Place, Vietnamese and English of every error made in the rooms that meet files."""
    for room in ROOMS:
        for path in sorted((ROOT / "sohoa" / room).rglob("*.py")):
            tree = ast.parse(path.read_text())
            known = {place.id: said(value, {}) for place, value in constants(tree)}
            for node in ast.walk(tree):
                name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
                if isinstance(node, ast.Call) and name.endswith("Error") and len(node.args) == 2:
                    vi, en = (said(argument, known) for argument in node.args)
                    if vi and en:  # else both were put together elsewhere, from sentences that are met there
                        yield f"{Path(room) / path.name}:{node.lineno}", vi, en


def constants(tree: ast.Module) -> Iterator[tuple[ast.Name, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target, node.value


def said(node: ast.expr, known: dict[str, str]) -> str:
    """The text of a string or f-string; what is filled in stands as its source."""
    if isinstance(node, ast.JoinedStr):
        return "".join(said(part, known) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        source = ast.unparse(node.value)
        return known.get(source, source)
    return str(node.value) if isinstance(node, ast.Constant) else ""


@pytest.mark.parametrize(("place", "vi", "en"), [pytest.param(*one, id=one[0]) for one in sentences()])
def test_a_sentence_says_what_to_do(place: str, vi: str, en: str) -> None:
    assert says_what_to_do(vi), vi
    assert any(word in en.casefold() for word in DOING) and len(en.removesuffix(".").split(". ")) > 1, en
