"""A skip of what a follower has taken in would be left out by a replay only: the two would differ for good."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands import subscription as subscription_requests
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.kernel.refusal import Refusal
from domain.subscription import Retry, Skip
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.pages import Pages
from infra.subscriptions.subscription import LeaseHolder
from projections.conversation.history import HISTORY
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import Choking, catch_up

WHY = Context(AGENT.actor, reason="looked into it")


def test_what_was_taken_in_is_not_skipped(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given
    answer = deliver(executor, mail(1), GATEWAY)
    catch_up(log, projector)
    # When, Then
    with pytest.raises(Refusal, match="not-parked"):
        subscription_requests.request(
            executor, Skip(follower="history", version=HISTORY.version, stream=answer.id, position=answer.position), WHY
        )
    with pytest.raises(Refusal, match="not-parked"):
        subscription_requests.request(
            executor, Skip(follower="nobody", version=1, stream=answer.id, position=answer.position), WHY
        )


def test_nothing_is_skipped_while_a_retry_that_may_take_it_in_is_under_way(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    answer = deliver(executor, mail(1), GATEWAY)
    lease_holder = LeaseHolder(Choking(HISTORY, {answer.position}), log, Pages(log), projector, "me", seconds=5)
    lease_holder.step()
    skip = Skip(follower="history", version=HISTORY.version, stream=answer.id, position=answer.position)
    subscription_requests.request(executor, Retry(follower="history", version=HISTORY.version, stream=answer.id), WHY)
    # When, Then
    with pytest.raises(Refusal, match="follower-behind"):
        subscription_requests.request(executor, skip, WHY)
    # When
    lease_holder.step()
    # Then
    assert subscription_requests.request(executor, skip, WHY).position == log.position()


def test_a_repeated_skip_gets_its_first_answer_when_nothing_is_quarantined(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    answer = deliver(executor, mail(1), GATEWAY)
    lease_holder = LeaseHolder(Choking(HISTORY, {answer.position}), log, Pages(log), projector, "me", seconds=5)
    lease_holder.step()
    skip = Skip(follower="history", version=HISTORY.version, stream=answer.id, position=answer.position)
    keyed = replace(WHY, command_id="k1")
    first = subscription_requests.request(executor, skip, keyed)
    # When, Then
    assert subscription_requests.request(executor, skip, keyed) == replace(first, repeated=True)
    lease_holder.step()
    assert subscription_requests.request(executor, skip, keyed) == replace(first, repeated=True)
    assert log.position() == first.position
