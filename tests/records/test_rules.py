"""The rule files: wrong ones are named with their line; every change gives another version."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sohoa.errors import SettingsError
from sohoa.records.rules import load_rules, recognition_version
from sohoa.settings import CONFIG_DIR


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("record-types.yaml", "secrecy.yaml", "bodies.yaml"):
        shutil.copy(CONFIG_DIR / name, tmp_path / name)
    return tmp_path


def test_the_codes_are_those_of_the_circular(copy: Path) -> None:
    codes = {t.name: t.code for t in load_rules(copy).types}
    assert (codes["Nghị quyết"], codes["Công văn"], codes["Tờ trình"], codes["Thông tri"]) == ("01", "22", "15", "32")
    assert {f"{n:02d}" for n in range(1, 33)} == set(codes.values())


def test_a_wrong_code_is_named_with_its_line(copy: Path) -> None:
    file = copy / "record-types.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if "Chỉ thị" in line)
    lines[at] = lines[at].replace('"03"', '"99"')
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        load_rules(copy)
    assert "record-types.yaml" in raised.value.sentence.en
    assert f"line {at + 1}," in raised.value.sentence.en
    assert f"dòng {at + 1}," in raised.value.sentence.vi


def test_broken_yaml_and_a_missing_file_are_settings_errors(copy: Path) -> None:
    (copy / "secrecy.yaml").write_text("secrecy:\n  levels: [\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"secrecy\.yaml"):
        load_rules(copy)
    (copy / "secrecy.yaml").unlink()
    with pytest.raises(SettingsError, match=r"secrecy\.yaml"):
        load_rules(copy)


def test_a_changed_rule_is_another_version(copy: Path) -> None:
    before = recognition_version(load_rules(copy))
    assert before == recognition_version(load_rules(copy))
    file = copy / "secrecy.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("marks: [TỐI MẬT]", "marks: [TỐI MẬT, RẤT MẬT]"), encoding="utf-8"
    )
    assert recognition_version(load_rules(copy)) != before
