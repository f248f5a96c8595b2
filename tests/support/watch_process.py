"""A process that runs a watch, to be killed, stopped and resumed. `main` is its inside,
`WatchProcess` its handle. Also: watches broken on purpose."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from commands.conversation import handlers as conversations
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.service_level import clocks
from domain.attention.contacts import ATTENTION, Contacted, customer_of
from domain.conversation.commands import SendReply
from domain.kernel.event import Actor, Draft, Envelope
from domain.kernel.ids import new_id
from domain.promise import Overdue
from domain.service_level.verdicts import detected_events
from infra.embedded.postgres import Urls
from infra.postgres.database import Database
from process import promise as promise_watch
from process.attention import ContactTimers
from process.promise import PromiseTimers
from process.service_level import ClockTimers
from process.watch import BEHIND_SECONDS, MOST_SECONDS, Watch
from projections.timer import TimerRow
from tests.support.child import Child, work_until_told
from tests.support.companies import opened_log


class WatchProcess(Child):
    """A child that watches.

    `runs` names what handles the timers, a class of this file or one it imports. Its own clock is wrong by `hours`.
    """

    def __init__(self, urls: Urls, runs: str, *, hours: float = 0, poll_seconds: float = 1.0) -> None:
        arguments = [urls.database_url, urls.vault_url, runs, str(hours), str(poll_seconds)]
        super().__init__("tests.support.watch_process", *arguments)


class FromNowOn(PromiseTimers):
    """Notices only what falls due while it runs: what a killed one left, nobody finds."""

    def __init__(self, executor: CommandExecutor, database: Database) -> None:
        super().__init__(executor, database)
        self._began = datetime.now(UTC)

    def handle(self, timer: TimerRow, now: datetime) -> None:
        if timer.due_at and timer.due_at >= self._began:
            super().handle(timer, now)


class OwnClock(PromiseTimers):
    """Goes by the clock of its process."""

    def __init__(self, executor: CommandExecutor, database: Database) -> None:
        super().__init__(executor, database)
        setattr(executor.log, "now", executor.clock)  # noqa: B010


class WithoutCommand(PromiseTimers):
    """Writes what it notices, and trusts the timer table and itself that it was not noticed before."""

    def handle(self, timer: TimerRow, now: datetime) -> None:
        before = self.executor.read(timer.id)
        about = {name: getattr(before.state, name) for name in Overdue.model_fields.keys() - {"detected_at"}}
        event = Overdue.model_validate({**about, "due_at": timer.due_at, "detected_at": now})
        envelope = Envelope(event_id=new_id("event"), actor=promise_watch._WATCH)
        self.executor.log.save(Draft(timer.id, before.version + 1, event, envelope))


class WithEyesShut(ClockTimers):
    """Looks at nothing that was there when it began: what a killed one left, nobody finds."""

    def __init__(self, executor: CommandExecutor, database: Database) -> None:
        super().__init__(executor, database)
        self._began = executor.log.position()

    def handle(self, timer: TimerRow, now: datetime) -> None:
        _, first = self.executor.log.histories([timer.id])[timer.id][0]
        if first > self._began:
            super().handle(timer, now)

    def evaluate_together(self, conversation_ids: Iterable[str]) -> set[str]:
        return set()


class ByItsOwnClock(ClockTimers):
    """Goes by the clock of its process."""

    def __init__(self, executor: CommandExecutor, database: Database) -> None:
        super().__init__(executor, database)
        setattr(executor.log, "now", executor.clock)  # noqa: B010


class WithoutAsking(ClockTimers):
    """Writes what it notices, and does not ask what was noticed before."""

    def __init__(self, executor: CommandExecutor, database: Database) -> None:
        super().__init__(executor, database)
        recording = clocks.RECORDINGS["conversation"]
        forgetful = replace(recording, detected=lambda _, *known: detected_events(None, *known))
        clocks.RECORDINGS["conversation"] = forgetful


class ContactsFromNowOn(ContactTimers):
    """Tells only what falls due while it runs: whom a killed one left, nobody tells."""

    def __init__(self, executor: CommandExecutor, database: Database) -> None:
        super().__init__(executor, database)
        self._began = datetime.now(UTC)

    def handle(self, timer: TimerRow, now: datetime) -> None:
        if timer.due_at and timer.due_at >= self._began:
            super().handle(timer, now)


class ToldThenRecorded(ContactTimers):
    """Sends the message, and records in a second append that it was sent."""

    def handle(self, timer: TimerRow, now: datetime) -> None:
        state = self.executor.read(ATTENTION, timer.id).existing("attention").state
        by, customer_id = Context(Actor(id="system-contact-watch", kind="system")), customer_of(timer.id)
        for one in state.waiting.values():
            there = one.owed.conversation_id or ""
            reply = SendReply(body="We have changed it.", channel="mail", automatic=True)
            conversations.act(self.executor, there, reply, by)
            sent = Contacted(
                customer_id=customer_id, occasion="closing", message_id=reply.message_id, conversation_id=there,
                outcome_ids=(one.owed.outcome_id,), texts_version=1, at=now,
            )  # fmt: skip
            envelope = Envelope(event_id=new_id("event"), actor=by.actor)
            before = self.executor.read(ATTENTION, timer.id)
            self.executor.log.save(Draft(timer.id, before.version + 1, sent, envelope))


class Sweeping(ClockTimers):
    """Is looked at when the log goes on and else from time to time, and not when something is due."""


class _SweepingWatch(Watch):
    def poll(self) -> float:
        wait = super().poll()
        return wait if wait == BEHIND_SECONDS else MOST_SECONDS


def main() -> None:
    """Watch until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database_url")
    parser.add_argument("vault_url")
    parser.add_argument("runs")
    parser.add_argument("hours", type=float)
    parser.add_argument("poll_seconds", type=float)
    given = parser.parse_args()
    handler, watch = globals()[given.runs], _SweepingWatch if given.runs == "Sweeping" else Watch
    reader = Database(given.database_url, "reader")
    with opened_log(Urls(given.database_url, given.vault_url)) as log:
        executor = CommandExecutor(log, lambda: datetime.now(UTC) + timedelta(hours=given.hours))
        with watch(handler(executor, reader), poll_seconds=given.poll_seconds):
            work_until_told()
        executor.close()
    reader.close()
