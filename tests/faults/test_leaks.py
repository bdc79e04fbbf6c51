"""No secret text leaves the vault: runs killed at the worst moments, then everything they left is decoded and scanned.

The same scanner must find the controls, planted in ordinary records, in every place where text is kept.
"""

from __future__ import annotations

import hashlib
import json
import signal
import stat
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flows.server import ensure_server, free_port
from sohoa.pipeline.accounts import HIDDEN, failures, status
from sohoa.pipeline.house import open_house
from sohoa.pipeline.verify import verify
from sohoa.settings import ServerSettings, Settings, load
from tests.conftest import Paper
from tests.faults import secrets_archive
from tests.faults.children import Child, until
from tests.faults.conftest import DataFolder
from tests.faults.leaks import Finding, Needles, Scanner, copies, fingerprints
from tests.faults.secrets_archive import JUDGED, READING, SecretArchive

pytestmark = [pytest.mark.prefect, pytest.mark.timeout(900)]

ENGINE = "tests.faults.killing:Killing"


@dataclass
class Look:
    """What a scan of everything a run left behind found."""

    outside: set[Finding]
    vault: set[Finding]
    scanner: Scanner


@dataclass
class Story:
    """One archive digitised with two kills, and what lay where after each."""

    archive: SecretArchive
    settings: Settings
    aside: Path
    codes: list[int] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def digitise(self, **more: str) -> None:
        """One `sohoa digitise`, to its end, and a look at what it left."""
        child = Child(["digitise", str(self.archive.folder)], self.settings.data, self.aside, more)
        try:
            self.codes.append(child.wait())
            until(lambda: not child.family(), 10, "no descendant lives")
        finally:
            child.end()
        self.said.append(child.tail())
        self.looks.append(self.look(self.archive.secret))

    def look(self, needles: Needles) -> Look:
        """Everything under the data folder, and the folders for temporary files, home and what was printed."""
        scanner = Scanner(needles)
        outside = scanner.tree(self.settings.data, without=[self.settings.vault_dir]) | scanner.tree(self.aside)
        return Look(outside, Scanner(needles).tree(self.settings.vault_dir), scanner)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, paper: Paper, data_folder: DataFolder) -> Iterator[Story]:
    """Killed while a secret is read, killed when its verdict has just fallen, finished, and run once more."""
    home = tmp_path_factory.mktemp("leaks")
    archive = secrets_archive.make(home / "in", paper)
    settings = load(data=data_folder(home / "data"), workers=2)
    told = Story(archive, settings, home / "aside")
    told.digitise(SOHOA_ENGINE=ENGINE, FAULT_KILL="reading", FAULT_WAIT=READING[0])
    told.digitise(SOHOA_ENGINE=ENGINE, FAULT_KILL="verdict", FAULT_WAIT=JUDGED[1])
    told.digitise()
    told.digitise()
    yield told


def listed(found: set[Finding]) -> str:
    return "\n".join(f"{one.where}: {one.form}: {one.sentence}" for one in sorted(found))


def test_the_secrets_are_legible(story: Story) -> None:
    """Else their absence would prove nothing: `sohoa inspect` reads every planted body of the archive."""
    child = Child(["inspect", "--json", *map(str, story.archive.secret_files)], story.settings.data, story.aside)
    try:
        child.wait()
    finally:
        child.end()
    answers = json.loads(child.said.read_text().partition("[")[1] + child.said.read_text().partition("[")[2])
    child.said.unlink()
    text = "\n".join(page["text"] for answer in answers for page in answer["pages"])
    bodies = [*secrets_archive.SECRET.secret_bodies, READING[0], JUDGED[0], JUDGED[2], secrets_archive.ZIPPED[0]]
    found = {one.sentence for one in story.archive.secret.in_text("read", text) if one.form == "text"}
    assert not set(bodies) - found
    assert not list((story.aside / "tmp").iterdir()), "inspect cleans up after itself"


def test_both_kills_struck(story: Story) -> None:
    assert story.codes[:2] == [-signal.SIGKILL, -signal.SIGKILL], story.said[:2]
    assert story.codes[2] in (0, 1) and story.codes[3] in (0, 1), story.said[2:]


def test_killed_in_reading_the_text_lies_in_the_vault_only(story: Story) -> None:
    look = story.looks[0]
    assert not look.outside, listed(look.outside)
    assert any(one.sentence == READING[0] and "/work/" in one.where for one in look.vault), "it was in reading"
    assert stat.S_IMODE(story.settings.vault_dir.stat().st_mode) == 0o700


def test_killed_after_the_verdict_the_name_lies_in_the_vault_only(story: Story) -> None:
    look = story.looks[1]
    assert not look.outside, listed(look.outside)
    assert any(one.sentence == JUDGED[1] and "private.db" in one.where for one in look.vault), "before clearing"


@pytest.mark.parametrize("run", [2, 3], ids=["finished", "run once more"])
def test_then_no_marker_is_anywhere(story: Story, run: int) -> None:
    look = story.looks[run]
    assert not look.outside, listed(look.outside)
    assert not look.vault, listed(look.vault)
    assert not look.scanner.closed and look.scanner.looked > 1_000_000


def test_no_picture_and_no_piece_of_a_secret_file_stays(story: Story) -> None:
    """A scan is text too, to whoever looks at it."""
    pieces = [p for path in story.archive.secret_files for p in fingerprints(path.read_bytes())]
    assert len(pieces) > 30
    for root in (story.settings.data, story.aside):
        assert copies(root, pieces) == []
    originals = {hashlib.sha256(path.read_bytes()).hexdigest() for path in story.archive.ordinary_files}
    for path in (story.settings.data / "objects" / "originals").rglob("*"):
        if path.is_file():
            assert hashlib.sha256(path.read_bytes()).hexdigest() in originals, "only ordinary files are stored"
    loose = [where for where in story.looks[3].scanner.pictures if "originals" not in where]
    assert loose == []


def test_vault_and_temporary_folders_are_empty(story: Story) -> None:
    vault = story.settings.vault_dir
    assert [p for name in ("work", "scratch", "tmp") for p in (vault / name).rglob("*")] == []
    assert sorted(p.name for p in vault.iterdir() if p.is_file()) == ["private.db", "vault.lock"]
    assert list((story.aside / "tmp").rglob("*")) == []


def test_nobody_tells_the_names(story: Story) -> None:
    with open_house(story.settings) as house:
        rows = list(failures(house))
        assert [row.name for row in rows] == [HIDDEN] * len(rows)
        assert len(rows) == len(story.archive.secret_files)
        assert status(house)[0].sightings["waiting"] == 0
        assert verify(house, deep=True).disagreements == []


PLACES = {
    "original": "data/objects/originals/",
    "reading": "data/objects/derived/",
    "title of a record": "catalogue.db: record.title",
    "path of a sighting": "catalogue.db: sighting.path",
    "component": "catalogue.db: value.value",
    "line of the inventory": "catalogue.db: inventory_line.subject",
    "stored record": "records stored entry",
    "stored page": "pages stored text",
    "term of a record": "records term of folded",
    "exact term of a record": "records term of exact",
    "term of a page": "pages term of folded",
    "Prefect's database": "data/prefect/prefect.db: flow_run.parameters",
}


@pytest.fixture(scope="module")
def controls(story: Story) -> set[Finding]:
    look = story.look(story.archive.control)
    return look.outside


@pytest.mark.parametrize("place", PLACES)
def test_the_control_is_found_where_text_is_kept(controls: set[Finding], place: str) -> None:
    assert any(PLACES[place] in one.where for one in controls), listed(controls)


def test_every_control_is_found(story: Story, controls: set[Finding]) -> None:
    """Body, file name and inventory title of the ordinary record, body of the born-digital one, name of the folder."""
    assert {one.sentence for one in controls} == set(story.archive.control.sentences)


def test_what_the_server_tells_over_its_interface(story: Story) -> None:
    settings = story.settings.model_copy(update={"server": ServerSettings(port=free_port(), start_seconds=180)})
    secret, control = Scanner(story.archive.secret), Scanner(story.archive.control)
    leaked: set[Finding] = set()
    known: set[Finding] = set()
    with ensure_server(settings) as server:
        told = {name: asked(server.api_url, name) for name in ("artifacts", "flow_runs", "task_runs", "logs", "events")}
        told["flow_run_states"] = [
            json.load(urllib.request.urlopen(f"{server.api_url}/flow_run_states/?flow_run_id={run['id']}", timeout=20))
            for run in told["flow_runs"]
        ]
    for name, answers in told.items():
        leaked |= secret.value(name, answers)
        known |= control.value(name, answers)
    assert not leaked, listed(leaked)
    assert any(one.where.startswith("flow_runs") for one in known), "the folder's name is a parameter of the run"
    assert told["artifacts"] and told["task_runs"] and told["events"]


def asked(api_url: str, name: str) -> list[Any]:
    """All answers of one kind, page by page."""
    if name == "events":
        page = post(f"{api_url}/events/filter", {"limit": 50})
        answers = page["events"]
        while page.get("next_page"):
            page = json.load(urllib.request.urlopen(page["next_page"], timeout=30))
            answers += page["events"]
        return list(answers)
    answers = []
    while page := post(f"{api_url}/{name}/filter", {"limit": 200, "offset": len(answers)}):
        answers += page
    return answers


def post(url: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)
