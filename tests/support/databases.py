"""Fresh databases for each test: copies of a migrated pair, made by the login that is no superuser."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from infra.embedded import EmbeddedPostgres, Urls
from infra.postgres import migrate
from infra.view_tables import prepare_views
from projections.catalogue import VIEWS

FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Settings of a server that need not outlive a crash: nothing waits for the disk."""


class Databases:
    """Makes pairs of databases (log and vault) on one server."""

    def __init__(self, server: EmbeddedPostgres, *, ahead: bool = False) -> None:
        """`ahead`: make the next pair while the one before is in use, which saves a test half of its time."""
        self.server = server
        self._numbers = itertools.count(1)
        self._template: Urls | None = None
        self._ahead = ahead
        self._next: Future[tuple[str, str]] | None = None
        self._meanwhile = ThreadPoolExecutor(1)

    @contextmanager
    def fresh(self) -> Iterator[Urls]:
        """A migrated and empty pair, dropped afterwards whoever is still connected."""
        self.server.start()  # a test before may have left it stopped
        if self._template is None:
            self._create("template_log", "template_vault")
            self._template = self._urls("template_log", "template_vault")
            migrate(self._template.database_url, self._template.vault_url)
            prepare_views(self._template.database_url, VIEWS)
        log, vault = self._pair()
        try:
            yield self._urls(log, vault)
        finally:
            self.server.start()
            if self._ahead:
                self._meanwhile.submit(self._drop, log, vault)
            else:
                self._drop(log, vault)

    @contextmanager
    def copied(self, urls: Urls) -> Iterator[Urls]:
        """A copy of a pair to which nobody is connected, dropped afterwards."""
        number = next(self._numbers)
        log, vault = f"log_{number}", f"vault_{number}"
        self._create(log, vault, like=(_name(urls.database_url), _name(urls.vault_url)))
        try:
            yield self._urls(log, vault)
        finally:
            self._drop(log, vault)

    def close(self) -> None:
        """Wait for what is done meanwhile."""
        self._meanwhile.shutdown()

    def _pair(self) -> tuple[str, str]:
        coming, self._next = self._next, None
        try:
            pair = coming.result() if coming else self._make()
        except psycopg.Error:  # the test before stopped the server meanwhile
            pair = self._make()
        if self._ahead:
            self._next = self._meanwhile.submit(self._make)
        return pair

    def _make(self) -> tuple[str, str]:
        number = next(self._numbers)
        log, vault = f"log_{number}", f"vault_{number}"
        self._create(log, vault, like=("template_log", "template_vault"))
        return log, vault

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
    return server.url(_name(url), "postgres")


def _name(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])
