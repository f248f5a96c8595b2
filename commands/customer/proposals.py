"""Proposals to people: which customers may be one person, and which may be two. Nothing here merges or separates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from commands.customer.contact_points import points_of
from commands.customer.links import shown_as
from commands.executor.executor import CommandExecutor
from domain.customer import ContactKind
from domain.customer.contact_point import compared


@dataclass(frozen=True, slots=True)
class Reached:
    """A contact point of a customer that nobody else is said to use."""

    customer_id: str
    kind: ContactKind
    value: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Customers to look at. `one`: they have the same contact point, and may be one person. `two`: a former release
    took messages from other contact points for this one, which only looks alike once its letters are folded."""

    what: Literal["one", "two"]
    customer_ids: Sequence[str]
    kind: ContactKind


def proposals(executor: CommandExecutor, contacts: Iterable[Reached]) -> Iterator[Proposal]:
    """What people should look at, given all contact points; of each, a hash is kept meanwhile. Raises Overloaded."""
    by_form: dict[int, list[str]] = {}
    kinds: dict[int, ContactKind] = {}
    for each in contacts:
        if not (form := compared(each.kind, each.value, executor.region)):
            continue  # nobody is known by an empty one
        place = hash((each.kind, form))
        kinds[place] = each.kind
        same = by_form.setdefault(place, [])
        if each.customer_id not in same:
            same.append(each.customer_id)
        if _folded_otherwise(each.value) and _recorded_formerly(executor, each):
            yield Proposal("two", [each.customer_id], each.kind)
    for place, same in by_form.items():
        if len(same) > 1 and len({shown_as(executor.read, id) for id in same}) > 1:
            yield Proposal("one", same, kinds[place])


def _folded_otherwise(value: str) -> bool:
    """Whether folding makes another text of it than lower case does, as ss of ß."""
    return value.casefold() != value.lower()


def _recorded_formerly(executor: CommandExecutor, point: Reached) -> bool:
    stream = executor.log.streams([point.customer_id])[point.customer_id]
    return any(
        (each.contact_kind, each.value, each.compared) == (point.kind, point.value, None) for each in points_of(stream)
    )
