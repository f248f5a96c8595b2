"""What waits for a second person, as if the company's policy wanted one."""

from __future__ import annotations

from datetime import datetime, timedelta

from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Change, UnitOfWork
from domain.confirmation import ConfirmationRequested, Confirmations, evolve, request, stream_of
from tests.support.companies import AGENT


def asked(person_id: str, now: datetime, asked_by: str) -> tuple[str, list[ConfirmationRequested]]:
    """The id of what waits for an hour, and its event."""
    event = ConfirmationRequested(
        confirmation_id="",
        person_id=person_id,
        act="erasure",
        asked_by=asked_by,
        expires_at=now + timedelta(hours=1),
    )
    id, events = request(None, event, now)
    return id, [each for each in events if isinstance(each, ConfirmationRequested)]


def waiting(now: datetime) -> Confirmations:
    """The erasure of customer-1 waits, for which staff-1 asked; its id is confirmation-1-1."""
    _, (event,) = asked("customer-1", now, "staff-1")
    found = evolve(None, event)
    assert found is not None
    return found


def let_wait(executor: CommandExecutor, person_id: str) -> str:
    """Let the erasure of this person wait, for which the operator asked. Answers its id."""
    id, events = asked(person_id, executor.clock(), "operator-1")
    work = UnitOfWork(id, [Change(stream_of(person_id), NOTHING, events)])
    return executor.run(AGENT, lambda: work).id
