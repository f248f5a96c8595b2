"""The routes of commands on customers: register, merge, separate, erase; who has a contact point, and who there is."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.contract.bodies import customer as bodies
from api.contract.bodies.erasing import Erasure
from api.contract.bodies.merging import MergeBody, Separation
from api.edge.access import Guarded
from api.edge.json_documents import page
from api.edge.parts import AtLeast, Cursor, Id, Limit, TheContext, TheParts, ask, done, json_answer
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.hold import MayWait, is_waiting, may_wait
from api.routes.reading import READERS, read_page, reading
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint, find
from commands.customer.links import linked, shown_as
from commands.hold import erased
from commands.registry import DESK, Role
from domain.customer import ContactKind, EraseCustomer, MergeCustomer, Name, RegisterCustomer, SeparateCustomer
from domain.kernel.refusal import NotFound
from projections.customer import contacts

router = APIRouter(route_class=StrictJSON, tags=["customers"])
COLLEAGUES: tuple[Role, ...] = (*DESK, "auditor")
"""The people here who may look through all customers; no program needs that."""

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
    **reading(ContactHolder, *READERS, "privacy", codes=("not-found",), shows=()),
)
def read_by_contact(
    parts: TheParts,
    kind: Annotated[ContactKind, Query(description="What kind of contact point it is.", examples=["mail"])],
    value: Annotated[Name, Query(description="An address, number or name, in any form.", examples=["ada@example.org"])],
) -> ContactHolder:
    """Find the customer who has an address or a number, in any spelling."""
    contact = ContactPoint(kind, value)
    if (id := find(parts.executor, contact)) is None:
        raise NotFound("a customer with this contact point", check="its kind and its value")
    return ContactHolder(
        customer_id=id,
        shown_as=shown_as(parts.executor.read, id),
        compared=contact.compared(parts.executor.comparing),
        shared=parts.executor.find(*contact.shared_key(parts.executor.comparing)) is not None,
    )


class CustomersPage(BaseModel):
    """Customers with how each can be reached, in the order in which they became known: also those who were merged into
    others, and those who were erased, of whom nothing is left to show."""

    position: int
    customers: list[contacts.ContactRow]
    cursor: str | None


@by_contact.get("/customers", **reading(CustomersPage, *COLLEAGUES))
async def read_customers(parts: TheParts, at_least: AtLeast, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """The customers, a page at a time."""
    rows = await read_page(parts, contacts.ALL, at_least, cursor, limit)
    return json_answer(page(rows.position, rows.cursor, customers=rows.rows), rows.position)


class ErasureDone(MayWait):
    """The customer whose erasure was asked for, and all linked customers who are erased, too."""

    erased: list[str]


@router.post("/customers", **changing(RegisterCustomer, codes=("customer-erased", "contact-points-differ"), status=201))
def register(body: bodies.CustomerBody, parts: TheParts, context: TheContext) -> Response:
    """Register a customer by contact points, or find the customer of the first known point and add the other points."""
    points = [ContactPoint(each.kind, each.value, each.name) for each in body.contacts]
    return done(customers.register(parts.executor, points, context), 201)


@router.post(
    "/customers/{id}/merge",
    **changing(
        MergeCustomer,
        codes=("not-found", "merge-with-itself", "merged-already", "target-merged", "merge-cycle", "customer-erased"),
    ),
)  # fmt: skip
def merge(id: Id, body: MergeBody, parts: TheParts, context: TheContext) -> Response:
    """Merge a customer with another, who is the same person and is shown with all that is theirs from now on. Nothing
    is moved: the merge can be undone at any time, exactly."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, MergeCustomer(customer_id=id, into=body.into), because))


@router.post(
    "/customers/{id}/separation",
    **changing(SeparateCustomer, codes=("not-found", "not-merged", "merge-relied-on", "customer-erased")),
)
def separate(id: Id, body: Separation, parts: TheParts, context: TheContext) -> Response:
    """Undo a merge: the two are different people. What each of them said stays their own."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, SeparateCustomer(customer_id=id), because))


@router.post(
    "/customers/{id}/erasure",
    **changing(EraseCustomer, codes=("not-found", "position-not-reached"), model=ErasureDone),
)
def erase(id: Id, body: Erasure, parts: TheParts, context: TheContext) -> Response:
    """Erase a customer for good, with every merged customer: what they said and who they were. What happened still
    counts."""
    command = EraseCustomer(customer_id=id, requested_by=body.requested_by)
    answer = ask(parts, command, replace(context, reason=body.reason))
    waits = is_waiting(answer)
    read = parts.executor.read
    return may_wait(answer, id, erased=[] if waits else [each for each in linked(read, id) if erased(read, each)])
