"""What is asked of customers and colleagues, as it comes out in their streams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.conversation.delivering import deliver
from commands.customer import erasing
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint, find
from commands.customer.handlers import LinkedMeanwhile
from commands.customer.links import linked, shown_as
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.staff import handlers as staffing
from commands.staff import leaving
from domain.conversation.commands import AddNote, Assign, ChangeStatus
from domain.conversation.merging import MergeInto
from domain.customer import AddContactPoint, EraseCustomer, GiveConsent, MergeCustomer, SeparateCustomer
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.staff import ChangeRoles, FormTeam, JoinStaff, LeaveStaff, MoveStaff
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.open_work import Shown, erase
from tests.support.recorded import events_of


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def refused(ask: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as why:
        ask()
    return why.value.code


def somebody(executor: CommandExecutor, address: str = "ada@example.org", name: str | None = None) -> str:
    return customers.register(executor, [ContactPoint("mail", address, name)], GATEWAY).id


# -- customers


def test_who_is_known_by_one_contact_point_is_reached_by_the_others_too(executor: CommandExecutor, log: Log) -> None:
    ada = somebody(executor, name="Ada")
    both = [ContactPoint("phone", "1"), ContactPoint("mail", "ada@example.org"), ContactPoint("handle", "@ada")]
    assert customers.register(executor, both, GATEWAY).id == ada
    registered, *contacts = events_of(log, ada)
    assert registered.name == "Ada"
    assert [(each.contact_kind, each.value) for each in contacts] == [
        ("mail", "ada@example.org"), ("phone", "1"), ("handle", "@ada"),
    ]  # fmt: skip
    # By each of them, they are found from then on.
    assert customers.register(executor, [ContactPoint("handle", "@ada")], GATEWAY).id == ada
    assert len(names(log, ada)) == 4


def test_who_is_new_has_the_first_name_that_is_given(executor: CommandExecutor, log: Log) -> None:
    contacts = [
        ContactPoint("mail", "a@example.org"),
        ContactPoint("phone", "1", "Ada"),
        ContactPoint("phone", "2", "B"),
    ]
    ada = customers.register(executor, contacts, GATEWAY).id
    assert events_of(log, ada)[0].name == "Ada"


def test_a_customer_asks_only_of_themselves(executor: CommandExecutor, log: Log) -> None:
    ada = somebody(executor)
    consent = GiveConsent(customer_id=ada, purpose="surveys")
    assert refused(lambda: customers.act(executor, consent, GATEWAY, only_of="customer-bo")) == "not-found"
    customers.act(executor, consent, GATEWAY, only_of=ada)
    assert names(log, ada)[-1] == "customer.consent-given"
    conversation = deliver(executor, mail(1), GATEWAY).id
    other = GiveConsent(customer_id=conversation, purpose="surveys")
    assert refused(lambda: customers.act(executor, other, GATEWAY)) == "not-found"


def test_two_customers_are_one_person_and_two_again(executor: CommandExecutor, log: Log) -> None:
    ada, bo, cy = (somebody(executor, f"{name}@example.org") for name in ("ada", "bo", "cy"))

    def merge(one: str, into: str, who: Context = AGENT) -> Answer:
        return customers.act(executor, MergeCustomer(customer_id=one, into=into), who)

    # When
    merge(ada, bo)
    merge(cy, bo)
    # Then
    assert (names(log, ada)[-1], names(log, bo)[-2:]) == ("customer.merged", ["customer.joined"] * 2)
    assert shown_as(executor.read, ada) == bo
    assert linked(executor.read, ada) == [bo, *sorted([ada, cy])]
    assert linked(executor.read, bo) == linked(executor.read, cy)
    # Not the other way round, nor once more, nor by who has no say.
    assert refused(lambda: merge(bo, ada)) == "merge-cycle"
    assert refused(lambda: merge(ada, cy)) == "merged-already"
    assert refused(lambda: merge(bo, "customer-none")) == "not-found"
    assert refused(lambda: merge(bo, deliver(executor, mail(1, sender="bo@example.org"), GATEWAY).id)) == "not-found"
    assert refused(lambda: merge(ada, bo, GATEWAY)) == "forbidden"
    separate = SeparateCustomer(customer_id=ada)
    assert refused(lambda: customers.act(executor, separate, GATEWAY)) == "forbidden"
    customers.act(executor, separate, AGENT)
    assert (names(log, ada)[-1], events_of(log, bo)[-1].part_id) == ("customer.separated", ada)
    assert linked(executor.read, ada) == [ada]


# -- forgotten


def open_of(executor: CommandExecutor, number: int, address: str = "ada@example.org") -> str:
    return deliver(executor, mail(number, f"t{number}", address), GATEWAY).id


def test_who_is_erased_has_nothing_open_and_no_key(executor: CommandExecutor, log: Log) -> None:
    first, second = open_of(executor, 1), open_of(executor, 2)
    ada = events_of(log, first)[0].customer_id
    also = somebody(executor, "a@example.com")
    customers.act(executor, MergeCustomer(customer_id=also, into=ada), AGENT)
    # When
    erase(executor, also, AGENT, [first, second])
    # Then
    assert [names(log, id)[-1] for id in (first, second)] == ["conversation.status-changed"] * 2
    assert [names(log, id)[-1] for id in (ada, also)] == ["customer.erased"] * 2
    assert log.vault.destroyed([ada, also, "customer-bo"]) == {ada, also}
    assert log.tombstones() == {ada, also}
    assert events_of(log, ada)[1].value == "[erased]"
    # Nothing more is written of them, and who writes is a new customer.
    assert refused(lambda: conversations.act(executor, first, AddNote(body="x"), AGENT)) == "customer-erased"
    assert somebody(executor) not in (ada, also)


def test_erasing_again_is_a_repeat_and_nobody_is_refused(executor: CommandExecutor, log: Log) -> None:
    ada = somebody(executor)
    once = replace(AGENT, command_id="c1")
    first = erase(executor, ada, once)
    assert erase(executor, ada, once) == replace(first, repeated=True)
    assert erase(executor, ada, AGENT).id == ada
    assert names(log, ada).count("customer.erased") == 1
    assert refused(lambda: erase(executor, "customer-none", AGENT)) == "not-found"
    # A command id that was used for something else destroys nothing.
    bo = somebody(executor, "bo@example.org")
    assert refused(lambda: erase(executor, bo, once)) == "idempotency-key-reused"
    assert log.vault.destroyed([bo]) == set()


def test_an_erasure_that_broke_off_is_asked_again(executor: CommandExecutor, log: Log) -> None:
    # Given one whose key is gone and whose erasure is in the log, and whose conversation is still shown as open
    id = open_of(executor, 1)
    ada = events_of(log, id)[0].customer_id
    log.vault.destroy(ada)
    customers.erase(executor, ada, {ada}, AGENT)
    # Then
    assert erase(executor, ada, AGENT, [id]).id == ada
    assert names(log, ada).count("customer.erased") == 1


def test_who_is_erased_is_not_found_by_their_contact_points(executor: CommandExecutor) -> None:
    ada = somebody(executor)
    point = ContactPoint("mail", "ada@example.org")
    assert find(executor, point) == ada
    erase(executor, ada, AGENT)
    assert find(executor, point) is None


def test_what_cannot_be_settled_stops_an_erasure_before_any_key_goes(executor: CommandExecutor, log: Log) -> None:
    ada = somebody(executor)
    assert refused(lambda: erase(executor, ada, AGENT, ["conversation-none"])) == "not-found"
    assert log.vault.destroyed([ada]) == set()


def test_who_was_linked_meanwhile_is_erased_too(executor: CommandExecutor, log: Log) -> None:
    ada, bo = somebody(executor), somebody(executor, "bo@example.org")
    customers.act(executor, MergeCustomer(customer_id=bo, into=ada), AGENT)
    with pytest.raises(LinkedMeanwhile) as meanwhile:
        customers.erase(executor, ada, [ada], AGENT)
    assert set(meanwhile.value.customer_ids) == {bo}
    customers.erase(executor, ada, [ada, bo], AGENT)
    assert log.tombstones() == {ada, bo}
    # Asked again, nothing of it happens anew.
    customers.erase(executor, ada, [ada, bo], AGENT)
    assert names(log, bo).count("customer.erased") == 1


def test_vault_and_log_come_to_agree_on_whom_they_forgot(executor: CommandExecutor, log: Log) -> None:
    # Given one of whom only the vault knows, one of whom only the log does, and one of whom both do
    ada, bo, cy = (somebody(executor, f"{name}@example.org") for name in ("ada", "bo", "cy"))
    erase(executor, cy, AGENT)
    log.vault.destroy(ada, "staff-1", "customer-of-another-log")
    customers.act(executor, EraseCustomer(customer_id=bo), AGENT)
    # When
    found = erasing.apply_erasures(executor)
    # Then
    assert found == [bo, ada]
    assert log.vault.destroyed([ada, bo, cy]) == {ada, bo, cy}
    assert {ada, bo, cy} <= log.tombstones()
    erased = log.streams([ada])[ada][-1]
    assert erased.envelope.actor == Actor(id="system-vault", kind="system")
    assert erased.envelope.reason
    assert erasing.apply_erasures(executor) == []


# -- colleagues


def test_names_of_teams_and_handles_are_the_same_however_they_are_written(executor: CommandExecutor, log: Log) -> None:
    team = staffing.form_team(executor, FormTeam(name="Care"), AGENT).id
    assert staffing.form_team(executor, FormTeam(name="CARE"), AGENT).id == team
    assert staffing.form_team(executor, FormTeam(name="Returns"), AGENT).id != team
    assert names(log, team) == ["team.formed"]
    assert (staffing.team_id(executor, "care"), staffing.team_id(executor, "none")) == (team, None)
    bo = staffing.join(executor, JoinStaff(handle="bo", name="Bo", team_id=team), AGENT).id
    assert staffing.join(executor, JoinStaff(handle="BO", name="Bo", team_id=team), AGENT).id == bo
    assert refused(lambda: staffing.join(executor, JoinStaff(handle="bo", name="Bo Lind"), AGENT)) == "handle-reused"
    assert names(log, bo) == ["staff.joined"]
    assert events_of(log, bo)[0].team_id == team
    assert (staffing.staff_id(executor, "Bo"), staffing.staff_id(executor, "Care")) == (bo, None)
    # A team's name is no handle.
    assert staffing.join(executor, JoinStaff(handle="care", name="Care"), AGENT).id not in (bo, team)


def test_who_left_comes_back_as_they_are_then(executor: CommandExecutor, log: Log) -> None:
    bo = staffing.join(executor, JoinStaff(handle="bo", name="Bo"), AGENT).id
    staffing.leave(executor, LeaveStaff(staff_id=bo), AGENT)
    again = JoinStaff(handle="bo", name="Bo Lind", roles=("lead",))
    assert staffing.join(executor, again, AGENT).id == bo
    joined = events_of(log, bo)[-1]
    assert (joined.staff_id, joined.name, joined.roles) == (bo, "Bo Lind", ("lead",))
    assert staffing.staff_id(executor, "bo") == bo
    end = log.position()
    assert staffing.join(executor, again, AGENT).id == bo
    assert log.position() == end


def test_colleagues_are_moved_to_teams_there_are(executor: CommandExecutor, log: Log) -> None:
    team = staffing.form_team(executor, FormTeam(name="Care"), AGENT).id
    bo = staffing.join(executor, JoinStaff(handle="bo", name="Bo"), AGENT).id
    staffing.move(executor, MoveStaff(staff_id=bo, team_id=team), AGENT)
    staffing.change_roles(executor, ChangeRoles(staff_id=bo, roles=("lead",)), AGENT)
    assert names(log, bo)[1:] == ["staff.moved", "staff.roles-changed"]
    assert refused(lambda: staffing.move(executor, MoveStaff(staff_id=bo, team_id="team-none"), AGENT)) == "not-found"
    assert refused(lambda: staffing.leave(executor, LeaveStaff(staff_id=team), AGENT)) == "not-found"
    nowhere = JoinStaff(handle="cy", name="Cy", team_id="team-none")
    assert refused(lambda: staffing.join(executor, nowhere, AGENT)) == "not-found"


def test_who_leaves_gives_back_what_is_theirs_and_nothing_else(executor: CommandExecutor, log: Log) -> None:
    # Given one that is open, one that is another's by now, one that is shown elsewhere, and one of who was forgotten
    team = staffing.form_team(executor, FormTeam(name="Care"), AGENT).id
    bo = staffing.join(executor, JoinStaff(handle="bo", name="Bo", team_id=team), AGENT).id
    ids = [open_of(executor, 1), open_of(executor, 2), open_of(executor, 3), open_of(executor, 4, "cy@example.org")]
    theirs, anothers, merged, forgotten = ids
    for id in ids:
        conversations.act(executor, id, Assign(team_id=team, agent_id=bo), AGENT)
    conversations.act(executor, anothers, Assign(team_id=team), AGENT)
    merging.merge(executor, merged, MergeInto(into=anothers), AGENT)
    erase(executor, events_of(log, forgotten)[0].customer_id, AGENT)
    before = {id: names(log, id) for id in ids}
    # When
    answer = leaving.leave(executor, LeaveStaff(staff_id=bo), replace(AGENT, command_id="c1"), Shown(ids))
    # Then
    assert answer.id == bo
    assert names(log, bo)[-1] == "staff.left"
    assert names(log, theirs) == [*before[theirs], "conversation.assigned"]
    assert events_of(log, theirs)[-1].agent_id is None
    assert [names(log, id) for id in ids[1:]] == [before[id] for id in ids[1:]]


def test_who_is_back_keeps_what_is_theirs(executor: CommandExecutor, log: Log) -> None:
    bo = staffing.join(executor, JoinStaff(handle="bo", name="Bo"), AGENT).id
    leave = replace(AGENT, command_id="c1")
    leaving.leave(executor, LeaveStaff(staff_id=bo), leave, Shown())
    staffing.join(executor, JoinStaff(handle="bo", name="Bo"), AGENT)
    id = open_of(executor, 1)
    conversations.act(executor, id, Assign(agent_id=bo), AGENT)
    # When the first command is asked again
    leaving.leave(executor, LeaveStaff(staff_id=bo), leave, Shown([id]))
    # Then
    assert names(log, id)[-1] == "conversation.assigned"
    assert events_of(log, id)[-1].agent_id == bo


def test_what_is_not_theirs_to_give_back_stops_it(executor: CommandExecutor) -> None:
    bo = staffing.join(executor, JoinStaff(handle="bo", name="Bo"), AGENT).id
    leave = LeaveStaff(staff_id=bo)
    assert refused(lambda: leaving.leave(executor, leave, AGENT, Shown(["conversation-none"]))) == "not-found"


def test_what_was_resolved_stays_with_who_resolved_it(executor: CommandExecutor, log: Log) -> None:
    bo = staffing.join(executor, JoinStaff(handle="bo", name="Bo"), AGENT).id
    id = open_of(executor, 1)
    conversations.act(executor, id, Assign(agent_id=bo), AGENT)
    conversations.act(executor, id, ChangeStatus(status="resolved"), AGENT)
    leaving.leave(executor, LeaveStaff(staff_id=bo), AGENT, Shown())
    assert names(log, id)[-1] == "conversation.status-changed"


def test_a_contact_point_more_is_sealed_like_all_of_theirs(executor: CommandExecutor, log: Log) -> None:
    ada = somebody(executor)
    add = AddContactPoint(customer_id=ada, contact_kind="phone", value="0151")
    customers.act(executor, add, AGENT)
    assert events_of(log, ada)[-1].value == "0151"
    assert events_of(log, ada)[-1].contact_kind == "phone"
