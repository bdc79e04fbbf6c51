"""The bench itself: pages and images made ready, sohoa and the peer in turn, medians over the pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from sohoa import __version__
from sohoa.bench.baseline import comparable
from sohoa.bench.corpus import Corpus, load_corpus
from sohoa.bench.home import Tell, bench_home, machine, today
from sohoa.bench.metrics import Score, score, total
from sohoa.bench.ours import OurRun, StageSeconds, run_ours, time_stages, warm_up
from sohoa.bench.peer import PeerRun, page_images, run_peer, version
from sohoa.bench.result import Accuracy, Failure, Pair, Result, Side, Stage
from sohoa.errors import EngineError
from sohoa.language import say
from sohoa.models import Outcome
from sohoa.pipeline.workers import Workers
from sohoa.settings import Settings
from sohoa.text.normal import one_line

LEVELS = ("clean", "light", "medium", "heavy", "turned", "folder")
MAX_PAGES = 3
"""Of one generated record: more records in the same time, and with them more layouts."""


def bench(
    folder: Path | None,
    settings: Settings,
    *,
    documents: int,
    seed: int,
    pairs: int,
    tell: Tell,
    baseline: Result | None = None,
) -> Result:
    """Measure on `folder`, or on a sample archive generated for this run where it is None.

    `tell` is called with a sentence at each step. Raises EngineError where an engine returns nothing, InputError
    where there is nothing to measure, SettingsError before measuring where the result could not be compared with
    `baseline`. Nothing is left behind.
    """
    with bench_home(settings) as (home, apart):
        if folder is None:
            tell(say("Đang tạo kho mẫu…", "Making the sample archive…"))
            _generate(home / "sample", documents, seed)
        corpus = load_corpus(folder or home / "sample")
        if baseline is not None:
            comparable(baseline, corpus.fingerprint, settings.workers)
        tell(say("Đang tách ảnh cho Tesseract…", "Extracting images for Tesseract…"))
        images = page_images(corpus, apart, home / "images")
        peer_version = version()
        with Workers(apart, preload=("sohoa.bench.ours",)) as workers:
            warm_up(apart, workers)
            ours, peers = _in_turn(corpus, images, apart, workers, pairs, home, tell)
            tell(say("Đang đo từng công đoạn…", "Timing the stages…"))
            stages = time_stages(corpus, apart, workers)
            count = workers.count
    return Result(
        version=__version__,
        measured=today(),
        machine=machine(),
        corpus=corpus.fingerprint,
        documents=None if folder else documents,
        seed=None if folder else seed,
        pages=len(corpus.pages),
        left_out=corpus.left_out,
        workers=count,
        pairs=tuple(map(_pair, ours, peers)),
        ratio=round(median(p.cost.wall / o.cost.wall for o, p in zip(ours, peers, strict=True)), 4),
        sohoa=_side(next((p.engine for p in ours[0].pages if p.engine), ""), ours, len(corpus.pages)),
        peer=_side(peer_version, peers, len(corpus.pages)),
        stages=_stages(ours, stages, count),
        accuracy=_accuracy(corpus, ours[0].texts, peers[0].texts),
        failures=_failures(ours[0]),
    )


def _generate(target: Path, documents: int, seed: int) -> None:
    from sohoa.sample.archive import generate

    levels = dict.fromkeys(("clean", "light", "medium", "heavy"), 1.0)
    generate(target, documents=documents, seed=seed, damage=levels, max_pages=MAX_PAGES)


def _in_turn(
    corpus: Corpus, images: tuple[Path, ...], settings: Settings, workers: Workers, pairs: int, home: Path, tell: Tell
) -> tuple[list[OurRun], list[PeerRun]]:
    ours: list[OurRun] = []
    peers: list[PeerRun] = []
    for number in range(1, pairs + 1):
        tell(say(f"Cặp {number}/{pairs}: sohoa…", f"Pair {number} of {pairs}: sohoa…"))
        ours.append(run_ours(corpus, settings, workers, home / "ours"))
        _something(corpus, ours[-1].texts)
        tell(say(f"Cặp {number}/{pairs}: tesseract…", f"Pair {number} of {pairs}: tesseract…"))
        peers.append(run_peer(images, settings, workers.count, home / "peer"))
        _something(corpus, peers[-1].texts)
    return ours, peers


def _something(corpus: Corpus, texts: Sequence[str]) -> None:
    """EngineError where half of the pages that have text, or more, came back without any."""
    wanted = [one_line(text) for page, text in zip(corpus.pages, texts, strict=True) if not page.truth.empty]
    silent = sum(not text for text in wanted)
    if wanted and 2 * silent >= len(wanted):
        raise EngineError(
            f"Bộ nhận dạng không trả về chữ nào ở {silent} trên {len(wanted)} trang có chữ: không có gì để đo. Chạy sohoa doctor.",
            f"The engine returned nothing for {silent} of {len(wanted)} pages with text: there is nothing to measure. Run sohoa doctor.",
        )


def _pair(ours: OurRun, peer: PeerRun) -> Pair:
    return Pair(
        seconds=round(ours.cost.wall, 3),
        peer_seconds=round(peer.cost.wall, 3),
        ratio=round(peer.cost.wall / ours.cost.wall, 4),
    )


def _side(engine: str, runs: Sequence[OurRun] | Sequence[PeerRun], pages: int) -> Side:
    return Side(
        engine=engine,
        pages_per_minute=round(median(60 * pages / run.cost.wall for run in runs), 2),
        cpu_seconds_per_page=round(median(run.cost.cpu / pages for run in runs), 3),
        peak_mb=round(max(run.cost.peak_mb for run in runs), 1),
    )


def _stages(runs: Sequence[OurRun], apart: StageSeconds, workers: int) -> tuple[Stage, ...]:
    """Engine, page and wall time are means over the runs; the other stages were timed on their own."""
    pages = len(runs[0].pages)
    engine = sum(page.engine_seconds for run in runs for page in run.pages) / len(runs)
    whole = sum(page.seconds for run in runs for page in run.pages) / len(runs)
    there = workers * sum(run.cost.wall for run in runs) / len(runs)
    seconds = {
        "rasterise": apart.rasterise,
        "clean": apart.clean,
        "ocr": engine,
        "rest": max(0.0, whole - engine - apart.rasterise - apart.clean),
        "idle": max(0.0, there - whole),
    }
    return tuple(
        Stage.model_validate(
            {"name": name, "seconds_per_page": round(spent / pages, 4), "share": round(spent / there, 4)}
        )
        for name, spent in seconds.items()
    )


def _accuracy(corpus: Corpus, texts: Sequence[str], peer_texts: Sequence[str]) -> tuple[Accuracy, ...]:
    ours = [score(page.truth, text) for page, text in zip(corpus.pages, texts, strict=True)]
    peer = [score(page.truth, text) for page, text in zip(corpus.pages, peer_texts, strict=True)]

    def group(name: str, held_out: bool | None, chosen: list[int]) -> Accuracy:
        return _rates(name, held_out, [ours[i] for i in chosen], [peer[i] for i in chosen])

    found = []
    for held_out in (False, True):
        mine = [i for i, page in enumerate(corpus.pages) if page.held_out == held_out]
        for level in LEVELS:
            chosen = [i for i in mine if corpus.pages[i].group == level]
            if chosen:
                found.append(group(level, held_out, chosen))
        if mine and len(mine) < len(ours):
            found.append(group("all", held_out, mine))
    return (*found, group("all", None, list(range(len(ours)))))


def _rates(name: str, held_out: bool | None, ours: list[Score], peer: list[Score]) -> Accuracy:
    mine, theirs = total(ours), total(peer)
    return Accuracy(
        group=name,
        held_out=held_out,
        pages=len(ours),
        letters=mine.letters,
        words=mine.words,
        cer=round(mine.cer, 5),
        wer=round(mine.wer, 5),
        peer_cer=round(theirs.cer, 5),
        peer_wer=round(theirs.wer, 5),
        running_cer=round(mine.running_cer, 5),
        peer_running_cer=round(theirs.running_cer, 5),
    )


def _failures(run: OurRun) -> tuple[Failure, ...]:
    classes = Counter(p.error.error_class for p in run.pages if p.outcome == Outcome.failed and p.error is not None)
    return tuple(Failure(error_class=name, pages=count) for name, count in sorted(classes.items()))
