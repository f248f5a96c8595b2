"""Mails by LMTP: each recipient is answered for after the commit; while a database is away, the mail comes again."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from commands.executor.executor import CommandExecutor
from commands.mail import tokens_of
from consumers.mail.taking_in import MailIntake
from domain.conversation.events import MailTakenIn, MessageReceived
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.mail.server import MailServer
from tests.support.companies import opened
from tests.support.exactly_once import whole
from tests.support.mails import BOOK, HELP, raw_mail
from tests.support.proxy import Proxy


@contextmanager
def lmtp(executor: CommandExecutor) -> Iterator[smtplib.LMTP]:
    address = socket.create_server(("127.0.0.1", 0))
    host, port = address.getsockname()
    with (
        MailIntake(executor, BOOK) as intake,
        MailServer(address, intake.take, intake.accepts, name="shop.example", most_bytes=1_000_000),
        smtplib.LMTP(host, port, timeout=60) as client,
    ):
        yield client


def delivered(client: smtplib.LMTP, raw: bytes, *recipients: str) -> list[int]:
    """The code for each recipient."""
    client.ehlo("mta.example")
    client.mail("ada@example.org")
    accepted = [client.rcpt(each)[0] for each in recipients]
    if 250 in accepted:
        client.putcmd("data")
        client.getreply()
        client.send(raw + b".\r\n")
    return [client.getreply()[0] if code == 250 else code for code in accepted]


def said(log: Log) -> list[str]:
    return [each.event.body for each in whole(log) if isinstance(each.event, MessageReceived)]


def taken(log: Log) -> list[tuple[str, str]]:
    """The conversation and the mailbox of each mail."""
    return [(each.originator_id, each.event.mailbox) for each in whole(log) if isinstance(each.event, MailTakenIn)]


def test_a_mail_is_in_the_log_when_it_is_answered_for(executor: CommandExecutor, log: Log) -> None:
    with lmtp(executor) as client:
        assert delivered(client, raw_mail(), HELP) == [250]
        assert said(log) == ["The kettle drips."]


def test_an_address_that_is_none_of_ours_is_refused_alone(executor: CommandExecutor, log: Log) -> None:
    with lmtp(executor) as client:
        assert delivered(client, raw_mail(), HELP, "nobody@shop.example", "HELP+x@SHOP.example") == [250, 550, 250]
        assert delivered(client, raw_mail(), "nobody@shop.example") == [550]
    assert said(log) == ["The kettle drips."]


def test_a_mail_joins_by_the_address_of_its_envelope(executor: CommandExecutor, log: Log) -> None:
    with lmtp(executor) as client:
        delivered(client, raw_mail(), HELP)
        ((first, _),) = taken(log)
        address = tokens_of(executor).address("care@brand.example", first)
        assert delivered(client, raw_mail("Also.", id="2@example.org"), address) == [250]
    assert taken(log) == [(first, HELP), (first, "care@brand.example")]


def test_while_the_database_is_away_a_mail_has_to_come_again(database_urls: Urls, log: Log, home: Path) -> None:
    with (
        Proxy(database_urls.database_url, home) as proxy,
        opened(replace(database_urls, database_url=proxy.url), deadline_seconds=1.0) as behind,
        lmtp(behind) as client,
    ):
        proxy.black_hole()
        assert delivered(client, raw_mail(), HELP) == [451]
        proxy.restore()
        assert delivered(client, raw_mail(), HELP) == [250]
    assert said(log) == ["The kettle drips."]
