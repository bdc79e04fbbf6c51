"""A YAML file that people edit, read into a typed value; what is wrong in it is told with its line and the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from sohoa.errors import SettingsError
from sohoa.language import Sentence

M = TypeVar("M", bound=BaseModel)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C, where PyYAML was built with it, is ten times as fast."""


class WrongValueError(ValueError):
    """Raised by a model's own checks; `place` names the entry (its way from the checked value) that is to blame."""

    def __init__(self, vi: str, en: str, *place: int | str) -> None:
        super().__init__(en)
        self.sentence, self.place = Sentence(vi, en), place


def load_config(path: Path, model: type[M]) -> M:
    """Read a YAML file. `SettingsError` names the file and the line, and what is wrong there."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_Loader)
        _refuse_twice(path, node)
        values = yaml.load(text, Loader=_Loader)  # noqa: S506 (safe, as its name says)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise SettingsError(
            f"Không đọc được tệp cấu hình {path.name}: {reason}. Kiểm tra thư mục config.",
            f"Cannot read the configuration file {path.name}: {reason}. Look into the config folder.",
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error) or "YAML"
        raise _wrong(path, mark.line + 1 if mark else 1, Sentence(problem, problem)) from None
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raised = first.get("ctx", {}).get("error")
        own = raised if isinstance(raised, WrongValueError) else None
        place = (*first["loc"], *(own.place if own else ()))
        where = ".".join(str(part) for part in place)
        told = own.sentence if own else Sentence(_in_vietnamese(first), first["msg"])
        lead = f"{where}: " if where else ""
        raise _wrong(path, _line_of(node, place), Sentence(lead + told.vi, lead + told.en)) from None


_REASONS: Final = {
    "missing": "thiếu mục này",
    "extra_forbidden": "không có mục nào tên như vậy",
    "literal_error": "phải là một trong: {expected}",
    "enum": "phải là một trong: {expected}",
    "int_parsing": "phải là số nguyên",
    "int_type": "phải là số nguyên",
    "float_parsing": "phải là số",
    "float_type": "phải là số",
    "string_type": "phải là chữ; đặt trong dấu ngoặc kép nếu là số",
    "string_too_short": "không được để trống",
    "too_short": "không được để trống",
    "greater_than": "phải lớn hơn {gt}",
    "greater_than_equal": "không được nhỏ hơn {ge}",
    "less_than_equal": "không được lớn hơn {le}",
    "tuple_type": "phải là một danh sách",
    "list_type": "phải là một danh sách",
    "dict_type": "phải gồm các mục tên: giá trị",
    "model_type": "phải gồm các mục tên: giá trị",
    "bool_parsing": "phải là true hoặc false",
    "date_type": "phải là ngày dạng 2026-12-31",
    "date_parsing": "phải là ngày dạng 2026-12-31",
    "date_from_datetime_parsing": "phải là ngày dạng 2026-12-31",
}
"""Reasons of pydantic's checks, by their type."""


def _in_vietnamese(error: Any) -> str:
    told = _REASONS.get(error["type"])
    return told.format(**error.get("ctx", {})) if told else str(error["msg"])


def _wrong(path: Path, line: int, what: Sentence) -> SettingsError:
    return SettingsError(
        f"Tệp cấu hình {path.name}, dòng {line}, sai: {what.vi}. Sửa dòng này.",
        f"Configuration file {path.name}, line {line}, is wrong: {what.en}. Correct this line.",
    )


def _refuse_twice(path: Path, node: Any) -> None:
    """YAML keeps the last of two entries of one name and says nothing."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(getattr(key, "value", ""))
            if name in seen:
                line = int(key.start_mark.line) + 1
                raise _wrong(path, line, Sentence(f"mục {name} viết hai lần", f"{name} is written twice"))
            seen.add(name)
            _refuse_twice(path, value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_twice(path, value)


def _line_of(node: Any, location: tuple[int | str, ...]) -> int:
    """Line of the deepest node on the way to the wrong value; of a wrong name, the line where it stands."""
    if node is None:
        return 1
    line = int(node.start_mark.line) + 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if getattr(k, "value", None) == str(part)), None)
            if pair is None:
                break
            node = pair[1]
            line = int((pair[0] if isinstance(node, yaml.CollectionNode) else node).start_mark.line) + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = int(node.start_mark.line) + 1
        else:
            break
    return line
