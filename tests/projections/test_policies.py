"""Policies and calendars are shown with every version, who said so, when and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from domain.service_level.calendar import CorrectCalendar, WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import Terms
from domain.service_level.policy_decisions import EditPolicy, WritePolicy
from infra.log.application import Log
from infra.postgres.database import Database
from projections.service_level import policies
from tests.support.companies import AGENT
from tests.support.following import catch_up

A_FRIDAY = date(2025, 10, 31)


def test_each_version_tells_what_it_says_since_when_and_whose_it_is(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    hours = OpeningHours(zone="Europe/Berlin", hours={"mon-fri": ("09:00-17:00",)})
    calendar = sla.write_calendar(executor, WriteCalendar(name="Berlin", opening_hours=hours), AGENT).id
    terms = Terms(calendar_id=calendar, targets={"first_reply": timedelta(hours=1)})
    policy = sla.write_policy(executor, WritePolicy(name="standard", terms=terms), AGENT).id
    # When
    soon = datetime(2100, 1, 1, tzinfo=UTC)
    edit = EditPolicy(effective_from=soon, targets={"first_reply": timedelta(minutes=30)})
    sla.change_policy(executor, policy, edit, replace(AGENT, reason="We grew"))
    sla.change_calendar(executor, calendar, CorrectCalendar(correct_from=A_FRIDAY, closed=(A_FRIDAY,)), AGENT)
    catch_up(log, projector)
    # Then
    with projector.connection() as connection:
        (standard,) = policies.every(connection, "policy")
        berlin = policies.named(connection, "calendar", "Berlin")
        assert policies.named(connection, "calendar", "standard") is None
    assert [each["says"]["targets"] for each in standard.versions] == [
        {"first_reply": "PT1H"},
        {"first_reply": "PT30M"},
    ]
    assert [each["since"] for each in standard.versions] == [None, "2100-01-01T00:00:00Z"]
    assert [(each["reason"], each["author_id"]) for each in standard.versions] == [
        (None, AGENT.actor.id),
        ("We grew", AGENT.actor.id),
    ]
    assert berlin is not None
    first, second = berlin.versions
    assert first["says"]["hours"] == {"mon-fri": ["09:00-17:00"]}
    assert (second["corrects"], second["since"], second["says"]["closed"]) == (
        True,
        "2025-10-30T23:00:00Z",
        ["2025-10-31"],
    )
