"""`antiphon show`: one conversation in full, one customer's timeline, or one order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from cli.display.names import Names
from cli.display.terminal import TIME_COLUMNS, console, how_long, one_line, print_block, print_zone, safe, when
from cli.verbs import stranger as show_stranger
from cli.verbs.conversation.inbox import due_clock
from cli.verbs.customer import show as show_customer
from cli.verbs.order import show as show_order
from cli.verbs.promise import promise_line
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up, count_quarantined, not_shown, print_quarantined
from commands.conversation.as_sent import as_sent as kept_of
from domain.channel import ServedChannels
from domain.kernel.ids import kind_of
from domain.kernel.personal import ERASED
from domain.kernel.refusal import NotFound
from infra.postgres.database import Database
from infra.views.columns import Document
from projections import message as receipts
from projections import promise as promises
from projections.conversation import history, inbox
from projections.conversation.alike import alike
from projections.conversation.history import HistoryLine
from projections.conversation.inbox import Item
from projections.message import Receipt
from projections.promise import PromiseRow

PAGE = 500
_SPOKEN = {
    "received": ("customer", "cyan"),
    "sent": ("company", "green"),
    "note": ("note, for colleagues only", "yellow"),
}


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("show")(show)
    app.command("as-sent")(as_sent)


def show(
    id: Annotated[str, typer.Argument(metavar="conversation-…|customer-…|order-…|stranger-…", help="What to show.")],
    ids: Annotated[bool, typer.Option("--ids", help="Of a conversation, the ids of messages, too.")] = False,
) -> None:
    """Show a conversation with both voices in order, a customer's timeline, an order, or a stranger. Times are
    the company's."""
    with antiphon() as parts, caught_up(parts) as reader:
        print_found = shown(reader, id, datetime.now(UTC), ids=ids, channels=parts.settings.company.served)
    print_found()


def shown(
    reader: Database, id: str, now: datetime, *, ids: bool = False, channels: ServedChannels | None = None
) -> Callable[[], None]:
    """Read what `show` prints, as of `now`; answers a function that prints it. `channels`: those
    that somebody serves. Raises Refusal `not-found`."""
    match kind_of(id):
        case "conversation":
            return conversation(reader, id, now, ids=ids, channels=channels)
        case "customer":
            return show_customer.customer(reader, id)
        case "order":
            return show_order.order(reader, id)
        case "stranger":
            return show_stranger.stranger(reader, id)
        case _:
            raise NotFound(id)


def as_sent(
    id: Annotated[
        str,
        typer.Argument(
            metavar="conversation-…|order-…|message-…", help="The id of the conversation, order or message."
        ),
    ],
    line: Annotated[int, typer.Argument(min=1, help="The number of the line, as `show` names it.")],
) -> None:
    """Print what a line does not show in full, as it was sent: what was cut off or dropped."""
    with antiphon() as parts:
        kept = kept_of(parts.executor, id, line)
    out = console()
    for each in kept.adjusted:
        out.print(Text(f"{each.field}, {each.how}", "dim"))
        files = each.field == "attachments" and kept.more_attachments
        replaced = "(the files beyond stand below)" if files else "(signs that cannot be stored were replaced)"
        print_block(out, Text(safe(each.kept or replaced)))
    for file in kept.more_attachments:
        out.print(Text(_attached(file.name, file.size), "dim"))


def conversation(
    reader: Database, id: str, now: datetime, *, ids: bool = False, channels: ServedChannels | None = None
) -> Callable[[], None]:
    """Read all of a conversation; answers a function that prints it. `channels`: as of `shown`. Raises Refusal
    `not-found`."""
    with reader.connection() as connection:
        item = inbox.one(connection, id)
        quarantined = count_quarantined(connection, {id})
    if item is None:
        raise not_shown(id, quarantined)
    lines = list(_lines(reader, id))
    with reader.connection() as connection:
        names = Names.behind(connection, item.customer_id, lines, item)
        promised = promises.of_conversation(connection, id, limit=PAGE).rows
        similar = alike(connection, item)
        delivered = {each.message_id: each for each in receipts.of_conversation(connection, id, limit=PAGE)}
    came = {message_id: _came(receipt) for message_id, receipt in delivered.items()}
    if len(delivered) < PAGE:  # of older messages, the receipts are not known here
        known = channels or ServedChannels()
        came = {line.about or "": ", nobody took it" for line in lines if _untaken(line, known, now)} | came
    return lambda: _print_conversation(item, lines, came, promised, names, quarantined, now, ids=ids, similar=similar)


def _lines(reader: Database, id: str) -> Iterator[HistoryLine]:
    cursor = None
    while True:
        with reader.connection() as connection:
            page = history.read(connection, id, cursor=cursor, limit=PAGE)
        yield from page.rows
        cursor = page.cursor
        if cursor is None:
            return


def _print_conversation(
    item: Item,
    lines: Sequence[HistoryLine],
    came: Mapping[str, str],
    promised: Sequence[PromiseRow],
    names: Names,
    quarantined: int,
    now: datetime,
    *,
    ids: bool,
    similar: Sequence[Item] = (),
) -> None:
    out = console()
    out.print(Text(one_line(item.subject or "(no subject)"), "bold"))
    out.print(Text(item.conversation_id, "dim"), soft_wrap=True)
    waiting = how_long(now - item.waiting_since) if item.waiting_since else None
    facts = {
        "customer": f"{names.of(item.customer_id)}  {item.customer_id}",
        "kind": " + ".join(dict.fromkeys(item.kinds)),
        "status": item.status.replace("_", " ") + (f", waiting for {waiting}" if waiting else ""),
        "priority": item.priority,
        "due": f"{when(item.due_at)}, {due_clock(item)}" if item.due_at else "",
        "with": " / ".join(names.of(each) for each in (item.team_id, item.agent_id) if each) or "nobody",
        "area": one_line(item.product_area or ""),
        "split": f"from {item.split_from}" if item.split_from else "",
        "merged": f"into {item.merged_into}, where it is shown" if item.merged_into else "",
    }
    for name, fact in facts.items():
        if fact:
            out.print(Text.assemble((f"{name:<10}", "dim"), fact), soft_wrap=True)
    print_zone(out)
    for each in promised:
        out.print(Text.assemble((f"{'promised':<10}", "dim"), promise_line(each)), soft_wrap=True)
    for one in _participants(lines):
        fact = f"{names.of(one)}  {one}"
        out.print(Text.assemble((f"{'also':<10}", "dim"), fact), soft_wrap=True)
    for other in similar:
        fact = f"one matter with {other.conversation_id}: the same sender and subject, {when(other.opened_at)}"
        out.print(Text.assemble((f"{'perhaps':<10}", "dim"), fact), soft_wrap=True)
    _print_lines(out, lines, came, names, ids=ids)
    print_quarantined(out, quarantined)


_MARKED = {"ahead": ", time ahead", "impossible": ", impossible time"}
"""What a line says of a time that cannot be (docs/times.md): the line stands where it was recorded."""


def _print_lines(
    out: Console, lines: Sequence[HistoryLine], came: Mapping[str, str], names: Names, *, ids: bool
) -> None:
    apart = True
    for line in lines:
        spoken = line.kind in ("received", "sent", "note")
        if spoken or apart:
            out.print()
        apart = spoken
        # What a gateway delivered was said by the customer, or by another participant.
        by = names.of((line.participant_id or line.customer_id) if line.kind == "received" else line.author_id)
        late = _MARKED.get(line.time_precision, "") + (", back-dated" if line.late else "")
        time = Text(when(line.occurred_at, line.time_precision).ljust(TIME_COLUMNS), "dim")
        if spoken:
            label, style = _SPOKEN[line.kind]
            if line.participant_id:
                label = "participant" if line.kind == "received" else f"{label}, to {names.of(line.participant_id)}"
            channel = f", {line.channel}" if line.channel else ""
            by_template = f", by template {line.template}, version {line.template_version}" if line.template else ""
            told = channel + by_template + (", automatic" if line.automatic else "")
            how = label + told + late + came.get(line.about or "", "")
            out.print(Text.assemble(time, (by, f"bold {style}"), (f"  {how}", "dim")))
            if ids:
                print_block(out, Text(line.about or "", "dim"))
            if line.subject and not line.removed:
                print_block(out, Text(one_line(line.subject), "bold"))
            text = "(taken out)" if line.removed else safe(line.text or "")
            print_block(out, Text(text, style if line.kind == "note" else ""))
            for each in line.attachments:
                for text in attachment_lines(each):
                    print_block(out, Text(text, "dim"))
            if line.adjusted:
                print_block(out, Text(_adjusted(line), "dim"))
        else:
            style = "magenta" if line.kind == "verdict" else "dim"
            print_block(
                out,
                Text(f"{_happened(line, names)}{_because(line)}  ({by}{late})", style),
                first=time.append("* ", style),
            )


def _participants(lines: Sequence[HistoryLine]) -> Iterable[str]:
    """Who takes part beside the customer."""
    found: dict[str, None] = {}
    for line in lines:
        if line.kind == "participant" and line.participant_id:
            found[line.participant_id] = None
        elif line.field == "participant" and line.old:
            found.pop(line.old, None)
    return found


def _because(line: HistoryLine) -> str:
    return f", because: {one_line(line.reason)}" if line.reason else ""


def attachment_lines(attachment: Document) -> Iterator[str]:
    """What is shown of a file of a message: what it is, and the id that `antiphon fetch` takes, where the file is
    kept."""
    yield _attached(attachment["name"], attachment["size"], "quarantined" in attachment)
    if attachment.get("content_id"):
        yield attachment["content_id"]


def _attached(name: str, size: int | None, quarantined: bool = False) -> str:
    long = "of unknown size" if size is None else f"{size} bytes"
    return f"attached: {one_line(name) or '(a file without a name)'} ({long}{', quarantined' if quarantined else ''})"


def _adjusted(line: HistoryLine) -> str:
    """What is not shown in full, and the command that shows the rest."""
    what = ", ".join(f"{each['field']} {each['how']}" for each in line.adjusted)
    return f"not as it was sent: {what} (antiphon as-sent {line.conversation_id} {line.version})"


def _untaken(line: HistoryLine, channels: ServedChannels, now: datetime) -> bool:
    """Whether the line is a message that a gateway should have taken by now."""
    on_its_way = line.kind == "sent" and not line.removed and line.text != ERASED
    return on_its_way and channels.untaken(line.channel, line.occurred_at, line.recorded_at, now)


def _came(receipt: Receipt) -> str:
    """How far a message to the customer has come, and when."""
    at = getattr(receipt, f"{receipt.state}_at")
    why = f" ({receipt.code})" if receipt.state == "failed" and receipt.code else ""
    return f", {receipt.state} {when(at)}{why}"


def _happened(line: HistoryLine, names: Names) -> str:
    text = one_line(line.text or "") + (f" ({_adjusted(line)})" if line.adjusted else "")
    match line.kind:
        case "opened":
            adjusted = f"; {_adjusted(line)}" if line.adjusted else ""
            return f"opened by {line.channel}" + (f" ({line.language})" if line.language else "") + adjusted
        case "interaction":
            return f"brought: {line.new}"
        case "participant":
            return f"{names.of(line.participant_id or '')} takes part from here on" + (f" ({text})" if text else "")
        case "verdict":
            verdict = "it answered me" if line.new == "answered" else "it did not answer me (disputed)"
            return f"verdict: {verdict}" + (f": {text}" if text else "")
        case "person-requested":
            return "asked for a person" + (f": {text}" if text else "")
        case _ if line.field == "participant":
            return f"{names.of(line.old or '')} was removed, and takes part no longer"
        case _ if line.field == "merged":
            return f"merged into {line.new}" if line.new else f"taken out of {line.old} again"
        case _ if line.field == "split":
            return f"a message was split off into {line.new}" if line.new else f"shown here again, not in {line.old}"
        case _ if line.field == "split-from":
            return f"split off from {line.new}" if line.new else f"its first message is shown in {line.old} again"
        case _ if line.field == "order":
            return f"names the order {text}, {line.new}"
        case _ if line.field == "same-id":
            return f"the channel gave this message the id of another one, in {line.new}"
        case _ if line.field == "mail":
            return _by_mail(line)
        case _ if line.field == "removed":
            return f"{line.about} was taken out"
        case _ if line.field == "subject":
            return f"subject: {text}"
        case _ if line.field in ("product-area", "language"):
            return f"{line.field}: {one_line(line.old or 'none')} -> {one_line(line.new or 'none')}"
        case _ if line.field == "parts":
            return f"{line.new} was merged into this one" if line.new else f"{line.old} was taken out again"
        case _:
            return f"{line.field}: {names.each(line.old)} -> {names.each(line.new)}" + (f" ({text})" if text else "")


_JOINED = {
    "opened": "a mail that opened the conversation",
    "address-token": "a mail to the address of this conversation",
    "return-address": "a mail to the return address of a reply",
    "own-message-id": "a mail that answers one of ours",
    "returned-message": "a mail that brings one of ours back",
    "known-message-id": "a mail that answers one of this conversation",
    "subject-tag": "a mail with the tag of this conversation",
}


def _by_mail(line: HistoryLine) -> str:
    """Why a mail is shown here, what shows that no person wrote it, and what our mail server found of its sender."""
    said = [_JOINED.get(line.new or "", line.new or "")]
    if line.old:
        said.append(f"written by no person ({line.old})")
    if line.sender_failed:
        said.append("its sender did not send it, as far as our mail server knows")
    if line.authentication:
        said.append(" ".join(line.authentication))
    return "; ".join(said)
