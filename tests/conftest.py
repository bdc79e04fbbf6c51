"""What all tests share: settings in a folder of their own, drawn pages, and the work without Prefect."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from pydantic import SecretStr

from infra.native.install import InstallError
from infra.native.processes import remove, stop_pid
from infra.native.servers import ElasticsearchServer, MinioServer, StartError, start_elasticsearch, start_minio
from sohoa.intake.inventory import read_inventory
from sohoa.pipeline.arrive import ArrivalOptions, arrive
from sohoa.pipeline.batches import BatchFacts, open_batch
from sohoa.pipeline.finish import close_batch
from sohoa.pipeline.house import House, open_house, sweep_vault
from sohoa.pipeline.indexing import drain
from sohoa.pipeline.inventory import find_inventory, import_inventory
from sohoa.pipeline.link import link
from sohoa.pipeline.plan import Redo, plan
from sohoa.pipeline.secrecy import seal_unit
from sohoa.pipeline.work import cut, keep_chunk, read_chunk
from sohoa.pipeline.workers import Workers
from sohoa.settings import IndexSettings, ObjectSettings, Settings, load

FONT = "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"
BOLD = "/usr/share/fonts/truetype/croscore/Tinos-Bold.ttf"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose data folder is the test's own."""
    return load(data=tmp_path / "data", workers=2)


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    with open_house(settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """One pool for all tests of the session: starting one costs seconds."""
    shared = load(data=tmp_path_factory.mktemp("workers"), workers=2)
    with Workers(shared, preload=("sohoa.pipeline.read", "sohoa.intake.probe")) as pool:
        yield pool


class Paper:
    """Draws records as scanned pages: A4 at 200 dpi, black on white."""

    size = (1654, 2339)

    def page(self, *body: str, header: bool = True, **marks: str) -> Image.Image:
        """One page. `marks`: number, notation, date, place, kind, subject, stamp (a boxed secrecy mark)."""
        image = Image.new("RGB", self.size, "white")
        draw = ImageDraw.Draw(image)
        text, bold = ImageFont.truetype(FONT, 38), ImageFont.truetype(BOLD, 38)
        y = 150
        if header:
            draw.text((180, 140), "ỦY BAN NHÂN DÂN", font=bold, fill="black")
            draw.text((200, 190), "TỈNH AN BÌNH", font=bold, fill="black")
            draw.text((700, 140), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", font=bold, fill="black")
            draw.text((850, 190), "Độc lập - Tự do - Hạnh phúc", font=bold, fill="black")
            notation = f"Số: {marks.get('number', '15')}/{marks.get('notation', 'KH-UBND')}"
            draw.text((220, 270), notation, font=text, fill="black")
            draw.text((800, 270), marks.get("date", "An Bình, ngày 12 tháng 3 năm 2019"), font=text, fill="black")
            if stamp := marks.get("stamp"):
                draw.rectangle((230, 340, 480, 420), outline="black", width=5)
                draw.text((265, 352), stamp, font=ImageFont.truetype(BOLD, 50), fill="black")
            draw.text((680, 480), marks.get("kind", "KẾ HOẠCH"), font=ImageFont.truetype(BOLD, 46), fill="black")
            subject = marks.get("subject", "Về việc trồng cây xanh trên địa bàn tỉnh năm 2019")
            draw.text((400, 550), subject, font=bold, fill="black")
            y = 680
        for line in body or ("Căn cứ chương trình công tác năm, Ủy ban nhân dân tỉnh", "ban hành kế hoạch như sau."):
            draw.text((220, y), line, font=text, fill="black")
            y += 62
        return image

    def pdf(self, path: Path, *pages: Image.Image) -> Path:
        """A PDF with one picture a page, 200 dpi."""
        path.parent.mkdir(parents=True, exist_ok=True)
        pages[0].save(path, save_all=True, append_images=pages[1:], resolution=200)
        return path


@pytest.fixture(scope="session")
def paper() -> Paper:
    return Paper()


def _or_skip(start: Callable[[], Any], what: str) -> Any:
    """A server that does not start fails the run in CI; elsewhere its tests are skipped, saying why."""
    try:
        return start()
    except (InstallError, StartError, OSError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"{what} does not start here: {error}")


@pytest.fixture(scope="session")
def minio_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MinioServer]:
    folder = tmp_path_factory.mktemp("minio")
    server = _or_skip(lambda: start_minio(folder), "MinIO")
    yield server
    stop_pid(server.guarded.pid)


@pytest.fixture(scope="session")
def elasticsearch_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ElasticsearchServer]:
    folder = tmp_path_factory.mktemp("elasticsearch")
    server = _or_skip(lambda: start_elasticsearch(folder), "Elasticsearch")
    yield server
    stop_pid(server.guarded.pid)
    remove(server.folder)


@pytest.fixture
def office_settings(tmp_path: Path, minio_server: MinioServer, elasticsearch_server: ElasticsearchServer) -> Settings:
    """Settings of an office: a new bucket on the running MinIO, a new index on the running Elasticsearch."""
    name = f"o{uuid.uuid4().hex[:12]}"
    return load(
        data=tmp_path / "office",
        workers=2,
        objects_url=f"s3+http://{minio_server.endpoint}/{name}",
        objects=ObjectSettings(access_key=minio_server.access_key, secret_key=SecretStr(minio_server.secret_key)),
        index_url=elasticsearch_server.url,
        index=IndexSettings(
            name=name, user=elasticsearch_server.user, password=SecretStr(elasticsearch_server.password)
        ),
    )


DigitiseBare = Callable[..., dict[str, Any]]


def digitise_with(
    workers: Workers, house: House, folder: Path, *, redo: Redo = Redo.nothing, rehash: bool = False
) -> dict[str, Any]:
    """The main job as a plain loop over the stage functions: what the flow does, without Prefect."""
    sweep_vault(house)
    batch = open_batch(house, folder, fonds="PH01", agency="CQ01", facts=BatchFacts())
    path = find_inventory(folder)
    lines = read_inventory(path) if path else None
    if lines is not None:
        import_inventory(house, batch, lines)
    again = {"redo_failed": redo in (Redo.failed, Redo.all), "redo_done": redo in (Redo.stale, Redo.all)}
    options = ArrivalOptions(rehash=rehash, **again)
    arrival = arrive(house, workers, batch, lines, exclude=[path] if path else [], options=options)
    keys = plan(house, arrival, redo=redo)
    for chunk in cut(house, keys):
        keep_chunk(house, chunk.keys, read_chunk(house, workers, chunk.keys))
    for unit in arrival.to_seal:
        seal_unit(house, unit, "Mật", reason="inventory")
    linked = link(house, batch, lines)
    drain(house, refresh=True)
    close_batch(house, batch)
    return {"batch": batch, "worked": keys, "linked": linked, "seen": arrival.seen}


@pytest.fixture
def digitise_bare(workers: Workers) -> DigitiseBare:
    """`digitise_with` the session's workers."""
    return partial(digitise_with, workers)
