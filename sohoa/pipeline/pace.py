"""How long a page takes on this machine: from the batches it finished, or a cautious guess."""

from __future__ import annotations

from sqlalchemy import func, select

from sohoa.settings import Settings
from sohoa.stores.catalogue.database import open_catalogue
from sohoa.stores.catalogue.tables import Page, StageRun, StageState

FIRST_GUESS = 2.0
"""Seconds a page and worker; between the times measured for clean and for heavily damaged pages."""


def seconds_a_page(settings: Settings) -> float:
    """Seconds one worker needs for a page."""
    catalogue = open_catalogue(settings)
    try:
        with catalogue.read() as session:
            spent = session.scalar(
                select(func.sum(StageRun.seconds)).where(StageRun.stage == "read", StageRun.state == StageState.done)
            )
            pages = session.scalar(select(func.count()).select_from(Page)) or 0
    finally:
        catalogue.close()
    # Units are read side by side, each with all workers' share: the sum of their times is about the workers' time.
    return spent / pages if spent and pages >= 20 else FIRST_GUESS
