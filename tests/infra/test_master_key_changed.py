"""The master key is changed while keys are made, used and destroyed; a lost key is found."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.lost_keys import lost_keys
from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.keys.vault import SubjectErased, Vault
from infra.log.application import Log
from infra.postgres.database import Database
from tests.support.companies import GATEWAY, mail

FORMER, NEXT = bytes(32), bytes(range(32))


class Vaults:
    """Vaults of several processes with the settings of a step of the change."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._open: list[Vault] = []

    def of(self, master_key: bytes, other: bytes | None = None) -> Vault:
        """A process that starts now, and has nothing in memory."""
        database = Database(self._url, "keykeeper")
        vault = Vault(database, master_key, other_master_key=other, cached_seconds=0.001)
        self._open.append(vault)
        return vault

    def close(self) -> None:
        for vault in self._open:
            vault.close()


@pytest.fixture
def vaults(database_urls: Urls) -> Iterator[Vaults]:
    vaults = Vaults(database_urls.vault_url)
    yield vaults
    vaults.close()


@pytest.mark.parametrize("people", [600, pytest.param(20_000, marks=(pytest.mark.faults, pytest.mark.long_only))])
def test_the_master_key_is_changed_under_load(vaults: Vaults, people: int) -> None:
    # Given keys under the former master key, some of them destroyed
    former = vaults.of(FORMER, NEXT)
    ids = [f"customer-{number}" for number in range(people)]
    former.prepare(ids, 60)
    keys = former.keys(ids)
    gone = set(ids[::7])
    former.destroy(*gone)
    # When keys are wrapped anew while others are made by processes of both steps, and destroyed
    over, rewrapping = threading.Event(), vaults.of(NEXT, FORMER)
    made: dict[str, bytes] = {}

    def load(number: int) -> None:
        vault, drawn = (former, rewrapping)[number % 2], random.Random(number)
        count = 0
        while not over.is_set() or count < 20:
            count += 1
            id = f"customer-made-{number}-{count}"
            made[id] = vault.key(id)
            asked = drawn.choice(ids)
            if asked not in gone:
                assert vault.keys([asked])[asked] == keys[asked]
            if count % 5 == 0:
                vault.destroy(id)
                del made[id]
                gone.add(id)

    with ThreadPoolExecutor(4) as pool:
        loads = [pool.submit(load, number) for number in range(4)]
        while rewrapping.rewrap() > people // 10:
            pass
        over.set()
        for each in loads:
            each.result()
    while rewrapping.rewrap():
        pass
    # Then the next master key alone opens every key, each is the same, and who was erased stays so
    alone = vaults.of(NEXT)
    kept = {**{id: keys[id] for id in ids}, **made}
    assert alone.keys(kept) == {id: None if id in gone else key for id, key in kept.items()}
    assert alone.destroyed(gone) == gone
    assert list(alone.unreadable()) == []
    with pytest.raises(SubjectErased):
        alone.key(next(iter(gone)))
    # And the former one opens none: what tells that a key was left out
    assert len(list(vaults.of(FORMER).unreadable())) == len(set(kept) - gone)


def test_a_key_that_only_one_step_knows_is_not_taken_for_an_erasure(vaults: Vaults) -> None:
    vaults.of(NEXT).key("customer-1")
    with pytest.raises(Refusal, match="master-key-wrong"):
        vaults.of(FORMER).keys(["customer-1"])
    with pytest.raises(Refusal, match="master-key-wrong"):
        vaults.of(FORMER).rewrap()


def test_no_event_is_touched(executor: CommandExecutor, log: Log, database_urls: Urls, vaults: Vaults) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    before = [record.state for record in log.read(0)]
    # When
    vaults.of(NEXT, bytes(32)).rewrap()
    # Then
    assert [record.state for record in log.read(0)] == before
    after = Log(Database(database_urls.database_url, "appender"), vaults.of(NEXT))
    assert [each.event for each in after.streams([id])[id]] == [each.event for each in log.streams([id])[id]]
    after.close()


def test_a_lost_key_is_found_and_an_erased_one_is_none(executor: CommandExecutor, log: Log) -> None:
    # Given a key that is gone without an erasure, and one that was destroyed
    messages = [mail(number, f"t{number}", f"{number}@example.org") for number in (1, 2, 3)]
    lost, erased, there = (executor.read(deliver(executor, each, GATEWAY).id).state.customer_id for each in messages)
    log.vault.destroy(erased)
    assert list(lost_keys(log)) == []
    with log.vault.database.connection() as connection:
        connection.execute("DELETE FROM vault.keys WHERE subject = %s", (lost,))
    # Then
    assert list(lost_keys(log)) == [lost]
    assert there not in set(lost_keys(log))
