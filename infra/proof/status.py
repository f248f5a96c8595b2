"""What was proved last, as the database keeps it for `antiphon doctor` and metrics. Nothing is proved by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from infra.postgres.database import Connection


@dataclass(frozen=True, slots=True)
class ProofStatus:
    """The last checkpoint and the last verification. `failing`: the code of why no checkpoint can be made now;
    `wrong_position`: the first position that the verification found wrong."""

    checkpoint_size: int = 0
    checkpoint_position: int = 0
    checkpoint_at: datetime | None = None
    failing: str | None = None
    verified_at: datetime | None = None
    verified_position: int | None = None
    wrong_position: int | None = None


def status(connection: Connection) -> ProofStatus:
    """What was proved last."""
    row = connection.execute(
        "SELECT checkpoint_size, checkpoint_position, checkpoint_at, failing, verified_at, verified_position, "
        "wrong_position FROM antiphon.proof_status"
    ).fetchone()
    return ProofStatus(*row) if row else ProofStatus()


def lock(connection: Connection) -> None:
    """Wait until no other process makes a checkpoint, and keep others waiting until the transaction ends."""
    connection.execute("INSERT INTO antiphon.proof_status DEFAULT VALUES ON CONFLICT (one) DO NOTHING")
    connection.execute("SELECT FROM antiphon.proof_status FOR UPDATE")


def checkpoint_made(connection: Connection, size: int, position: int, at: datetime) -> None:
    """Keep which checkpoint was made last."""
    connection.execute(
        "INSERT INTO antiphon.proof_status (checkpoint_size, checkpoint_position, checkpoint_at) VALUES (%s, %s, %s) "
        "ON CONFLICT (one) DO UPDATE SET checkpoint_size = excluded.checkpoint_size, "
        "checkpoint_position = excluded.checkpoint_position, checkpoint_at = excluded.checkpoint_at, failing = NULL",
        (size, position, at),
    )


def checkpoint_failed(connection: Connection, code: str) -> None:
    """Keep why no checkpoint can be made."""
    connection.execute(
        "INSERT INTO antiphon.proof_status (failing) VALUES (%s) "
        "ON CONFLICT (one) DO UPDATE SET failing = excluded.failing",
        (code,),
    )


def verified(connection: Connection, position: int, wrong_position: int | None) -> None:
    """Keep what a verification found of the log up to a position."""
    connection.execute(
        "INSERT INTO antiphon.proof_status (verified_at, verified_position, wrong_position) "
        "VALUES (clock_timestamp(), %s, %s) ON CONFLICT (one) DO UPDATE SET verified_at = excluded.verified_at, "
        "verified_position = excluded.verified_position, wrong_position = excluded.wrong_position",
        (position, wrong_position),
    )
