"""Which item said nearly the same first, by the marks of a text (`domain/signal/near_copies.py`).

Marks are unique keys, which are deleted along with whoever said the text. So that what is counted stays after an
erasure, each person who says nearly the same as somebody else holds the shared marks, too: one by one for themselves,
and, where there is room, a second time for all. They all name the item that was first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import KeyKind
from domain.signal.item import ITEM

Name = tuple[KeyKind, str]


def names(marks: Sequence[str]) -> list[Name]:
    """The unique keys under which a text is looked for, whoever says it."""
    return [name for mark in marks for name in (_first(mark), _second(mark))]


def found(
    executor: CommandExecutor, marks: Sequence[str], id: str, person_id: str
) -> tuple[str | None, list[tuple[KeyKind, str, str]]]:
    """The first item with nearly the same text as the item `id` of a person, and the unique keys that the item takes.
    Part of a command."""
    firsts, seconds, own = (
        executor.named(*[name(mark) for mark in marks]) for name in (_first, _second, lambda mark: _of(person_id, mark))
    )
    holders = Counter(holder for holder in (*firsts, *seconds, *own) if holder is not None)
    if not holders:
        return None, [(*_first(mark), id) for mark in marks]
    ((like, _),) = holders.most_common(1)
    if like == id:
        return None, []
    before = executor.load(ITEM, like).state
    if any(own) or (before is not None and before.person_id == person_id):
        return like, []  # who says so again holds the marks already
    keys = []
    for mark, first, second in zip(marks, firsts, seconds, strict=True):
        # Only marks of the first text: else texts that each differ a little would all be one.
        if like in (first, second):
            keys.append((*_of(person_id, mark), like))
            if first is None or second is None:
                keys.append((*(_first(mark) if first is None else _second(mark)), like))
    return like, keys


def _first(mark: str) -> Name:
    return "item-text", mark


def _second(mark: str) -> Name:
    return "item-text", f"again {mark}"


def _of(person_id: str, mark: str) -> Name:
    return "item-text", f"{person_id} {mark}"
