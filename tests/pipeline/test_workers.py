"""The pool of workers under real faults: crashes, hangs, memory, and the death of its owner."""

from __future__ import annotations

import operator
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from sohoa import language
from sohoa.errors import (
    DamagedError,
    EngineCrashError,
    EngineError,
    EngineMissingError,
    EngineTimeoutError,
    LimitError,
)
from sohoa.pipeline.workers import Workers, WorkersStoppedError
from sohoa.settings import Limits, Settings

SLEEP = "/bin/sleep"
SEED = int(os.environ.get("FAULT_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
Owner = Callable[[str, str], "subprocess.Popen[str]"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", limits=Limits(worker_memory_mb=1024), lang="en")


@pytest.fixture
def workers(settings: Settings) -> Iterator[Workers]:
    with Workers(settings, 2) as pool:
        yield pool


def sleepers(seconds: str) -> list[int]:
    """Ids of the living `sleep SECONDS` programs; each test has a number of its own."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        if process.info["cmdline"] == [SLEEP, seconds] and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process.pid)
    return found


def until(condition: Callable[[], bool], seconds: float = 10.0) -> float:
    """Wait until `condition()` holds; the seconds it took."""
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < seconds, "did not come true in time"
        time.sleep(0.02)
    return time.monotonic() - begin


def test_a_job_answers_with_its_value_or_with_its_own_error(workers: Workers) -> None:
    assert workers.submit(operator.add, 2, 3, seconds=30).result(30) == 5
    with pytest.raises(ZeroDivisionError):
        workers.submit(operator.truediv, 1, 0, seconds=30).result(30)


def test_a_crashed_worker_fails_only_its_own_job(workers: Workers) -> None:
    good = [workers.submit(pow, n, 2, seconds=30) for n in range(2)]
    crash = workers.submit(signal.raise_signal, signal.SIGSEGV, seconds=30)
    good += [workers.submit(pow, n, 2, seconds=30) for n in range(2, 12)]
    with pytest.raises(EngineCrashError) as caught:
        crash.result(30)
    assert "signal 11" in caught.value.sentence.en and "tín hiệu 11" in caught.value.sentence.vi
    assert [one.result(30) for one in good] == [n * n for n in range(12)]


def test_many_crashes_in_a_row_do_not_break_the_pool(workers: Workers) -> None:
    for _ in range(5):
        with pytest.raises(EngineCrashError):
            workers.submit(os.abort, seconds=30).result(30)
    assert workers.submit(pow, 3, 3, seconds=30).result(30) == 27


def test_idle_workers_that_die_are_replaced(workers: Workers) -> None:
    assert workers.submit(pow, 3, 3, seconds=30).result(30) == 27
    for pid in workers.pids():
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.5)
    assert workers.submit(pow, 3, 4, seconds=30).result(30) == 81


def test_a_hung_worker_dies_with_the_program_it_called(workers: Workers) -> None:
    hung = workers.submit(subprocess.call, [SLEEP, "311"], seconds=1.0)
    beside = workers.submit(time.sleep, 1.5, seconds=30)
    with pytest.raises(EngineTimeoutError):
        hung.result(30)
    until(lambda: not sleepers("311"), 2)
    assert beside.result(30) is None


def test_cancelled_jobs_do_not_prolong_the_time_of_a_hung_one(workers: Workers) -> None:
    hung = workers.submit(time.sleep, 60, seconds=1.0)
    begin = time.monotonic()
    while not hung.done() and time.monotonic() - begin < 10:
        workers.submit(time.sleep, 0.2, seconds=30).cancel()
        time.sleep(0.2)
    with pytest.raises(EngineTimeoutError):
        hung.result(0)


def test_a_program_that_a_crashed_worker_left_behind_is_killed(workers: Workers) -> None:
    pid = workers.submit(os.getpid, seconds=30).result(30)
    calls = [workers.submit(subprocess.call, [SLEEP, "312"], seconds=60) for _ in range(2)]
    until(lambda: len(sleepers("312")) == 2)
    left = set(sleepers("312"))
    os.kill(pid, signal.SIGSEGV)
    until(lambda: len(left & set(sleepers("312"))) == 1, 3)
    assert not any(one.done() for one in calls)
    workers.kill()


def test_a_job_whose_worker_is_killed_once_is_done_by_another(workers: Workers, tmp_path: Path) -> None:
    """The first try leaves a mark and kills itself, the second finds the mark."""
    mark = tmp_path / "mark"
    code = f"import os, signal; os.path.exists({str(mark)!r}) or (open({str(mark)!r}, 'w').close(), os.kill(os.getpid(), signal.SIGKILL))"
    assert workers.submit(exec, code, seconds=30).result(30) is None
    assert mark.exists()


def test_workers_killed_at_random_moments_hold_up_nothing(workers: Workers) -> None:
    """Short jobs, so that kills strike in the handing over too: every job ends, and the pool is whole again."""
    drawn = random.Random(SEED)
    print(f"\nFAULT_SEED={SEED}")
    jobs, kills = [], 0
    end = time.monotonic() + 8
    while time.monotonic() < end:
        jobs.append(workers.submit(pow, 3, 3, seconds=30))
        if drawn.random() < 0.02 and (pids := workers.pids()):
            with suppress(ProcessLookupError):  # replaced meanwhile
                os.kill(drawn.choice(pids), signal.SIGKILL)
                kills += 1
    ended = [one.exception(30) for one in jobs]
    died = [error for error in ended if error is not None]
    print(f"{len(jobs)} jobs, {kills} kills, {len(died)} failed")
    assert kills > 5 and len(jobs) > 100
    assert all(isinstance(error, EngineCrashError | EngineError) for error in died) and len(died) <= kills // 2
    assert workers.submit(pow, 3, 4, seconds=30).result(30) == 81


def test_a_job_over_the_memory_limit_is_refused_and_the_worker_lives(workers: Workers) -> None:
    with pytest.raises(LimitError):
        workers.submit(operator.mul, b"x", 3 * 1024**3, seconds=30).result(30)
    assert workers.submit(pow, 2, 5, seconds=30).result(30) == 32


def test_programs_called_by_a_worker_inherit_the_memory_limit(workers: Workers) -> None:
    code = "import resource; print(resource.getrlimit(resource.RLIMIT_AS)[1])"
    out = workers.submit(subprocess.check_output, [sys.executable, "-c", code], seconds=30).result(30)
    assert int(out) == 1024 * 1024**2


def test_workers_are_confined(workers: Workers, settings: Settings) -> None:
    folder = Path(workers.submit(tempfile.gettempdir, seconds=30).result(30))
    assert folder.is_relative_to(settings.vault_dir / "tmp")
    assert settings.vault_dir.stat().st_mode & 0o777 == 0o700
    assert workers.submit(os.getenv, "OMP_THREAD_LIMIT", seconds=30).result(30) == "1"
    assert workers.submit(resource.getrlimit, resource.RLIMIT_CORE, seconds=30).result(30) == (0, 0)
    assert workers.submit(language.language, seconds=30).result(30) == "en"
    import cv2

    assert workers.submit(cv2.getNumThreads, seconds=30).result(30) == 1


def test_the_temporary_folder_is_gone_afterwards(settings: Settings) -> None:
    with Workers(settings, 1) as pool:
        handle, name = pool.submit(tempfile.mkstemp, seconds=30).result(30)
        assert Path(name).exists() and handle > 2
    assert not list((settings.vault_dir / "tmp").iterdir())


def test_an_error_that_cannot_travel_becomes_one_that_can(workers: Workers) -> None:
    with pytest.raises(EngineError) as caught:
        workers.submit(exec, "class Homeless(Exception): pass\nraise Homeless('secret')", seconds=30).result(30)
    assert "Homeless" in str(caught.value) and "secret" not in str(caught.value)
    with pytest.raises(TypeError):
        workers.submit(threading.Lock, seconds=30).result(30)
    assert workers.submit(pow, 2, 5, seconds=30).result(30) == 32


def test_our_own_errors_keep_both_sentences(workers: Workers) -> None:
    made = workers.submit(DamagedError, "hỏng", "broken", seconds=30).result(30)
    assert (made.sentence.vi, made.sentence.en) == ("hỏng", "broken")


def test_submitters_wait_while_too_much_is_in_flight(settings: Settings) -> None:
    with Workers(settings, 1, in_flight=2) as pool:
        pool.submit(pow, 1, 1, seconds=30).result(30)
        begin = time.monotonic()
        jobs = [pool.submit(time.sleep, 0.3, seconds=30) for _ in range(4)]
        assert time.monotonic() - begin > 0.5
        assert all(one.result(30) is None for one in jobs)


def test_workers_are_replaced_after_their_share_of_jobs(settings: Settings) -> None:
    with Workers(settings, 1, recycle_after=5) as pool:
        seen = {pool.submit(os.getpid, seconds=30).result(30) for _ in range(15)}
    assert len(seen) == 3


def test_a_cancelled_job_is_killed(workers: Workers) -> None:
    job = workers.submit(subprocess.call, [SLEEP, "313"], seconds=60)
    until(lambda: bool(sleepers("313")))
    job.cancel()
    until(lambda: not sleepers("313"), 3)


def test_kill_ends_workers_programs_and_waiting_threads_within_a_second(settings: Settings) -> None:
    outcomes: list[BaseException] = []
    with Workers(settings, 2, in_flight=3) as pool:
        jobs = [pool.submit(subprocess.call, [SLEEP, "314"], seconds=60) for _ in range(3)]
        until(lambda: len(sleepers("314")) == 2)
        pids = pool.pids()

        def wait_and_submit() -> None:
            try:
                pool.submit(pow, 1, 1, seconds=30).result()
            except WorkersStoppedError as error:
                outcomes.append(error)

        blocked = threading.Thread(target=wait_and_submit)
        blocked.start()
        begin = time.monotonic()
        pool.kill()
        assert time.monotonic() - begin < 1.0
        until(lambda: not sleepers("314"), 1)
        blocked.join(2)
        for job in jobs:
            with pytest.raises(WorkersStoppedError):
                job.result(2)
    assert len(outcomes) == 1
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    assert not list((settings.vault_dir / "tmp").iterdir())


def test_leaving_the_block_by_an_exception_kills(settings: Settings) -> None:
    with pytest.raises(KeyboardInterrupt), Workers(settings, 1) as pool:
        job = pool.submit(subprocess.call, [SLEEP, "315"], seconds=60)
        until(lambda: bool(sleepers("315")))
        raise KeyboardInterrupt
    assert not sleepers("315")
    with pytest.raises(WorkersStoppedError):
        job.result(1)


OWNER = """
import signal, subprocess, sys, threading, time
from pathlib import Path
from sohoa.pipeline.workers import Workers
from sohoa.settings import Settings

pool = Workers(Settings(data=Path(sys.argv[1])), 2)
if sys.argv[3] == "handler":
    signal.signal(signal.SIGTERM, lambda *_: pool.kill())
with pool:
    try:
        jobs = [pool.submit(subprocess.call, ["/bin/sleep", sys.argv[2]], seconds=60) for _ in range(4)]
        print("ready", flush=True)
        for job in jobs:
            job.result()
    except BaseException as error:
        print(type(error).__name__, flush=True)
"""


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    started: list[subprocess.Popen[str]] = []

    def start(seconds: str, how: str) -> subprocess.Popen[str]:
        script = tmp_path / "owner.py"
        script.write_text(textwrap.dedent(OWNER))
        process = subprocess.Popen(
            [sys.executable, str(script), str(tmp_path / "data"), seconds, how], stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        until(lambda: len(sleepers(seconds)) == 2, 30)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_killing_the_owner_leaves_no_descendant(owner: Owner) -> None:
    process = owner("316", "plain")
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 5  # two workers, two programs, the sweeper
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not [one for one in alive if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_a_signal_handler_may_kill_while_the_main_thread_waits(owner: Owner) -> None:
    process = owner("317", "handler")
    family = psutil.Process(process.pid).children(recursive=True)
    begin = time.monotonic()
    process.terminate()
    out, _ = process.communicate(timeout=10)
    assert out.strip() == "WorkersStoppedError"
    assert time.monotonic() - begin < 3.0
    _, alive = psutil.wait_procs(family, timeout=5)
    assert not [one for one in alive if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_starting_and_handing_over_is_cheap(workers: Workers) -> None:
    for one in [workers.submit(os.getpid, seconds=30) for _ in range(4)]:
        one.result(30)
    begin = time.monotonic()
    for _ in range(200):
        workers.submit(pow, 2, 2, seconds=30).result(30)
    milliseconds = (time.monotonic() - begin) * 5
    assert milliseconds < 20, f"{milliseconds:.1f} ms a job"


def test_a_module_can_be_imported_before_the_first_job(settings: Settings) -> None:
    with Workers(settings, 1, preload=("colorsys",)) as pool:
        assert pool.submit(eval, "'colorsys' in __import__('sys').modules", seconds=30).result(30) is True
        assert pool.submit(eval, "'chunk' in __import__('sys').modules", seconds=30).result(30) is False


def test_without_free_descriptors_jobs_fail_and_later_ones_do_not(settings: Settings) -> None:
    with Workers(settings, 1) as pool:
        pid = pool.submit(os.getpid, seconds=30).result(30)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            os.kill(pid, signal.SIGKILL)
            starved = pool.submit(pow, 2, 2, seconds=30).exception(30)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert isinstance(starved, EngineError)
        assert pool.submit(pow, 2, 3, seconds=30).result(30) == 8


def test_workers_that_cannot_start_are_an_error_and_not_a_hang(settings: Settings) -> None:
    with Workers(settings, 1, preload=("nowhere_to_be_found",)) as pool, pytest.raises(EngineMissingError) as caught:
        pool.submit(pow, 2, 2, seconds=30).result(60)
    assert "doctor" in caught.value.sentence.en
