"""Checks of inbound messages that wait: dead letters, and messages that are held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from infra.health.check import Check, Reading, Sources

_WAITING = """
SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(arrived_at)), 0)::float8, min(arrived_at)
FROM antiphon.dead_letters WHERE state = 'waiting' AND held_until IS NULL"""

_HELD = """
SELECT count(*), min(held_until) FROM antiphon.dead_letters WHERE state = 'waiting' AND held_until IS NOT NULL"""


class DeadLettersWait(Check):
    """Inbound messages that could not be taken in, and about which a person has to decide."""

    name = "letters"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_dead_letters": "Dead letters that wait for somebody.",
        "antiphon_dead_letters_oldest_seconds": "How long the oldest dead letter has waited; 0 where none waits.",
    }

    def read(self, sources: Sources) -> Iterable[Reading]:
        """How many dead letters wait, and for how long."""
        waiting, seconds, since = sources.connection.execute(_WAITING).fetchone() or (0, 0.0, None)
        values = {"antiphon_dead_letters": waiting, "antiphon_dead_letters_oldest_seconds": seconds}
        if not waiting:
            yield Reading("no dead letter waits", values=values)
            return
        what = f"{waiting} dead letters wait, the oldest since {since:%Y-%m-%d %H:%M:%S} UTC"
        yield Reading(what, "messages could not be taken in, decide about them: antiphon dead-letters list", values)


class MessagesHeld(Check):
    """Inbound messages that are said to have happened in the future."""

    name = "inbound"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_held_messages": "Inbound messages that are held, because their time has not come."
    }

    def read(self, sources: Sources) -> Iterable[Reading]:
        """How many messages are held, and until when."""
        held, until = sources.connection.execute(_HELD).fetchone() or (0, None)
        values = {"antiphon_held_messages": held}
        if not held:
            yield Reading("no message is held", values=values)
            return
        what = f"{held} messages held, the first until {until:%Y-%m-%d %H:%M:%S} UTC"
        wrong = "a sender's clock is ahead, its messages wait: antiphon dead-letters list"
        yield Reading(what, wrong, values)
