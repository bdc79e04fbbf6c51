"""What orchestration costs: `sohoa digitise`, Prefect's server included, against the same stages in a bare loop."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from statistics import median

from sohoa.bench.home import Tell, bench_home, machine, today
from sohoa.bench.programs import BARE, SOHOA, spend
from sohoa.bench.result import Part
from sohoa.bench.small import small_archive
from sohoa.language import say
from sohoa.settings import Settings


class CostPair(Part):
    """One bare run and the whole way right after it: seconds on the wall and of CPU."""

    bare_seconds: float
    bare_cpu: float
    seconds: float
    cpu: float


class CostResult(Part):
    """What a document costs beside being read, as medians over the pairs."""

    machine: str
    measured: str
    documents: int
    workers: int
    stores: str
    """Kinds of catalogue, objects and index."""
    pairs: tuple[CostPair, ...]
    cpu_per_document: float
    """CPU seconds that the whole way needs beyond the bare loop, divided by the documents."""
    wall_ratio: float
    """Wall time of the whole way over that of the bare loop."""
    start_cpu: float
    """CPU seconds of a run with nothing to do: Prefect's server, imports, the pool. Part of what a document costs."""
    first_start_cpu: float
    """The same at the very first start, which makes Prefect's database; paid once by an installation, not in the above."""


def measure_cost(settings: Settings, *, documents: int, pairs: int, own_stores: bool, tell: Tell) -> CostResult:
    """Measure in temporary folders; with `own_stores` in the configured stores, in a bucket and index of its own.

    The bucket and the index stay there, named after the configured ones with `-bench-` and a random word.
    """
    with bench_home(settings) as (home, apart):
        there = environment(apart, apart.data, own_stores=own_stores)
        tell(say("Đang khởi tạo…", "Setting up…"))
        lone = small_archive(home / "lone", 1, seed=0)
        first, start = (spend((*SOHOA, "digitise", str(lone)), there, home / "start.log") for _ in range(2))
        done = []
        for number in range(1, pairs + 1):
            scans = small_archive(home / f"scans{number}", documents, seed=number)
            tell(say(f"Cặp {number}/{pairs}: vòng lặp trần…", f"Pair {number} of {pairs}: the bare loop…"))
            bare = spend((*BARE, str(scans), str(home / f"bare{number}")), there, home / "bare.log")
            tell(say(f"Cặp {number}/{pairs}: cả hệ thống…", f"Pair {number} of {pairs}: the whole way…"))
            whole = spend((*SOHOA, "digitise", str(scans)), there, home / "whole.log")
            done.append(
                CostPair(
                    bare_seconds=round(bare.wall, 2),
                    bare_cpu=round(bare.cpu, 2),
                    seconds=round(whole.wall, 2),
                    cpu=round(whole.cpu, 2),
                )
            )
    kinds = (settings.catalogue_url, settings.objects_url, settings.index_url) if own_stores else ("", "", "")
    return CostResult(
        machine=machine(),
        measured=today(),
        documents=documents,
        workers=settings.workers,
        stores=", ".join(url.partition(":")[0] or "embedded" for url in kinds),
        pairs=tuple(done),
        cpu_per_document=round(median((p.cpu - p.bare_cpu) / documents for p in done), 4),
        wall_ratio=round(median(p.seconds / p.bare_seconds for p in done), 3),
        start_cpu=round(start.cpu, 2),
        first_start_cpu=round(first.cpu, 2),
    )


def environment(settings: Settings, data: Path, *, own_stores: bool = False) -> dict[str, str]:
    """The environment of measured programs: the same workers and engine, `data`, a Prefect server of their own.

    Embedded stores, or with `own_stores` a new bucket and a new index where the settings name servers.
    """
    foreign = ("PREFECT_", "SOHOA_CATALOGUE_URL", "SOHOA_OBJECTS_URL", "SOHOA_INDEX_URL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    kept |= {"SOHOA_DATA": str(data), "SOHOA_WORKERS": str(settings.workers), "OMP_THREAD_LIMIT": "1"}
    if not own_stores:
        return kept
    word, objects, index = secrets.token_hex(4), settings.objects, settings.index
    return kept | {
        "SOHOA_OBJECTS_URL": settings.objects_url and f"{settings.objects_url}-bench-{word}",
        "SOHOA_INDEX_URL": settings.index_url,
        "SOHOA_INDEX__NAME": f"{index.name}-bench-{word}",
        # These may stand in the secrets file of the configured data folder, which the programs do not see.
        "SOHOA_OBJECTS__ACCESS_KEY": objects.access_key,
        "SOHOA_OBJECTS__SECRET_KEY": objects.secret_key.get_secret_value(),
        "SOHOA_INDEX__USER": index.user,
        "SOHOA_INDEX__PASSWORD": index.password.get_secret_value(),
        "SOHOA_INDEX__API_KEY": index.api_key.get_secret_value(),
    }
