"""Reactions for tests, what they leave in the log when all goes well, and a process that runs one, to be killed.
`main` is its inside, `ReactorProcess` its handle. Also: a reactor broken on purpose."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar, Literal

from commands import registry
from commands.executor.executor import CommandExecutor
from commands.registry import Ports
from domain.conversation.commands import AddNote, ChangePriority
from domain.conversation.events import MessageReceived, NoteAdded, PersonRequested
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import new_id
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Connection, Database
from infra.subscriptions.host import Host, wait_until_reached
from process.reaction import AnyReaction, Ask, Reaction, Reactor, Request
from tests.support.child import Child, stop_when_armed, work_until_told
from tests.support.companies import opened
from tests.support.open_work import Shown
from tests.support.signal_evidence import NothingSaid
from tests.support.waiting import wait_until_followed


class Urgent(Reaction[PersonRequested]):
    """Who asks for a person is urgent."""

    name = "urgent"
    begins = "at-zero"

    def react(self, recorded: Recorded[PersonRequested]) -> Iterable[Request]:
        yield Request(recorded.originator_id, ChangePriority(priority="urgent"))


class Noting(Reaction[MessageReceived | NoteAdded]):
    """Adds a note for each message. A second run of the same command would show as a second note."""

    name = "noting"
    begins: ClassVar[Literal["at-zero", "at-end"]] = "at-zero"
    wrong: str | None = None
    """Not None: the id of a stream that the commands go to by mistake."""

    def react(self, recorded: Recorded[MessageReceived | NoteAdded]) -> Iterable[Request]:
        yield Request(self.wrong or recorded.originator_id, AddNote(body="seen"))


def wrong_in_notes(recorded_events: Sequence[Recorded[Event]]) -> list[str]:
    """What is wrong with the notes of `Noting` in a log, in words. Nothing wrong is []."""
    notes = Counter(
        each.envelope.causation_id
        for each in recorded_events
        if isinstance(each.event, NoteAdded) and each.envelope.actor.id == "system-noting"
    )
    messages = {
        each.envelope.event_id: each.position for each in recorded_events if isinstance(each.event, MessageReceived)
    }
    return [
        *(f"the message at {at} has no note" for id, at in messages.items() if not notes[id]),
        *(f"the message at {messages.get(str(id))} has {count} notes" for id, count in notes.items() if count > 1),
    ]


def asking(executor: CommandExecutor) -> Ask:
    """Asks by the command registry, where nothing is open."""
    return partial(registry.ask, Ports(executor, Shown(), NothingSaid()))


def react(
    reaction: AnyReaction,
    executor: CommandExecutor,
    projector: Database,
    upto: int | None = None,
    ask: Ask | None = None,
) -> None:
    """Let a host bring the reaction to the log's end, or to `upto`, and stop it."""
    log, reactor = executor.log, Reactor(reaction, ask or asking(executor))
    reactor.set_out(projector)
    with Host(log, projector, [reactor], lease_seconds=5, poll_seconds=0.2):
        wait_until_followed(projector, [(reactor.name, reactor.version)], upto or log.position(), 30)


class ReactorProcess(Child):
    """A child that runs `Noting`; `runs` names the reactor."""

    def __init__(self, urls: Urls, runs: str = "Stopping") -> None:
        super().__init__("tests.support.reacting", urls.database_url, urls.vault_url, runs)


class Stopping(Reactor):
    """Stops its process, once armed, when the commands of a page are appended and the position has not moved."""

    def take(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> None:
        super().take(recorded_events, connection)
        stop_when_armed()


class Drawn(Stopping):
    """Draws a command id each time, so that a repeat takes effect again."""

    def _command_id(self, recorded: Recorded[Event], target: str) -> str:
        return new_id("request")


def reached_end(log: Log, projector: Database) -> bool:
    """Whether `Noting` has come to the log's end by now, in whatever process."""
    return wait_until_reached(projector, [(Noting.name, Noting.version)], log.position(), 0)


def main() -> None:
    """React until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database_url")
    parser.add_argument("vault_url")
    parser.add_argument("runs")
    given = parser.parse_args()
    projector = Database(given.database_url, "projector")
    with opened(Urls(given.database_url, given.vault_url)) as executor:
        reactor = globals()[given.runs](Noting(), asking(executor))
        with Host(executor.log, projector, [reactor], lease_seconds=1, poll_seconds=0.25, page_size=20):
            work_until_told()
    projector.close()
