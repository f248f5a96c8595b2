"""Fresh databases for each test: copies of a migrated pair, made by the login that is no superuser."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from infra.embedded import EmbeddedPostgres, Urls
from infra.postgres import migrate
from infra.view_tables import prepare_views
from projections.catalogue import VIEWS


class Databases:
    """Makes pairs of databases (log and vault) on one server."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self.server = server
        self._numbers = itertools.count(1)
        self._template: Urls | None = None

    @contextmanager
    def fresh(self) -> Iterator[Urls]:
        """A migrated and empty pair, dropped afterwards whoever is still connected."""
        self.server.start()  # a test before may have left it stopped
        if self._template is None:
            self._create("template_log", "template_vault")
            self._template = self._urls("template_log", "template_vault")
            migrate(self._template.database_url, self._template.vault_url)
            prepare_views(self._template.database_url, VIEWS)
        number = next(self._numbers)
        log, vault = f"log_{number}", f"vault_{number}"
        self._create(log, vault, like=("template_log", "template_vault"))
        try:
            yield self._urls(log, vault)
        finally:
            self.server.start()
            self._drop(log, vault)

    def _urls(self, log: str, vault: str) -> Urls:
        return Urls(self.server.url(log), self.server.url(vault))

    def _create(self, *names: str, like: tuple[str, ...] = ("template1", "template1")) -> None:
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            for name, template in zip(names, like, strict=True):
                connection.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
                )

    def _drop(self, *names: str) -> None:
        # Only a superuser may end what FORCE has to end where autovacuum is at work.
        with psycopg.connect(self.server.url("postgres", "postgres"), autocommit=True) as connection:
            for name in names:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def superuser_url(server: EmbeddedPostgres, url: str) -> str:
    """The same database for the server's superuser, who sees all that there is."""
    return server.url(str(conninfo_to_dict(url)["dbname"]), "postgres")
