"""Who leaves is given nothing more, and what they had is nobody's in the team it has: at once, or when it opens."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from commands.staff.leaving import leave
from domain.conversation.commands import Assign, ChangeStatus, GiveBack, HandOver
from domain.conversation.merging import MergeInto, Separate
from domain.kernel.refusal import NotFound, Overloaded, Refusal
from domain.staff import ChangeRoles, FormTeam, JoinStaff, LeaveStaff, MoveStaff
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from projections.open_work import OpenWorkInViews
from tests.commands.conftest import Thread
from tests.support.companies import AGENT, GATEWAY, mail, names, opened
from tests.support.following import catch_up
from tests.support.open_work import Shown

Theirs = Callable[[int], list[str]]
"""What the inbox shows as somebody's once it holds what the log holds."""


@pytest.fixture
def team(executor: CommandExecutor) -> str:
    """A team."""
    return staffing.form_team(executor, FormTeam(name="Care"), AGENT).id


@pytest.fixture
def bo(executor: CommandExecutor, team: str) -> str:
    """Somebody in it."""
    return staffing.join(executor, JoinStaff(handle="bo", name="Bo", team_id=team), AGENT).id


@pytest.fixture
def eve(executor: CommandExecutor, team: str) -> str:
    """Somebody else."""
    return staffing.join(executor, JoinStaff(handle="eve", name="Eve", team_id=team), AGENT).id


@pytest.fixture
def given(executor: CommandExecutor, thread: Thread, team: str) -> Callable[[str, str], str]:
    """A conversation that is given to somebody of the team."""

    def begun(name: str, agent_id: str) -> str:
        id = thread(name)
        conversations.act(executor, id, Assign(team_id=team, agent_id=agent_id), AGENT)
        return id

    return begun


@pytest.fixture
def theirs(log: Log, projector: Database, bo: str) -> Theirs:
    """What the inbox shows as Bo's."""
    work = OpenWorkInViews(projector, lambda *_: catch_up(log, projector))
    return lambda position: list(work.of_agent(bo, position))


def has(executor: CommandExecutor, id: str) -> tuple[str | None, str | None]:
    """The team and the person it is given to."""
    state = executor.read(id).state
    return state.team_id, state.agent_id


def refused(code: str, ask: Callable[[], object]) -> None:
    with pytest.raises(Refusal) as refusal:
        ask()
    assert refusal.value.code == code


def test_the_same_roles_again_and_leaving_again_are_nothing(executor: CommandExecutor, log: Log, bo: str) -> None:
    # Given
    roles = ChangeRoles(staff_id=bo, roles=("lead", "agent"))
    staffing.change_roles(executor, roles, AGENT)
    staffing.leave(executor, LeaveStaff(staff_id=bo), AGENT)
    end = log.position()
    # When
    assert staffing.leave(executor, LeaveStaff(staff_id=bo), AGENT).position == end
    refused("staff-left", lambda: staffing.change_roles(executor, roles, AGENT))
    refused("staff-left", lambda: staffing.move(executor, MoveStaff(staff_id=bo, team_id=None), AGENT))
    # Then
    assert log.position() == end
    assert names(log, bo) == ["staff.joined", "staff.roles-changed", "staff.left"]


def test_with_the_handle_of_who_left_they_come_back(executor: CommandExecutor, log: Log, bo: str, team: str) -> None:
    # Given
    staffing.leave(executor, LeaveStaff(staff_id=bo), AGENT)
    # When
    again = JoinStaff(handle="BO", name="Bo Lind", roles=("lead",))
    back = staffing.join(executor, again, AGENT)
    # Then it is they, as is said now, and once
    assert back.id == bo
    state = executor.read(bo).state
    assert (state.roles, state.team_id, state.left) == (("lead",), None, False)
    assert names(log, bo) == ["staff.joined", "staff.left", "staff.joined"]
    assert staffing.join(executor, again, AGENT).position == back.position == log.position()


def test_nothing_is_given_to_who_left_also_by_a_process_that_knew_them(
    executor: CommandExecutor, thread: Thread, bo: str, team: str, database_urls: Urls
) -> None:
    ids = [thread(name) for name in "ab"]
    with opened(database_urls) as other:
        # Given another process, which gave them something
        conversations.act(other, ids[0], Assign(team_id=team, agent_id=bo), AGENT)
        # When they leave here
        staffing.leave(executor, LeaveStaff(staff_id=bo), AGENT)
        # Then there, too, they are nobody
        for command in (Assign(agent_id=bo), HandOver(team_id=team, agent_id=bo, because="theirs")):
            with pytest.raises(NotFound):
                conversations.act(other, ids[1], command, AGENT)
        # And somebody again when they are back
        staffing.join(executor, JoinStaff(handle="bo", name="Bo"), AGENT)
        conversations.act(other, ids[1], Assign(agent_id=bo), AGENT)
    assert has(executor, ids[1]) == (None, bo)


def test_what_is_not_closed_goes_back_to_its_team(
    executor: CommandExecutor, given: Callable[[str, str], str], bo: str, eve: str, team: str, theirs: Theirs
) -> None:
    # Given
    open_, waiting, resolved, others = (given(name, who) for name, who in zip("abcd", (bo, bo, bo, eve), strict=True))
    conversations.act(executor, waiting, ChangeStatus(status="waiting_on_customer"), AGENT)
    conversations.act(executor, resolved, ChangeStatus(status="resolved"), AGENT)
    # When
    leave(executor, LeaveStaff(staff_id=bo), AGENT, Shown(theirs))
    # Then
    assert [has(executor, id) for id in (open_, waiting)] == [(team, None)] * 2
    assert has(executor, resolved) == (team, bo)
    assert has(executor, others) == (team, eve)
    assert theirs(0) == []


def test_what_they_had_closed_is_nobodys_when_it_opens(
    executor: CommandExecutor,
    log: Log,
    given: Callable[[str, str], str],
    bo: str,
    eve: str,
    team: str,
    database_urls: Urls,
) -> None:
    # Given
    ids = [given(name, who) for name, who in (("a", bo), ("b", eve), ("c", bo))]
    for id in ids:
        conversations.act(executor, id, ChangeStatus(status="resolved"), AGENT)
    with opened(database_urls) as other:
        other_knows = other.read(bo).state.left
        conversations.act(other, ids[2], ChangeStatus(status="open"), AGENT)
        conversations.act(other, ids[2], ChangeStatus(status="resolved"), AGENT)
        staffing.leave(executor, LeaveStaff(staff_id=bo), AGENT)
        # When their customers write, here and where nobody heard of it yet
        deliver(executor, mail(11, "a"), GATEWAY)
        deliver(executor, mail(12, "b"), GATEWAY)
        deliver(other, mail(13, "c"), GATEWAY)
    # Then
    assert other_knows is False
    assert [has(executor, id) for id in ids] == [(team, None), (team, eve), (team, None)]
    assert names(log, ids[0])[-3:] == [
        "conversation.message-received", "conversation.status-changed", "conversation.assigned",
    ]  # fmt: skip


def test_what_was_merged_is_nobodys_when_it_stands_for_itself_again(
    executor: CommandExecutor, given: Callable[[str, str], str], bo: str, eve: str, team: str, theirs: Theirs
) -> None:
    # Given
    part, whole = given("a", bo), given("b", eve)
    merging.merge(executor, part, MergeInto(into=whole), AGENT)
    leave(executor, LeaveStaff(staff_id=bo), AGENT, Shown(theirs))
    assert has(executor, whole) == (team, eve)
    # When
    merging.separate(executor, part, Separate(), AGENT)
    # Then
    assert has(executor, part) == (team, None)


def test_nothing_is_taken_from_who_has_it_by_now(
    executor: CommandExecutor, log: Log, given: Callable[[str, str], str], bo: str, eve: str, team: str
) -> None:
    # Given a look at the inbox that is out of date
    id = given("a", bo)
    conversations.act(executor, id, Assign(team_id=team, agent_id=eve), AGENT)
    # When
    leave(executor, LeaveStaff(staff_id=bo), AGENT, Shown([id]))
    # Then
    assert has(executor, id) == (team, eve)
    assert names(log, id)[-1] == "conversation.assigned"


def test_none_of_many_is_left_behind_whatever_becomes_of_them_meanwhile(
    executor: CommandExecutor, log: Log, projector: Database, bo: str, team: str
) -> None:
    # Given more than a few pages
    def begun(number: int) -> str:
        id = deliver(executor, mail(number, f"t{number}", f"{number}@example.org"), GATEWAY).id
        conversations.act(executor, id, Assign(team_id=team, agent_id=bo), AGENT)
        return id

    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(begun, range(60)))

    work = OpenWorkInViews(projector, lambda *_: catch_up(log, projector), page_size=7)

    def pages(position: int) -> list[str]:
        return list(work.of_agent(bo, position))

    assert sorted(pages(0)) == sorted(ids)
    # When one of them goes by unseen at the first look, and one is shown elsewhere by the time
    merging.merge(executor, ids[1], MergeInto(into=_another_of(executor, ids[1], bo)), AGENT)
    looks = 0

    def theirs(position: int) -> list[str]:
        nonlocal looks
        looks += 1
        return ids[1:] if looks == 1 else pages(position)

    leave(executor, LeaveStaff(staff_id=bo), AGENT, Shown(theirs))
    # Then
    assert {has(executor, id) for id in ids if id != ids[1]} == {(team, None)}
    assert pages(0) == []


def _another_of(executor: CommandExecutor, id: str, agent_id: str) -> str:
    """One more conversation of the same customer."""
    state = executor.read(id).state
    number = next(number for number in range(60) if executor.find("channel-thread", f"mail\x00t{number}") == id)
    other = deliver(executor, mail(1000, "another", f"{number}@example.org"), GATEWAY).id
    assert executor.read(other).state.customer_id == state.customer_id
    conversations.act(executor, other, Assign(team_id=state.team_id, agent_id=agent_id), AGENT)
    return other


def test_repeated_after_a_death_half_way_it_does_the_rest(
    executor: CommandExecutor, log: Log, given: Callable[[str, str], str], bo: str, team: str, theirs: Theirs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # Given a departure that came to two of four
    ids = [given(name, bo) for name in "abcd"]
    context = replace(AGENT, command_id="gone")
    act, asked = conversations.act, 0

    def dying(*args: object, **kwargs: object) -> object:
        nonlocal asked
        asked += 1
        if asked > 2:
            raise Overloaded("the database is away")
        return act(*args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(conversations, "act", dying)
        with pytest.raises(Overloaded):
            leave(executor, LeaveStaff(staff_id=bo), context, Shown(theirs))
    assert [has(executor, id) for id in ids].count((team, bo)) == 2
    # When it is asked for again
    answers = [leave(executor, LeaveStaff(staff_id=bo), context, Shown(theirs)) for _ in range(2)]
    # Then
    assert {has(executor, id) for id in ids} == {(team, None)}
    assert {(each.id, each.position, each.repeated) for each in answers} == {(bo, executor.read(bo).position, True)}
    assert [name for id in ids for name in names(log, id)].count("conversation.assigned") == 8


def test_a_departure_that_is_repeated_late_takes_nothing_from_who_is_back(
    executor: CommandExecutor, given: Callable[[str, str], str], bo: str, team: str, theirs: Theirs
) -> None:
    # Given
    context = replace(AGENT, command_id="gone")
    leave(executor, LeaveStaff(staff_id=bo), context, Shown(theirs))
    staffing.join(executor, JoinStaff(handle="bo", name="Bo", team_id=team), AGENT)
    id = given("a", bo)
    # When
    assert leave(executor, LeaveStaff(staff_id=bo), context, Shown(theirs)).repeated
    # Then
    assert has(executor, id) == (team, bo)


def test_who_gives_back_what_they_do_not_have_changes_nothing(
    executor: CommandExecutor, log: Log, given: Callable[[str, str], str], bo: str, eve: str
) -> None:
    id = given("a", bo)
    end = log.position()
    conversations.act(executor, id, GiveBack(agent_id=eve), AGENT)
    assert log.position() == end
