"""What a run of `digitise` gives back: counts and ids, no names."""

from __future__ import annotations

from sohoa.models import Value
from sohoa.targets.percentages import Share


class DigitiseResult(Value):
    """Counts of one batch after a run."""

    batch: str
    sightings: dict[str, int]
    pages: dict[str, int]
    records: dict[str, int]
    worked: int
    """Units worked on in this run."""
    matched: int
    rescans: int
    shares: list[Share]
    seconds: float
