"""A skip of what a follower has taken in would be left out by a replay only: the two would differ for good."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands import following
from commands.context import Context
from commands.conversations import deliver
from commands.handling import Handling
from domain.following import Retry, Skip
from domain.refusal import Refusal
from infra.follower import Leader
from infra.log import Log
from infra.pages import Pages
from infra.postgres import Database
from projections.history import HISTORY
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import Choking, catch_up

WHY = Context(AGENT.actor, reason="looked into it")


def test_what_was_taken_in_is_not_skipped(handling: Handling, log: Log, projector: Database) -> None:
    # Given
    answer = deliver(handling, mail(1), GATEWAY)
    catch_up(log, projector)
    # When, Then
    with pytest.raises(Refusal, match="not-parked"):
        following.tell(
            handling, Skip(follower="history", version=HISTORY.version, stream=answer.id, position=answer.position), WHY
        )
    with pytest.raises(Refusal, match="not-parked"):
        following.tell(handling, Skip(follower="nobody", version=1, stream=answer.id, position=answer.position), WHY)


def test_nothing_is_skipped_while_a_retry_that_may_take_it_in_is_under_way(
    handling: Handling, log: Log, projector: Database
) -> None:
    # Given
    answer = deliver(handling, mail(1), GATEWAY)
    leader = Leader(Choking(HISTORY, {answer.position}), log, Pages(log), projector, "me", seconds=5)
    leader.step()
    skip = Skip(follower="history", version=HISTORY.version, stream=answer.id, position=answer.position)
    following.tell(handling, Retry(follower="history", version=HISTORY.version, stream=answer.id), WHY)
    # When, Then
    with pytest.raises(Refusal, match="follower-behind"):
        following.tell(handling, skip, WHY)
    # When
    leader.step()
    # Then
    assert following.tell(handling, skip, WHY).position == log.position()


def test_a_skip_asked_again_hears_its_first_answer_also_when_nothing_is_parked_any_more(
    handling: Handling, log: Log, projector: Database
) -> None:
    # Given
    answer = deliver(handling, mail(1), GATEWAY)
    leader = Leader(Choking(HISTORY, {answer.position}), log, Pages(log), projector, "me", seconds=5)
    leader.step()
    skip = Skip(follower="history", version=HISTORY.version, stream=answer.id, position=answer.position)
    keyed = replace(WHY, command_id="k1")
    first = following.tell(handling, skip, keyed)
    # When, Then
    assert following.tell(handling, skip, keyed) == replace(first, repeated=True)
    leader.step()
    assert following.tell(handling, skip, keyed) == replace(first, repeated=True)
    assert log.position() == first.position
