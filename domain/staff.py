"""Staff, the people who answer, and their teams."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from domain.kernel.event import Event, Upcast, unchanged
from domain.kernel.ids import new_id
from domain.kernel.personal import Personal
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.values import Frozen, Label

Role = Literal["agent", "lead", "design", "auditor", "service", "privacy"]
ColleagueRole = Literal["agent", "lead", "design", "auditor", "privacy"]
"""The roles of staff; `privacy`: data protection officers. Who may speak for customers is a service, and no
colleague."""
_WORD = r"^\S+$"
# pydantic leaves the pattern of a function-checked field out of the schema.
Handle = Annotated[Text, Field(min_length=1, max_length=100, pattern=_WORD, json_schema_extra={"pattern": _WORD})]
"""The short name of a colleague on the command line."""
Name = Annotated[Text, Field(min_length=1, max_length=500)]


class StaffJoined(Event, name="staff.joined", published_as=None):
    """A staff member joined, or came back."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}  # since version 2, there is the role `privacy`

    staff_id: str
    handle: Annotated[Text, Personal("staff_id")]
    name: Annotated[Text, Personal("staff_id")]
    roles: tuple[Role, ...]
    team_id: str | None = None


class Moved(Event, name="staff.moved", published_as=None):
    """A staff member went to another team."""

    staff_id: str
    team_id: str | None
    previous_team_id: str | None


class RolesChanged(Event, name="staff.roles-changed", published_as=None):
    """The roles of a staff member changed. `roles` are all their roles from now on."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}  # as of `StaffJoined`

    staff_id: str
    roles: tuple[Role, ...]
    previous_roles: tuple[Role, ...]


class StaffLeft(Event, name="staff.left", published_as=None):
    """A staff member left."""

    staff_id: str


class StaffErased(Event, name="staff.erased", published_as=None):
    """A staff member who left was erased: the key is destroyed, and the name and the handle are wiped. What they did,
    and said for the company, stays under their id."""

    keeps_reason = True
    wipes = True

    staff_id: str


class TeamFormed(Event, name="team.formed", published_as=None):
    """A team was formed."""

    team_id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Staff:
    """The aggregate state of a staff member."""

    roles: tuple[Role, ...]
    team_id: str | None
    left: bool = False
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """The aggregate state of a team."""

    name: str


StaffEvent = StaffJoined | Moved | RolesChanged | StaffLeft | StaffErased


def evolve_staff(state: Staff | None, event: StaffEvent) -> Staff | None:
    """Fold one event into a staff member's state."""
    if isinstance(event, StaffJoined):
        return Staff(event.roles, event.team_id)
    if state is None:
        return None
    match event:
        case Moved():
            return replace(state, team_id=event.team_id)
        case RolesChanged():
            return replace(state, roles=event.roles)
        case StaffLeft():
            return replace(state, left=True)
        case StaffErased():
            return replace(state, erased=True)
        case _:
            assert_never(event)


def evolve_team(state: Team | None, event: TeamFormed) -> Team | None:
    """Fold one event into a team's state."""
    return Team(event.name)


STAFF = Stream("staff", StaffEvent, evolve_staff)
TEAM = Stream("team", TeamFormed, evolve_team)


class JoinStaff(Frozen):
    """Add a staff member, or take one back who left, with the data given now."""

    handle: Handle
    name: Name
    roles: tuple[ColleagueRole, ...] = ("agent",)
    team_id: str | None = None
    staff_id: str = Field(default_factory=lambda: new_id("staff"))


class MoveStaff(Frozen):
    """Move a staff member to another team, or out of every team."""

    staff_id: str
    team_id: str | None


class ChangeRoles(Frozen):
    """Set all roles of a staff member."""

    staff_id: str
    roles: tuple[ColleagueRole, ...]


class LeaveStaff(Frozen):
    """Record that a staff member left."""

    staff_id: str


class EraseStaff(Frozen):
    """Erase a staff member who left: who they were. What they did stays."""

    staff_id: str


class FormTeam(Frozen):
    """Form a team. Each team has a name of its own."""

    name: Label
    team_id: str = Field(default_factory=lambda: new_id("team"))


def decide_staff(
    state: Staff | None, command: JoinStaff | MoveStaff | ChangeRoles | LeaveStaff | EraseStaff, now: datetime
) -> list[Event]:
    """Decide the events of a command; [] where the command changes nothing. Raises Refusal: `not-found`,
    `staff-exists`, `staff-left`, `staff-not-left`."""
    if isinstance(command, JoinStaff):
        if state is not None and (state.erased or not state.left):
            raise Refusal("staff-exists", "this staff member joined before; draw a new id")
        return [
            StaffJoined(
                staff_id=command.staff_id,
                handle=command.handle,
                name=command.name,
                roles=command.roles,
                team_id=command.team_id,
            )
        ]
    if state is None:
        raise NotFound(command.staff_id)
    id = command.staff_id
    if isinstance(command, LeaveStaff):
        return [] if state.left else [StaffLeft(staff_id=id)]
    if isinstance(command, EraseStaff):
        if not state.left:
            raise Refusal("staff-not-left", "they work here; record that they left first, and then erase them")
        return [] if state.erased else [StaffErased(staff_id=id)]
    if state.left:
        raise Refusal("staff-left", "they left; have them join again first, with the same handle")
    if isinstance(command, MoveStaff):
        if state.team_id == command.team_id:
            return []
        return [Moved(staff_id=id, team_id=command.team_id, previous_team_id=state.team_id)]
    if set(state.roles) == set(command.roles):
        return []
    return [RolesChanged(staff_id=id, roles=command.roles, previous_roles=state.roles)]


def decide_team(state: Team | None, command: FormTeam, now: datetime) -> list[Event]:
    """Decide the events of a command. Raises Refusal `team-exists`."""
    if state is not None:
        raise Refusal("team-exists", "this team was formed before; draw a new id")
    return [TeamFormed(team_id=command.team_id, name=command.name)]
