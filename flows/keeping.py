"""The Prefect server is kept alive under a run: when it dies, it is started again at its old address, and the run goes on.

A run can lose its server without any fault: the server of a data folder belongs to whoever started it first, and ends
with that program.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from flows.server import ServerHandle, ensure_server
from sohoa.errors import ServerError
from sohoa.settings import ServerSettings, Settings

LOOK_SECONDS = 0.5
TRIES = 3


@contextmanager
def kept_alive(settings: Settings, server: ServerHandle, lost: Callable[[ServerError], None]) -> Iterator[None]:
    """While the block runs, whoever finds the server dead starts it again; what was started here ends with the block.

    `lost` is called, in another thread, when it cannot be started: nothing that needs the server can go on then.
    """
    over = threading.Event()
    current = [server]

    def keep() -> None:
        tries = 0
        while not over.wait(LOOK_SECONDS):
            if current[0].process_lives():
                tries = 0
                continue
            try:
                found = ensure_server(_at(settings, server))
                if found.api_url != server.api_url:
                    raise _elsewhere(found)
                current[0] = found
            except ServerError as error:
                tries += 1
                if tries == TRIES:
                    lost(error)
                    return

    thread = threading.Thread(target=keep, name="server", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        if current[0] is not server:
            current[0].stop()


def _elsewhere(found: ServerHandle) -> ServerError:
    return ServerError(
        f"Một chương trình khác đã chạy lại máy chủ ở địa chỉ khác: {found.ui_url}. Chạy lại lệnh để dùng máy chủ đó.",
        f"Another program has started the server again at another address: {found.ui_url}. Run the command again to use it.",
    )


def _at(settings: Settings, server: ServerHandle) -> Settings:
    """The settings with the address at which the clients of this server look for it."""
    where = urlsplit(server.api_url)
    assert where.port is not None
    told = settings.server.model_dump() | {"port": where.port}
    return settings.model_copy(update={"server": ServerSettings(**told)})
