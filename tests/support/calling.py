"""Every call that the contract tells of, made as its example says, on what there is in a company."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from api import examples
from api.server import routes
from commands import conversations
from commands.conversations import deliver
from commands.handling import Handling
from domain.conversation import SendReply
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.serving import Company

CONTRACT: dict[str, Any] = routes().openapi()
UNKNOWN = "0199c5a0-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Call:
    """One operation of the contract."""

    name: str
    method: str
    path: str
    roles: tuple[str, ...]
    body: Any

    @property
    def kind(self) -> str:
        """What its id is an id of; empty where it has none."""
        kinds = {"conversations": "conversation", "customers": "customer", "staff": "staff"}
        return kinds[self.path.split("/")[1]] if "{id}" in self.path else ""

    def made(self, calling: httpx.Client, id: str, names: Mapping[str, str]) -> httpx.Response:
        """The answer; of a live one, its head."""
        body = None if self.body is None else _with(names, self.body)
        with calling.stream(self.method, self.path.replace("{id}", id), json=body) as answer:
            if not answer.headers["Content-Type"].startswith("text/event-stream"):
                answer.read()
            return answer


def calls() -> Iterator[Call]:
    """Every one there is."""
    for path, operations in CONTRACT["paths"].items():
        for method, said in operations.items():
            content = said.get("requestBody", {"content": {}})["content"]
            body = content.get("application/json", {}).get("example")
            yield Call(said["operationId"], method.upper(), path, tuple(said["x-roles"]), body)


@dataclass(frozen=True)
class Place:
    """A company where every call can be made: its conversation has an answer, and there is somebody to forget."""

    company: Company
    stranger: str
    to_forget: str
    names: Mapping[str, str]

    @classmethod
    def furnished(cls, handling: Handling, company: Company) -> Place:
        """Whatever the examples speak of is there."""
        conversations.act(handling, company.conversation, SendReply(body="On its way"), AGENT)
        interactions = handling.read(company.conversation).state.interactions
        others = [deliver(handling, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in (2, 3)]
        stranger, to_forget = (handling.read(id).state.customer_id for id in others)
        names = {
            examples.ADA: company.customer,
            examples.KETTLE: company.conversation,
            examples.LEAK: next(iter(interactions)),
            examples.BO: company.agent,
            examples.CARE: company.team,
            examples.REPAIRS: company.team,
        }
        return cls(company, stranger, to_forget, names)

    def id(self, call: Call) -> str:
        """What to make the call on."""
        if call.name == "erase":
            return self.to_forget
        who = self.company
        return {"conversation": who.conversation, "customer": who.customer, "staff": who.agent}.get(call.kind, "")


def _with(names: Mapping[str, str], body: Any) -> Any:
    text = json.dumps(body)
    for example, real in names.items():
        text = text.replace(example, real)
    return json.loads(text)
