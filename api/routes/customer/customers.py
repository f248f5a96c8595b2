"""The routes of commands on customers: register, merge, separate, erase; and who has a contact point."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.contract import bodies
from api.edge.access import Guarded
from api.edge.parts import Done, Id, TheContext, TheParts, ask, done
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.queries import READERS, reading
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint, find
from commands.customer.links import linked, shown_as
from domain.customer import ContactKind, EraseCustomer, MergeCustomer, Name, RegisterCustomer, SeparateCustomer
from domain.kernel.refusal import NotFound

router = APIRouter(route_class=StrictJSON, tags=["customers"])
by_contact = APIRouter(route_class=Guarded, tags=["customers"])
"""Before the routes of one customer, whose ids its path would be taken for."""


class ContactHolder(BaseModel):
    """Whose a contact point is. `shown_as`: the customer into whom they were merged, or the same id. `compared`: the
    form in which the contact point is compared with others. `shared`: several people use it."""

    customer_id: str
    shown_as: str
    compared: str
    shared: bool


@by_contact.get(
    "/customers/by-contact",
    **reading(ContactHolder, *READERS, codes=("not-found",), shows=()),
)
def read_by_contact(
    parts: TheParts,
    kind: Annotated[ContactKind, Query(description="What kind of contact point it is.", examples=["mail"])],
    value: Annotated[Name, Query(description="An address, number or name, in any form.", examples=["ada@example.org"])],
) -> ContactHolder:
    """Find the customer whose an address or a number is, however it is written."""
    contact = ContactPoint(kind, value)
    if (id := find(parts.executor, contact)) is None:
        raise NotFound("the contact point")
    return ContactHolder(
        customer_id=id,
        shown_as=shown_as(parts.executor.read, id),
        compared=contact.compared(parts.executor.region),
        shared=parts.executor.find(*contact.shared_key(parts.executor.region)) is not None,
    )


class ErasureDone(Done):
    """The customer whose erasure was asked for, and all linked customers who are erased, too."""

    erased: list[str]


@router.post("/customers", **changing(RegisterCustomer, codes=("customer-erased", "contact-points-differ"), status=201))
def register(body: bodies.CustomerBody, parts: TheParts, context: TheContext) -> Response:
    """Register a customer by contact points, or find the customer of the first known point and add the other points."""
    contacts = [ContactPoint(each.kind, each.value, each.name) for each in body.contacts]
    return done(customers.register(parts.executor, contacts, context), 201)


@router.post(
    "/customers/{id}/merge",
    **changing(
        MergeCustomer,
        codes=("not-found", "merge-with-itself", "merged-already", "target-merged", "merge-cycle", "customer-erased"),
    ),
)  # fmt: skip
def merge(id: Id, body: bodies.MergeBody, parts: TheParts, context: TheContext) -> Response:
    """Merge a customer with another, who is the same person and is shown with all that is theirs from now on. Nothing
    is moved: the merge can be undone at any time, exactly."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, MergeCustomer(customer_id=id, into=body.into), because))


@router.post(
    "/customers/{id}/separation",
    **changing(SeparateCustomer, codes=("not-found", "not-merged", "merge-relied-on", "customer-erased")),
)
def separate(id: Id, body: bodies.Separation, parts: TheParts, context: TheContext) -> Response:
    """Undo a merge: the two are different people. What each of them said stays their own."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, SeparateCustomer(customer_id=id), because))


@router.post(
    "/customers/{id}/erasure",
    **changing(EraseCustomer, codes=("not-found", "position-not-reached"), model=ErasureDone),
)
def erase(id: Id, body: bodies.Erasure, parts: TheParts, context: TheContext) -> Response:
    """Erase a customer for good, with every merged customer: what they said and who they were. What happened still
    counts."""
    answer = ask(parts, EraseCustomer(customer_id=id), replace(context, reason=body.reason))
    return done(answer, erased=linked(parts.executor.read, id))
