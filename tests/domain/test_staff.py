"""What may happen to a staff member: who left can only come back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.staff import (
    ChangeRoles,
    JoinStaff,
    LeaveStaff,
    Moved,
    MoveStaff,
    RolesChanged,
    Staff,
    StaffJoined,
    StaffLeft,
    decide_staff,
    evolve_staff,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
JOINED = StaffJoined(staff_id="staff-1", handle="bo", name="Bo", roles=("agent", "lead"), team_id="team-1")
LEFT = StaffLeft(staff_id="staff-1")
AGAIN = JoinStaff(staff_id="staff-1", handle="bo", name="Bo Lind", roles=("design",))


def after(*events: Any) -> Staff | None:
    """Somebody to whom this happened."""
    state = None
    for event in events:
        state = evolve_staff(state, event)
    return state


@pytest.mark.parametrize(
    ("before", "command", "events"),
    [
        (
            [JOINED],
            ChangeRoles(staff_id="staff-1", roles=("agent",)),
            [RolesChanged(staff_id="staff-1", roles=("agent",), previous_roles=("agent", "lead"))],
        ),
        ([JOINED], ChangeRoles(staff_id="staff-1", roles=("lead", "agent")), []),
        ([JOINED], LeaveStaff(staff_id="staff-1"), [LEFT]),
        ([JOINED, LEFT], LeaveStaff(staff_id="staff-1"), []),
        ([JOINED, LEFT], AGAIN, [StaffJoined(staff_id="staff-1", handle="bo", name="Bo Lind", roles=("design",))]),
    ],
)
def test_what_happens(before: list[Event], command: JoinStaff, events: list[Event]) -> None:
    assert decide_staff(after(*before), command, NOW) == events


@pytest.mark.parametrize(
    ("before", "command", "code"),
    [
        ([], ChangeRoles(staff_id="staff-1", roles=("agent",)), "not-found"),
        ([], LeaveStaff(staff_id="staff-1"), "not-found"),
        ([JOINED], AGAIN, "staff-exists"),
        ([JOINED, LEFT], ChangeRoles(staff_id="staff-1", roles=("agent", "lead")), "staff-left"),
        ([JOINED, LEFT], MoveStaff(staff_id="staff-1", team_id="team-1"), "staff-left"),
    ],
)
def test_what_is_refused(before: list[Event], command: JoinStaff, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        decide_staff(after(*before), command, NOW)
    assert refused.value.code == code


def test_who_comes_back_has_what_is_said_then() -> None:
    changed = RolesChanged(staff_id="staff-1", roles=("lead",), previous_roles=("agent", "lead"))
    moved = Moved(staff_id="staff-1", team_id="team-2", previous_team_id="team-1")
    assert after(JOINED, changed, moved) == Staff(("lead",), "team-2")
    assert after(JOINED, changed, moved, LEFT) == Staff(("lead",), "team-2", left=True)
    assert after(JOINED, changed, moved, LEFT, JOINED) == Staff(("agent", "lead"), "team-1")
