"""Contact points that fail: marked once replies do not arrive, cleared by one that arrives or by a person."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.undelivered import failing_before
from commands.customer import failing, putting_right
from commands.executor.executor import CommandExecutor
from commands.mail_failures import reply_arrived, reply_failed
from consumers.mail.taking_in import CONTEXT
from domain.conversation.commands import SendReply
from domain.conversation.events import NoteAdded, Opened
from domain.customer import ClearContactPoint, ContactPointCleared, ContactPointFailed, RemoveContactPoint
from domain.customer.failing import says_of_address
from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from projections.conversation import inbox
from projections.customer import contacts
from tests.support.companies import AGENT
from tests.support.following import catch_up, verify_all
from tests.support.mails import raw_mail, take
from tests.support.recorded import events_of

ADA = "ada@example.org"


def begun(executor: CommandExecutor) -> tuple[str, str]:
    """A conversation that a mail began, and its customer."""
    id = take(executor, raw_mail()).id
    return id, next(each.customer_id for each in events_of(executor.log, id) if isinstance(each, Opened))


def replied(executor: CommandExecutor, id: str, code: str | None = None) -> str:
    """A reply; with a code, one that failed."""
    reply = SendReply(body="We send you a new one.")
    conversations.act(executor, id, reply, AGENT)
    if code is not None:
        reply_failed(executor, id, reply.message_id, code, CONTEXT)
    return reply.message_id


def marks(log: Log, customer_id: str) -> list[tuple[int, bool]]:
    events = events_of(log, customer_id)
    return [(each.in_a_row, each.failing) for each in events if isinstance(each, ContactPointFailed)]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("bounced-5-1-1", "for-good"), ("bounced-5-2-1", "for-good"), ("bounced-550", "for-good"),
        ("address-unusable", "for-good"), ("bounced-5-2-2", "for-now"), ("bounced-4-1-1", "for-now"),
        ("bounced-5-7-1", "for-now"), ("smtp-550", "for-now"), ("given-up", "for-now"), ("bounced", "for-now"),
        ("bounced-5-1-8", None), ("bounced-5-3-4", None), ("bounced-5-6-1", None), ("files-too-large", None),
    ],
)  # fmt: skip
def test_a_code_says_something_of_the_address_or_of_the_mail(code: str, says: str | None) -> None:
    assert says_of_address(code) == says


class TestInMemory:
    @pytest.fixture
    def log(self, memory_log: Log) -> Log:
        """In memory: what is decided, nothing of a database."""
        return memory_log

    def test_a_reply_that_is_reported_again_counts_once(self, executor: CommandExecutor, log: Log) -> None:
        # Given two replies that did not arrive
        id, customer = begun(executor)
        first = replied(executor, id, "bounced-4-2-2")
        replied(executor, id, "bounced-4-2-2")
        # When the first is reported again, with another code
        reply_failed(executor, id, first, "given-up", CONTEXT)
        # Then they are two
        assert marks(log, customer) == [(1, False), (2, False)]
        # But what is known for good is told
        reply_failed(executor, id, first, "bounced-5-1-1", CONTEXT)
        assert marks(log, customer) == [(1, False), (2, False), (2, True)]

    def test_a_failure_for_good_marks_the_address_and_tells_people(self, executor: CommandExecutor, log: Log) -> None:
        id, customer = begun(executor)
        message_id = replied(executor, id, "bounced-5-1-1")
        (event,) = [each for each in events_of(log, customer) if isinstance(each, ContactPointFailed)]
        assert (event.value, event.message_id, event.conversation_id) == (ADA, message_id, id)
        assert (event.code, event.in_a_row, event.failing) == ("bounced-5-1-1", 1, True)
        (note,) = [each.body for each in events_of(log, id) if isinstance(each, NoteAdded)]
        assert "counts as failing" in note
        # And the same report again adds nothing
        reply_failed(executor, id, message_id, "bounced-5-1-1", CONTEXT)
        assert marks(log, customer) == [(1, True)]

    def test_three_failures_that_may_pass_mark_it_and_two_do_not(self, executor: CommandExecutor, log: Log) -> None:
        id, customer = begun(executor)
        for _ in range(3):
            replied(executor, id, "bounced-4-2-2")
        assert marks(log, customer) == [(1, False), (2, False), (3, True)]

    def test_what_is_about_the_mail_marks_nothing(self, executor: CommandExecutor, log: Log) -> None:
        id, customer = begun(executor)
        for code in ("bounced-5-6-1", "files-too-large"):
            replied(executor, id, code)
        assert marks(log, customer) == []

    def test_a_later_reply_that_arrives_clears_the_mark(self, executor: CommandExecutor, log: Log) -> None:
        id, customer = begun(executor)
        before = replied(executor, id)
        replied(executor, id, "bounced-5-1-1")
        # A reply that left before shows nothing
        reply_arrived(executor, id, before, CONTEXT)
        assert not any(isinstance(each, ContactPointCleared) for each in events_of(log, customer))
        arrives = replied(executor, id)
        for _ in range(2):
            reply_arrived(executor, id, arrives, CONTEXT)
        (cleared,) = [each for each in events_of(log, customer) if isinstance(each, ContactPointCleared)]
        assert (cleared.message_id, cleared.conversation_ids) == (arrives, (id,))
        # And what counts in a row begins anew
        replied(executor, id, "bounced-4-2-2")
        assert marks(log, customer)[-1] == (1, False)

    def test_what_is_told_late_of_an_older_reply_counts_no_more(self, executor: CommandExecutor, log: Log) -> None:
        # Given replies, of which the last arrived
        id, customer = begun(executor)
        older = [replied(executor, id) for _ in range(4)]
        other = take(executor, raw_mail(id="other@example.org", subject="Something else")).id
        before = replied(executor, other)
        reply_arrived(executor, id, replied(executor, id), CONTEXT)
        # When it is told that those before did not
        for each in older[:3]:
            reply_failed(executor, id, each, "bounced-4-2-2", CONTEXT)
        # Then the address works
        assert marks(log, customer) == []
        # But what is for good is so
        reply_failed(executor, id, older[3], "bounced-5-1-1", CONTEXT)
        assert marks(log, customer) == [(1, True)]
        # And what a later one cleared, an earlier one of another conversation does not begin anew
        reply_arrived(executor, id, replied(executor, id), CONTEXT)
        reply_failed(executor, other, before, "bounced-4-2-2", CONTEXT)
        assert marks(log, customer) == [(1, True)]

    def test_what_arrived_before_the_newest_failure_clears_nothing(self, executor: CommandExecutor, log: Log) -> None:
        id, customer = begun(executor)
        old, between, new = (replied(executor, id) for _ in range(3))
        # Given failures that were told the newest first
        for each in (new, old):
            reply_failed(executor, id, each, "bounced-4-2-2", CONTEXT)
        # When
        reply_arrived(executor, id, between, CONTEXT)
        # Then
        assert not any(isinstance(each, ContactPointCleared) for each in events_of(log, customer))

    def test_a_reply_to_a_failing_address_is_taken_with_a_warning(self, executor: CommandExecutor) -> None:
        id, customer = begun(executor)
        reply = partial(conversations.act, executor, id, context=AGENT)
        assert failing_before(executor, id, reply(command=SendReply(body="Hello"))) is None
        replied(executor, id, "bounced-5-1-1")
        warned = failing_before(executor, id, reply(command=SendReply(body="Hello again")))
        assert warned is not None
        assert warned.code == "bounced-5-1-1"
        # Until a person says that it works
        clear = ClearContactPoint(customer_id=customer, contact_kind="mail", value=f"<{ADA.upper()}>")
        failing.clear(executor, clear, replace(AGENT, reason="wrote that it works"))
        assert failing_before(executor, id, reply(command=SendReply(body="Hello"))) is None

    def test_nobody_clears_a_contact_point_that_is_not_theirs(self, executor: CommandExecutor) -> None:
        _, customer = begun(executor)
        clear = ClearContactPoint(customer_id=customer, contact_kind="mail", value="bo@example.org")
        with pytest.raises(Refusal, match="no such contact point"):
            failing.clear(executor, clear, AGENT)


def test_views_show_the_mark_and_a_replay_shows_the_same(
    executor: CommandExecutor, projector: Database, database_urls: Urls
) -> None:
    id, customer = begun(executor)

    def shown() -> tuple[object, bool]:
        catch_up(executor.log, projector)
        with projector.connection() as connection:
            (item,) = inbox.read(connection).rows
            row = contacts.one(connection, customer)
        assert row is not None
        return [each["failing"] and each["failing"]["code"] for each in row.points], item.undelivered_since is not None

    assert shown() == ([None], False)
    replied(executor, id, "bounced-4-2-2")
    assert shown() == ([None], False)
    replied(executor, id, "bounced-5-1-1")
    assert shown() == (["bounced-5-1-1"], True)
    clear = ClearContactPoint(customer_id=customer, contact_kind="mail", value=ADA)
    failing.clear(executor, clear, AGENT)
    assert shown() == ([None], False)
    replied(executor, id, "bounced-5-1-1")
    assert shown() == (["bounced-5-1-1"], True)
    # Whose it is no longer, it fails for nobody
    removal = RemoveContactPoint(customer_id=customer, contact_kind="mail", value=ADA)
    putting_right.act(executor, removal, replace(AGENT, reason="never was theirs"))
    assert shown() == ([], False)
    verify_all(executor.log, projector, database_urls.database_url)
