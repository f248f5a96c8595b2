"""Mail in a process: the server that takes mails in, and the sender of replies. Apart from `composition`, since most
verbs need none of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from cli.wiring.address_book import mailboxes_needed, sink_folder
from cli.wiring.composition import Antiphon
from commands.executor.unit_of_work import Answer
from commands.message import report_delivery
from commands.registry import AskedCommand
from consumers.mail.sending import MailSender
from consumers.mail.smarthost import Smarthost
from consumers.mail.style import MailStyle
from consumers.mail.taking_in import MailIntake
from domain.kernel.refusal import Refusal
from domain.kernel.values import Frozen
from domain.message import ReportDelivery
from infra.mail import fetched
from infra.mail.server import MailServer
from infra.mail.sink import sink
from infra.settings.settings import Settings
from infra.subscriptions.host import Host
from process.mail import MailReplies
from process.reaction import Reactor


@contextmanager
def mail(parts: Antiphon, address: socket.socket) -> Iterator[MailServer]:
    """Within: mails are taken in at this address, and replies leave where the settings say through which server. Raises
    Refusal `mail-not-set`."""
    settings, book = parts.settings.mail, mailboxes_needed(parts.settings)
    most = min(settings.most_bytes, parts.settings.content.most_bytes)
    with ExitStack() as closing:
        if (server := smarthost(parts.settings, closing)) is not None:
            reader = closing.enter_context(parts.database("reader"))
            give_up = timedelta(hours=settings.give_up_hours)
            style = MailStyle(settings.html, settings.quotes, settings.from_name, settings.team_mailboxes)
            sender = MailSender(parts.executor, reader, parts.urls.of("reader"), server, book, give_up, style)
            closing.enter_context(_queueing(parts))
            closing.enter_context(sender)
        intake = closing.enter_context(
            MailIntake(parts.executor, book, settings.by_people, settings.colleagues, settings.authserv_ids)
        )
        _fetching(parts, intake, most, closing)
        name = next(iter(book)).rpartition("@")[2]
        yield closing.enter_context(MailServer(address, intake.take, intake.accepts, name=name, most_bytes=most))


def _fetching(parts: Antiphon, intake: MailIntake, most: int, closing: ExitStack) -> None:
    """Fetch the mailbox that the settings name; say so where they name none any more."""
    given, database = parts.settings.mail, closing.enter_context(parts.database("projector"))
    if given.imap is None:
        with database.connection() as connection:
            fetched.begin(connection, None)
        return
    # Imported here: only who has such a mailbox needs the library.
    from consumers.mail.fetching import MailFetcher
    from infra.mail.imap import MailboxPlace

    assert given.imap_user is not None
    assert given.imap_password is not None
    host, port = given.imap_address
    place = MailboxPlace(
        host, port, given.imap_security, given.imap_user, given.imap_password.get_secret_value(), given.imap_folder
    )
    every, late = timedelta(seconds=given.imap_seconds), timedelta(minutes=given.imap_late_minutes)
    lock_url = parts.urls.of("reader")
    closing.enter_context(MailFetcher(intake, database, lock_url, place, most_bytes=most, every=every, late=late))


def check_runs(server: MailServer) -> None:
    """Check that the server runs on. Raises Refusal `mail-ended`."""
    if not server.is_alive:
        raise Refusal("mail-ended", "the mail server stopped by itself; the log tells why")


def smarthost(settings: Settings, closing: ExitStack) -> Smarthost | None:
    """The server through which replies leave; None where another gateway brings them. One of our own lasts as long as
    `closing`."""
    given = settings.mail
    if given.smarthost is None:
        if given.address_book or not given.embedded_mail:
            return None
        return Smarthost("127.0.0.1", closing.enter_context(sink(sink_folder(settings))))
    host, port = given.smarthost_address
    password = given.smarthost_password.get_secret_value() if given.smarthost_password else None
    return Smarthost(host, port, given.smarthost_security, given.smarthost_user, password)


@contextmanager
def _queueing(parts: Antiphon) -> Iterator[None]:
    """Within: replies over mail are queued, by one process of those that run this."""

    def ask(asked: AskedCommand[Frozen]) -> Answer:
        assert isinstance(asked.command, ReportDelivery)
        assert asked.target is not None
        return report_delivery(parts.executor, asked.target, asked.command, asked.context)

    reactor, given = Reactor(MailReplies(), ask), parts.settings.subscriptions
    with parts.database("projector") as database:
        reactor.set_out(database)
        with Host(parts.log, database, [reactor], lease_seconds=given.lease_seconds, poll_seconds=given.poll_seconds):
            yield
