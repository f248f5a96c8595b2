"""Whoever is merged is one person: erasing one erases all who are linked then, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from typing import Any

import pytest

from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.erasing import apply_erasures
from commands.customer.links import linked
from commands.executor.executor import CommandExecutor
from domain.conversation.events import MessageReceived
from domain.customer import Erased, MergeCustomer, SeparateCustomer
from domain.kernel.personal import ERASED
from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, names, opened
from tests.support.open_work import erase
from tests.support.recorded import recorded_as


def three(executor: CommandExecutor, begin: int = 1) -> list[str]:
    """Customers, each with a conversation."""
    conversations = (deliver(executor, mail(n, f"t{n}", f"{n}@x"), GATEWAY).id for n in range(begin, begin + 3))
    return [executor.read(id).state.customer_id for id in conversations]


def merge(executor: CommandExecutor, one: str, into: str) -> None:
    customers.act(executor, MergeCustomer(customer_id=one, into=into), AGENT)


def erased(log: Log, *ids: str) -> list[bool]:
    """Of each, whether they are erased: their key, the fence and the log agree."""
    found = []
    for id in ids:
        said = "customer.erased" in names(log, id)
        assert (log.vault.keys([id])[id] is None) == (id in log.tombstones()) == said
        found.append(said)
    return found


@pytest.mark.parametrize("which", [0, 1, 2])
def test_erasing_any_of_them_erases_all_in_one_append(executor: CommandExecutor, log: Log, which: int) -> None:
    # Given
    a, b, c = three(executor)
    stranger = three(executor, 10)[0]
    merge(executor, a, b)
    merge(executor, b, c)
    # When
    answer = erase(executor, (a, b, c)[which], AGENT)
    # Then
    assert erased(log, a, b, c, stranger) == [True, True, True, False]
    gone = recorded_as(Erased, log.recorded_events(log.read(0)))
    assert [recorded.position for recorded in gone] == list(range(answer.position - 2, answer.position + 1))
    assert {recorded.event.customer_id for recorded in gone} == set(linked(executor.read, a)) == {a, b, c}
    texts = {received.event.body for received in recorded_as(MessageReceived, log.recorded_events(log.read(0)))}
    assert ERASED in texts
    assert len(texts) == 4
    # When asked again
    assert erase(executor, b, AGENT).position >= answer.position
    # Then
    assert log.position() == answer.position


def test_whoever_was_separated_before_stays(executor: CommandExecutor, log: Log) -> None:
    # Given
    a, b, c = three(executor)
    merge(executor, a, b)
    merge(executor, c, b)
    customers.act(executor, SeparateCustomer(customer_id=a), AGENT)
    # When
    erase(executor, b, AGENT)
    # Then
    assert erased(log, a, b, c) == [False, True, True]


def test_a_death_half_way_erases_all_of_them_with_the_next_start(executor: CommandExecutor, log: Log) -> None:
    # Given
    a, b, c = three(executor)
    merge(executor, a, b)
    log.vault.destroy(*linked(executor.read, a))  # and here the process dies
    # When
    assert set(apply_erasures(executor)) == {a, b}
    # Then
    assert erased(log, a, b, c) == [True, True, False]


def test_an_erasure_amid_merges_takes_all_who_are_linked_and_nobody_else(
    executor: CommandExecutor, log: Log, database_urls: Urls, chance: Random, long: bool
) -> None:
    with opened(database_urls) as second, opened(database_urls) as third, ThreadPoolExecutor(3) as pool:
        for round in range(60 if long else 8):
            # Given
            a, b, c = three(executor, 100 + 10 * round)
            merge(executor, a, b)

            def link(process: CommandExecutor, command: MergeCustomer | SeparateCustomer) -> str:
                try:
                    customers.act(process, command, AGENT)
                except Refusal as refusal:
                    return refusal.code
                return "done"

            def forget(process: CommandExecutor, id: str) -> str:
                return erase(process, id, AGENT).id

            # When
            jobs: list[Callable[[], str]] = [
                partial(forget, executor, a),
                partial(link, second, MergeCustomer(customer_id=c, into=b)),
                partial(link, third, SeparateCustomer(customer_id=a)),
            ]
            chance.shuffle(jobs)
            for done in [pool.submit(job) for job in jobs]:
                done.result()
            # Then whoever was linked with her when the log took it in is gone with her
            parts: dict[str, set[str]] = {id: {id} for id in (a, b, c)}
            recorded_events = [
                e for e in log.recorded_events(log.read(0, 100_000)) if getattr(e.event, "customer_id", "") in parts
            ]
            for recorded in recorded_events:
                event: Any = recorded.event
                if event.stored_name == "customer.merged":
                    both = parts[event.customer_id] | parts[event.into]
                    parts |= dict.fromkeys(both, both)
                elif event.stored_name == "customer.separated":
                    parts[event.customer_id] = {event.customer_id}
                    parts |= {id: ids - {event.customer_id} for id, ids in parts.items() if id != event.customer_id}
                elif event.stored_name == "customer.erased":
                    break
            for log_ in (log, second.log, third.log):
                log_.vault.forget_cached()
            states = dict(zip((a, b, c), erased(log, a, b, c), strict=True))
            assert all(states[id] for id in parts[a])
            # (Keys go before the log takes it in: who was separated in between is gone, too.)
            assert not states[b] or "customer.parted" in names(log, b) or b in parts[a]
            assert not states[c] or c in parts[a] or c in parts[b]
