"""What mail systems report of a reply is tied to it: the receipt says so, and what failed waits for people again."""

from __future__ import annotations

from functools import partial

import pytest

from commands.conversation import handlers as conversations
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.mail import receive, tokens_of
from commands.message import report_delivery
from consumers.mail.taking_in import CONTEXT
from domain.conversation.commands import ChangeStatus, SendReply
from domain.conversation.events import MailTakenIn, MessageReceived, NoteAdded, StatusChanged
from domain.message import DeliveryChanged, ReportDelivery
from infra.log.application import Log
from infra.mail.parsing import parse
from tests.support.companies import AGENT, GATEWAY
from tests.support.exactly_once import whole
from tests.support.mails import HELP, dsn, raw_mail, take, taken_in
from tests.support.open_work import erase
from tests.support.recorded import events_of

FAILED, DELIVERED = "Action: failed\nStatus: 5.1.1", "Action: delivered\nStatus: 2.0.0"
NOBODY = "<x@nobody.example>"


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def begun(executor: CommandExecutor) -> str:
    return take(executor, raw_mail()).id


@pytest.fixture
def sent(executor: CommandExecutor, begun: str) -> str:
    """A reply that left, in a conversation that waits for the customer."""
    reply = SendReply(body="We send you a new one.")
    conversations.act(executor, begun, reply, AGENT)
    conversations.act(executor, begun, ChangeStatus(status="waiting_on_customer"), AGENT)
    for state in ("queued", "sent"):
        report_delivery(executor, reply.message_id, ReportDelivery(conversation_id=begun, state=state), GATEWAY)
    return reply.message_id


def came(executor: CommandExecutor, raw: bytes, recipient: str = HELP) -> str:
    """A report comes from the null sender. Answers into which conversation it came."""
    return receive(executor, parse(raw, recipient, envelope_sender=""), HELP, CONTEXT).id


def states(log: Log, message_id: str) -> list[tuple[str, str | None]]:
    return [(each.state, each.code) for each in events_of(log, message_id) if isinstance(each, DeliveryChanged)]


def notes(log: Log, id: str) -> list[str]:
    return [each.body for each in events_of(log, id) if isinstance(each, NoteAdded)]


def test_a_bounce_to_the_return_address_is_tied_to_its_reply(
    executor: CommandExecutor, log: Log, begun: str, sent: str
) -> None:
    returns = tokens_of(executor).return_address(HELP, sent)
    assert came(executor, dsn(FAILED, returned=NOBODY), returns) == begun
    assert states(log, sent)[-1] == ("failed", "bounced-5-1-1")
    assert taken_in(log, begun)[-1][1].joined_by == "return-address"
    assert [each.status for each in events_of(log, begun) if isinstance(each, StatusChanged)][-1] == "open"
    assert [each.partition(".")[0] for each in notes(log, begun)] == ["A reply by mail did not arrive: bounced-5-1-1"]


def test_a_bounce_that_brings_the_mail_back_is_tied_to_its_reply(
    executor: CommandExecutor, log: Log, begun: str, sent: str
) -> None:
    ours = tokens_of(executor).message_id(sent, begun, "shop.example")
    assert came(executor, dsn(FAILED, returned=ours)) == begun
    assert states(log, sent)[-1] == ("failed", "bounced-5-1-1")
    assert taken_in(log, begun)[-1][1].joined_by == "returned-message"


def test_a_bounce_that_names_its_mail_in_the_header_is_tied(
    executor: CommandExecutor, log: Log, begun: str, sent: str
) -> None:
    ours = tokens_of(executor).message_id(sent, begun, "shop.example")
    raw = raw_mail("550 5.7.1 no", id="r", sender="MAILER-DAEMON <>", more=f"In-Reply-To: {ours}\r\n")
    assert came(executor, raw) == begun
    assert states(log, sent)[-1] == ("failed", "bounced-5-7-1")
    assert taken_in(log, begun)[-1][0].participant_id is not None  # the mail system spoke, and not the customer


def test_a_bounce_that_comes_again_is_recorded_once(executor: CommandExecutor, log: Log, begun: str, sent: str) -> None:
    bounce = partial(came, executor, dsn(FAILED, returned=NOBODY), tokens_of(executor).return_address(HELP, sent))
    assert bounce() == bounce()
    assert states(log, sent) == [("queued", None), ("sent", None), ("failed", "bounced-5-1-1")]
    assert len(notes(log, begun)) == 1


def test_a_second_bounce_with_another_code_is_taken_in(
    executor: CommandExecutor, log: Log, begun: str, sent: str
) -> None:
    returns = tokens_of(executor).return_address(HELP, sent)
    came(executor, dsn(FAILED, returned=NOBODY), returns)
    came(executor, dsn("Action: failed\nStatus: 5.2.2", returned="<y@nobody.example>"), returns)
    assert states(log, sent)[-1] == ("failed", "bounced-5-2-2")


def test_a_bounce_before_the_reply_was_reported_sent_has_failed(
    executor: CommandExecutor, log: Log, begun: str
) -> None:
    reply = SendReply(body="We send you a new one.")
    conversations.act(executor, begun, reply, AGENT)
    report_delivery(executor, reply.message_id, ReportDelivery(conversation_id=begun, state="queued"), GATEWAY)
    came(executor, dsn(FAILED, returned=NOBODY), tokens_of(executor).return_address(HELP, reply.message_id))
    report_delivery(executor, reply.message_id, ReportDelivery(conversation_id=begun, state="sent"), GATEWAY)
    assert states(log, reply.message_id) == [("queued", None), ("failed", "bounced-5-1-1")]


@pytest.mark.parametrize("action", ["delayed", "relayed"])
def test_a_reply_that_is_still_on_its_way_has_not_failed(
    executor: CommandExecutor, log: Log, begun: str, sent: str, action: str
) -> None:
    returns = tokens_of(executor).return_address(HELP, sent)
    assert came(executor, dsn(f"Action: {action}\nStatus: 4.4.1", returned=NOBODY), returns) == begun
    assert states(log, sent)[-1] == ("sent", None)
    assert notes(log, begun) == []


def test_a_reply_that_is_in_the_mailbox_is_delivered(executor: CommandExecutor, log: Log, sent: str) -> None:
    returns = tokens_of(executor).return_address(HELP, sent)
    came(executor, dsn(DELIVERED, returned=NOBODY), returns)
    came(executor, dsn(FAILED, returned="<y@nobody.example>"), returns)  # a copy of it, elsewhere
    assert states(log, sent)[-1] == ("delivered", None)


def test_a_vacation_responder_reports_nothing(executor: CommandExecutor, log: Log, begun: str, sent: str) -> None:
    raw = raw_mail("I am away, call 555 12.", id="v@example.org", more="Auto-Submitted: auto-replied\r\n")
    assert came(executor, raw, tokens_of(executor).return_address(HELP, sent)) == begun
    assert states(log, sent)[-1] == ("sent", None)
    assert taken_in(log, begun)[-1][0].automatic


def test_a_person_who_forwards_our_mail_reports_nothing(
    executor: CommandExecutor, log: Log, begun: str, sent: str
) -> None:
    ours = tokens_of(executor).message_id(sent, begun, "shop.example")
    mail = parse(raw_mail(f"550 5.1.1\nMessage-ID: {ours}", id="f@x"), HELP, envelope_sender="ada@example.org")
    assert receive(executor, mail, HELP, CONTEXT).id != begun
    assert states(log, sent)[-1] == ("sent", None)


def test_a_return_address_that_was_made_up_reports_nothing(
    executor: CommandExecutor, log: Log, begun: str, sent: str
) -> None:
    returns = tokens_of(executor).return_address(HELP, sent)
    mac = returns.rpartition("@")[0][-16:]
    for other in (returns.replace(mac, "a" * 16), returns.replace("+b.", "+c."), f"help+b.{sent}@shop.example"):
        assert came(executor, dsn(FAILED, returned=f"<{other}>", to=other), other) != begun
    assert states(log, sent)[-1] == ("sent", None)


def test_a_bounce_of_a_reply_to_somebody_erased_is_kept(
    executor: CommandExecutor, log: Log, begun: str, sent: str
) -> None:
    ((said, _),) = taken_in(log, begun)
    erase(executor, said.customer_id, Context(AGENT.actor, reason="asked"), [begun])
    assert came(executor, dsn(FAILED, returned=NOBODY), tokens_of(executor).return_address(HELP, sent)) != begun
    assert states(log, sent)[-1] == ("sent", None)


def test_each_report_is_in_the_log_with_its_raw_mail(
    executor: CommandExecutor, log: Log, begun: str, sent: str
) -> None:
    returns = tokens_of(executor).return_address(HELP, sent)
    came(executor, dsn(FAILED, returned=NOBODY), returns)
    said = [each.event for each in whole(log) if isinstance(each.event, MessageReceived)]
    assert [each.attachments[0].name for each in said] == ["mail.eml", "mail.eml"]
    assert len([each for each in whole(log) if isinstance(each.event, MailTakenIn)]) == 2
