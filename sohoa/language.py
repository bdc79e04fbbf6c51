"""The two languages of every sentence a person reads: Vietnamese by default, English beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["vi", "en"]


class _Choice:
    language: Language = "vi"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages; `str()` gives the one in use."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.en if _Choice.language == "en" else self.vi


def say(vi: str, en: str) -> str:
    """The sentence in the language in use."""
    return str(Sentence(vi, en))


def use_language(language: Language) -> None:
    """Choose the language for this process (the edge calls it once)."""
    _Choice.language = language


def language() -> Language:
    """The language in use."""
    return _Choice.language
