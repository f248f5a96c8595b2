"""Keys are kept at hand for a short while, and so many of them: another process may have destroyed one since."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from infra.embedded.postgres import Urls
from infra.keys.vault import SubjectErased, Vault
from infra.log.application import Log
from infra.postgres.database import Database


class Clock:
    """The clock by which keys at hand expire, which a test can put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


Opening = Callable[..., Vault]


@pytest.fixture
def open_other(database_urls: Urls, clock: Clock) -> Iterator[Opening]:
    """Opens the vault as another process has it, whose cache no destruction here reaches."""
    with ExitStack() as opened:

        def opening(subjects: int = Vault.CACHE_SUBJECTS, seconds: float = Vault.CACHE_SECONDS) -> Vault:
            database = Database(database_urls.vault_url, "keykeeper")
            vault = Vault(database, bytes(32), cached_subjects=subjects, cached_seconds=seconds, timer=clock)
            opened.callback(vault.close)
            return vault

        yield opening


@pytest.fixture
def other(open_other: Opening) -> Vault:
    return open_other()


def test_a_key_destroyed_by_another_process_is_soon_forgotten(clock: Clock, log: Log, other: Vault) -> None:
    # Given a key that both have at hand
    key = other.key("customer-ada")
    assert log.vault.key("customer-ada") == key
    # When this process destroys it
    log.vault.destroy("customer-ada")
    with pytest.raises(SubjectErased):
        log.vault.key("customer-ada")
    # Then the other has it for as long as keys are kept, and no longer
    clock.ahead = Vault.CACHE_SECONDS - 30
    assert other.keys(["customer-ada"]) == {"customer-ada": key}
    clock.ahead = Vault.CACHE_SECONDS + 1
    assert other.keys(["customer-ada"]) == {"customer-ada": None}
    assert list(other.prepare(["customer-ada"], 5)) == ["customer-ada"]


def test_a_key_that_is_asked_for_does_not_stay_at_hand_for_that(clock: Clock, log: Log, other: Vault) -> None:
    key = other.key("customer-ada")
    log.vault.destroy("customer-ada")
    # When it is asked for all the time
    for _ in range(3):
        clock.ahead += Vault.CACHE_SECONDS / 4
        assert other.keys(["customer-ada"]) == {"customer-ada": key}
    # Then its time counts from when it was read
    clock.ahead = Vault.CACHE_SECONDS + 1
    assert other.keys(["customer-ada"]) == {"customer-ada": None}


def test_what_is_kept_is_short_lived_for_whoever_makes_keys_too(log: Log, open_other: Opening) -> None:
    other = open_other(seconds=0.0)
    other.key("customer-ada")
    log.vault.destroy("customer-ada")
    with pytest.raises(SubjectErased):
        other.key("customer-ada")


def test_no_more_keys_are_at_hand_than_there_may_be(open_other: Opening) -> None:
    # Given
    other = open_other(subjects=3)
    subjects = [f"customer-{number}" for number in range(10)]
    # When
    made = {subject: other.key(subject) for subject in subjects}
    # Then each is found again, though few of them are at hand
    assert len(other._cache) <= 3
    assert other.keys(subjects) == made
    assert len(other._cache) <= 3
