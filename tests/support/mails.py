"""Mails to take in, as their bytes, and what an installation makes of them."""

from __future__ import annotations

from pathlib import Path

from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.mail import receive
from consumers.mail.taking_in import CONTEXT
from domain.conversation.events import MailTakenIn, MessageReceived
from infra.content.folder import Folder
from infra.content.store import ContentStore
from infra.log.application import Log
from infra.mail.parsing import parse
from tests.support.exactly_once import whole
from tests.support.recorded import events_of

HELP = "help@shop.example"
BOOK = {HELP: "Shop help", "care@brand.example": None}


def in_memory(log: Log, folder: Path) -> CommandExecutor:
    """Commands over a log in memory, with a content store in this folder."""
    content = ContentStore(Folder(folder / "content"), log.vault, most_bytes=1_000_000, most_files=500)
    return CommandExecutor(log, content=content)


def raw_mail(
    body: str = "The kettle drips.",
    *,
    id: str | None = "1@example.org",
    sender: str | None = "Ada <ada@example.org>",
    to: str = HELP,
    subject: str = "The kettle",
    more: str = "",
) -> bytes:
    """The bytes of a mail. `more`: further lines of its header, each with its end."""
    head = [
        f"From: {sender}" if sender else "",
        f"To: {to}",
        f"Subject: {subject}",
        f"Message-ID: <{id}>" if id else "",
    ]
    lines = "".join(f"{line}\r\n" for line in head if line)
    return (lines + more + "\r\n" + body.replace("\n", "\r\n") + "\r\n").encode()


def take(
    executor: CommandExecutor, raw: bytes, *, recipient: str = HELP, envelope: str | None = "a@b.example"
) -> Answer:
    """Take a mail in, as the server does."""
    return receive(executor, parse(raw, recipient, envelope_sender=envelope), HELP, CONTEXT)


def taken_in(log: Log, conversation_id: str) -> list[tuple[MessageReceived, MailTakenIn]]:
    """The mails of a conversation: what was said, and how it was read."""
    events = events_of(log, conversation_id)
    said = {each.message_id: each for each in events if isinstance(each, MessageReceived)}
    return [(said[each.message_id], each) for each in events if isinstance(each, MailTakenIn)]


def dsn(fields: str, *, returned: str, to: str = HELP, sender: str = "MAILER-DAEMON@mx.example") -> bytes:
    """The bytes of a report of delivery (RFC 3464). `fields`: what it says of the recipient; `returned`: the Message-ID
    of the mail that it brings back, with brackets."""
    body = "\n".join(
        [
            "--r", "", "I could not deliver it.", "",
            "--r", "Content-Type: message/delivery-status", "",
            "Reporting-MTA: dns; mx.example", "", "Final-Recipient: rfc822; ada@example.org", fields, "",
            "--r", "Content-Type: text/rfc822-headers", "", f"Message-ID: {returned}", "Subject: Re: The kettle", "",
            "--r--",
        ]
    )  # fmt: skip
    more = "Content-Type: multipart/report; report-type=delivery-status; boundary=r\r\n"
    return raw_mail(body, id="report@mx.example", sender=sender, to=to, subject="Undelivered", more=more)


def mails_taken(log: Log) -> list[tuple[str, MailTakenIn]]:
    """The mails of all conversations, each with the conversation's id, in order."""
    return [(each.originator_id, each.event) for each in whole(log) if isinstance(each.event, MailTakenIn)]


def said(log: Log) -> list[str]:
    """What all mails said, in order."""
    return [each.event.body for each in whole(log) if isinstance(each.event, MessageReceived)]
