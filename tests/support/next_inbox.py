"""What the next release may do to a view: another row, made by another fold, in the next version of the inbox."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from domain.kernel.event import Recorded
from infra.views.view import View
from projections.conversation.inbox import INBOX, Inbox, Item


@dataclass(frozen=True, slots=True)
class NextItem(Item):
    """An item that also counts what was said by both sides."""

    said: int = 0


class _NextInbox(Inbox):
    version = INBOX.version + 1
    row = NextItem

    def fold(self, row: Item | None, recorded: Recorded[Any]) -> Item | None:
        return _counted(row, super().fold(row, recorded))

    def fold_beside(self, row: Item | None, other: Item | None, recorded: Recorded[Any]) -> Item | None:
        return _counted(row, super().fold_beside(row, other, recorded))


def _counted(row: Item | None, after: Item | None) -> Item | None:
    if after is None or after is row:
        return after
    values = {field.name: getattr(after, field.name) for field in fields(Item)}
    return NextItem(**values, said=after.messages_in + after.messages_out)


NEXT_INBOX: View[Item, Any] = _NextInbox()
