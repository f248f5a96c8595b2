"""Who waits for an advisory lock waits for those who do the same thing, and for nobody else: the sender of mails holds
its lock as long as it sends, and neither looks nor checkpoints wait for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from infra.embedded.postgres import Urls
from infra.postgres import locks
from infra.postgres.database import Database, connect
from infra.trail.reading import settled

ROOT = Path(__file__).parents[2]
ROOMS = ("api", "audit", "cli", "commands", "consumers", "domain", "infra", "process", "projections")
NUMBERED = re.compile(r"advisory_(?:xact_)?(?:un)?lock(?:_shared)?\(\s*(\d+)|try_advisory_lock\(\s*(\d+)")


def numbered(source: str) -> Iterator[int]:
    """The numbers of the locks that a source takes by their numbers."""
    for found in NUMBERED.finditer(source):
        yield int(found[1] or found[2])


def test_the_sender_of_mails_keeps_nobody_from_recording_looks(projector: Database, database_urls: Urls) -> None:
    with connect(database_urls.database_url, "reader") as sender, projector.connection() as connection:
        # Given
        assert sender.execute("SELECT pg_try_advisory_lock(%s)", [locks.MAIL_SENDER]).fetchone() == (True,)
        # Then
        assert settled(connection) == 0  # Overloaded, where it waited


def test_no_number_stands_for_two_things() -> None:
    named = [number for name, number in vars(locks).items() if name.isupper()]
    append = set(numbered((ROOT / "infra/postgres/migrations/log/functions/append.sql").read_text()))
    assert len({*named, *append}) == len(named) + len(append) == 5
    assert [*numbered("pg_advisory_xact_lock(1), pg_try_advisory_lock(2), pg_advisory_xact_lock_shared(3)")] == [
        1,
        2,
        3,
    ]


def test_no_source_takes_a_lock_by_a_number() -> None:
    sources = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    assert [file for file in sources if [*numbered(file.read_text())]] == []
    assert len(sources) > 400
