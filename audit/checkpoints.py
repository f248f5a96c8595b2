"""Checkpoints are made: the tree's size and root hash, signed, in each place outside the database.

A checkpoint is made only where it extends the last one in each place: whoever changed the tree in the database, or cut
it off, gets no signature for the result.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Self

import structlog

from audit.note import Checkpoint, NoteInvalid, OtherTree, PublicKey, Signer, opened
from audit.tree import TREE, StoredTree, extend
from audit.zone_files import said_zones
from domain.kernel.refusal import Overloaded, Refusal
from infra.failures import Failures, error_code
from infra.postgres.database import Connection, Database
from infra.proof import status
from infra.proof.keys import KeyFile
from infra.proof.places import CheckpointPlace
from infra.proof.rows import CLAIMS, LOOKS, Stored, last_row
from infra.proof.tiles import Tiles
from infra.proof.view_hashes import not_said, said
from infra.trail.reading import settled

MOST_ADDED = 50_000
"""How many looks, and how many unique keys, one checkpoint adds to their tree, at most."""

BESIDE = (LOOKS, CLAIMS)
"""What has trees beside that of the log."""

PLACES_SECONDS = 60.0
"""How long it may take to write to all places."""

_LOGGER = structlog.get_logger("checkpoints")


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a series of checkpoints. Read anew for each checkpoint, so that a new key signs at once."""

    origin: str
    file: Path
    witness_file: Path | None = None

    def signers(self) -> list[Signer]:
        """Who signs now. Raises Refusal `checkpoint-key-missing`, `master-key-invalid`, `home-not-usable`."""
        signers = [Signer(self.origin, secret) for secret in KeyFile.read(self.file).secrets]
        if self.witness_file is not None:
            witness = KeyFile.read(self.witness_file, make=False)
            signers += [Signer(f"{self.origin}/witness", secret) for secret in witness.secrets]
        return signers

    def public(self) -> list[PublicKey]:
        """The keys whose signatures count, former ones included. Raises as `signers`."""
        files = [self.file, *([self.witness_file] if self.witness_file else [])]
        known = [_public(text, file) for file in files for text in KeyFile.read(file, make=file == self.file).known]
        return [signer.public_key for signer in self.signers()] + known


class Checkpoints:
    """Makes checkpoints of the tree in the database. For one thread."""

    def __init__(self, database: Database, keys: Keys, places: Sequence[CheckpointPlace], zone: str) -> None:
        """`database` is the projector's. `zone`: the company's."""
        self._zone = zone
        self._database = database
        self._keys = keys
        self._places = places

    def make(self) -> Checkpoint | None:
        """Make a checkpoint of the tree as it is; None where each place has one of it, or the log is empty.

        Raises Refusal `checkpoint-not-extended`, `checkpoint-place-away`, `checkpoint-key-missing`, Overloaded.
        """
        try:
            return self._made()
        except Overloaded:
            raise
        except Refusal as refusal:
            with self._database.connection() as connection:
                status.checkpoint_failed(connection, refusal.code)
            raise

    def _made(self) -> Checkpoint | None:
        signers, public = self._keys.signers(), self._keys.public()
        with self._database.connection() as connection:
            last_look = settled(connection)
        with self._database.connection(PLACES_SECONDS) as connection, connection.transaction():
            # One process after the other: so each place has its checkpoints in the order of their sizes.
            status.lock(connection)
            last = {place.name: _last(place, public) for place in self._places}
            size, position = Tiles(connection, TREE).covered()
            trees = {
                LOOKS: _beside(connection, LOOKS, last_look),
                # In the order of the appends, which commit one after the other: none with a lower number is to come.
                CLAIMS: _beside(connection, CLAIMS, last_row(connection, CLAIMS)),
            }
            for where, checkpoint in last.items():
                if checkpoint is not None:
                    _check_extended(connection, checkpoint, size, trees, where)
            hashes, last_hash = not_said(connection)
            zones = said_zones(self._zone).lines()
            more = (*zones, *map(str, filter(None, (*trees.values(), *hashes))))
            behind = [each for each in self._places if hashes or _is_behind(last[each.name], size, trees, zones)]
            now = datetime.now(UTC)
            if size == 0 or not behind:
                if status.status(connection).checkpoint_size < size:  # a process ended before it could keep that
                    status.checkpoint_made(connection, size, position, now)
                return None
            checkpoint = Checkpoint(self._keys.origin, size, StoredTree(connection).root(size), position, now, more)
            note = checkpoint.signed(signers)
            for place in behind:
                try:
                    place.write(f"{now:%Y-%m-%d}", note)
                except OSError as error:
                    raise _away(place, error) from error
            said(connection, last_hash)
            status.checkpoint_made(connection, size, position, now)
        return checkpoint


class CheckpointWriter:
    """Makes checkpoints in a thread of its own within `with`: once so many seconds have passed since an event, or so
    many events have come."""

    def __init__(
        self, checkpoints: Callable[[], Checkpoints], database: Database, *, seconds: float, events: int
    ) -> None:
        """`checkpoints`: asked for once the log has an event: a new log may not have its installation's id before."""
        self._checkpoints = checkpoints
        self._database = database
        self._seconds = seconds
        self._events = events
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(timeout=2 * self._database.deadline_seconds)

    def _run(self) -> None:
        failures = Failures(self._stopping, partial(_LOGGER.warning, "checkpoints-wait"))
        size, since = -1, 0.0
        made: Checkpoints | None = None
        while not self._stopping.is_set():
            try:
                with self._database.connection() as connection:
                    covered, _ = Tiles(connection, TREE).covered()
                    more = _has_more_to_say(connection)
                late = time.monotonic() - since >= self._seconds
                if covered and (covered - size >= self._events or ((covered != size or more) and late)):
                    made = made or self._checkpoints()
                    made.make()
                    size, since = covered, time.monotonic()
            except Exception as error:
                # Whatever the error was: the thread must outlive it.
                failures.wait_after(error)
                continue
            failures.over()
            self._stopping.wait(self._seconds / 4)


def _public(text: str, file: Path) -> PublicKey:
    try:
        return PublicKey.parse(text)
    except NoteInvalid as error:
        raise Refusal("checkpoint-key-missing", f"{file} has a line `known` that is wrong: {error}") from error


def _last(place: CheckpointPlace, public: Sequence[PublicKey]) -> Checkpoint | None:
    try:
        note = place.last()
    except OSError as error:
        raise _away(place, error) from error
    try:
        return opened(note, public) if note is not None else None
    except NoteInvalid as error:
        raise _not_extended(f"the last checkpoint in {place.name} is not ours: {error}") from error


def _has_more_to_say(connection: Connection) -> bool:
    """Whether there are looks, unique keys, or hashes of the rows of views, that no checkpoint covers."""
    hashes, _ = not_said(connection)
    return bool(hashes) or any(last_row(connection, of) > Tiles(connection, of.tree).covered()[1] for of in BESIDE)


def _beside(connection: Connection, of: Stored, last: int) -> OtherTree | None:
    """A tree beside that of the log, extended up to a row, or by as many as one checkpoint takes in; None while it is
    empty."""
    _, before = Tiles(connection, of.tree).covered()
    extend(connection, min(last, before + MOST_ADDED), of)
    size, position = Tiles(connection, of.tree).covered()
    return OtherTree(of.tree, size, StoredTree(connection, of.tree).root(size), position) if size else None


Trees = Mapping[Stored, OtherTree | None]


def _is_behind(known: Checkpoint | None, size: int, trees: Trees, zones: Sequence[str]) -> bool:
    """Whether a place lacks a checkpoint of what there is, or of the time zones of this release."""
    if known is None or known.size < size or any(known.beside(of.tree) != tree for of, tree in trees.items()):
        return True
    return not set(zones) <= set(known.more)


def _check_extended(connection: Connection, last: Checkpoint, size: int, trees: Trees, where: str) -> None:
    if last.size > size:
        raise _not_extended(f"the last checkpoint in {where} is of {last.size} events, and the tree has {size}")
    if StoredTree(connection).root(last.size) != last.root:
        raise _not_extended(f"the last checkpoint in {where} is of another log, or the tree was changed since")
    for of, tree in trees.items():
        before = last.beside(of.tree)
        if before is None:
            continue
        if tree is None or tree.size < before.size:
            raise _not_extended(
                f"the last checkpoint in {where} is of {before.size} rows of the tree {of.tree}, and the tree has fewer"
            )
        if StoredTree(connection, of.tree).root(before.size) != before.root:
            raise _not_extended(
                f"the last checkpoint in {where} is of another tree {of.tree}, or the tree was changed since"
            )


def _not_extended(why: str) -> Refusal:
    return Refusal("checkpoint-not-extended", f"{why}; antiphon audit verify says where (docs/audit.md)")


def _away(place: CheckpointPlace, error: OSError) -> Refusal:
    return Refusal(
        "checkpoint-place-away", f"{place.name}: {error_code(error)}; see to it, and to ANTIPHON_CHECKPOINT_…"
    )
