"""A calendar that is always open and a policy for inquiries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from domain.kernel.ids import new_id
from domain.service_level.calendar import WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import Metric, Selects, Terms
from domain.service_level.policy_decisions import WritePolicy
from tests.support.companies import AGENT

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def policy_for_inquiries(
    executor: CommandExecutor,
    *,
    hour: timedelta = timedelta(hours=1),
    metric: Metric = "first_reply",
    opens: bool = True,
    since: datetime | None = LONG_AGO,
    **more: Any,
) -> str:
    """First replies, or something else, within an hour, at any time; or by a calendar that never opens. `since`: as a
    correction; None: from now on. The policy's id."""
    hours = {"mon-sun": ("00:00-24:00",)} if opens else {}
    always = WriteCalendar(name=new_id("calendar"), opening_hours=OpeningHours(zone="UTC", hours=hours))
    calendar_id = sla.write_calendar(executor, always, AGENT).id
    terms = Terms(
        **{"calendar_id": calendar_id, "targets": {metric: hour}, "selects": Selects(kinds=("inquiry",)), **more}
    )
    write = WritePolicy(name=new_id("policy"), terms=terms, correct_from=since)
    return sla.write_policy(executor, write, AGENT).id
