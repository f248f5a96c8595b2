"""The routes that put a customer right: name, language, segment and contact points, each with the reason."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Response

from api.contract.bodies import customer as bodies
from api.edge.parts import Id, TheContext, TheParts, ask, done
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from domain.customer import (
    AddContactPoint,
    ChangeLanguage,
    ChangeName,
    ChangeSegment,
    ClearContactPoint,
    MoveContactPoint,
    RemoveContactPoint,
    ShareContactPoint,
)

router = APIRouter(route_class=StrictJSON, tags=["customers"])

OF_ONE = ("not-found", "customer-erased")
OF_ITS_OWN = (*OF_ONE, "contact-point-unknown")


@router.put("/customers/{id}/name", **changing(ChangeName, codes=OF_ONE))
def change_name(id: Id, body: bodies.NameBody, parts: TheParts, context: TheContext) -> Response:
    """Set or change the name. A name that a gateway tells later does not replace it."""
    command = ChangeName(customer_id=id, name=body.name)
    return done(ask(parts, command, replace(context, reason=body.reason)))


@router.put("/customers/{id}/language", **changing(ChangeLanguage, codes=OF_ONE))
def change_language(id: Id, body: bodies.LanguageBody, parts: TheParts, context: TheContext) -> Response:
    """Set or change the language in which the customer writes. What the customer chose stays chosen."""
    command = ChangeLanguage(customer_id=id, language=body.language)
    return done(ask(parts, command, replace(context, reason=body.reason)))


@router.put("/customers/{id}/segment", **changing(ChangeSegment, codes=OF_ONE))
def change_segment(id: Id, body: bodies.SegmentBody, parts: TheParts, context: TheContext) -> Response:
    """Set or change the company's own grouping of the customer."""
    command = ChangeSegment(customer_id=id, segment=body.segment)
    return done(ask(parts, command, replace(context, reason=body.reason)))


@router.post(
    "/customers/{id}/contact-points",
    **changing(AddContactPoint, codes=(*OF_ONE, "contact-point-taken", "contact-point-unusable"), status=201),
)
def add_contact_point(id: Id, body: bodies.ContactPointBody, parts: TheParts, context: TheContext) -> Response:
    """Add a contact point. Whoever writes from there is this customer, unless the contact point is shared."""
    command = AddContactPoint(customer_id=id, contact_kind=body.kind, value=body.value)
    return done(ask(parts, command, replace(context, reason=body.reason)), 201)


@router.post("/customers/{id}/contact-points/removal", **changing(RemoveContactPoint, codes=OF_ITS_OWN))
def remove_contact_point(id: Id, body: bodies.ContactPointBody, parts: TheParts, context: TheContext) -> Response:
    """Take a contact point away. Whoever writes from there later is somebody new."""
    command = RemoveContactPoint(customer_id=id, contact_kind=body.kind, value=body.value)
    return done(ask(parts, command, replace(context, reason=body.reason)))


@router.post("/customers/{id}/contact-points/move", **changing(MoveContactPoint, codes=OF_ITS_OWN))
def move_contact_point(id: Id, body: bodies.MovedContactPoint, parts: TheParts, context: TheContext) -> Response:
    """Give a contact point to another customer, such as a number with a new owner. What was said stays where it is."""
    command = MoveContactPoint(customer_id=id, contact_kind=body.kind, value=body.value, into=body.into)
    return done(ask(parts, command, replace(context, reason=body.reason)))


@router.put("/customers/{id}/contact-points/sharing", **changing(ShareContactPoint, codes=OF_ITS_OWN))
def share_contact_point(id: Id, body: bodies.SharedContactPoint, parts: TheParts, context: TheContext) -> Response:
    """Mark a contact point as one that several people use, or undo that. Nobody is known by a shared one: each new
    exchange from there is a new customer's, until people merge them."""
    command = ShareContactPoint(customer_id=id, contact_kind=body.kind, value=body.value, shared=body.shared)
    return done(ask(parts, command, replace(context, reason=body.reason)))


@router.post("/customers/{id}/contact-points/clearance", **changing(ClearContactPoint, codes=OF_ITS_OWN))
def clear_contact_point(id: Id, body: bodies.ContactPointBody, parts: TheParts, context: TheContext) -> Response:
    """Let a contact point count as failing no longer: somebody knows that it works. Its failures so far count no
    more."""
    command = ClearContactPoint(customer_id=id, contact_kind=body.kind, value=body.value)
    return done(ask(parts, command, replace(context, reason=body.reason)))
