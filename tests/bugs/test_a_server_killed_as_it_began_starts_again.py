"""A server that was killed before it had written its process id starts again."""

from __future__ import annotations

from pathlib import Path

from infra.embedded.postgres import EmbeddedPostgres


def test_a_server_killed_as_it_began_starts_again(home: Path) -> None:
    # Given a server that left its lock file empty
    server = EmbeddedPostgres(home)
    server.start()
    server.stop()
    (home / "postgres" / "postmaster.pid").touch()
    # When
    server.start()
    # Then
    try:
        assert server.pid
    finally:
        server.stop()
