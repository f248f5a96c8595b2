"""`antiphon mail`: send a mail to this installation, and see what it sent."""

from __future__ import annotations

import smtplib
from email import policy
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Annotated

import typer

from cli.display.terminal import one_line, safe
from cli.wiring.address_book import mailboxes, sink_folder
from domain.kernel.refusal import Overloaded, Refusal
from infra.mail.parsing import parse
from infra.mail.sink import kept
from infra.settings.settings import Settings

SECONDS = 30.0
_HEADERS = ("from", "reply-to", "to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted")


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    group = typer.Typer(no_args_is_help=True, help="Send a mail to this installation, and see what it sent.")
    group.command("send")(send)
    group.command("sent")(sent)
    app.add_typer(group, name="mail")


def send(
    words: Annotated[str, typer.Argument(help="What the mail says.")],
    sender: Annotated[str, typer.Option("--from", help="Who writes: an address, also `Ada <ada@example.org>`.")] = (
        "Ada Byron <ada@example.org>"
    ),
    to: Annotated[str | None, typer.Option(help="To which address of ours. Default: the first one.")] = None,
    subject: Annotated[str, typer.Option(help="The subject.")] = "A question",
    in_reply_to: Annotated[str | None, typer.Option(help="The Message-ID of the mail that is answered.")] = None,
    port: Annotated[int | None, typer.Option(help="Where mails come in. Default: ANTIPHON_MAIL_PORT.")] = None,
) -> None:
    """Send a mail to this installation by SMTP, as any mail client does; for a try. The answer of the server is shown:
    once it took the mail, the mail is in the log."""
    settings = Settings.load()
    ours = to or next(iter(mailboxes(settings)), None) or "help@shop.example"
    mail = EmailMessage(policy=policy.SMTP)
    try:
        mail["From"], mail["To"], mail["Subject"] = sender, ours, subject
        mail["Message-ID"] = make_msgid(domain="client.example")
        if in_reply_to:
            mail["In-Reply-To"] = mail["References"] = in_reply_to
        address = mail["From"].addresses[0].addr_spec
    except (ValueError, IndexError):
        raise Refusal("input-invalid", "--from, --to, --subject, --in-reply-to: a line each, and an address") from None
    mail.set_content(words)
    try:
        with smtplib.SMTP(settings.mail.host, port or settings.mail.port, timeout=SECONDS) as server:
            server.send_message(mail, address, [ours])
    except smtplib.SMTPResponseException as error:
        raise Refusal("mail-refused", f"the server answered {error.smtp_code}; antiphon doctor") from None
    except smtplib.SMTPRecipientsRefused:
        raise Refusal("mail-refused", f"{one_line(ours)} is none of our addresses; name one with --to") from None
    except (smtplib.SMTPException, OSError):
        raise Overloaded("no mail server of ours answers there; start one with: antiphon run mail") from None
    print(f"taken in: {one_line(str(mail['Message-ID']))}")


def sent(
    last: Annotated[int, typer.Option(min=1, max=200, help="How many, at most.")] = 5,
    raw: Annotated[bool, typer.Option("--raw", help="As they left, with all of their header.")] = False,
) -> None:
    """Print the mails that left, where a mail server for development keeps them (`make run`); the last one last."""
    mails = kept(sink_folder(Settings.load()), last)
    if not mails:
        print("no mail left by now")
    for number, each in enumerate(mails):
        if number:
            print()
        print(safe(each.decode("utf-8", "replace")) if raw else _shown(each))


def _shown(raw: bytes) -> str:
    mail, lines = parse(raw, ""), []
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace").replace("\n ", " ")
    for line in head.split("\n"):
        name, _, value = line.partition(":")
        if name.lower() in _HEADERS:
            lines.append(f"{name}: {one_line(mail.subject or '') if name.lower() == 'subject' else one_line(value)}")
    return "\n".join([*lines, "", safe(mail.body)])
