"""The write-ahead log of an embedded server takes less room than what it protects."""

from __future__ import annotations

import psycopg

from infra.embedded.postgres import EmbeddedPostgres


def test_an_embedded_server_keeps_little_wal(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url("postgres")) as connection:
        rows = connection.execute(
            "SELECT name, setting::int FROM pg_settings WHERE name IN ('max_wal_size', 'min_wal_size') ORDER BY name"
        ).fetchall()
    assert rows == [("max_wal_size", 256), ("min_wal_size", 80)]
