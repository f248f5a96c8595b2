"""Reactions for tests, what they leave in the log when all goes well, and a process that runs one, to be killed.
`main` is its inside, `ReactorProcess` its handle. Also: reactors broken on purpose."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
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
from infra.views.view import AnyView
from process.attention import SignalAnswers
from process.reaction import AnyReaction, Ask, Reaction, Reactor, Request
from projections.signal.evidence import SignalEvidenceInViews
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
    """A child that runs a reaction, `Noting` or `SignalAnswers`; `runs` names the reactor."""

    def __init__(self, urls: Urls, runs: str = "Stopping", reaction: str = "Noting") -> None:
        super().__init__("tests.support.reacting", urls.database_url, urls.vault_url, runs, reaction)


class Stopping(Reactor):
    """Stops its process, once armed, when the commands of a page are appended and the position has not moved."""

    def take(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> None:
        super().take(recorded_events, connection)
        stop_when_armed()


class Drawn(Stopping):
    """Draws a command id each time, so that a repeat takes effect again."""

    def _command_id(self, recorded: Recorded[Event], target: str) -> str:
        return new_id("request")


class FromNowOn(Stopping):
    """Takes in only what is recorded while it runs: what a killed one left, nobody finds."""

    begin: ClassVar[int] = 0
    """The log's position when the process began."""

    def take(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> None:
        super().take([each for each in recorded_events if each.position > self.begin], connection)


def reached_end(log: Log, projector: Database, reaction: type[AnyReaction] = Noting) -> bool:
    """Whether the reaction has come to the log's end by now, in whatever process."""
    return wait_until_reached(projector, [(reaction.name, reaction.version)], log.position(), 0)


def _from_views(executor: CommandExecutor, urls: Urls) -> Ask:
    """Asks by the command registry, with what the views know of signals; others keep the views."""

    def reached(views: Collection[AnyView]) -> None:
        wait_until_followed(database, [(each.name, each.version) for each in views], executor.log.position(), 60)

    database = Database(urls.database_url, "reader")
    return partial(registry.ask, Ports(executor, Shown(), SignalEvidenceInViews(database, "UTC", reached)))


def main() -> None:
    """React until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database_url")
    parser.add_argument("vault_url")
    parser.add_argument("runs")
    parser.add_argument("reaction")
    given = parser.parse_args()
    projector, urls = Database(given.database_url, "projector"), Urls(given.database_url, given.vault_url)
    with opened(urls) as executor:
        FromNowOn.begin = executor.log.position()
        asks = asking(executor) if given.reaction == "Noting" else _from_views(executor, urls)
        reaction = {"Noting": Noting, "SignalAnswers": SignalAnswers}[given.reaction]()
        reactor = globals()[given.runs](reaction, asks)
        with Host(executor.log, projector, [reactor], lease_seconds=1, poll_seconds=0.25, page_size=20):
            work_until_told()
    projector.close()
