"""Reactions: subscriptions that turn events into commands. Each command takes effect once, however often it is run.

The author of a reaction writes a class with its answers. `Reactor` makes a subscription of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, TypeVar, get_args, get_origin

from cachetools import FIFOCache

from commands.executor.context import Context
from commands.executor.unit_of_work import Answer
from commands.registry import AskedCommand
from domain.kernel.event import Actor, Event, Recorded
from domain.kernel.refusal import OutcomeUnknown, Overloaded, Refusal
from domain.kernel.values import Frozen
from infra.log.mapper import UnreadableEvent
from infra.postgres.database import Connection, Database
from infra.subscriptions.lease import begin_at_end

E = TypeVar("E", bound=Event, contravariant=True)


@dataclass(frozen=True, slots=True)
class Request:
    """A command that follows from an event, and `target`, the id of the stream that the command is asked of.

    An event asks for one command for each target: reaction, position and target are the command's id. The command
    registry knows the handler.
    """

    target: str
    command: Frozen


Ask = Callable[[AskedCommand[Frozen]], Answer]
"""Runs a command by its handler, as `commands.registry.ask` does."""


class Reaction(ABC, Generic[E]):
    """A reaction: the commands that follow from an event. `react` sees one event only, so that a repeat answers the
    same.

    Personal texts are not opened for a reaction: they may read as erased. A reaction never sees its own events.
    """

    name: ClassVar[str]
    """The reaction's name; its actor is `system-<name>`."""
    version: ClassVar[int] = 1
    """Part of each command id: a new version reacts to every event that it reads, whatever an earlier version did."""
    begins: ClassVar[Literal["at-zero", "at-end"]]
    """Where the first start begins: at the log's first event, or after the last event of that moment. A later version
    with "at-end" goes on where the earlier version has come to."""
    reads: ClassVar[frozenset[type[Event]]]
    """From the class's argument: `Reaction[Opened | Closed]` reads these two."""
    ignores: ClassVar[frozenset[str]] = frozenset({"customer-erased"})
    """Codes of refusals that count as done. Any other refusal quarantines the event."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for base in cls.__dict__.get("__orig_bases__", ()):
            if get_origin(base) is Reaction and "reads" not in cls.__dict__:
                (events,) = get_args(base)
                cls.reads = frozenset(get_args(events) or (events,))

    @abstractmethod
    def react(self, recorded: Recorded[E]) -> Iterable[Request]:
        """The commands that follow from the event."""


AnyReaction = Reaction[Any]
"""A reaction to any events, for code that runs all reactions alike."""


class Refused(Exception):
    """A command was refused, so that its event is quarantined. `code` is the refusal's code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Reactor:
    """The subscription of one reaction. A repeat after a crash runs the same command ids, and nothing happens twice.

    The commands are appended in transactions of their own, before the position moves.
    """

    shard = 0
    shards = 1
    at_once: frozenset[str] = frozenset()
    opened = False
    REMEMBERED = 10_000

    def __init__(self, reaction: AnyReaction, ask: Ask) -> None:
        self.name = self.orders = reaction.name
        self.version = reaction.version
        self.reads = frozenset(event.stored_name for event in reaction.reads)
        self._reaction = reaction
        self._ask = ask
        self._actor = Actor(id=f"system-{reaction.name}", kind="system")
        self._done: FIFOCache[int, None] = FIFOCache(self.REMEMBERED)
        """Positions that this process has handled. A page that takes longer than its transaction may last is taken
        again; without this set, the repeat would take as long, for ever."""

    def set_out(self, database: Database) -> None:
        """Set the position where the reaction begins, unless it has begun. `database` is the projector's. Raises
        Overloaded."""
        if self._reaction.begins == "at-end":
            with database.connection() as connection:
                begin_at_end(connection, self.name, self.version)

    def take(self, page: Sequence[Recorded[Event]], connection: Connection) -> None:
        """Run the commands that follow. Raises Overloaded, OutcomeUnknown: the page is taken again later. Raises
        Refused, UnreadableEvent and what `react` raises: the event is quarantined."""
        for recorded in page:
            if recorded.position in self._done or recorded.envelope.actor.id == self._actor.id:
                continue
            for request in self._reaction.react(recorded):
                self._run(request, self._context(recorded, request.target))
            self._done[recorded.position] = None

    def announce(self, page: Sequence[Recorded[Event]], position: int, connection: Connection) -> None:
        """Do nothing: readers see what a reaction did in the log only."""

    def reached_end(self, position: int, connection: Connection) -> bool:
        """Do nothing: nobody waits for the log's end."""
        return True

    def _run(self, request: Request, context: Context) -> None:
        try:
            self._ask(AskedCommand(request.command, context, request.target))
        except (Overloaded, OutcomeUnknown, UnreadableEvent):
            raise
        except Refusal as refusal:
            if refusal.code not in self._reaction.ignores:
                raise Refused(refusal.code) from refusal

    def _context(self, recorded: Recorded[Event], target: str) -> Context:
        return Context(
            self._actor,
            command_id=self._command_id(recorded, target),
            causation_id=recorded.envelope.event_id,
            correlation_id=recorded.envelope.correlation_id,
        )

    def _command_id(self, recorded: Recorded[Event], target: str) -> str:
        return f"{self.name} {self.version} {recorded.position} {target}"
