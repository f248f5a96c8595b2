"""Erasing a customer: once and for good, also when it is interrupted, and whoever comes back is somebody new."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands import order as orders
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.conversation.handlers import open_conversation
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.customer.erasing import apply_erasures
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.importing import SourceFact, SourceRecord, take_in
from domain.conversation.commands import ChangePriority, OpenConversation, SendReply
from domain.customer import AddContactPoint, RegisterCustomer
from domain.kernel.event import Actor
from domain.kernel.ids import new_id
from domain.kernel.personal import ERASED
from domain.kernel.refusal import Refusal
from domain.order.commands import PlaceOrder
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.log.backup import dump, restore
from infra.postgres.database import Database, connect
from projections.catalogue import VIEWS
from projections.conversation.history import HISTORY
from tests.support.companies import AGENT, GATEWAY, mail, names, opened, opened_log
from tests.support.databases import Databases
from tests.support.following import catch_up, rows, verify_all
from tests.support.open_work import erase
from tests.support.recorded import events_of

IMPORT = Context(Actor(id="service-import", kind="service"), occurred_at=datetime(2026, 1, 1, tzinfo=UTC))


def ada(executor: CommandExecutor, number: int = 1) -> tuple[str, str]:
    """Her conversation and herself."""
    conversation_id = deliver(executor, mail(number), GATEWAY).id
    return conversation_id, executor.read(conversation_id).state.customer_id


def record(id: str = "r1") -> SourceRecord:
    """Of a customer with her address, as an import reads it each time."""
    opening = OpenConversation(customer_id="drawn", kind="complaint", channel="web", body="word")
    order = PlaceOrder(customer_id="drawn", number="A-1")
    told = [SourceFact("opened", opening, IMPORT), SourceFact("order", order, IMPORT)]
    return SourceRecord(
        "shop",
        id,
        RegisterCustomer(customer_id="drawn"),
        IMPORT,
        told,
        [ContactPoint("mail", "ada@example.org", "Ada")],
    )


def tombstones(urls: Urls) -> list[str]:
    with connect(urls.database_url, "auditor") as connection:
        return [subject for (subject,) in connection.execute("SELECT subject FROM antiphon.erased").fetchall()]


def claimed_by(urls: Urls, subject: str) -> int:
    with connect(urls.database_url, "auditor") as connection:
        found = connection.execute("SELECT FROM antiphon.claims WHERE subject = %s", [subject])
        return len(found.fetchall())


def test_key_claims_and_fence_agree(executor: CommandExecutor, log: Log, database_urls: Urls) -> None:
    # Given
    conversation_id, customer_id = ada(executor)
    assert claimed_by(database_urls, customer_id) == 3
    # When
    answer = erase(executor, customer_id, Context(AGENT.actor, reason="asked to be forgotten"))
    # Then
    assert [subject for subject, _ in log.vault.erasures()] == [customer_id] == tombstones(database_urls)
    assert claimed_by(database_urls, customer_id) == 0
    (erased,) = log.streams([customer_id])[customer_id][-1:]
    assert (erased.position, erased.event.stored_name, erased.envelope.reason) == (
        answer.position,
        "customer.erased",
        "asked to be forgotten",
    )
    assert events_of(log, conversation_id)[2].body == ERASED


def test_erasing_again_finds_the_first_time_and_adds_nothing(executor: CommandExecutor, log: Log) -> None:
    # Given
    _, customer_id = ada(executor)
    keyed = Context(AGENT.actor, command_id="e1")
    first = erase(executor, customer_id, keyed)
    end, erasures = log.position(), log.vault.erasures()
    # When
    again = [erase(executor, customer_id, keyed), erase(executor, customer_id, AGENT)]
    # Then
    assert [answer.position for answer in again] == [first.position] * 2
    assert (log.position(), log.vault.erasures()) == (end, erasures)


def test_erasing_somebody_unknown_is_refused_and_leaves_no_trace(executor: CommandExecutor, log: Log) -> None:
    with pytest.raises(Refusal, match="not-found"):
        erase(executor, new_id("customer"), AGENT)
    assert log.vault.erasures() == []


def test_nothing_more_can_be_asked_about_an_erased_customer(executor: CommandExecutor, log: Log) -> None:
    # Given
    conversation_id, customer_id = ada(executor)
    erase(executor, customer_id, AGENT)
    end = log.position()
    late: list[Callable[[], Answer]] = [
        lambda: customers.act(
            executor, AddContactPoint(customer_id=customer_id, contact_kind="phone", value="+49 1"), AGENT
        ),
        lambda: conversations.act(executor, conversation_id, SendReply(body="late"), AGENT),
        lambda: conversations.act(executor, conversation_id, ChangePriority(priority="high"), AGENT),
        lambda: orders.place(executor, PlaceOrder(customer_id=customer_id), AGENT),
        lambda: open_conversation(
            executor, OpenConversation(customer_id=customer_id, kind="inquiry", channel="mail"), AGENT
        ),
    ]
    # When
    for ask in late:
        with pytest.raises(Refusal) as refused:
            ask()
        assert refused.value.code == "customer-erased"
    # Then
    assert log.position() == end
    assert log.vault.keys([customer_id]) == {customer_id: None}


def test_whoever_comes_back_by_the_same_contact_or_thread_is_somebody_new(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    first_conversation, first = ada(executor)
    assert take_in(executor, record())
    erase(executor, first, AGENT)
    # When
    second_conversation, second = ada(executor, number=2)
    other_record_came_in = take_in(executor, record("r2"))
    # Then
    assert second != first
    assert second_conversation != first_conversation
    assert other_record_came_in
    catch_up(log, projector)
    lines = [row for row, _ in rows(projector, HISTORY).values()]
    assert {line.text for line in lines if line.customer_id == first} <= {None, ERASED}
    assert {line.text for line in lines if line.customer_id == second} == {None, "word", "word 2"}


def test_what_was_erased_is_not_brought_back_by_whoever_tells_it_again(
    executor: CommandExecutor, log: Log, database_urls: Urls
) -> None:
    # Given a message of a channel, a command with a key, and a record of an import, all of somebody who was erased
    keyed = replace(AGENT, command_id="reply-1")
    reply = SendReply(body="word")
    first, customer_id = ada(executor)
    answered = conversations.act(executor, first, reply, keyed)
    assert take_in(executor, record())
    erase(executor, customer_id, AGENT)
    end = log.position()
    # When each comes once more, also to a process that remembers nothing
    with opened(database_urls) as afresh:
        for desk in (executor, afresh):
            delivered = deliver(desk, mail(1), GATEWAY)
            again = conversations.act(desk, first, reply, keyed)
            came_in = take_in(desk, record())
            # Then it hears what it heard before, and nothing is added
            assert (delivered.id, delivered.repeated) == (first, True)
            assert again == replace(answered, repeated=True)
            assert not came_in
            assert log.position() == end
    # And what they had said can be tested against no guess
    with connect(database_urls.database_url, "auditor") as connection:
        kept = connection.execute("SELECT FROM antiphon.claims WHERE fingerprint IS NOT NULL").fetchall()
    assert kept == []


def test_a_death_between_key_and_event_is_made_good_at_the_next_start(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    conversation_id, customer_id = ada(executor)
    catch_up(log, projector)
    log.vault.destroy(customer_id)  # and here the process dies
    with opened_log(database_urls) as afresh:
        assert events_of(afresh, conversation_id)[2].body == ERASED
    # When
    with opened(database_urls) as started:
        applied = apply_erasures(started), apply_erasures(started)
    # Then
    assert applied == ([customer_id], [])
    assert tombstones(database_urls) == [customer_id]
    assert names(log, customer_id)[-1] == "customer.erased"
    catch_up(log, projector)
    assert {row.text for row, _ in rows(projector, HISTORY).values()} == {None, ERASED}
    verify_all(log, projector, database_urls.database_url)
    assert ada(executor, number=2)[1] != customer_id


def test_a_start_after_a_restore_erases_whom_the_backup_still_knew(
    executor: CommandExecutor, log: Log, database_urls: Urls
) -> None:
    # Given
    log.vault.destroy(new_id("customer"))
    known = [deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in range(3)]
    subjects = [executor.read(id).state.customer_id for id in known]
    for subject in subjects[:2]:
        log.vault.destroy(subject)
    # When
    with opened(database_urls) as started:
        applied = apply_erasures(started)
    # Then
    assert sorted(applied) == sorted(subjects[:2]) == sorted(tombstones(database_urls))
    assert "customer.erased" not in names(log, subjects[2])


def test_a_backup_made_before_an_erasure_brings_nobody_back(
    executor: CommandExecutor, database_urls: Urls, databases: Databases, tmp_path: Path
) -> None:
    # Given
    conversation_id, customer_id = ada(executor)
    dump(database_urls.database_url, executor.log.vault, tmp_path / "backup")
    erase(executor, customer_id, AGENT)
    with databases.fresh() as other:
        # When
        restore(other.database_url, executor.log.vault, tmp_path / "backup", VIEWS)
        urls = Urls(other.database_url, database_urls.vault_url)
        with opened(urls) as restored, closing(Database(urls.database_url, "projector")) as projector:
            applied = apply_erasures(restored)
            catch_up(restored.log, projector)
            # Then
            assert applied == [customer_id]
            assert events_of(restored.log, conversation_id)[2].body == ERASED
            assert {row.text for row, _ in rows(projector, HISTORY).values()} == {None, ERASED}
            assert claimed_by(urls, customer_id) == 0
            assert ada(restored, number=2)[1] != customer_id


def test_a_start_after_an_old_vault_came_back_destroys_the_keys_again(
    executor: CommandExecutor, log: Log, database_urls: Urls
) -> None:
    # Given
    conversation_id, customer_id = ada(executor)
    with connect(database_urls.vault_url, "keykeeper") as vault:
        kept = vault.execute("SELECT wrapped FROM vault.keys WHERE subject = %s", [customer_id]).fetchone()
        assert kept is not None
        erase(executor, customer_id, AGENT)
        back = "UPDATE vault.keys SET wrapped = %s, erased_at = NULL WHERE subject = %s"
        vault.execute(back, [*kept, customer_id])
    with opened_log(database_urls) as afresh:
        assert events_of(afresh, conversation_id)[2].body == "word 1"
    # When
    with opened(database_urls) as started:
        applied = apply_erasures(started), apply_erasures(started)
    # Then
    assert applied == ([customer_id], [])
    with opened_log(database_urls) as afresh:
        assert events_of(afresh, conversation_id)[2].body == ERASED


def test_no_erasure_is_recorded_that_the_vault_did_not_do(
    executor: CommandExecutor, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    _, customer_id = ada(executor)
    away = Database("postgresql://antiphon@/nowhere?host=/nonexistent", "keykeeper", deadline_seconds=0.3)
    # When
    with monkeypatch.context() as unreachable:
        unreachable.setattr(log.vault, "database", away)
        with pytest.raises(Refusal) as refused:
            erase(executor, customer_id, AGENT)
    # Then
    assert refused.value.code == "unavailable"
    assert "customer.erased" not in names(log, customer_id)
    away.close()
