"""The generator of sample archives. Shares nothing with imaging, ocr and records."""

from __future__ import annotations

from sohoa.sample.archive import SampleSummary, generate
from sohoa.sample.markers import Markers
from sohoa.sample.phrases import Phrase, draw_phrases
from sohoa.sample.truth import Truth, load_truth

__all__ = ["Markers", "Phrase", "SampleSummary", "Truth", "draw_phrases", "generate", "load_truth"]
