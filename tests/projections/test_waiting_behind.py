"""What joins a conversation is taken from the part's row: while that row is behind, the other conversation waits."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

import pytest

from commands import subscription as subscription_requests
from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation import events as c
from domain.conversation.commands import ChangeStatus, ReceiveMessage, SendReply
from domain.conversation.merging import MergeInto, Separate
from domain.kernel.event import Event, Recorded
from domain.kernel.refusal import Refusal
from domain.subscription import Retry, Skip
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.pages import Pages
from infra.subscriptions.quarantine import all_quarantined
from infra.subscriptions.subscription import LeaseHolder
from infra.views.rebuild import Rebuild
from projections.conversation.inbox import INBOX
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import Choking, in_memory, rows

Three = tuple[str, str, str]
WHY = replace(AGENT, reason="seen to")


class Followed:
    """The inbox, followed by a holder that chokes on some positions."""

    def __init__(self, log: Log, projector: Database, owner_url: str) -> None:
        self.log, self.projector, self.owner_url = log, projector, owner_url
        self.on: set[int] = set()

    def catch_up(self) -> None:
        holder = LeaseHolder(Choking(INBOX, self.on), self.log, Pages(self.log, 3), self.projector, "me", seconds=5)
        while holder.step():
            pass
        holder.release()

    def quarantined(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        with self.projector.connection() as connection:
            for each in all_quarantined(connection):
                found.setdefault(each.stream, set()).add(each.error)
        return found

    def check(self) -> None:
        """Nothing is set aside, and all is as where nothing ever was, to the byte."""
        assert self.quarantined() == {}
        due = {key: row for key, (row, _) in in_memory(self.log, INBOX).items()}
        assert {key: row for key, (row, _) in rows(self.projector, INBOX).items()} == due
        assert Rebuild(self.log, self.projector, self.owner_url, INBOX, page_size=20).verify().differing == 0


@pytest.fixture
def followed(log: Log, projector: Database, database_urls: Urls) -> Followed:
    return Followed(log, projector, database_urls.database_url)


@pytest.fixture
def three(executor: CommandExecutor) -> Three:
    """Of one customer; the first merged into the second, and the two into the third, amid messages."""
    one, two, three = (deliver(executor, mail(number, f"t{number}"), GATEWAY).id for number in range(3))
    conversations.act(executor, three, SendReply(body="answered"), AGENT)
    merging.merge(executor, one, MergeInto(into=two), AGENT)
    conversations.act(executor, one, ReceiveMessage(body="more"), GATEWAY)
    merging.merge(executor, two, MergeInto(into=three), AGENT)
    conversations.act(executor, three, SendReply(body="all of it"), AGENT)
    conversations.act(executor, one, ReceiveMessage(body="and more"), GATEWAY)
    return one, two, three


def positions(log: Log, id: str, which: Callable[[Recorded[Event]], bool]) -> list[int]:
    return [recorded.position for recorded in log.streams([id])[id] if which(recorded)]


def of(*events: type[Event]) -> Callable[[Recorded[Event]], bool]:
    return lambda recorded: isinstance(recorded.event, events)


def retry(executor: CommandExecutor, *streams: str) -> None:
    for stream in streams:
        command = Retry(follower=INBOX.name, version=INBOX.version, stream=stream)
        subscription_requests.request(executor, command, WHY)


def test_what_takes_from_a_stream_that_is_set_aside_waits_behind_it(
    executor: CommandExecutor, log: Log, followed: Followed, three: Three
) -> None:
    # Given
    one, two, three_ = three
    other = deliver(executor, mail(9, "t9", "bo@example.org"), GATEWAY).id
    followed.on.update(positions(log, one, of(c.MessageReceived))[:1])
    # When
    followed.catch_up()
    # Then others flow, and those wait that would take from the first, or from one that waits.
    assert followed.quarantined() == {one: {"ValueError", "behind"}, two: {"behind"}, three_: {"behind"}}
    assert (other,) in rows(followed.projector, INBOX)
    # When those are retried that wait, they wait again
    retry(executor, three_, two)
    followed.catch_up()
    assert set(followed.quarantined()) == {one, two, three_}
    # When the first is cured
    followed.on.clear()
    retry(executor, one)
    followed.catch_up()
    # Then
    followed.check()


@pytest.mark.parametrize("which", [of(c.PartJoined), of(c.Opened), of(c.MessageReceived, c.MessageSent)])
@pytest.mark.parametrize("place", [1, 2])
def test_a_part_that_went_on_meanwhile_brings_what_it_had(
    executor: CommandExecutor,
    log: Log,
    followed: Followed,
    three: Three,
    which: Callable[[Recorded[Event]], bool],
    place: int,
) -> None:
    # Given one that is set aside as another joins it, while that one and its parts go on
    followed.on.update(positions(log, three[place], which)[:1])
    followed.catch_up()
    assert three[place] in followed.quarantined()
    conversations.act(executor, three[0], ReceiveMessage(body="still more"), GATEWAY)
    merging.separate(executor, three[0], Separate(), AGENT)
    merging.merge(executor, three[0], MergeInto(into=three[2]), AGENT)
    followed.catch_up()
    # When
    followed.on.clear()
    retry(executor, three[place])
    followed.catch_up()
    # Then
    followed.check()


def test_a_merge_that_was_skipped_is_skipped_in_every_replay(
    executor: CommandExecutor, log: Log, followed: Followed, three: Three
) -> None:
    # Given a part whose merge cannot be taken in
    (position,) = positions(log, three[0], of(c.ConversationMerged))
    followed.on.add(position)
    followed.catch_up()
    # When
    skip = Skip(follower=INBOX.name, version=INBOX.version, stream=three[0], position=position)
    subscription_requests.request(executor, skip, WHY)
    followed.catch_up()
    # Then the other has a part of which nothing is known, live and in a replay.
    assert followed.quarantined() == {}
    members = rows(followed.projector, INBOX)[three[1],][0].members
    assert [(each["conversation_id"], each["kinds"]) for each in members][1] == (three[0], [])
    assert Rebuild(log, followed.projector, followed.owner_url, INBOX).verify().differing == 0


class History:
    """Conversations of one customer, in which things happen by chance while the inbox chokes on some of them."""

    def __init__(self, executor: CommandExecutor, followed: Followed, chance: random.Random) -> None:
        self.executor, self.followed, self.chance = executor, followed, chance
        self.ids = [deliver(executor, mail(number, f"t{chance.random()}-{number}"), GATEWAY).id for number in range(4)]

    def happens(self) -> None:
        one, other = self.chance.sample(self.ids, 2)
        received = [ReceiveMessage(body="more")] * 2
        asked = self.chance.choice([*received, SendReply(body="answer"), ChangeStatus(status="resolved")])
        what: Sequence[Callable[[], object]] = [
            lambda: conversations.act(self.executor, one, asked, AGENT),
            lambda: merging.merge(self.executor, one, MergeInto(into=other), AGENT),
            lambda: merging.separate(self.executor, one, Separate(), AGENT),
            lambda: self.followed.on.add(self.followed.log.position() + self.chance.randrange(1, 4)),
            self.followed.catch_up,
            self.cured,
        ]
        with suppress(Refusal):
            self.chance.choices(what, weights=(5, 4, 2, 2, 2, 1))[0]()

    def cured(self) -> None:
        """One of those that are set aside is retried, which may choke again."""
        if found := sorted(self.followed.quarantined()):
            self.followed.on -= {position for position in self.followed.on if self.chance.random() < 0.5}
            retry(self.executor, self.chance.choice(found))

    def ends(self) -> None:
        """All are retried, in whatever order."""
        self.followed.on.clear()
        self.followed.catch_up()
        found = sorted(self.followed.quarantined())
        self.chance.shuffle(found)
        for stream in found:
            if stream in self.followed.quarantined():
                retry(self.executor, stream)
                self.followed.catch_up()


@pytest.mark.faults
def test_whatever_is_set_aside_and_retried_in_any_order_ends_alike(
    executor: CommandExecutor, followed: Followed, chance: random.Random, long: bool
) -> None:
    for _ in range(20 if long else 3):
        history = History(executor, followed, chance)
        for _ in range(chance.randrange(20, 60)):
            history.happens()
        history.ends()
        followed.check()


class _Hasty(Choking):
    """Waits for no other stream."""

    def waits_for(self, recorded: Recorded[Event]) -> Iterable[str]:
        return ()


class _Silent(Choking):
    """Knows of nobody who may wait behind a stream."""

    def waiting_behind(self, recorded: Recorded[Event]) -> Iterable[str]:
        return ()


@pytest.mark.parametrize("broken", [_Hasty, _Silent])
def test_a_follower_that_does_not_wait_or_forgets_who_does_is_caught(
    executor: CommandExecutor,
    log: Log,
    followed: Followed,
    three: Three,
    broken: type[Choking],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given
    monkeypatch.setattr("tests.projections.test_waiting_behind.Choking", broken)
    followed.on.update(positions(log, three[0], of(c.MessageReceived))[:1])
    followed.catch_up()
    # When
    followed.on.clear()
    retry(executor, three[0])
    followed.catch_up()
    # Then
    with pytest.raises(AssertionError):
        followed.check()
