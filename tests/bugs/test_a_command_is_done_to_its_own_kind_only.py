"""A command asked of another kind of thing than it is for finds nothing, and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from commands import order as orders
from commands import promise as promises
from commands.attention.contacting import owe_closing
from commands.content import keep
from commands.conversation import handlers as conversations
from commands.decision_table import publish
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.service_level.clocks import evaluate, record_all_evaluated
from commands.service_level.facts import ClockFacts
from commands.signal import themes
from commands.signal.routing import route
from commands.subscription import request
from commands.token import revoke
from domain.attention.contacts import OweClosing
from domain.catalogue import STREAMS
from domain.confirmation import stream_with as stream_with_confirmation
from domain.content import COMPANY
from domain.conversation.commands import OpenConversation
from domain.decision_table.published import PublishTable
from domain.hold import stream_with
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.order.commands import PlaceOrder
from domain.promise import MakePromise
from domain.retention import RUNS, RetentionBegan
from domain.service_level.policy import Selects
from domain.service_level.signal_verdicts import SIGNAL_CLOCKS, stream_of
from domain.signal.commands import RouteSignal
from domain.signal.theme import AddTheme
from domain.subscription import Retry
from domain.token import RevokeToken
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from tests.support.calling import Place, calls
from tests.support.companies import AGENT
from tests.support.promising import policy_for_inquiries
from tests.support.serving import Company, client, served
from tests.support.signal_evidence import FEW, Given

TABLE = {
    "hit_policy": "first",
    "inputs": [{"name": "people", "type": "number"}],
    "outputs": [{"name": "team", "type": "string"}],
    "rules": [{"then": {"team": "null"}}],
}
COMMANDS = [call for call in calls() if call.method != "GET" and call.kind]


def one_of_each_kind(executor: CommandExecutor, place: Place) -> dict[str, str]:
    """Ids by what they are ids of: every kind of stream, and what is in a stream of its person's."""
    why = Context(AGENT.actor, reason="looked into it")
    follower = request(executor, Retry(follower="inbox", version=1, stream=place.company.conversation), why).id
    clocks = evaluate(executor, ClockFacts(executor.log, "UTC"), place.company.conversation, why).id
    watch = record_all_evaluated(executor, executor.log.position(), executor.log.now(), why).id
    content = keep(executor, COMPANY, [b"a file"], why).answer.id
    table = publish(executor, PublishTable.model_validate({"name": "routing", "table": TABLE}), why).id
    command = RouteSignal(
        area="wheels", theme="wobbles", stage="design", team_id=place.company.team, because="It burns"
    )
    policy_for_inquiries(executor, subject="signal", selects=Selects(), targets={"acknowledge": timedelta(hours=1)})
    signal = route(executor, command, why, Given(of_any=FEW)).id
    evaluate(executor, ClockFacts(executor.log, "UTC"), signal, why)
    clocks_of_signal = stream_of(signal)
    assert executor.read(SIGNAL_CLOCKS, clocks_of_signal).state is not None
    owed = OweClosing(
        customer_id=place.company.customer,
        outcome_id="1",
        outcome="shipped",
        signal_id="signal-1",
        area="frames",
        theme="size",
    )
    attention = owe_closing(executor, owed, why).id
    theme = themes.add(executor, AddTheme(key="wobbles", name="Wobbles"), why).id
    ids = [*place.names.values(), follower, clocks, watch, content, table, signal, clocks_of_signal, attention, theme]
    hold = place.hold()
    confirmation = place.confirmation()
    ids.append(revoke(executor, RevokeToken(token_id="t1"), why).id)
    ids += [hold, stream_with(hold), confirmation, stream_with_confirmation(confirmation), place.webhook()]
    ids.append(place.citation())
    runs = Change(RUNS, NOTHING, [RetentionBegan(table_version=1)])
    ids.append(executor.run(why, lambda: UnitOfWork(RUNS, [runs])).id)
    return {kind_of(id): id for id in ids if id[0].isalpha()}


def test_what_a_route_is_not_for_is_not_found(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    company = Company.founded(executor)
    place = Place.furnished(executor, company)
    ids = one_of_each_kind(executor, place)
    assert set(ids) == {*STREAMS, "interaction", "hold", "confirmation", "launch"}
    subscriptions = [Projector(view) for view in VIEWS]
    found = {}
    with (
        Host(log, projector, subscriptions, lease_seconds=5, poll_seconds=0.2),
        served(executor, database_urls) as url,
    ):
        for call in COMMANDS:
            with client(url, getattr(company, call.roles[0])) as caller:
                for kind in ids.keys() - {call.kind}:
                    # When
                    end = log.position()
                    answer = call.made(caller, ids[kind], place.names)
                    found[call.name, kind] = (answer.status_code, answer.json().get("code"), log.position() - end)
    # Then
    assert {what: said for what, said in found.items() if said != (404, "not-found", 0)} == {}
    assert len(found) == sum(len(ids.keys() - {call.kind}) for call in COMMANDS) > 100


def test_whose_it_is_has_to_be_a_customer(executor: CommandExecutor, log: Log) -> None:
    # Given
    place = Place.furnished(executor, Company.founded(executor))
    ids = one_of_each_kind(executor, place)
    ids["customer"] = "customer-nobody"
    about, tomorrow = place.company.conversation, datetime.now(UTC) + timedelta(days=1)
    asks: list[Callable[[str], Answer]] = [
        lambda id: conversations.open_conversation(
            executor, OpenConversation(customer_id=id, kind="inquiry", channel="mail"), AGENT
        ),
        lambda id: orders.place(executor, PlaceOrder(customer_id=id), AGENT),
        lambda id: promises.make(
            executor, MakePromise(customer_id=id, conversation_id=about, text="Soon", due_at=tomorrow), AGENT
        ),
    ]
    end = log.position()
    for ask, id in product(asks, ids.values()):
        # When
        with pytest.raises(Refusal) as refused:
            ask(id)
        # Then
        assert refused.value.code == "not-found"
    assert log.position() == end
