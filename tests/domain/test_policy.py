"""What a policy decides, which policy a conversation goes by, and what a policy says at an instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.kernel.versioned import DatedRevision
from domain.service_level.policy import (
    ConversationTraits,
    Policy,
    PolicyCorrected,
    PolicyEdited,
    PolicyState,
    PolicyWritten,
    Selects,
    Terms,
    chosen,
    evolve,
)
from domain.service_level.policy_decisions import CorrectPolicy, EditPolicy, WritePolicy, decide
from tests.support.given import Aggregate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SOON, LATER = NOW + timedelta(days=1), NOW + timedelta(days=2)
HOUR = timedelta(hours=1)
policy = Aggregate[PolicyState](evolve, lambda state, command: decide(state, command, NOW, "Europe/Berlin"))
TERMS: dict[str, Any] = {"calendar_id": "calendar-1", "targets": {"first_reply": HOUR}}
# What is not said of a new policy is what goes without saying.
SAID: dict[str, Any] = {
    **TERMS,
    "by_priority": {},
    "reopen": "continue_excluding_solved",
    "on_customer_message": "reopen",
    "warn_before": (),
    "notes_count": False,
    "total_resolution_pauses": (),
    "tells_policy_breaches": True,
    "participants_count": True,
    "subject": "conversation",
}
WRITTEN = PolicyWritten(policy_name="standard", chosen_from=NOW, **SAID)
WRITE = WritePolicy(name="standard", terms=Terms(**TERMS), policy_id="policy-1")


def test_a_policy_is_written_once_with_all_its_terms() -> None:
    policy.given().when(WRITE).then(WRITTEN)
    policy.given(WRITTEN).when(WRITE).then("policy-exists")
    selects = Selects(kinds=("complaint",))
    some = WRITE.model_copy(update={"terms": Terms(**TERMS, selects=selects)})
    policy.given().when(some).then(
        PolicyWritten(policy_name="standard", chosen_from=NOW, **{**SAID, "selects": selects})
    )


def test_a_policy_of_signals_says_what_signals_have() -> None:
    # Given
    terms: dict[str, Any] = {"calendar_id": "calendar-1", "targets": {"answer": HOUR}, "subject": "signal"}
    says = {**SAID, **terms}
    write = WritePolicy(name="signals", terms=Terms(**terms))
    # Then
    policy.given().when(write).then(PolicyWritten(policy_name="signals", chosen_from=NOW, **says))
    # And nothing else
    for more in (
        {"targets": {"first_reply": HOUR}}, {"by_priority": {"high": {"answer": HOUR}}},
        {"selects": Selects(kinds=("complaint",))}, {"subject": "conversation"},
    ):  # fmt: skip
        policy.given().when(WritePolicy(name="signals", terms=Terms(**{**terms, **more}))).then("input-invalid")
    written = PolicyWritten(policy_name="signals", chosen_from=NOW, **says)
    for edit in (EditPolicy(effective_from=SOON, subject="conversation"),
                 EditPolicy(effective_from=SOON, targets={"first_reply": HOUR})):  # fmt: skip
        policy.given(written).when(edit).then("input-invalid")
    policy.given(written).when(EditPolicy(effective_from=SOON, targets={"acknowledge": HOUR})).then(
        PolicyEdited(effective_from=SOON, targets={"acknowledge": HOUR})
    )


@pytest.mark.parametrize("command", [EditPolicy(effective_from=SOON, reopen="freeze"),
                                     CorrectPolicy(correct_from=NOW, reopen="freeze")])  # fmt: skip
def test_nothing_is_changed_of_what_was_never_written(command: EditPolicy | CorrectPolicy) -> None:
    policy.given().when(command).then("not-found")
    # What stands before it writes none.
    policy.given(PolicyEdited(effective_from=SOON, reopen="freeze")).when(command).then("not-found")


def test_an_edit_says_what_reads_otherwise_from_an_instant_to_come() -> None:
    given = policy.given(WRITTEN)
    given.when(EditPolicy(effective_from=SOON, notes_count=True)).then(
        PolicyEdited(effective_from=SOON, notes_count=True)
    )
    given.when(EditPolicy(effective_from=NOW, notes_count=True)).then("effective-from-past")
    given.when(EditPolicy(effective_from=NOW - HOUR, notes_count=True)).then("effective-from-past")
    given.when(EditPolicy(effective_from=SOON)).then("nothing-said")
    given.when(CorrectPolicy(correct_from=NOW - HOUR)).then("nothing-said")


def test_a_correction_is_about_what_was() -> None:
    given = policy.given(WRITTEN)
    given.when(CorrectPolicy(correct_from=SOON, notes_count=True)).then("correct-from-future")
    given.when(CorrectPolicy(correct_from=NOW, notes_count=True)).then(
        PolicyCorrected(correct_from=NOW, notes_count=True)
    )


def test_a_date_begins_at_midnight_where_the_calendar_is() -> None:
    midnight = datetime(2026, 6, 9, 22, tzinfo=UTC)
    day = date(2026, 6, 10)
    policy.given(WRITTEN).when(EditPolicy(effective_from=day, reopen="freeze")).then(
        PolicyEdited(effective_from=midnight, reopen="freeze")
    )
    past = timedelta(days=30)
    policy.given(WRITTEN).when(CorrectPolicy(correct_from=day - past, reopen="freeze")).then(
        PolicyCorrected(correct_from=midnight - past, reopen="freeze")
    )


@pytest.mark.parametrize(("year", "may"), [(1899, False), (1900, True), (2200, True), (2201, False)])
def test_a_revision_is_of_a_year_that_calendars_go_by(year: int, may: bool) -> None:
    for written in (date(year, 5, 4), datetime(year, 5, 4, tzinfo=UTC), f"{year}-05-04"):
        if may:
            assert CorrectPolicy.model_validate({"correct_from": written}).correct_from.year == year
        else:
            with pytest.raises(ValidationError, match="write a year from 1900 to 2200"):
                CorrectPolicy.model_validate({"correct_from": written})


def test_a_correction_may_be_about_the_past() -> None:
    then = NOW - timedelta(days=9)
    corrected = PolicyCorrected(correct_from=then, reopen="freeze")
    policy.given(WRITTEN).when(CorrectPolicy(correct_from=then, reopen="freeze")).then(corrected)


def test_the_state_holds_each_statement_with_its_number() -> None:
    edited = PolicyEdited(effective_from=SOON, reopen="freeze")
    corrected = PolicyCorrected(correct_from=NOW - HOUR, notes_count=True)
    state = policy.given(WRITTEN, edited, corrected).state
    assert state is not None
    assert state.name == "standard"
    assert [(each.version, each.since) for each in state.revisions] == [(1, None), (2, SOON), (3, NOW - HOUR)]
    assert [dict(each.says) for each in state.revisions[1:]] == [{"reopen": "freeze"}, {"notes_count": True}]


# -- in force


def stated(*said: tuple[datetime | None, dict[str, Any]]) -> Policy:
    return Policy([DatedRevision(number, since, {**says}) for number, (since, says) in enumerate(said, start=1)])


def test_each_instant_has_its_terms_and_a_change_holds_from_its_instant() -> None:
    found = stated((None, TERMS), (SOON, {"on_customer_message": "keep"}), (LATER, {"on_customer_message": "reopen"}))
    before = timedelta(microseconds=1)
    assert [found.keeps(at) for at in (NOW, SOON - before, SOON, LATER - before, LATER)] == [
        False, False, True, True, False,
    ]  # fmt: skip
    assert [found.at(at).version for at in (NOW, SOON, LATER)] == [1, 2, 3]
    assert [found.at(at).since for at in (NOW, SOON, LATER)] == [None, SOON, LATER]


def test_what_was_said_last_counts_also_of_what_began_before() -> None:
    found = stated((None, TERMS), (LATER, {"reopen": "freeze"}), (SOON, {"reopen": "new_cycle"}))
    assert [found.at(at).terms.reopen for at in (NOW, SOON, LATER)] == [
        "continue_excluding_solved", "new_cycle", "new_cycle",
    ]  # fmt: skip
    assert [found.at(at).version for at in (NOW, SOON, LATER)] == [1, 3, 3]


def test_statements_that_make_no_whole_policy_make_none() -> None:
    with pytest.raises(ValidationError):
        stated((None, {"targets": {}}))


def test_a_target_is_the_priorities_own_or_the_common_one() -> None:
    terms = Terms(**TERMS, by_priority={"urgent": {"first_reply": HOUR / 4, "next_reply": HOUR / 2}})
    assert terms.target("first_reply", "urgent") == HOUR / 4
    assert terms.target("first_reply", "normal") == HOUR
    assert terms.target("next_reply", "urgent") == HOUR / 2
    assert terms.target("next_reply", "normal") is None


def test_only_a_total_resolution_stands_still_for_further_states() -> None:
    terms = Terms(**TERMS, total_resolution_pauses=("on_hold",))
    assert terms.pauses("total_resolution") == ("on_hold",)
    assert terms.pauses("agent_work") == ()


# -- which one


def selecting(selects: Selects | None) -> Policy:
    return stated((None, TERMS | ({"selects": selects} if selects is not None else {})))


ALL = ConversationTraits(kind="complaint", priority="high", channel="mail", tier="gold", product_area="bikes")
ASKING: dict[str, dict[str, Any]] = {
    "kinds": {"kind": "inquiry"},
    "priorities": {"priority": "low"},
    "channels": {"channel": "chat"},
    "tiers": {"tier": "tin"},
    "product_areas": {"product_area": "tyres"},
}
WANTED: dict[str, Any] = {
    "kinds": ("feedback", "complaint"), "priorities": ("high",), "channels": ("mail",), "tiers": ("gold",),
    "product_areas": ("bikes", "locks"),
}  # fmt: skip


@pytest.mark.parametrize("asks", sorted(WANTED))
def test_a_policy_is_for_what_it_asks_about(asks: str) -> None:
    policies = {"policy-1": selecting(Selects.model_validate({asks: WANTED[asks]}))}
    assert chosen(policies, ALL, NOW) == "policy-1"
    assert chosen(policies, ALL.model_copy(update=ASKING[asks]), NOW) is None
    assert chosen(policies, ConversationTraits(), NOW) is None


def test_a_policy_that_selects_nothing_is_chosen_by_name_only() -> None:
    assert chosen({"policy-1": selecting(None)}, ALL, NOW) is None
    assert chosen({}, ALL, NOW) is None
    # One that asks nothing is for all.
    assert (
        chosen({"policy-1": selecting(Selects()), "policy-2": selecting(None)}, ConversationTraits(), NOW) == "policy-1"
    )


def test_of_several_policies_the_one_that_asks_most_is_chosen() -> None:
    policies = {
        "policy-1": selecting(Selects()),
        "policy-2": selecting(Selects(kinds=("complaint",))),
        "policy-3": selecting(Selects(kinds=("complaint",), channels=("mail",))),
        "policy-4": selecting(Selects(kinds=("complaint", "inquiry"), channels=("chat",), tiers=("gold",))),
    }
    assert chosen(policies, ALL, NOW) == "policy-3"
    assert chosen(policies, ALL.model_copy(update={"channel": "web"}), NOW) == "policy-2"
    assert chosen(policies, ConversationTraits(), NOW) == "policy-1"


@pytest.mark.parametrize("reverse", [False, True])
def test_among_equal_policies_the_first_written_is_chosen(reverse: bool) -> None:
    # Ids are drawn in the order of time; in which order they are looked at is no matter.
    ids = sorted(["policy-0190-b", "policy-0190-a", "policy-0190-c"], reverse=reverse)
    kinds, channels = Selects(kinds=("complaint",)), Selects(channels=("mail",))
    policies = {id: selecting(channels if id.endswith("a") else kinds) for id in ids}
    assert chosen(policies, ALL, NOW) == "policy-0190-a"
    assert chosen({id: policies[id] for id in ids if not id.endswith("a")}, ALL, NOW) == "policy-0190-b"


def test_a_policy_is_chosen_by_what_it_says_then() -> None:
    found = stated((None, TERMS), (SOON, {"selects": Selects(kinds=("complaint",))}))
    assert chosen({"policy-1": found}, ALL, NOW) is None
    assert chosen({"policy-1": found}, ALL, SOON) == "policy-1"
