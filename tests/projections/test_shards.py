"""A view in three shards holds, to the byte, what the same view holds in one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from psycopg import sql

from commands import subscription as subscription_requests
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import AddNote, SendReply
from domain.conversation.events import MessageReceived
from domain.customer import Erased
from domain.kernel.event import Actor, Event, Recorded
from domain.kernel.refusal import Refusal
from domain.subscription import Retry, Skip
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Connection, Database, connect
from infra.subscriptions.host import wait_until_reached
from infra.subscriptions.lease import positions
from infra.subscriptions.pages import Item, Pages
from infra.subscriptions.quarantine import QuarantinedEvent, all_quarantined
from infra.subscriptions.shards import shard_of
from infra.subscriptions.subscription import LeaseHolder
from infra.views.projector import Projector, projectors_of
from infra.views.rebuild import Rebuild
from infra.views.schema import make_table, prepare_views
from infra.views.tables import Table
from infra.views.view import AnyView, Match, Target
from projections.catalogue import VIEWS
from projections.conversation import inbox
from projections.conversation.inbox import INBOX
from tests.projections.test_folding_in_pages import recorded_events
from tests.support.changes import Onlooker
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import rows
from tests.support.open_work import erase
from tests.support.sharded import SHARDED, in_one

WHY = Context(Actor(id="staff-1", kind="agent", roles=("lead",)), reason="looked into it")
IN_ONE = "_in_one"


class ChokingShard(Projector[Any]):
    """One shard that cannot take in some positions, until they are taken off `on`."""

    def __init__(self, view: AnyView, shard: int, on: set[int]) -> None:
        super().__init__(view, shard=shard)
        self.on = on

    def begin(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> Callable[[], None]:
        if any(recorded.position in self.on for recorded in recorded_events):
            raise ValueError("choked")
        return super().begin(recorded_events, connection)


def run(lease_holder: LeaseHolder) -> None:
    while lease_holder.step():
        pass


def quarantined(projector: Database) -> list[QuarantinedEvent]:
    with projector.connection() as connection:
        return all_quarantined(connection)


def differing(owner_url: str, view: AnyView) -> int:
    """In how many rows the view's table is not that of one shard."""
    sharded, single = Table(view).name, Table(view, IN_ONE).name
    same = sql.SQL(" AND ").join(sql.SQL("a.{0} = b.{0}").format(sql.Identifier(key)) for key in view.key)
    query = sql.SQL(
        "SELECT count(*) FROM {} AS a FULL JOIN {} AS b ON {} WHERE (a.*)::text IS DISTINCT FROM (b.*)::text"
    )
    with connect(owner_url, "owner") as owner:
        (count,) = owner.execute(query.format(sharded, single, same)).fetchone() or (0,)
    return int(count)


def follow_in_one(log: Log, projector: Database, owner_url: str, view: AnyView) -> None:
    """The same view from zero in one shard, told the same."""
    with connect(owner_url, "owner") as owner:
        make_table(owner, Table(in_one(view), IN_ONE))
    run(LeaseHolder(Projector(in_one(view), IN_ONE), log, Pages(log), projector, "one", seconds=30))


class Driven:
    """A company at work and three leaders for each view, in turns of chance; some events are poison for a while."""

    def __init__(
        self,
        executor: CommandExecutor,
        log: Log,
        projector: Database,
        chance: random.Random,
        leading: type[LeaseHolder] = LeaseHolder,
    ) -> None:
        self._executor = executor
        self._log = log
        self._projector = projector
        self._chance = chance
        self._leading = leading
        self.poison: dict[str, set[int]] = {view.name: set() for view in SHARDED}
        self._conversations = [self._deliver(n) for n in range(6)]
        self._said = 100
        self.request = self.erased = 0

    def lease_holders(self, size: int = 500) -> Iterator[LeaseHolder]:
        for view in SHARDED:
            for shard in range(view.shards):
                choking = ChokingShard(view, shard, self.poison[view.name])
                yield self._leading(choking, self._log, Pages(self._log, size), self._projector, f"h{shard}", 30)

    def turn(self) -> None:
        for _ in range(self._chance.randrange(8)):
            self._act()
        for poison in self.poison.values():
            if self._chance.random() < 0.3:
                poison.add(self._log.position() - self._chance.randrange(5))
            if self._chance.random() < 0.2:
                poison.clear()
        lease_holders = list(self.lease_holders(self._chance.choice([1, 3, 50])))
        for lease_holder in self._chance.sample(lease_holders, self._chance.randrange(len(lease_holders) + 1)):
            lease_holder.step()
        if found := quarantined(self._projector):
            self._tell(self._chance.choice(found))

    def end(self) -> None:
        """All is taken in: each leader comes to the log's end, and nothing is parked any more."""
        for poison in self.poison.values():
            poison.clear()
        for each in {(each.subscription, each.version, each.stream) for each in quarantined(self._projector)}:
            subscription_requests.request(self._executor, Retry(follower=each[0], version=each[1], stream=each[2]), WHY)
        for lease_holder in self.lease_holders():
            run(lease_holder)
        assert quarantined(self._projector) == []

    def _deliver(self, number: int) -> str:
        thread = f"t{number % 6}"
        return deliver(self._executor, mail(number, thread, f"{thread}@example.org"), GATEWAY).id

    def _act(self) -> None:
        self._said += 1
        dice = self._chance.random()
        id = self._chance.choice(self._conversations)
        try:
            if dice < 0.5:
                self._deliver(self._said)
            elif dice < 0.9:
                command = SendReply(body="an answer") if dice < 0.8 else AddNote(body="noted")
                conversations.act(self._executor, id, command, AGENT)
            else:
                erase(self._executor, self._executor.read(id).state.customer_id, AGENT)
                self.erased += 1
        except Refusal:
            pass  # of whoever is erased, nothing is taken in any more

    def _tell(self, event: QuarantinedEvent) -> None:
        request = Retry(follower=event.subscription, version=event.version, stream=event.stream)
        if self._chance.random() < 0.3:
            request = Skip(**dict(request), position=event.position)
        try:
            subscription_requests.request(self._executor, request, WHY)
            self.request += 1
        except Refusal as refusal:
            if refusal.code != "follower-behind":
                raise


@pytest.fixture
def sharded(database_urls: Urls) -> None:
    prepare_views(database_urls.database_url, SHARDED)


@pytest.mark.usefixtures("sharded")
def test_three_shards_hold_what_one_holds_after_poison_and_erasures(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, chance: random.Random, long: bool
) -> None:
    # Given
    driven = Driven(executor, log, projector, chance)
    onlooker = Onlooker(projector, SHARDED)
    # When
    for _ in range(300 if long else 20):
        driven.turn()
        onlooker.look()
    driven.end()
    onlooker.look()
    # Then
    assert driven.request
    assert driven.erased
    for view in SHARDED:
        follow_in_one(log, projector, database_urls.database_url, view)
        assert differing(database_urls.database_url, view) == 0
        # Of what is driven here: messages, replies and notes.
        assert len(rows(projector, view)) > 5 or MessageReceived not in view.reads
        assert Rebuild(log, projector, database_urls.database_url, view).replace().differing == 0
        assert differing(database_urls.database_url, view) == 0, "also once it is rebuilt"


class _Deaf(LeaseHolder):
    """Takes in only what falls to its shard, also of what every shard is to hear."""

    def _own(self, items: Sequence[Item]) -> Sequence[Item]:
        shards = self.subscription.shards
        return [each for each in items if shard_of(each.originator_id, shards) == self.subscription.shard]


@pytest.mark.usefixtures("sharded")
def test_the_comparison_catches_shards_that_do_not_hear_of_an_erasure(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, chance: random.Random
) -> None:
    # Given
    driven = Driven(executor, log, projector, chance, _Deaf)
    # So many that not all can fall to the shard of their customer.
    for number in range(15):
        conversation = deliver(executor, mail(number, f"t{number}", f"t{number}@example.org"), GATEWAY).id
        erase(executor, executor.read(conversation).state.customer_id, AGENT)
    # When
    for lease_holder in driven.lease_holders():
        run(lease_holder)
    # Then
    for view in SHARDED:
        follow_in_one(log, projector, database_urls.database_url, view)
    assert any(differing(database_urls.database_url, view) for view in SHARDED)


@pytest.mark.usefixtures("sharded")
def test_a_view_is_as_far_as_its_hindmost_shard(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given
    deliver(executor, mail(1), GATEWAY)
    view = SHARDED[0]
    lease_holders = [LeaseHolder(each, log, Pages(log), projector, "me", 30) for each in projectors_of(view)]
    for lease_holder in lease_holders[:-1]:
        run(lease_holder)
    # Then
    with projector.connection() as connection:
        assert positions(connection)[view.name, view.version] == 0
    assert not wait_until_reached(projector, [(view.name, view.version)], log.position(), 0)
    run(lease_holders[-1])
    assert wait_until_reached(projector, [(view.name, view.version)], log.position(), 0)


class _Crossing(type(INBOX)):  # type: ignore[misc]
    """Counts all conversations in one row, which every stream reaches."""

    name = "crossing"
    version = 1
    shards = 3
    stream = "conversation_id"

    def keys(self, recorded: Recorded[Any]) -> Iterable[Target]:
        yield ("all",) if not isinstance(recorded.event, Erased) else Match("customer_id", recorded.event.customer_id)

    def fold(self, row: inbox.Item | None, recorded: Recorded[Any]) -> inbox.Item | None:
        after: inbox.Item | None = super().fold(row, recorded)
        return replace(after, conversation_id="all") if after else None


class _Matching(_Crossing):
    """Matches by an event that not every shard hears of."""

    name = "matching"
    at_once: frozenset[type[Event]] = frozenset()

    def keys(self, recorded: Recorded[Any]) -> Iterable[Target]:
        yield Match("customer_id", recorded.event.customer_id)


@pytest.mark.parametrize("crossing", [_Crossing, _Matching])
def test_a_row_of_several_streams_is_parked_not_folded_by_two_leaders(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, crossing: type[AnyView]
) -> None:
    # Given
    view = crossing()
    prepare_views(database_urls.database_url, [view])
    for number in range(30):  # so many that no shard has nearly all of them
        deliver(executor, mail(number, f"t{number}", f"t{number}@example.org"), GATEWAY)
    # When
    for each in projectors_of(view):
        run(LeaseHolder(each, log, Pages(log), projector, "me", 30))
    # Then
    assert {each.error for each in quarantined(projector)} <= {"TypeError", "behind"}
    assert len(quarantined(projector)) > 8


@pytest.mark.parametrize("view", [view for view in VIEWS if view.stream], ids=lambda view: view.name)
@settings(max_examples=30)
@given(log=recorded_events())
def test_a_view_that_may_be_split_makes_each_row_from_the_stream_it_names(
    view: AnyView, log: list[Recorded[Event]]
) -> None:
    held: dict[Any, Any] = {}
    for recorded in log:
        if type(recorded.event) not in view.reads:
            continue
        targets = list(view.keys(recorded))
        if any(isinstance(target, Match) for target in targets):
            assert type(recorded.event) in view.at_once
            continue
        for key in targets:
            held[key] = view.fold(held.get(key), recorded)
            assert held[key] is None or getattr(held[key], str(view.stream)) == recorded.originator_id
