"""Followers: exactly once, in order, poison set aside, and a replay from zero gives the same rows."""

from __future__ import annotations

from typing import Any

import pytest

from commands import subscription as subscription_requests
from commands.conversation import handlers as conversations
from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from domain.conversation.commands import AddNote, ChangePriority, SendReply
from domain.kernel.event import Actor
from domain.kernel.personal import ERASED
from domain.kernel.refusal import Refusal
from domain.staff import FormTeam
from domain.subscription import Retry, Skip
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database, connect
from infra.subscriptions.pages import Pages
from infra.subscriptions.quarantine import all_quarantined
from infra.subscriptions.subscription import LeaseHolder
from infra.views.projector import Projector
from infra.views.rebuild import Rebuild
from infra.views.tables import Table
from projections.catalogue import VIEWS
from projections.conversation.history import HISTORY
from projections.conversation.inbox import INBOX
from projections.customer.timeline import TIMELINE
from tests.support.following import Choking, catch_up, in_memory, rows, verify_all
from tests.support.open_work import erase

AGENT = Context(Actor(id="staff-1", kind="agent", roles=("agent",)), reason="seen to")
GATEWAY = Context(Actor(id="service-mail", kind="service"))


def mail(executor: CommandExecutor, number: int, thread: str = "t1") -> str:
    contact = ContactPoint("mail", f"{thread}@example.org", "Ada")
    return deliver(executor, Delivery("mail", f"m{number}", contact, f"word {number}", thread), GATEWAY).id


def lease_holder(log: Log, projector: Database, follower: Any, holder: str = "me", page_size: int = 500) -> LeaseHolder:
    return LeaseHolder(follower, log, Pages(log, page_size), projector, holder, seconds=5)


def run(lease_holder: LeaseHolder) -> None:
    while lease_holder.step():
        pass


def quarantined(projector: Database) -> list[tuple[str, int, str]]:
    with projector.connection() as connection:
        return [(each.stream, each.position, each.error) for each in all_quarantined(connection)]


def test_views_hold_what_a_fold_in_memory_gives(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given
    conversation_id = mail(executor, 0)
    for number in range(1, 6):
        mail(executor, number, f"t{number % 2}")
        conversations.act(executor, conversation_id, SendReply(body=f"answer {number}"), AGENT)
    conversations.act(executor, conversation_id, ChangePriority(priority="high"), AGENT)
    staffing.form_team(executor, FormTeam(name="Orders"), AGENT)
    # When
    catch_up(log, projector)
    # Then
    for view in VIEWS:
        assert rows(projector, view) == in_memory(log, view)
    for view in (HISTORY, INBOX, TIMELINE):
        assert rows(projector, view)


def test_a_replay_from_zero_equals_the_live_views_also_after_an_erasure(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    conversation_id = mail(executor, 1)
    customer_id = executor.read(conversation_id).state.customer_id
    catch_up(log, projector)
    assert "word 1" in {row.text for row, _ in rows(projector, HISTORY).values()}
    # When
    erase(executor, customer_id, AGENT)
    catch_up(log, projector)
    # Then
    assert {row.text for row, _ in rows(projector, HISTORY).values()} == {None, ERASED}
    assert verify_all(log, projector, database_urls.database_url)


def test_verifying_catches_a_row_changed_behind_the_subscriptions_back(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    conversation_id = mail(executor, 1)
    catch_up(log, projector)
    with projector.connection() as connection:
        connection.execute(f"UPDATE {Table(INBOX).name.as_string()} SET messages_in = 7".encode())
    # When
    rebuild = Rebuild(log, projector, database_urls.database_url, INBOX)
    found = rebuild.verify()
    # Then
    assert (found.differing, found.examples[0].key, found.examples[0].columns) == (
        1,
        (conversation_id,),
        ("messages_in",),
    )
    # When
    rebuild.replace()
    # Then
    assert rebuild.verify().differing == 0
    assert rows(projector, INBOX) == in_memory(log, INBOX)


def test_poison_is_quarantined_with_the_rest_of_its_stream_and_others_flow(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    poisoned = mail(executor, 1, "t1")
    culprit = conversations.act(executor, poisoned, AddNote(body="the culprit"), AGENT).position
    other = mail(executor, 2, "t2")
    behind = conversations.act(executor, poisoned, SendReply(body="later"), AGENT).position
    history = lease_holder(log, projector, Choking(HISTORY, {culprit}))
    # When
    run(history)
    # Then
    assert quarantined(projector) == [(poisoned, culprit, "ValueError"), (poisoned, behind, "behind")]
    assert history.position == log.position()
    held = rows(projector, HISTORY)
    assert (other, 3) in held
    assert (poisoned, 4) not in held
    assert "culprit" not in str(quarantined(projector))


def test_a_retry_takes_in_what_was_quarantined_and_equals_a_replay(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    stream = mail(executor, 1)
    culprit = conversations.act(executor, stream, AddNote(body="the culprit"), AGENT).position
    conversations.act(executor, stream, SendReply(body="later"), AGENT)
    choking = Choking(HISTORY, {culprit})
    history = lease_holder(log, projector, choking)
    subscription_requests.request(executor, Retry(follower="history", version=HISTORY.version, stream=stream), AGENT)
    run(history)
    assert len(quarantined(projector)) == 2, "asked while it still chokes"
    # When
    choking.on.clear()
    subscription_requests.request(executor, Retry(follower="history", version=HISTORY.version, stream=stream), AGENT)
    run(history)
    # Then
    assert quarantined(projector) == []
    assert Rebuild(log, projector, database_urls.database_url, HISTORY).verify().differing == 0
    assert {row.version for row, _ in rows(projector, HISTORY).values()} == {1, 2, 3, 4, 5}
    assert {position for _, position in rows(projector, HISTORY).values()} == {log.position()}, "all are told anew"


def test_a_skipped_event_is_left_out_and_stays_out_in_a_replay(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    stream = mail(executor, 1)
    culprit = conversations.act(executor, stream, AddNote(body="the culprit"), AGENT).position
    conversations.act(executor, stream, SendReply(body="later"), AGENT)
    history = lease_holder(log, projector, Choking(HISTORY, {culprit}))
    run(history)
    # When
    subscription_requests.request(
        executor, Skip(follower="history", version=HISTORY.version, stream=stream, position=culprit), AGENT
    )
    run(history)
    # Then
    assert quarantined(projector) == []
    assert {row.version for row, _ in rows(projector, HISTORY).values()} == {1, 2, 3, 5}
    assert Rebuild(log, projector, database_urls.database_url, HISTORY).verify().differing == 0


def test_an_erasure_reaches_rows_of_a_parked_stream_and_what_is_retried(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    stream = mail(executor, 1)
    culprit = conversations.act(executor, stream, AddNote(body="the culprit"), AGENT).position
    choking = Choking(HISTORY, {culprit})
    history = lease_holder(log, projector, choking)
    run(history)
    # When
    erase(executor, executor.read(stream).state.customer_id, AGENT)
    run(history)
    # Then
    assert {row.text for row, _ in rows(projector, HISTORY).values()} == {None, ERASED}
    # When
    choking.on.clear()
    subscription_requests.request(executor, Retry(follower="history", version=HISTORY.version, stream=stream), AGENT)
    run(history)
    # Then
    assert {row.text for row, _ in rows(projector, HISTORY).values()} == {None, ERASED}
    assert Rebuild(log, projector, database_urls.database_url, HISTORY).verify().differing == 0


def test_a_request_to_a_subscription_needs_a_reason(executor: CommandExecutor) -> None:
    with pytest.raises(Refusal, match="reason-missing"):
        subscription_requests.request(
            executor, Retry(follower="history", version=HISTORY.version, stream="conversation-1"), GATEWAY
        )


def test_one_leads_and_the_other_stands_by_until_the_lease_is_given_back(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    mail(executor, 1)
    first = lease_holder(log, projector, Projector(INBOX), "first")
    second = lease_holder(log, projector, Projector(INBOX), "second")
    run(first)
    # When
    assert not second.step()
    assert second.position is None
    first.release()
    second.step()
    # Then
    assert second.position == log.position()


def test_a_lease_holder_that_was_overtaken_moves_nothing(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    mail(executor, 1)
    old = lease_holder(log, projector, Projector(INBOX), "old")
    run(old)
    with projector.connection() as connection:
        connection.execute("UPDATE antiphon.followers SET lease_until = clock_timestamp() - interval '1 second'")
    new = lease_holder(log, projector, Projector(INBOX), "new")
    new.step()
    # When
    mail(executor, 2)
    assert not old.step()
    # Then
    assert old.position is None
    run(new)
    assert rows(projector, INBOX) == in_memory(log, INBOX)


def test_an_unreadable_event_is_quarantined_by_those_who_want_it(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    stream = mail(executor, 1)
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute("UPDATE antiphon.log SET state = '\\x00' WHERE topic = 'conversation.message-received'")
    # When
    catch_up(log, projector)
    # Then
    with projector.connection() as connection:
        found = [(each.subscription, each.stream, each.error) for each in all_quarantined(connection)]
    who = ("conversation_steps", "history", "inbox", "search", "sla_clocks", "timers")
    assert found == [(name, stream, "UnreadableEvent not-decodable") for name in who]
