"""A colleague who left is erased: who they were is gone, and what they did stays under their id."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands import confirmation
from commands import hold as holds
from commands.conversation import handlers as conversations
from commands.customer import deferred
from commands.customer.erasing import apply_erasures
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from commands.staff.erasing import erase
from domain.confirmation import Confirm, DoConfirmed
from domain.conversation.commands import Assign, SendReply
from domain.hold import HoldCustomer, ReleaseHold, ResumeErasures, stream_of
from domain.kernel.event import Actor
from domain.kernel.ids import new_id
from domain.kernel.personal import ERASED
from domain.kernel.refusal import Refusal
from domain.staff import EraseStaff, JoinStaff, LeaveStaff
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.rebuild import Rebuild
from projections.open_work import OpenWorkInViews
from projections.staff import STAFFING, by_id
from tests.commands.conftest import Thread
from tests.support.companies import AGENT, names
from tests.support.databases import Databases, superuser_url
from tests.support.following import catch_up
from tests.support.four_eyes import let_wait
from tests.support.marker_scan import STEM, database, scan

OFFICER = Context(Actor(id="staff-petra", kind="agent", roles=("privacy",)), reason="asked for in June")
OTTO = Context(Actor(id="staff-otto", kind="agent", roles=("privacy",)))
BO = JoinStaff(handle=f"{STEM}-bo", name=f"{STEM} Bo")
"""Whose handle and name nobody else has."""


@pytest.fixture
def work(log: Log, projector: Database) -> OpenWorkInViews:
    """Open work, and holds, as the views show them."""
    return OpenWorkInViews(projector, lambda *_: catch_up(log, projector))


@pytest.fixture
def bo(executor: CommandExecutor) -> str:
    """Who answered somebody and left."""
    return staffing.join(executor, BO, AGENT).id


def left(executor: CommandExecutor, id: str) -> None:
    staffing.leave(executor, LeaveStaff(staff_id=id), AGENT)


def answered(executor: CommandExecutor, thread: Thread, id: str) -> str:
    """A conversation in which Bo answered."""
    conversation_id = thread("one")
    conversations.act(executor, conversation_id, Assign(agent_id=id), AGENT)
    by = replace(AGENT, actor=Actor(id=id, kind="agent", roles=("agent",)))
    conversations.act(executor, conversation_id, SendReply(body="It will be there on Friday."), by)
    return conversation_id


def shown(log: Log, projector: Database, id: str) -> tuple[str, str | None]:
    """The name and the handle that colleagues see."""
    catch_up(log, projector)
    with projector.connection() as connection:
        entry = by_id(connection, [id])[id]
    return entry.name, entry.handle


def test_who_left_is_erased_and_what_they_did_stays(
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    databases: Databases,
    database_urls: Urls,
    thread: Thread,
    work: OpenWorkInViews,
    bo: str,
) -> None:
    # Given
    conversation_id = answered(executor, thread, bo)
    left(executor, bo)
    assert shown(log, projector, bo) == (BO.name, BO.handle)
    before = log.position()
    # When
    answer = erase(executor, EraseStaff(staff_id=bo), replace(AGENT, reason="asked for in June"), work)
    # Then
    assert (answer.id, names(log, bo)) == (bo, ["staff.joined", "staff.left", "staff.erased"])
    assert log.vault.destroyed([bo]) == {bo}
    assert shown(log, projector, bo) == (ERASED, ERASED)
    assert Rebuild(log, projector, database_urls.of("owner"), STAFFING).verify().differing == 0
    assert not scan({BO.handle, BO.name}, database("log", superuser_url(databases.server, database_urls.database_url)))
    stream = log.streams([conversation_id])[conversation_id]
    (replied,) = [each for each in stream if each.event.stored_name == "conversation.message-sent"]
    assert (replied.envelope.actor.id, replied.event.model_dump()["body"]) == (bo, "It will be there on Friday.")
    # And a repeat changes nothing
    end = log.position()
    assert before < end == erase(executor, EraseStaff(staff_id=bo), AGENT, work).position == log.position()
    # And the handle leads to nobody
    assert staffing.staff_id(executor, BO.handle) is None
    # And who has the handle now is somebody else
    assert staffing.join(executor, BO.model_copy(update={"staff_id": new_id("staff")}), AGENT).id != bo


def test_who_works_here_is_not_erased(executor: CommandExecutor, log: Log, work: OpenWorkInViews, bo: str) -> None:
    with pytest.raises(Refusal) as refused:
        confirmation.erase(executor, bo, AGENT, work)
    assert refused.value.code == "staff-not-left"
    assert not log.vault.destroyed([bo])


def test_an_erasure_that_broke_off_is_done_at_the_next_start(executor: CommandExecutor, log: Log, bo: str) -> None:
    # Given a key that is destroyed, and no event of it
    left(executor, bo)
    log.vault.destroy(bo)
    # When, and again
    assert [apply_erasures(executor) for _ in range(2)] == [[bo], []]
    # Then
    assert names(log, bo)[-1] == "staff.erased"
    with pytest.raises(Refusal) as refused:
        staffing.join(executor, BO.model_copy(update={"handle": "other", "staff_id": bo}), AGENT)
    assert refused.value.code == "customer-erased"
    assert staffing.join(executor, BO.model_copy(update={"staff_id": new_id("staff")}), AGENT).id != bo


def test_a_hold_on_somebody_whom_they_answered_comes_first(
    executor: CommandExecutor, log: Log, thread: Thread, work: OpenWorkInViews, bo: str
) -> None:
    # Given
    customer_id = executor.read(answered(executor, thread, bo)).state.customer_id
    left(executor, bo)
    hold = holds.hold(executor, HoldCustomer(customer_id=customer_id), OFFICER)
    # When
    answer = erase(executor, EraseStaff(staff_id=bo), OFFICER, work)
    # Then
    assert answer.id.startswith("erasure-")
    assert not log.vault.destroyed([bo])
    # When
    holds.end(executor, ReleaseHold(hold_id=hold.id), OFFICER)
    deferred.resume(executor, ResumeErasures(customer_id=customer_id), OFFICER, work)
    # Then
    assert log.vault.destroyed([bo]) == {bo}
    assert names(log, bo)[-1] == "staff.erased"


@pytest.mark.parametrize("moment", ["before it begins", "as the key goes"])
def test_a_hold_in_the_moment_of_an_erasure_wins_or_comes_after(
    executor: CommandExecutor,
    log: Log,
    thread: Thread,
    work: OpenWorkInViews,
    bo: str,
    moment: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a hold that somebody places while the erasure is under way
    customer_id = executor.read(answered(executor, thread, bo)).state.customer_id
    left(executor, bo)
    placed: list[str] = []

    # Before it begins, the view has told already who is under a hold.
    where, name = (log.vault, "destroy") if moment == "as the key goes" else (work, "of_author")
    goes_on = getattr(where, name)

    def meanwhile(*given: object) -> object:
        if not placed:
            placed.append(holds.hold(executor, HoldCustomer(customer_id=customer_id), OFFICER).id)
        return goes_on(*given)

    monkeypatch.setattr(where, name, meanwhile)
    # When
    answer = erase(executor, EraseStaff(staff_id=bo), OFFICER, work)
    # Then it waits for the hold, or had begun before; the log says which
    begun = log.streams([stream_of(bo)])[stream_of(bo)][0]
    hold = log.streams([stream_of(customer_id)])[stream_of(customer_id)][0]
    assert (hold.event.stored_name, begun.event.stored_name) == ("holds.placed", "holds.erasure-begun")
    assert (hold.position < begun.position) is (moment == "before it begins")
    assert answer.id.startswith("erasure-") is (hold.position < begun.position)
    assert log.vault.destroyed([bo]) == (set() if hold.position < begun.position else {bo})
    # And once the hold has ended, nothing waits
    holds.end(executor, ReleaseHold(hold_id=placed[0]), OFFICER)
    deferred.resume(executor, ResumeErasures(customer_id=customer_id), OFFICER, work)
    assert log.vault.destroyed([bo]) == {bo}
    assert names(log, bo)[-1] == "staff.erased"


def test_what_a_second_person_confirmed_is_done(
    executor: CommandExecutor, log: Log, work: OpenWorkInViews, bo: str
) -> None:
    # Given
    left(executor, bo)
    waiting = let_wait(executor, bo)
    # When
    confirmation.give(executor, Confirm(confirmation_id=waiting), OTTO)
    confirmation.carry_out(executor, DoConfirmed(confirmation_id=waiting), OTTO, work)
    # Then
    assert names(log, bo)[-1] == "staff.erased"
