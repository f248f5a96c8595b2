"""A year of outcomes, surveys, wishes, merges and erasures: nobody is over budget, told twice or forgotten."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from commands.attention import contacting
from commands.attention.person import ContactedPerson, person_of
from commands.executor.executor import CommandExecutor
from commands.survey import handlers as surveys
from domain.attention.budget import STANDARD
from domain.attention.contacts import ATTENTION, Attention, Contacted, customer_of, stream_of
from domain.customer import (
    ChangeZone,
    ChoosePreferences,
    ConsentGiven,
    CustomerCommand,
    CustomerSeparated,
    GiveConsent,
    MergeCustomer,
    PreferencesChosen,
    SeparateCustomer,
    WithdrawConsent,
)
from domain.kernel.event import Recorded
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.survey import OpenSurvey, OweQuestion, Reachable
from infra.log.application import Log
from infra.views.view import fold_in_memory
from process.attention import ContactReviews
from projections.timer import TIMERS
from tests.support.companies import AGENT
from tests.support.contacting import DAY, NOON, SYSTEM, Company, budget, texts
from tests.support.open_work import erase
from tests.support.signal_evidence import Given

PEOPLE = 6
OUTCOMES = 14
SURVEYS = 5
YEAR = NOON + 365 * DAY
MOST, DAYS = 2, 60
ZONES = ("Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Auckland")
OPEN_DAYS = 45
"""How long a survey is open: shorter than the budget's period, so that some are closed before they are asked."""


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


class Year:
    """What happens in the year, in an order of its own for each seed, and what was wrong in it."""

    def __init__(self, log: Log, seed: int) -> None:
        self.chance, self.moves = random.Random(seed), random.Random(f"moves {seed}")
        self.company = Company(log)
        self.customers = [self.company.customer() for _ in range(PEOPLE)]
        self.there = {
            each: self.company.conversation(each, self.chance.choice(("de", "en"))) for each in self.customers
        }
        self.into: dict[str, str] = {}
        self.erased: set[str] = set()
        self.quiet: set[str] = set()
        self.refused: set[str] = set()
        self.zones: dict[str, str] = {}
        self.owed: set[tuple[str, str]] = set()
        self.asked: set[tuple[str, str]] = set()
        self.told: dict[str, list[tuple[datetime, tuple[str, ...]]]] = {each: [] for each in self.customers}
        self.wrong: list[str] = []
        self.company.publish(texts(de="{theme} ist da."))
        self.company.publish(budget(MOST, DAYS))
        for each in self.customers:
            self.company.does(GiveConsent(customer_id=each, purpose="surveys"))
        for each in self.customers[::2]:
            self._move(each)

    def run(self) -> Year:
        coming = sorted(
            [
                *((self._instant(), number) for number in range(OUTCOMES)),
                *((self._instant(), -1) for _ in range(50)),
                *((self._instant(), -3) for _ in range(SURVEYS)),
                (NOON + 40 * DAY, -2),
            ],
            reverse=True,
        )
        while coming:
            dues = self._dues()
            due = min(dues.values(), default=YEAR)
            at, what = coming[-1]
            self.company.now = max(self.company.now, min(due, at))
            if due < at:
                self._review([id for id, next_at in dues.items() if next_at <= self.company.now])
            else:
                coming.pop()
                self._happen(what)
        self.company.now = YEAR
        return self

    def person(self, customer_id: str) -> list[str]:
        """All who are the same person now."""
        return [each for each in self.customers if self._shown(each) == self._shown(customer_id)]

    def attentions(self) -> dict[str, Attention]:
        """What is owed, by customer."""
        found = {each: self.company.executor.read(ATTENTION, stream_of(each)).state for each in self.customers}
        return {each: state for each, state in found.items() if state is not None}

    def unaccounted(self) -> list[str]:
        """Whoever is owed something and neither was told, nor waits, nor is known not to wait."""
        found = []
        attentions = self.attentions()
        for customer, outcome in sorted(self.owed):
            one = attentions[customer].waiting.get(outcome)
            told = {told for each in self.person(customer) if each in attentions for told in attentions[each].told}
            if one is None:
                fine = outcome in attentions[customer].told
            elif one.reason == "told-as-one-person":
                fine = outcome in told
            elif one.reason == "erased":
                fine = customer in self.erased
            else:
                fine = one.next_at is not None and one.next_at > YEAR - timedelta(days=31)
            if not fine:
                found.append(f"{customer} {outcome} {one and one.reason}")
        for customer, survey in sorted(self.asked):
            question = attentions[customer].questions[survey]
            told = {told for each in self.person(customer) if each in attentions for told in attentions[each].told}
            fine = survey in told or (question.next_at is not None and question.next_at > YEAR)
            if not (fine or question.reason == "survey-closed" or customer in self.erased):
                found.append(f"{customer} {survey} {question.reason}")
        return found

    def _zone(self, customer_id: str) -> str:
        """In which the person lives: of whom the others were merged into, else of any of them, else the company's."""
        shown = self._shown(customer_id)
        known = [self.zones[each] for each in (shown, *sorted(self.person(customer_id))) if each in self.zones]
        return known[0] if known else "UTC"

    def _shown(self, customer_id: str) -> str:
        while customer_id in self.into:
            customer_id = self.into[customer_id]
        return customer_id

    def _instant(self) -> datetime:
        return NOON + timedelta(minutes=self.chance.randrange(360 * 24 * 60))

    def _dues(self) -> dict[str, datetime]:
        """When something is due, by stream, as the view of timers says."""
        rows = fold_in_memory(TIMERS, self.company.contacts(*self.customers))
        return {id: row.due_at for (_, id), (row, _) in rows.items() if row is not None and row.due_at is not None}

    def _happen(self, what: int) -> None:
        if what == -3:
            self._ask()
        elif what == -2:
            self.company.publish(texts(de="{theme} ist da.", en="{theme} is here."))
        elif what == -1:
            self._change()
            if self.moves.random() < 0.2:
                self._move(self.moves.choice(self.customers))
        else:
            for customer in self.chance.sample(self.customers, PEOPLE // 2 + 1):
                self.company.owe(customer, what, self.there[customer])
                self.owed.add((customer, str(what)))

    def _ask(self) -> None:
        """A survey of everybody, whoever they were merged with."""
        evidence = Given()
        evidence.audience = [Reachable(each, each, self.there[each], None) for each in self.customers]
        opening = OpenSurvey(
            question="yes-no",
            texts={"otherwise": "? {token}"},
            product_area="frames",
            closes_at=self.company.now + OPEN_DAYS * DAY,
        )
        id = surveys.open_(self.company.executor, opening, AGENT, evidence).id
        for each in self.customers:
            surveys.owe(self.company.executor, OweQuestion(customer_id=each, survey_id=id), SYSTEM)
            self.asked.add((each, id))

    def _move(self, customer: str) -> None:
        """To another time zone."""
        zone = self.moves.choice(ZONES)
        if self._does(ChangeZone(customer_id=customer, zone=zone)):
            self.zones[customer] = zone

    def _change(self) -> None:
        one, other = self.chance.sample(self.customers, 2)
        merge = MergeCustomer(customer_id=one, into=other)
        separate = SeparateCustomer(customer_id=one)
        quiet = ChoosePreferences(customer_id=one, quiet=self.chance.random() < 0.5)
        purpose = self.chance.choice(("closing-messages", "surveys"))
        consent = self.chance.choice((GiveConsent, WithdrawConsent))(customer_id=one, purpose=purpose)
        drawn = self.chance.choice((merge, merge, merge, separate, quiet, consent, None))
        if drawn is None:
            if self.chance.random() < 0.2:
                erase(self.company.executor, one, AGENT)
                self.erased.update(self.person(one))
            return
        if self._does(drawn):
            match drawn:
                case MergeCustomer():
                    self.into[one] = other
                case SeparateCustomer():
                    self.into.pop(one, None)
                case ChoosePreferences():
                    (self.quiet.add if drawn.quiet else self.quiet.discard)(one)
                case GiveConsent(purpose="surveys"):
                    self.refused.discard(one)
                case WithdrawConsent(purpose="surveys"):
                    self.refused.add(one)
            self._react(one)

    def _does(self, command: CustomerCommand) -> bool:
        try:
            self.company.does(command)
        except Refusal:
            return False
        return True

    def _react(self, customer_id: str) -> None:
        last = self.company.log.streams([customer_id])[customer_id][-1]
        if isinstance(last.event, ConsentGiven | PreferencesChosen | CustomerSeparated):
            requests = ContactReviews().react(
                cast(Recorded[ConsentGiven | PreferencesChosen | CustomerSeparated], last)
            )
            self._review([request.target for request in requests])

    def _review(self, streams: list[str]) -> None:
        for id in streams:
            self.company.review(customer_of(id))
            for each in self.person(customer_of(id)):
                self._look(each)

    def _look(self, customer: str) -> None:
        events = (each.event for each in self.company.contacts(customer))
        made = [each for each in events if isinstance(each, Contacted)]
        for contact in made[len(self.told[customer]) :]:
            person = self.person(customer)
            earlier = [each for one in person for each in self.told[one]]
            if sum(at > contact.at - DAYS * DAY for at, _ in earlier) >= MOST:
                self.wrong.append(f"{customer} is over budget at {contact.at}")
            if again := set(contact.outcome_ids) & {id for _, outcomes in earlier for id in outcomes}:
                self.wrong.append(f"{customer} is told of {again} again at {contact.at}")
            if (
                STANDARD["closing"].quiet_hours.cover(contact.at, self._zone(customer))
                or self.quiet & set(person)
                or customer in self.erased
                or (contact.occasion == "survey" and self.refused & set(person))
            ):
                self.wrong.append(f"{customer} does not want this at {contact.at}")
            self.told[customer].append((contact.at, contact.outcome_ids))


@pytest.mark.parametrize("seed", range(2))
def test_in_a_year_nobody_is_over_budget_told_twice_or_forgotten(log: Log, seed: int) -> None:
    # When
    year = Year(log, seed).run()
    # Then
    assert year.wrong == []
    assert year.unaccounted() == []
    contacts = [each for made in year.told.values() for each in made]
    assert len(year.company.said(*year.there.values())) == len(contacts) > PEOPLE
    asked = [ids for _, ids in contacts if kind_of(ids[0]) == "survey"]
    assert 0 < len(asked) < len(year.asked)
    assert all(
        len(attention.told) == sum(len(ids) for _, ids in year.told[id]) for id, attention in year.attentions().items()
    )


def _alone(executor: CommandExecutor, customer_id: str) -> ContactedPerson:
    person = person_of(executor, customer_id)
    return replace(person, contacts={customer_id: person.contacts[customer_id]})


def _forgetful(executor: CommandExecutor, customer_id: str) -> ContactedPerson:
    person = person_of(executor, customer_id)
    emptied = {
        id: replace(each, state=each.state and replace(each.state, contacts=())) for id, each in person.contacts.items()
    }
    return replace(person, contacts=emptied)


@pytest.mark.parametrize("broken", [_alone, _forgetful])
def test_the_year_shows_what_a_wrong_person_does(
    log: Log, monkeypatch: pytest.MonkeyPatch, broken: Callable[[CommandExecutor, str], ContactedPerson]
) -> None:
    monkeypatch.setattr(contacting, "person_of", broken)
    assert Year(log, 0).run().wrong
