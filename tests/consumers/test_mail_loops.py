"""Two installations whose bots answer each other by mail stop: one automatic mail an address and day, whatever a mail
says of itself."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from email.message import EmailMessage

import pytest

from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from commands.message import report_delivery
from consumers.mail.sending import MailSender
from consumers.mail.smarthost import Smarthost
from consumers.mail.taking_in import MailIntake
from domain.conversation.commands import SendReply
from domain.conversation.events import MessageReceived, NoteAdded
from domain.message import ReportDelivery
from infra.embedded.postgres import Urls
from infra.mail.server import MailServer
from infra.postgres.database import Database
from infra.views.projector import Projector
from projections.message import RECEIPTS
from tests.support.companies import AGENT, GATEWAY, opened
from tests.support.databases import Databases
from tests.support.exactly_once import whole
from tests.support.following import catch_up
from tests.support.mail_process import delivered
from tests.support.mails import raw_mail

ROUNDS = 4


class Unmarked:
    """The way of mails to another installation, on which what marks automatic mails gets lost."""

    def __init__(self, to: Smarthost) -> None:
        self._to = to

    def send(self, mail: EmailMessage, sender: str, recipient: str, *, reports: str | None = None) -> None:
        del mail["Auto-Submitted"]
        del mail["X-Auto-Response-Suppress"]
        self._to.send(mail, sender, recipient, reports=reports)


class Installation:
    """An installation whose bot answers each mail that comes in, automatic ones, too."""

    def __init__(self, executor: CommandExecutor, projector: Database, address: str, port: int) -> None:
        self.executor, self.port = executor, port
        self._projector, self._book = projector, {address: None}
        self._answered: set[str] = set()

    @property
    def came(self) -> list[MessageReceived]:
        """The mails that came in."""
        return [each.event for each in whole(self.executor.log) if isinstance(each.event, MessageReceived)]

    def answer(self, other: Installation, *, marked: bool) -> int:
        """Answer what came in and was not answered by now. Answers how many mails left, or may not leave."""
        for each in whole(self.executor.log):
            if isinstance(each.event, MessageReceived) and each.event.message_id not in self._answered:
                self._answered.add(each.event.message_id)
                reply = SendReply(body="Thank you. We have got your mail.", automatic=True, to=each.event.whose)
                conversations.act(self.executor, each.originator_id, reply, AGENT)
                queued = ReportDelivery(conversation_id=each.originator_id, state="queued")
                report_delivery(self.executor, reply.message_id, queued, GATEWAY)
        there = Smarthost("127.0.0.1", other.port)
        sender = MailSender(
            self.executor, self._projector, "", there if marked else Unmarked(there), self._book, timedelta(hours=48)
        )
        catch_up(self.executor.log, self._projector, subscriptions=[Projector(RECEIPTS)])
        return sender.send_queued()


@contextmanager
def installation(urls: Urls, address: str) -> Iterator[Installation]:
    with opened(urls) as executor, closing(Database(urls.database_url, "projector")) as projector:
        server = socket.create_server(("127.0.0.1", 0))
        with (
            MailIntake(executor, {address: None}) as intake,
            MailServer(server, intake.take, intake.accepts, name="mx.example", most_bytes=1_000_000),
        ):
            yield Installation(executor, projector, address, server.getsockname()[1])


@pytest.mark.parametrize("marked", [True, False])
def test_two_installations_that_answer_each_other_stop(databases: Databases, database_urls: Urls, marked: bool) -> None:
    with (
        databases.fresh() as others,
        installation(database_urls, "help@one.example") as one,
        installation(others, "help@two.example") as two,
    ):
        # Given a mail of the second one's address, however it came about
        delivered(one.port, raw_mail(sender="help@two.example", to="help@one.example"), ["help@one.example"])
        # When both answer for a while
        for _ in range(ROUNDS):
            one.answer(two, marked=marked)
            two.answer(one, marked=marked)
        # Then
        assert len(two.came) == 1
        assert len(one.came) == 2
        assert [each.automatic for each in two.came] == [marked]
        # And nobody is bothered by what did not leave
        assert [each for each in whole(one.executor.log) if isinstance(each.event, NoteAdded)] == []
