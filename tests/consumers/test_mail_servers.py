"""Mails through the mail servers that companies have: Postfix hands them over and takes ours, Dovecot has a mailbox."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from commands.mail import tokens_of
from commands.message import report_delivery
from consumers.mail.sending import MailSender
from consumers.mail.smarthost import Smarthost
from consumers.mail.taking_in import MailIntake
from domain.conversation.commands import SendReply
from domain.conversation.events import MailTakenIn
from domain.message import DeliveryChanged, ReportDelivery
from infra.log.application import Log
from infra.mail.parsing import parse
from infra.mail.server import MailServer, Received
from infra.postgres.database import Database
from tests.support.companies import AGENT, GATEWAY
from tests.support.following import catch_up
from tests.support.mail_servers import Postfix, need_mail_servers, postfix
from tests.support.mails import BOOK, HELP, mails_taken, raw_mail, said, take
from tests.support.recorded import events_of
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.needs_mail_servers, pytest.mark.processes]


@dataclass
class Outside:
    """The mail server of everybody else: what it took."""

    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)

    async def take(self, received: Received) -> list[bool]:
        self.mails.append((received.sender, message_from_bytes(received.raw, policy=policy.default)))
        return [True] * len(received.recipients)


@pytest.fixture(scope="module")
def outside() -> Iterator[tuple[Outside, int]]:
    address, outside = socket.create_server(("127.0.0.1", 0)), Outside()
    with MailServer(
        address, outside.take, lambda to: not to.startswith("gone@"), name="mx.example.org", most_bytes=1_000_000
    ):
        yield outside, address.getsockname()[1]


@pytest.fixture(scope="module")
def mta(outside: tuple[Outside, int]) -> Iterator[Postfix]:
    need_mail_servers()
    with postfix(outside[1]) as mta:
        yield mta


@contextmanager
def taking_in(executor: CommandExecutor, port: int) -> Iterator[None]:
    """Within: our server, at the port at which Postfix looks for it."""
    address = socket.create_server(("127.0.0.1", port))
    with (
        MailIntake(executor, BOOK, authserv_ids=["mx.shop.example"]) as intake,
        MailServer(address, intake.take, intake.accepts, name="shop.example", most_bytes=1_000_000),
    ):
        yield


def test_a_mail_comes_through_postfix_and_its_answer_goes_out(
    mta: Postfix, outside: tuple[Outside, int], executor: CommandExecutor, log: Log, projector: Database
) -> None:
    with taking_in(executor, mta.lmtp_port):
        # When a customer writes
        mta.send(raw_mail("Grüße, the kettle drips."), "ada@example.org", HELP)
        wait_until(lambda: said(log), 30, f"the mail comes\n{mta.log}")
        ((id, _),) = mails_taken(log)
        # And is answered
        reply = SendReply(body="We send you a new one.")
        conversations.act(executor, id, reply, AGENT)
        report_delivery(executor, reply.message_id, ReportDelivery(conversation_id=id, state="queued"), GATEWAY)
        catch_up(log, projector)
        sender = MailSender(executor, projector, "", Smarthost("127.0.0.1", mta.port), BOOK, timedelta(hours=1))
        assert sender.send_queued() == 1
        ours = wait_until(lambda: [mail for _, mail in outside[0].mails if mail["To"]], 30, f"it leaves\n{mta.log}")[-1]
        text = ours.get_body(("plain",))
        assert text is not None
        assert text.get_content().strip() == "We send you a new one."
        # And writes again, to the address with the token
        to = ours["Reply-To"].addresses[0].addr_spec
        mta.send(raw_mail("Thanks.", id="2@example.org", to=to), "ada@example.org", to)
        wait_until(lambda: "Thanks." in said(log), 30, f"the answer comes\n{mta.log}")
    by_people = [(where, mail) for where, mail in mails_taken(log) if mail.automatic_because is None]
    assert [(where, mail.joined_by) for where, mail in by_people] == [(id, None), (id, "address-token")]
    assert tokens_of(executor).in_message_id(ours["Message-ID"]) is not None


def test_while_we_are_away_postfix_keeps_the_mail(mta: Postfix, executor: CommandExecutor, log: Log) -> None:
    mta.send(raw_mail("Later.", id="late@example.org"), "ada@example.org", HELP)
    wait_until(lambda: "status=deferred" in mta.log, 30, "it is deferred")
    with taking_in(executor, mta.lmtp_port):
        wait_until(lambda: said(log) == ["Later."], 60, f"the mail comes\n{mta.log}")


def test_each_address_of_ours_is_answered_for_by_itself(
    mta: Postfix, outside: tuple[Outside, int], executor: CommandExecutor, log: Log
) -> None:
    with taking_in(executor, mta.lmtp_port):
        raw = raw_mail("To whom?", id="three@example.org", sender="eve@eve.example")
        mta.send(raw, "eve@eve.example", HELP, "care@brand.example", "nobody@shop.example")
        wait_until(lambda: said(log), 30, f"the mail comes\n{mta.log}")

        def bounces() -> list[EmailMessage]:
            return [mail for sender, mail in outside[0].mails if sender == "" and "nobody@" in mail.as_string()]

        bounce = wait_until(bounces, 30, f"the third address bounces\n{mta.log}")[-1]
    assert said(log) == ["To whom?"]
    # And what Postfix makes of the refusal is no person's mail
    assert parse(bounce.as_bytes(), HELP, envelope_sender="").automatic == "delivery-report"
    assert "nobody@shop.example" in bounce.as_string()


def answered(executor: CommandExecutor, sender: str) -> str:
    """Somebody wrote, and the answer is queued: its id."""
    id = take(executor, raw_mail(id=f"first-of-{sender}", sender=sender)).id
    reply = SendReply(body="We send you a new one.")
    conversations.act(executor, id, reply, AGENT)
    report_delivery(executor, reply.message_id, ReportDelivery(conversation_id=id, state="queued"), GATEWAY)
    return reply.message_id


def test_what_postfix_reports_of_our_mails_is_tied_to_them(
    mta: Postfix, executor: CommandExecutor, log: Log, projector: Database
) -> None:
    def states(message_id: str) -> Sequence[tuple[str, str | None]]:
        return [(each.state, each.code) for each in events_of(log, message_id) if isinstance(each, DeliveryChanged)][1:]

    kept, gone, slow, far = (
        answered(executor, each)
        for each in ("ada@kept.example", "gone@far.example", "ada@slow.example", "ada@far.example")
    )
    catch_up(log, projector)
    with taking_in(executor, mta.lmtp_port):
        # When replies go to an address that is there, one that is not, one that does not answer, and beyond
        sender = MailSender(executor, projector, "", Smarthost("127.0.0.1", mta.port), BOOK, timedelta(hours=1))
        assert sender.send_queued() == 4
        # Then the reports come: delivered, failed, delayed and relayed
        wait_until(lambda: len(reports(log)) == 4, 60, f"four reports\n{mta.log}")
        wait_until(lambda: states(kept) == [("sent", None), ("delivered", None)], 30, "its state")
        wait_until(lambda: states(gone) == [("sent", None), ("failed", "bounced-5-1-1")], 30, "its state")
        assert states(slow) == states(far) == [("sent", None)]
        # And when Postfix gives up
        mta.set("maximal_queue_lifetime=0")
        wait_until(lambda: len(reports(log)) == 5, 60, f"the last report\n{mta.log}")
        mta.set("maximal_queue_lifetime=5d")
        wait_until(lambda: states(slow)[-1] == ("failed", "bounced-4-4-1"), 30, "its state")
    assert {mail.joined_by for mail in reports(log)} == {"return-address"}
    # Each is in the conversation of its reply, and opened none
    assert len({where for where, _ in mails_taken(log)}) == 4


def reports(log: Log) -> list[MailTakenIn]:
    return [mail for _, mail in mails_taken(log) if mail.automatic_because == "delivery-report"]
