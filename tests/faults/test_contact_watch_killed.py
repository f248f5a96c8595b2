"""Watches of contacts killed with -9 in the middle: each contributor gets each closing message once, and each of a
sample the question once; nobody is told twice, and nobody is forgotten."""

from __future__ import annotations

from collections import Counter

import pytest

from commands.executor.executor import CommandExecutor
from commands.survey import handlers as surveys
from domain.attention.contacts import Contacted
from domain.conversation.events import MessageSent
from domain.customer import GiveConsent
from domain.survey import OpenSurvey, OweQuestion, Reachable
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from tests.support.companies import AGENT
from tests.support.contacting import AT_ONCE_AND_ALWAYS, DAY, SYSTEM, Company, texts
from tests.support.exactly_once import whole
from tests.support.promised import ledger
from tests.support.signal_evidence import Given
from tests.support.waiting import wait_until
from tests.support.watch_process import WatchProcess

pytestmark = [pytest.mark.faults, pytest.mark.long_only]

RIGHT = "ContactTimers"


class Owing:
    """People who are owed a closing message and, where there is a survey, its question."""

    def __init__(self, log: Log, executor: CommandExecutor, number: int, *, survey: bool) -> None:
        self.company = Company(log, executor)
        self.company.publish(texts(de="Ist da.", en="Is here."))
        self.company.publish(AT_ONCE_AND_ALWAYS)
        self.there = {
            each: self.company.conversation(each) for each in (self.company.customer() for _ in range(number))
        }
        self.survey_id = self._survey() if survey else None
        self.owed: list[str] = []

    def owe(self, number: int) -> None:
        """As many more of them are owed it."""
        for each in [each for each in self.there if each not in self.owed][:number]:
            self.owed.append(each)
            self.company.owe(each, 1, self.there[each])
            if self.survey_id:
                command = OweQuestion(customer_id=each, survey_id=self.survey_id)
                surveys.owe(self.company.executor, command, SYSTEM)

    def contacts(self) -> int:
        """How many contacts are recorded."""
        return sum(isinstance(each.event, Contacted) for each in whole(self.company.log))

    def wait_for(self, number: int) -> None:
        """Until so many contacts were made."""
        wait_until(lambda: self.contacts() >= number, 60, f"{number} contacts are made")

    def wrong(self) -> list[str]:
        """What somebody was told twice, or not at all."""
        told, sent = Counter[tuple[str, str]](), Counter[str]()
        for each in whole(self.company.log):
            if isinstance(each.event, Contacted):
                told.update((each.event.customer_id, id) for id in each.event.outcome_ids)
            elif isinstance(each.event, MessageSent):
                sent[each.originator_id] += 1
        about = ["1", *([self.survey_id] if self.survey_id else [])]
        return [
            *(f"{who} was told {told[who, id]} times" for who in self.owed for id in about if told[who, id] != 1),
            *(f"{who} has {sent[there]} messages" for who, there in self.there.items()
              if sent[there] != (len(about) if who in self.owed else 0)),
        ]  # fmt: skip

    def _survey(self) -> str:
        evidence = Given()
        evidence.audience = [Reachable(each, each, there, None) for each, there in self.there.items()]
        for each in self.there:
            self.company.does(GiveConsent(customer_id=each, purpose="surveys"))
        terms = {"question": "yes-no", "texts": {"otherwise": "? {token}"}, "product_area": "frames", "margin": 0.0001}
        opening = OpenSurvey.model_validate({**terms, "closes_at": self.company.executor.clock() + 90 * DAY})
        return surveys.open_(self.company.executor, opening, AGENT, evidence).id


def killed_in_the_middle(
    urls: Urls, executor: CommandExecutor, log: Log, projector: Database, number: int, broken: str = ""
) -> list[str]:
    """Of two watches one is killed, and soon the other, while people are owed something; then one more begins. Answers
    what is wrong in the end."""
    runs, each = broken or RIGHT, 1 if broken else 2
    owing = Owing(log, executor, number, survey=not broken)
    with ledger(log, projector), WatchProcess(urls, runs) as one, WatchProcess(urls, runs) as other:
        owing.owe(number // 3)
        owing.wait_for(number // 5)
        one.kill()
        owing.owe(number // 3)
        owing.wait_for(number // 2)
        other.kill()
        # What becomes due while nobody watches
        owing.owe(number // 5)
        with WatchProcess(urls, runs):
            if broken:
                before = owing.contacts()
                owing.owe(number)
                owing.wait_for(before + 1)
            else:
                owing.owe(number)
                owing.wait_for(each * number)
    return owing.wrong()


def test_watches_killed_in_the_middle_tell_and_ask_everybody_once(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    assert killed_in_the_middle(database_urls, executor, log, projector, 200) == []


@pytest.mark.parametrize(("broken", "what"), [("ContactsFromNowOn", "told 0 times"), ("ToldThenRecorded", "messages")])
def test_the_checker_catches_a_watch_that_forgets_or_repeats(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, broken: str, what: str
) -> None:
    wrong = killed_in_the_middle(database_urls, executor, log, projector, 30, broken)
    assert [each for each in wrong if what in each]
