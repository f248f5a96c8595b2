"""The proof that the log was not changed: the tree's subscription, the keys and places of checkpoints, and who makes
them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from audit.checkpoints import Checkpoints, CheckpointWriter, Keys
from audit.tree import ProofTree
from cli.wiring.composition import Antiphon, content_backend, content_place
from cli.wiring.views import POLL_SECONDS, wait
from domain.kernel.refusal import Refusal
from infra.keys.installation import id_of, not_own, pair
from infra.postgres.database import Database
from infra.proof.places import CheckpointFolder, CheckpointNotes, CheckpointPlace
from infra.settings.home import make_home
from infra.subscriptions.host import Host, wait_until_reached

TREE = ((ProofTree.name, ProofTree.version),)


def keys_of(parts: Antiphon) -> Keys:
    """The keys of this installation's checkpoints. Raises Refusal `vault-not-own`, Overloaded."""
    home, given = parts.settings.home.folder, parts.settings.proof
    if given.key_file is None:
        with suppress(Refusal):  # whoever makes the key says what is wrong
            make_home(home)
    return Keys(_origin(parts), given.key_file or home / "keys" / "checkpoint.key", given.witness_key_file)


def places_of(parts: Antiphon) -> list[CheckpointPlace]:
    """The places of this installation's checkpoints: the folder of checkpoints, the content store's place, and a topic
    where one is set. Raises Overloaded, Refusal `settings-invalid`, `vault-not-own`, `kafka-not-set`."""
    settings, series = parts.settings, parts.settings.proof.series
    folder = settings.proof.folder or settings.home.folder / "checkpoints"
    owner = f"checkpoint-{_installation(parts)}-{series}"
    places: list[CheckpointPlace] = [
        CheckpointFolder(folder / f"series-{series}"),
        CheckpointNotes(content_backend(settings), owner, f"{content_place(settings)}/{owner}"),
    ]
    if settings.proof.topic:
        # Imported here: the client of Kafka takes longer to load than most verbs take.
        from cli.wiring.topics import kafka_needed
        from infra.proof.topic import CheckpointTopic

        places.append(CheckpointTopic(kafka_needed(settings), series))
    return places


def checkpoints_of(parts: Antiphon, database: Database) -> Checkpoints:
    """What makes this installation's checkpoints. `database`: the projector's. Raises as `keys_of` and `places_of`."""
    return Checkpoints(database, keys_of(parts), places_of(parts), parts.settings.company.zone)


@contextmanager
def checkpoints(parts: Antiphon) -> Iterator[None]:
    """Within: checkpoints are made as the tree grows."""
    given = parts.settings.proof
    with (
        parts.database("projector") as database,
        CheckpointWriter(
            lambda: checkpoints_of(parts, database),
            database,
            seconds=given.seconds,
            events=given.events,
        ),
    ):
        yield


@contextmanager
def tree_grown(parts: Antiphon) -> Iterator[Database]:
    """The projector's database, once the tree has come to the log's present end; it grows here if no other process has
    it grow. Raises Overloaded."""
    position = parts.log.position()
    with parts.database("projector") as database:
        if not wait_until_reached(database, TREE, position, seconds=0):
            subscriptions = parts.settings.subscriptions
            with Host(
                parts.log,
                database,
                [ProofTree()],
                lease_seconds=subscriptions.lease_seconds,
                poll_seconds=POLL_SECONDS,
                page_size=subscriptions.page_size,
            ):
                wait(database, TREE, position)
        yield database


def _origin(parts: Antiphon) -> str:
    return f"antiphon/{_installation(parts)}/{parts.settings.proof.series}"


def _installation(parts: Antiphon) -> str:
    with parts.log.database.connection() as connection:
        id = id_of(connection)
        if id is None:
            # When the process began, the log was empty beside a key store with keys, and so nobody was paired.
            pair(connection, parts.log.vault)
            id = id_of(connection)
    if id is None:
        raise not_own("the log is new and empty, and the key store has keys of another one")
    return id


def place_names(places: Sequence[CheckpointPlace]) -> str:
    """The places, for messages."""
    *others, last = (place.name for place in places)
    return f"{', '.join(others)} and {last}"
