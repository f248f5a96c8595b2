"""Services with separate logins: each login may do its own work, and no login of a service is the owner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from commands.conversation.delivering import deliver
from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.postgres.database import Role, check_login, connect
from tests.cli.conftest import Antiphon
from tests.cli.conftest import antiphon as antiphon  # the fixture
from tests.support import append_lock
from tests.support.companies import GATEWAY, mail, opened
from tests.support.databases import Databases

PAGE = (Path(__file__).parents[2] / "docs" / "production.md").read_text()
GRANTS = re.findall(r"^    (GRANT antiphon_.* TO shop_\w+ WITH INHERIT FALSE, SET TRUE);$", PAGE, re.MULTILINE)

GRANTED: dict[str, tuple[str, ...]] = {
    "shop_writer": ("appender", "auditor"),
    "shop_reader": ("reader",),
    "shop_projector": ("projector",),
    "shop_keys": ("keykeeper",),
}
"""The logins of docs/production.md, and what each may work as."""


@pytest.fixture
def apart(databases: Databases, database_urls: Urls) -> Iterator[Urls]:
    """The databases as services with separate logins have them: without the owner, and granted as the page says."""
    with psycopg.connect(databases.server.url("postgres", "postgres"), autocommit=True) as superuser:
        for login in GRANTED:
            superuser.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(login)))
        assert len(GRANTS) == len(GRANTED)
        with psycopg.connect(databases.server.url("postgres"), autocommit=True) as owner:
            for grant in GRANTS:
                owner.execute(grant)
        log = {login: make_conninfo(database_urls.database_url, user=login) for login in GRANTED}
        try:
            yield Urls(
                log["shop_writer"],
                make_conninfo(database_urls.vault_url, user="shop_keys"),
                reader_url=log["shop_reader"],
                projector_url=log["shop_projector"],
            )
        finally:
            for login in GRANTED:
                superuser.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(login)))


def as_login(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True)


def test_the_writer_appends_and_changes_nothing_of_the_log(apart: Urls) -> None:
    with opened(apart) as executor:
        deliver(executor, mail(1), GATEWAY)
    for role in ("appender", "auditor"):
        with connect(apart.database_url, role) as connection:
            for statement in (
                "UPDATE antiphon.log SET position = position",
                "DELETE FROM antiphon.log",
                "TRUNCATE antiphon.log",
                "INSERT INTO antiphon.log SELECT * FROM antiphon.log",
                "UPDATE antiphon.installation SET id = 'other'",
                "DROP TABLE antiphon.log",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.encode())


@pytest.mark.parametrize("login", GRANTED)
def test_no_login_of_services_works_as_more_than_its_own_roles(apart: Urls, login: str) -> None:
    every: tuple[Role, ...] = ("owner", "appender", "projector", "reader", "auditor", "keykeeper")
    url = apart.vault_url if login == "shop_keys" else make_conninfo(apart.database_url, user=login)
    with as_login(url) as connection:
        for role in every:
            granted = role in GRANTED[login]
            change = sql.SQL("SET ROLE {}").format(sql.Identifier(f"antiphon_{role}"))
            if granted:
                connection.execute(change)
                connection.execute("RESET ROLE")
                check_login(url, role)
            else:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(change)
                with pytest.raises(Refusal, match=f"database-unfit: the login {login} may not work as antiphon_{role}"):
                    check_login(url, role)


def test_no_login_of_services_stops_appends_with_a_lock(apart: Urls, database_urls: Urls) -> None:
    # Given whoever reads, with every advisory lock there is for the taking
    with as_login(apart.of("reader")) as reader, opened(apart) as executor:
        reader.execute("SELECT pg_advisory_lock(n) FROM unnest(ARRAY[4711, 4712]) AS n")
        # When, Then appends go on
        deliver(executor, mail(1), GATEWAY)
        # and the lock that would stop them is the owner's.
        for login in ("shop_writer", "shop_reader", "shop_projector"):
            with as_login(make_conninfo(apart.database_url, user=login)) as connection:
                for role in GRANTED[login]:
                    connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(f"antiphon_{role}")))
                    with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                        connection.execute("LOCK TABLE antiphon.append_lock IN ACCESS SHARE MODE")
    # When it is held all the same, by the owner, then an append waits: the test looks at the right lock.
    with psycopg.connect(database_urls.database_url, autocommit=True) as owner, opened(apart) as executor:
        append_lock.hold(owner)
        with as_login(apart.of("appender")) as other:
            other.execute("SET ROLE antiphon_appender")
            other.execute("SET lock_timeout = '20ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute(
                    "SELECT antiphon.append('{1}', '{0}', '{a}', '{1}', '{t}', '{x}', '{}', '{}', '{}', '{}', '{}', "
                    "'{}', '{}', '{}', '{}')"
                )
        append_lock.let_go(owner)


def test_services_and_verbs_work_without_the_owner(
    antiphon: Antiphon, apart: Urls, database_urls: Urls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given
    with_logins(monkeypatch, apart)
    # When, Then an empty log and key store are paired, views are filled and read, backups are made
    opened_one = antiphon("open", "inquiry", "Are you open?", "--from", "ada@example.org")
    assert (opened_one.status, opened_one.err) == (0, "")
    assert "Are you open?" in antiphon("show", opened_one.id).out
    assert antiphon("inbox").status == 0
    assert antiphon("backup", str(tmp_path / "log.backup")).status == 0
    assert antiphon("doctor").status == 0
    # and what takes the owner says so.
    for verb in (["rebuild", "inbox"], ["retire"], ["migrate"]):
        ran = antiphon(*verb)
        assert (ran.status, ran.err.split(": ")[1]) == (2, "database-unfit"), ran
    # When the owner's login is among the settings, then they work.
    monkeypatch.setenv("DATABASE_OWNER_URL", database_urls.database_url)
    monkeypatch.setenv("VAULT_OWNER_URL", database_urls.vault_url)
    for verb in (["rebuild", "inbox"], ["retire"], ["migrate"]):
        assert antiphon(*verb).status == 0


def test_a_login_without_its_role_is_named_at_the_start(
    antiphon: Antiphon, apart: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_logins(monkeypatch, replace(apart, reader_url=apart.projector_url))
    ran = antiphon("inbox")
    assert ran.status == 2
    assert "database-unfit: the login shop_projector may not work as antiphon_reader" in ran.err


def with_logins(monkeypatch: pytest.MonkeyPatch, urls: Urls) -> None:
    monkeypatch.setenv("DATABASE_URL", urls.database_url)
    monkeypatch.setenv("VAULT_URL", urls.vault_url)
    monkeypatch.setenv("DATABASE_READER_URL", urls.of("reader"))
    monkeypatch.setenv("DATABASE_PROJECTOR_URL", urls.of("projector"))
