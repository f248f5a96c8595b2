"""`antiphon show`: one conversation in full, or one customer's whole life with the company."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from cli.display import console, how_long, one_line, program, safe, when
from cli.views import caught_up
from cli.wiring import antiphon
from domain.kernel import kind_of
from domain.refusal import NotFound, Refusal
from infra.parking import all_parked
from infra.postgres import Connection, Database
from projections import history, inbox, staffing, timeline
from projections.history import Line
from projections.inbox import Item
from projections.timeline import Moment

PAGE = 500
TIME_COLUMNS = 18
_SPOKEN = {
    "received": ("customer", "cyan"),
    "sent": ("company", "green"),
    "note": ("note, for colleagues only", "yellow"),
}
P = TypeVar("P")


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("show")(show)


def show(id: Annotated[str, typer.Argument(metavar="conversation-…|customer-…", help="What to show.")]) -> None:
    """Show a conversation with both voices in order, or a customer's timeline. Times are UTC."""
    with antiphon() as parts, caught_up(parts) as reader:
        match kind_of(id):
            case "conversation":
                tell = conversation(reader, id)
            case "customer":
                tell = customer(reader, id)
            case _:
                raise NotFound(id)
    tell()


def _set_aside(connection: Connection, streams: set[str]) -> int:
    """How many events of these streams could not be taken in by some view."""
    return len({each.position for each in all_parked(connection) if each.stream in streams})


def _not_shown(id: str, aside: int) -> Refusal:
    if aside:
        return Refusal("parked", f"{aside} events of {id} could not be taken in; look: antiphon parked list")
    return NotFound(id)


def _print_set_aside(out: Console, aside: int) -> None:
    if aside:
        text = f"\n! not all of it: {aside} events could not be taken in; look: {program()} parked list"
        out.print(Text(text, "bold red"), soft_wrap=True)


# -- a conversation


def conversation(reader: Database, id: str) -> Callable[[], None]:
    """Read all of a conversation; answers how to print it. Raises Refusal `not-found`."""
    with reader.connection() as connection:
        item = inbox.one(connection, id)
        aside = _set_aside(connection, {id})
    if item is None:
        raise _not_shown(id, aside)
    lines = list(_lines(reader, id))
    with reader.connection() as connection:
        names = Names.behind(connection, item.customer_id, lines, item)
    return lambda: _print_conversation(item, lines, names, aside)


def _lines(reader: Database, id: str) -> Iterator[Line]:
    after = 0
    while True:
        with reader.connection() as connection:
            page = history.read(connection, id, after=after, limit=PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].version


def _print_conversation(item: Item, lines: Sequence[Line], names: Names, aside: int) -> None:
    out = console()
    out.print(Text(one_line(item.subject or "(no subject)"), "bold"))
    out.print(Text(item.conversation_id, "dim"), soft_wrap=True)
    waiting = how_long(datetime.now(UTC) - item.waiting_since) if item.waiting_since else None
    facts = {
        "customer": f"{names.of(item.customer_id)}  {item.customer_id}",
        "kind": " + ".join(dict.fromkeys(item.kinds)),
        "status": item.status.replace("_", " ") + (f", waiting for {waiting}" if waiting else ""),
        "priority": item.priority,
        "with": " / ".join(names.of(each) for each in (item.team_id, item.agent_id) if each) or "nobody",
        "area": one_line(item.product_area or ""),
    }
    for name, fact in facts.items():
        if fact:
            out.print(Text.assemble((f"{name:<10}", "dim"), fact), soft_wrap=True)
    _print_lines(out, lines, names)
    _print_set_aside(out, aside)


def _print_lines(out: Console, lines: Sequence[Line], names: Names) -> None:
    apart = True
    for line in lines:
        spoken = line.kind in ("received", "sent", "note")
        if spoken or apart:
            out.print()
        apart = spoken
        # What a gateway handed over was said by the customer.
        by = names.of(line.customer_id if line.kind == "received" else line.author_id)
        time = Text(when(line.occurred_at, line.time_precision).ljust(TIME_COLUMNS), "dim")
        if spoken:
            said, style = _SPOKEN[line.kind]
            how = said + (f", {line.channel}" if line.channel else "") + (", automatic" if line.automatic else "")
            out.print(Text.assemble(time, (by, f"bold {style}"), (f"  {how}", "dim")))
            _print_block(out, Text(safe(line.text or ""), style if line.kind == "note" else ""))
            for each in line.attachments:
                _print_block(out, Text(f"attached: {one_line(each['name'])} ({each['size']} bytes)", "dim"))
        else:
            style = "magenta" if line.kind == "verdict" else "dim"
            _print_block(out, Text(f"{_happened(line, names)}  ({by})", style), first=time.append("* ", style))


def _print_block(out: Console, text: Text, *, first: Text | None = None) -> None:
    first = first or Text(" " * 4)
    indent = Text(" " * first.cell_len)
    for number, line in enumerate(text.wrap(out, max(20, out.width - indent.cell_len))):
        line.rstrip()
        out.print((indent if number else first) + line, soft_wrap=True)


def _happened(line: Line, names: Names) -> str:
    text = one_line(line.text or "")
    match line.kind:
        case "opened":
            return f"opened by {line.channel}" + (f" ({line.language})" if line.language else "")
        case "interaction":
            return f"brought: {line.new}"
        case "verdict":
            verdict = "it answered me" if line.new == "answered" else "it did not answer me (disputed)"
            return f"verdict: {verdict}" + (f": {text}" if text else "")
        case _:
            return f"{line.field}: {names.each(line.old)} -> {names.each(line.new)}" + (f" ({text})" if text else "")


# -- a customer


def customer(reader: Database, id: str) -> Callable[[], None]:
    """Read all of a customer's moments; answers how to print them. Raises Refusal `not-found`."""
    moments = list(_moments(reader, id))
    with reader.connection() as connection:
        aside = _set_aside(connection, {id, *(moment.stream for moment in moments)})
        if not moments:
            raise _not_shown(id, aside)
        items = inbox.of_customer(connection, id)
        ids = [moment.author_id for moment in moments]
        names = Names(timeline.names(connection, [id]), staffing.by_id(connection, ids), id)
    moments.reverse()
    return lambda: _print_customer(id, items, moments, names, aside)


def _moments(reader: Database, id: str) -> Iterator[Moment]:
    cursor = None
    while True:
        with reader.connection() as connection:
            page = timeline.read(connection, id, cursor=cursor, limit=PAGE)
        yield from page.moments
        cursor = page.cursor
        if cursor is None:
            return


def _print_customer(id: str, items: Sequence[Item], moments: Sequence[Moment], names: Names, aside: int) -> None:
    out = console()
    out.print(Text(names.of(id), "bold"))
    out.print(Text(id, "dim"), soft_wrap=True)
    for item in items:
        status = item.status.replace("_", " ")
        out.print(Text.assemble(("conversation  ", "dim"), f"{item.conversation_id}  {status}"), soft_wrap=True)
    out.print()
    where = ""
    for moment in moments:
        if moment.stream != where and kind_of(moment.stream) == "conversation":
            out.print(Text(moment.stream, "dim"), soft_wrap=True)
        where = moment.stream
        text = Text(when(moment.at, moment.time_precision).ljust(TIME_COLUMNS), "dim")
        out.print(text.append(_told(moment, names), "not dim"), soft_wrap=True)
    _print_set_aside(out, aside)


def _told(moment: Moment, names: Names) -> str:
    text = one_line(moment.text or "")
    what = (moment.what or "").replace("_", " ")
    by = f"  ({names.of(moment.author_id)})" if moment.author_id != moment.customer_id else ""
    match moment.kind:
        case "registered":
            return f"became known{f' as {text}' if text else ''}{f', {what}' if what else ''}"
        case "contact-point":
            return f"{what}: {text}"
        case "opened":
            return f"wrote by {what}" + (f": {text}" if text else "")
        case "interaction":
            return f"  brought: {what}"
        case "status":
            return f"  {what}" + (f": {text}" if text else "") + by
        case "verdict":
            verdict = "it answered me" if moment.what == "answered" else "it did not answer me (disputed)"
            return f"  verdict: {verdict}" + (f"; {text}" if text else "")
        case "order":
            count = f"{moment.item_count} item{'' if moment.item_count == 1 else 's'}" if moment.item_count else ""
            value = f"{moment.value} {moment.currency or ''}".strip() if moment.value is not None else ""
            return ", ".join(filter(None, (f"order {text}".strip(), count, value)))


class Names:
    """What to call whoever an id stands for."""

    def __init__(self, customers: Mapping[str, str], staff: Mapping[str, staffing.Entry], customer_id: str) -> None:
        self._customers = customers
        self._staff = staff
        self._customer_id = customer_id

    @classmethod
    def behind(cls, connection: Connection, customer_id: str, lines: Sequence[Line], item: Item) -> Names:
        """The names that a conversation needs."""
        ids = {id for line in lines for text in (line.author_id, line.old, line.new) if text for id in text.split()}
        ids |= {id for id in (item.team_id, item.agent_id) if id}
        return cls(timeline.names(connection, [customer_id]), staffing.by_id(connection, ids), customer_id)

    def of(self, id: str) -> str:
        """One name, on one line; an id that nobody knows stays an id."""
        if entry := self._staff.get(id):
            return one_line(entry.name)
        if id == self._customer_id:
            return one_line(self._customers.get(id, "(no name)"))
        return one_line(id)

    def each(self, value: str | None) -> str:
        """An old or new value: a word, or the ids of a team and a staff member."""
        return " / ".join(self.of(part) for part in value.split()).replace("_", " ") if value else "nobody"
