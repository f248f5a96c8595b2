"""What a dry run of a policy or calendar predicts is what comes of it, to the clock; and it appends nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from commands.service_level.what_if import outcome, what_if
from domain.conversation.commands import ChangePriority, ChangeStatus, OpenConversation, ReceiveMessage, SendReply
from domain.conversation.merging import MergeInto
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.service_level.calendar import CorrectCalendar, WriteCalendar
from domain.service_level.detection import Knowledge
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import Selects, Terms
from domain.service_level.policy_decisions import CorrectPolicy, WritePolicy
from domain.service_level.policy_file import PoliciesInFile
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY

NOW = datetime.now(UTC).replace(microsecond=0)
LATER = NOW + timedelta(hours=1)
SINCE, UNTIL = NOW - timedelta(days=6), NOW - timedelta(days=1)
ALWAYS = {"mon-sun": ["00:00-24:00"]}


class Company:
    """One with a calendar and a policy, and weeks of conversations behind it."""

    def __init__(self, executor: CommandExecutor, chance: random.Random) -> None:
        self.executor, self.chance = executor, chance
        always = OpeningHours.model_validate({"zone": "Europe/Berlin", "hours": ALWAYS})
        self.calendar_id = sla.write_calendar(executor, WriteCalendar(name="BER", opening_hours=always), GATEWAY).id
        targets = {"first_reply": "PT4H", "next_reply": "PT2H", "agent_work": "P1D"}
        terms = Terms.model_validate({"calendar_id": self.calendar_id, "targets": targets})
        self.policy_id = sla.write_policy(executor, WritePolicy(name="standard", terms=terms), GATEWAY).id
        contact = ContactPoint("mail", "ada@example.org", "Ada")
        self.customer_id = customers.register(executor, [contact], GATEWAY).id
        self.opened = [self.conversation() for _ in range(30)]
        for source, target in ((0, 1), (2, 3)):
            context = replace(AGENT, occurred_at=NOW - timedelta(hours=20), reported_by=GATEWAY.actor)
            merging.merge(executor, self.opened[source], MergeInto(into=self.opened[target]), context)

    def conversation(self) -> str:
        """One that goes some way or other."""
        chance = self.chance
        at = NOW - timedelta(minutes=chance.randrange(2 * 24 * 60, 9 * 24 * 60))
        policy_id = self.policy_id if chance.random() < 0.6 else None
        opening = OpenConversation(
            customer_id=self.customer_id, kind="complaint", channel="mail", body="words", policy_id=policy_id
        )
        id = conversations.open_conversation(self.executor, opening, reported_at(at)).id
        for _ in range(chance.randrange(5)):
            at += timedelta(minutes=chance.randrange(1, 500))
            command = chance.choice(
                [
                    SendReply(body="words"),
                    ReceiveMessage(body="words"),
                    ChangeStatus(status=chance.choice(["resolved", "waiting_on_customer", "on_hold"]), again=True),
                    ChangePriority(priority="urgent", again=True),
                ]
            )
            agent = replace(AGENT, occurred_at=at, reported_by=GATEWAY.actor)
            conversations.act(
                self.executor, id, command, reported_at(at) if isinstance(command, ReceiveMessage) else agent
            )
        return id


def reported_at(at: datetime) -> Context:
    return replace(GATEWAY, occurred_at=at)


def verdicts(log: Log) -> dict[Any, Any]:
    """Of every clock, what became of it, when it started and when it stopped."""
    kinds = ("conversation", "policy", "calendar")
    recorded_events = [
        each for each in log.recorded_events(log.read(0, 100_000)) if kind_of(each.originator_id) in kinds
    ]
    return {
        clock.origin: (outcome((id, clock)), clock.started_at, clock.stopped_at)
        for id, found in Knowledge(recorded_events, zone="UTC").at(LATER).conversations.items()
        for clock in found.clocks
    }


TIGHTER = {"targets": {"first_reply": "PT30M", "requester_wait": "P2D"}, "reopen": "new_cycle"}
SHORTER = {"hours": {"mon-fri": ["09:00-12:00"]}}


def tighter(company: Company, executor: CommandExecutor) -> None:
    correct = CorrectPolicy.model_validate({**TIGHTER, "correct_from": SINCE})
    sla.change_policy(executor, company.policy_id, correct, GATEWAY)


def shorter(company: Company, executor: CommandExecutor) -> None:
    correct = CorrectCalendar.model_validate({**SHORTER, "correct_from": SINCE})
    sla.change_calendar(executor, company.calendar_id, correct, GATEWAY)


def one_more(company: Company, executor: CommandExecutor) -> None:
    selects = Selects(kinds=("complaint",))
    said = {"calendar_id": company.calendar_id, "targets": {"first_reply": "PT1H"}, "selects": selects}
    write = WritePolicy(name="complaints", terms=Terms.model_validate(said), correct_from=SINCE)
    sla.write_policy(executor, write, GATEWAY)


LIVE: dict[str, tuple[dict[str, Any], Callable[[Company, CommandExecutor], None]]] = {
    "policy": ({"policies": {"standard": TIGHTER}}, tighter),
    "calendar": ({"calendars": {"BER": SHORTER}}, shorter),
    "new": (
        {
            "policies": {
                "complaints": {
                    "calendar": "BER",
                    "targets": {"first_reply": "PT1H"},
                    "selects": {"kinds": ["complaint"]},
                }
            }
        },
        one_more,
    ),
}


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.mark.parametrize("name", LIVE)
def test_going_live_gives_what_was_predicted(
    executor: CommandExecutor, log: Log, chance: random.Random, name: str
) -> None:
    # Given a company, and what would come of a change
    company = Company(executor, chance)
    position = log.position()
    tried, go_live = LIVE[name]
    predicted = what_if(log, PoliciesInFile.model_validate(tried), SINCE, UNTIL, LATER, "UTC")
    before = verdicts(log)
    # Then nothing was appended
    assert log.position() == position
    # When the change goes live
    go_live(company, executor)
    after = verdicts(log)
    # Then that came of it, and nothing else
    flipped = {}
    looked_at = 0
    for origin in {**before, **after}:
        found = [each for each in (before.get(origin), after.get(origin)) if each]
        in_time = any(start < UNTIL and (end is None or end >= SINCE) for _, start, end in found)
        looked_at += in_time
        one, other = (each[0] if each else "none" for each in (before.get(origin), after.get(origin)))
        if in_time and one != other:
            flipped[origin] = one, other
    assert flipped == {flip.clock: (flip.before, flip.after) for flip in predicted.flips}
    assert predicted.clocks == looked_at
    assert len(flipped) > 3, f"the change of the {name} shows something"
    assert sum(predicted.by_cell().values()) == len(flipped)
    assert {cell.policy for cell, _, _ in predicted.by_cell()} <= {"standard", "complaints"}
    assert {cell.metric for cell, _, _ in predicted.by_cell()} == {flip.clock.metric for flip in predicted.flips}
    for flip in predicted.flips:
        assert (flip.due_before is None) == (flip.before == "none") or flip.before == "cancelled"
        assert flip.clock.started_in in company.opened


def test_what_would_be_refused_is_refused(executor: CommandExecutor, log: Log, chance: random.Random) -> None:
    Company(executor, chance)
    for tried, code in (
        ({}, "nothing-said"),
        ({"policies": {"standard": {}}}, "nothing-said"),
        ({"policies": {"standard": {"calendar": "NONE"}}}, "calendar-unknown"),
        ({"calendars": {"BER": {"hours": {"mon": ["09:00-12:00", "11:00-13:00"]}}}}, "opening-hours-invalid"),
    ):
        with pytest.raises(Refusal) as refused:
            what_if(log, PoliciesInFile.model_validate(tried), SINCE, UNTIL, LATER, "UTC")
        assert refused.value.code == code


def test_a_new_calendar_and_its_policy_are_tried_together(
    executor: CommandExecutor, log: Log, chance: random.Random
) -> None:
    Company(executor, chance)
    hours = {"zone": "UTC", "hours": ALWAYS, "holidays": {"country": "DE"}}
    policy = {"calendar": "NEW", "targets": {"first_reply": "PT1S"}, "selects": {"kinds": ["complaint"]}}
    tried = {"calendars": {"NEW": hours}, "policies": {"complaints": policy}}
    found = what_if(log, PoliciesInFile.model_validate(tried), SINCE, UNTIL, LATER, "UTC")
    # Those that went by no policy have a clock of a second now, which all of them miss.
    assert {cell.policy for cell, _, _ in found.by_cell()} == {"complaints"}
    assert found.flips


def test_what_is_recorded_or_happens_later_is_not_known_then(
    executor: CommandExecutor, log: Log, chance: random.Random
) -> None:
    company = Company(executor, chance)
    tried = PoliciesInFile.model_validate({"policies": {"standard": TIGHTER}})
    long_ago = NOW - timedelta(days=30)
    assert what_if(log, tried, long_ago, NOW, LATER, "UTC").clocks > 0
    # Before anything was recorded there is no policy of this name: what is tried says too little for a new one.
    with pytest.raises(ValidationError):
        what_if(log, tried, long_ago, NOW, long_ago, "UTC")
    assert company.opened
