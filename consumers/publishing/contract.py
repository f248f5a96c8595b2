"""The contract of the topics: a JSON Schema for each message and one AsyncAPI document, from the classes themselves.

`python -m consumers.publishing.contract` writes the documents into docs/topics of a checkout. It refuses to break what
subscribers were promised.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from commands.conversation.outbound import EXAMPLE, TYPE, OutboundMessage
from consumers.inbound.messages import EXAMPLES, MAJOR, TYPES
from consumers.publishing import outbound
from consumers.publishing.cloudevents import SOURCE
from consumers.publishing.messages.catalogue import PUBLISHED
from infra.kafka.topics import TOPICS, Topic

# A developer's tool: an installed wheel has no docs, and `main` refuses there.
FOLDER = Path(__file__).parents[2] / "docs" / "topics"
ASYNCAPI = "asyncapi.json"

_HEADERS = {
    "ce_specversion": ("The version of CloudEvents.", "1.0"),
    "ce_id": ("The event's id: the same however often it is sent.", "event-01990000-0000-7000-8000-000000000001"),
    "ce_type": ("What happened.", "antiphon.conversation.opened.v1"),
    "ce_source": ("Where it comes from.", SOURCE),
    "ce_subject": ("The id of the stream; it is the key, too.", "conversation-01990000-0000-7000-8000-000000000001"),
    "ce_time": ("When it happened.", "2026-01-31T23:59:59.500000Z"),
    "ce_dataschema": ("The schema of the value.", "urn:antiphon:conversation.opened.v1"),
    "ce_streamversion": ("1, 2, 3… within the key. Drop what is not above the last one seen.", "1"),
    "ce_logposition": ("The place in the log: rising, with gaps.", "4711"),
    "ce_recordedat": ("When the log took it in.", "2026-02-01T00:00:00.250000Z"),
    "content-type": ("Always JSON.", "application/json"),
}
_MAYBE = {
    "ce_correlationid": ("What it belongs to, where that is known.", "c-1"),
    "ce_causationid": ("The event it came from.", "event-01990000-0000-7000-8000-000000000000"),
    "ce_history": ("Where it was imported as history, which is over and which nobody waits for: always true.", "true"),
    "ce_traceparent": ("W3C Trace Context.", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
}


_OUTBOUND = (
    "ce_specversion",
    "ce_id",
    "ce_type",
    "ce_source",
    "ce_subject",
    "ce_time",
    "ce_logposition",
    "content-type",
)
_INBOUND = ("ce_specversion", "ce_id", "ce_type", "ce_source")
HEADERS: Mapping[str, Sequence[str]] = {"headers": tuple(_HEADERS), "outbound": _OUTBOUND, "inbound": _INBOUND}
"""The required headers, by the name of their schema: of integration events, of outgoing replies, of inbound
messages."""


@dataclass(frozen=True, slots=True)
class Described:
    """One message of the contract. `name`: its CloudEvents type without the beginning, and its file's name. `fields`:
    its JSON Schema. `headers`: one of HEADERS."""

    name: str
    topic: str
    title: str
    summary: str
    fields: Mapping[str, Any]
    example: Mapping[str, Any]
    headers: str = "headers"

    @property
    def type_name(self) -> str:
        """The CloudEvents type."""
        return f"antiphon.{self.name}"

    @property
    def schema(self) -> str:
        """The name of the JSON Schema."""
        return f"urn:antiphon:{self.name}"


def described() -> Iterator[Described]:
    """All messages of the contract."""
    for name, model in PUBLISHED.items():
        yield Described(
            f"{name}.v1", model.topic, model.__name__, _description(model), _schema_of(model), _filled(model)
        )
    reply = OutboundMessage
    yield Described(
        TYPE.removeprefix("antiphon."), outbound.TOPIC, reply.__name__, _description(reply), _schema_of(reply),
        EXAMPLE, "outbound",
    )  # fmt: skip
    for topic, (type_name, adapter) in TYPES.items():
        name = f"{type_name.removeprefix('antiphon.')}.v{MAJOR}"
        fields = adapter.json_schema()
        summary = str(fields.get("description", "What becomes of an order, by its step."))
        yield Described(
            name, topic, str(fields.get("title", "InboundOrder")), summary, fields, EXAMPLES[topic], "inbound"
        )


def _filled(kind: type[BaseModel]) -> dict[str, Any]:
    """An example message of this class: each field with the first of its examples."""
    return {name: _example(field.annotation, field.examples) for name, field in kind.model_fields.items()}


def _example(annotation: Any, examples: list[Any] | None) -> Any:
    if examples:
        return examples[0]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _filled(annotation)
    # Of an optional field or a list, the first part has the example.
    inner = get_args(annotation)[0]
    found = _example(inner, next((mark.examples for mark in getattr(inner, "__metadata__", ()) if mark.examples), None))
    return [found] if getattr(annotation, "__origin__", None) is tuple else found


def _description(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip()


def _schema_of(model: type[BaseModel]) -> Mapping[str, Any]:
    return model.model_json_schema(mode="serialization")


def documents() -> dict[str, dict[str, Any]]:
    """All documents of the contract, by file name."""
    found = {f"{each.name}.json": _schema(each) for each in described()}
    return found | {ASYNCAPI: _asyncapi(list(described()))}


def written(document: Mapping[str, Any]) -> str:
    """The text of a document's file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def taken_back(before: Mapping[str, Any], after: Mapping[str, Any] | None) -> list[str]:
    """What a schema promised and its successor (None: there is none) breaks: fields that are removed, retyped or not
    always there any more; of inbound messages, fields that take less, or became required."""
    name = str(before.get("$id"))
    if after is None:
        return [f"{name}: the message is gone"]
    inward = name.startswith("urn:antiphon:inbound.")
    found = []
    for part, was_all in _objects(before).items():
        now_all = _objects(after).get(part, {})
        if inward and not now_all:
            continue  # the fields that held it are compared with all that is in them
        for field, was in was_all.get("properties", {}).items():
            now = now_all.get("properties", {}).get(field)
            if now is None:
                found.append(f"{name}: {part}{field} is gone")
            elif (old := _type(was, before)) != (new := _type(now, after)) and not (inward and _takes_more(old, new)):
                found.append(f"{name}: {part}{field} was {old} and is {new}")
            elif not inward and field in was_all.get("required", []) and field not in now_all.get("required", []):
                found.append(f"{name}: {part}{field} is not always there any more")
        if inward:
            needed = [field for field in now_all.get("required", []) if field not in was_all.get("required", [])]
            found += [f"{name}: {part}{field} has to be there and had not" for field in needed]
    return found


# Any: parts of a JSON Schema.
_ALL_MORE: Mapping[str, Callable[[Any, Any], bool]] = {
    "maxLength": lambda old, new: old <= new,
    "maxItems": lambda old, new: old <= new,
    "minimum": lambda old, new: old >= new,
    "maximum": lambda old, new: old <= new,
    "exclusiveMaximum": lambda old, new: old <= new,
    "minLength": lambda old, new: old >= new,
    "pattern": lambda old, new: old == new,
    "format": lambda old, new: old == new,
    "enum": lambda old, new: set(old) <= set(new),
    "required": lambda old, new: set(old) >= set(new),
    "properties": lambda old, new: all(name in new and _takes_more(each, new[name]) for name, each in old.items()),
    "items": lambda old, new: _takes_more(old, new),
    "anyOf": lambda old, new: all(any(_takes_more(each, other) for other in new) for each in old),
}
"""By keyword: whether the new value takes all that the old one took. Without the keyword, a schema takes more."""
_SAYS_NOTHING = {"default", "x-cut-at", "x-brought-into-form", "x-refused-of-people", "x-of-any-type"}
"""Keywords that refuse nothing."""


def _takes_more(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether the new schema of a field takes all that the old one took, and maybe more."""
    if "anyOf" in new and "anyOf" not in old and new.keys() <= {"anyOf", *_SAYS_NOTHING}:
        return any(_takes_more(old, each) for each in new["anyOf"])
    for name in {*old, *new} - _SAYS_NOTHING:
        if name in old and name in new:
            if not _ALL_MORE.get(name, lambda was, now: bool(was == now))(old[name], new[name]):
                return False
        elif name in new or name not in _ALL_MORE:
            return False
    return True


def _objects(schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """A schema and the schemas that it refers to, by their place."""
    return {"": schema} | {f"{name}.": each for name, each in schema.get("$defs", {}).items()}


def _type(schema: Any, root: Mapping[str, Any]) -> Any:
    """A schema without its explanations."""
    if isinstance(schema, list):
        return [_type(each, root) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    if "$ref" in schema:
        return _type(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    explaining = {"title", "description", "examples"}
    return {
        name: {field: _type(each, root) for field, each in value.items()}
        if name == "properties"
        else _type(value, root)
        for name, value in schema.items()
        if name not in explaining
    }


def _schema(each: Described) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": each.schema,
        **each.fields,
        "examples": [each.example],
    }


def _asyncapi(messages: list[Described]) -> dict[str, Any]:
    topics = [topic for topic in TOPICS if any(each.topic == topic.name for each in messages)]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Antiphon",
            "version": "1.0.0",
            "description": "What is told of the conversation between a company and its customers: one message for each "
            "event, at least once, in order within a key. Before each topic's name stands ANTIPHON_TOPIC_PREFIX.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic, messages) for topic in topics},
        "operations": {
            f"{'tell' if topic.direction == 'out' else 'hear'}-{topic.name}": {
                "action": "send" if topic.direction == "out" else "receive",
                "channel": {"$ref": f"#/channels/{topic.name}"},
            }
            for topic in topics
        },
        "components": {
            "messages": {each.name: _message(each) for each in messages},
            "schemas": {name: _header_schema(name, needed) for name, needed in HEADERS.items()},
        },
    }


def _header_schema(name: str, needed: Sequence[str]) -> dict[str, Any]:
    known = _HEADERS | _MAYBE
    return {
        "type": "object",
        "properties": {
            header: {"type": "string", "description": known[header][0], "examples": [known[header][1]]}
            for header in (known if name == "headers" else needed)
        },
        "required": list(needed),
    }


def _channel(topic: Topic, messages: list[Described]) -> dict[str, Any]:
    own = [each.name for each in messages if each.topic == topic.name]
    settings = topic.settings
    configuration: dict[str, Any] = {"cleanup.policy": [settings["cleanup.policy"]]}
    if "retention.ms" in settings:
        configuration["retention.ms"] = int(settings["retention.ms"])
    return {
        "address": topic.name,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in own},
        "bindings": {"kafka": {"topicConfiguration": configuration, "bindingVersion": "0.5.0"}},
    }


def _message(each: Described) -> dict[str, Any]:
    headers = {name: _HEADERS[name][1] for name in HEADERS[each.headers]} | {"ce_type": each.type_name}
    if "ce_dataschema" in headers:
        headers["ce_dataschema"] = each.schema
    return {
        "name": each.type_name,
        "title": each.title,
        "summary": each.summary,
        "contentType": "application/json",
        "headers": {"$ref": f"#/components/schemas/{each.headers}"},
        "payload": {"$ref": f"./{each.name}.json"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
        "examples": [{"headers": headers, "payload": each.example}],
    }


def main(folder: Path = FOLDER) -> None:
    """Write all documents. Exits with what would be broken, having written nothing."""
    if not folder.is_dir():
        sys.exit(f"{folder} is not there; the contract is written in a checkout of the project")
    new = documents()
    before = {file.name: json.loads(file.read_text()) for file in folder.glob("*.json") if file.name != ASYNCAPI}
    if broken := [line for name, was in before.items() for line in taken_back(was, new.get(name))]:
        sys.exit("\n".join([*broken, "what was promised stays: add a field, or a message of another version, instead"]))
    for name, document in new.items():
        (folder / name).write_text(written(document))


if __name__ == "__main__":
    main()
