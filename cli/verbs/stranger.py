"""`antiphon show stranger-…`: who a stranger is, and what was said by and to the stranger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.text import Text

from cli.display.terminal import TIME_COLUMNS, console, one_line, print_block, print_zone, safe, when
from cli.wiring.views import count_quarantined, not_shown, print_quarantined
from infra.postgres.database import Database
from projections import stranger as strangers
from projections.conversation import history
from projections.conversation.history import HistoryLine
from projections.stranger import StrangerRow

PAGE = 500


def stranger(reader: Database, id: str) -> Callable[[], None]:
    """Read all of a stranger's messages; answers a function that prints them. Raises Refusal `not-found`."""
    with reader.connection() as connection:
        found = strangers.ONE.read(connection, limit=1, id=id).rows
        quarantined = count_quarantined(connection, {id})
    if not found:
        raise not_shown(id, quarantined)
    messages = list(_messages(reader, id))
    return lambda: _print_stranger(found[0], messages, quarantined)


def _messages(reader: Database, id: str) -> Iterator[HistoryLine]:
    cursor = None
    while True:
        with reader.connection() as connection:
            page = history.OF_PARTICIPANT.read(connection, cursor=cursor, limit=PAGE, id=id)
        yield from page.rows
        cursor = page.cursor
        if cursor is None:
            return


def _print_stranger(found: StrangerRow, messages: Sequence[HistoryLine], quarantined: int) -> None:
    out = console()
    out.print(Text(one_line(found.value), "bold"))
    out.print(Text(found.stranger_id, "dim"), soft_wrap=True)
    facts = {
        "name": found.name,
        "since": when(found.met_at),
        "merged": found.merged_into and f"into {found.merged_into}",
    }
    for name, fact in facts.items():
        if fact:
            out.print(Text.assemble((f"{name:<10}", "dim"), one_line(fact)), soft_wrap=True)
    print_zone(out)
    for line in messages:
        out.print()
        by = "stranger" if line.kind == "received" else "company"
        time = Text(when(line.occurred_at, line.time_precision).ljust(TIME_COLUMNS), "dim")
        out.print(Text.assemble(time, (by, "bold"), (f"  {line.conversation_id}", "dim")), soft_wrap=True)
        print_block(out, Text(safe(line.text or "")))
    print_quarantined(out, quarantined)
