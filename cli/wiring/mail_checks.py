"""What `antiphon mail doctor` tries: whether mails come in, leave and find their way back. No name server is asked."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage

from cli.wiring.address_book import mailboxes_needed
from cli.wiring.composition import Antiphon
from cli.wiring.mail import smarthost
from commands.mail import CHANNEL, mailbox_of, tokens_of
from consumers.mail.smarthost import RefusedForGood, TryAgain
from domain.kernel.ids import new_id
from domain.mail.mail import Mail
from domain.mail.reports import delivery_report, own_message
from domain.mail.tokens import MailTokens
from infra.mail.parsing import parse

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What was tried, and what came of it. `wrong`: what to do about it; None where all is well."""

    name: str
    what: str
    wrong: str | None = None


def checked(parts: Antiphon) -> Iterator[Finding]:
    """Try what needs no mail to be sent. Raises Refusal `mail-not-set`."""
    book = mailboxes_needed(parts.settings)
    tokens = tokens_of(parts.executor)
    for address, name in book.items():
        yield Finding("address", f"{address}, {name}" if name else address)
        yield _finds_its_way(tokens, address, book)
        yield _bounce_finds_its_message(tokens, address)
    yield _comes_in(parts, tokens, list(book))
    yield _leaves(parts)


def _finds_its_way(tokens: MailTokens, address: str, book: Mapping[str, str | None]) -> Finding:
    conversation = new_id("conversation")
    # Servers on the way may change the case of an address.
    token = tokens.address(address, conversation).upper()
    if tokens.in_address(token) == conversation and mailbox_of(token, book) == address:
        return Finding("token", f"an answer to {address} finds its conversation")
    return Finding("token", f"an answer to {address} finds nothing", f"see to the name of {address}")


def _bounce_finds_its_message(tokens: MailTokens, address: str) -> Finding:
    message, conversation = new_id("message"), new_id("conversation")
    returns = tokens.return_address(address, message)
    ours = tokens.message_id(message, conversation, address.rpartition("@")[2])
    bounce = _bounce(returns, ours)
    report, found = delivery_report(bounce), own_message(bounce, tokens)
    by_address = tokens.in_return_address(returns.upper()) == message
    if by_address and report and report.outcome == "failed" and found and found[0].message_id == message:
        return Finding("bounce", f"a bounce to {address} finds its message, by its address and by what it brings back")
    return Finding("bounce", f"a bounce to {address} finds no message", "report this with the version of antiphon")


def _bounce(returns: str, ours: str) -> Mail:
    """A report that a mail of ours failed, as a server sends it."""
    lines = (
        "From: MAILER-DAEMON@mx.example", f"To: {returns}", "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "",
        "--b", "Content-Type: message/delivery-status", "",
        "Reporting-MTA: dns; mx.example", "", "Action: failed", "Status: 5.1.1", "",
        "--b", "Content-Type: text/rfc822-headers", "", f"Message-ID: {ours}", "", "--b--", "",
    )  # fmt: skip
    return parse("\r\n".join(lines).encode(), returns, envelope_sender="")


def _comes_in(parts: Antiphon, tokens: MailTokens, addresses: list[str]) -> Finding:
    """Whether the server of ours accepts our addresses, with and without tokens. No mail is sent."""
    settings = parts.settings.mail
    where = f"{settings.host}, port {settings.port}"
    try:
        with smtplib.LMTP(settings.host, settings.port, timeout=SECONDS) as server:
            server.ehlo("doctor.localhost")
            server.mail("")
            for address in addresses:
                for said in (
                    address,
                    tokens.address(address, new_id("conversation")),
                    tokens.return_address(address, new_id("message")),
                ):
                    if server.rcpt(said)[0] != 250:
                        return Finding(
                            "in", f"{where} refuses {address}", "restart `antiphon run mail` with these settings"
                        )
            server.rset()
    except (OSError, smtplib.SMTPException):
        return Finding("in", f"nothing answers at {where}", "start it: antiphon run mail")
    return Finding("in", f"{where} takes mails for all addresses, with and without tokens")


def _leaves(parts: Antiphon) -> Finding:
    """Whether the server behind us lets us in."""
    if parts.settings.mail.smarthost is None:
        return Finding(
            "out", "no server is set: replies are shown by `antiphon mail sent`, or another gateway brings them"
        )
    with ExitStack() as closing:
        server = smarthost(parts.settings, closing)
        assert server is not None
        where = f"{server.host}, port {server.port}"
        try:
            offered = server.offers()
        except (TryAgain, RefusedForGood) as error:
            return Finding("out", f"{where}: {error}", "see to ANTIPHON_MAIL_SMARTHOST and what belongs to it")
    login = "after the login" if server.user else "without a login"
    reports = "reports of delivery" if "dsn" in offered else "no reports of delivery"
    utf8 = "addresses beyond ASCII" if "smtputf8" in offered else "no addresses beyond ASCII"
    return Finding("out", f"{where} answers {login}; it offers {reports}, and {utf8}")


def sent_to_myself(parts: Antiphon) -> str:
    """Send a mail to our own first address, through the server behind us. Answers its Message-ID: once it came in, the
    log has it. Raises Refusal `mail-not-set`, TryAgain, RefusedForGood."""
    book = mailboxes_needed(parts.settings)
    address = next(iter(book))
    tokens, message, conversation = tokens_of(parts.executor), new_id("message"), new_id("conversation")
    id = tokens.message_id(message, conversation, address.rpartition("@")[2])
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = address, tokens.address(address, conversation), "antiphon mail doctor"
    mail["Message-ID"], mail["Auto-Submitted"] = id, "auto-generated"
    mail.set_content("Sent by `antiphon mail doctor` to see whether mails leave and come back.")
    with ExitStack() as closing:
        server = smarthost(parts.settings, closing)
        if server is None or parts.settings.mail.smarthost is None:
            raise TryAgain("no server is set")
        server.send(mail, tokens.return_address(address, message), mail["To"].addresses[0].addr_spec)
    return id


def came_back(parts: Antiphon, id: str) -> bool:
    """Whether a mail of this Message-ID is in the log."""
    return parts.executor.find("channel-message", f"{CHANNEL}\x00{id}") is not None
