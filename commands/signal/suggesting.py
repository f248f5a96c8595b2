"""The command handler that records what a text model suggests of an item. What the model is sure of is taken as the
item's theme; the table `themes` then says what the theme means."""

from __future__ import annotations

from commands.decision_table import named
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.signal.items import TABLE, as_filed, decided
from domain.kernel.event import Event
from domain.signal import item
from domain.signal.item import ITEM, SuggestTheme


def suggest(executor: CommandExecutor, id: str, command: SuggestTheme, context: Context) -> Answer:
    """Record a suggestion, once for each version of a model. Raises Refusal `not-found`, or as
    `CommandExecutor.run`."""
    filed = as_filed(executor, [id])[id]

    def work() -> UnitOfWork:
        before = executor.existing(ITEM, id)
        suggested = item.suggest(before.state, command, id)
        events: list[Event] = [*suggested]
        if suggested and command.sure:
            placed = filed.model_copy(update={"placement": suggested[0].placement})
            said = {"theme": suggested[0].placement.theme, "product": filed.product}
            _, *further = decided(executor, placed, said, context.counted_at(executor.clock()))
            events += further
        return UnitOfWork(id, [Change(id, before, events)], subject=before.state.customer_id)

    body = body_of(context, command, id)
    return executor.run(context, work, body=body, streams=[id], names=[named(TABLE)])
