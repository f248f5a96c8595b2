"""A replay as known at a time equals what the live views showed at that time, byte by byte; as of a time, what happened
later does not count, whenever somebody recorded it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from pydantic_core import to_json

from audit import streams_about
from audit.replay import REPLAYED, GoOn, Replay, nobody_leaves
from commands.conversation.delivering import deliver
from commands.conversation.merging import merge
from commands.executor.executor import CommandExecutor
from domain.conversation.merging import MergeInto
from domain.conversation.removing import RemoveMessage
from domain.conversation.state import CONVERSATION
from domain.customer import EraseCustomer
from domain.kernel.as_known import Instants
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.personal import ERASED
from domain.kernel.refusal import Refusal
from domain.signal.limits import SignalLimits
from domain.stranger import EraseStranger
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.pages import Pages
from infra.subscriptions.subscription import LeaseHolder
from infra.views.projector import Projector
from infra.views.replayed import ReplayedDatabase
from infra.views.selection import Selection
from infra.views.view import AnyView
from projections import message, order, promise
from projections.conversation import history, inbox
from projections.conversation.inbox_filter import NOT_CLOSED
from projections.customer import overview
from projections.search import finding
from projections.search.finding import Scope
from projections.service_level import clocks, policies
from projections.signal import shown, verbatims
from tests.support.asking import ask, founded, learn
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.drawn import Command, command_classes, drawn
from tests.support.following import catch_up
from tests.support.open_work import erase

WHY = replace(AGENT, reason="seen to")

READS: Mapping[str, tuple[Selection, ...]] = {  # type: ignore[type-arg]
    "conversation": (
        inbox.ONE, history.LINES, history.PARTICIPANTS, clocks.ONE, message.OF_CONVERSATION, promise.OF_CONVERSATION,
    ),
    "customer": (
        overview.LINKS, overview.CONVERSATIONS, overview.MOMENTS, overview.ORDERS, overview.PROMISES, overview.MESSAGES,
    ),
    "order": (order.ONE, promise.OF_ORDER),
    "promise": (promise.ONE,),
}  # fmt: skip
"""What is read of a thing of each kind, as by the routes."""

WORDS = ("a*", "word*", "the")

EVERYTHING: tuple[AnyView, ...] = (policies.RULES, inbox.INBOX, *shown.READS, *verbatims.READS)
"""The views of what is about no one thing."""

GONE = (EraseCustomer, EraseStranger, RemoveMessage)
"""What takes words away for good, from replays as well."""

KEEPING = [each for each in command_classes() if each not in GONE]


def live_database(projector: Database) -> ReplayedDatabase:
    """The live views, read by the same statements."""
    return ReplayedDatabase(projector, (), lambda view: {}, 30)


def read(reader: ReplayedDatabase, id: str) -> dict[str, bytes]:
    """Every read of a thing, each by itself as JSON."""
    found = {}
    for selection in READS[kind_of(id)]:
        (rows,) = reader.pages([selection.page(limit=500)], [500], {"id": id})
        found[f"{selection.name} {selection.table.view.name}"] = rows.rows or b"[]"
    if kind_of(id) == "customer":
        with reader.connection() as connection:
            found["search"] = to_json([finding.read(connection, Scope(id), each).rows for each in WORDS])
    return found


def read_everything(reader: ReplayedDatabase) -> dict[str, bytes]:
    """The reads that are about no one thing, each by itself as JSON."""
    found = {}
    for selection in (policies.POLICIES, policies.CALENDARS):
        (rows,) = reader.pages([selection.page(limit=500)], [500], {})
        found[selection.name] = rows.rows or b"[]"
    for each in inbox.IN_ORDER.values():
        (rows,) = reader.pages([each.page(limit=500)], [500], NOT_CLOSED.parameters())
        found[f"inbox {each.order}"] = rows.rows or b"[]"
    with reader.connection() as connection:
        found["counts"] = to_json(inbox.counts(connection))
        signals = shown.listed(connection, "Europe/Berlin", SignalLimits(), limit=50).rows
        found["signals"] = to_json(signals)
        in_full = [shown.in_full(connection, "Europe/Berlin", SignalLimits(), each.signal_id) for each in signals]
        found["signals in full"] = to_json(in_full)
        found["verbatims"] = to_json([verbatims.newest(connection, each.signal_id, 50) for each in signals])
    return found


def run_machine(
    executor: CommandExecutor, log: Log, projector: Database, how: settings, replaying: type[Replay] = Replay
) -> None:
    """Let anything happen, and look at things now and then; in the end, replay each look. Raises AssertionError."""

    class Remembering(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.company = founded(executor)
            self.looks: list[tuple[datetime, str, dict[str, bytes], dict[str, bytes]]] = []

        @rule(
            data=st.data(),
            commands=st.lists(st.sampled_from(KEEPING), min_size=4, max_size=4),
            kind=st.sampled_from(sorted(READS)),
            number=st.integers(0, 99),
        )
        def go_on_and_look(
            self, data: st.DataObject, commands: Sequence[type[Command]], kind: str, number: int
        ) -> None:
            for each in commands:
                self.command(data.draw(drawn(each, self.company)), data.draw(self.company.target(each)))
            ids = self.company.ids[kind]
            id = ids[number % len(ids)]
            self.follow()
            live = live_database(projector)
            try:
                self.looks.append((recorded_last(log), id, read(live, id), read_everything(live)))
            finally:
                live.close()

        def command(self, command: Command, stream: str) -> None:
            with suppress(Refusal):
                learn(self.company, command, ask(executor, command, stream, WHY))

        def follow(self) -> None:
            for view in dict.fromkeys((*REPLAYED, *EVERYTHING)):
                holder = LeaseHolder(Projector[Any](view), log, Pages(log, 500), projector, "live", seconds=30)
                while holder.step():
                    pass

        def teardown(self) -> None:
            self.follow()
            for known_at, id, seen, everything in self.looks:
                known = Instants(known_at=known_at)
                with replaying(log, projector).reader(id, known) as then:
                    assert read(then, id) == seen, id
                with replaying(log, projector).everything(EVERYTHING, known) as then:
                    assert read_everything(then) == everything

    run_state_machine_as_test(Remembering, settings=how)


def recorded_last(log: Log) -> datetime:
    """When the last event was recorded."""
    (last,) = log.recorded_events(log.read(log.position() - 1))
    return last.recorded_at


def test_as_known_then_is_what_the_views_showed_then(
    executor: CommandExecutor, log: Log, projector: Database, long: bool
) -> None:
    how = settings(max_examples=200 if long else 2, stateful_step_count=12, phases=[Phase.generate])
    run_machine(executor, log, projector, how)


class _Narrow(Replay):
    """Knows only the stream itself: no part, no promise, no receipt."""

    def streams(
        self, about: str | Collection[str], go_on: GoOn = nobody_leaves
    ) -> Mapping[str, Sequence[Recorded[Event]]]:
        return self._log.streams([about] if isinstance(about, str) else about)


class _Late(Replay):
    """Counts what was recorded later, too."""

    @contextmanager
    def reader(
        self, about: str | Collection[str], instants: Instants, go_on: GoOn = nobody_leaves
    ) -> Iterator[ReplayedDatabase]:
        with super().reader(about, Instants(), go_on) as then:
            yield then


@pytest.mark.parametrize(("replaying", "right"), [(Replay, True), (_Narrow, False), (_Late, False)])
def test_a_replay_broken_on_purpose_is_caught(
    executor: CommandExecutor, log: Log, projector: Database, replaying: type[Replay], right: bool
) -> None:
    # Given
    id, part = (deliver(executor, mail(number, thread), GATEWAY).id for number, thread in ((1, "t1"), (2, "t2")))
    merge(executor, part, MergeInto(into=id), AGENT)
    catch_up(log, projector)
    known_at, live = recorded_last(log), live_database(projector)
    seen = read(live, id)
    live.close()
    # When
    deliver(executor, mail(3), GATEWAY)
    # Then
    with replaying(log, projector).reader(id, Instants(known_at=known_at)) as then:
        assert (read(then, id) == seen) == right


def bodies(replayed: Replay, id: str, instants: Instants) -> list[str | None]:
    """What was said, as a replay shows it."""
    with replayed.reader(id, instants) as then, then.connection() as connection:
        lines = history.read(connection, id).rows
    return [line.text for line in lines if line.kind == "received"]


def test_what_happened_later_does_not_count_whenever_it_was_recorded(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    said = replace(GATEWAY, occurred_at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    id = deliver(executor, mail(1), said).id
    deliver(executor, mail(2), replace(GATEWAY, occurred_at=datetime(2026, 3, 4, 9, tzinfo=UTC)))
    known_at = recorded_last(log)
    deliver(executor, mail(3), replace(GATEWAY, occurred_at=datetime(2026, 3, 3, 9, tzinfo=UTC)))
    catch_up(log, projector)
    replayed = Replay(log, projector)
    third_of_march = datetime(2026, 3, 3, 12, tzinfo=UTC)
    # Then
    assert bodies(replayed, id, Instants()) == ["word 1", "word 3", "word 2"]
    assert bodies(replayed, id, Instants(as_of=third_of_march)) == ["word 1", "word 3"]
    assert bodies(replayed, id, Instants(known_at=known_at)) == ["word 1", "word 2"]
    assert bodies(replayed, id, Instants(third_of_march, known_at)) == ["word 1"]
    assert bodies(replayed, id, Instants(as_of=datetime(2026, 3, 1, tzinfo=UTC))) == []


def test_what_became_known_between_two_instants_is_told_event_by_event(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    first = recorded_last(log)
    deliver(executor, mail(2), replace(GATEWAY, occurred_at=first - timedelta(hours=1), reason="told late"))
    catch_up(log, projector)
    # When
    found = Replay(log, projector).became_known(id, first, recorded_last(log))
    # Then
    assert ("conversation.message-received", "told late") in [
        (each.event.stored_name, each.envelope.reason) for each in found
    ]
    assert all(first < each.recorded_at for each in found)


def test_words_of_the_erased_are_in_no_replay(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    known_at = recorded_last(log)
    customer_id = executor.read(CONVERSATION, id).existing("conversation").state.customer_id
    # When
    erase(executor, customer_id, AGENT)
    catch_up(log, projector)
    # Then
    assert bodies(Replay(log, projector), id, Instants(known_at=known_at)) == [ERASED]


def test_what_takes_in_too_many_events_is_refused(executor: CommandExecutor, log: Log, projector: Database) -> None:
    deliver(executor, mail(1), GATEWAY)
    catch_up(log, projector)
    for most in (2, 200):
        refused = None
        try:
            with Replay(log, projector, most).everything([inbox.INBOX], Instants()):
                pass
        except Refusal as refusal:
            refused = refusal.code
        assert refused == ("input-invalid" if most == 2 else None)


def test_what_is_about_too_many_streams_is_refused(
    executor: CommandExecutor, log: Log, projector: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = deliver(executor, mail(1), GATEWAY).id
    catch_up(log, projector)
    monkeypatch.setattr(streams_about, "MOST_STREAMS", 1)
    with pytest.raises(Refusal) as refused:
        Replay(log, projector).streams(id)
    assert refused.value.code == "input-invalid"
