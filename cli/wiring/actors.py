"""Actors, staff and teams by what was typed on the command line."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.staff import STAFF

As = Annotated[str | None, typer.Option("--as", metavar="HANDLE", help="Who acts: a staff member's handle.")]


def actor(executor: CommandExecutor, handle: str | None) -> Actor:
    """The staff member with their present roles and team; without a handle, the operator.

    Raises Refusal `staff-unknown`.
    """
    id = colleague(executor, handle)
    if id is None:
        return operator()
    member = executor.read(STAFF, id).existing(STAFF.kind).state
    return Actor(id=id, kind="agent", roles=member.roles, team=member.team_id)


def context(executor: CommandExecutor, handle: str | None, key: str | None) -> Context:
    """The context of a command that this staff member runs on the command line. Raises Refusal `staff-unknown`."""
    return Context(actor(executor, handle), command_id=key, client="cli")


def operator() -> Actor:
    """The operator: the login that runs the command line."""
    return Actor(id=f"operator-{getpass.getuser()}", kind="agent", roles=("operator",))


def gateway(channel: str) -> Actor:
    """The gateway that delivers messages of a channel."""
    return Actor(id=f"service-{channel}", kind="service")


def team(executor: CommandExecutor, name: str | None) -> str | None:
    """The id of the team with this name, if one is given. Raises Refusal `team-unknown`."""
    if name is None or (id := staffing.team_id(executor, name)):
        return id if name else None
    raise Refusal("team-unknown", f"there is no team {name}; form it with: antiphon team {name}")


def staff(executor: CommandExecutor, handle: str | None) -> str | None:
    """The id of the staff member with this handle, if one is given; also of one who left. Raises Refusal
    `staff-unknown`."""
    if handle is None or (id := staffing.staff_id(executor, handle)):
        return id if handle else None
    raise Refusal(
        "staff-unknown",
        f"nobody has the handle {handle}; check it, or add somebody new: antiphon join {handle} 'Their Name'",
    )


def colleague(executor: CommandExecutor, handle: str | None) -> str | None:
    """The id of the present staff member with this handle, if one is given. Raises Refusal `staff-unknown`."""
    id = staff(executor, handle)
    if id is not None and executor.read(STAFF, id).existing(STAFF.kind).state.left:
        raise Refusal("staff-unknown", f"{handle} left; take them back with: antiphon join {handle} 'Their Name'")
    return id
