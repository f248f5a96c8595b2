"""Who answers: taken up, put into teams, given roles, and gone."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Response

from api.contract import bodies
from api.edge.parts import Id, TheContext, TheParts, ask, done
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from domain.staff import ChangeRoles, FormTeam, JoinStaff, LeaveStaff, MoveStaff

router = APIRouter(route_class=StrictJSON, tags=["staff"])


@router.post("/teams", **changing(FormTeam, status=201))
def form_team(body: bodies.TeamBody, parts: TheParts, context: TheContext) -> Response:
    """Form a team; the one that has the name already, if there is one."""
    return done(ask(parts, FormTeam(name=body.name), context), 201)


@router.post("/staff", **changing(JoinStaff, codes=("not-found",), status=201))
def join(body: bodies.Joining, parts: TheParts, context: TheContext) -> Response:
    """Take up a staff member; whoever has the handle already, if somebody has. Where they left, they come back, with
    what is said now."""
    command = JoinStaff(handle=body.handle, name=body.name, roles=body.roles, team_id=body.team_id)
    return done(ask(parts, command, context), 201)


@router.put("/staff/{id}/team", **changing(MoveStaff, codes=("not-found", "staff-left")))
def move(id: Id, body: bodies.Moving, parts: TheParts, context: TheContext) -> Response:
    """Put somebody into another team, or into none."""
    return done(ask(parts, MoveStaff(staff_id=id, team_id=body.team_id), context))


@router.put("/staff/{id}/roles", **changing(ChangeRoles, codes=("not-found", "staff-left")))
def change_roles(id: Id, body: bodies.Roles, parts: TheParts, context: TheContext) -> Response:
    """Give somebody these roles, and take all others, within two seconds."""
    return done(ask(parts, ChangeRoles(staff_id=id, roles=body.roles), context))


@router.put("/staff/{id}/departure", **changing(LeaveStaff, codes=("not-found", "position-not-reached")))
def leave(id: Id, body: bodies.Departure, parts: TheParts, context: TheContext) -> Response:
    """Somebody does not work here any more: within two seconds their tokens let nobody in. Whatever they have that is
    not closed is nobody's from then on, in the team it has; asked again after an error, the rest of it."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, LeaveStaff(staff_id=id), because))
