"""Keys are kept at hand for a short while, and so many of them: another process may have destroyed one since."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import pytest

from infra.embedded.postgres import Urls
from infra.keys.vault import SubjectErased, Vault
from infra.log.application import Log
from infra.postgres.database import Database


class Clock:
    """The clock of the vault's module, which a test can put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(sys.modules[Vault.__module__], "time", clock)
    return clock


@pytest.fixture
def other(database_urls: Urls) -> Iterator[Vault]:
    """The vault as another process has it, whose cache no destruction here reaches."""
    vault = Vault(Database(database_urls.vault_url, "keykeeper"), master_key=bytes(32))
    yield vault
    vault.close()


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


def test_what_is_kept_is_short_lived_for_whoever_makes_keys_too(log: Log, other: Vault) -> None:
    other.CACHE_SECONDS = 0.0
    other.key("customer-ada")
    log.vault.destroy("customer-ada")
    with pytest.raises(SubjectErased):
        other.key("customer-ada")


def test_no_more_keys_are_at_hand_than_there_may_be(other: Vault) -> None:
    # Given
    other.CACHE_SUBJECTS = 3
    subjects = [f"customer-{number}" for number in range(10)]
    # When
    made = {subject: other.key(subject) for subject in subjects}
    # Then each is found again, though few of them are at hand
    assert len(other._cache) <= 3
    assert other.keys(subjects) == made
    assert len(other._cache) <= 3
