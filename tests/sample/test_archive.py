"""Sample archives: the same seed gives the same bytes, and the truth says what lies in the files."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections import Counter
from pathlib import Path

import grimp
import openpyxl
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from sohoa.errors import EngineMissingError, InputError, SettingsError
from sohoa.sample import Markers, SampleSummary, Truth, draw_phrases, fonts, generate, load_truth
from sohoa.sample.archive import natural_key
from sohoa.sample.grammar import triples
from sohoa.sample.inventory import in_words
from sohoa.sample.truth import FileTruth, percentages


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[SampleSummary, Truth]:
    """The archive of the demo: 60 documents."""
    target = tmp_path_factory.mktemp("sample")
    summary = generate(target, documents=60, seed=7)
    return summary, load_truth(target)


def digest(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def content(archive: Path, sighting: str) -> bytes:
    if ".zip/" not in sighting:
        return (archive / sighting).read_bytes()
    packed, member = sighting.split(".zip/", 1)
    with zipfile.ZipFile(archive / f"{packed}.zip") as file:
        return file.read(member)


def page_count(archive: Path, file: FileTruth) -> int:
    if file.container == "jpeg-folder":
        return len(file.sightings)
    data = io.BytesIO(content(archive, file.path))
    if file.container == "tiff":
        with Image.open(data) as image:
            return int(getattr(image, "n_frames", 1))
    return len(pypdfium2.PdfDocument(data))


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    generate(tmp_path / "a", documents=28, seed=3, max_pages=2)
    generate(tmp_path / "b", documents=28, seed=3, max_pages=2)
    first = digest(tmp_path / "a")
    assert len(first) > 20
    assert digest(tmp_path / "b") == first


def test_another_seed_gives_other_records(tmp_path: Path) -> None:
    generate(tmp_path / "a", documents=4, seed=3)
    generate(tmp_path / "b", documents=4, seed=4)
    assert not set(digest(tmp_path / "a").values()) & set(digest(tmp_path / "b").values())


def test_sixty_documents_stay_under_two_hundred_pages(sample: tuple[SampleSummary, Truth]) -> None:
    summary, truth = sample
    assert summary.documents == len(truth.files) == 60
    assert 100 <= summary.pages < 200
    assert summary.pages == sum(len(f.pages) for f in truth.files)
    by_record = Counter((f.path, p.record) for f in truth.files for p in f.pages if not p.blank)
    assert max(by_record.values()) <= 8


def test_layouts_types_bodies_and_years_are_many(sample: tuple[SampleSummary, Truth]) -> None:
    truth = sample[1]
    assert len({r.layout for r in truth.records}) >= 12
    assert len({r.layout for r in truth.records if r.held_out}) == 3
    assert len({r.type for r in truth.records}) >= 12
    assert len({r.fields.issuing_body for r in truth.records}) >= 10
    years = {r.fields.issued_date[:4] for r in truth.records}
    assert len(years) >= 8
    assert min(years) >= "2012"
    assert max(years) <= "2025"
    assert {f.level for f in truth.files} >= {"clean", "light", "medium", "heavy"}
    assert {f.container for f in truth.files} == {"pdf", "tiff", "jpeg-folder", "other"}
    assert {p.rotation for f in truth.files for p in f.pages} == {0, 90, 180, 270}
    assert any(p.blank for f in truth.files for p in f.pages)


def test_every_file_of_the_folder_is_in_the_truth_once(sample: tuple[SampleSummary, Truth]) -> None:
    summary, truth = sample
    found = []
    for path in summary.archive.rglob("*"):
        name = path.relative_to(summary.archive).as_posix()
        if name in truth.archives:
            with zipfile.ZipFile(path) as packed:
                found += [f"{name}/{member}" for member in packed.namelist()]
        elif path.is_file() and name != truth.inventory:
            found.append(name)
    said = [s for f in truth.files for s in f.sightings]
    assert sorted(said) == sorted(found)
    assert truth.archives == ["bo-sung.zip"]
    assert not (summary.archive / summary.truth.name).exists()


def test_page_counts_and_parts_are_those_of_the_files(sample: tuple[SampleSummary, Truth]) -> None:
    summary, truth = sample
    for file in truth.files:
        if file.state == "failed" or file.container == "other":
            continue
        assert page_count(summary.archive, file) == len(file.pages), file.path
        for part in file.parts:
            first, last = part.pages
            assert {p.record for p in file.pages[first - 1 : last]} == {part.record}
        assert sum(last - first + 1 for first, last in (p.pages for p in file.parts)) == len(file.pages)


def test_broken_files_are_broken_as_said(sample: tuple[SampleSummary, Truth]) -> None:
    summary, truth = sample
    special = {f.special: summary.archive / f.path for f in truth.files if f.special}
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(special["encrypted"])
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(special["damaged"])
    assert special["damaged"].read_bytes().startswith(b"%PDF")
    assert not special["not-a-scan"].read_bytes().startswith(b"%PDF")


def test_duplicates_are_the_same_bytes_and_a_rescan_is_not(sample: tuple[SampleSummary, Truth]) -> None:
    summary, truth = sample
    by_path = {f.path: f for f in truth.files}
    duplicates = [f for f in truth.files if f.duplicate_of]
    assert len(duplicates) == 2
    for file in duplicates:
        assert file.state == "duplicate"
        first = by_path[file.duplicate_of or ""]
        assert first.state == "done"
        assert natural_key(first.path) < natural_key(file.path)
        assert content(summary.archive, file.path) == content(summary.archive, first.path)
    (rescan,) = [f for f in truth.files if f.rescan_of]
    source = by_path[rescan.rescan_of or ""]
    assert [p.record for p in rescan.parts] == [p.record for p in source.parts]
    assert content(summary.archive, rescan.path) != content(summary.archive, source.path)
    hashes = Counter(hashlib.sha256(content(summary.archive, s)).hexdigest() for f in truth.files for s in f.sightings)
    assert sum(n - 1 for n in hashes.values()) == len(duplicates)


def test_a_born_digital_record_has_its_text_in_the_file(sample: tuple[SampleSummary, Truth]) -> None:
    summary, truth = sample
    (file,) = [f for f in truth.files if f.special == "born-digital"]
    pdf = pypdfium2.PdfDocument(summary.archive / file.path)
    for page in file.pages:
        layer = set(triples(pdf[page.page - 1].get_textpage().get_text_range()))
        body = {t for b in page.blocks if b.kind == "para" for t in triples(b.text)}
        assert len(body & layer) / len(body) > 0.97


def test_scans_are_upright_after_the_turn_of_the_truth(sample: tuple[SampleSummary, Truth]) -> None:
    summary, truth = sample
    for file in truth.files:
        if (
            file.container != "pdf"
            or file.mode in (None, "born-digital")
            or file.state == "failed"
            or ".zip" in file.path
        ):
            continue
        pdf = pypdfium2.PdfDocument(summary.archive / file.path)
        for page in file.pages:
            width, height = pdf[page.page - 1].get_size()
            assert (width > height) == (page.rotation in (90, 270))
            assert {round(width), round(height)} == {595, 842}


def test_secret_records_are_marked_where_the_truth_says(sample: tuple[SampleSummary, Truth]) -> None:
    truth = sample[1]
    secret = {f.secret_by: f for f in truth.files if f.secret_by}
    assert set(secret) == {"inventory", "stamp", "both", "page"}
    records = {r.id: r for r in truth.records}
    lines = {line.record: line for line in truth.lines}
    for file in truth.files:
        stamps = {b.text for p in file.pages for b in p.blocks if b.kind == "stamp"} & {"MẬT", "TỐI MẬT", "TUYỆT MẬT"}
        listed = {lines[p.record].secrecy for p in file.parts if p.record in lines} - {None}
        assert bool(stamps) == (file.secret_by in ("stamp", "both", "page"))
        assert bool(listed) == (file.secret_by in ("inventory", "both"))
        assert (file.state == "quarantined") == (file.secret_by is not None)
        assert (file.secret_by is not None) == any(records[p.record].secrecy for p in file.parts)
    dossier = secret["page"]
    assert len(dossier.parts) >= 4
    assert sum(records[p.record].secrecy is not None for p in dossier.parts) == 1


def test_the_inventory_says_what_its_lines_say(sample: tuple[SampleSummary, Truth]) -> None:
    summary, truth = sample
    book = openpyxl.load_workbook(summary.inventory)
    sheet = book.worksheets[1]
    for line in truth.lines:
        assert sheet.cell(line.row, 1).value == line.ordinal
        assert sheet.cell(line.row, 2).value == line.file_code
        assert str(sheet.cell(line.row, 3).value).replace(" / ", "/") == line.reference
        assert sheet.cell(line.row, 9).value == line.secrecy
        assert sheet.cell(line.row, 11).value == line.file_name
    foot = sheet.cell(truth.lines[-1].row + 2, 1).value
    assert foot == f"Mục lục này gồm: {len(truth.lines)} văn bản, tài liệu."
    named = sum(line.file_name is not None for line in truth.lines)
    assert 0.3 * len(truth.lines) < named < 0.9 * len(truth.lines)
    assert {line.outcome for line in truth.lines} == {"done", "missing", "failed", "withheld"}
    assert any(r.line is None for r in truth.records)
    for line in truth.lines:
        for path in line.files:
            stem = Path(path).stem
            if stem.startswith(f"{line.file_code}.0"):
                assert stem == f"{line.file_code}.{line.ordinal:07d}"
    # The agency is found in the file code, the year too.
    for line in truth.lines:
        assert line.file_code.startswith(f"{line.agency}.{line.year}.")
        assert line.issued_date.startswith(str(line.year))


def test_percentages_are_counts_over_the_lines(sample: tuple[SampleSummary, Truth]) -> None:
    truth = sample[1]
    assert truth.percentages == percentages(truth.lines)
    assert sum(p.lines for p in truth.percentages) == len(truth.lines)
    assert sum(p.done for p in truth.percentages) == sum(line.outcome == "done" for line in truth.lines)
    by_path = {f.path: f for f in truth.files}
    for line in truth.lines:
        states = {by_path[path].state for path in line.files}
        assert (line.outcome == "done") == bool(states & {"done", "duplicate"})
        assert (line.outcome == "withheld") == ("quarantined" in states)


def test_three_words_of_a_page_are_mostly_its_own(sample: tuple[SampleSummary, Truth]) -> None:
    truth = sample[1]
    every = draw_phrases(truth, 400, 1, at_most=None)
    assert len(every) == 400
    assert sum(len(p.records) <= 3 for p in every) >= 0.95 * len(every)
    texts = {(f.path, p.page): set(triples(p.text)) for f in truth.files for p in f.pages}
    for phrase in draw_phrases(truth, 100, 2):
        assert tuple(phrase.text.split()) in texts[phrase.path, phrase.page]
        assert phrase.record in phrase.records
        assert len(phrase.records) <= 3


def test_markers_stand_where_the_truth_says(tmp_path: Path) -> None:
    markers = Markers(
        secret_bodies=("con cá vàng bơi trong bể kính", "cây thông già đứng bên suối"),
        secret_file_name="chim sáo đá",
        secret_title="Về việc quả bưởi hồng",
        control_body="con trâu đen gặm cỏ ngoài đê",
        control_file_name="hoa gạo đỏ",
        control_title="Về việc mái ngói nâu",
    )
    summary = generate(tmp_path, documents=10, seed=5, markers=markers)
    truth = load_truth(tmp_path)
    places = {(m.secret, m.what) for m in truth.markers}
    assert places == {(s, w) for s in (True, False) for w in ("body", "file_name", "inventory_title")}
    by_path = {f.path: f for f in truth.files}
    secret_kinds = set()
    for marker in truth.markers:
        file = by_path[marker.path]
        assert (summary.archive / file.path).exists()
        assert (file.state == "quarantined") == marker.secret
        if marker.what == "body":
            page = next(p for p in file.pages if marker.text in p.text)
            assert page.record == marker.record
            secret_kinds.add(file.secret_by)
        elif marker.what == "file_name":
            assert Path(file.path).stem == marker.text
        else:
            assert any(line.subject == marker.text and line.record == marker.record for line in truth.lines)
    assert secret_kinds == {None, "inventory", "stamp", "page"}
    secret = {*markers.secret_bodies, markers.secret_file_name, markers.secret_title}
    ordinary = [p.text for f in truth.files if f.state != "quarantined" for p in f.pages]
    assert not any(text and text in page for text in secret for page in ordinary)


def test_one_page_each_when_asked(tmp_path: Path) -> None:
    summary = generate(tmp_path, documents=24, seed=2, max_pages=1)
    truth = load_truth(tmp_path)
    for file in truth.files:
        assert len(file.pages) == len(file.parts), file.path
    assert summary.documents == 24


def test_only_the_levels_asked_for(tmp_path: Path) -> None:
    generate(tmp_path, documents=3, seed=2, damage={"heavy": 1.0}, max_pages=1)
    plain = [f for f in load_truth(tmp_path).files if f.special is None]
    assert plain
    assert {f.level for f in plain} == {"heavy"}


def test_impossible_wishes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        generate(tmp_path, documents=0, seed=1)
    with pytest.raises(SettingsError):
        generate(tmp_path, documents=3, seed=1, damage={"torn": 1.0})
    with pytest.raises(SettingsError):
        generate(tmp_path, documents=3, seed=1, markers=Markers(("a b c",), "d e f"))
    (tmp_path / "kho").mkdir()
    (tmp_path / "kho" / "cũ.pdf").write_bytes(b"%PDF")
    with pytest.raises(InputError):
        generate(tmp_path, documents=1, seed=1)
    assert (tmp_path / "kho" / "cũ.pdf").read_bytes() == b"%PDF"


def test_missing_fonts_are_named_with_the_command_that_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FOLDERS", ())
    fonts.font_path.cache_clear()
    try:
        with pytest.raises(EngineMissingError, match="fonts-croscore"):
            fonts.font_path(("Tinos", "Regular"))
    finally:
        fonts.font_path.cache_clear()


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "không"), (5, "năm"), (15, "mười lăm"), (21, "hai mươi mốt"), (60, "sáu mươi"), (105, "một trăm linh năm"),
     (1004, "một nghìn không trăm linh bốn"), (2024, "hai nghìn không trăm hai mươi bốn")],
)  # fmt: skip
def test_numbers_in_words(number: int, words: str) -> None:
    assert in_words(number) == words


def test_the_generator_shares_nothing_with_the_rooms_it_tests() -> None:
    graph = grimp.build_graph("sohoa")
    ours = graph.find_descendants("sohoa.sample") | {"sohoa.sample"}
    used = {name for module in ours for name in graph.find_modules_directly_imported_by(module)} - ours
    assert used <= {"sohoa.errors", "sohoa.language", "sohoa.settings"}
    for room in ("sohoa.imaging", "sohoa.ocr", "sohoa.records"):
        theirs = graph.find_descendants(room) | {room}
        assert not {name for module in theirs for name in graph.find_modules_directly_imported_by(module)} & ours
