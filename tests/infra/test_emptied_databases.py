"""The pair of databases that tests share is, for each of them, as good as new."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from commands.conversation.delivering import deliver
from infra.embedded.postgres import EmbeddedPostgres, Urls
from infra.postgres.database import Database, connect
from projections.conversation.inbox import INBOX
from tests.support.companies import GATEWAY, mail, opened
from tests.support.databases import Databases, superuser_url
from tests.support.following import catch_up


@pytest.fixture(scope="module")
def databases(server: EmbeddedPostgres) -> Iterator[Databases]:
    """With a shared pair of their own."""
    databases = Databases(server, "emptied")
    yield databases
    databases.close()


def content(databases: Databases, urls: Urls) -> dict[str, str]:
    """Every row of every table, and what the planner believes of them."""
    found = {}
    for what, url in (("log", urls.database_url), ("vault", urls.vault_url)):
        with psycopg.connect(superuser_url(databases.server, url)) as connection:
            tables = connection.execute(
                "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace IN "
                "(SELECT oid FROM pg_namespace WHERE nspname IN ('antiphon', 'views', 'vault', 'public'))"
            ).fetchall()
            for (table,) in tables:
                rows = connection.execute(f"SELECT t::text FROM {table} AS t ORDER BY 1".encode()).fetchall()
                found[table] = str(rows)
            sizes = "SELECT relname, reltuples FROM pg_class WHERE relname IN ('log', 'search_v6', 'keys') ORDER BY 1"
            found[f"sizes of {what}"] = str(connection.execute(sizes.encode()).fetchall())
    return found


def used(urls: Urls, messages: int) -> None:
    """Write into log, vault and views, and have it analysed."""
    projector = Database(urls.database_url, "projector")
    with opened(urls) as executor:
        for number in range(messages):
            deliver(executor, mail(number, f"t{number % 3}"), GATEWAY)
        catch_up(executor.log, projector)
    projector.close()
    with connect(urls.database_url, "owner") as owner:
        owner.execute("ANALYZE")


@pytest.mark.parametrize("messages", [3, 300])
def test_what_a_test_wrote_is_gone_and_the_rest_is_there(databases: Databases, messages: int) -> None:
    # Given
    with databases.fresh() as urls:
        new = content(databases, urls)
    # When
    with databases.emptied() as first:
        used(first, messages)
        assert content(databases, first) != new
    # Then
    with databases.emptied() as second:
        assert second == first
        assert {table: rows for table, rows in content(databases, second).items() if rows != new[table]} == {}
        used(second, messages)


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE views.more ()",
        "ALTER TABLE antiphon.log ADD COLUMN more text",
        f"DROP TABLE views.inbox_v{INBOX.version}",
        "GRANT INSERT ON antiphon.log TO antiphon_reader",
        "CREATE INDEX ON antiphon.claims (id)",
        f"COMMENT ON TABLE views.inbox_v{INBOX.version} IS 'made for another row'",
        "CREATE OR REPLACE FUNCTION views.spaced(said text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' $$",
        "CREATE TRIGGER t BEFORE INSERT ON antiphon.log EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ],
)
def test_a_pair_with_another_schema_is_not_used_again(databases: Databases, change: str) -> None:
    # Given
    with databases.emptied() as first, connect(first.database_url, "owner") as owner:
        # When
        owner.execute(change.encode())
    # Then
    with databases.emptied() as second:
        assert second != first


def test_a_pair_is_used_again_though_a_test_ended_all_connections(databases: Databases) -> None:
    # Given
    with databases.emptied() as first:
        used(first, 3)
    with databases.emptied():
        ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        with psycopg.connect(superuser_url(databases.server, first.database_url), autocommit=True) as superuser:
            superuser.execute(ending, [superuser.info.dbname])
    # Then
    with databases.emptied() as second:
        assert second == first


def test_a_pair_with_somebody_connected_is_not_used_again(databases: Databases) -> None:
    # Given
    with databases.emptied() as first:
        left = connect(first.database_url)
    # Then
    with databases.emptied() as second:
        assert second != first
    with pytest.raises(psycopg.OperationalError):
        left.execute("")
    left.close()
