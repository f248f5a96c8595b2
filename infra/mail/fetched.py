"""How far each mailbox was fetched, in the log's database. No text: numbers and times."""

from __future__ import annotations

from dataclasses import dataclass

from infra.postgres.database import Connection

_BEGIN = """
INSERT INTO antiphon.mail_fetched AS f (mailbox, late_seconds) VALUES (%(mailbox)s, %(late)s)
ON CONFLICT (mailbox) DO UPDATE SET late_seconds = excluded.late_seconds,
    succeeded_at = CASE WHEN f.wanted THEN f.succeeded_at ELSE clock_timestamp() END, wanted = true"""
_LEAVE = "UPDATE antiphon.mail_fetched SET wanted = false WHERE wanted AND mailbox IS DISTINCT FROM %s"
_READ = "SELECT uidvalidity, uid FROM antiphon.mail_fetched WHERE mailbox = %s"
_MOVE = "UPDATE antiphon.mail_fetched SET uidvalidity = %s, uid = %s WHERE mailbox = %s"
_SUCCEEDED = "UPDATE antiphon.mail_fetched SET succeeded_at = clock_timestamp() WHERE mailbox = %s"
_LATE = """
SELECT extract(epoch FROM clock_timestamp() - succeeded_at)::float8, late_seconds
FROM antiphon.mail_fetched WHERE mailbox = %s"""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to which mail a folder was fetched: the number (UID) of the last one, under this UIDVALIDITY."""

    validity: int = 0
    number: int = 0


def begin(connection: Connection, mailbox: str | None, late_seconds: float = 0) -> None:
    """From now on, this mailbox is fetched, and no other; none at all by None. Where no fetching succeeds for so many
    seconds, doctor says so."""
    connection.execute(_LEAVE, (mailbox,))
    if mailbox is not None:
        connection.execute(_BEGIN, {"mailbox": mailbox, "late": late_seconds})


def cursor(connection: Connection, mailbox: str) -> Cursor:
    """How far a mailbox was fetched; to its beginning where it never was."""
    row = connection.execute(_READ, (mailbox,)).fetchone()
    return Cursor(*row) if row else Cursor()


def move(connection: Connection, mailbox: str, to: Cursor) -> None:
    """All up to this mail is in the log."""
    connection.execute(_MOVE, (to.validity, to.number, mailbox))


def succeeded(connection: Connection, mailbox: str) -> None:
    """All of the mailbox is in the log by now."""
    connection.execute(_SUCCEEDED, (mailbox,))


def late(connection: Connection, mailbox: str) -> float | None:
    """For how many seconds no fetching of a mailbox has succeeded, where that is too long."""
    seconds, most = connection.execute(_LATE, (mailbox,)).fetchone() or (0.0, 0.0)
    return seconds if seconds > most else None
