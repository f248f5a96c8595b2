"""`antiphon show customer-…`: one customer's timeline across conversations and orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from rich.text import Text

from cli.display.names import Names
from cli.display.terminal import TIME_COLUMNS, console, one_line, print_block, print_zone, when
from cli.wiring.views import count_quarantined, not_shown, print_quarantined
from domain.kernel.ids import kind_of
from infra.postgres.database import Database
from projections import staff as staffing
from projections.conversation.inbox import Item
from projections.customer import contacts, timeline
from projections.customer import overview as customers
from projections.customer.contacts import ContactRow
from projections.customer.links import Link
from projections.customer.timeline import Moment

PAGE = 500


def customer(reader: Database, id: str) -> Callable[[], None]:
    """Read all of a customer's moments; answers a function that prints them. Raises Refusal `not-found`."""
    moments = list(_moments(reader, id))
    with reader.connection() as connection:
        quarantined = count_quarantined(connection, {id, *(moment.stream for moment in moments)})
        if not moments:
            raise not_shown(id, quarantined)
        items = customers.CONVERSATIONS.read(connection, limit=PAGE, id=id).rows
        links = customers.LINKS.read(connection, limit=PAGE, id=id).rows
        contact = contacts.one(connection, id)
        ids = [*(moment.author_id for moment in moments), *(link.merged_by for link in links)]
        names = Names(timeline.names(connection, [id]), staffing.by_id(connection, ids), id)
    moments.reverse()
    return lambda: _print_customer(id, contact, links, items, moments, names, quarantined)


def _moments(reader: Database, id: str) -> Iterator[Moment]:
    cursor = None
    while True:
        with reader.connection() as connection:
            page = customers.MOMENTS.read(connection, cursor=cursor, limit=PAGE, id=id)
        yield from page.rows
        cursor = page.cursor
        if cursor is None:
            return


def _print_customer(
    id: str,
    contact: ContactRow | None,
    links: Sequence[Link],
    items: Sequence[Item],
    moments: Sequence[Moment],
    names: Names,
    quarantined: int,
) -> None:
    out = console()
    out.print(Text(names.of(id), "bold"))
    out.print(Text(id, "dim"), soft_wrap=True)
    print_zone(out)
    for wish in _wishes(contact):
        out.print(Text(wish), soft_wrap=True)
    for link in links:
        merged = f"merged into  {link.merged_into}" if link.customer_id == id else f"merged with  {link.customer_id}"
        wording = f"  {when(link.merged_at)}  ({names.of(link.merged_by)})"
        out.print(Text.assemble((merged[:13], "dim"), merged[13:], (wording, "dim")), soft_wrap=True)
    for item in items:
        status = item.status.replace("_", " ")
        out.print(Text.assemble(("conversation  ", "dim"), f"{item.conversation_id}  {status}"), soft_wrap=True)
    out.print()
    where = ""
    for moment in moments:
        if moment.stream != where and kind_of(moment.stream) == "conversation":
            out.print(Text(moment.stream, "dim"), soft_wrap=True)
        where = moment.stream
        time = Text(when(moment.at, moment.time_precision).ljust(TIME_COLUMNS), "dim")
        whose = "" if moment.customer_id == id else f"  [{moment.customer_id}]"
        print_block(out, Text(_moment_text(moment, names) + whose), first=time)
    print_quarantined(out, quarantined)


def _wishes(contact: ContactRow | None) -> Iterator[str]:
    """How the customer wants to be reached, as far as they chose."""
    if contact is None:
        return
    if contact.chosen_at is not None:
        chosen = (contact.channel and f"by {contact.channel}", contact.language and f"in {contact.language}")
        quiet = "only about what they asked" if contact.quiet else None
        yield "wants to be reached " + (", ".join(filter(None, (*chosen, quiet))) or "in any way")
    for consent in contact.consents:
        wording = "consents to" if consent["given"] else "does not consent to"
        yield f"{wording} {consent['purpose']} (said on {when(datetime.fromisoformat(consent['at']))})"


_SINCE = {
    "contact-point-removed": "is theirs no longer",
    "contact-point-shared": "is used by several people",
    "contact-point-alone": "is theirs alone",
}


def _moment_text(moment: Moment, names: Names) -> str:
    text = one_line(moment.text or "")
    what = (moment.what or "").replace("_", " ")
    by = f"  ({names.of(moment.author_id)})" if moment.author_id != moment.customer_id else ""
    match moment.kind:
        case "registered":
            return f"became known{f' as {text}' if text else ''}{f', {what}' if what else ''}"
        case "contact-point":
            return f"{what}: {text}"
        case "name":
            return (f"is called {text}" if text else "no name is known") + by
        case "language" | "segment":
            return f"{moment.kind}: {what or 'none is known'}" + by
        case "contact-point-removed" | "contact-point-shared" | "contact-point-alone":
            wording = {
                "removed": "is theirs no longer",
                "shared": "is used by several people",
                "alone": "is theirs alone",
            }
            return f"{what}: {text} {wording[moment.kind.rpartition('-')[2]]}" + by
        case "contact-point-failed":
            return f"a reply to {text} did not arrive: {moment.what}" + by
        case "contact-point-fails":
            return f"replies to {text} do not arrive: {moment.what}" + by
        case "contact-point-cleared":
            return f"{what}: {text} does not count as failing any more" + by
        case "contact-point-contested":
            return f"was told of together with {text}: perhaps one person" + by
        case "opened":
            return f"opened by {what}" + (f": {text}" if text else "")
        case "interaction":
            return f"* brought: {what}"
        case "status":
            return f"* {what}" + (f": {text}" if text else "") + by
        case "verdict":
            verdict = "it answered me" if moment.what == "answered" else "it did not answer me (disputed)"
            return f"* verdict: {verdict}" + (f": {text}" if text else "")
        case "person-requested":
            return "* asked for a person" + (f": {text}" if text else "")
        case "order" if what:
            return f"* order {what}" + (f": {text}" if text else "") + by
        case "promise":
            due = f", due {when(moment.due_at)}" if moment.due_at else ""
            return f"* promise {what}{due}" + (f": {text}" if text else "") + by
        case "order":
            count = f"{moment.item_count} item{'' if moment.item_count == 1 else 's'}" if moment.item_count else ""
            value = f"{moment.value} {moment.currency or ''}".strip() if moment.value is not None else ""
            return ", ".join(filter(None, (f"order {text}".strip(), count, value)))
