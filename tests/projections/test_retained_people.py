"""What retention goes by, as the views show it; and the timer of its runs."""

from __future__ import annotations

from datetime import UTC, datetime

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import AddInteraction, ChangeStatus
from domain.customer import GiveConsent, WithdrawConsent
from domain.retention import PersonFacts
from infra.log.application import Log
from infra.postgres.database import Database
from projections.retention import KeptInViews
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up


def test_what_is_known_of_a_person(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given
    kept = KeptInViews(projector, lambda *_: None)
    id = deliver(executor, mail(1), GATEWAY).id
    ada = executor.read(id).state.customer_id
    other = executor.read(deliver(executor, mail(2, "t2", "bo@example.org"), GATEWAY).id).state.customer_id
    before = datetime.now(UTC)

    def known() -> PersonFacts:
        catch_up(log, projector)
        (found,) = kept.of([ada])
        return found

    # Then
    assert (found := known()).closed_at is None
    assert (found.withdrawn_at, found.complained, found.ordered) == (None, False, False)
    assert found.last_at <= datetime.now(UTC)
    # When all is closed, and a consent is withdrawn
    conversations.act(executor, id, ChangeStatus(status="resolved"), AGENT)
    customers.act(executor, GiveConsent(customer_id=ada, purpose="newsletter"), AGENT)
    assert known().withdrawn_at is None
    customers.act(executor, WithdrawConsent(customer_id=ada, purpose="newsletter"), AGENT)
    # Then
    assert (found := known()).closed_at is not None
    assert found.closed_at >= before
    assert found.withdrawn_at is not None
    assert found.withdrawn_at >= found.closed_at
    # When it goes on, with a complaint
    conversations.act(executor, id, AddInteraction(kind="complaint"), GATEWAY)
    # Then
    assert ((found := known()).closed_at, found.complained) == (None, True)
    # And page by page, everybody comes once
    first = kept.page("", 1, 0)
    assert [each.customer_id for each in (*first, *kept.page(first[0].customer_id, 5, 0))] == sorted([ada, other])
