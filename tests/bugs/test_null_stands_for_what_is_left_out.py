"""Gateways write null where they know nothing: null is taken as the field left out, in each message that says what
happened, over topics and over HTTP."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from api.contract import bodies
from consumers.inbound.messages import TYPES, InboundDelivery, InboundMessage, InboundStep, InboundSurveyAnswer
from domain.kernel.values import Frozen, Reported


def reported() -> Iterator[type[BaseModel]]:
    """Each body of a request that says what happened."""
    for each in pkgutil.iter_modules(bodies.__path__, f"{bodies.__name__}."):
        module = importlib.import_module(each.name)
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Reported) and kind.__module__ == each.name:
                yield kind


TOLD: tuple[type[BaseModel], ...] = (
    InboundMessage,
    *get_args(InboundStep),
    InboundDelivery,
    InboundSurveyAnswer,
    *reported(),
)
CONTACT = {"kind": "mail", "value": "ada@example.org"}
REQUIRED: dict[str, Any] = {
    "contact": CONTACT,
    "customer": CONTACT,
    "customer_id": "customer-01990000-0000-7000-8000-000000000001",
    "conversation_id": "conversation-01990000-0000-7000-8000-000000000001",
    "channel": "mail",
    "answered": True,
    "kind": "inquiry",
    "state": "sent",
    "outcome": "kept",
    "due_at": "2026-01-01T00:00:00Z",
    "due_on": "2026-01-01",
    "as_of": "2026-01-01T00:00:00Z",
}


def whole(model: type[BaseModel]) -> dict[str, Any]:
    """The required fields of a message."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if field.is_required():
            step = get_args(field.annotation) if name == "step" else ()
            found[name] = step[0] if step else REQUIRED.get(name, "x")
    return found | CONTACT if "value" in found else found


def optional() -> Iterator[tuple[type[BaseModel], str]]:
    """Each optional field of each message."""
    for model in dict.fromkeys(TOLD):
        yield from ((model, name) for name, field in model.model_fields.items() if not field.is_required())


@pytest.mark.parametrize(
    ("model", "name"), [pytest.param(*each, id=f"{each[0].__name__}-{each[1]}") for each in optional()]
)
def test_null_is_the_field_left_out(model: type[BaseModel], name: str) -> None:
    assert model.model_validate(whole(model) | {name: None}) == model.model_validate(whole(model))


def test_null_in_a_required_field_is_still_refused() -> None:
    with pytest.raises(ValidationError):
        InboundMessage.model_validate(whole(InboundMessage) | {"channel": None})


def test_a_message_that_takes_no_null_is_found() -> None:
    class Strict(Frozen):
        automatic: bool = False

    with pytest.raises(ValidationError):
        Strict.model_validate({"automatic": None})


def test_the_contract_says_that_each_optional_field_may_be_null() -> None:
    class Message(Reported):
        automatic: bool = False
        body: str | None = None
        channel: str

    said = Message.model_json_schema()["properties"]
    assert said["automatic"]["anyOf"] == [{"type": "boolean"}, {"type": "null"}]
    assert {"type": "null"} in said["body"]["anyOf"]
    assert said["channel"]["type"] == "string"
    for _, adapter in TYPES.values():
        TypeAdapter.json_schema(adapter)
