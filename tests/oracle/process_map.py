"""The map of how conversations go, worked out from the log as `antiphon log` and JSON have it, in the plainest way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from tests.oracle.measures import Line, Told, told

WAYS = {
    "opened": "began", "note-added": "noted", "assigned": "assigned", "handed-over": "handed-over",
    "person-requested": "person-requested", "merged": "merged", "separated": "separated",
}  # fmt: skip
HEARD = {
    "received": "customer-wrote", "brought": "brought-more", "person-requested": "person-requested",
    "disputed": "disputed",
}  # fmt: skip

Came = tuple[str, datetime, bool]
"""To which node a conversation came, when, and whether anybody waits from then on."""


def way(each: Told, nodes: str) -> list[Came]:
    """Where a conversation came, in the order of time."""
    found: list[Came] = []
    statuses = each.statuses()
    for n, line in enumerate(each.lines):
        before = each.lines[: n + 1]
        links = [x["name"] for x in before if x["name"] in ("conversation.merged", "conversation.separated")]
        elsewhere = links[-1:] == ["conversation.merged"]
        closed = statuses[n] in ("resolved", "withdrawn")
        waits = not elsewhere and not closed
        if nodes == "work":
            if elsewhere and line["name"] != "conversation.merged":
                continue
            earlier = statuses[n - 1] if n else "open"
            alone = [node for node, _, _ in found] in ([], ["began"])
            found += [(node, line["at"], waits) for node in _work(each, line, earlier, statuses[n], alone)]
        else:
            place = "merged" if elsewhere else statuses[n] if closed else _place(before, statuses[n], nodes)
            found.append((place, line["at"], waits))
    return found if nodes == "work" else _settled(found)


def _work(each: Told, line: Line, earlier: str, status: str, alone: bool) -> list[str]:
    name, data = str(line["name"]).removeprefix("conversation."), line["data"]
    what = data["what"] if name == "part-heard" else None
    first = alone and line["at"] == each.opened_at
    found = []
    if name in WAYS:
        found = [WAYS[name]]
    elif name == "message-sent" or what == "answered":
        found = [{"agent": "answered", "bot": "bot-answered"}.get(line["kind"], "system-answered")]
    elif name == "answer-judged":
        found = ["confirmed" if data["answered"] else "disputed"]
    elif what in HEARD:
        found = [HEARD[what]]
    elif name == "message-received":
        found = ["customer-wrote"]
    elif name == "interaction-added":
        found = ["brought-more"]
    if first and found and found[0] in ("customer-wrote", "brought-more"):
        found = []
    if name in ("status-changed", "withdrawn"):
        if status == "open":
            found = ["opened-again" if earlier in ("resolved", "withdrawn") else "went-on"]
        else:
            found = [{"waiting_on_customer": "waits-for-customer", "on_hold": "on-hold"}.get(status, status)]
    elif what and data["reopens"] and earlier in ("resolved", "withdrawn"):
        found.append("opened-again")
    return found


def _place(before: list[Line], status: str, nodes: str) -> str:
    owners = [x for x in before if x["name"] in ("conversation.assigned", "conversation.handed-over")]
    if nodes == "teams":
        return str(owners[-1]["data"]["team_id"] or "none") if owners else "none"
    if status != "open":
        return {"on_hold": "on-hold", "waiting_on_customer": "customer"}[status]
    for line in reversed(before):
        if line["name"] == "conversation.handed-over":
            return "us" if line["data"]["agent_id"] else "between-teams"
        answered = line["name"] == "conversation.part-heard" and line["data"]["what"] == "answered"
        acts = line["name"] in ("conversation.message-sent", "conversation.note-added", "conversation.assigned")
        if line["kind"] == "agent" and (acts or answered):
            return "us"
    return "us"


def _settled(found: list[Came]) -> list[Came]:
    """Of each instant the last, and each place once until it is left."""
    last = [each for n, each in enumerate(found) if n + 1 == len(found) or found[n + 1][1] != each[1]]
    return [each for n, each in enumerate(last) if n == 0 or last[n - 1][0] != each[0]]


Edges = dict[tuple[str, str], tuple[int, int, list[float]]]
"""By what followed what: how often, in how many conversations, and the waits in seconds, rising."""


def edges(log: Iterable[Line], nodes: str, begin: datetime, end: datetime, **chosen: str) -> Edges:
    """What followed what, in conversations that began in the span, where at least five people did it."""
    taken = [each for each in told(log) if begin <= each.opened_at < end and _is(each, chosen)]
    found: Edges = {}
    if len({each.customer_id for each in taken}) < 5:
        return found
    whose: dict[tuple[str, str], list[tuple[Told, float | None]]] = {}
    for each in taken:
        for (first, at, waits), (then, until, _) in pairwise(way(each, nodes)):
            seconds = (open_hours(at, until)).total_seconds() if waits else None
            whose.setdefault((first, then), []).append((each, seconds))
    for edge, here in whose.items():
        if len({each.customer_id for each, _ in here}) >= 5:
            waits_here = [(each, seconds) for each, seconds in here if seconds is not None]
            few = len({each.customer_id for each, _ in waits_here}) < 5
            shown = [] if few else sorted(seconds for _, seconds in waits_here)
            found[edge] = len(here), len({each.id for each, _ in here}), shown
    return found


def variants(log: Iterable[Line], nodes: str, begin: datetime, end: datetime) -> dict[tuple[str, ...], int]:
    """The ways that at least five people went, and how many conversations did."""
    ways: dict[tuple[str, ...], list[Told]] = {}
    for each in told(log):
        if begin <= each.opened_at < end:
            ways.setdefault(tuple(node for node, _, _ in way(each, nodes)), []).append(each)
    return {w: len(found) for w, found in ways.items() if len({each.customer_id for each in found}) >= 5}


def _is(each: Told, chosen: dict[str, str]) -> bool:
    return all({"kind": each.kind, "area": each.area}[name] == value for name, value in chosen.items())


def open_hours(begin: datetime, end: datetime) -> timedelta:
    """Of Monday to Friday from 9 to 17 (UTC), how much lies between two instants."""
    found = timedelta()
    day = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < end:
        if day.weekday() < 5:
            opens, closes = day + timedelta(hours=9), day + timedelta(hours=17)
            found += max(timedelta(), min(end, closes) - max(begin, opens))
        day += timedelta(days=1)
    return found
