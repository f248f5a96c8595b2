"""Merging signals: one is answered for both, and each person counts once. An undo removes the link and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.signal.decisions import about
from domain.signal.events import SignalMerged, SignalPartJoined, SignalPartLeft, SignalSeparated
from domain.signal.evidence import Contributor, Evidence
from domain.signal.state import Signal

MOST_PARTS = 100
"""How many parts one signal may have."""


def decide_merge(part: Signal, target: Signal) -> Mapping[str, list[Event]]:
    """Decide the events of a merge, by stream, the part's first. Parts are flat: a signal with parts becomes none.

    Raises Refusal `merge-with-itself`, `merge-cycle`, `merged-already`, `target-merged`, `signal-has-parts`,
    `areas-differ`, `parts-too-many`.
    """
    if part.signal_id == target.signal_id:
        raise Refusal("merge-with-itself", "a signal is merged into another one; check the ids")
    if target.merged_into == part.signal_id:
        raise Refusal("merge-cycle", f"{target.signal_id} was merged into {part.signal_id}; separate them first")
    if part.merged_into is not None:
        raise Refusal("merged-already", f"{part.signal_id} was merged into {part.merged_into}; separate them first")
    if target.merged_into is not None:
        raise Refusal("target-merged", f"{target.signal_id} was merged into {target.merged_into}; merge into that one")
    if part.parts:
        raise Refusal("signal-has-parts", f"{part.parts[0]} was merged into {part.signal_id}; separate them first")
    if part.area != target.area:
        raise Refusal("areas-differ", "the evidence is held against the customers of one product area; check the ids")
    if len(target.parts) >= MOST_PARTS:
        raise Refusal("parts-too-many", f"a signal has {MOST_PARTS} parts at most; merge into another one")
    parts = (*target.parts, part.signal_id)
    return {
        part.signal_id: [SignalMerged(**about(part), into=target.signal_id)],
        target.signal_id: [SignalPartJoined(**about(target), part=part.signal_id, parts=parts)],
    }


def decide_separation(part: Signal, target: Signal) -> Mapping[str, list[Event]]:
    """Decide the events of an undo, by stream, the part's first. `target`: the signal of which it is a part."""
    parts = tuple(each for each in target.parts if each != part.signal_id)
    return {
        part.signal_id: [SignalSeparated(**about(part), out_of=target.signal_id)],
        target.signal_id: [SignalPartLeft(**about(target), part=part.signal_id, parts=parts)],
    }


def not_merged() -> Refusal:
    """The refusal of an undo of no merge."""
    return Refusal("not-merged", "the signal is not merged into another one; there is nothing to undo")


def together(evidence: Iterable[Evidence]) -> Evidence | None:
    """The evidence of merged signals of one product area: each person counts once, with the items of all of them."""
    found = list(evidence)
    if not found:
        return None
    people: dict[str, Contributor] = {}
    for each in found:
        for one in each.contributors:
            known = people.get(one.person_id)
            people[one.person_id] = one if known is None else _both(known, one)
    # The base is the area's, and who was asked or did something is told of the signal that the others were merged into.
    return replace(found[0], contributors=tuple(people.values()))


def _both(one: Contributor, other: Contributor) -> Contributor:
    most = one if one.items >= other.items else other
    return replace(
        most,
        items=one.items + other.items,
        prompted=one.prompted and other.prompted,
        copy_group=one.copy_group or other.copy_group,
    )
