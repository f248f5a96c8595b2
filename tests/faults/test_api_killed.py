"""API processes are killed with -9 under load, again and again, while their callers repeat through the other one."""

from __future__ import annotations

import random
from contextlib import ExitStack
from pathlib import Path

import pytest

from api.edge.correlation import kept_instead_of
from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from tests.support.api_process import ApiProcess
from tests.support.exactly_once import assert_exactly_once, assert_said_once, whole
from tests.support.host_process import HostProcess
from tests.support.http_load import HttpLoad
from tests.support.serving import Company
from tests.support.waiting import wait_until

pytestmark = pytest.mark.faults


class Pair:
    """Two API processes beside one another."""

    def __init__(self, urls: Urls, folder: Path) -> None:
        self._urls = urls
        self._folder = folder
        self._closing = ExitStack()
        self.processes = [self._closing.enter_context(ApiProcess(urls, folder)) for _ in range(2)]

    def kill_one(self, load: HttpLoad, chance: random.Random) -> None:
        """Kill one that serves, at a moment of chance while commands are answered, and start it again."""
        number = chance.randrange(2)
        victim = self.processes[number]
        wait_until(victim.answers, 30, "it serves")
        answered = len(load.words) + chance.randrange(1, 30)
        wait_until(lambda: len(load.words) > answered or load._failures, 30, "commands are answered")
        victim.kill()
        self.processes[number] = ApiProcess(self._urls, self._folder, port=victim.port)
        self._closing.push(self.processes[number].__exit__)

    def __enter__(self) -> Pair:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()


def test_apis_killed_again_and_again_log_each_acknowledged_command_once(
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    database_urls: Urls,
    home: Path,
    chance: random.Random,
    long: bool,
) -> None:
    company = Company.founded(executor)
    with HostProcess(database_urls), Pair(database_urls, home) as pair:
        # When
        with HttpLoad([each.url for each in pair.processes], company, chance) as load:
            for _ in range(400 if long else 8):
                pair.kill_one(load, chance)
        # Then
        assert_said_once(whole(log), load.words)
        acknowledged = {kept_instead_of(executor, key): answer for key, answer in load.acknowledged.items()}
        assert_exactly_once(log, projector, database_urls.database_url, acknowledged)


def test_the_checker_catches_callers_who_repeat_with_a_new_key(
    executor: CommandExecutor, log: Log, database_urls: Urls, home: Path, chance: random.Random
) -> None:
    company = Company.founded(executor)
    with Pair(database_urls, home) as pair:
        with HttpLoad([each.url for each in pair.processes], company, chance, new_keys=True) as load:
            for _ in range(40):
                # When
                pair.kill_one(load, chance)
                words = [getattr(recorded.event, "body", None) for recorded in whole(log)]
                if len(set(words) - {None}) < len([word for word in words if word is not None]):
                    break
        # Then
        with pytest.raises(AssertionError, match="not said once"):
            assert_said_once(whole(log), load.words)
