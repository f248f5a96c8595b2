"""The audit trail: who did what and who looked at what, about a thing or by somebody, in the order of time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.trail import AuditTrail, Between, TrailEntry
from commands.conversation.delivering import deliver
from commands.conversation.handlers import act
from commands.executor.executor import CommandExecutor
from commands.staff.handlers import join
from domain.conversation.commands import ChangePriority
from domain.conversation.state import CONVERSATION
from domain.kernel.refusal import Overloaded
from domain.staff import JoinStaff
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database, connect
from infra.trail.looks import Look, LookRecorder
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up

HOUR = timedelta(hours=1)
ALWAYS = Between(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def look(about: str, *subjects: str, actor_id: str = "staff-1", ended: bool = False) -> Look:
    """A look of an agent's at a conversation."""
    route = "/conversations/{id}"
    return Look(actor_id, "agent", ("agent",), None, route, about, subjects, None, ended, "request-1")


def record(urls: Urls, *looks: Look) -> None:
    async def recording() -> None:
        async with LookRecorder(urls.database_url, 30) as recorder:
            await asyncio.gather(*map(recorder.record, looks))

    asyncio.run(recording())


@pytest.fixture
def trail(log: Log, projector: Database, database_urls: Urls) -> Iterator[AuditTrail]:
    """The trail, as an auditor reads it."""
    auditor = Database(database_urls.database_url, "auditor")
    yield AuditTrail(log, auditor, projector)
    auditor.close()


def told(entries: list[TrailEntry]) -> list[tuple[str, str, str | None]]:
    return [(each.what, each.actor_id, each.why) for each in entries]


def test_deeds_and_looks_stand_in_the_order_of_time(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, trail: AuditTrail
) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    customer_id = executor.read(CONVERSATION, id).existing("conversation").state.customer_id
    other = deliver(executor, mail(2, "t2", "bob@example.org"), GATEWAY).id
    record(database_urls, look(id, customer_id), look(other, "customer-other", actor_id="staff-2"))
    act(executor, id, ChangePriority(priority="urgent"), replace(AGENT, reason="it burns"))
    record(database_urls, look(id, ended=True))
    catch_up(log, projector)
    # When
    about = trail.about(id, ALWAYS)
    # Then
    last = [
        ("looked: /conversations/{id}", "staff-1", None),
        ("conversation.priority-changed", "staff-1", "it burns"),
        ("ceased to look: /conversations/{id}", "staff-1", None),
    ]
    assert told(about)[-3:] == last
    assert told(about)[0][:2] == ("customer.registered", "service-mail")
    assert told(trail.by("staff-1", ALWAYS)) == last
    assert [each.what for each in trail.about(customer_id, ALWAYS)].count("looked: /conversations/{id}") == 1
    assert [each.actor_id for each in trail.by("staff-2", ALWAYS)] == ["staff-2"]
    everything = trail.between(ALWAYS)
    assert [each for each in everything if each in trail.about(id, ALWAYS)] == trail.about(id, ALWAYS)
    assert [each.about for each in everything if each.actor_id == "staff-2"] == [other]
    since = about[-2].at
    assert told(trail.about(id, Between(since, about[-1].at))) == last[1:2]


def test_a_live_look_has_its_end_and_a_colleague_a_handle(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, trail: AuditTrail
) -> None:
    # Given
    jo = join(executor, JoinStaff(handle="jo", name="Jo Ferreira"), AGENT).id
    id = deliver(executor, mail(1), GATEWAY).id
    customer_id = executor.read(CONVERSATION, id).existing("conversation").state.customer_id
    begun = replace(look(id, customer_id, actor_id=jo), stream="stream-1", purpose="complaint")
    for each in (begun, replace(begun, subjects=(), ended=True), replace(begun, stream="stream-2")):
        record(database_urls, each)
    catch_up(log, projector)
    # When
    looked = [each for each in trail.about(id, ALWAYS) if each.what.startswith("looked")]
    ceased = next(each for each in trail.about(id, ALWAYS) if each.what.startswith("ceased"))
    # Then
    assert [(each.handle, each.purpose, each.live, each.until) for each in looked] == [
        ("jo", "complaint", True, ceased.at),
        ("jo", "complaint", True, None),
    ]


def test_a_clock_that_was_set_back_hides_nothing_that_somebody_did(
    executor: CommandExecutor, log: Log, database_urls: Urls, trail: AuditTrail
) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    since = log.now()
    for priority in ("urgent", "low", "high"):
        act(executor, id, ChangePriority(priority=priority), AGENT)
    (middle,) = log.recorded_events(log.read(log.position() - 2, limit=1))
    with connect(database_urls.database_url) as superuser:
        superuser.execute(
            "UPDATE antiphon.log SET recorded_at = %s WHERE position = %s", (since - HOUR, middle.position)
        )
    # Then
    assert [each.position for each in trail.by("staff-1", Between(since, since + HOUR))] == [
        middle.position - 1,
        middle.position + 1,
    ]


def test_looks_that_wait_share_a_commit_and_a_failure(log: Log, database_urls: Urls) -> None:
    """Nobody waits for ever: who cannot be recorded is told so."""

    async def recording() -> list[BaseException | None]:
        gone = f"{database_urls.database_url}&dbname=nowhere"
        async with LookRecorder(gone, 5) as recorder:
            return await asyncio.gather(
                *(recorder.record(look("conversation-1")) for _ in range(20)), return_exceptions=True
            )

    assert {type(each) for each in asyncio.run(recording())} == {Overloaded}
