"""The view `rules`: policies and calendars with every version, its author and its time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from pydantic_core import to_jsonable_python

from domain.kernel.event import Event, Recorded
from domain.kernel.versioned import DatedRevision, given
from domain.service_level import calendar, policy
from domain.service_level.business_time import Calendar
from infra.postgres.database import Connection
from infra.views.columns import Document
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import Target, View

Kind = Literal["policy", "calendar"]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A policy or a calendar. `versions`, in the order of recording: `version`, from 1; `since`: when it begins (None:
    from the beginning); `corrects`: whether it corrects the past; `says`: the keys that it changes; `recorded_at`,
    `author_id`, `reason`."""

    id: str
    kind: Kind
    name: str
    versions: tuple[Document, ...]


_Reads = (
    policy.PolicyWritten | policy.PolicyEdited | policy.PolicyCorrected | calendar.CalendarWritten
    | calendar.CalendarEdited
    | calendar.CalendarCorrected
)  # fmt: skip


class RulesView(View[RuleRow, _Reads]):
    """Policies and calendars by id."""

    name = "rules"
    row = RuleRow
    key = ("id",)
    indexes = ("kind", "name")

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The policy, or the calendar."""
        yield (recorded.originator_id,)

    def fold(self, row: RuleRow | None, recorded: Recorded[_Reads]) -> RuleRow | None:
        """The row with one version more."""
        event = recorded.event
        match event:
            case policy.PolicyWritten():
                return RuleRow(
                    recorded.originator_id, "policy", event.policy_name, (_version(recorded, policy.PolicyRevision),)
                )
            case calendar.CalendarWritten():
                return RuleRow(
                    recorded.originator_id,
                    "calendar",
                    event.calendar_name,
                    (_version(recorded, calendar.CalendarRevision),),
                )
            case _ if row is None:
                return None
            case policy.PolicyEdited() | policy.PolicyCorrected():
                return replace(row, versions=(*row.versions, _version(recorded, policy.PolicyRevision)))
            case calendar.CalendarEdited() | calendar.CalendarCorrected():
                return replace(row, versions=(*row.versions, _version(recorded, calendar.CalendarRevision)))
            case _:
                assert_never(event)


def _version(recorded: Recorded[Event], keys: type[policy.PolicyRevision | calendar.CalendarRevision]) -> Document:
    event, envelope = recorded.event, recorded.envelope
    since: datetime | None
    match event:
        case policy.PolicyCorrected() | calendar.CalendarCorrected():
            since, corrects = event.correct_from, True
        case policy.PolicyEdited() | calendar.CalendarEdited():
            since, corrects = event.effective_from, False
        case _:
            since, corrects = None, False
    return {
        "version": recorded.originator_version,
        "since": to_jsonable_python(since),
        "corrects": corrects,
        "says": event.model_dump(mode="json", include=set(keys.model_fields), exclude_none=True),
        "recorded_at": to_jsonable_python(recorded.recorded_at),
        "author_id": envelope.actor.id,
        "reason": envelope.reason,
    }


RULES = RulesView()
_TABLE = Table(RULES)

POLICIES = Selection("policies", _TABLE, order=[("t.id", "text")], which="t.kind = 'policy'")
"""All policies, in the order in which they were written."""

CALENDARS = Selection("calendars", _TABLE, order=[("t.id", "text")], which="t.kind = 'calendar'")
"""All calendars, in the order in which they were written."""

ONE = Selection("rule", _TABLE, order=[("t.id", "text")], scope="t.id = %(id)s", which="t.kind = %(kind)s")
"""The policy or calendar `id`."""


def named(connection: Connection, kind: Kind, name: str) -> RuleRow | None:
    """The policy or calendar of this name; None where there is none."""
    rows = _TABLE.select(connection, "WHERE kind = %s AND name = %s AND NOT deleted", (kind, name))
    return rows[0] if rows else None


def by_id(connection: Connection, id: str) -> RuleRow | None:
    """The policy or calendar with this id; None where there is none."""
    rows = _TABLE.select(connection, "WHERE id = %s AND NOT deleted", (id,))
    return rows[0] if rows else None


def every(connection: Connection, kind: Kind) -> list[RuleRow]:
    """All of a kind, in the order in which they were written."""
    return _TABLE.select(connection, "WHERE kind = %s AND NOT deleted ORDER BY id", (kind,))


def calendar_of(row: RuleRow) -> Calendar:
    """The calendar with all its versions."""
    return calendar.calendar(
        [
            DatedRevision(
                each["version"],
                None if each["since"] is None else datetime.fromisoformat(each["since"]),
                given(calendar.CalendarRevision.model_validate(each["says"]), calendar.CalendarRevision),
            )
            for each in row.versions
        ]
    )
