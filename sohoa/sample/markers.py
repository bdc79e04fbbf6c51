"""Sentences planted in an archive, so that a search for them shows whether secret text got out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Markers:
    """What is planted where. The secret ones go into secret records only, the control into one ordinary record.

    Body sentences are set in 18 point type on clean scans; use plain words that OCR reads well.
    """

    secret_bodies: tuple[str, ...]
    """Given in turn to the records that are secret: by the inventory, by a stamp, one page inside a dossier."""
    control_body: str
    secret_file_name: str | None = None
    """Stem of the file of the record that the inventory marks secret."""
    secret_title: str | None = None
    """Its subject in the inventory."""
    control_file_name: str | None = None
    control_title: str | None = None
