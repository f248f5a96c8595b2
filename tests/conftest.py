"""What tests are given: one PostgreSQL for the whole run, empty databases for each test, one fixed seed.

`ANTIPHON_LONG=1` asks for the long forms, `ANTIPHON_SEED` for another seed; `make faults` does both.
"""

from __future__ import annotations

import gc
import os
import random
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from commands.executor.executor import CommandExecutor
from infra.content.folder import Folder
from infra.content.store import ContentStore
from infra.embedded.postgres import EmbeddedPostgres, Urls
from infra.kafka.clients import Kafka
from infra.keys.vault import Vault
from infra.log.application import Log
from infra.log.memory import MemoryLog
from infra.postgres.database import Database
from tests.support import brokers as brokers_here
from tests.support import shared_data as real_files
from tests.support.brokers import Brokers
from tests.support.chromium_absent import skipped_for_want_of_chromium
from tests.support.databases import FORGETFUL, Databases
from tests.support.folders import short_folder
from tests.support.icap import skipped_for_want_of_icap
from tests.support.mail_servers import skipped_for_want_of_mail_servers
from tests.support.objects import S3Server, running_s3, skipped_for_want_of_s3
from tests.support.quick import NoProcesses, is_quick

LONG = os.environ.get("ANTIPHON_LONG", "") not in ("", "0")
SEED = int(os.environ.get("ANTIPHON_SEED") or 20130611)

NO_PROCESSES = pytest.StashKey[NoProcesses]()
SLOW_IMPORTS = pytest.StashKey[set[str]]()

hypothesis.settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("long", max_examples=1000, deadline=None, print_blob=True)
hypothesis.settings.load_profile("long" if LONG else "fixed")

# Settings of whoever runs the tests must not decide what they show. But a broker of theirs is used.
KAFKA = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
_URLS = ["DATABASE_URL", "VAULT_URL", "KAFKA_BOOTSTRAP_SERVERS"]
for name in [name for name in os.environ if name.startswith(("ANTIPHON_", "PG"))] + _URLS:
    os.environ.pop(name, None)


def pytest_report_header() -> str:
    return f"seed {SEED}, {'long' if LONG else 'short'} forms"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="only the tests that need no server and start no process")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[NO_PROCESSES] = NoProcesses()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """How many processes `-n auto` means: half as many again as there are processors, since a third of the time the
    tests wait."""
    return max(1, (os.cpu_count() or 1) * 3 // 2)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    # In every run, so that a missing mark is seen before somebody runs `make quick`.
    with item.config.stash[NO_PROCESSES].on() if is_quick(item) else nullcontext():
        return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        config.hook.pytest_deselected(items=[item for item in items if not is_quick(item)])
        items[:] = filter(is_quick, items)
    if not LONG:
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("long_only")])
        items[:] = [item for item in items if not item.get_closest_marker("long_only")]
    for item in items:
        if "shared_data" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.needs_shared_data)
        if "brokers" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.needs_kafka)


def pytest_collection_finish(session: pytest.Session) -> None:
    session.config.stash[SLOW_IMPORTS] = {"schemathesis"} & sys.modules.keys()
    # What stays for the whole run is not looked through again and again: a tenth of the time of all tests.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if without := brokers_here.skipped_for_want_of_kafka(skipped):
        terminalreporter.section(f"{len(without)} tests not run: no KAFKA_BOOTSTRAP_SERVERS, and no Java with Maven")
        for test in without:
            terminalreporter.line(test)
    if without := skipped_for_want_of_s3(skipped):
        terminalreporter.section(f"{len(without)} tests not run: no Java with Maven for an S3-compatible store")
        for test in without:
            terminalreporter.line(test)
    if without := skipped_for_want_of_icap(skipped):
        terminalreporter.section(f"{len(without)} tests not run: no c-icap with libc-icap-mod-contentfiltering")
        for test in without:
            terminalreporter.line(test)
    if without := skipped_for_want_of_mail_servers(skipped):
        terminalreporter.section(f"{len(without)} tests not run: MAIL=1 asks for Postfix and Dovecot")
        for test in without:
            terminalreporter.line(test)
    if without := skipped_for_want_of_chromium(skipped):
        terminalreporter.section(f"{len(without)} tests not run: no Chromium for the desk")
        for test in without:
            terminalreporter.line(test)
    if absent := real_files.skipped_for_want_of_data(skipped):
        terminalreporter.section(f"{len(absent)} tests not run: ../shared/data is not here")
        for test in absent:
            terminalreporter.line(test)


@pytest.fixture(scope="session")
def slow_imports(request: pytest.FixtureRequest) -> set[str]:
    """What takes long to import and was imported while tests were collected."""
    return request.config.stash[SLOW_IMPORTS]


@pytest.fixture(scope="session")
def long() -> bool:
    """Whether the long forms are asked for."""
    return LONG


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """A test's own random numbers: the same in every run with the same seed."""
    return random.Random(f"{SEED} {request.node.nodeid}")


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """`shared_data(name)` is a real file; without it the test is skipped, counted and named."""
    return real_files.shared_data


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder with a path short enough for a socket. (tmp_path is not, and is closed to other users.)"""
    folder = short_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    """The one PostgreSQL of this run, which does not wait for the disk and which no test stops."""
    folder = short_folder()
    server = EmbeddedPostgres(folder, settings=FORGETFUL)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def own_server(home: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL as it is shipped, which this test alone uses, running; for what stops or kills it."""
    server = EmbeddedPostgres(home)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def databases(server: EmbeddedPostgres) -> Iterator[Databases]:
    """Makes further pairs of databases, for tests that need more than one."""
    databases = Databases(server)
    yield databases
    databases.close()


@pytest.fixture
def database_urls(databases: Databases) -> Iterator[Urls]:
    """A migrated and empty log and vault that no other test uses meanwhile."""
    with databases.emptied() as urls:
        yield urls


@pytest.fixture
def log(database_urls: Urls) -> Iterator[Log]:
    """An empty log with its vault."""
    vault = Vault(Database(database_urls.vault_url, "keykeeper"), master_key=bytes(32))
    log = Log(Database(database_urls.database_url, "appender"), vault)
    yield log
    log.close()


@pytest.fixture
def memory_log() -> Iterator[Log]:
    """An empty log in memory. A module whose tests are about decisions overrides `log` with it, and needs no server."""
    log = MemoryLog(lambda: datetime.now(UTC))
    yield log
    log.close()


@pytest.fixture
def content(log: Log, tmp_path: Path) -> ContentStore:
    """An empty content store, which makes its folder as the first file is kept."""
    return ContentStore(Folder(tmp_path / "content"), log.vault, most_bytes=1_000_000, most_files=20)


@pytest.fixture
def executor(log: Log, content: ContentStore) -> Iterator[CommandExecutor]:
    """Commands over that log, and a content store."""
    executor = CommandExecutor(log, content=content)
    yield executor
    executor.close()


@pytest.fixture
def projector(database_urls: Urls) -> Iterator[Database]:
    """The follower host's pool."""
    database = Database(database_urls.database_url, "projector")
    yield database
    database.close()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """The one S3-compatible server of this run, which no test stops; without Java and Maven tests of it are skipped,
    counted and named."""
    with running_s3() as server:
        yield server


@pytest.fixture(scope="session")
def brokers() -> Brokers:
    """Makes brokers, for tests that stop or kill theirs; without Java and Maven they are skipped, counted and named."""
    return Brokers(KAFKA)


@pytest.fixture(scope="session")
def broker(brokers: Brokers) -> Iterator[str]:
    """The address of the one Kafka broker of this run, which no test stops; started when a test first asks for it."""
    with brokers.shared() as bootstrap_servers:
        yield bootstrap_servers


@pytest.fixture
def kafka(broker: str) -> Iterator[Kafka]:
    """That broker, with all topics there are under a prefix of this test's own."""
    with brokers_here.topics_of_a_test(broker) as kafka:
        yield kafka
