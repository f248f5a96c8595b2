"""The reaction that owes contributors an outcome is killed with -9, half-way through them and before its position
moves: each of them is owed each outcome once."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest

from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.signal import handlers as signals
from commands.signal.routing import route
from commands.staff import handlers as staffing
from domain.attention.contacts import ClosingOwed
from domain.signal.commands import DeclineSignal, RouteSignal
from domain.signal.events import SignalDeclined
from domain.staff import FormTeam
from infra.embedded.postgres import Urls
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from process.attention import SignalAnswers
from projections.signal import signals as view
from tests.support.companies import AGENT
from tests.support.exactly_once import whole
from tests.support.feedback import LEAKS, THEMES, complain
from tests.support.reacting import ReactorProcess, reached_end
from tests.support.signal_evidence import FEW, Given
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.long_only]

PEOPLE = 60
"""More than are owed at once, so that a kill finds some who are and some who are not."""


class Declining:
    """A team that declines what many people say, again and again."""

    def __init__(self, executor: CommandExecutor) -> None:
        self._executor = executor
        put(executor, {"themes": THEMES}, AGENT)
        self._people = {complain(executor, f"customer {number}") for number in range(PEOPLE)}
        self._team_id = staffing.form_team(executor, FormTeam(name="Production"), AGENT).id

    def declines(self) -> None:
        """One outcome more."""
        about = {"area": "kettles", "theme": "leaks", "stage": "production"}
        command = RouteSignal.model_validate({**about, "team_id": self._team_id, "because": "Somebody was scalded"})
        assert route(self._executor, command, AGENT, Given(of_any=FEW)).id == LEAKS
        signals.act(self._executor, LEAKS, DeclineSignal(because="Too dear"), AGENT)

    def wrong(self) -> list[str]:
        """Who is owed an outcome twice, or not at all."""
        events = list(whole(self._executor.log))
        outcomes = {str(each.position) for each in events if isinstance(each.event, SignalDeclined)}
        owed = Counter(
            (each.event.customer_id, each.event.outcome_id) for each in events if isinstance(each.event, ClosingOwed)
        )
        expected = set(itertools.product(self._people, outcomes))
        assert expected, "nothing was declined"
        return [f"{who} is owed {outcome} {owed[who, outcome]} times" for who, outcome in sorted(expected | owed.keys())
                if owed[who, outcome] != ((who, outcome) in expected)]  # fmt: skip


def killed(
    urls: Urls, executor: CommandExecutor, projector: Database, chance: random.Random, kills: int, runs: str
) -> list[str]:
    """Each reaction dies half-way through the people, or before its position moves; a last one goes on. Answers what is
    wrong in the end."""
    log, team = executor.log, Declining(executor)
    with Host(log, projector, [Projector(each) for each in view.READS], lease_seconds=5, poll_seconds=0.2):
        for number in range(kills):
            with ReactorProcess(urls, runs, "SignalAnswers") as reaction:
                if number % 2:
                    reaction.arm()
                for _ in range(chance.randrange(1, 4)):
                    team.declines()
                end = log.position() + chance.randrange(1, PEOPLE)
                if number % 2:
                    reaction.wait_until_stopped()
                else:
                    wait_until(lambda: log.position() >= end, 60, "some are owed it")  # noqa: B023
                reaction.kill()
        with ReactorProcess(urls, runs, "SignalAnswers"):
            wait_until(lambda: reached_end(log, projector, SignalAnswers), 120, "the reaction comes to the log's end")
    return team.wrong()


def test_reactions_killed_half_way_owe_each_outcome_to_each_once(
    executor: CommandExecutor, projector: Database, database_urls: Urls, chance: random.Random
) -> None:
    assert killed(database_urls, executor, projector, chance, 12, "Stopping") == []


def test_the_checker_catches_a_reaction_that_forgets_what_was_left(
    executor: CommandExecutor, projector: Database, database_urls: Urls, chance: random.Random
) -> None:
    wrong = killed(database_urls, executor, projector, chance, 1, "FromNowOn")
    assert [each for each in wrong if "0 times" in each]
