"""Random histories of conversations under policies and calendars, as scenario files.

Instants come up again on purpose: at openings and closings, at dues, a second before and after, and where others were.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Step = dict[str, Any]

# A zone, and a date shortly before something happens to its clocks, or nothing does.
_PLACES = [
    ("Europe/Berlin", "2026-03-27", {"country": "DE", "subdivision": "BY"}),
    ("Europe/Berlin", "2026-10-23", None),
    ("Europe/Berlin", "2026-12-23", {"country": "DE", "subdivision": "BE"}),
    ("America/New_York", "2026-03-06", None),
    ("America/New_York", "2026-10-30", {"country": "US"}),
    ("Asia/Kolkata", "2026-06-15", None),
    ("Australia/Lord_Howe", "2026-04-03", None),
    ("Australia/Lord_Howe", "2026-10-02", None),
    ("Asia/Kathmandu", "2026-06-10", None),
    ("Pacific/Apia", "2011-12-28", None),
]
_HOURS: list[dict[str, list[str]]] = [
    {"mon-fri": ["09:00-17:00"]},
    {"mon-fri": ["08:00-12:00", "13:00-17:30"], "sat": ["10:00-14:00"]},
    {"mon-sun": ["00:00-24:00"]},
    {"mon-sun": ["22:00-06:00"]},
    {"mon,wed,fri": ["20:00-04:30"], "tue": ["01:30-02:30", "09:00-10:00"], "sat-sun": ["00:00-24:00"]},
    {"fri-mon": ["01:00-03:00", "12:00-20:00"]},
]
_BUDGETS = ("PT0S", "PT1S", "PT15M", "PT30M", "PT1H", "PT1H30M", "PT4H", "PT8H", "P1D", "P2DT1H")
_METRICS = (
    "first_reply", "next_reply", "periodic_update", "pausable_update", "requester_wait", "agent_work",
    "total_resolution",
)  # fmt: skip
_REOPEN = ("freeze", "continue_excluding_solved", "continue_including_solved", "new_cycle")
_STATUSES = ("open", "waiting_on_customer", "on_hold", "resolved", "resolved")
_PRIORITIES = ("normal", "urgent", "low")
_MINUTE = timedelta(minutes=1)


@dataclass
class _Company:
    chance: random.Random
    zone: ZoneInfo
    start: datetime
    holidays: dict[str, str] | None
    calendars: dict[str, Any] = field(default_factory=dict)
    policies: dict[str, Any] = field(default_factory=dict)
    steps: list[tuple[datetime, Step]] = field(default_factory=list)
    seen: list[datetime] = field(default_factory=list)
    inexact: bool = False
    """Whether some times are not known exactly; then nothing is merged."""
    splits: bool = False
    """Whether messages are split off; then no policy keeps the status."""
    selects: bool = False
    """Whether policies select conversations, and some come later."""

    # -- instants

    def instant(self, after: datetime | None = None) -> datetime:
        """One within the four days of this history, not before `after`."""
        chance, at = self.chance, self.start
        if self.seen and chance.random() < 0.35:
            budget = chance.choice((0, 0, 0, 15, 30, 60, 90, 240, 480)) * _MINUTE
            at = chance.choice(self.seen) + budget + timedelta(seconds=chance.choice((-1, 0, 0, 0, 0, 1)))
        elif chance.random() < 0.6:
            at = self.start + chance.randrange(4 * 24 * 4) * 15 * _MINUTE
        else:
            at = self.start + timedelta(seconds=chance.randrange(4 * 24 * 3600))
        if after is not None and at < after:
            at = after + chance.choice((timedelta(0), timedelta(seconds=1), chance.randrange(1, 3000) * _MINUTE))
        self.seen.append(at)
        return at

    def said(self, at: datetime) -> str:
        """An instant as the file says it."""
        return at.astimezone(self.zone).isoformat()

    def a_date(self, after: datetime | None = None) -> str:
        """A local date, one whose midnight is later than `after`."""
        first = (self.start if after is None else after).astimezone(self.zone).date()
        # By the calendars of other places, it may be two days earlier there.
        days = self.chance.randrange(0, 5) if after is None else self.chance.randrange(3, 6)
        return (first + timedelta(days=days)).isoformat()

    # -- rules

    def some_hours(self) -> dict[str, list[str]]:
        return {} if self.chance.random() < 0.06 else self.chance.choice(_HOURS)

    def part_days(self) -> dict[str, list[str]]:
        return {self.a_date(): self.chance.choice((["09:00-13:00"], ["10:00-11:00", "23:00-01:00"], ["00:00-24:00"]))}

    def calendar(self) -> dict[str, Any]:
        zone = self.zone.key if self.chance.random() < 0.8 else self.chance.choice(_PLACES)[0]
        calendar: dict[str, Any] = {"zone": zone, "hours": self.some_hours()}
        if self.chance.random() < 0.4:
            calendar["closed"] = [self.a_date()]
        if self.chance.random() < 0.4:
            calendar["part_days"] = self.part_days()
        if self.holidays is not None and self.chance.random() < 0.6:
            calendar["holidays"] = self.holidays
        return calendar

    def targets(self, share: float = 0.7) -> dict[str, str]:
        chosen = [metric for metric in _METRICS if self.chance.random() < share]
        return {metric: self.chance.choice(_BUDGETS) for metric in chosen}

    def policy(self) -> dict[str, Any]:
        policy: dict[str, Any] = {"calendar": self.chance.choice(sorted(self.calendars)), "targets": self.targets()}
        if self.chance.random() < 0.8:
            policy["reopen"] = self.chance.choice(_REOPEN)
        if self.chance.random() < 0.3 and not self.splits:
            policy["on_customer_message"] = self.chance.choice(("reopen", "keep"))
        if self.chance.random() < 0.3:
            policy["participants_count"] = self.chance.choice((True, False))
        if self.chance.random() < 0.6:
            policy["by_priority"] = {"urgent": self.targets(0.4)}
        return policy

    def selecting(self) -> dict[str, Any]:
        """A policy that conversations choose, or that may also be named only."""
        asked: list[dict[str, Any] | None] = [{}, {}, {}, {"kinds": ["inquiry"]}, {"priorities": ["urgent"]}, None]
        selects = self.chance.choice(asked)
        return self.policy() if selects is None else {**self.policy(), "selects": selects}

    # -- steps

    def add(self, at: datetime, step: Step, *, may_be_late: bool = False) -> None:
        recorded_at = at
        said = {"at": self.said(at)}
        if self.inexact and may_be_late and "conversation" in step and self.chance.random() < 0.4:
            step["time_precision"] = self.chance.choice(("day", "day", "unknown"))
        if may_be_late and self.chance.random() < 0.3:
            recorded_at = at + self.chance.choice((15, 60, 600, 1500, self.chance.randrange(1, 3000))) * _MINUTE
            # Perhaps at once with something else, of the same time or another.
            together = [told for told, _ in self.steps if told >= at]
            if together and self.chance.random() < 0.3:
                recorded_at = self.chance.choice(together)
            said["recorded_at"] = self.said(recorded_at)
        self.steps.append((recorded_at, {**said, **step}))

    def rules_change(self) -> None:
        chance, at = self.chance, self.instant()
        since: dict[str, str]
        if chance.random() < 0.6:
            later = self.instant(at + timedelta(seconds=1))
            since = {"effective_from": self.said(later) if chance.random() < 0.7 else self.a_date(at)}
        else:
            # By the calendars of other places, it may be a day earlier there.
            day = at.astimezone(self.zone).date() - timedelta(days=chance.randrange(1, 4))
            corrected = self.said(min(at, self.instant())) if chance.random() < 0.7 else day.isoformat()
            since = {"correct_from": corrected}
        if chance.random() < 0.5:
            keys = {
                "hours": self.some_hours(),
                "closed": [self.a_date() for _ in range(chance.randrange(3))],
                "part_days": self.part_days(),
            }
            chosen = {key: keys[key] for key in chance.sample(sorted(keys), chance.randrange(1, 3))}
            self.add(at, {"calendar": chance.choice(sorted(self.calendars)), **since, **chosen}, may_be_late=True)
        else:
            policy = self.policy() | {"participants_count": chance.choice((True, False))}
            if not self.splits:
                policy["on_customer_message"] = chance.choice(("reopen", "keep"))
            chosen = {key: policy[key] for key in chance.sample(sorted(policy), chance.randrange(1, 3))}
            if "calendar" in chosen:  # whose midnight would it be?
                since = {key: value if len(value) > 10 else self.said(at) for key, value in since.items()}
                if "effective_from" in since:
                    since["effective_from"] = self.said(self.instant(at + timedelta(seconds=1)))
            self.add(at, {"policy": chance.choice(sorted(self.policies)), **since, **chosen}, may_be_late=True)

    def something_happens(self, name: str, others: list[str], opened_at: datetime) -> None:
        chance, at = self.chance, self.instant(opened_at)
        what = chance.random()
        if what < 0.5:
            by = chance.choice(("customer", "customer", "agent", "agent", "bot", "participant"))
            more: Step = {"automatic": True} if chance.random() < 0.15 else {}
            if by == "customer" and self.splits:
                self.splits_off(name, at, more)
                return
            if by == "agent" and chance.random() < 0.2:
                more["to"] = "participant"
            self.add(at, {"conversation": name, "say": "words", "by": by, **more}, may_be_late=True)
        elif what < 0.55:
            self.add(at, {"conversation": name, "note": "words", "by": "agent"}, may_be_late=True)
        elif what < 0.58:
            # A withdrawal told late would leave the status recorded last another than the one that happened last, so
            # that the next withdrawal is nothing new to the state alone. In production, none is told late.
            self.add(at, {"conversation": name, "withdraw": True})
        elif what < 0.78:
            # A split leaves the status as it was recorded (S28), so the status has to be told as it happens.
            self.add(at, {"conversation": name, "status": chance.choice(_STATUSES)}, may_be_late=not self.splits)
        elif what < 0.86:
            self.add(at, {"conversation": name, "priority": chance.choice(_PRIORITIES)}, may_be_late=True)
        elif what < 0.91:
            self.add(at, {"conversation": name, "policy": chance.choice(sorted(self.policies))}, may_be_late=True)
        elif others and not self.inexact:
            self.add(at, {"conversation": name, "merge_into": chance.choice(others)}, may_be_late=True)
            if chance.random() < 0.6:
                self.add(self.instant(at), {"conversation": name, "undo_merge": True}, may_be_late=True)

    def splits_off(self, name: str, said_at: datetime, more: Step) -> None:
        """The customer says something, which may be split off, and more may happen there until that is undone."""
        chance, number = self.chance, len(self.steps)
        message, into = f"m{number}", f"S{number}"
        step: Step = {"conversation": name, "say": "words", "by": "customer", "message": message, **more}
        self.add(said_at, step, may_be_late=True)
        if chance.random() < 0.5:
            return
        at = max(self.instant(said_at), self.steps[-1][0])
        self.add(at, {"conversation": name, "split": message, "into": into})
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            at = self.instant(at)
            self.add(
                at,
                chance.choice(
                    (
                        {"conversation": into, "say": "words", "by": chance.choice(("customer", "agent", "bot"))},
                        {"conversation": into, "status": chance.choice(_STATUSES)},
                    )
                ),
            )
        if chance.random() < 0.6:
            at = self.instant(at)
            self.add(at, {"conversation": into, "undo_split": True})
            if chance.random() < 0.5:
                self.add(
                    self.instant(at), {"conversation": into, "say": "words", "by": chance.choice(("customer", "agent"))}
                )
            if chance.random() < 0.4:
                at = self.instant(at)
                self.add(at, {"conversation": into, "undo_merge": True})
                self.add(self.instant(at), {"conversation": into, "say": "words", "by": "customer"})

    def writes_policy(self) -> None:
        """A policy is written, of which conversations may choose it from then on, or from another date."""
        chance, at = self.chance, self.instant()
        step: Step = {"write_policy": f"later {len(self.steps)}", **self.selecting()}
        if chance.random() < 0.3:
            step["effective_from"] = self.said(self.instant(at + timedelta(seconds=1)))
        elif chance.random() < 0.4:
            step["correct_from"] = self.said(min(at, self.instant()))
        self.add(at, step, may_be_late=True)


def history(chance: random.Random) -> dict[str, Any]:
    """A scenario that nothing in it is refused of."""
    zone, day, holidays = chance.choice(_PLACES)
    start = datetime.combine(date.fromisoformat(day), datetime.min.time(), ZoneInfo(zone)) + 6 * 60 * _MINUTE
    # All arithmetic on instants is in UTC.
    company = _Company(chance, ZoneInfo(zone), start.astimezone(ZoneInfo("UTC")), holidays)
    company.inexact, company.splits, company.selects = (chance.random() < share for share in (0.25, 0.3, 0.3))
    company.selects |= company.splits  # what is split off is under no policy that somebody named
    for name in ("BER", "ALT")[: chance.choice((1, 2))]:
        company.calendars[name] = company.calendar()
    for name in ("standard", "gold")[: chance.choice((1, 2))]:
        company.policies[name] = company.selecting() if company.selects else company.policy()

    opened = {}
    for name in ("A", "B", "C", "D")[: chance.choice((1, 2, 2, 3, 4))]:
        at = opened[name] = company.instant() - timedelta(days=chance.choice((0, 1, 2)))
        step: Step = {"conversation": name, "open": "inquiry", "by": chance.choice(("customer", "customer", "agent"))}
        if not company.selects:
            step["policy"] = chance.choice(sorted(company.policies))
        if company.splits or chance.random() < 0.8:
            step["text"] = "words"
        if chance.random() < 0.4:
            step["priority"] = chance.choice(_PRIORITIES)
        if chance.random() < 0.15:
            step["automatic"] = True
        company.add(at, step)
    for _ in range(chance.randrange(4, 20)):
        name = chance.choice(sorted(opened))
        company.something_happens(name, sorted(opened.keys() - {name}), opened[name])
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        company.rules_change()
    for _ in range(chance.choice((0, 1, 2)) if company.selects else 0):
        company.writes_policy()
    for _ in range(chance.choice((1, 2, 3))):
        company.add(company.instant(), {"sweep": True}, may_be_late=True)

    steps = _again(chance, _allowed([step for _, step in sorted(company.steps, key=lambda recorded: recorded[0])]))
    return {
        "zone": zone,
        "calendars": company.calendars,
        "policies": company.policies,
        "steps": steps,
        "ask": [_question(company) for _ in range(chance.choice((2, 3, 4)))],
    }


def _question(company: _Company) -> dict[str, Any]:
    chance = company.chance
    if chance.random() < 0.3:
        return {"now": company.said(company.start + timedelta(days=chance.choice((4, 6, 9)))), "told": True}
    question: dict[str, Any] = {"now": company.said(company.instant())}
    if chance.random() < 0.5:
        question["known_at"] = company.said(company.instant())
    return question | ({"told": True} if chance.random() < 0.2 else {})


def _again(chance: random.Random, steps: list[Step]) -> list[Step]:
    """What is said once more is recorded where that is asked for (S30): always where an earlier status may follow."""
    late = {step["conversation"] for step in steps if "status" in step and "recorded_at" in step}
    for step in steps:
        said = {"status", "priority", "policy"} & step.keys() if "conversation" in step and "open" not in step else ()
        if said and (step["conversation"] in late or chance.random() < 0.3):
            step["again"] = True
    return steps


def _allowed(steps: list[Step]) -> list[Step]:
    """Without what would be refused where it comes in the log (S25, and what is resolved is not withdrawn)."""
    opened: dict[str, datetime] = {}
    merged: dict[str, str] = {}
    split: dict[str, str] = {}
    gone, taking_part, resolved = set[str](), set[str](), set[str]()
    said: set[tuple[str, str]] = set()
    splits = any("split" in step for step in steps)
    allowed = []
    for step in steps:
        name, at = step.get("conversation"), datetime.fromisoformat(step["at"])
        if name is None:
            allowed.append(step)
            continue
        if "open" in step:
            opened[name] = at
        elif name not in opened or at < opened[name] or (name in gone and not {"say", "undo_merge"} & step.keys()):
            continue
        elif splits and name in merged and "status" in step:
            continue  # a part takes a status only where that is asked for, and does not know what shows it by then
        elif step.get("by") == "participant":
            taking_part.add(name)
        elif step.get("to") == "participant" and name not in taking_part:
            continue
        elif "message" in step:
            said.add((name, step["message"]))
        elif "merge_into" in step:
            into = step["merge_into"]
            if into not in opened or at < opened[into] or name in merged or into in merged:
                continue
            merged[name] = into
        elif "undo_merge" in step:
            if name in gone:
                gone.remove(name)
            elif name not in merged:
                continue
            else:
                del merged[name]
        elif "split" in step:
            if name in merged or (name, step["split"]) not in said:
                continue
            opened[step["into"]], split[step["into"]] = at, name
        elif "undo_split" in step:
            if split[name] in merged:
                continue
            gone.add(name)
        elif "withdraw" in step:
            if name in resolved or name in merged or name in merged.values():
                continue
        elif step.get("status") == "resolved":
            resolved |= {str(name), merged.get(name, str(name))}
        allowed.append(step)
    return allowed
