"""Databases for tests: one pair that is emptied between them, and further ones, copied from a migrated pair."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from infra.embedded.postgres import EmbeddedPostgres, Urls
from infra.postgres.migrate import migrate
from infra.views.schema import prepare_views
from projections.catalogue import VIEWS

FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Settings of a server that need not outlive a crash: nothing waits for the disk."""

GONE_SECONDS = 0.5
"""How long connections that were closed may take to be gone."""

_OURS = "nspname !~ '^pg_' AND nspname <> 'information_schema'"

# Deleting is 100 times cheaper than truncating, which makes new files. Up to ten pages the planner takes a table that
# was never analysed for the same size as an empty one.
_EMPTY = """
DO $$
DECLARE
    each record;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR each IN
        SELECT c.oid::regclass AS name, pg_relation_size(c.oid) > 10 * 8192 AS large, nspname, relname, reltuples
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
        WHERE relkind = 'r' AND {ours} AND pg_relation_size(c.oid) > 0
    LOOP
        IF each.large THEN
            EXECUTE format('TRUNCATE %s', each.name);
        ELSE
            EXECUTE format('DELETE FROM %s', each.name);
        END IF;
        IF each.reltuples <> -1 THEN
            PERFORM pg_clear_relation_stats(each.nspname, each.relname);
            PERFORM pg_clear_attribute_stats(schemaname, tablename, attname, inherited)
            FROM pg_stats WHERE (schemaname, tablename) = (each.nspname, each.relname);
        END IF;
    END LOOP;
    {restore}
END
$$
"""

_OTHERS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

# Everything a test might have left changed: what there is, whose it is, who may do what with it, and how it is made.
_SHAPE = """
WITH spaces AS (SELECT oid, nspname, nspowner, nspacl FROM pg_namespace WHERE {ours})
SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
    SELECT concat_ws(' ', 'schema', nspname, nspowner, nspacl) AS line FROM spaces
    UNION ALL
    SELECT concat_ws(
        ' ', 'relation', nspname, relname, relkind, relowner, relacl, reloptions, relhastriggers, description
    )
    FROM pg_class AS c JOIN spaces AS s ON s.oid = relnamespace
    LEFT JOIN pg_description AS d ON (d.objoid, d.classoid, d.objsubid) = (c.oid, 'pg_class'::regclass, 0)
    UNION ALL
    SELECT concat_ws(
        ' ', 'column', nspname, relname, attnum, attname,
        atttypid::regtype, attnotnull, attstattarget, attstorage, attacl
    )
    FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid JOIN spaces AS s ON s.oid = relnamespace WHERE attnum > 0
    UNION ALL
    SELECT concat_ws(' ', 'constraint', nspname, relname, conname, contype)
    FROM pg_constraint JOIN pg_class AS c ON c.oid = conrelid JOIN spaces AS s ON s.oid = relnamespace
    UNION ALL
    SELECT concat_ws(
        ' ', 'function', nspname, proname, pg_get_function_identity_arguments(p.oid),
        proowner, proacl, proconfig, md5(prosrc)
    )
    FROM pg_proc AS p JOIN spaces AS s ON s.oid = pronamespace
    UNION ALL
    SELECT concat_ws(' ', 'setting', setrole, setconfig) FROM pg_db_role_setting
    WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
) AS lines
"""


@dataclass(frozen=True)
class Kind:
    """What a database of a migrated pair is like: its shape, and the statement that makes it what it was."""

    shape: str
    emptying: str


class Databases:
    """Makes pairs of databases (log and vault) on one server, by the login that is no superuser."""

    def __init__(self, server: EmbeddedPostgres, name: str = "test") -> None:
        """`name` tells what is made here from what others make on the same server."""
        self.server = server
        self._name = name
        self._numbers = itertools.count(1)
        self._template: Urls | None = None
        self._kinds: tuple[Kind, Kind] | None = None
        self._kept: Urls | None = None
        self._superusers: dict[str, psycopg.Connection] = {}
        """Whoever empties the kept pair, by URL: a backend that has read the catalogs does it in a third of the time of
        a new one."""

    def close(self) -> None:
        """Let go of the kept pair."""
        for connection in self._superusers.values():
            connection.close()
        self._superusers.clear()

    @contextmanager
    def fresh(self) -> Iterator[Urls]:
        """A migrated and empty pair, dropped afterwards whoever is still connected."""
        urls = self._made()
        try:
            yield urls
        finally:
            self.server.start()  # a test may have left it stopped
            self._drop(urls)

    @contextmanager
    def emptied(self) -> Iterator[Urls]:
        """A migrated and empty pair, kept for the next who asks: emptied afterwards, or dropped where a test has left
        somebody connected to it or its schema changed.
        """
        urls, self._kept = self._kept or self._made(), None
        try:
            yield urls
        finally:
            if self.empty(urls):
                self._kept = urls
            else:
                self._drop(urls)

    def empty(self, urls: Urls) -> bool:
        """Make a pair what it was when it was made. Answers whether it is: nobody connected, the schema unchanged."""
        if self._kinds is None:
            self._kinds = self._kind(self._migrated().database_url), self._kind(self._migrated().vault_url)
        return all(
            self._empty(url, kind) for url, kind in zip((urls.database_url, urls.vault_url), self._kinds, strict=True)
        )

    @contextmanager
    def copied(self, urls: Urls) -> Iterator[Urls]:
        """A copy of a pair to which nobody is connected, dropped afterwards."""
        copy = self._copy(urls)
        try:
            yield copy
        finally:
            self._drop(copy)

    def _migrated(self) -> Urls:
        if self._template is None:
            self.server.start()
            self._template = self._urls("template")
            self._create(self._template, like=Urls(self.server.url("template1"), self.server.url("template1")))
            migrate(self._template.database_url, self._template.vault_url)
            prepare_views(self._template.database_url, VIEWS)
        return self._template

    def _made(self) -> Urls:
        return self._copy(self._migrated())

    def _copy(self, urls: Urls) -> Urls:
        copy = self._urls(str(next(self._numbers)))
        self._create(copy, like=urls)
        return copy

    def _urls(self, which: str) -> Urls:
        return Urls(self.server.url(f"{self._name}_log_{which}"), self.server.url(f"{self._name}_vault_{which}"))

    def _create(self, urls: Urls, like: Urls) -> None:
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            for new, template in ((urls.database_url, like.database_url), (urls.vault_url, like.vault_url)):
                # By files: a third of what going through the write-ahead log takes.
                create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
                connection.execute(create.format(sql.Identifier(_name(new)), sql.Identifier(_name(template))))

    def _drop(self, urls: Urls) -> None:
        for url in (urls.database_url, urls.vault_url):
            if url in self._superusers:
                self._superusers.pop(url).close()
        # Only a superuser may end what FORCE has to end where autovacuum is at work.
        with psycopg.connect(self.server.url("postgres", "postgres"), autocommit=True) as connection:
            for url in (urls.database_url, urls.vault_url):
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(_name(url))))

    def _kind(self, url: str) -> Kind:
        with psycopg.connect(superuser_url(self.server, url), autocommit=True) as connection:
            return Kind(_shape(connection), _EMPTY.format(ours=_OURS, restore=" ".join(_rows(connection))))

    def _empty(self, url: str, kind: Kind) -> bool:
        connection = self._superuser(url)
        if not _left_alone(connection) or _shape(connection) != kind.shape:
            return False
        connection.execute(kind.emptying.encode())
        return True

    def _superuser(self, url: str) -> psycopg.Connection:
        """Somebody who is connected to this database, and stays so."""
        if connection := self._superusers.get(url):
            try:
                connection.execute("")
                return connection
            except psycopg.OperationalError:  # a test has ended all connections
                connection.close()
        # Nothing is prepared: a test may have changed what a statement is about.
        connection = psycopg.connect(superuser_url(self.server, url), autocommit=True, prepare_threshold=None)
        self._superusers[url] = connection
        return connection


def _left_alone(connection: psycopg.Connection) -> bool:
    """Whether nobody else is connected, once those who have closed their connections are gone."""
    until = time.monotonic() + GONE_SECONDS
    while connection.execute(_OTHERS).fetchone():
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


def _shape(connection: psycopg.Connection) -> str:
    (found,) = connection.execute(_SHAPE.format(ours=_OURS).encode()).fetchall()
    return str(found[0])


def _rows(connection: psycopg.Connection) -> Iterator[str]:
    """Statements that insert the rows there are."""
    tables = (
        "SELECT nspname, relname FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace "
        f"WHERE relkind = 'r' AND {_OURS} AND pg_relation_size(pg_class.oid) > 0"
    )
    for name in [sql.Identifier(*table) for table in connection.execute(tables.encode()).fetchall()]:
        rows = connection.execute(sql.SQL("SELECT json_agg(t)::text FROM {} AS t").format(name)).fetchone()
        insert = sql.SQL("INSERT INTO {} SELECT * FROM json_populate_recordset(NULL::{}, {});")
        if rows and rows[0]:
            yield insert.format(name, name, sql.Literal(rows[0])).as_string(connection)


def superuser_url(server: EmbeddedPostgres, url: str) -> str:
    """The same database for the server's superuser, who sees all that there is."""
    return server.url(_name(url), "postgres")


def _name(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])
