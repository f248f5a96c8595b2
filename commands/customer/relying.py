"""Which merges of customers a merge of conversations relies on, and that each of them knows.

A former release could leave a conversation merged into one of another customer. Both customers know of it: once they
are merged, again or at last, the conversation relies on each merge between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from commands.customer.links import between, linked, shown_as, way
from commands.executor.executor import Load
from commands.executor.unit_of_work import Change
from domain.conversation.state import CONVERSATION
from domain.customer import CUSTOMER, CustomerMerged, MergeReleased, MergeReliedOn
from domain.kernel.ids import kind_of

Side = tuple[str, str]
"""A conversation, and its customer."""


def relying(load: Load, part: Side, target: Side) -> Iterator[Change]:
    """The customers' side of a merge across customers. Each merge of customers that it relies on records it, so that
    nobody undoes the one without the other, not even at the same time: both append to the same stream."""
    (id, of_part), (into, of_target) = part, target
    apart = shown_as(load, of_part) != shown_as(load, of_target)
    yield from _recorded(load, (of_part, of_target) if apart else between(load, of_part, of_target), id, into)


def releasing(load: Load, part: Side, target: Side) -> Iterator[Change]:
    """The customers' side of a separation: what `relying` recorded is over."""
    (id, of_part), (into, of_target) = part, target
    if of_part == of_target:
        return
    for customer_id in dict.fromkeys((*between(load, of_part, of_target), of_part, of_target)):
        before = load(CUSTOMER, customer_id)
        if before.state is not None and before.state.relying.get(id) == into:
            yield Change(customer_id, before, [MergeReleased(customer_id=customer_id, conversation_id=id)])


def relying_again(load: Load, merged: CustomerMerged) -> dict[str, list[MergeReliedOn]]:
    """What relies at once on a merge of customers, and on the merges below it: the conversations that stayed merged
    across the two. By customer."""
    found: dict[str, list[MergeReliedOn]] = {}
    groups = [set(linked(load, id)) for id in (merged.customer_id, merged.into)]
    known = {
        (id, into)
        for each in sorted(set.union(*groups))
        if kind_of(each) == CUSTOMER.kind
        for id, into in load(CUSTOMER, each).existing(CUSTOMER.kind).state.relying.items()
    }
    for id, into in sorted(known):
        of = [load(CONVERSATION, each).existing(CONVERSATION.kind).state.customer_id for each in (id, into)]
        if not any(one in groups[0] and other in groups[1] for one, other in (of, reversed(of))):
            continue
        for customer_id in dict.fromkeys(each for one in of for each in way(load, one)):
            # Both are shown under the target from now on, and no merge of the target's is between them.
            state = load(CUSTOMER, customer_id).existing(CUSTOMER.kind).state
            if customer_id != merged.into and state.relying.get(id) != into:
                relied_on = MergeReliedOn(customer_id=customer_id, conversation_id=id, into=into)
                found.setdefault(customer_id, []).append(relied_on)
    return found


def _recorded(load: Load, customer_ids: Iterable[str], id: str, into: str) -> Iterator[Change]:
    for customer_id in customer_ids:
        before = load(CUSTOMER, customer_id)
        if before.state is not None and before.state.relying.get(id) != into:
            relied_on = MergeReliedOn(customer_id=customer_id, conversation_id=id, into=into)
            yield Change(customer_id, before, [relied_on])
