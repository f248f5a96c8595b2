"""The use case "put in force": what a file says is one append, each of its entries decided on those before it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from commands.service_level.putting_in_force import put_in_force
from domain.kernel.refusal import Refusal
from domain.service_level.calendar import WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy_file import PoliciesInFile
from infra.log.application import Log
from tests.support.companies import AGENT, names
from tests.support.recorded import events_of

WRITTEN = PoliciesInFile.model_validate(
    {
        "calendars": {"Berlin": {"zone": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}}},
        "policies": {"standard": {"calendar": "Berlin", "targets": {"first_reply": "PT1H"}}},
    }
)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_a_new_policy_names_a_calendar_of_the_same_file(executor: CommandExecutor, log: Log) -> None:
    # When
    (name, calendar), (other, policy) = put_in_force(executor, WRITTEN, AGENT)
    # Then both are there, at one position
    assert (name, other) == ("Berlin", "standard")
    assert names(log, calendar.id) == ["calendar.written"]
    assert names(log, policy.id) == ["policy.written"]
    assert calendar.position == policy.position == log.position()


def test_a_date_is_midnight_in_the_zone_the_file_gives(executor: CommandExecutor) -> None:
    # Given
    _, (_, policy) = put_in_force(executor, WRITTEN, AGENT)
    # When the same file moves the calendar to another zone, and edits the policy that goes by it
    moved = PoliciesInFile.model_validate(
        {
            "calendars": {"Berlin": {"zone": "Asia/Tokyo"}},
            "policies": {"standard": {"targets": {"first_reply": "PT2H"}}},
        }
    )
    put_in_force(executor, moved, AGENT, correct_from="2026-01-01")
    # Then
    said = executor.read(policy.id).state.revisions[-1]
    assert said.since == datetime(2025, 12, 31, 15, tzinfo=UTC)


def test_a_date_to_come_is_an_edit_and_one_that_was_a_correction(executor: CommandExecutor, log: Log) -> None:
    # Given
    (_, calendar), (_, policy) = put_in_force(executor, WRITTEN, AGENT)
    changed = PoliciesInFile.model_validate(
        {
            "calendars": {"Berlin": {"hours": {"sat": ["09:00-12:00"]}}},
            "policies": {"standard": {"targets": {"first_reply": "PT2H"}}},
        }
    )
    # When
    put_in_force(executor, changed, AGENT, effective_from="2100-01-01")
    put_in_force(executor, changed, AGENT, correct_from="2026-01-01")
    # Then
    assert names(log, calendar.id)[1:] == ["calendar.edited", "calendar.corrected"]
    assert names(log, policy.id)[1:] == ["policy.edited", "policy.corrected"]
    # What a calendar says of zones and holidays is kept with the data that it was made with.
    written = events_of(log, calendar.id)[0]
    assert re.fullmatch(r"tzdata \d+\.\d+", written.zone_data)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ({"policies": {"standard": {"targets": {"first_reply": "PT2H"}}}}, "policy-exists"),
        ({"calendars": {"Berlin": {"zone": "Europe/Paris"}}}, "calendar-exists"),
        ({"policies": {"new": {"calendar": "Nowhere", "targets": {}}}}, "calendar-unknown"),
        ({"policies": {"new": {"targets": {"first_reply": "PT2H"}}}}, "input-invalid"),
        ({"calendars": {"new": {"zone": "Europe/Paris", "hours": {"sat": ["25:00-26:00"]}}}}, "opening-hours-invalid"),
    ],
)
def test_one_entry_that_is_refused_keeps_out_all(
    executor: CommandExecutor, log: Log, file: dict[str, dict[str, object]], code: str
) -> None:
    # Given a file that is put in force, and another with an entry that is good by itself
    put_in_force(executor, WRITTEN, AGENT)
    end = log.position()
    good = {"Tokyo": {"zone": "Asia/Tokyo", "hours": {"mon-fri": ["09:00-17:00"]}}}
    said = PoliciesInFile.model_validate({**file, "calendars": {**good, **file.get("calendars", {})}})
    # When
    with pytest.raises(Refusal) as refusal:
        put_in_force(executor, said, AGENT)
    # Then
    assert refusal.value.code == code
    assert log.position() == end
    assert executor.find("calendar-name", "Tokyo") is None


def test_two_dates_are_refused(executor: CommandExecutor) -> None:
    with pytest.raises(Refusal, match="input-invalid"):
        put_in_force(executor, WRITTEN, AGENT, effective_from="2100-01-01", correct_from="2026-01-01")


def test_a_file_put_again_under_its_own_key_adds_nothing(executor: CommandExecutor, log: Log) -> None:
    # Given
    keyed = replace(AGENT, command_id="rules-1")
    first = put_in_force(executor, WRITTEN, keyed)
    end = log.position()
    # Then
    assert put_in_force(executor, WRITTEN, keyed) == [(name, replace(each, repeated=True)) for name, each in first]
    assert log.position() == end


def test_who_writes_the_name_first_keeps_it(executor: CommandExecutor, log: Log) -> None:
    # Given a name that somebody took
    hours = OpeningHours(zone="UTC", hours={"mon-fri": ("09:00-17:00",)})
    taken = sla.write_calendar(executor, WriteCalendar(name="Berlin", opening_hours=hours), AGENT).id
    # When
    (_, calendar), _ = put_in_force(executor, WRITTEN, AGENT, correct_from="2026-01-01")
    # Then
    assert calendar.id == taken
    assert names(log, taken) == ["calendar.written", "calendar.corrected"]
