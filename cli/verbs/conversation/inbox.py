"""`antiphon inbox`: who waits, the longest first."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, cast, get_args

import typer
from rich.table import Table
from rich.text import Text

from cli.display.documents import AsJson, print_documents
from cli.display.terminal import console, how_long, one_line, program
from cli.wiring import actors
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from commands.executor.executor import CommandExecutor
from domain.conversation.events import Priority, Status
from domain.conversation.interaction import InteractionKind
from domain.kernel.refusal import Refusal
from domain.kernel.time import read_instant
from infra.postgres.database import Connection
from infra.views.selection import Page
from projections import staff as staffing
from projections.conversation import history, inbox
from projections.conversation.inbox import Item, Order
from projections.conversation.inbox_filter import NOBODY, Filter
from projections.customer import timeline

ID_COLUMNS = len("conversation-") + 36


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("inbox")(inbox_)


# Any: one of typer's options; a list of literals is not among the types that typer knows.
def _one_of(literal: Any, what: str) -> Any:
    choices = get_args(literal)

    def parsed(text: str) -> str:
        if text not in choices:
            raise typer.BadParameter(f"choose one of {', '.join(choices)}")
        return text

    return typer.Option(metavar="|".join(choices), parser=parsed, help=what)


def inbox_(
    team: Annotated[list[str] | None, typer.Option(help="A team's name.")] = None,
    agent: Annotated[list[str] | None, typer.Option(metavar="HANDLE", help="A staff member's handle.")] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="Those that no staff member has.")] = False,
    kind: Annotated[list[str] | None, _one_of(InteractionKind, "What the customer brought.")] = None,
    status: Annotated[list[str] | None, _one_of(Status, "All that are not closed by default.")] = None,
    area: Annotated[list[str] | None, typer.Option(help="The product area.")] = None,
    channel: Annotated[list[str] | None, typer.Option(help="The channel over which it began.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="The language, such as de.")] = None,
    priority: Annotated[list[str] | None, _one_of(Priority, "The priority.")] = None,
    segment: Annotated[list[str] | None, typer.Option(help="The customer's segment as it began.")] = None,
    opened_from: Annotated[str | None, typer.Option(metavar="TIME", help="Opened at this time or later.")] = None,
    opened_before: Annotated[str | None, typer.Option(metavar="TIME", help="Opened before this time.")] = None,
    due_from: Annotated[str | None, typer.Option(metavar="TIME", help="First due at this time or later.")] = None,
    due_before: Annotated[str | None, typer.Option(metavar="TIME", help="First due before this time.")] = None,
    person: Annotated[bool, typer.Option("--person", help="Only where the customer waits for a person.")] = False,
    order: Annotated[Order, typer.Option(help="The longest waiting first, or the earliest due first.")] = "waiting",
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at once.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="The cursor that the page before printed.")] = None,
    counts: Annotated[bool, typer.Option("--counts", help="Only how many there are, by status and team.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show who waits for an answer, the longest first; then the conversations in which nobody waits.

    A filter that is repeated takes any of its values: --status open --status on_hold.

    With `--order due`: the earliest due first, then the others. Dues are as recorded by the watch, in `antiphon run`.
    """
    if counts:
        _show_counts(as_json)
        return
    with antiphon() as parts, caught_up(parts) as reader:
        which = Filter(
            status=cast("list[Status]", status) or None,  # as `_one_of` lets through
            kind=cast("list[InteractionKind]", kind) or None,  # as `_one_of` lets through
            team_id=[id for name in team or () if (id := actors.team(parts.executor, name))] or None,
            agent_id=_agents(parts.executor, agent or (), nobody),
            product_area=area or None,
            channel=channel or None,
            language=language or None,
            priority=cast("list[Priority]", priority) or None,  # as `_one_of` lets through
            segment=segment or None,
            person_requested=True if person else None,
            opened_from=_instant("--opened-from", opened_from),
            opened_before=_instant("--opened-before", opened_before),
            due_from=_instant("--due-from", due_from),
            due_before=_instant("--due-before", due_before),
        )
        with reader.connection() as connection:
            page = inbox.read(connection, which, order=order, cursor=cursor, limit=limit)
            known = Known.about(connection, page.rows)
    if as_json:
        print_documents(page.rows, page.cursor)
        return
    show(page, known, datetime.now(UTC), order)
    if page.cursor:
        again = {
            "team": team, "agent": agent, "kind": kind, "status": status, "area": area, "channel": channel,
            "language": language, "priority": priority, "segment": segment, "order": [order], "limit": [str(limit)],
            "opened-from": opened_from and [opened_from], "opened-before": opened_before and [opened_before],
            "due-from": due_from and [due_from], "due-before": due_before and [due_before],
        }  # fmt: skip
        options = [part for name, values in again.items() for value in values or () for part in (f"--{name}", value)]
        options += ["--nobody"] * nobody + ["--person"] * person
        print("\nmore: " + shlex.join([program(), "inbox", *options, "--cursor", page.cursor]))


def _show_counts(as_json: bool) -> None:
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        found, more = inbox.counts(connection)
        teams = staffing.by_id(connection, [each.team_id for each in found if each.team_id])
    if as_json:
        print_documents(found)
        return
    table = Table("status", "team", "number", "with nobody", "waiting", "due missed", box=None, header_style="bold")
    for each in found:
        team = teams[each.team_id].name if each.team_id in teams else each.team_id or "-"
        numbers = map(str, (each.number, each.without_agent, each.waiting, each.due_missed))
        table.add_row(each.status.replace("_", " "), one_line(team), *numbers)
    console().print(table)
    if more:
        print(f"counted up to {inbox.COUNTED} of each status; there are more of: {', '.join(more)}")


def _agents(executor: CommandExecutor, handles: Iterable[str], nobody: bool) -> list[str] | None:
    ids = [id for handle in handles if (id := actors.staff(executor, handle))]
    return [*ids, *[NOBODY] * nobody] or None


def _instant(name: str, text: str | None) -> datetime | None:
    try:
        return read_instant(text) if text is not None else None
    except ValueError as error:
        raise Refusal("time-invalid", f"{name}: {error}") from None


@dataclass(frozen=True, slots=True)
class Known:
    """The names and first messages behind the ids of some items."""

    customers: Mapping[str, str]
    staff: Mapping[str, staffing.Entry]
    words: Mapping[str, str]

    @classmethod
    def about(cls, connection: Connection, items: Sequence[Item]) -> Known:
        """Look them up."""
        words = {}
        for item in items:
            if not item.subject and (line := history.first_message(connection, item.conversation_id)):
                words[item.conversation_id] = line.text or ""
        ids = [id for item in items for id in (item.team_id, item.agent_id) if id]
        return cls(
            timeline.names(connection, [item.customer_id for item in items]), staffing.by_id(connection, ids), words
        )

    def who(self, id: str | None) -> str:
        """A team's name, a staff member's handle; an id that nobody knows stays an id."""
        member = self.staff.get(id or "")
        return (member.handle or member.name) if member else id or ""


def show(page: Page[Item], known: Known, now: datetime, order: Order = "waiting") -> None:
    """Print the items, two lines each: a summary, and the id for other verbs."""
    if not page.rows:
        print("no conversations here")
        return
    out = console()
    # A narrow terminal wraps lines: an id that is cut off is of no use.
    out.width = max(out.width, 26 + ID_COLUMNS)
    customer = max(12, min(32, out.width // 4, out.width - 14 - ID_COLUMNS))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(f"{order}\nkind", width=10, no_wrap=True)
    table.add_column("subject\nid", width=max(10, out.width - 14 - customer), no_wrap=True, overflow="ellipsis")
    table.add_column("customer\nwith", width=customer, no_wrap=True, overflow="ellipsis")
    for item in page.rows:
        table.add_row(_since(item, now, order), _subject(item, known), _customer(item, known))
    out.print(table)


def _since(item: Item, now: datetime, order: Order) -> Text:
    kinds = list(dict.fromkeys(item.kinds))
    more = f" +{len(kinds) - 1}" if kinds[1:] else ""
    if order == "due":
        since = "-" if item.due_at is None else "missed" if item.due_at < now else how_long(item.due_at - now)
    else:
        waits = min(filter(None, (item.waiting_since, item.reply_failed_at)), default=None)
        since = how_long(now - waits) if waits else "-"
    return Text.assemble(since, "\n", ("".join(kinds[:1])[: 10 - len(more)] + more, "dim"))


def _subject(item: Item, known: Known) -> Text:
    marks: list[str] = [item.priority] if item.priority != "normal" else []
    marks += [item.status.replace("_", " ")] if item.status != "open" else []
    marks += ["asks for a person"] if item.person_requested_at else []
    marks += ["disputed"] if item.answered is False else []
    marks += ["replies do not arrive"] if item.undelivered_since else []
    marks += ["the answer did not arrive"] if item.reply_failed_at and not item.undelivered_since else []
    marks += [due_clock(item)] if item.due_missed or item.due_warned else []
    words = one_line(item.subject or known.words.get(item.conversation_id) or "(without words)")
    text = Text(f"[{', '.join(marks)}] " if marks else "", "bold red" if item.priority == "urgent" else "yellow")
    return text.append(words, "default not bold").append(f"\n{item.conversation_id}", "default dim not bold")


def due_clock(item: Item) -> str:
    """The item's clock with the earliest due, and whether that is near or past."""
    how = " missed" if item.due_missed else " due soon" if item.due_warned else ""
    return (item.due_metric or "").replace("_", " ") + how


def _customer(item: Item, known: Known) -> Text:
    text = Text(one_line(known.customers.get(item.customer_id, "(no name)")))
    given = [one_line(known.who(id)) for id in (item.team_id, item.agent_id) if id]
    return text.append("\n" + (" / ".join(given) or "nobody"), "dim")
