"""Who answers: taken up, put into teams, given roles, and gone."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Response

from api.contract import bodies
from api.edge.parts import Id, TheContext, TheParts, done, open_work
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from commands.staff import handlers as staffing
from commands.staff import leaving
from domain.staff import ChangeRoles, FormTeam, JoinStaff, LeaveStaff, MoveStaff

router = APIRouter(route_class=StrictJSON, tags=["staff"])


@router.post("/teams", **changing("lead", status=201))
def form_team(body: bodies.TeamBody, parts: TheParts, context: TheContext) -> Response:
    """Form a team; the one that has the name already, if there is one."""
    return done(staffing.form_team(parts.executor, FormTeam(**dict(body)), context), 201)


@router.post("/staff", **changing("lead", codes=("not-found",), status=201))
def join(body: bodies.Joining, parts: TheParts, context: TheContext) -> Response:
    """Take up a staff member; whoever has the handle already, if somebody has. Where they left, they come back, with
    what is said now."""
    return done(staffing.join(parts.executor, JoinStaff(**dict(body)), context), 201)


@router.put("/staff/{id}/team", **changing("lead", codes=("not-found", "staff-left")))
def move(id: Id, body: bodies.Moving, parts: TheParts, context: TheContext) -> Response:
    """Put somebody into another team, or into none."""
    return done(staffing.move(parts.executor, MoveStaff(staff_id=id, **dict(body)), context))


@router.put("/staff/{id}/roles", **changing("lead", codes=("not-found", "staff-left")))
def change_roles(id: Id, body: bodies.Roles, parts: TheParts, context: TheContext) -> Response:
    """Give somebody these roles, and take all others, within two seconds."""
    return done(staffing.change_roles(parts.executor, ChangeRoles(staff_id=id, **dict(body)), context))


@router.put("/staff/{id}/departure", **changing("lead", codes=("not-found", "position-not-reached")))
def leave(id: Id, body: bodies.Departure, parts: TheParts, context: TheContext) -> Response:
    """Somebody does not work here any more: within two seconds their tokens let nobody in. Whatever they have that is
    not closed is nobody's from then on, in the team it has; asked again after an error, the rest of it."""
    because = replace(context, reason=body.reason)
    return done(leaving.leave(parts.executor, LeaveStaff(staff_id=id), because, open_work(parts)))
