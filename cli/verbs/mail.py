"""`antiphon mail`: send a mail to this installation, and see what it sent."""

from __future__ import annotations

import smtplib
import time
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Annotated

import typer

from cli.display.terminal import one_line, safe
from cli.verbs.content import new_file
from cli.verbs.doctor import Examination, conclude
from cli.wiring.address_book import mailboxes, sink_folder
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.mail_checks import came_back, checked, sent_to_myself
from commands import content as contents
from consumers.mail.smarthost import RefusedForGood, TryAgain
from domain.kernel.refusal import Overloaded, Refusal
from infra.mail.parsing import parse
from infra.mail.sink import kept
from infra.mail.writing import AS_SENT
from infra.settings.settings import Settings

SECONDS = 30.0
POLL_SECONDS = 0.2
_HEADERS = ("from", "reply-to", "to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted")


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    group = typer.Typer(
        no_args_is_help=True, help="Send a mail to this installation, see what it sent, and try the ways."
    )
    group.command("send")(send)
    group.command("sent")(sent)
    group.command("doctor")(doctor)
    group.command("html")(html)
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
    mail = EmailMessage(policy=AS_SENT)
    try:
        mail["From"], mail["To"], mail["Subject"] = sender, ours, subject
        mail["Message-ID"] = make_msgid(domain="client.example")
        if in_reply_to:
            mail["In-Reply-To"] = mail["References"] = in_reply_to
        address = mail["From"].addresses[0].addr_spec
    except (ValueError, IndexError):
        raise Refusal("input-invalid", "--from, --to, --subject, --in-reply-to: a line each, and an address") from None
    mail.set_content(words)
    host, port = settings.mail.host, port or settings.mail.port
    absent = f"no mail server of ours answers at {host}, port {port}; name its --port, or start: antiphon run mail"
    try:
        with smtplib.SMTP(host, port, timeout=SECONDS) as server:
            server.send_message(mail, address, [ours])
    except smtplib.SMTPResponseException as error:
        raise Refusal("mail-refused", f"the server answered {error.smtp_code}; antiphon doctor") from None
    except smtplib.SMTPRecipientsRefused:
        raise Refusal("mail-refused", f"{one_line(ours)} is none of our addresses; name one with --to") from None
    except (smtplib.SMTPException, OSError):
        raise Overloaded(absent) from None
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


def doctor(
    to_myself: Annotated[
        bool, typer.Option("--to-myself", help="Also send a mail to our first address, and wait until it came back.")
    ] = False,
    seconds: Annotated[float, typer.Option(min=1, max=3600, help="How long to wait for it.")] = 60,
) -> None:
    """Try the ways of mails: whether ours come in, whether the server behind us lets us in, whether answers find their
    conversation and bounces their message. Exits with 1 where something is wrong. No name server is asked.

    A mail to ourselves opens a conversation, for which nobody waits: it shows the whole way."""
    report = Examination()
    with antiphon() as parts, report.caught("mail"):
        for found in checked(parts):
            report.say(found.name, safe(found.what), found.wrong)
        if to_myself:
            _to_myself(parts, report, seconds)
    conclude(report)


def _to_myself(parts: Antiphon, report: Examination, seconds: float) -> None:
    try:
        id = sent_to_myself(parts)
    except (TryAgain, RefusedForGood) as error:
        report.say("myself", f"it does not leave: {error}", "see to ANTIPHON_MAIL_SMARTHOST and what belongs to it")
        return
    until = time.monotonic() + seconds
    while not (came := came_back(parts, id)) and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
    if came:
        report.say("myself", "a mail left and came back")
    else:
        wrong = "see to the servers on the way: theirs has to deliver our addresses to the port at which mails come in"
        report.say("myself", f"a mail left, and did not come back within {seconds:g} s", wrong)


def html(
    content_id: Annotated[str, typer.Argument(metavar="content-…", help="The content id of a mail (mail.eml).")],
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")] = False,
) -> None:
    """Write the HTML of a customer's mail to a page, readable by its owner only: nothing in it runs, and nothing is
    loaded, no image either, so that nobody learns that it was read."""
    from infra.mail.safe_html import safe_page  # for this verb alone

    with antiphon() as parts:
        page = safe_page(b"".join(contents.read(parts.executor, content_id)))
    if page is None:
        raise Refusal("not-found", "this mail has no HTML: antiphon show has its text")
    with new_file(file, overwrite=force) as written:
        written.write(page.encode())
    print(f"{file}: {len(page)} characters")


def _shown(raw: bytes) -> str:
    mail, lines = parse(raw, ""), []
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace").replace("\n ", " ")
    for line in head.split("\n"):
        name, _, value = line.partition(":")
        if name.lower() in _HEADERS:
            lines.append(f"{name}: {one_line(mail.subject or '') if name.lower() == 'subject' else one_line(value)}")
    return "\n".join([*lines, "", safe(mail.body)])
