"""Each role may do its own work and nothing else: tried as that role."""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg import sql

from infra.embedded.postgres import Urls
from infra.log.recorder import Recorder
from infra.postgres.database import Database, Role, connect

ROLES: tuple[Role, ...] = ("appender", "projector", "reader", "auditor", "keykeeper")
OURS = ("log", "claims", "erased")

WRITES: tuple[LiteralString, ...] = (
    "INSERT INTO {} SELECT * FROM {}",
    "DELETE FROM {}",
    "TRUNCATE {}",
    "LOCK TABLE {} IN ROW SHARE MODE",
    "LOCK TABLE {} IN EXCLUSIVE MODE",
    "ALTER TABLE {} ADD COLUMN more text",
    "DROP TABLE {}",
    "CREATE TRIGGER t BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
)


def refused(connection: psycopg.Connection[Any], statement: sql.Composed | LiteralString) -> bool:
    try:
        with connection.transaction():
            connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", OURS)
def test_nobody_writes_to_log_claims_or_fence_past_the_function(database_urls: Urls, role: Role, table: str) -> None:
    name = sql.Identifier("antiphon", table)
    column = sql.Identifier("subject" if table == "erased" else "position")
    with connect(database_urls.database_url, role) as connection:
        for write in WRITES:
            assert refused(connection, sql.SQL(write).format(name, name)), write
        assert refused(connection, sql.SQL("UPDATE {} SET {} = DEFAULT").format(name, column))


MAY_READ: dict[Role, set[str]] = {
    "appender": {"log", "claims", "erased", "followers", "parked", "views"},
    "projector": {"log", "followers", "parked", "views"},
    "reader": {"followers", "parked", "views"},
    "auditor": {"log", "claims", "erased", "followers", "parked", "views"},
    "keykeeper": set(),
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reads_what_it_needs(database_urls: Urls, role: Role) -> None:
    with connect(database_urls.database_url, role) as connection:
        readable = {
            table
            for table in (*OURS, "followers", "parked", "views")
            if not refused(connection, sql.SQL("TABLE {}").format(sql.Identifier("antiphon", table)))
        }
    assert readable == MAY_READ[role]


@pytest.mark.parametrize("role", ROLES)
def test_only_the_appender_appends_and_nobody_changes_the_function(database_urls: Urls, role: Role) -> None:
    recorder = Recorder(Database(database_urls.database_url, role))
    try:
        if role == "appender":
            assert recorder.insert_events([StoredEvent("a", 1, "topic", b"{}")]) == [1]
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                recorder.insert_events([StoredEvent("a", 1, "topic", b"{}")])
    finally:
        recorder.close()
    with connect(database_urls.database_url, role) as connection:
        statements: tuple[LiteralString, ...] = (
            "ALTER FUNCTION antiphon.append SECURITY INVOKER",
            "DROP FUNCTION antiphon.append",
            "CREATE FUNCTION antiphon.unnest(int[]) RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE TABLE antiphon.more ()",
            "CREATE TABLE views.more ()",
            "CREATE TABLE public.more ()",
            "DROP SCHEMA antiphon CASCADE",
        )
        for statement in statements:
            assert refused(connection, statement), statement


def test_names_of_the_callers_own_do_not_reach_into_the_function(database_urls: Urls) -> None:
    # Given a caller who has a log of their own, first in line
    with connect(database_urls.database_url, "appender") as connection:
        connection.execute("CREATE TEMPORARY TABLE log (LIKE antiphon.log)")
        connection.execute("CREATE TEMPORARY TABLE claims (LIKE antiphon.claims)")
        connection.execute("SET search_path = pg_temp, antiphon")
        # When
        connection.execute(
            "SELECT antiphon.append('{1}', '{0}', '{a}', '{1}', '{topic}', '{x}', '{}', '{}', '{}', '{}', '{}', "
            "'{}', '{}', '{}', '{}')"
        )
        # Then
        assert connection.execute("SELECT count(*) FROM antiphon.log").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM pg_temp.log").fetchone() == (0,)


def test_the_vault_is_the_keykeepers_alone(database_urls: Urls) -> None:
    for role in ROLES:
        with connect(database_urls.vault_url, role) as connection:
            assert refused(connection, "TABLE vault.keys") == (role != "keykeeper"), role
