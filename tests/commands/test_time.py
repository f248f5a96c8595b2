"""When it happened is said by those who were told of it, never of the future; when it was recorded, by the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.conversation.commands import SendReply
from domain.kernel.event import Actor, ActorKind
from domain.kernel.refusal import Refusal
from domain.staff import TeamFormed
from infra.log.application import Log
from tests.support.companies import GATEWAY, mail

YESTERDAY = datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=1)))


def by(kind: ActorKind, at: datetime | None = YESTERDAY) -> Context:
    return Context(Actor(id=f"{kind}-1", kind=kind), occurred_at=at)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.mark.parametrize("kind", ["agent", "customer", "bot"])
def test_nobody_says_when_they_did_something_themselves(executor: CommandExecutor, log: Log, kind: ActorKind) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    end = log.position()
    # When
    with pytest.raises(Refusal) as refused:
        conversations.act(executor, id, SendReply(body="yes"), by(kind))
    # Then
    assert refused.value.code == "time-not-yours"
    assert log.position() == end


@pytest.mark.parametrize("kind", ["service", "system"])
def test_a_gateway_says_when_it_happened_and_the_log_when_it_heard_of_it(
    executor: CommandExecutor, log: Log, kind: ActorKind
) -> None:
    # When
    id = deliver(executor, mail(1), by(kind)).id
    # Then
    recorded = log.streams([id])[id][0]
    assert recorded.envelope.occurred_at == YESTERDAY
    assert recorded.envelope.occurred_at.utcoffset() == timedelta(0)
    assert recorded.recorded_at > YESTERDAY


def test_an_import_tells_what_others_did_and_when(executor: CommandExecutor, log: Log) -> None:
    # Given a change that names its own actor and time
    change = Change("team-1", NOTHING, [TeamFormed(team_id="team-1", name="Claims")], by("agent"))

    def asked_by(kind: ActorKind) -> Answer:
        return executor.run(by(kind, None), lambda: UnitOfWork("team-1", [change]))

    # When
    with pytest.raises(Refusal) as refused:
        asked_by("agent")
    asked_by("service")
    # Then
    assert refused.value.code == "time-not-yours"
    (recorded,) = log.streams(["team-1"])["team-1"]
    assert (recorded.envelope.actor.kind, recorded.at) == ("agent", YESTERDAY)


def test_nothing_happened_in_the_future(executor: CommandExecutor, log: Log) -> None:
    # When
    with pytest.raises(Refusal) as refused:
        deliver(executor, mail(1), by("service", datetime.now(UTC) + timedelta(minutes=6)))
    # Then
    assert refused.value.code == "time-ahead"
    assert log.position() == 0


def test_what_nobody_dates_happened_when_it_was_recorded(executor: CommandExecutor, log: Log) -> None:
    # When
    id = deliver(executor, mail(1), GATEWAY).id
    # Then
    (recorded, *_) = log.streams([id])[id]
    assert recorded.envelope.occurred_at is None
    assert recorded.at == recorded.recorded_at


def test_everything_said_around_a_command_stands_in_its_envelope(executor: CommandExecutor, log: Log) -> None:
    # Given
    actor = Actor(id="staff-1", kind="agent", roles=("agent", "lead"), team="team-1")
    said = {
        "command_id": "k1",
        "on_behalf_of": "customer-1",
        "reason": "asked on the phone",
        "client": "desk 4.2",
        "correlation_id": "c1",
        "causation_id": "event-1",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    }
    id = deliver(executor, mail(1), GATEWAY).id
    # When
    conversations.act(executor, id, SendReply(body="yes"), Context(actor, **said))  # type: ignore[arg-type]
    # Then
    envelope = log.streams([id])[id][-1].envelope
    assert envelope.actor == actor
    assert envelope.model_dump(include=set(said)) == said
    assert envelope.event_id.startswith("event-")
