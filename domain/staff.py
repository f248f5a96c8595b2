"""The people who answer, and their teams."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.interaction import Label
from domain.kernel import Event, Frozen, Personal, Text, new_id
from domain.refusal import NotFound, Refusal

Role = Literal["agent", "lead", "design", "auditor", "service"]
_WORD = r"^\S+$"
# pydantic leaves the pattern out of the schema of what is checked by a function, too.
Handle = Annotated[Text, Field(min_length=1, max_length=100, pattern=_WORD, json_schema_extra={"pattern": _WORD})]
"""The short word colleagues call them by on the command line."""
Name = Annotated[Text, Field(min_length=1, max_length=500)]


class Joined(Event, name="staff.joined"):
    """Somebody began to work here."""

    staff_id: str
    handle: Annotated[Handle, Personal("staff_id")]
    name: Annotated[Name, Personal("staff_id")]
    roles: tuple[Role, ...]
    team_id: str | None = None


class Moved(Event, name="staff.moved"):
    """They went to another team."""

    staff_id: str
    team_id: str | None
    previous_team_id: str | None


class TeamFormed(Event, name="team.formed"):
    """There is a new team."""

    team_id: str
    name: Label


@dataclass(frozen=True, slots=True)
class Staff:
    """A staff member as their events left them."""

    roles: tuple[Role, ...]
    team_id: str | None


@dataclass(frozen=True, slots=True)
class Team:
    """A team."""

    name: str


def evolve_staff(state: Staff | None, event: Event) -> Staff | None:
    """The staff member after one more event."""
    match event:
        case Joined():
            return Staff(event.roles, event.team_id)
        case Moved() if state is not None:
            return replace(state, team_id=event.team_id)
        case _:
            return state


def evolve_team(state: Team | None, event: Event) -> Team | None:
    """The team after one more event."""
    return Team(event.name) if isinstance(event, TeamFormed) else state


class JoinStaff(Frozen):
    """Take up a staff member."""

    handle: Handle
    name: Name
    roles: tuple[Role, ...] = ("agent",)
    team_id: str | None = None
    staff_id: str = Field(default_factory=lambda: new_id("staff"))


class MoveStaff(Frozen):
    """Put them into another team, or into none."""

    staff_id: str
    team_id: str | None


class FormTeam(Frozen):
    """Make a team. Its name is its own: one team of a name."""

    name: Label
    team_id: str = Field(default_factory=lambda: new_id("team"))


def decide_staff(state: Staff | None, command: JoinStaff | MoveStaff, now: datetime) -> list[Event]:
    """What the command makes happen; [] where it changes nothing. Raises Refusal: `not-found`, `staff-exists`."""
    if isinstance(command, JoinStaff):
        if state is not None:
            raise Refusal("staff-exists", "this staff member joined before; draw a new id")
        return [Joined(**dict(command))]
    if state is None:
        raise NotFound(command.staff_id)
    if state.team_id == command.team_id:
        return []
    return [Moved(staff_id=command.staff_id, team_id=command.team_id, previous_team_id=state.team_id)]


def decide_team(state: Team | None, command: FormTeam, now: datetime) -> list[Event]:
    """What the command makes happen. Raises Refusal `team-exists`."""
    if state is not None:
        raise Refusal("team-exists", "this team was formed before; draw a new id")
    return [TeamFormed(team_id=command.team_id, name=command.name)]
