"""Which pages of a sample archive are measured, and in which group."""

from __future__ import annotations

from pathlib import Path

import pytest

from sohoa.bench.corpus import Corpus, load_corpus
from sohoa.bench.run import LEVELS
from sohoa.sample.archive import generate
from sohoa.sample.truth import Truth, load_truth


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    generate(folder, documents=20, seed=5, max_pages=2)
    return folder


@pytest.fixture(scope="module")
def corpus(sample: Path) -> Corpus:
    return load_corpus(sample)


@pytest.fixture(scope="module")
def truth(sample: Path) -> Truth:
    return load_truth(sample)


def test_every_scanned_readable_page_outside_the_zip_is_measured_once(corpus: Corpus, truth: Truth) -> None:
    measured = [
        file
        for file in truth.files
        if file.level and file.state in ("done", "quarantined") and file.path.split("/")[0] not in truth.archives
    ]
    wanted = sum(len(file.pages) for file in measured)
    assert len(corpus.pages) == wanted > 15
    assert len({(page.source.path, page.source.page) for page in corpus.pages}) == wanted


def test_levels_turned_pages_and_held_out_layouts_are_kept_apart(corpus: Corpus, truth: Truth) -> None:
    groups = {page.group for page in corpus.pages}
    assert groups <= set(LEVELS)
    assert "turned" in groups
    assert len(groups) >= 4
    held_out = {record.id for record in truth.records if record.held_out}
    assert bool(held_out) == any(page.held_out for page in corpus.pages)
    assert not all(page.held_out for page in corpus.pages)


def test_the_truth_has_running_text_and_a_header_on_first_pages(corpus: Corpus) -> None:
    first = [page for page in corpus.pages if "CỘNG HÒA" in page.truth.free or "ĐẢNG CỘNG SẢN" in page.truth.free]
    assert len(first) >= 5
    assert all(page.truth.running for page in first)


def test_the_fingerprint_changes_with_the_pages(sample: Path, corpus: Corpus, tmp_path: Path) -> None:
    assert load_corpus(sample).fingerprint == corpus.fingerprint
    generate(tmp_path, documents=3, seed=6, max_pages=1)
    assert load_corpus(tmp_path).fingerprint != corpus.fingerprint
