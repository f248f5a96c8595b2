"""Every view, folded live in pages of any size, with poison and erasures in between, equals its rebuild to the byte."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyFailure
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from commands import subscription as subscription_requests
from commands.executor.executor import CommandExecutor
from domain.kernel.event import Event, Recorded
from domain.kernel.refusal import Refusal
from domain.subscription import Retry, Skip, SkipRequested
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Connection, Database
from infra.subscriptions.pages import Pages
from infra.subscriptions.quarantine import QuarantinedEvent, all_quarantined
from infra.subscriptions.subscription import LeaseHolder
from infra.views.rebuild import Rebuild
from infra.views.view import AnyView, fold_in_memory
from projections.catalogue import VIEWS
from projections.conversation.history import HISTORY
from tests.support.asking import ask, founded, learn
from tests.support.changes import Onlooker
from tests.support.companies import AGENT
from tests.support.drawn import Command, command_classes, drawn, kind_asked
from tests.support.exactly_once import whole
from tests.support.following import Choking, rows

WHY = replace(AGENT, reason="seen to")


def run_machine(
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    owner_url: str,
    how: settings,
    following_view: type[Choking] = Choking,
    views: Sequence[AnyView] = VIEWS,
    commands: Sequence[type[Command]] = command_classes(),
) -> None:
    """Follow with these views while everything happens, for as many examples as `how` says. Raises AssertionError."""

    def quarantined() -> list[QuarantinedEvent]:
        with projector.connection() as connection:
            return all_quarantined(connection)

    class Live(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.company = founded(executor)
            self.poison: dict[AnyView, set[int]] = {view: set() for view in views}
            self.onlooker = Onlooker(projector, views)
            self.onlooker.look()

        @rule(data=st.data(), command_class=st.sampled_from(commands))
        def command(self, data: st.DataObject, command_class: type[Command]) -> None:
            command = data.draw(drawn(command_class, self.company))
            stream = data.draw(self.company.target(command_class))
            try:
                learn(self.company, command, ask(executor, command, stream, WHY))
            except Refusal:
                return

        @rule(view=st.sampled_from(views), ahead=st.integers(1, 10))
        def poison_ahead(self, view: AnyView, ahead: int) -> None:
            self.poison[view].add(log.position() + ahead)

        @rule(view=st.sampled_from(views), size=st.integers(1, 500) | st.integers(1, 5), pages=st.integers(1, 4))
        def follow(self, view: AnyView, size: int, pages: int) -> None:
            lease_holder = self.lease_holder(view, size)
            for _ in range(pages):
                lease_holder.step()
            self.onlooker.look()

        @rule(number=st.integers(0, 99), skip=st.booleans())
        def tell(self, number: int, skip: bool) -> None:
            if found := quarantined():
                event = found[number % len(found)]
                request = Retry(follower=event.subscription, version=event.version, stream=event.stream)
                if skip:
                    request = Skip(**dict(request), position=event.position)
                try:
                    subscription_requests.request(executor, request, WHY)
                except Refusal as refusal:
                    if refusal.code != "follower-behind":
                        raise

        def lease_holder(self, view: AnyView, size: int = 500) -> LeaseHolder:
            return LeaseHolder(
                following_view(view, self.poison[view]), log, Pages(log, size), projector, "live", seconds=30
            )

        def teardown(self) -> None:
            for poison in self.poison.values():
                poison.clear()
            for each in sorted({(each.subscription, each.version, each.stream) for each in quarantined()}):
                subscription_requests.request(executor, Retry(follower=each[0], version=each[1], stream=each[2]), WHY)
            for view in views:
                exhaust(self.lease_holder(view).step)
            self.onlooker.look()
            assert quarantined() == []
            recorded_events = list(whole(log))
            for view in views:
                left = {
                    recorded.event.position
                    for recorded in recorded_events
                    if isinstance(recorded.event, SkipRequested) and recorded.event.follower == view.name
                }
                due = fold_in_memory(
                    view, [e for e in recorded_events if e.position not in left or type(e.event) in view.at_once]
                )
                assert {key: row for key, (row, _) in rows(projector, view).items()} == {
                    key: row for key, (row, _) in due.items()
                }
            for view in views:
                assert Rebuild(log, projector, owner_url, view).verify().differing == 0

    run_state_machine_as_test(Live, settings=how)


def exhaust(step: Callable[[], bool]) -> None:
    while step():
        pass


def test_views_folded_live_in_any_pages_equal_their_rebuild(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, long: bool
) -> None:
    how = settings(max_examples=200 if long else 4, stateful_step_count=50, phases=[Phase.generate])
    run_machine(executor, log, projector, database_urls.database_url, how)


class _Silent(Choking):
    """Tells nobody of what was taken in late."""

    def announce(self, recorded_events: Sequence[Recorded[Event]], position: int, connection: Connection) -> None:
        pass


class _Forgetful(Choking):
    """Leaves the last event of a page out, where there are several."""

    def begin(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> Callable[[], None]:
        return super().begin(recorded_events[:-1] or recorded_events, connection)


@pytest.mark.parametrize("broken", [_Silent, _Forgetful])
def test_the_machine_catches_a_subscription_broken_on_purpose(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, broken: type[Choking]
) -> None:
    how = settings(max_examples=80, stateful_step_count=50, phases=[Phase.generate])
    # With one view, it is followed and poisoned often enough for it; and it shows nothing of other commands.
    shown = [each for each in command_classes() if kind_asked(each) in ("conversation", "customer")]
    views = (HISTORY,)
    # FlakyFailure: caught, and caught at another place when it was tried again on what the first time left.
    with pytest.raises((AssertionError, FlakyFailure)):
        run_machine(executor, log, projector, database_urls.database_url, how, broken, views, shown)
