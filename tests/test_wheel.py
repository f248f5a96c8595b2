"""A wheel is whole: it is built, installed beside nothing of the checkout, and runs."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from infra.embedded.postgres import EmbeddedPostgres
from tests.support.api_process import free_port
from tests.support.serving import PLAIN
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[1]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOMS = sorted(name.rstrip("*") for name in CONFIG["tool"]["setuptools"]["packages"]["find"]["include"])
LEAVES_ITS_PACKAGE = re.compile(r"__file__\)?\.(?:resolve\(\)\.)?parents\[|__file__\)?\.parent\.parent")
DEVELOPERS_TOOLS = {"consumers/publishing/contract.py"}  # refuses outside a checkout
FILES = """
import cli.main
from cli.verbs.run.sample import SAMPLE
from cli.verbs.run.trying import POLICY
from infra.embedded.kafka_jars import PINNED
print(cli.main.__file__, SAMPLE, POLICY, PINNED / "pom.xml", sep="\\n")
"""
BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
"""The back-end that pyproject.toml names, asked as pip asks it; pip itself would take as long again."""
SECONDS = 120


def shipped(root: Path) -> set[str]:
    """Every file that lies in a room, by its path."""
    files = (file for room in ROOMS for file in (root / room).rglob("*") if file.is_file())
    return {str(file.relative_to(root)) for file in files if "__pycache__" not in file.parts}


def sources(to: Path) -> Path:
    """A copy of what a wheel is made of: building it writes beside the sources."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, to / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "requirements", to / "requirements")
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, to / name)
    return to


def build(source: Path, to: Path) -> Path:
    """The wheel of these sources; nothing is fetched."""
    to.mkdir()
    ran = subprocess.run([sys.executable, "-c", BUILD, to], cwd=source, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (wheel,) = to.glob("antiphon-*.whl")
    return wheel


def pip(*arguments: str, python: Path = Path(sys.executable)) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def files_of(wheel: Path) -> set[str]:
    """The files of a wheel, without what describes it."""
    return {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    return build(sources(folder / "source"), folder / "dist")


@pytest.mark.processes
def test_every_file_of_every_room_is_in_the_wheel(wheel: Path) -> None:
    assert files_of(wheel) == shipped(ROOT)


@pytest.mark.processes
def test_a_file_that_is_left_out_of_the_wheel_is_found(tmp_path: Path) -> None:
    # Given
    source = sources(tmp_path / "source")
    config = (source / "pyproject.toml").read_text()
    (source / "pyproject.toml").write_text(config.replace('cli = ["sample/*"]', ""))
    # When
    left_out = shipped(source) - files_of(build(source, tmp_path / "dist"))
    # Then
    assert left_out == {f"cli/sample/{name}" for name in ("sample.toml", "signals.toml", "policy.yaml", "tables.yaml")}


def test_no_shipped_module_looks_for_files_outside_its_package() -> None:
    found = {name for name in shipped(ROOT) if name.endswith(".py")}
    assert {name for name in found if LEAVES_ITS_PACKAGE.search((ROOT / name).read_text())} <= DEVELOPERS_TOOLS


def test_a_path_that_leaves_its_package_is_found() -> None:
    assert LEAVES_ITS_PACKAGE.search('SAMPLE = Path(__file__).parents[3] / "docs"')
    assert LEAVES_ITS_PACKAGE.search("Path(__file__).resolve().parents[1]")
    assert not LEAVES_ITS_PACKAGE.search('Path(__file__).parent / "migrations"')


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment in which the wheel is installed. Its dependencies are those that are pinned here;
    of the checkout it sees nothing, because a .pth file that another one leads to is not read."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    pip("install", "--quiet", "--no-index", "--no-deps", str(wheel), python=python)
    site = sysconfig.get_path("purelib", vars={"base": str(environment)})
    (Path(site) / "pinned.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return environment / "bin"


def environment_of(home: Path, port: int) -> dict[str, str]:
    """As anybody's, with its data here; without what leads to the checkout or to other databases."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "DATABASE_URL", "VAULT_URL", "KAFKA_BOOTSTRAP_SERVERS")
        and not name.startswith("ANTIPHON_")
    }
    return kept | {"ANTIPHON_HOME": str(home), "ANTIPHON_API_PORT": str(port), "PYTHONUNBUFFERED": "1"}


@contextmanager
def running(program: Path, folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        process = subprocess.Popen(
            [program, "run"], cwd=folder, env=environment, stdout=out, stderr=err, start_new_session=True
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        EmbeddedPostgres(Path(environment["ANTIPHON_HOME"])).stop()


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, verify=PLAIN).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.timeout(400)  # it sets up an environment, a database, and three processes
def test_an_installed_wheel_runs_from_an_empty_folder(programs: Path, home: Path, tmp_path: Path) -> None:
    # Given
    port = free_port()
    environment = environment_of(home, port)
    found = subprocess.run(
        [programs / "python", "-c", FILES], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert len(found) == 4
    assert all(Path(path).is_relative_to(programs.parent) and Path(path).is_file() for path in found), found
    with running(programs / "antiphon", tmp_path, environment) as process:
        # When
        wait_until(
            lambda: process.poll() is not None or answers(f"http://127.0.0.1:{port}/livez"), SECONDS, "the API answers"
        )
        assert process.poll() is None, (tmp_path / "err").read_text()
        inbox = subprocess.run(
            [programs / "antiphon", "inbox"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        # Then
        assert inbox.returncode == 0, inbox.stderr
        assert "Greta Lindqvist" in inbox.stdout
        # When
        process.send_signal(signal.SIGTERM)
        # Then
        assert process.wait(SECONDS) == 0
        assert "Traceback" not in (tmp_path / "err").read_text()
