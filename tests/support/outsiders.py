"""Every text that somebody who is no colleague can send: over HTTP by the contract, over topics by the classes."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import httpx

from commands.executor.executor import CommandExecutor
from consumers.inbound.messages import EXAMPLES, TYPES, Received
from consumers.inbound.taking_in import take_in
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from tests.support.calling import Call, Place, calls
from tests.support.contract import CONTRACT
from tests.support.inbound import event
from tests.support.marker_scan import STEM
from tests.support.serving import client

OUTSIDERS = ("customer", "service")
HEADERS = ("Idempotency-Key", "Correlation-Id", "traceparent", "User-Agent", "X-Forwarded-For")

Path = tuple[str | int, ...]
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Sent:
    """One text of one call or topic, with the marker that stood in it."""

    by: str
    where: str
    field: str
    marker: str

    @property
    def name(self) -> str:
        """Who can send what, where."""
        return f"{self.by} {self.where} {self.field}"

    @property
    def last(self) -> str:
        """The name of the field itself."""
        return self.field.split(" ")[-1].rpartition(".")[2]


def schema_of(model_schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """A schema without references and without null."""
    if "$ref" in model_schema:
        return schema_of(definitions[model_schema["$ref"].rsplit("/", 1)[1]], definitions)
    for each in model_schema.get("anyOf", ()):
        if each.get("type") == "object" or "$ref" in each:
            return schema_of(each, definitions)
    for each in model_schema.get("anyOf", ()):
        if each.get("type") != "null":
            return schema_of(each, definitions)
    return model_schema


def texts(schema: dict[str, Any], definitions: dict[str, Any], path: Path = ()) -> Iterator[Path]:
    """The places of all texts that are not one of a few words."""
    schema = schema_of(schema, definitions)
    match schema.get("type"):
        case "object":
            for name, each in schema.get("properties", {}).items():
                yield from texts(each, definitions, (*path, name))
        case "array":
            yield from texts(schema["items"], definitions, (*path, 0))
        case "string" if not {"enum", "const"} & schema.keys():
            yield path


def put(body: Any, path: Path, text: str, schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """A body with this text at this place; what is needed around it is there."""
    body = copy.deepcopy(body)
    at = body
    for step in path[:-1]:
        schema = _within(schema, step, definitions)
        if isinstance(step, int):
            if not at:
                at.append(_needed(schema, definitions))
        elif not at.get(step):
            at[step] = [] if schema.get("type") == "array" else _needed(schema, definitions)
        at = at[step]
    at[path[-1]] = text
    return body


def _within(schema: dict[str, Any], step: str | int, definitions: dict[str, Any]) -> dict[str, Any]:
    schema = schema_of(schema, definitions)
    inner = schema["items"] if isinstance(step, int) else schema["properties"][step]
    return schema_of(inner, definitions)


def _needed(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {"sha256": "0" * 64, "size": 1, "count": 1, "kind": "mail"}
    return {name: values.get(name, "x") for name in schema.get("required", ())}


def marker() -> str:
    """A word of its own, which fits wherever a word does."""
    return f"{STEM}-o{next(_numbers)}o"


def shapes(word: str, path: Path) -> tuple[str, ...]:
    """The forms in which the word may be let in."""
    return (word, f"{word}/x", f"x/{word}") if path[-1] == "type" else (word,)


def over_http(url: str, place: Place) -> Iterator[Sent]:
    """Send a marker in each text of each command that outsiders may give."""
    definitions = CONTRACT["components"]["schemas"]
    for call in calls():
        for role in (each for each in OUTSIDERS if each in call.roles):
            with client(url, getattr(place.company, role)) as caller:
                schema = _body_schema(call)
                for path in texts(schema, definitions) if schema else ():
                    word = marker()
                    for shape in shapes(word, path):
                        body = put(fresh(call), path, shape, schema or {}, definitions)
                        _made(replace(call, body=body), caller, place)
                    yield Sent(role, call.name, ".".join(map(str, path)), word)
                words = {header: marker() for header in HEADERS}
                caller.headers.update(words)
                _made(replace(call, body=fresh(call)), caller, place)
                yield from (Sent(role, call.name, header, word) for header, word in words.items())


def fresh(call: Call) -> Any:
    """The body of the call's example, which is no repeat of another one."""
    if call.name != "deliver":
        return call.body
    contact = {"kind": "mail", "value": f"{new_id('sender')}@example.org"}
    return call.body | {"channel_message_id": new_id("mail"), "thread": new_id("thread"), "contact": contact}


def _made(call: Call, caller: httpx.Client, place: Place) -> httpx.Response:
    own = place.company.customer if call.kind == "customer" else place.id(call)
    return call.made(caller, own, place.names)


def _body_schema(call: Call) -> dict[str, Any] | None:
    said = CONTRACT["paths"][call.path][call.method.lower()]
    content = said.get("requestBody", {"content": {}})["content"]
    found: dict[str, Any] | None = content.get("application/json", {}).get("schema")
    return found


def over_topics(executor: CommandExecutor) -> Iterator[Sent]:
    """Send a marker in each text of each inbound message."""
    for topic, (_, adapter) in TYPES.items():
        schema = adapter.json_schema()
        definitions = schema.get("$defs", {})
        for one in schema.get("oneOf", [schema]):
            for path in texts(one, definitions):
                word = marker()
                for shape in shapes(word, path):
                    _take(executor, topic, put(_example(topic, one, definitions), path, shape, one, definitions))
                yield Sent("gateway", topic, f"{_kind(one, definitions)}{'.'.join(map(str, path))}", word)


def _kind(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    steps = schema_of(schema, definitions).get("properties", {}).get("step", {})
    return f"{steps['const'] if 'const' in steps else steps['enum'][0]} " if steps else ""


def _example(topic: str, schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    body = {name: value for name, value in EXAMPLES[topic].items() if name != "occurred_at"}
    if topic == "inbound.messages.v1":
        contact = {"kind": "mail", "value": f"{new_id('sender')}@example.org"}
        return body | {"message_id": new_id("mail"), "thread": new_id("thread"), "contact": contact}
    if kind := _kind(schema, definitions).strip():
        body = {"step": kind, "order_number": "K-2291"}
        if kind == "placed":
            body |= {"order_number": new_id("number"), "customer": {"kind": "mail", "value": "ada@example.org"}}
    return body


def _take(executor: CommandExecutor, topic: str, body: dict[str, Any]) -> None:
    key = body.get("thread") or body.get("order_number") or body.get("message_id") or new_id("key")
    sent = event(topic, new_id("event"), key, body)
    received = Received(topic, 0, 0, key.encode(), json.dumps(body).encode(), sent.headers)
    with suppress(Refusal):
        take_in(executor, received)
