"""Reactors killed with -9 between their commands and their position: each command takes effect once."""

from __future__ import annotations

import itertools
import random

import pytest

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from tests.support.companies import GATEWAY, mail
from tests.support.exactly_once import whole
from tests.support.reacting import ReactorProcess, reached_end, wrong_in_notes
from tests.support.waiting import wait_until

pytestmark = pytest.mark.faults


def killed_between_command_and_position(
    urls: Urls, executor: CommandExecutor, log: Log, projector: Database, chance: random.Random, kills: int, runs: str
) -> list[str]:
    """Each reactor is killed with commands appended and its position not moved; a last one goes on. Answers what is
    wrong in the end."""
    number = itertools.count(1)
    for _ in range(kills):
        with ReactorProcess(urls, runs) as reactor:
            reactor.arm()
            for each in itertools.islice(number, chance.randrange(1, 40)):
                deliver(executor, mail(each, thread=f"t{each % 7}"), GATEWAY)
            reactor.wait_until_stopped()
            reactor.kill()
    with ReactorProcess(urls, runs):
        wait_until(lambda: reached_end(log, projector), 60, "the reaction comes to the log's end")
    return wrong_in_notes(list(whole(log)))


def test_a_reaction_killed_before_its_position_takes_effect_once(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, chance: random.Random, long: bool
) -> None:
    kills = 20 if long else 3
    assert killed_between_command_and_position(database_urls, executor, log, projector, chance, kills, "Stopping") == []


def test_the_checker_catches_command_ids_that_are_not_derived(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, chance: random.Random
) -> None:
    wrong = killed_between_command_and_position(database_urls, executor, log, projector, chance, 1, "Drawn")
    assert [each for each in wrong if "has 2 notes" in each]
