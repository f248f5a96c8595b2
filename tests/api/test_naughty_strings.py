"""Whatever text is sent comes back character for character, or is refused with a problem: through every text field,
parameter and header that the contract has, so that no new one is missed."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, cast
from urllib.parse import quote

import httpx
import pytest

from api.contract.examples import catalogue
from commands import hold as holds
from commands import measure as measures
from commands import webhook as webhooks
from commands.conversation.delivering import deliver
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.legible import written_fields
from commands.registry import COMMANDS
from commands.signal import handlers as signals
from commands.signal import items, routing, themes
from commands.signal import merging as merging_signals
from commands.survey import handlers as surveys
from domain.customer.contact_point import can_be_reached
from domain.hold import HoldConversation
from domain.kernel.ids import new_id
from domain.kernel.text import is_legible, readable
from domain.kernel.values import Frozen
from domain.signal.commands import AskBack, MergeSignal, PlanSignal, RouteSignal
from domain.signal.item import CorrectItem, FileItem
from domain.signal.theme import AddTheme, MergeTheme, SplitTheme
from domain.survey import OpenSurvey, Reachable
from domain.webhook import RegisterWebhook
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from tests.support.asking import met
from tests.support.calling import CITED, needed_query
from tests.support.companies import AGENT, GATEWAY, mail, opened
from tests.support.contract import CONTRACT
from tests.support.databases import Databases
from tests.support.feedback import THEMES
from tests.support.four_eyes import let_wait
from tests.support.naughty_strings import NOT_TEXT, STRINGS, fitting
from tests.support.serving import Company, client, served
from tests.support.signal_evidence import FEW, Given

OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in CONTRACT["paths"].items()
    for method, operation in methods.items()
]
UNSHOWN = {
    "thread", "channel_message_id", "theme", "segment", "order_number", "reason", "add_interaction.product_area",
    "deliver.name", "receive.name", "receive.value", "add_participant.name", "add_participant.value",
    "try_version.note",
}  # fmt: skip
"""Fields that no view shows: kept as claims, for later views, or with the event; and of people who are known already,
by another spelling of their contact point."""
WRITTEN_FOR_OTHERS = {
    "reason",
    *(name for each in COMMANDS for name in written_fields(cast(type[Frozen], each.command))),
}
"""The fields in which people write for others, and so something to read."""
NUMBERS = {"number", "parcel", "tracking"}
"""The fields in which people type the number of something: one that shows nothing is none."""
LOOKED_UP = {"to_contact", "cancel_order.parcel"}
"""By a field's name, or by that of the operation and the field: what names something that is there already, or what
people may not name; anything else is refused."""
SHOWN_AS = {
    "body": "text",
    "because": "text",
    "resolution": "text",
    "contact": "text",
    "contacts": "text",
    "parcel": "number",
    "change_name.name": "text",
    "route_signal.product_area": "area",
    "route_signal.because": "said",
    "answer_signal.text": "said",
    "answer_question.answer": "said",
}
"""By a field's name, that of what it is in, or its operation and name: under which name views show it, where that is
another."""
CALLERS = 8


@dataclass(frozen=True)
class Field:
    """A text inside a body: where, and what its schema says of it."""

    path: tuple[str | int, ...]
    schema: dict[str, Any]
    of_any_type: bool = False
    """Whether it refuses nothing, not even another type."""

    @property
    def free(self) -> bool:
        """Whether it takes text of nearly any form."""
        return not {"enum", "const", "pattern", "format", "x-brought-into-form", "x-known-words"} & self.schema.keys()

    @property
    def refuses(self) -> bool:
        """Whether it refuses what is no text, which a customer's words do not, nor what an order system tells."""
        brought = {"x-cut-at", "x-brought-into-form", "x-of-any-length"} & self.schema.keys()
        dropped = self.of_any_type and "format" not in self.schema
        return not (brought or dropped) or "x-refused-of-people" in self.schema

    @property
    def fitting(self) -> list[str]:
        """The strings it takes."""
        least = 1 if "x-refused-of-people" in self.schema else self.schema.get("minLength", 0)
        texts = fitting(self.schema.get("maxLength", self.schema.get("x-cut-at")), least)
        return [text for text in texts if re.fullmatch(self.schema.get("pattern", "(?s).*"), text)]

    @property
    def legible(self) -> list[str]:
        """The strings it takes of an agent: where people write for others, such as show something."""
        names = self.path[-1] in NUMBERS or ("x-cut-at" in self.schema and self.path[-1] == "name")
        words = names or (self.path[-1] in WRITTEN_FOR_OTHERS and "x-cut-at" not in self.schema)
        return [text for text in self.fitting if is_legible(text) or not words]

    def put(self, body: Any, text: str) -> None:
        """Write it into a body."""
        for part, further in pairwise(self.path):
            if isinstance(body, dict):
                body.setdefault(part, [None] if further == 0 else {})
            body = body[part]
            if body == []:
                body.append(None)
        body[self.path[-1]] = text


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without references and without null."""
    if "$ref" in schema:
        return resolved(CONTRACT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    for each in schema.get("anyOf", ()):
        if each.get("type") != "null":
            return resolved(each)
    return schema


def members(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What an object may hold; of one whose keys are free, one."""
    yield from schema.get("properties", {}).items()
    if isinstance(of_any_key := schema.get("additionalProperties"), dict):
        keys = resolved(schema.get("propertyNames", {}))
        yield (keys["enum"][-1] if "enum" in keys else "2100-12-24" if "format" in keys else "mon"), of_any_key


def fields(schema: dict[str, Any], path: tuple[str | int, ...] = (), *, of_any_type: bool = False) -> Iterator[Field]:
    """Every text in a body of this schema; of lists, in the first item."""
    of_any_type = of_any_type or schema.get("x-of-any-type", False)
    schema = resolved(schema)
    match schema.get("type"):
        case "object":
            for name, each in members(schema):
                yield from fields(each, (*path, name), of_any_type=of_any_type)
        case "array":
            yield from fields(schema["items"], (*path, 0), of_any_type=of_any_type)
        case "string":
            yield Field(path, schema, of_any_type)


def objects(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every object in a body of this schema, itself too."""
    schema = resolved(schema)
    if schema.get("type") == "object" and "properties" in schema:
        yield schema
    for each in [*(each for _, each in members(schema)), *([schema["items"]] if "items" in schema else [])]:
        yield from objects(each)


def filled(schema: dict[str, Any]) -> Any:
    """A value that fits, with every list begun, and without what is of another form than any text."""
    schema = resolved(schema)
    if "enum" in schema:
        return schema["enum"][-1]
    match schema.get("type"):
        case "object":
            needed = schema.get("required", ())
            return {
                name: filled(each)
                for name, each in schema.get("properties", {}).items()
                if name in needed or resolved(each).get("type") == "array"
            }
        case "array":
            return [filled(schema["items"])]
        case "integer":
            return 1
        case "boolean":
            return True
        case _ if schema.get("format") in ("date", "duration"):
            return "2100-12-24" if schema["format"] == "date" else "PT1H"
        case _:
            return "0" * 64 if "sha256" in schema.get("title", "").lower() else "mail"


def body_of(operation: dict[str, Any]) -> dict[str, Any] | None:
    sent: dict[str, Any] = operation.get("requestBody", {"content": {}})["content"]
    return sent["application/json"]["schema"] if "application/json" in sent else None


@dataclass(frozen=True)
class World:
    """The API over a company of its own, with what its routes are asked of."""

    url: str
    company: Company
    erased: str
    stranger: str
    participant: str
    answer: str
    calendar: str
    policy: str
    executor: CommandExecutor

    def path(self, path: str) -> str:
        """A path with an id that is there; of a promise or an order a new one each time, since they come to an end."""
        if "{id}" not in path:
            return path
        ids = {
            "conversations": self.company.conversation,
            "customers": self.erased if path.endswith("/erasure") else self.company.customer,
            "staff": self.company.agent,
            "messages": self.answer,
            "calendars": self.calendar,
            "strangers": self.stranger,
            "policies": self.policy,
            "tables": self.executor.find("table-name", "themes") or "",
            "measures": "promise_kept",
        }
        kind = path.partition("/{id}")[0].rpartition("/")[2]
        if path.endswith(("/roles", "/departure")):
            return path.format(id=self._colleague())
        if path == "/staff/{id}/erasure":
            return path.format(id=self._colleague(left=True))
        if path.endswith(("/merge", "/separation")):
            kinds = {"conversations": self.conversation, "customers": self._somebody, "strangers": self._stranger}
            kinds |= {"signals": self.signal, "themes": self.theme}
            return path.format(id=kinds[kind](merged=path.endswith("/separation")))
        if path.endswith("/suggestions/dismissal"):
            return path.format(id=self.conversation())
        if path.endswith("/dismissal"):
            return path.format(id=self._somebody(merged=False))
        if path.endswith(("/split", "/split-undo")):
            return path.format(id=self.splittable())
        if path.endswith("/undo-split"):
            return path.format(id=self._split())
        if path.endswith("/participants/removal"):
            return path.format(id=self._taken_part_in())
        if path.endswith(("/name", "/language", "/segment", "/subject", "/product-area")):  # the last one is shown
            others = {"conversations": self.conversation, "themes": self.theme}
            return path.format(id=others[kind]() if kind in others else self._somebody(merged=False))
        return path.format(id=ids[kind] if kind in ids else self._one_more(kind, path))

    def conversation(self, *, merged: bool = False) -> str:
        """One more of the company's customer; merged into another one more."""
        with client(self.url, self.company.agent) as agent:
            opening = {"customer_id": self.company.customer, "kind": "inquiry", "channel": "mail"}
            id: str = agent.post("/conversations", json=opening).json()["id"]
            if merged:
                agent.post(f"/conversations/{id}/merge", json={"into": self.conversation()}).raise_for_status()
            return id

    def said(self, conversation: str) -> str:
        """One more message of the customer's in it."""
        with client(self.url, self.company.service) as gateway, client(self.url, self.company.agent) as agent:
            answer = gateway.post(f"/conversations/{conversation}/messages", json={"body": new_id("word")})
            agent.headers["At-Least"] = answer.headers["Position"]
            newest = agent.get("/search", params={"words": json.loads(answer.request.content)["body"]}).json()
            return str(newest["found"][0]["passage"]["about"])

    def _split(self) -> str:
        """What a split made of a message."""
        id = self.conversation()
        said, _ = self.said(id), self.said(id)
        with client(self.url, self.company.agent) as agent:
            answer = agent.post(f"/conversations/{id}/splits", json={"message_id": said, "kind": "inquiry"})
            return str(answer.raise_for_status().json()["id"])

    def _taken_part_in(self) -> str:
        """A conversation in which the participant, who is not erased as the stranger is, takes part."""
        id = self.conversation()
        with client(self.url, self.company.agent) as agent:
            adding = {"participant_id": self.participant}
            agent.post(f"/conversations/{id}/participants", json=adding).raise_for_status()
        return id

    def _colleague(self, *, left: bool = False) -> str:
        """One staff member more; or one who left."""
        with client(self.url, self.company.lead) as lead:
            joining = {"handle": new_id("handle"), "name": "Eve"}
            id = str(lead.post("/staff", json=joining).raise_for_status().json()["id"])
            if left:
                lead.put(f"/staff/{id}/departure", json={}).raise_for_status()
            return id

    def _somebody(self, *, merged: bool) -> str:
        with client(self.url, self.company.agent) as agent:
            contact = {"kind": "handle", "value": new_id("handle")}
            id: str = agent.post("/customers", json={"contacts": [contact]}).json()["id"]
            if merged:
                agent.post(f"/customers/{id}/merge", json={"into": self.company.customer}).raise_for_status()
            return id

    def _stranger(self, *, merged: bool) -> str:
        with client(self.url, self.company.service) as gateway, client(self.url, self.company.agent) as agent:
            contact = {"kind": "handle", "value": new_id("handle")}
            said = {"body": "words", "contact": contact}
            answer = gateway.post(f"/conversations/{self.conversation()}/messages", json=said).raise_for_status()
            agent.headers["At-Least"] = answer.headers["Position"]
            shown = agent.get(f"/conversations/{answer.json()['id']}/participants").json()
            id = str(shown["participants"][0]["participant_id"])
            if merged:
                agent.post(f"/strangers/{id}/merge", json={"into": self.company.customer}).raise_for_status()
            return id

    def _item(self) -> str:
        """A passage of one more message."""
        id = self.conversation()
        passage = {"message_id": self.said(id), "start": 0, "end": 4}
        with client(self.url, self.company.agent) as agent:
            return str(agent.post(f"/conversations/{id}/passages", json=passage).raise_for_status().json()["id"])

    def signal(self, *, merged: bool = False, asked: bool = False) -> str:
        """One more signal about kettles, with the callers' team."""
        because = {"team_id": self.company.team, "because": "Somebody fell"}
        fields = {"area": "kettles", "theme": new_id("theme"), "stage": "design", **because}
        command = RouteSignal.model_validate(fields)
        id = routing.route(self.executor, command, AGENT, Given(of_any=FEW)).id
        if asked:
            signals.act(self.executor, id, AskBack(question="Which?"), AGENT)
        if merged:
            merging_signals.merge(self.executor, id, MergeSignal(into=self.signal()), AGENT)
        return id

    def theme(self, *, merged: bool = False) -> str:
        """One more theme."""
        id = themes.add(self.executor, AddTheme(key=new_id("theme"), name="Water"), AGENT).id
        if merged:
            themes.merge(self.executor, id, MergeTheme(into=self.theme()), AGENT)
        return id

    def splittable(self) -> str:
        """The theme that is split."""
        return themes.add(self.executor, AddTheme(key="splittable", name="Water"), AGENT).id

    def to_split(self) -> str:
        """One more item of the theme that is split."""
        item = self._item()
        items.act(self.executor, item, CorrectItem(theme="splittable"), AGENT)
        return item

    def split_theme(self) -> str:
        """One more split of the theme that is split."""
        split = SplitTheme(into=self.theme(), item_ids=(self.to_split(),))
        return themes.split(self.executor, self.splittable(), split, AGENT).id

    def evidence(self, body: dict[str, Any]) -> None:
        """Somebody says what this routing is about."""
        said = {"kind": "complaint", "conversation_id": self.company.conversation, "part": new_id("part")}
        item = items.file(self.executor, FileItem.model_validate({**said, "said_at": datetime.now(UTC)}), AGENT).id
        placement = CorrectItem(product_area=body["product_area"], theme=body["theme"], stage=body["stage"])
        items.act(self.executor, item, placement, AGENT)

    def _one_more(self, kind: str, path: str) -> str:
        if kind == "items":
            return self._item()
        if kind == "themes":
            return self.theme()
        if kind == "holds":
            thread = new_id("thread")
            held = deliver(self.executor, mail(9, thread, f"{thread}@example.org"), GATEWAY).id
            why = replace(AGENT, reason="lawsuit")
            return holds.hold(self.executor, HoldConversation(conversation_id=held), why).id
        if kind == "webhooks":
            there = RegisterWebhook(url="https://gateway.example/antiphon", channels=("mail",))
            return webhooks.begin(self.executor, there, AGENT).id
        if kind == "citations":
            return measures.cite(self.executor, CITED, AGENT).id
        if kind == "confirmations":
            thread = new_id("thread")
            somebody = deliver(self.executor, mail(5, thread, f"{thread}@example.org"), GATEWAY).id
            return let_wait(self.executor, self.executor.read(somebody).state.customer_id)
        if kind == "signals":
            return self.signal(asked=path.endswith("/finding"))
        if kind == "launches":
            plan = PlanSignal(what="Another seal", due_at=datetime.now(UTC) + timedelta(days=1))
            signals.act(self.executor, self.signal(), plan, AGENT)
            return plan.launch_id
        if kind == "surveys":
            asked, who = Given(), self.company
            asked.audience = [Reachable(who.customer, who.customer, who.conversation, None)]
            opening = OpenSurvey.model_validate(catalogue.REQUESTS["open_survey"])
            return surveys.open_(self.executor, opening, AGENT, asked).id
        with client(self.url, self.company.agent) as agent:
            body: dict[str, Any] = {"customer_id": self.company.customer}
            if kind == "promises":
                body |= {"text": "Soon", "due_at": soon(), "conversation_id": self.company.conversation}
            id: str = agent.post(f"/{kind}", json=body).json()["id"]
            if path.endswith("/return"):
                agent.put(f"/orders/{id}/delivery", json={}).raise_for_status()
            return id

    def caller(self, operation: dict[str, Any]) -> httpx.Client:
        """Somebody who may."""
        return client(self.url, getattr(self.company, operation["x-roles"][0]))

    def body(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A body that is taken."""
        body: dict[str, Any] = filled(schema)
        names = {"customer_id": self.company.customer, "team_id": self.company.team, "agent_id": self.company.agent}
        names |= {"into": self.company.customer, "conversation_id": self.company.conversation}
        names |= {"participant_id": self.participant}
        body |= {name: id for name, id in names.items() if name in body}
        body.pop("confirmation_id", None)  # nothing waits for somebody else
        if "kind" in body:
            body["kind"] = "inquiry" if "value" not in body else "handle"
        if "language" in body:
            body["language"] = "de"
        if "lines" in body:
            body["lines"] = [{"item": "kettle", "count": 1}]
        if "events" in body:
            body |= {"url": "https://gateway.example/antiphon", "channels": ["mail"], "events": []}
        if "after" in body:
            body["after"] = 0
        if "opened_by" in body:
            body["opened_by"] = "customer"
        if "contact" in resolved(schema).get("properties", {}):  # not of the kind that others name
            body["contact"] = {"value": new_id("handle")} | body.get("contact", {}) | {"kind": "handle"}
        if resolved(schema)["title"] == "Dismissal":
            body |= {"what": "same-person", "other_id": self.company.customer}
        if resolved(schema)["title"] == "SuggestionDismissal":
            body["other_id"] = self.conversation()
        if "status" in body:
            body["status"] = "resolved"
        if "table" in body:
            body["table"] = deepcopy(catalogue.REQUESTS["publish_table"]["table"])
        if resolved(schema)["title"] == "SignalAnswer":
            del body["conversation_ids"]  # of a question only
            body |= {"answer": "plan", "due_at": soon()}
        if resolved(schema)["title"] == "SignalRouting":
            body |= {"team_id": self.company.team, "theme": new_id("theme")}
        if "end" in body:  # of a passage
            body["start"] = 0
        if "effective_from" in body:
            body["effective_from"] = soon()
        if "correct_from" in body:  # a correction is about what was
            body["correct_from"] = datetime.now(UTC).isoformat()
        given = {"zone": "Europe/Berlin", "hours": {"mon": ["09:00-17:00"]}, "calendar_id": self.calendar}
        given |= {"targets": {"first_reply": "PT1H"}, "policy_id": self.policy}
        body |= {name: value for name, value in given.items() if name in body}
        if "effective_from" in body or "correct_from" in body:
            body |= {"closed": ["2100-12-24"]} if "closed" in body else {"reopen": "freeze"}
        if "due_at" in body:
            body["due_at"] = soon()
            if "text" in body:
                body["conversation_id"] = self.company.conversation
        return body


def soon() -> str:
    """Tomorrow about this time, later each time it is asked for."""
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


@pytest.fixture(scope="module")
def world(databases: Databases) -> Iterator[World]:
    """The API with followers behind it."""
    with databases.fresh() as urls, opened(urls) as executor:
        company = Company.founded(executor)
        put(executor, {"themes": THEMES}, AGENT)
        projector = Database(urls.database_url, "projector")
        subscriptions = [Projector(view) for view in VIEWS]
        with (
            Host(executor.log, projector, subscriptions, lease_seconds=5, poll_seconds=0.2),
            served(executor, urls) as url,
        ):
            erased = _another_customer(url, company)
            answer = executor.read(company.conversation).state.last_answer_id or ""
            people = met(executor), met(executor, new_id("bob"))
            yield World(url, company, erased, *people, answer, *_rules(url, company), executor)
        projector.close()


def _rules(url: str, company: Company) -> tuple[str, str]:
    """A calendar and a policy."""
    with client(url, company.lead) as lead:
        calendar = {"name": "all", "zone": "UTC", "hours": {"mon": ["09:00-17:00"]}}
        calendar_id: str = lead.post("/calendars", json=calendar).json()["id"]
        policy = {"name": "all", "calendar_id": calendar_id, "targets": {"first_reply": "PT1H"}}
        policy_id: str = lead.post("/policies", json=policy).json()["id"]
        return calendar_id, policy_id


def _another_customer(url: str, company: Company) -> str:
    with client(url, company.agent) as agent:
        agent.post(f"/conversations/{company.conversation}/replies", json={"body": "an answer to judge"})
        id: str = agent.post("/customers", json={"contacts": [{"kind": "mail", "value": "eve@example.org"}]}).json()[
            "id"
        ]
        return id


TELLING = [
    pytest.param(method, path, operation, id=operation["operationId"])
    for method, path, operation in OPERATIONS
    if (schema := body_of(operation)) and any(field.free for field in fields(schema))
]
KEPT = [
    each
    for each in TELLING
    if not any(part in str(each.values[1]) for part in ("/contact-points", "/survey", "/exports", "/from-template"))
]
"""Of those, the ones whose texts are read as they were sent. A contact point of any form comes with a new customer;
on others, those that are compared alike are one (`tests/domain/test_contact_point.py`). A survey's texts have a place
for the token, without which nothing is answered (`tests/commands/test_surveys.py`). Why somebody exports a person is
kept where a second person has to confirm it (`tests/api/test_exports.py`). A template is one that a published table
has, and any other name is refused (`tests/api/test_reply_templates.py`)."""


@pytest.mark.parametrize(("method", "path", "operation"), KEPT)
def test_a_text_is_read_as_it_was_sent(
    world: World, method: str, path: str, operation: dict[str, Any], long: bool
) -> None:
    # Given bodies in which each free text is another of the strings. (In the long form, every string is once in every
    # field; else one in eighty, and the others in the fields of other operations; fewer where each body needs a
    # promise, an order or a customer of its own.)
    schema = body_of(operation)
    assert schema is not None
    free = [
        field
        for field in fields(schema)
        if field.free and LOOKED_UP.isdisjoint({field.path[0], f"{operation['operationId']}.{field.path[0]}"})
    ]
    texts = [field.legible for field in free]
    which = len(operation["operationId"])
    bodies: list[dict[str, Any]] = []
    of_items = ("/passages", "/placement", "/withdrawal")
    of_signals = ("/signals", "/answer", "/finding")
    of_themes = ("/themes", "/split", "/split-undo")
    ending = (method == "PUT" and path.startswith(("/promises", "/orders"))) or path.endswith(
        (
            "/merge",
            "/separation",
            "/dismissal",
            "/splits",
            "/undo-split",
            "/removal",
            "/name",
            "/language",
            "/segment",
            *of_items,
            *of_signals,
            *of_themes,
        )
    )
    every = 1 if long else 100 if ending else 80
    for number in range(max(map(len, texts))):
        if number % every == which % every:
            bodies.append(world.body(schema))
            if operation["operationId"] == "hand_over":  # to the same once more changes nothing
                bodies[-1]["agent_id"] = (world.company.agent, world.company.lead)[len(bodies) % 2]
            if operation["operationId"] in ("split_message", "remove_message", "mark_passage"):
                bodies[-1]["message_id"] = world.said(world.company.conversation)
            if operation["operationId"] == "merge_conversation":
                bodies[-1]["into"] = world.conversation()
            if operation["operationId"] == "add_theme":
                bodies[-1]["key"] = new_id("theme")
            if operation["operationId"] in ("merge_theme", "split_theme"):
                bodies[-1]["into"] = world.theme()
            if operation["operationId"] == "give_theme":
                bodies[-1]["item_ids"] = [world._item()]
            if operation["operationId"] == "split_theme":
                bodies[-1]["item_ids"] = [world.to_split()]
            if operation["operationId"] == "undo_theme_split":
                bodies[-1]["split_id"] = world.split_theme()
            if operation["operationId"] == "merge_signal":
                bodies[-1]["into"] = world.signal()
            if "handle" in bodies[-1]:
                bodies[-1]["handle"] = f"h{number}"
            for shift, (field, fit) in enumerate(zip(free, texts, strict=True)):
                field.put(bodies[-1], fit[(number + 11 * shift) % len(fit)])
            for line in bodies[-1].get("lines", ()):  # one that somebody types has a count
                line.setdefault("count", 1)
            if operation["operationId"] == "route_signal":
                world.evidence(bodies[-1])

    if operation["operationId"] == "add_participant":  # nobody is reached where nothing can be seen
        bodies = [each for each in bodies if can_be_reached("handle", each["contact"]["value"])]

    # When all are sent
    named = path in ("/customers", "/staff", "/teams")
    # (Splits of one conversation get in each other's way, and so do words about one calendar: each looks through all of
    # it. To be served then is no promise.)
    in_the_way = operation["operationId"] in ("hand_over", "split_message", "remove_message") or operation["tags"] == [
        "rules"
    ]
    one_by_one = named or in_the_way
    query = needed_query(operation)
    with world.caller(operation) as caller, ThreadPoolExecutor(1 if one_by_one else CALLERS) as threads:
        answers = list(
            threads.map(lambda body: caller.request(method, world.path(path), params=query, json=body), bodies)
        )

    # Then they are taken, and read as they were sent
    assert [each.text for each in answers if each.status_code not in (200, 201)] == []
    taken = [(answer.json()["id"], body) for answer, body in zip(answers, bodies, strict=True)]
    if named:  # what is known by its name already is left as it is
        taken = list(dict(reversed(taken)).items())
    read = _read(world, {id for id, _ in taken}, max(answer.json()["position"] for answer in answers))
    accepted = [body for _, body in taken]
    value = next((field for field in free if field.path[-1] == "value"), None)
    if value and operation["operationId"] not in ("receive", "add_participant"):
        # Contact points that differ in case or blanks around alone are one, and whose it is has a name already.
        known = {text.strip().casefold() for text in read["text"]}
        assert {_at(body, value).strip().casefold() for body in accepted} <= known
        first = {_at(body, value): body for body in reversed(accepted)}
        accepted = [body for text, body in first.items() if text in read["text"]]
    assert len(accepted) > len(bodies) // 2
    for field in free:
        name = next(part for part in reversed(field.path) if isinstance(part, str))
        if UNSHOWN.isdisjoint({name, f"{operation['operationId']}.{name}"}):
            elsewhere = SHOWN_AS.get(f"{operation['operationId']}.{name}", SHOWN_AS.get(str(field.path[0]), name))
            shown = read[name] | read[elsewhere]
            assert {_at(body, field) for body in accepted} - shown == set(), field.path


def _at(body: Any, field: Field) -> str:
    for part in field.path:
        body = body[part]
    return str(body)


def _read(world: World, ids: set[str], position: int) -> dict[str, set[str]]:
    """Every text in what is shown of these things, by the name under which it is."""
    found: dict[str, set[str]] = defaultdict(set)
    headers = {"At-Least": str(position)}

    def read(path: str, *, paged: bool = True) -> None:
        cursor: str | None = ""
        while cursor is not None:
            query = {"limit": 500} | ({"cursor": cursor} if cursor else {}) if paged else {}
            answer = lead.get(path, params=query, headers=headers)
            assert answer.status_code == 200, (path, answer.text)
            assert answer.headers["Content-Type"] == "application/json"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            page = answer.json()
            for name, text in _strings(page):
                found[name].add(text)
            cursor = page.get("cursor")

    with client(world.url, world.company.lead) as lead:
        for id in ids:
            kind = id.partition("-")[0]
            if kind in ("conversation", "customer"):
                read(f"/{kind}s/{id}")
            elif kind in ("promise", "order", "calendar", "item", "table", "theme"):
                read(f"/{kind}s/{id}", paged=False)
            elif kind == "policy":
                read(f"/policies/{id}", paged=False)
        for id in found["customer_id"] - ids:
            read(f"/customers/{id}")
        for id in found["participant_id"]:
            read(f"/{id.partition('-')[0]}s/{id}")
        for path in ("/staff", "/teams", "/board"):
            read(path)
    return found


def _strings(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield name, value
        case dict():
            for key, each in value.items():
                yield from _strings(each, key)
        case list():
            for each in value:
                yield from _strings(each, name)


def is_nul(text: str) -> bool:
    """Whether NUL is all that is wrong with a text: half a character is refused before any field is looked at."""
    return "\x00" in text and text.isascii()


@pytest.mark.faults
@pytest.mark.parametrize(("method", "path", "operation"), TELLING)
def test_what_is_no_text_is_refused_in_each_field(
    world: World, method: str, path: str, operation: dict[str, Any], long: bool
) -> None:
    # (In the short form, each field is sent one of each kind, and the next field those after that: with NUL, with half
    # a character, and one that is too long, too short or of another form.)
    schema = body_of(operation)
    assert schema is not None
    url = world.path(path)
    with world.caller(operation) as caller:
        for shift, field in enumerate(fields(schema), len(operation["operationId"])):
            formed = "pattern" in field.schema or not field.free
            taken = set(field.fitting)
            unfit = NOT_TEXT if formed else [text for text in STRINGS if text not in taken]
            nul, half = [text for text in NOT_TEXT if is_nul(text)], [text for text in NOT_TEXT if not is_nul(text)]
            kinds = nul, half, [text for text in unfit if text not in NOT_TEXT]
            for text in unfit if long else [kind[shift % len(kind)] for kind in kinds if kind]:
                body = world.body(schema)
                field.put(body, text)
                answer = caller.request(
                    method, url, content=json.dumps(body), headers={"Content-Type": "application/json"}
                )
                refused = (answer.status_code, answer.json().get("code")) == (422, "input-invalid")
                too_short = len(text) < field.schema.get("minLength", 0) and not field.of_any_type
                # What an order system tells is never refused; this caller is a person, who can correct it.
                by_people = operation["tags"] == ["orders"]
                # Half a pair of surrogates is replaced as an order system's text comes in, before anything looks at it.
                replaced = "x-refused-of-people" in field.schema and readable(text, nul=False) != text
                # What others tell in a form that is none is dropped, and said.
                said = {each["field"].partition(".")[0] for each in answer.json().get("adjusted", ())}
                taken_in = replaced or field.path[0] in said
                refuses = field.refuses or too_short or by_people
                assert taken_in or refused == refuses, (field.path, ascii(text), answer.text)
                assert answer.status_code < 500


@pytest.mark.parametrize(
    ("method", "path", "operation"), [pytest.param(*each, id=each[2]["operationId"]) for each in OPERATIONS]
)
def test_parameters_headers_and_fields_of_a_form_never_break_anything(
    world: World, method: str, path: str, operation: dict[str, Any], chance: random.Random, long: bool
) -> None:
    schema = body_of(operation)
    given = [CONTRACT["components"]["parameters"][p["$ref"].rsplit("/", 1)[1]] if "$ref" in p else p
             for p in operation["parameters"]]  # fmt: skip
    queries = [each["name"] for each in given if each["in"] == "query"]
    headers = [each["name"] for each in given if each["in"] == "header"]
    formed = [field for field in fields(schema or {}) if not field.free]
    with world.caller(operation) as caller:
        for text in STRINGS if long else chance.sample(STRINGS, 3):
            sendable = text.encode("utf-8", "surrogatepass")
            elsewhere = "{id}" in path and chance.random() < 0.5
            where = path.replace("{id}", quote(sendable, safe="")) if elsewhere else world.path(path)
            query = "&".join(f"{name}={quote(sendable)}" for name in queries if chance.random() < 0.5)
            body = world.body(schema) if schema else {}
            for field in formed:
                if field.path[0] in body and chance.random() < 0.5:
                    field.put(body, text)
            plain = sendable.isascii() and text.isprintable()
            sent = [(name.encode(), sendable) for name in headers if plain and chance.random() < 0.5]
            try:
                with caller.stream(
                    method,
                    where + (f"?{query}" if query else ""),
                    headers=[*sent, (b"Content-Type", b"application/json")],
                    content=json.dumps(body) if schema else None,
                ) as answer:
                    if answer.status_code >= 400:
                        problem = json.loads(answer.read())
                        assert answer.headers["Content-Type"] == "application/problem+json"
                        assert (problem["status"], bool(problem["code"])) == (answer.status_code, True)
                    elif "event-stream" not in answer.headers.get("Content-Type", ""):
                        answer.read()  # else each call leaves a read of the record that has to be called off
            except (httpx.LocalProtocolError, httpx.InvalidURL):
                continue
            assert answer.status_code < 500, (where, query, body, sent)


def test_the_inbox_is_asked_for_a_product_area_of_any_name(world: World) -> None:
    with client(world.url, world.company.agent) as agent:
        for text in list(fitting(200, 1))[::5]:
            answer = agent.get("/inbox", params={"product_area": text})
            assert answer.status_code == 200, ascii(text)
            assert {item["product_area"] for item in answer.json()["items"]} <= {text}


def test_every_body_is_closed_to_unknown_fields() -> None:
    closed = [each for _, _, operation in OPERATIONS for each in objects(body_of(operation) or {})]
    assert len({each["title"] for each in closed}) > 15
    assert [each["title"] for each in closed if each.get("additionalProperties") is not False] == []


def test_there_are_some_hundred_strings() -> None:
    assert len(STRINGS) > 300
    assert all(any(text in field for field in STRINGS) for text in NOT_TEXT)
