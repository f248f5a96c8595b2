"""The routes of commands on staff and teams."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Response

from api.contract.bodies import staff as bodies
from api.edge.parts import Id, TheContext, TheParts, ask, done
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.hold import MayWait, may_wait
from domain.staff import ChangeRoles, EraseStaff, FormTeam, JoinStaff, LeaveStaff, MoveStaff

router = APIRouter(route_class=StrictJSON, tags=["staff"])


@router.post("/teams", **changing(FormTeam, status=201))
def form_team(body: bodies.TeamBody, parts: TheParts, context: TheContext) -> Response:
    """Form a team. If a team has the name already, the answer is that team."""
    return done(ask(parts, FormTeam(name=body.name), context), 201)


@router.post("/staff", **changing(JoinStaff, codes=("not-found", "handle-reused"), status=201))
def join(body: bodies.Joining, parts: TheParts, context: TheContext) -> Response:
    """Add a staff member. The same again finds the owner of the handle; an owner who left comes back, with the data
    given now."""
    command = JoinStaff(handle=body.handle, name=body.name, roles=body.roles, team_id=body.team_id)
    return done(ask(parts, command, context), 201)


@router.put("/staff/{id}/team", **changing(MoveStaff, codes=("not-found", "staff-left")))
def move(id: Id, body: bodies.Moving, parts: TheParts, context: TheContext) -> Response:
    """Move a staff member to another team, or out of every team."""
    return done(ask(parts, MoveStaff(staff_id=id, team_id=body.team_id), context))


@router.put("/staff/{id}/roles", **changing(ChangeRoles, codes=("not-found", "staff-left")))
def change_roles(id: Id, body: bodies.Roles, parts: TheParts, context: TheContext) -> Response:
    """Set all roles of a staff member, in force within two seconds."""
    return done(ask(parts, ChangeRoles(staff_id=id, roles=body.roles), context))


@router.put("/staff/{id}/departure", **changing(LeaveStaff, codes=("not-found", "position-not-reached")))
def leave(id: Id, body: bodies.Departure, parts: TheParts, context: TheContext) -> Response:
    """Record that a staff member left. Within two seconds, their tokens let nobody in. Their open conversations go back
    to the teams, unassigned; a repeat after an error does the rest."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, LeaveStaff(staff_id=id), because))


@router.post(
    "/staff/{id}/erasure",
    **changing(EraseStaff, codes=("not-found", "staff-not-left", "position-not-reached"), model=MayWait),
)
def erase_staff(id: Id, body: bodies.StaffErasure, parts: TheParts, context: TheContext) -> Response:
    """Erase a staff member who left, for good: name and handle. What they did, and said for the company, stays under
    their id."""
    return may_wait(ask(parts, EraseStaff(staff_id=id), replace(context, reason=body.reason)), id)
