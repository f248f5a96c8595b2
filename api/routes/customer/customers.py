"""Who a customer is: taken up, found to be the same person as another or not, and forgotten."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Response

from api.contract import bodies
from api.edge.parts import Done, Id, TheContext, TheParts, ask, done
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from commands.customer import handlers as customers
from commands.customer.handlers import ContactPoint
from commands.customer.links import linked
from domain.customer import EraseCustomer, MergeCustomer, RegisterCustomer, SeparateCustomer

router = APIRouter(route_class=StrictJSON, tags=["customers"])


class ErasureDone(Done):
    """Whose erasure was asked for, and everybody who was linked with them and is erased, too, they included."""

    erased: list[str]


@router.post("/customers", **changing(RegisterCustomer, codes=("customer-erased",), status=201))
def register(body: bodies.CustomerBody, parts: TheParts, context: TheContext) -> Response:
    """Take up a customer by the ways to reach them, or find whom the first known one belongs to and add the others."""
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
    """Say that they are the same person as another, with whom all that is theirs is shown from now on. Nothing is
    moved: it can be undone at any time, exactly."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, MergeCustomer(customer_id=id, into=body.into), because))


@router.post(
    "/customers/{id}/separation", **changing(SeparateCustomer, codes=("not-found", "not-merged", "customer-erased"))
)
def separate(id: Id, body: bodies.Separation, parts: TheParts, context: TheContext) -> Response:
    """Undo a merge: they are not the person into whom they were merged. What each of them said stays their own."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, SeparateCustomer(customer_id=id), because))


@router.post(
    "/customers/{id}/erasure",
    **changing(EraseCustomer, codes=("not-found", "position-not-reached"), model=ErasureDone),
)
def erase(id: Id, body: bodies.Erasure, parts: TheParts, context: TheContext) -> Response:
    """Forget a customer for good, and whoever they are merged with: what they said and who they were. What happened
    stays countable."""
    answer = ask(parts, EraseCustomer(customer_id=id), replace(context, reason=body.reason))
    return done(answer, erased=linked(parts.executor.read, id))
