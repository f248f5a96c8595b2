"""The verdicts of signals' clocks that a bundle's reader derives are those of the program, for random histories."""

from __future__ import annotations

import random
from datetime import datetime

from audit.leaf import StoredRow
from audit.second_reading.hours import Statements, microseconds, shown
from audit.second_reading.rules import Rulebook
from audit.second_reading.signals import SIGNAL_METRICS, SignalReplay
from audit.second_reading.stored import Told
from audit.second_reading.verdicts import verdicts
from tests.domain.test_clocks_of_a_signal import TARGETS, Signals, a_history, at

ALWAYS = -(10**18)
HOURS = {"zone": "UTC", "hours": {"mon-sun": ["09:00-17:00"]}}
SAYS = {
    "subject": "signal",
    "calendar": "calendar-1",
    "selects": {"product_areas": ["wheels"]},
    "targets": {metric: f"PT{minutes}M" for metric, minutes in TARGETS.items()},
}
RULES = Rulebook(
    {"calendar-1": Statements([(ALWAYS, HOURS)])},
    {"policy-1": Statements([(ALWAYS, SAYS)])},
    {"policy-1": 0},
    {"policy-1": ALWAYS},
    subject="signal",
)

Said = list[tuple[str, int, str, str | None, str | None, str | None, str | None, int, int]]


def told(signals: Signals) -> dict[str, list[Told]]:
    """The events as a bundle's reader has them."""
    streams: dict[str, list[Told]] = {}
    for each in sorted(signals.recorded, key=lambda each: (each.originator_id, each.originator_version)):
        place = each.position, each.originator_id, each.originator_version, each.event.stored_name, each.recorded_at
        instant = microseconds(each.at)
        data = each.event.model_dump(mode="json")
        streams.setdefault(each.originator_id, []).append(Told(StoredRow(*place, b""), {}, data, instant, instant))
    return streams


def derived(signals: Signals, minute: int) -> dict[str, Said]:
    """What the bundle's reader says."""
    until = microseconds(at(minute))
    replay = SignalReplay(told(signals), RULES, until)
    return {
        name: [
            (
                metric, number, each.state, each.started_at, each.due_at, each.stopped_at, each.breached_at,
                each.consumed_seconds, each.over_seconds,
            )
            for metric, number, each in verdicts(replay, name, until, SIGNAL_METRICS)
        ]
        for name in replay.conversations
    }  # fmt: skip


def of_the_program(signals: Signals, minute: int) -> dict[str, Said]:
    """What the program says. A signal that is merged into another has no clocks."""
    return {
        id: [
            (
                each.metric, each.instance, each.state, _shown(each.started_at), _shown(each.due_at),
                _shown(each.stopped_at), _shown(each.breached_at), each.consumed_seconds, each.over_seconds,
            )
            for each in clocks.clocks
        ]
        for id, clocks in signals.clocks(minute).items()
        if clocks.clocks
    }  # fmt: skip


def _shown(instant: datetime | None) -> str | None:
    return None if instant is None else shown(microseconds(instant))


def test_both_say_the_same_of_any_history() -> None:
    clocks = 0
    for seed in range(100):
        signals, minute = a_history(seed), random.Random(seed).randint(100, 1800)
        found = {id: each for id, each in derived(signals, minute).items() if each}
        assert found == of_the_program(signals, minute), seed
        clocks += sum(map(len, found.values()))
    assert clocks > 300
