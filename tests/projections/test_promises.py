"""The ledger: what was promised to whom, the first date and the present one, kept or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands import order as orders
from commands import promise as promises
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.kernel.event import Actor, Draft, Envelope, Event, Recorded
from domain.kernel.personal import ERASED
from domain.order.commands import PlaceOrder
from domain.promise import (
    BreakPromise,
    Broken,
    KeepPromise,
    Kept,
    Made,
    MakePromise,
    Overdue,
    PromiseWithdrawn,
    Revised,
    RevisePromise,
)
from domain.signal import events as s
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.view import fold_in_memory
from projections import promise as ledger
from projections.promise import PROMISES, PromiseRow
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up
from tests.support.open_work import erase

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
FRIDAY, MONDAY = NOW + timedelta(days=4), NOW + timedelta(days=7)
ABOUT: dict[str, Any] = {"promise_id": "promise-1", "customer_id": "customer-1", "order_id": "order-1"}
MADE = Made(**ABOUT, text="There by Friday", due_at=FRIDAY)
REVISED = Revised(**ABOUT, due_at=MONDAY, previous_due_at=FRIDAY, because="A part is late")
OVERDUE = Overdue(**ABOUT, due_at=FRIDAY, detected_at=FRIDAY)


SIGNAL: dict[str, Any] = {
    "signal_id": "signal-1", "area": "wheels", "theme": "wobbles", "stage": "production", "team_id": "team-1",
}  # fmt: skip
LAUNCH = s.Launch(launch_id="launch-1", area="rims", due_at=FRIDAY)
PLANNED = s.SignalPlanned(**SIGNAL, what="A stiffer rim", launch=LAUNCH)
MOVED = s.SignalLaunchRevised(
    **SIGNAL, launch_id="launch-1", due_at=MONDAY, previous_due_at=FRIDAY, because="A part is late"
)
MISSED = s.SignalLaunchOverdue(**SIGNAL, launch_id="launch-1", due_at=FRIDAY, detected_at=FRIDAY)
SHIPPED = s.SignalShipped(**SIGNAL, what="A stiffer rim", launch=LAUNCH)
DECLINED = s.SignalDeclined(**SIGNAL, because="Too dear", launch=LAUNCH)
HANDED_ON = s.SignalHandedOn(**SIGNAL, previous_team_id="team-2", because="Theirs", launch=LAUNCH)


def rows(stream: str, *events: tuple[Event, datetime]) -> list[PromiseRow]:
    """The rows of the ledger after these, each said by an agent of its own at its time."""
    recorded_events: list[Recorded[Event]] = []
    for n, (event, at) in enumerate(events, start=1):
        envelope = Envelope(event_id=f"event-{n}", actor=Actor(id=f"staff-{n}", kind="agent"))
        recorded_events.append(Draft(stream, n, event, envelope).recorded(n, at))
    return [found for found, _ in fold_in_memory(PROMISES, recorded_events).values() if found is not None]


def row(*events: tuple[Event, datetime]) -> PromiseRow:
    """The row of one promise."""
    (found,) = rows("promise-1", *events)
    return found


@pytest.mark.parametrize(
    ("after", "state"),
    [
        ([], "open"),
        ([(OVERDUE, FRIDAY)], "overdue"),
        ([(OVERDUE, FRIDAY), (REVISED, FRIDAY)], "open"),
        ([(Kept(**ABOUT), FRIDAY)], "kept"),
        ([(Kept(**ABOUT), FRIDAY + timedelta(microseconds=1))], "kept-late"),
        ([(OVERDUE, FRIDAY), (Kept(**ABOUT), MONDAY)], "kept-late"),
        ([(REVISED, NOW), (Kept(**ABOUT), MONDAY)], "kept"),
        ([(Broken(**ABOUT, because="x"), FRIDAY)], "broken"),
        ([(PromiseWithdrawn(**ABOUT), FRIDAY)], "withdrawn"),
    ],
)
def test_a_promise_stands_as_its_events_left_it(after: list[tuple[Event, datetime]], state: str) -> None:
    assert row((MADE, NOW), *after).state == state


def test_the_first_date_stays_and_each_revision_shows_with_its_reason() -> None:
    # Given
    sunday = MONDAY + timedelta(days=6)
    again = Revised(**ABOUT, due_at=sunday, previous_due_at=MONDAY, because="Snow")
    # When
    found = row((MADE, NOW), (REVISED, NOW), (again, MONDAY), (Broken(**ABOUT, because="Lost"), sunday))
    # Then
    assert (found.original_due_at, found.due_at) == (FRIDAY, sunday)
    assert [(each["previous"], each["due_at"], each["because"], each["by"]) for each in found.revisions] == [
        (FRIDAY.isoformat(), MONDAY.isoformat(), "A part is late", "staff-2"),
        (MONDAY.isoformat(), sunday.isoformat(), "Snow", "staff-3"),
    ]
    assert (found.made_by, found.ended_by, found.ended_at, found.because) == ("staff-1", "staff-4", sunday, "Lost")


@pytest.mark.parametrize(
    ("after", "state"),
    [
        ([], "open"),
        ([(MISSED, FRIDAY)], "overdue"),
        ([(MISSED, FRIDAY), (MOVED, FRIDAY)], "open"),
        ([(SHIPPED, FRIDAY)], "kept"),
        ([(SHIPPED, MONDAY)], "kept-late"),
        ([(MOVED, NOW), (SHIPPED, MONDAY)], "kept"),
        ([(DECLINED, FRIDAY)], "withdrawn"),
        ([(DECLINED, MONDAY)], "broken"),
        ([(HANDED_ON, NOW)], "withdrawn"),
        ([(HANDED_ON, MONDAY)], "broken"),
    ],
)
def test_a_launch_is_a_promise_of_the_ledger(after: list[tuple[Event, datetime]], state: str) -> None:
    (found,) = rows("signal-1", (PLANNED, NOW), *after)
    assert (found.promise_id, found.signal_id, found.area, found.state) == ("launch-1", "signal-1", "rims", state)
    assert (found.original_due_at, found.customer_id) == (FRIDAY, None)


def test_a_launch_that_slips_stays_one_launch() -> None:
    # Given
    (slipped,) = rows("signal-1", (PLANNED, NOW), (MISSED, FRIDAY), (MOVED, FRIDAY), (SHIPPED, MONDAY))
    # Then
    assert [(each["due_at"], each["because"]) for each in slipped.revisions] == [(MONDAY.isoformat(), "A part is late")]
    assert (slipped.original_due_at, slipped.due_at, slipped.overdue_at) == (FRIDAY, MONDAY, FRIDAY)
    # And a further plan is a further launch
    again = s.SignalPlanned(**SIGNAL, what="-", launch=s.Launch(launch_id="launch-2", area="rims", due_at=MONDAY))
    assert [each.state for each in rows("signal-1", (PLANNED, NOW), (HANDED_ON, NOW), (again, NOW))] == [
        "withdrawn", "open",
    ]  # fmt: skip


def test_what_ships_by_a_date_that_was_promised_elsewhere_is_in_the_ledger() -> None:
    assert [each.state for each in rows("signal-1", (SHIPPED, MONDAY))] == ["kept-late"]
    assert (
        rows("signal-1", (s.SignalShipped(**SIGNAL, what="-"), NOW), (s.SignalPlanned(**SIGNAL, what="-"), NOW)) == []
    )


def test_the_ledger_is_read_by_owner_subject_and_date_page_by_page(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    begin = datetime.now(UTC)
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    customer_id: str = executor.read(conversation_id).state.customer_id
    order_id = orders.place(executor, PlaceOrder(customer_id=customer_id), AGENT).id

    def promise(hours: int, **about: str) -> str:
        due_at = begin + timedelta(hours=hours)
        command = MakePromise(customer_id=customer_id, text=f"In {hours} h", due_at=due_at, **about)  # type: ignore[arg-type]
        return promises.make(executor, command, AGENT).id

    in_three = promise(3, conversation_id=conversation_id)
    in_one = promise(1, conversation_id=conversation_id)
    in_two = promise(2, conversation_id=conversation_id, order_id=order_id)
    promises.act(executor, in_one, KeepPromise(), AGENT)
    promises.act(executor, in_two, RevisePromise(due_at=begin + timedelta(hours=4), because="Snow"), AGENT)
    other = deliver(executor, mail(2, "t2", "ben@example.org"), GATEWAY).id
    about = {"customer_id": executor.read(other).state.customer_id, "conversation_id": other}
    bens = promises.make(executor, MakePromise(**about, text="x", due_at=begin + timedelta(hours=1)), AGENT).id
    # When
    catch_up(log, projector)
    # Then
    with projector.connection() as connection:
        first = ledger.of_customer(connection, customer_id, limit=2)
        rest = ledger.of_customer(connection, customer_id, cursor=first.cursor)
        assert [each.promise_id for each in (*first.rows, *rest.rows)] == [in_three, in_one, in_two]
        in_it = ledger.of_conversation(connection, conversation_id).rows
        assert [each.promise_id for each in in_it] == [in_three, in_one, in_two]
        assert [each.promise_id for each in ledger.of_order(connection, order_id).rows] == [in_two]
        soon = ledger.open_promises(connection, begin + timedelta(hours=4), limit=1)
        later = ledger.open_promises(connection, begin + timedelta(hours=4), cursor=soon.cursor, limit=1)
        assert [each.promise_id for each in (*soon.rows, *later.rows)] == [bens, in_three]
        assert later.cursor is None
        found = ledger.one(connection, in_one)
        assert found is not None
        assert (found.state, found.text) == ("kept", "In 1 h")
        assert ledger.one(connection, "promise-nobody") is None


def test_who_is_forgotten_leaves_dates_and_outcomes_and_no_words(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    customer_id: str = executor.read(conversation_id).state.customer_id
    due_at = datetime.now(UTC) + timedelta(days=1)
    made = MakePromise(customer_id=customer_id, conversation_id=conversation_id, text="We call", due_at=due_at)
    id = promises.make(executor, made, AGENT).id
    promises.act(executor, id, RevisePromise(due_at=due_at + timedelta(days=1), because="She is ill"), AGENT)
    promises.act(executor, id, BreakPromise(because="The number is wrong"), AGENT)
    catch_up(log, projector)
    with projector.connection() as connection:
        before = ledger.one(connection, id)
    # When
    erase(executor, customer_id, replace(Context(AGENT.actor), reason="asked"))
    catch_up(log, projector)
    # Then
    with projector.connection() as connection:
        after = ledger.one(connection, id)
    assert before is not None
    wiped = replace(
        before, text=ERASED, because=ERASED, revisions=tuple({**each, "because": ERASED} for each in before.revisions)
    )
    assert after == wiped != before
