"""The verdicts that somebody states are compared with those that the stored rows give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from audit.leaf import StoredRow
from audit.second_reading.hours import instant, microseconds, zone_of, zones_of
from audit.second_reading.replay import Replay
from audit.second_reading.rules import Fact, Rulebook
from audit.second_reading.signals import SIGNAL_METRICS, SignalReplay
from audit.second_reading.stored import Told, events_of, facts_of, rules_of
from audit.second_reading.verdicts import Verdict, verdicts

SAID = tuple(each.name for each in fields(Verdict) if each.name not in ("calendar", "never_opens"))
"""What is stated of a clock, beside which clock it is."""

LATEST = instant("2201-01-01T00:00:00Z")
"""The end of the time in which anything can have happened (S36)."""

Stated = dict[str, Any]
"""The verdict of one clock, as JSON: its conversation, or its signal, its metric, its number, and `SAID`."""


def wrong_verdict(
    stated: Sequence[Stated], rows: Sequence[StoredRow], as_of: str, zone: str, zones: Mapping[str, bytes]
) -> str | None:
    """The first verdict that is not what the rows give, in words; None if all are. `as_of`: of which instant the
    verdicts are; `zone`: the company's; `zones`: files of the IANA database, by the names of the zones."""
    try:
        with zones_of(zones):
            return _wrong_verdict(stated, rows, instant(as_of), zone)
    except KeyError as error:
        what = str(error.args[0])
        known = what.startswith(("policy-", "calendar-", "conversation-", "signal-"))
        return f"the verdicts: {f'they rest on {what}, of which' if known else what + ':'} the bundle has nothing"
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        return f"the verdicts: {error}"


def zones_needed(rows: Iterable[StoredRow], zone: str) -> set[str]:
    """The names of the time zones by which these rows are read."""
    streams = events_of((row for row in rows if row.stream.startswith("calendar-")), zone)
    return {zone, *(each.data["zone"] for events in streams.values() for each in events if each.data.get("zone"))}


def derived(streams: Mapping[str, list[Told]], zone: str, until: int) -> Iterator[Stated]:
    """The verdicts that these events give as of an instant, by conversation, metric and number."""
    rules = rules_of(streams)
    found = [each for facts in _linked(facts_of(streams, zone)) for each in _verdicts(facts, rules, until)]
    found += _verdicts_of_signals(streams, replace(rules, subject="signal"), until)
    yield from sorted(found, key=lambda each: str(each["conversation"]))


def _wrong_verdict(stated: Sequence[Stated], rows: Sequence[StoredRow], until: int, zone: str) -> str | None:
    zone_of(zone)
    if until > LATEST:
        raise ValueError("they are of a time that has not come")
    if until < max((microseconds(row.recorded_at) for row in rows), default=until):
        return "the verdicts: they are of a time before the last event of the bundle"
    given = list(derived(events_of(rows, zone), zone, until))
    for said, found in zip(stated, given, strict=False):
        if said == found:
            continue
        which = f"{found['metric']} {found['number']} of {found['conversation']}"
        for name, value in found.items():
            if said.get(name) != value:
                return f"the verdict of {which}: {name} is {said.get(name)} in the bundle, and {value} by its events"
        return f"the verdict of {which}: it says more than a verdict does"
    if len(stated) != len(given):
        return f"the verdicts: there are {len(stated)} in the bundle, and {len(given)} by its events"
    return None


def _verdicts(facts: Sequence[Fact], rules: Rulebook, until: int) -> Iterator[Stated]:
    replay = Replay(facts, rules, until)
    for name in replay.conversations:
        yield from (_stated(name, *each) for each in verdicts(replay, name, until))


def _verdicts_of_signals(streams: Mapping[str, list[Told]], rules: Rulebook, until: int) -> Iterator[Stated]:
    replay = SignalReplay(streams, rules, until)
    for name in replay.conversations:
        yield from (_stated(name, *each) for each in verdicts(replay, name, until, SIGNAL_METRICS))


def _stated(name: str, metric: str, number: int, verdict: Verdict) -> Stated:
    said = {name: value for name, value in asdict(verdict).items() if name in SAID}
    return {"conversation": name, "metric": metric, "number": number, **said}


def _linked(facts: Sequence[Fact]) -> Iterator[list[Fact]]:
    """The facts of each conversation, with those of the conversations that were ever linked with it."""
    group: dict[str, list[str]] = {}
    for fact in facts:
        for one in (str(fact.conversation), fact.step.get("merge_into"), fact.step.get("into")):
            if one is None:
                continue
            names = group.setdefault(one, [one])
            mine = group[str(fact.conversation)]
            if names is not mine:
                mine += names
                group.update(dict.fromkeys(names, mine))
    by_group: dict[int, list[Fact]] = {}
    for fact in facts:
        by_group.setdefault(id(group[str(fact.conversation)]), []).append(fact)
    yield from by_group.values()
