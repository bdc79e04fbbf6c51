from __future__ import annotations

import pytest

from sohoa.records.rules import Rules, load_rules
from sohoa.settings import CONFIG_DIR


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules(CONFIG_DIR)
