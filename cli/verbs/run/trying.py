"""What `antiphon run` prints on a terminal: the sample's inbox, one of its conversations, and commands to paste. It
never prints what real customers said, and no token."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from rich.text import Text

from cli.display.terminal import console, one_line, people, program
from cli.verbs.conversation import show as showing
from cli.verbs.conversation.inbox import Known
from cli.verbs.conversation.inbox import show as show_inbox
from cli.wiring.address_book import mailboxes
from cli.wiring.composition import Antiphon
from commands.signal.limits import limits_in_force
from domain.signal.identity import signal_id
from infra.postgres.database import Database
from infra.settings.api import ApiSettings
from infra.settings.settings import Settings
from projections import staff as staffing
from projections.conversation import inbox
from projections.conversation.inbox import Item
from projections.conversation.inbox_filter import Filter
from projections.service_level import policies
from projections.signal import shown

POLICY = Path(str(files("cli") / "sample" / "policy.yaml"))
STRONG = ("lights", "too-dim", "design")
"""The signal of the sample whose evidence is strong."""


def show(parts: Antiphon, nobodys: Collection[str], mail_port: int | None = None) -> None:
    """Print everything. `nobodys`: the ids of conversations that may be printed, because they are invented.
    `mail_port`: where mails come in."""
    with parts.database("reader") as reader:
        with reader.connection() as connection:
            page = inbox.read(connection, Filter(), limit=20)
            page = replace(page, rows=[item for item in page.rows if item.conversation_id in nobodys])
            known = Known.about(connection, page.rows)
        if page.rows:
            _head("The inbox: who waits, longest first")
            show_inbox(page, known, datetime.now(UTC))
        # The liveliest conversation has the most to show.
        item = max(
            page.rows, key=lambda item: (item.answered is False, item.messages_in + item.messages_out), default=None
        )
        if item is not None:
            _head("\nOne conversation")
            showing.conversation(reader, item.conversation_id, datetime.now(UTC))()
        if nobodys:
            _signals(reader, parts)
        with reader.connection() as connection:
            colleagues = [
                each for each in staffing.of_team(connection, item.team_id if item else None) if each.left_at is None
            ]
            promised = bool(policies.every(connection, "policy"))
    _head("\nTry next, in another terminal")
    acts = colleagues[0] if colleagues else None
    for comment, command in (*_next(item, acts, promised, parts), *_by_mail(parts.settings, mail_port)):
        print(f"\n# {comment}\n{command}" if comment else command)
    print("\nCtrl-C stops it; the next run goes on with the same data.\n", flush=True)


def _signals(reader: Database, parts: Antiphon) -> None:
    limits = limits_in_force(parts.executor)
    with reader.connection() as connection:
        found = shown.listed(connection, parts.executor.zone, limits).rows
    if found:
        _head("\nSignals: what customers keep saying")
    for signal in found:
        # What is strong is routed within a moment: it is strong before that and after.
        answered = None if signal.strength == "strong" and signal.status == "routed" else signal.status
        stands = answered or ("strong" if signal.strength == "strong" else f"held: {signal.strength}")
        about = f"{signal.product_area}, {signal.theme}, {signal.stage}"
        print(f"{stands:<18} {people(signal.people):>10}  {one_line(about)}")


def _next(
    item: Item | None, colleague: staffing.Entry | None, promised: bool, parts: Antiphon
) -> Iterator[tuple[str, str]]:
    if os.environ.get("ANTIPHON_HOME"):
        yield "the same data as here", f"export ANTIPHON_HOME={shlex.quote(str(parts.settings.home.folder))}"
    if item is not None:
        acting = ["--as", colleague.handle] if colleague and colleague.handle else []
        answer = ["reply", item.conversation_id, "Thank you for your patience. We look into it today.", *acting]
        yield "answer the customer, and see it in the conversation", _command(*answer)
        yield "", _command("show", item.conversation_id)
        yield "the same customer's timeline", _command("show", item.customer_id)
    elif parts.log.position() == 0:
        yield "a first message", _command("open", "inquiry", "Are you open on Saturday?", "--from", "ada@example.org")
    else:
        yield "who waits, longest first", _command("inbox")
    # Elsewhere tokens come from another issuer, or `antiphon token` needs settings that this line lacks.
    if item is not None and colleague is not None and parts.settings.makes_token_secret:
        yield from _over_http(item, colleague, parts.settings)
    if item is not None or parts.log.position() == 0:
        yield from _in_business_time(item, promised)
    if item is not None:
        yield "what enough customers say, and with which team it is", _command("signals", "show", signal_id(*STRONG))
        yield "", _command("signals", "board")
    yield "only complaints, only open ones", _command("inbox", "--kind", "complaint", "--status", "open")
    yield "what the log holds, event by event", _command("log", "--after", "0", "--limit", "3")
    yield "a view is right when a replay from zero gives the same rows", _command("rebuild", "inbox", "--verify")
    yield "what is here, and whether it is well", _command("doctor")
    if item is not None:
        yield (
            "forget the customer for good, and look again",
            _command("erase", item.customer_id, "--reason", "they asked"),
        )
        yield "", _command("show", item.conversation_id)


def _in_business_time(item: Item | None, promised: bool) -> Iterator[tuple[str, str]]:
    comment = "when answers are due, in business time, and why"
    if not promised:
        yield (
            "promise answers in business time: tried on what has happened, and then put in force",
            _command("sla", "dry-run", str(POLICY), "--from", "2020-01-01T00:00:00Z"),
        )
        yield "", _command("sla", "put", str(POLICY))
        promised = True
    if promised:
        if item is not None:
            yield comment, _command("sla", "explain", item.conversation_id)
            comment = ""
        yield comment, _command("inbox", "--order", "due")


def url(settings: ApiSettings) -> str:
    """The API's URL, for callers on this machine."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{f'[{here}]' if ':' in here else here}:{settings.port}"


def _over_http(item: Item, colleague: staffing.Entry, settings: Settings) -> Iterator[tuple[str, str]]:
    api = url(settings.api)
    conversation = f"{api}/conversations/{item.conversation_id}"
    token = _command("token", colleague.handle or colleague.id)
    # An answer has no line break at its end, and the prompt would stand behind it.
    call = r'''curl -sS -w '\n' -H "Authorization: Bearer $TOKEN"'''
    reply = json.dumps({"body": "It is ready on Friday."})
    yield f"the same over HTTP, described at {api}/docs; as {one_line(colleague.name)}", f"TOKEN=$({token})"
    yield "", f"{call} {shlex.quote(f'{api}/inbox?kind=complaint&limit=2')}"
    yield "", f"{call} {conversation}"
    key = f"-H 'Idempotency-Key: try-{item.conversation_id}'"
    yield "", f"{call} -H 'Content-Type: application/json' {key} -d {shlex.quote(reply)} {conversation}/replies"
    yield "what comes to the inbox, as it comes, until Ctrl-C", f"{call} -N {api}/inbox/live"


def _by_mail(settings: Settings, port: int | None) -> Iterator[tuple[str, str]]:
    if port is None:
        return
    to = next(iter(mailboxes(settings)))
    words = "Do you repair kettles, too?"
    yield (
        f"a mail from any client to 127.0.0.1:{port} comes to the inbox",
        _command("mail", "send", words, "--to", to, "--port", str(port)),
    )
    yield "", _command("inbox")
    if not settings.mail.smarthost and settings.mail.embedded_mail:
        yield "replies that left by mail", _command("mail", "sent")


def _command(*arguments: str) -> str:
    return shlex.join([program(), *arguments])


def _head(text: str) -> None:
    console().print(Text(text, "bold underline"))
