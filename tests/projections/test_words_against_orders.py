"""What people say is held against what they order, as the table of themes says what an order means."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from commands import order as orders
from commands import registry
from commands.conversation.delivering import Delivery, deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.decision_table import put
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.registry import Ports
from commands.signal import items
from domain.decision_table.written import TableWritten
from domain.kernel.event import Actor
from domain.order.commands import OrderLine, PlaceOrder
from domain.signal.assessment import assess
from domain.signal.evidence import Behaviour, Evidence
from domain.signal.identity import signal_id
from domain.signal.item import FileItem
from domain.statistics import Proportion
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.projector import Projector
from process.reaction import Reactor
from process.signal import SignalItems
from projections.signal import signals
from projections.signal.evidence import SignalEvidenceInViews
from tests.support.companies import AGENT, GATEWAY
from tests.support.following import catch_up
from tests.support.open_work import Shown
from tests.support.signal_evidence import NothingSaid

SYSTEM = Context(Actor(id="system-signal-items", kind="system"))
AT = datetime(2026, 5, 4, tzinfo=UTC)
NEW_TASTE = signal_id("cola", "new-taste", "design")
THEMES: dict[str, Any] = {
    "hit_policy": "first",
    "inputs": [{"name": each, "type": "string", "optional": "true"} for each in ("theme", "did", "product")],
    "outputs": [{"name": each, "type": "string"} for each in ("area", "theme", "stage", "stance")],
    "rules": [
        {"when": when, "then": {"area": '"cola"', "theme": '"new-taste"', "stage": '"design"', "stance": stance}}
        for when, stance in (
            ({"did": '"order"', "product": '"new cola"'}, '"for"'),
            ({"did": '"order"', "product": '"classic cola"'}, '"against"'),
            ({"theme": '"prefers new"'}, "null"),
            ({"theme": '"prefers classic"'}, '"against"'),
        )
    ],
}


def says(executor: CommandExecutor, who: str, theme: str, *, prompted: bool = True) -> None:
    contact = ContactPoint("handle", who)
    id = deliver(executor, Delivery("web", f"{who}", contact, "I tasted both"), GATEWAY).id
    fields = {"kind": "survey-answer", "conversation_id": id, "part": "1", "theme": theme, "said_at": AT}
    items.file(executor, FileItem.model_validate({**fields, "prompted": prompted}), SYSTEM)


def buys(executor: CommandExecutor, who: str, product: str) -> None:
    customer_id = customers.register(executor, [ContactPoint("handle", who)], GATEWAY).id
    lines = (OrderLine(item="bottle", count=1), OrderLine(item=product, count=6))
    orders.place(executor, PlaceOrder(customer_id=customer_id, lines=lines), GATEWAY)


def evidence(executor: CommandExecutor, log: Log, projector: Database) -> Evidence:
    """What the signal rests on, once everything is filed."""
    reactor = Reactor(SignalItems(), partial(registry.ask, Ports(executor, Shown(), NothingSaid())))
    recorded = log.recorded_events(log.read(0, 10_000))
    reactor.take([each for each in recorded if type(each.event) in SignalItems.reads], cast(Any, None))  # Any: unused
    catch_up(log, projector, subscriptions=[Projector(view) for view in signals.READS])
    found = SignalEvidenceInViews(projector, "Europe/Berlin", lambda _: None).evidence(NEW_TASTE)
    assert found is not None
    return found


def test_buyers_who_do_otherwise_contradict_those_who_were_asked(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given who tastes prefers the new cola, and who buys takes the classic one
    put(executor, {"themes": TableWritten.model_validate(THEMES)}, AGENT)
    for number in range(30):
        says(executor, f"taster-{number}", "prefers new" if number < 18 else "prefers classic")
        buys(executor, f"buyer-{number}", "new cola" if number < 6 else "classic cola")
    # When
    found = evidence(executor, log, projector)
    # Then
    assert found.behaviour == Behaviour(said=Proportion(18, 30), did=Proportion(6, 30))
    assert len(found.contributors) == 18, "who prefers the classic one says nothing for the new one"
    assert found.base.people == 60
    assert assess(found).strength == "contradicted"


def test_who_was_not_asked_is_held_against_what_they_do_themselves(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    put(executor, {"themes": TableWritten.model_validate(THEMES)}, AGENT)
    for who in ("ada", "bo", "cy"):
        says(executor, who, "prefers new", prompted=False)
    says(executor, "dee", "prefers classic", prompted=False)
    for who, product in (("ada", "new cola"), ("bo", "classic cola"), ("eli", "classic cola"), ("fay", "tea")):
        buys(executor, who, product)
    # When
    found = evidence(executor, log, projector)
    # Then
    assert found.behaviour == Behaviour(said=Proportion(2, 2), did=Proportion(1, 2)), "eli and fay never said so"


def test_deeds_without_a_stance_contradict_nobody(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given
    put(executor, {"themes": TableWritten.model_validate(THEMES)}, AGENT)
    says(executor, "ada", "prefers new")
    buys(executor, "ada", "tea")
    # Then
    assert evidence(executor, log, projector).behaviour is None
