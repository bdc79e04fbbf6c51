"""The real Prefect server: found, started, stopped, and clear when it cannot be."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

import psutil
import pytest

from flows.keeping import kept_alive
from flows.server import ServerHandle, client_environment, ensure_server, find_server, free_port
from sohoa.errors import ServerError
from sohoa.settings import ServerSettings, Settings

pytestmark = pytest.mark.prefect


def read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return bytes(answer.read())


def test_the_server_answers_with_its_pages_pointing_at_its_own_port(
    prefect_server: ServerHandle, prefect_settings: Settings
) -> None:
    assert prefect_server.started and prefect_server.alive()
    assert b"<html" in read(prefect_server.ui_url).lower()
    told = json.loads(read(f"{prefect_server.ui_url}/ui-settings"))
    assert told["api_url"] == prefect_server.api_url
    assert str(prefect_settings.server.port) in prefect_server.api_url


def test_it_keeps_its_files_private_and_in_the_data_folder(
    prefect_server: ServerHandle, prefect_settings: Settings
) -> None:
    home = prefect_settings.data / "prefect"
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "server.json").stat().st_mode & 0o777 == 0o600
    assert (prefect_settings.data / "logs" / "prefect-server.log").stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(home / "prefect.db") as database:
        assert database.execute("pragma journal_mode").fetchone() == ("wal",)


def test_it_is_offline_and_cleans_up_old_runs(prefect_server: ServerHandle) -> None:
    settings = json.loads(read(f"{prefect_server.api_url}/admin/settings"))
    assert settings["server"]["analytics_enabled"] is False
    assert settings["server"]["ui"]["show_promotional_content"] is False
    assert set(settings["server"]["services"]["db_vacuum"]["enabled"]) == {"events", "flow_runs"}
    telephones = [one for one in psutil.Process(prefect_server.pid).net_connections() if one.raddr]
    assert {one.raddr.ip for one in telephones} <= {"127.0.0.1"}


def test_a_second_caller_finds_the_running_server(prefect_server: ServerHandle, prefect_settings: Settings) -> None:
    begin = time.monotonic()
    second = ensure_server(prefect_settings)
    assert time.monotonic() - begin < 2
    assert (second.started, second.pid, second.api_url) == (False, prefect_server.pid, prefect_server.api_url)
    second.stop()  # not its own: nothing happens
    assert prefect_server.alive()


def test_a_state_file_of_a_dead_server_is_not_believed(tmp_path: Path) -> None:
    home = tmp_path / "prefect"
    home.mkdir()
    state = {"pid": os.getpid(), "begun": time.time() - 10_000_000, "api_url": "http://127.0.0.1:9/api"}
    (home / "server.json").write_text(json.dumps(state))
    assert find_server(Settings(data=tmp_path)) is None
    (home / "server.json").write_text("{broken")
    assert find_server(Settings(data=tmp_path)) is None


def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ServerError) as caught:
            ensure_server(Settings(data=tmp_path, server=ServerSettings(port=port)))
    assert str(port) in caught.value.sentence.en and "SOHOA_SERVER__PORT" in caught.value.sentence.en
    assert "SOHOA_SERVER__PORT" in caught.value.sentence.vi


def test_a_server_that_cannot_start_says_so(tmp_path: Path) -> None:
    broken = ServerSettings(port=free_port(), database_url="sqlite+aiosqlite:////proc/nowhere/prefect.db")
    with pytest.raises(ServerError, match=r"prefect-server\.log"):
        ensure_server(Settings(data=tmp_path, server=broken))


OWNER = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from flows.server import ensure_server
from sohoa.settings import ServerSettings, Settings

handle = ensure_server(Settings(data=Path(sys.argv[1]), server=ServerSettings(port=int(sys.argv[2]))), any_port=True)
assert "prefect" not in sys.modules
print(handle.pid, handle.api_url, flush=True)
time.sleep(600)
"""


def test_it_passes_over_a_taken_port_and_dies_with_its_killed_owner(
    prefect_server: ServerHandle, prefect_settings: Settings, tmp_path: Path
) -> None:
    taken = str(prefect_settings.server.port)
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path), taken], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    try:
        assert owner.stdout is not None
        pid, url = owner.stdout.readline().split()
        assert f":{taken}/" not in url and json.loads(read(f"{url}/health")) is True
        server = psutil.Process(int(pid))
    finally:
        owner.kill()
        owner.wait()
    server.wait(10)
    assert find_server(Settings(data=tmp_path)) is None


def test_a_server_started_by_another_program_at_another_address_is_told_and_left_alone(
    prefect_server: ServerHandle, prefect_settings: Settings, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path, server=ServerSettings(port=free_port()))
    handle, told = ensure_server(settings), Queue[ServerError]()
    try:
        with kept_alive(settings, handle, told.put):
            other = (prefect_settings.data / "prefect" / "server.json").read_text()
            handle.state_file.write_text(other)
            os.kill(handle.pid, signal.SIGKILL)
            assert prefect_server.ui_url in told.get(timeout=60).sentence.vi
    finally:
        handle.stop()
    assert prefect_server.alive()
    assert handle.state_file.read_text() == other, "who comes next finds it"


def test_a_client_needs_nothing_but_its_environment(prefect_server: ServerHandle, prefect_settings: Settings) -> None:
    code = "from prefect import flow; print(flow(lambda: 41, name='probe')() + 1)"
    environment = os.environ | client_environment(prefect_settings, prefect_server.api_url)
    out = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "42"


def test_two_installations_that_start_at_once_on_one_port_get_a_server_each(tmp_path: Path) -> None:
    port = free_port()
    both = [
        Settings(data=tmp_path / name, server=ServerSettings(port=port, start_seconds=180)) for name in ("mot", "hai")
    ]
    with ThreadPoolExecutor() as threads:
        handles = list(threads.map(lambda one: ensure_server(one, any_port=True), both))
    try:
        assert all(handle.alive() for handle in handles)
        assert len({handle.api_url for handle in handles}) == 2
    finally:
        for handle in handles:
            handle.stop()
