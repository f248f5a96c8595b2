"""A customer who is promised things, soon or long ago, and the ledger that follows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

from commands import promise as promises
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.signal import handlers as signals
from commands.signal.routing import route
from commands.staff import handlers as staffing
from domain.promise import MakePromise
from domain.signal.commands import PlanSignal, RouteSignal
from domain.staff import FormTeam
from infra.log.application import Log
from infra.postgres.database import Database, connect
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from projections.promise import PROMISES
from projections.timer import TIMERS
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.signal_evidence import FEW, Given


class Promised:
    """Makes promises to one customer, told by a gateway a day after they were made: so their dates may have passed."""

    def __init__(self, executor: CommandExecutor, who: str = "ada") -> None:
        self._executor = executor
        self.conversation_id = deliver(executor, mail(ord(who[0]), who, f"{who}@example.org"), GATEWAY).id
        self.customer_id: str = executor.read(self.conversation_id).state.customer_id

    def due(self, seconds: float) -> str:
        """A promise that is due in so many seconds, or was so many before."""
        now = datetime.now(UTC)
        command = MakePromise(
            customer_id=self.customer_id,
            conversation_id=self.conversation_id,
            text="We call you",
            due_at=now + timedelta(seconds=seconds),
        )
        context = Context(GATEWAY.actor, occurred_at=now - timedelta(days=1))
        return promises.make(self._executor, command, context).id

    def all_due(self, seconds: Sequence[float]) -> set[str]:
        """Several of them."""
        return {self.due(each) for each in seconds}


def planned(executor: CommandExecutor, seconds: float) -> str:
    """A signal with a launch that is due in so many seconds, or was so many before."""
    team_id = staffing.form_team(executor, FormTeam(name="Production"), AGENT).id
    command = RouteSignal(area="wheels", theme="wobbles", stage="production", team_id=team_id, because="Somebody fell")
    signal_id = route(executor, command, AGENT, Given(of_any=FEW)).id
    now = datetime.now(UTC)
    plan = PlanSignal(what="A stiffer rim", due_at=now + timedelta(seconds=seconds))
    return signals.act(executor, signal_id, plan, Context(GATEWAY.actor, occurred_at=now - timedelta(days=1))).id


def ledger(log: Log, projector: Database) -> AbstractContextManager[object]:
    """The ledger and the timer table follow as long as this lasts."""
    return Host(log, projector, [Projector(PROMISES), Projector(TIMERS)], lease_seconds=5, poll_seconds=0.2)


def database_clock(url: str) -> datetime:
    """What time it is there."""
    with connect(url, "reader") as connection:
        ((now,),) = connection.execute("SELECT clock_timestamp()").fetchall()
    assert isinstance(now, datetime)
    return now
