"""A customer who is owed first replies within hours that began whenever it suits, and the view of clocks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from domain.conversation.commands import OpenConversation, SendReply
from domain.kernel.ids import kind_of
from domain.service_level.policy_decisions import CorrectPolicy
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from infra.views.rebuild import Rebuild
from infra.views.view import AnyView
from projections.service_level.clocks import SLA_CLOCKS
from projections.timer import AT_ONCE, TIMERS, Timers
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up, in_memory, rows
from tests.support.promising import policy_for_inquiries

CLOCK_VIEWS: tuple[AnyView, ...] = (SLA_CLOCKS, TIMERS)
HOUR = timedelta(hours=1)
NEAR = timedelta(seconds=1)


class Clocked:
    """Inquiries of one customer, told by a gateway after they were made: so their dues may have passed. They are warned
    of, too, shortly before."""

    def __init__(self, executor: CommandExecutor, warn_before: tuple[timedelta, ...] = (NEAR,)) -> None:
        self._executor = executor
        self._customer_id = executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id
        self.policy_id = policy_for_inquiries(executor, hour=HOUR, warn_before=warn_before)

    def due(self, seconds: float) -> str:
        """A conversation whose first reply is due in so many seconds, or was so many before."""
        begun = datetime.now(UTC) + timedelta(seconds=seconds) - HOUR
        opening = OpenConversation(customer_id=self._customer_id, kind="inquiry", channel="web", body="Where is it?")
        return conversations.open_conversation(self._executor, opening, replace(GATEWAY, occurred_at=begun)).id

    def all_due(self, seconds: Sequence[float]) -> list[str]:
        """Several of them."""
        return [self.due(each) for each in seconds]

    def correct(self, target: timedelta) -> None:
        """The first reply should have been owed within that ever since."""
        keys = CorrectPolicy(correct_from=datetime.now(UTC) - 24 * HOUR, targets={"first_reply": target})
        sla.change_policy(self._executor, self.policy_id, keys, AGENT)

    def answer(self, conversation_id: str, ago: timedelta | None = None) -> None:
        """An agent answers, or did so long ago and it is told only now."""
        said = AGENT
        if ago is not None:
            said = replace(AGENT, occurred_at=datetime.now(UTC) - ago, reported_by=GATEWAY.actor)
        conversations.act(self._executor, conversation_id, SendReply(body="Here"), said)


def due_of(log: Log, conversation_id: str) -> datetime:
    """When its first reply is due."""
    return log.streams([conversation_id])[conversation_id][0].at + HOUR


def clocks_view(log: Log, projector: Database) -> AbstractContextManager[object]:
    """The view of clocks and the timer table follow as long as this lasts."""
    return Host(log, projector, [Projector(view) for view in CLOCK_VIEWS], lease_seconds=5, poll_seconds=0.2)


def assert_as_from_zero(log: Log, projector: Database, owner_url: str) -> None:
    """The views that followed through it all hold what a replay gives. Raises AssertionError."""
    follow_clocks(log, projector)
    assert unlike_clocks(log) == []
    for view in CLOCK_VIEWS:
        assert rows(projector, view) == in_memory(log, view)
        assert Rebuild(log, projector, owner_url, view).verify().differing == 0


def follow_clocks(log: Log, projector: Database) -> None:
    """The view of clocks and the timer table are at the log's end."""
    catch_up(log, projector, subscriptions=[Projector(view) for view in CLOCK_VIEWS])


def unlike_clocks(log: Log, timers: Timers = TIMERS) -> list[str]:
    """Where the timer table says otherwise than the view of clocks when an evaluation is due; nowhere is []."""
    shown = {id: row for (id,), (row, _) in in_memory(log, SLA_CLOCKS).items()}
    held = {
        id: row.due_at
        for (kind, id), (row, _) in in_memory(log, timers).items()
        if row and kind == "clocks" and kind_of(id) != "signal"
    }
    due = {id: AT_ONCE if row.unseen else row.next_at for id, row in shown.items()}
    return [f"{id}: {held.get(id)}, not {due.get(id)}" for id in due.keys() | held if held.get(id) != due.get(id)]
