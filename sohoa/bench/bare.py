"""The stage functions in a bare loop: probe, read, judge, written as files. No Prefect, no catalogue, no stores.

Run as a program, `BARE FOLDER TARGET`, so that it pays for starting and importing as `sohoa digitise` does.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sohoa.imaging.source import PageSource
from sohoa.intake.probe import probe
from sohoa.ocr.storage import dump_readings
from sohoa.pipeline.jobs import judge_pages, read_one
from sohoa.pipeline.workers import Workers
from sohoa.settings import Settings, load


def document(path: Path, settings: Settings, target: Path) -> None:
    """Worker job: one file through all stages."""
    facts = probe(path, settings.limits)
    pages = [PageSource(path, facts.kind, number) for number in range(1, facts.pages + 1)]
    readings = [read_one(page, settings) for page in pages]
    target.with_suffix(".gz").write_bytes(dump_readings(readings))
    target.with_suffix(".json").write_text(judge_pages(readings).model_dump_json(), encoding="utf-8")


def main() -> None:
    """Entry point; the arguments are the folder of scans and the folder for what was read."""
    folder, target = map(Path, sys.argv[1:])
    settings = load()
    target.mkdir(parents=True)
    seconds = settings.limits.file_seconds + settings.limits.page_seconds
    with Workers(settings, preload=("sohoa.bench.bare",)) as workers:
        jobs = [
            workers.submit(document, path, settings, target / path.stem, seconds=seconds)
            for path in sorted(folder.rglob("*.pdf"))
        ]
        for job in jobs:
            job.result()
