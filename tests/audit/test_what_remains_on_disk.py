"""PostgreSQL's own files: what never comes to them, what stays after an erasure, and what takes it out of them.

docs/personal-data.md promises no more than this, and names the statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import DATABASE, VAULT, EmbeddedPostgres
from infra.postgres.database import Database, connect
from infra.postgres.migrate import migrate
from infra.views.rebuild import Rebuild
from infra.views.schema import prepare_views
from infra.views.tables import Table
from projections.catalogue import VIEWS
from projections.search.passage import SEARCH
from tests.support.companies import AGENT, opened
from tests.support.following import catch_up
from tests.support.marked_events import about_customers, by_saving, marked_classes, markers_of
from tests.support.marker_scan import STEM, files, markers_in, scan
from tests.support.open_work import erase

pytestmark = pytest.mark.faults

PAGE = Path(__file__).parents[2] / "docs" / "personal-data.md"
EVERY = {m for cls in marked_classes() for m in markers_of(cls)}


@pytest.fixture
def own_server(home: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(home)
    server.start()
    # What the page says to do once: segments kept for reuse before are beyond it.
    as_superuser(server, DATABASE, "ALTER SYSTEM SET wal_recycle = off", "SELECT pg_reload_conf()")
    migrate(server.urls.database_url, server.urls.vault_url)
    prepare_views(server.urls.database_url, VIEWS)
    yield server
    server.stop()


@pytest.fixture
def company(own_server: EmbeddedPostgres) -> Iterator[CommandExecutor]:
    with opened(own_server.urls) as executor:
        yield executor


def as_superuser(server: EmbeddedPostgres, database: str, *statements: str) -> None:
    with psycopg.connect(server.url(database, "postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def documented_statements() -> list[str]:
    return re.findall(r"^    ([A-Z].*?);", PAGE.read_text(), re.MULTILINE)


def wrapped_key(server: EmbeddedPostgres, subject: str) -> bytes:
    with connect(server.urls.vault_url, "keykeeper") as vault:
        row = vault.execute("SELECT wrapped FROM vault.keys WHERE subject = %s", [subject]).fetchone()
    assert row is not None
    return bytes(row[0])


def held_by_files(server: EmbeddedPostgres, text: bytes) -> list[str]:
    return [name for name, content in files(server.home) if text in content]


def index_of_words(server: EmbeddedPostgres) -> Path:
    with psycopg.connect(server.url(DATABASE, "postgres")) as connection:
        row = connection.execute(
            "SELECT current_setting('data_directory'), pg_relation_filepath(indexrelid) FROM pg_index"
            " JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam"
            " WHERE indrelid = 'views.search_v6'::regclass AND amname = 'gin'"
        ).fetchone()
    assert row is not None
    return Path(*row)


def test_texts_and_keys_are_in_no_file_once_the_documented_statements_ran(
    own_server: EmbeddedPostgres, company: CommandExecutor
) -> None:
    # Given
    projector = Database(own_server.urls.database_url, "projector")
    customer_id = by_saving(company)
    wrapped = wrapped_key(own_server, customer_id)
    # Then: the log is sealed in every file, the write-ahead log and the server's log too.
    as_superuser(own_server, DATABASE, "CHECKPOINT")
    assert scan(EVERY, files(own_server.home)) == []
    # When
    catch_up(company.log, projector)
    as_superuser(own_server, VAULT, "ANALYZE")
    erase(company, customer_id, AGENT)
    catch_up(company.log, projector)
    as_superuser(own_server, DATABASE, "CHECKPOINT")
    # Then: what views have shown and what the key was stay, where only the server's files tell.
    left = scan(EVERY, files(own_server.home))
    assert len(markers_in(left)) > 10
    assert all("/postgres/" in found.place for found in left)
    assert held_by_files(own_server, wrapped)
    # When: as the documentation says.
    for view in VIEWS:
        Rebuild(company.log, projector, own_server.urls.database_url, view).replace()
    in_vault, *anywhere = documented_statements()
    as_superuser(own_server, VAULT, in_vault)
    as_superuser(own_server, DATABASE, *anywhere)
    # Then
    assert markers_in(scan(EVERY, files(own_server.home))) <= EVERY - about_customers()
    assert held_by_files(own_server, wrapped) == []
    projector.close()


def test_a_word_stays_in_the_vacuumed_index_until_the_view_is_rebuilt(
    own_server: EmbeddedPostgres, company: CommandExecutor
) -> None:
    # Given
    projector = Database(own_server.urls.database_url, "projector")
    customer_id = by_saving(company)
    catch_up(company.log, projector)
    # When
    erase(company, customer_id, AGENT)
    catch_up(company.log, projector)
    as_superuser(own_server, DATABASE, "VACUUM views.search_v6", "CHECKPOINT")
    # Then
    assert STEM.encode() in index_of_words(own_server).read_bytes()
    # When
    Rebuild(company.log, projector, own_server.urls.database_url, SEARCH).replace()
    as_superuser(own_server, DATABASE, "CHECKPOINT")
    # Then
    assert STEM.encode() not in index_of_words(own_server).read_bytes()
    projector.close()


def test_the_page_names_every_view_that_shows_texts() -> None:
    for view in VIEWS:
        if Table(view).wiped:
            assert f"antiphon rebuild {view.name}" in PAGE.read_text()
    assert len(documented_statements()) == 5
