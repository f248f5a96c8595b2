"""Dead letters wait for somebody: sealed, seen to with a reason, and never for longer than they may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from consumers.inbound import consumer as inbound
from consumers.inbound.dead_letters import EXPIRER, SUBJECT, DeadLetters
from consumers.inbound.messages import Received
from consumers.inbound.taking_in import take_in
from domain.conversation.events import MessageReceived
from domain.kernel.refusal import Refusal
from domain.order.events import Placed
from infra.embedded.postgres import EmbeddedPostgres, Urls
from infra.log.application import Log
from infra.log.letters import ERASER
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.databases import superuser_url
from tests.support.exactly_once import whole
from tests.support.inbound import Sent, message, report, step
from tests.support.marker_scan import STEM, database, scan
from tests.support.open_work import erase

MARKER = f"{STEM}-sent"


@pytest.fixture
def letters(executor: CommandExecutor) -> DeadLetters:
    return DeadLetters(executor)


def received(sent: Sent, offset: int = 0) -> Received:
    return Received(sent.topic, 0, offset, sent.key, sent.value, sent.headers)


def dead(letters: DeadLetters, sent: Sent, code: str = "customer-unknown", offset: int = 0) -> str:
    """A letter of this; its id."""
    letters.add([(received(sent, offset), Refusal(code, f"as {MARKER} has it"))])
    return letters.all()[-1].id


ORDER = step("o1", "4711", "placed", customer={"kind": "mail", "value": "ada@example.org"})


def test_a_retry_takes_it_in_once_what_was_wrong_is_mended(
    executor: CommandExecutor, log: Log, letters: DeadLetters
) -> None:
    # Given
    id = dead(letters, ORDER)
    refusal = inbound.retry(executor, letters, id, "staff-1", "perhaps now")
    assert refusal is not None
    assert refusal.code == "customer-unknown"
    assert [each.state for each in letters.all()] == ["waiting"]
    # When
    deliver(executor, mail(1), GATEWAY)
    assert inbound.retry(executor, letters, id, "staff-1", "she wrote") is None
    # Then
    assert sum(isinstance(each.event, Placed) for each in whole(log)) == 1
    assert letters.all() == []
    assert letters.letter(id).state == "taken-in"
    told = [(each.what, each.who, each.why, each.code) for each in letters.decisions(id)]
    assert told == [
        ("retry", "staff-1", "perhaps now", "customer-unknown"),
        ("retry", "staff-1", "she wrote", None),
    ]


@pytest.mark.parametrize("state", ["taken-in", "discarded"])
def test_what_is_settled_is_settled(executor: CommandExecutor, letters: DeadLetters, state: str) -> None:
    # Given
    deliver(executor, mail(1), GATEWAY)
    id = dead(letters, ORDER)
    if state == "taken-in":
        inbound.retry(executor, letters, id, "staff-1", "because")
    else:
        letters.settle(id, "discarded", "staff-1", "a test of theirs")
    # When
    attempts: list[Callable[[], object]] = [
        lambda: inbound.retry(executor, letters, id, "staff-1", "because"),
        lambda: letters.settle(id, "discarded", "staff-1", "because"),
        lambda: letters.open(id),
    ]
    for attempt in attempts:
        with pytest.raises(Refusal) as caught:
            attempt()
        # Then
        assert caught.value.code == "letter-settled"
    assert len(letters.decisions(id)) == 1


def test_nothing_is_done_without_a_reason(executor: CommandExecutor, letters: DeadLetters) -> None:
    id = dead(letters, ORDER)
    attempts: list[Callable[[], object]] = [
        lambda: inbound.retry(executor, letters, id, "staff-1", ""),
        lambda: letters.settle(id, "discarded", "staff-1", ""),
    ]
    for attempt in attempts:
        with pytest.raises(Refusal) as caught:
            attempt()
        assert caught.value.code == "reason-missing"
    assert letters.decisions(id) == []


def test_the_same_record_is_one_letter_and_another_in_its_place_another(letters: DeadLetters) -> None:
    # Given
    id = dead(letters, ORDER)
    # When it is read again, and when the topic was made anew
    letters.add([(received(ORDER), Refusal("order-unknown", "again"))])
    assert [each.id for each in letters.all()] == [id]
    assert letters.among([received(ORDER)]) == {("inbound.orders.v1", 0, 0)}
    other = received(replace(ORDER, value=b"other"))
    # Then
    assert letters.among([other]) == set()
    letters.add([(other, Refusal("not-json", "no"))])
    assert len(letters.all()) == 2


def test_what_was_sent_is_readable_nowhere_and_its_reason_is_without_it(
    server: EmbeddedPostgres, database_urls: Urls, letters: DeadLetters
) -> None:
    # Given
    sent = message(MARKER, MARKER, MARKER, **{MARKER: 1})
    # When
    id = dead(letters, sent)
    # Then
    opened = letters.open(id)
    assert opened.received == received(sent)
    assert MARKER in opened.why
    for url in (database_urls.database_url, database_urls.vault_url):
        assert scan([MARKER], database(url, superuser_url(server, url))) == []


def test_what_waits_for_too_long_is_given_up_and_its_key_destroyed(log: Log, database_urls: Urls) -> None:
    # Given
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    executor = CommandExecutor(log, clock=lambda: now)
    letters = DeadLetters(executor)
    old = dead(letters, ORDER)
    now += timedelta(days=1)
    young = dead(letters, ORDER, offset=1)
    # When
    now += timedelta(days=29)
    assert letters.expire(30) == 0
    now += timedelta(days=1)
    assert letters.expire(30) == 1
    # Then
    assert [each.id for each in letters.all()] == [young]
    assert letters.letter(old).state == "expired"
    assert [(each.what, each.who) for each in letters.decisions(old)] == [("expire", EXPIRER)]
    assert [subject for subject, _ in log.vault.erasures()] == [f"dead-letters:2026-05-01:{old}"]
    assert letters.expire(30) == 0
    executor.close()


def test_a_message_that_is_retried_is_heard_once_however_often_it_came(
    executor: CommandExecutor, log: Log, letters: DeadLetters
) -> None:
    # Given
    sent = message("m1", "t1", "it drips")
    id = dead(letters, sent)
    take_in(executor, received(sent))
    # When
    assert inbound.retry(executor, letters, id, "staff-1", "because") is None
    # Then
    assert sum(isinstance(each.event, MessageReceived) for each in whole(log)) == 1


WROTE = {"kind": "mail", "value": " Ada@Example.ORG "}
BY_WHAT_IS_NAMED: dict[str, Callable[[CommandExecutor, str], Sent]] = {
    "a contact point": lambda executor, id: message("m9", "t9", MARKER, contact=WROTE, occurred_at="never"),
    "who ordered": lambda executor, id: step("o9", "4712", "placed", customer=WROTE, value=MARKER),
    "a customer": lambda executor, id: step("o9", "4712", "placed", customer=customer_of(executor, id), lines=MARKER),
    "an order": lambda executor, id: step("o9", " 4711", "shipped", parcel=[MARKER]),
    "a thread": lambda executor, id: message("m9", "t1", MARKER, contact=None),
    "a conversation": lambda executor, id: report("r9", "message-9", id, MARKER * 99),
}


def customer_of(executor: CommandExecutor, conversation_id: str) -> str:
    return str(executor.read(conversation_id).state.customer_id)


@pytest.mark.parametrize("named", BY_WHAT_IS_NAMED)
def test_a_letter_that_names_who_is_erased_goes_with_them(
    executor: CommandExecutor, log: Log, letters: DeadLetters, named: str
) -> None:
    # Given Ada with an order, a letter about her, and one that names nobody
    conversation_id = deliver(executor, mail(1, "t1"), GATEWAY).id
    take_in(executor, received(ORDER))
    id = dead(letters, BY_WHAT_IS_NAMED[named](executor, conversation_id), "input-invalid", 1)
    other = dead(letters, message("m8", "bob", MARKER), "input-invalid", 2)
    assert MARKER.encode() in (letters.open(id).received.value or b"")
    # When
    erase(executor, customer_of(executor, conversation_id), AGENT)
    # Then its key is destroyed, also for whoever has a backup
    assert [each.id for each in letters.all()] == [other]
    with log.database.connection() as connection:
        ((subject, sealed),) = connection.execute(
            "SELECT subject, sealed FROM antiphon.dead_letters WHERE id = %s", (id,)
        ).fetchall()
    assert (sealed, log.vault.destroyed([subject])) == (None, {subject})
    assert [(each.what, each.who) for each in letters.decisions(id)] == [("discard", ERASER)]


def test_the_key_of_a_day_goes_though_none_of_its_letters_waits(log: Log) -> None:
    # Given a letter that was settled: its day's key opens it in a backup of the log
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    executor = CommandExecutor(log, clock=lambda: now)
    letters = DeadLetters(executor)
    letters.settle(dead(letters, replace(message("m9", "t9", ""), value=b"{"), "not-json"), "discarded", "ada", "spam")
    today = f"{SUBJECT}{now.date()}"
    assert log.vault.keys([today])[today] is not None
    # When it may be kept no longer
    now += timedelta(days=31)
    assert letters.expire(30) == 0
    # Then
    assert log.vault.destroyed([today]) == {today}
    executor.close()


def test_a_letter_that_tells_of_nobody_waits_for_its_day(executor: CommandExecutor, letters: DeadLetters) -> None:
    # Given
    conversation_id = deliver(executor, mail(1, "t1"), GATEWAY).id
    broken = replace(message("m9", "t9", ""), value=b"ada@example.org wrote {")
    id = dead(letters, broken, "not-json")
    # When
    erase(executor, customer_of(executor, conversation_id), AGENT)
    # Then
    assert letters.open(id).received.value == broken.value
