"""What the log takes for the clocks of a conversation, message by message, however long the conversation is."""

from __future__ import annotations

from bench.rows import Row, Size
from domain.service_level import verdicts as v
from domain.service_level.detection import Knowledge
from tests.support.clock_stories import story
from tests.support.databases import Databases

_MEASURED = ("talk", "pauses", "new cycles", "priority flips")
_SHORT = 10
_MESSAGES = 2
"""After how many further events the clocks are evaluated, each time anew: what is recorded then is counted."""
_ID = "conversation-1"


def clock_bytes(databases: Databases, size: Size) -> Row:
    """How many times as many bytes of clock events an event takes in a long conversation, in the kind of story in which
    that is most. What is recorded does not depend on the machine, so that one round tells it."""
    lengths = (_SHORT, size.fold, 10 * size.fold)
    ratios, notes = list[float](), dict[str, float]()
    for name in _MEASURED:
        taken = [_bytes(name, length) for length in lengths]
        ratios += [each / taken[0] for each in taken[1:]]
        notes |= {f"{name}: bytes at {length:,}": each for length, each in zip(lengths, taken, strict=True)}
    return Row(
        "clock-bytes",
        f"bytes of clock events for an event after {lengths[1]:,} or {lengths[2]:,}, in the worst kind of story",
        f"the same after {_SHORT}",
        "<=",
        1.5,
        [max(ratios)],
        notes,
    )


def _bytes(name: str, length: int) -> float:
    """The bytes for one event, as the watch records them after each."""
    told, _ = story(name, length + _MESSAGES)
    state: v.Verdicts | None = None
    taken = 0
    for number in range(len(told) - _MESSAGES, len(told) + 1):
        known, now = Knowledge(told[:number], of_clocks=(), zone="UTC"), told[number - 1].at
        clocks = known.conversations(now)[_ID].clocks
        events = v.detected_events(state, _ID, clocks, known.version(_ID), now, None)
        for event in events:
            assert isinstance(event, v.ClocksEvent)
            state = v.evolve(state, event)
        if number > len(told) - _MESSAGES:
            taken += sum(len(event.model_dump_json()) for event in events)
    return taken / _MESSAGES
