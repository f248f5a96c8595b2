"""How promises, orders and conversations of a span count, worked out one by one from the log as `antiphon log` and JSON
have it, in the plainest way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

Line = Mapping[str, Any]
"""One event: its `name`, its `stream`, by what `kind` of actor, when it happened (`at`), and its `data`. Lines stand in
the order in which they were recorded."""


def kept(log: Iterable[Line], begin: datetime, end: datetime, now: datetime, *, by_last: bool) -> Counter[str]:
    """The outcomes of the promises whose first date (or last date) is within the span."""
    stories: dict[str, list[Line]] = {}
    for line in log:
        if line["name"].startswith("promise."):
            stories.setdefault(line["data"]["promise_id"], []).append(line)
    found: Counter[str] = Counter()
    for story in stories.values():
        dates = [line["data"]["due_at"] for line in story if line["name"] in ("promise.made", "promise.revised")]
        date = dates[-1 if by_last else 0]
        if not begin <= date < end:
            continue
        ends = [line for line in story if line["name"] in ("promise.kept", "promise.broken", "promise.withdrawn")]
        if not ends:
            found["open" if now <= date else "miss"] += 1
        elif ends[0]["name"] == "promise.kept":
            found["hit" if ends[0]["at"] <= date else "miss"] += 1
        elif ends[0]["name"] == "promise.withdrawn" and ends[0]["at"] <= date:
            found["withdrawn"] += 1
        else:
            found["miss"] += 1
    return found


def on_first_date(log: Iterable[Line], begin: datetime, end: datetime, now: datetime) -> Counter[str]:
    """The outcomes of the orders whose delivery was first promised for the span. (Of whole orders, without parcels.)"""
    stories: dict[str, list[Line]] = {}
    for line in log:
        if line["name"].startswith("order."):
            stories.setdefault(line["data"]["order_id"], []).append(line)
    found: Counter[str] = Counter()
    for story in stories.values():
        dates = [line["data"]["due_at"] for line in story if line["name"] == "order.delivery-promised"]
        if not dates or not begin <= dates[0] < end:
            continue
        came = [line["at"] for line in story if line["name"] == "order.delivered"]
        cancelled = [line["at"] for line in story if line["name"] == "order.cancelled"]
        if came:
            found["hit" if came[0] <= dates[0] else "miss"] += 1
        elif cancelled and cancelled[0] <= dates[0]:
            found["cancelled"] += 1
        else:
            found["open" if now <= dates[0] else "miss"] += 1
    return found


# -- conversations


WEEK = timedelta(days=7)


class Told:
    """A conversation that a customer began, as it is told: what is shown elsewhere is not in it, and all else is in the
    order of time."""

    def __init__(self, lines: list[Line]) -> None:
        gone = set[str]()
        parts: list[str] = []
        for line in lines:
            name, data = _short(line), line["data"]
            if name == "message-split":
                gone.add(data["message_id"])
            if name == "message-returned":
                gone.discard(data["message_id"])
            if name in ("part-joined", "part-left"):
                parts = list(data["parts"])
        kept = []
        for line in lines:
            name, data = _short(line), line["data"]
            if name == "message-received" and (data["message_id"] in gone or data["automatic"] or data["aside_by"]):
                continue
            if name == "message-sent" and (data["automatic"] or data["aside_by"]):
                continue
            if name == "part-heard" and data["part"] not in parts:
                continue
            kept.append(line)
        self.lines = sorted(kept, key=lambda line: line["at"])
        self.id: str = lines[0]["stream"]
        self.merged = [line["at"] for line in lines if _short(line) in ("merged", "separated")]
        self.is_merged = len(self.merged) % 2 == 1
        began = lines[0]["data"]
        self.counts = began["opened_by"] == "customer" and not any(_short(line) == "message-placed" for line in lines)
        self.opened_at: datetime = lines[0]["at"]
        brought = [line["data"] for line in lines if _short(line) == "interaction-added"]
        self.kind: str = brought[0]["kind"]
        self.area: str | None = began["product_area"]
        self.customer_id: str = began["customer_id"]

    def answers(self) -> list[int]:
        """Where people of the company answered."""
        return [
            n for n, line in enumerate(self.lines)
            if line["kind"] == "agent" and (_short(line) == "message-sent" or _heard(line, "answered"))
        ]  # fmt: skip

    def statuses(self) -> list[str]:
        """The status after each line."""
        found, status = [], "open"
        for line in self.lines:
            if _short(line) == "status-changed":
                status = line["data"]["status"]
            elif _short(line) == "withdrawn":
                status = "withdrawn"
            elif _short(line) == "part-heard" and line["data"]["reopens"]:
                status = "open"
            found.append(status)
        return found

    def becomes(self, status: str) -> list[int]:
        """Where it was put into a status."""
        found = []
        for n, line in enumerate(self.lines):
            put = _short(line) in ("status-changed", "withdrawn")
            if put and self.statuses()[n] == status:
                found.append(n)
        return found

    def opens_again(self) -> list[int]:
        """Where it was resolved, and then open in any way."""
        statuses = self.statuses()
        return [
            n for n in range(1, len(statuses))
            if statuses[n - 1] == "resolved" and statuses[n] not in ("resolved", "withdrawn")
        ]  # fmt: skip

    def comes(self) -> list[int]:
        """Where the customer came to us, after the beginning."""
        return [
            n for n, line in enumerate(self.lines)
            if line["at"] > self.opened_at
            and (
                _short(line) == "message-received" or _heard(line, "received")
                or (line["kind"] == "customer" and (_short(line) == "interaction-added" or _heard(line, "brought")))
            )
        ]  # fmt: skip

    def disputes(self) -> list[int]:
        """Where the customer said that an answer did not answer."""
        return [
            n for n, line in enumerate(self.lines)
            if (_short(line) == "answer-judged" and not line["data"]["answered"]) or _heard(line, "disputed")
        ]  # fmt: skip

    def hand_overs(self) -> list[int]:
        """Where it went to another team."""
        return [n for n, line in enumerate(self.lines) if _short(line) == "handed-over"]

    def without_answer(self) -> str:
        """How it counts as long as nobody answered."""
        if self.is_merged:
            return "merged"
        return {"withdrawn": "withdrawn", "resolved": "no-answer"}.get(self.statuses()[-1], "open")

    def at(self, n: int) -> datetime:
        """When a line happened."""
        at = self.lines[n]["at"]
        assert isinstance(at, datetime)
        return at


def _short(line: Line) -> str:
    return str(line["name"]).removeprefix("conversation.")


def _heard(line: Line, what: str) -> bool:
    return _short(line) == "part-heard" and line["data"]["what"] == what


def told(log: Iterable[Line]) -> list[Told]:
    """The conversations that customers began."""
    streams: dict[str, list[Line]] = {}
    for line in log:
        if line["name"].startswith("conversation."):
            streams.setdefault(line["stream"], []).append(line)
    return [each for each in map(Told, streams.values()) if each.counts]


Found = list[tuple[str, datetime, str, float | None]]
"""Conversations with the time by which they count, the outcome, and the value."""


def of_conversations(name: str, log: Iterable[Line], begin: datetime, end: datetime, now: datetime) -> Found:
    """What a measure finds in a span."""
    every = told(log)
    found: Found = []
    for each in every:
        at, outcome, value = _one(name, each, every, now)
        if at is not None and begin <= at < end:
            found.append((each.id, at, outcome, value))
    return sorted(found)


def _one(name: str, each: Told, every: list[Told], now: datetime) -> tuple[datetime | None, str, float | None]:
    answers, statuses = each.answers(), each.statuses()
    first = answers[0] if answers else None
    opened = each.opened_at
    if name in ("first_time_right", "first_time_right_by_conduct"):
        at = opened if each.kind in ("inquiry", "complaint") else None
        if first is None:
            return at, each.without_answer(), None
        of_first = each.lines[first]["data"].get("message_id")
        verdicts = [line["data"] for line in each.lines if _short(line) == "answer-judged"]
        judged = [data["answered"] for data in verdicts if data["message_id"] == of_first]
        if name == "first_time_right":
            return at, "unknown" if not judged else "miss" if False in judged else "hit", None
        if judged:
            return at, "judged", None
        until = each.at(first) + WEEK
        later = [n for n in (*each.comes(), *each.disputes(), *each.hand_overs(), *each.opens_again()) if n > first]
        if any(n < first for n in each.hand_overs()) or any(each.at(n) <= until for n in later):
            return at, "miss", None
        if each.is_merged and each.merged[-1] <= until:
            return at, "merged", None
        return at, "open" if now <= until else "hit", None
    if name == "disputed":
        if each.disputes():
            return (None if first is None else each.at(first)), "hit", None
        return (None if first is None else each.at(first)), "merged" if each.is_merged else "miss", None
    if name == "first_reply_time":
        if first is None:
            return opened, each.without_answer(), None
        return opened, "counted", max(0.0, (each.at(first) - opened).total_seconds())
    if name in ("person_reached", "time_to_person"):
        asked = [n for n, line in enumerate(each.lines)
                 if _short(line) == "person-requested" or _heard(line, "person-requested")]  # fmt: skip
        if not asked:
            return None, "", None
        reached = [n for n in answers if n > asked[0]]
        at = each.at(asked[0])
        if reached and name == "person_reached":
            return at, "hit", None
        if reached:
            return at, "counted", (each.at(reached[0]) - at).total_seconds()
        outcome = each.without_answer()
        without = "miss" if name == "person_reached" else "no-person"
        return at, without if outcome == "no-answer" else outcome, None
    if name in ("touches", "hand_overs"):
        if each.is_merged:
            return opened, "merged", None
        if statuses[-1] not in ("resolved", "withdrawn"):
            return opened, "open", None
        if not [line for line in each.lines if line["kind"] in ("agent", "bot")]:
            return opened, "unknown", None
        if name == "hand_overs":
            return opened, "counted", float(len(each.hand_overs()))
        acts = ("message-sent", "note-added", "assigned", "handed-over")
        touched = [x for x in each.lines if x["kind"] == "agent" and (_short(x) in acts or _heard(x, "answered"))]
        return opened, "counted", float(len(touched))
    if name == "repeat_contact":
        before = [
            other for other in every
            if other.customer_id == each.customer_id and other.area == each.area and other is not each
            and timedelta() <= opened - other.opened_at <= WEEK
        ]  # fmt: skip
        return opened, "hit" if before else "miss", None
    return _resolution(name, each, now)


def _resolution(name: str, each: Told, now: datetime) -> tuple[datetime | None, str, float | None]:
    statuses, resolved = each.statuses(), each.becomes("resolved")
    if name == "time_to_resolution":
        if each.is_merged or statuses[-1] == "withdrawn":
            return each.opened_at, "merged" if each.is_merged else "withdrawn", None
        if statuses[-1] != "resolved":
            return each.opened_at, "open", None
        return each.opened_at, "counted", max(0.0, (each.at(resolved[-1]) - each.opened_at).total_seconds())
    at = each.opened_at if name == "first_contact_resolution" else each.at(resolved[0]) if resolved else None
    if each.is_merged:
        return at, "merged", None
    again = bool(resolved) and any(each.at(n) <= each.at(resolved[0]) + WEEK for n in each.opens_again())
    if name == "reopened":
        if resolved and not again and now <= each.at(resolved[0]) + WEEK:
            return at, "open", None
        return at, "hit" if again else "miss", None
    if not resolved and statuses[-1] == "withdrawn":
        return at, "withdrawn", None
    more = [*each.comes(), *each.hand_overs()]
    if any(not resolved or each.at(n) <= each.at(resolved[0]) for n in more) or again:
        return at, "miss", None
    if not resolved or now <= each.at(resolved[0]) + WEEK:
        return at, "open", None
    return at, "hit" if each.answers() else "no-answer", None


def waiting(log: Iterable[Line]) -> dict[tuple[str, str], float]:
    """By conversation and by whom it waits for: for how many seconds it did, without the wait that goes on."""
    found: dict[tuple[str, str], float] = {}
    for each in told(log):
        spans: list[tuple[datetime, str]] = []
        for n, line in enumerate(each.lines):
            if line["at"] >= each.opened_at:
                whose = _whose(each, n)
                if not spans or spans[-1][1] != whose:
                    spans.append((line["at"], whose))
        for (begin, whose), (end, _) in pairwise(spans):
            if whose != "nobody" and end > begin:
                key = each.id, whose
                found[key] = found.get(key, 0.0) + (end - begin).total_seconds()
    return found


def _whose(each: Told, n: int) -> str:
    before = each.lines[: n + 1]
    links = [line for line in before if _short(line) in ("merged", "separated")]
    status = each.statuses()[n]
    if status in ("resolved", "withdrawn") or (links and _short(links[-1]) == "merged"):
        return "nobody"
    if status != "open":
        return {"on_hold": "on-hold", "waiting_on_customer": "customer"}[status]
    for line in reversed(before):
        if _short(line) == "handed-over":
            return "us" if line["data"]["agent_id"] else "between-teams"
        acts = _short(line) in ("message-sent", "note-added", "assigned") or _heard(line, "answered")
        if acts and line["kind"] == "agent":
            return "us"
    return "us"


# -- clocks


def clocks(log: Iterable[Line], begin: datetime, end: datetime, now: datetime) -> list[tuple[str, str]]:
    """The clocks with a target that started in the span, each with its outcome."""
    shown: dict[str, dict[tuple[str, str, int], Line]] = {}
    for line in log:
        if line["name"] != "clocks.seen":
            continue
        here = shown.setdefault(line["data"]["conversation_id"], {})
        if line["data"]["gone"] is None:
            here.clear()
        for which in line["data"]["gone"] or ():
            here.pop(_identity(which), None)
        for clock in line["data"]["clocks"]:
            here[_identity(clock["which"])] = clock
    found: dict[str, str] = {}
    for at_home in (True, False):
        for conversation_id, here in shown.items():
            for which, clock in here.items():
                if at_home == (which[0] == conversation_id):
                    found.pop("/".join(map(str, which)), None)
                    if clock["target"] is not None and begin <= clock["started_at"] < end:
                        found["/".join(map(str, which))] = _kept(clock, now)
    return sorted(found.items())


def _identity(which: Mapping[str, Any]) -> tuple[str, str, int]:
    return which["conversation_id"], which["metric"], which["number"]


def _kept(clock: Mapping[str, Any], now: datetime) -> str:
    if clock["breached_at"]:
        return "miss"
    if clock["state"] in ("running", "paused"):
        return "miss" if clock["due_at"] and clock["due_at"] < now else "open"
    return str({"met": "hit", "met-late": "miss"}.get(clock["state"], clock["state"]))
