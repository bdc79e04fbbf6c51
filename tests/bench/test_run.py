"""The bench run for real on two small pages, and on an engine that returns nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from sohoa.bench.corpus import load_corpus
from sohoa.bench.peer import page_images
from sohoa.bench.run import bench
from sohoa.errors import EngineError, ExitCode, InputError, NotFoundError
from sohoa.settings import Settings

HERE = Path(__file__).parent


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", workers=2, lang="en")


def ignore(_: str) -> None:
    pass


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, "-c", "from sohoa.cli import main; main()", "--lang", "en", "bench", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "SOHOA_WORKERS": "2", **environment},
        timeout=300,
    )


def test_two_pages_are_measured_against_tesseract_and_nothing_is_left_behind(
    scans: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    steps: list[str] = []
    result = bench(scans, settings, documents=1, seed=1, pairs=1, tell=steps.append)

    assert (result.pages, result.workers, len(result.pairs)) == (2, 2, 1)
    assert [(a.group, a.held_out, a.pages) for a in result.accuracy] == [("folder", False, 2), ("all", None, 2)]
    whole = result.accuracy[-1]
    assert whole.letters > 300
    assert whole.cer < 0.05
    assert whole.peer_cer < 0.05
    assert result.pairs[0].ratio == pytest.approx(result.pairs[0].peer_seconds / result.pairs[0].seconds, rel=0.01)
    assert result.ratio == result.pairs[0].ratio
    for side in (result.sohoa, result.peer):
        assert "tesseract" in side.engine
        assert side.pages_per_minute > 0
        assert side.cpu_seconds_per_page > 0.05  # of the programs called, which are dead by then
        assert side.peak_mb > 5
    assert sum(stage.share for stage in result.stages) == pytest.approx(1.0, abs=0.1)
    assert {stage.name: stage for stage in result.stages}["ocr"].seconds_per_page > 0.05
    assert not result.failures
    assert [step for step in steps if "1/1" in step or "1 of 1" in step]
    assert list(temporary.iterdir()) == []
    assert [p for p in psutil.Process().children(recursive=True) if p.name() == "tesseract"] == []


def test_an_engine_that_returns_nothing_is_an_error_and_no_speed_record(scans: Path) -> None:
    done = command(str(scans), "--pairs", "1", SOHOA_ENGINE="engines:SilentEngine")
    assert done.returncode == ExitCode.engine
    assert "returned nothing for 2 of 2 pages" in done.stderr
    assert "Pages a minute" not in done.stdout


def test_a_baseline_is_written_and_a_fall_against_it_is_exit_code_1(scans: Path, tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    written = command(str(scans), "--pairs", "1", "--baseline", str(file), "--write-baseline", "--json")
    assert written.returncode == 0, written.stderr
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert {**kept, "falls": []} == json.loads(written.stdout)

    kept["accuracy"][-1]["cer"] = -0.9
    kept["ratio"] = 1e-6
    file.write_text(json.dumps(kept), encoding="utf-8")
    again = command(str(scans), "--pairs", "1", "--baseline", str(file))
    assert again.returncode == ExitCode.some_failed
    assert "CER of group all rose" in again.stdout
    assert "Speed against" not in again.stdout


def test_a_baseline_of_other_pages_is_refused_before_anything_is_measured(scans: Path, tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    command(str(scans), "--pairs", "1", "--baseline", str(file), "--write-baseline")
    (scans / "bản quét_p02.txt").write_text("Một trang khác", encoding="utf-8")
    begun = time.monotonic()
    done = command(str(scans), "--pairs", "50", "--baseline", str(file))
    assert done.returncode == ExitCode.settings
    assert time.monotonic() - begun < 60


def test_writing_a_baseline_needs_its_name(scans: Path) -> None:
    assert command(str(scans), "--write-baseline").returncode == ExitCode.usage


def test_truth_is_found_by_name_beside_the_scan_or_in_a_folder_there(scans: Path) -> None:
    below = scans / "su that"
    below.mkdir()
    (scans / "bản quét_p02.txt").rename(below / "bản quét_p02.txt")
    # A JPEG by its content, whatever its name says.
    (scans / "ảnh.png").write_bytes(page_images(load_corpus(scans), Settings(), scans / "tmp")[0].read_bytes())
    (scans / "ảnh.txt").write_text("Độc lập", encoding="utf-8")
    found = [(p.source.path.name, p.source.page, p.source.kind) for p in load_corpus(scans).pages]
    assert found[-3:] == [("bản quét.pdf", 1, "pdf"), ("bản quét.pdf", 2, "pdf"), ("ảnh.png", 1, "jpeg")]


def test_the_peer_gets_the_embedded_scan_byte_for_byte(scans: Path, tmp_path: Path) -> None:
    images = page_images(load_corpus(scans), Settings(), tmp_path / "images")
    whole = (scans / "bản quét.pdf").read_bytes()
    assert [image.suffix for image in images] == [".jpg", ".jpg"]
    assert all(image.read_bytes() in whole for image in images)


def test_a_folder_without_truth_or_no_folder_is_said_so(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(InputError, match="sự thật"):
        bench(tmp_path, settings, documents=1, seed=1, pairs=1, tell=ignore)
    with pytest.raises(NotFoundError):
        bench(tmp_path / "none", settings, documents=1, seed=1, pairs=1, tell=ignore)


def test_half_of_the_pages_without_text_is_an_engine_that_returns_nothing(scans: Path) -> None:
    from sohoa.bench.run import _something

    corpus = load_corpus(scans)
    _something(corpus, ["text", "text"])
    with pytest.raises(EngineError):
        _something(corpus, ["text", " \n\f"])
