"""What the rows of views amounted to when they were last replayed from zero, for checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from infra.postgres.database import Connection


@dataclass(frozen=True, slots=True)
class ViewHash:
    """The rows of a version of a view, replayed from zero up to a position, with every personal text left out, so that
    an erasure changes nothing of it. `sha256`: as hexadecimal digits."""

    name: str
    version: int
    position: int
    sha256: str

    def __str__(self) -> str:
        return f"view {self.name} {self.version} {self.position} {self.sha256}"

    @classmethod
    def parse(cls, line: str) -> Self | None:
        """What a line of a checkpoint says of a view; None where the line says something else."""
        match line.split(" "):
            case ["view", name, version, position, sha256] if version.isdecimal() and position.isdecimal():
                return cls(name, int(version), int(position), sha256)
            case _:
                return None


def not_said(connection: Connection) -> tuple[list[ViewHash], int]:
    """The hashes that no checkpoint says yet, the last one of each view, by name; and the number of the last of all."""
    found = connection.execute(
        "SELECT DISTINCT ON (name) name, version, position, sha256, max(number) OVER () FROM antiphon.view_hashes "
        "WHERE number > (SELECT view_hash FROM antiphon.proof_status) ORDER BY name, number DESC"
    ).fetchall()
    return [ViewHash(*row[:4]) for row in found], max((row[4] for row in found), default=0)


def said(connection: Connection, number: int) -> None:
    """Keep that a checkpoint says the hashes up to this one."""
    connection.execute("UPDATE antiphon.proof_status SET view_hash = greatest(view_hash, %s)", (number,))


def keep(connection: Connection, found: ViewHash) -> None:
    """Keep what a replay amounted to."""
    connection.execute(
        "INSERT INTO antiphon.view_hashes (name, version, position, sha256) VALUES (%s, %s, %s, %s)",
        (found.name, found.version, found.position, found.sha256),
    )
