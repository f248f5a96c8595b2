"""The bodies of requests about staff and teams."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.contract.bodies.fields import IdText
from domain.kernel.values import Frozen, Label, Remark
from domain.staff import ColleagueRole, Handle, Name


class TeamBody(Frozen):
    """The name of a team; each team has a name of its own."""

    name: Label


class Joining(Frozen):
    """A staff member."""

    handle: Handle
    name: Name
    roles: Annotated[tuple[ColleagueRole, ...], Field(min_length=1, max_length=5, fail_fast=True)] = ("agent",)
    team_id: IdText | None = None


class Moving(Frozen):
    """The team to which the staff member moves; null: out of every team."""

    team_id: IdText | None


class Roles(Frozen):
    """All roles of the staff member from now on."""

    roles: Annotated[tuple[ColleagueRole, ...], Field(min_length=1, max_length=5, fail_fast=True)]


class Departure(Frozen):
    """Why a staff member leaves. The reason is kept, and not sealed: no personal text."""

    reason: Remark | None = None


class StaffErasure(Frozen):
    """The grounds for erasing a staff member who left. The reason is kept, and not sealed: no personal text."""

    reason: Remark
