"""Replies over mail leave once each, under a Message-ID that is their own, and are reported; what fails is seen."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from commands.content import keep
from commands.conversation import handlers as conversations
from commands.conversation.removing import remove
from commands.executor.executor import CommandExecutor
from commands.mail import tokens_of
from commands.message import report_delivery
from commands.staff.handlers import form_team
from consumers.mail.composing import AddressUnusable, MailReply, composed
from consumers.mail.sending import MailSender
from consumers.mail.smarthost import Smarthost
from consumers.mail.style import FromName, MailStyle
from domain.content import COMPANY
from domain.conversation.commands import Assign, ChangeStatus, SendReply
from domain.conversation.events import StatusChanged
from domain.conversation.interaction import Attachment
from domain.conversation.removing import RemoveMessage
from domain.message import DeliveryChanged, ReportDelivery
from domain.staff import FormTeam
from infra.log.application import Log
from infra.mail.server import MailServer, Received
from infra.postgres.database import Database
from tests.support.companies import AGENT, GATEWAY
from tests.support.contacting import SYSTEM
from tests.support.following import catch_up
from tests.support.mails import BOOK, HELP, raw_mail, take, taken_in
from tests.support.open_work import erase
from tests.support.recorded import events_of

GIVE_UP = timedelta(hours=48)
WORKSHOP = "workshop@shop.example"
ADDRESSES = {**BOOK, WORKSHOP: "Workshop"}


@dataclass
class Relay:
    """A mail server behind us: what it took, and how it answers."""

    mails: list[EmailMessage] = field(default_factory=list)
    raws: list[bytes] = field(default_factory=list)
    takes: bool = True
    accepts: bool = True

    async def take(self, received: Received) -> Sequence[bool]:
        if self.takes:
            self.mails.append(message_from_bytes(received.raw, policy=policy.default))
            self.raws.append(received.raw)
        return [self.takes] * len(received.recipients)


@pytest.fixture
def relay() -> Relay:
    return Relay()


@pytest.fixture
def smarthost(relay: Relay) -> Iterator[Smarthost]:
    address = socket.create_server(("127.0.0.1", 0))
    port = address.getsockname()[1]
    with MailServer(address, relay.take, lambda _: relay.accepts, name="relay.example", most_bytes=1_000_000):
        yield Smarthost("127.0.0.1", port)


class Out:
    """The way out of one installation."""

    def __init__(self, executor: CommandExecutor, projector: Database, transport: Smarthost) -> None:
        self.executor, self._projector = executor, projector
        self._transport = transport
        self.looks(MailStyle())

    def looks(self, style: MailStyle) -> None:
        """From now on, replies look so."""
        self._sender = MailSender(self.executor, self._projector, "", self._transport, ADDRESSES, GIVE_UP, style)

    def reply(self, id: str, command: SendReply | None = None, *, automatic: bool = False) -> str:
        """Answer, and queue the answer."""
        command = command or SendReply(body="We send you a new one.", automatic=automatic)
        conversations.act(self.executor, id, command, AGENT)
        queued = ReportDelivery(conversation_id=id, state="queued")
        report_delivery(self.executor, command.message_id, queued, GATEWAY)
        return command.message_id

    def send(self) -> int:
        """Send what is queued by now."""
        catch_up(self.executor.log, self._projector)
        return self._sender.send_queued()

    def states(self, message_id: str) -> list[tuple[str, str | None]]:
        events = events_of(self.executor.log, message_id)
        return [(each.state, each.code) for each in events if isinstance(each, DeliveryChanged)]


@pytest.fixture
def out(executor: CommandExecutor, projector: Database, smarthost: Smarthost) -> Out:
    return Out(executor, projector, smarthost)


@pytest.fixture
def begun(executor: CommandExecutor) -> str:
    return take(executor, raw_mail()).id


def test_a_reply_leaves_as_an_answer_to_the_mail(out: Out, relay: Relay, begun: str) -> None:
    message_id = out.reply(begun)
    assert out.send() == 1
    (mail,) = relay.mails
    tokens = tokens_of(out.executor)
    assert mail["From"] == "Shop help <help@shop.example>"
    assert tokens.in_address(mail["Reply-To"].addresses[0].addr_spec) == begun
    assert mail["To"] == "Ada <ada@example.org>"
    assert mail["Subject"] == "Re: The kettle"
    assert mail["In-Reply-To"] == mail["References"] == "<1@example.org>"
    assert mail["Message-ID"] == tokens.message_id(message_id, begun, "shop.example")
    assert mail["Auto-Submitted"] is None
    plain, html = mail.iter_parts()
    assert (plain.get_content_type(), plain.get_content().strip()) == ("text/plain", "We send you a new one.")
    assert (html.get_content_type(), "<p>We send you a new one.</p>" in html.get_content()) == ("text/html", True)
    assert out.states(message_id) == [("queued", None), ("sent", None)]
    assert out.send() == 0


def test_an_exchange_is_named_in_order_with_our_mails_in_it(out: Out, relay: Relay, begun: str) -> None:
    out.reply(begun)
    out.send()
    ours = relay.mails[0]["Message-ID"]
    take(
        out.executor,
        raw_mail("More.", id="2@example.org", more=f"In-Reply-To: {ours}\r\nReferences: <1@example.org> {ours}\r\n"),
    )
    out.reply(begun)
    out.send()
    assert relay.mails[1]["References"].split() == ["<1@example.org>", ours, "<2@example.org>"]
    assert relay.mails[1]["In-Reply-To"] == "<2@example.org>"


def test_ids_longer_than_a_line_stand_as_they_are_in_the_bytes(out: Out, relay: Relay, begun: str) -> None:
    out.reply(begun)
    out.send()
    ours, theirs = str(relay.mails[0]["Message-ID"]), f"{'2' * 90}@example.org"
    take(out.executor, raw_mail("More.", id=theirs, more=f"In-Reply-To: {ours}\r\n"))
    out.reply(begun)
    out.send()
    assert f"\r\nIn-Reply-To: <{theirs}>\r\n".encode() in relay.raws[1]
    assert f"\r\nReferences: {ours}\r\n <{theirs}>\r\n".encode() in relay.raws[1]


def test_a_reply_that_was_sent_and_not_reported_is_the_same_mail(
    out: Out, relay: Relay, begun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out.reply(begun)
    with monkeypatch.context() as broken:
        # The process dies between the server's answer and the report.
        broken.setattr("consumers.mail.sending.report_delivery", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            out.send()
    assert out.send() == 1
    assert len(relay.mails) == 2
    assert relay.mails[0]["Message-ID"] == relay.mails[1]["Message-ID"]
    assert relay.mails[0]["Date"] == relay.mails[1]["Date"]


def test_a_server_that_does_not_take_it_now_is_asked_again(out: Out, relay: Relay, begun: str) -> None:
    message_id = out.reply(begun)
    relay.takes = False
    assert out.send() == 0
    relay.takes = True
    assert out.send() == 0  # not before the pause is over
    out._sender._attempts.clear()
    assert out.send() == 1
    assert out.states(message_id)[-1] == ("sent", None)


def test_a_reply_that_nobody_takes_is_given_up_visibly(
    out: Out, executor: CommandExecutor, relay: Relay, begun: str
) -> None:
    message_id = out.reply(begun)
    conversations.act(executor, begun, ChangeStatus(status="waiting_on_customer"), AGENT)
    relay.takes = False
    out._sender._give_up = timedelta(0)
    assert out.send() == 1
    assert out.states(message_id)[-1] == ("failed", "given-up")
    statuses = [each.status for each in events_of(executor.log, begun) if isinstance(each, StatusChanged)]
    assert statuses[-1] == "open"


def test_a_recipient_that_is_refused_for_good_has_failed(out: Out, relay: Relay, begun: str) -> None:
    message_id = out.reply(begun)
    relay.accepts = False
    assert out.send() == 1
    assert out.states(message_id)[-1] == ("failed", "smtp-550")
    assert relay.mails == []


def test_a_server_that_is_away_is_asked_again(executor: CommandExecutor, projector: Database, begun: str) -> None:
    nobody = socket.create_server(("127.0.0.1", 0))
    port = nobody.getsockname()[1]
    nobody.close()
    out = Out(executor, projector, Smarthost("127.0.0.1", port))
    message_id = out.reply(begun)
    assert out.send() == 0
    assert out.states(message_id) == [("queued", None)]


def test_one_automatic_mail_an_address_and_day_leaves(out: Out, relay: Relay, begun: str) -> None:
    first, second = out.reply(begun, automatic=True), out.reply(begun, automatic=True)
    by_a_person = out.reply(begun)
    assert out.send() == 3
    assert [out.states(each)[-1] for each in (first, second, by_a_person)] == [
        ("sent", None), ("failed", "automatic-limit"), ("sent", None),
    ]  # fmt: skip
    assert [each["Auto-Submitted"] for each in relay.mails] == ["auto-generated", None]


def test_what_we_say_unasked_leaves_on_another_day(out: Out, relay: Relay, begun: str, log: Log) -> None:
    # Given an automatic answer of today, and a closing message, which the attention budget let through
    out.reply(begun, automatic=True)
    closing = SendReply(body="You told us about kettles. We have changed them.", automatic=True)
    conversations.act(out.executor, begun, closing, SYSTEM)
    queued = ReportDelivery(conversation_id=begun, state="queued")
    report_delivery(out.executor, closing.message_id, queued, GATEWAY)
    # When
    out.send()
    # Then
    assert len(relay.mails) == 1
    assert out.states(closing.message_id) == [("queued", None)]


def test_two_installations_that_answer_each_other_stop(out: Out, relay: Relay, begun: str, log: Log) -> None:
    # Given a mail of ours that another installation answers automatically, and a bot of ours that answers
    for number in range(5):
        out.reply(begun, automatic=True)
        out.send()
        more = f"In-Reply-To: {relay.mails[-1]['Message-ID']}\r\nAuto-Submitted: auto-replied\r\n"
        take(out.executor, raw_mail(f"Thank you {number}.", id=f"{number}@other.example", more=more))
    # Then
    assert len(relay.mails) == 1
    assert len([said for said, _ in taken_in(log, begun) if said.automatic]) == 5


def test_nobody_who_was_erased_gets_a_mail(out: Out, relay: Relay, begun: str, log: Log) -> None:
    message_id = out.reply(begun)
    ((said, _),) = taken_in(log, begun)
    erase(out.executor, said.customer_id, AGENT, [begun])
    assert out.send() == out.send() == 0
    assert relay.mails == []
    assert out.states(message_id) == [("queued", None)]


def test_a_reply_that_was_taken_out_does_not_leave(out: Out, relay: Relay, begun: str) -> None:
    message_id = out.reply(begun)
    remove(out.executor, begun, RemoveMessage(message_id=message_id), replace(AGENT, reason="wrong person"))
    assert out.send() == 1
    assert relay.mails == []
    assert out.states(message_id)[-1] == ("failed", "withheld")


def test_files_go_with_a_reply(out: Out, relay: Relay, begun: str) -> None:
    kept = keep(out.executor, COMPANY, [b"%PDF-1.4 terms"], AGENT)
    file = Attachment(
        id="1", name="terms\u00e4.pdf", type="application/pdf", size=14, sha256=kept.sha256, content_id=kept.answer.id
    )
    out.reply(begun, SendReply(body="Our terms.", attachments=(file,)))
    out.send()
    (attached,) = relay.mails[0].iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("terms\u00e4.pdf", b"%PDF-1.4 terms")


def test_a_reply_of_another_channel_is_left_alone(out: Out, relay: Relay, begun: str) -> None:
    message_id = out.reply(begun, SendReply(body="By chat.", channel="chat"))
    assert out.send() == 0
    assert out.states(message_id) == [("queued", None)]


# -- who writes, and what goes with the text


def test_a_team_answers_under_its_own_address_within_a_brand(out: Out, relay: Relay, begun: str) -> None:
    team = form_team(out.executor, FormTeam(name="Workshop"), AGENT).id
    conversations.act(out.executor, begun, Assign(team_id=team), AGENT)
    for address in (WORKSHOP, "care@brand.example"):
        out.looks(MailStyle(teams={team: address}))
        out.reply(begun)
        out.send()
    assert [each["From"].addresses[0].addr_spec for each in relay.mails] == [WORKSHOP, HELP]
    tokens = [tokens_of(out.executor).in_address(each["Reply-To"].addresses[0].addr_spec) for each in relay.mails]
    assert tokens == [begun, begun]


@pytest.mark.parametrize(
    ("from_name", "shown"),
    [("mailbox", "Shop help"), ("person", "Mia Jansen"), ("both", "Mia Jansen (Shop help)")],
)
def test_the_name_beside_our_address_is_chosen(from_name: FromName, shown: str) -> None:
    style = MailStyle(from_name=from_name)
    assert style.name("Shop help", "Mia Jansen") == shown
    assert style.name(None, "Mia Jansen") == "Mia Jansen"
    assert style.name("Shop help", None) == "Shop help"
    mail = composed(replace(REPLY, name=style.name("Shop help", "Mia Jansen")))
    assert mail["From"].addresses[0].display_name == shown


def test_a_reply_quotes_the_mail_that_it_answers_where_set(out: Out, relay: Relay, begun: str) -> None:
    take(
        out.executor, raw_mail("More & <more>.\n> We ask.", id="2@example.org", more="In-Reply-To: <1@example.org>\r\n")
    )
    out.looks(MailStyle(quotes=True))
    out.reply(begun)
    out.send()
    plain, html = (each.get_content().replace("\r\n", "\n") for each in relay.mails[0].iter_parts())
    lines = plain.splitlines()
    assert lines[0] == "We send you a new one."
    assert lines[2].startswith("Ada, ")
    assert lines[2].endswith(" UTC:")
    assert lines[3:5] == ["> More & <more>.", "> > We ask."]
    assert "The kettle drips." not in plain
    assert "<blockquote>More &amp; &lt;more&gt;.<br>\n&gt; We ask.</blockquote>" in html


def test_what_others_said_is_quoted_to_nobody(out: Out, relay: Relay, begun: str) -> None:
    address = tokens_of(out.executor).address(HELP, begun)
    take(out.executor, raw_mail("I am her neighbour.", id="2@b", sender="Bob <bob@example.org>"), recipient=address)
    out.looks(MailStyle(quotes=True))
    out.reply(begun)  # to Ada
    out.send()
    assert "neighbour" not in relay.mails[0].as_string()
    assert "> The kettle drips." in relay.mails[0].as_string()


def test_plain_text_alone_where_no_html_is_wanted(out: Out, relay: Relay, begun: str) -> None:
    out.looks(MailStyle(html=False))
    out.reply(begun)
    out.send()
    assert relay.mails[0].get_content_type() == "text/plain"


def test_reports_are_asked_for_where_the_server_offers_them(
    executor: CommandExecutor, projector: Database, begun: str
) -> None:
    for offered in ((), ("DSN",)):
        with session(*offered) as (smarthost, said):
            out = Out(executor, projector, smarthost)
            message_id = out.reply(begun)
            out.send()
        sender, recipient = (next(each for each in said if each.startswith(verb)) for verb in ("MAIL", "RCPT"))
        returns = sender.partition("<")[2].partition(">")[0]
        assert tokens_of(executor).in_return_address(returns) == message_id
        asks = "NOTIFY=SUCCESS,FAILURE,DELAY" in recipient and f"ENVID={message_id}" in sender
        assert asks == bool(offered)
        assert ("ORCPT=rfc822;ada@example.org" in recipient) == bool(offered)


@pytest.mark.parametrize(("offered", "state"), [((), ("failed", "smtp-553")), (("SMTPUTF8",), ("sent", None))])
def test_an_address_beyond_ascii_needs_a_server_that_takes_it(
    executor: CommandExecutor, projector: Database, offered: tuple[str, ...], state: tuple[str, str | None]
) -> None:
    begun = take(executor, raw_mail(sender="Yu <\u7528\u6237@example.org>")).id
    with session(*offered) as (smarthost, said):
        out = Out(executor, projector, smarthost)
        message_id = out.reply(begun)
        out.send()
    assert out.states(message_id)[-1] == state
    asked = [each for each in said if each.startswith("MAIL") and "SMTPUTF8" in each]
    assert len(asked) == len(offered)


@contextmanager
def session(*offered: str) -> Iterator[tuple[Smarthost, list[str]]]:
    """A server that offers these extensions, and the commands that it was given."""
    said: list[str] = []

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 relay.example\r\n")
            in_mail = False
            for line in self.rfile:
                text = line.decode().strip()
                if in_mail:
                    in_mail = text != "."
                    if in_mail:
                        continue
                    answer = "250 taken"
                else:
                    said.append(text)
                    in_mail = text.upper() == "DATA"
                    greeted = "\r\n".join(f"250-{each}" for each in ("relay.example", *offered)) + "\r\n250 8BITMIME"
                    answer = "354 go on" if in_mail else greeted if text.upper().startswith("EHLO") else "250 ok"
                self.wfile.write(f"{answer}\r\n".encode())
                if text.upper() == "QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Smarthost("127.0.0.1", server.server_address[1]), said
        server.shutdown()
        thread.join()


# -- what outsiders wrote becomes part of a header

REPLY = MailReply(
    HELP, "Shop help", "help+c.x@shop.example", "ada@example.org", "Ada", "The kettle", "Yes.", "<m@shop.example>",
    "<1@example.org>", ["<1@example.org>"], datetime(2026, 5, 3, tzinfo=UTC), False,
)  # fmt: skip


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: eve@example.org", "a\nBcc: e", "a\u2028Bcc: e", "\x00\x1b[2J", "=?utf-8?q?=0D=0ABcc:?="]
)
def test_no_text_of_an_outsider_makes_a_header(evil: str) -> None:
    mail = composed(replace(REPLY, to_name=evil, subject=evil, in_reply_to=evil, references=[evil, f"<{evil}>"]))
    sent = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert sent["Bcc"] is None
    assert set(sent.keys()) <= {
        "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Content-Type",
        "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("ada@example.org", "ada@example.org"),
        ('"ada l"@example.org', '"ada l"@example.org'),
        ("o'neil+x@example.org", "o'neil+x@example.org"),
        ("ada@b\u00fccher.example", "ada@xn--bcher-kva.example"),
        ("\u7528\u6237@\u4f8b\u5b50.example", "\u7528\u6237@xn--fsqu00a.example"),
    ],
)
def test_addresses_of_every_kind_are_written(said: str, written: str) -> None:
    mail = composed(replace(REPLY, to=said))
    assert mail["To"].addresses[0].addr_spec == written
    assert b"\r\n" in mail.as_bytes()


@pytest.mark.parametrize(
    "said",
    [
        "", "ada", "@example.org", "ada@", "a\r\nb@example.org", "a@b@", "x" * 300 + "@a.example",
        "ada@a.example,eve@", "ada@a.example, eve", "ada@a.example (Ada)", "ada@a.example>", "ada@a..example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_not_written_to(said: str) -> None:
    with pytest.raises(AddressUnusable):
        composed(replace(REPLY, to=said))
