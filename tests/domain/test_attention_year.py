"""A year of contacts: nobody is over the budget, and everybody is accounted for."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.attention.budget import STANDARD, Allowed, Blocked, Budget, Occasion, Wishes, may_contact

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 365
PEOPLE = 120
ZONES = ("Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo", "Pacific/Chatham")

Rule = Callable[[list[datetime], Budget, Wishes, datetime], Allowed | Blocked]


@dataclass
class Person:
    wishes: Wishes
    told: list[tuple[datetime, Occasion]] = field(default_factory=list)
    waiting: Counter[str] = field(default_factory=Counter)


@dataclass(order=True)
class Owed:
    at: datetime
    number: int
    person: Person = field(compare=False)
    occasion: Occasion = field(compare=False)


class Year:
    """Contacts come up at random instants. What is blocked is tried again when the answer says so, or after a change of
    the person's wishes."""

    def __init__(self, seed: int, rule: Rule) -> None:
        self.chance = random.Random(seed)
        self.rule = rule
        self.people = [Person(Wishes(self.chance.choice(ZONES), consents={"surveys": True})) for _ in range(PEOPLE)]
        self.owed = [
            Owed(self._instant(), number, self.chance.choice(self.people), self.chance.choice(tuple(STANDARD)))
            for number in range(PEOPLE * 8)
        ]
        self.all = len(self.owed)
        self.blocked: list[tuple[Owed, str]] = []
        self.against: list[tuple[datetime, Person]] = []

    def _instant(self) -> datetime:
        return BEGIN + timedelta(seconds=self.chance.randrange(DAYS * 24 * 3600))

    def run(self) -> Year:
        changes = sorted((self._instant() for _ in range(PEOPLE)), reverse=True)
        heapq.heapify(self.owed)
        while self.owed and self.owed[0].at < BEGIN + timedelta(days=DAYS):
            due = heapq.heappop(self.owed)
            if changes and changes[-1] < due.at:
                heapq.heappush(self.owed, due)
                self._change(changes.pop())
            else:
                self._try(due)
        return self

    def _try(self, due: Owed) -> None:
        person, budget = due.person, STANDARD[due.occasion]
        answer = self.rule([at for at, _ in person.told], budget, person.wishes, due.at)
        if isinstance(answer, Allowed):
            person.told.append((due.at, due.occasion))
            if person.wishes.quiet or person.wishes.erased or budget.quiet_hours.cover(due.at, person.wishes.zone):
                self.against.append((due.at, person))
        elif answer.retry_at is None:
            self.blocked.append((due, answer.reason))
        else:
            assert answer.retry_at > due.at, "a retry lies ahead"
            heapq.heappush(self.owed, replace(due, at=answer.retry_at))

    def _change(self, at: datetime) -> None:
        person = self.chance.choice(self.people)
        wishes = person.wishes
        person.wishes = self.chance.choice(
            (
                replace(wishes, quiet=not wishes.quiet),
                replace(wishes, consents={"surveys": self.chance.random() < 0.5}),
                replace(wishes, erased=wishes.erased or self.chance.random() < 0.3),
            )
        )
        again = [due for due, _ in self.blocked if due.person is person]
        self.blocked = [(due, reason) for due, reason in self.blocked if due.person is not person]
        for due in again:
            heapq.heappush(self.owed, replace(due, at=at))

    def over_budget(self) -> int:
        """How many contacts were one too many."""
        return sum(
            sum(earlier > at - STANDARD[occasion].within for earlier, _ in person.told[: number + 1])
            > STANDARD[occasion].most
            for person in self.people
            for number, (at, occasion) in enumerate(person.told)
        )


@pytest.mark.parametrize("seed", range(5))
def test_in_a_year_nobody_is_over_budget_and_nobody_is_forgotten(seed: int) -> None:
    # When
    year = Year(seed, may_contact).run()
    # Then
    assert year.over_budget() == 0
    assert year.against == []
    told = sum(len(person.told) for person in year.people)
    assert told + len(year.owed) + len(year.blocked) == year.all
    assert all(due.person.wishes.erased for due, reason in year.blocked if reason == "erased")
    assert told > PEOPLE, "it is a year in which much is said"
    assert {"erased", "quiet", "consent-refused"} <= {reason for _, reason in year.blocked}


def _forgets_the_last(history: list[datetime], budget: Budget, wishes: Wishes, now: datetime) -> Allowed | Blocked:
    return may_contact(history[:-1], budget, wishes, now)


def _by_another_clock(history: list[datetime], budget: Budget, wishes: Wishes, now: datetime) -> Allowed | Blocked:
    return may_contact(history, budget, replace(wishes, zone="UTC"), now)


def test_the_year_shows_what_a_wrong_rule_does() -> None:
    assert Year(0, _forgets_the_last).run().over_budget() > 0
    assert Year(0, _by_another_clock).run().against != []
